"""Training on Tinker's machines: the same configurations and records, the work done there.

Nothing is imported here: skills that bring recipes along take :mod:`.limits` only.
"""
