"""Rule files: .cursorrules, .mdc, .clinerules, .instructions.md, AGENTS.md and their kin."""

from __future__ import annotations

from typing import Any

from ..model import Dialect, Kind
from .candidate import Candidate, ReadResult
from .components import RULE_KEYS, globs_of, is_always
from .meta import Meta
from .names import RULE_FILES
from .page import Page
from .standalone import Form, file_of, from_page

__all__ = ["read"]

_FORM = Form(Dialect.RULES, Kind.RULES, derive=False)


def _fields(page: Page, meta: Meta) -> dict[str, Any]:
    globs = globs_of(page.values)
    for key in RULE_KEYS:
        meta.extra.pop(key, None)
    return {"globs": globs, "always": is_always(page.values, globs)}


def read(candidate: Candidate) -> ReadResult:
    """Read one file."""
    found, failed = file_of(candidate)
    if found is None:
        return failed
    return from_page(candidate, found, _FORM, _fields, RULE_FILES.get(candidate.path.name))
