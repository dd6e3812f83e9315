"""Training on Tinker's machines: the same configurations and records, the work done there."""

from .run import train

__all__ = ["train"]
