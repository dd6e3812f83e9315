"""What reading a front matter gives."""

from __future__ import annotations

from dataclasses import dataclass

from ..diagnostics import Diagnostic
from ..model import FrontMatter

__all__ = ["FrontMatterResult"]


@dataclass(frozen=True, slots=True)
class FrontMatterResult:
    """``front`` is ``None`` where there is none (``body_start`` is 0) or none can be read."""

    front: FrontMatter | None
    body_start: int
    diagnostics: tuple[Diagnostic, ...] = ()
