"""Does a skill come in when it should, and stay out when it should not, among its siblings?"""
