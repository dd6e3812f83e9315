"""From a skill to one language's view of it, for one platform."""

from .choose import select

__all__ = ["select"]
