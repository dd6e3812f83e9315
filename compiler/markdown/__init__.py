"""Markdown read without rendering: sections, blocks and bilingual regions, all with their spans."""

from .closing import closed
from .directives import directive_of, is_directive
from .outline import outline
from .parse import parse
from .tables import cells

__all__ = ["cells", "closed", "directive_of", "is_directive", "outline", "parse"]
