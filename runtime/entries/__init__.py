"""Command lines of what travels with a skill, for use without polyskill around them."""
