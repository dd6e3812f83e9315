"""Markdown read without rendering: sections, blocks and bilingual regions, all with their spans."""

from .directives import directive_of, is_directive
from .outline import outline
from .parse import parse
from .tables import cells

__all__ = ["cells", "directive_of", "is_directive", "outline", "parse"]
