"""The YAML at the head of a file: read strictly or recovering, checked, and written."""

from .emit import emit, quote
from .recover import read_recovering
from .result import FrontMatterResult
from .schema import validate_canonical
from .strict import read_strict

__all__ = [
    "FrontMatterResult",
    "emit",
    "quote",
    "read_recovering",
    "read_strict",
    "validate_canonical",
]
