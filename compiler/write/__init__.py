"""From skills to source files: into the canonical form, or back into their own."""

from .back import write_back
from .canonical import to_canonical
from .folder import CanonicalFolder, Dropped

__all__ = ["CanonicalFolder", "Dropped", "to_canonical", "write_back"]
