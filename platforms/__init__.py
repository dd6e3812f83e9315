"""Skill → the files that each assistant reads, and then onto disk."""
