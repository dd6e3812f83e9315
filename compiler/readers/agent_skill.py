"""Agent Skills folders: ``SKILL.md`` and whatever lies beside it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..codes import readers as codes
from ..diagnostics import Diagnostic, report
from ..localized import Lang
from ..model import Dialect, Kind, Skill
from .candidate import Candidate, ReadResult
from .cases import read_tests
from .common import describe, make
from .files import Found, Scan, read_file, scan
from .meta import name_of, read_meta
from .page import Page, open_page
from .resources import SKILL_FILES, resources
from .words import text_of

__all__ = ["is_canonical", "main_file", "read", "skill_of", "translated"]

_KINDS = frozenset(kind.value for kind in Kind)


def is_canonical(values: Mapping[str, Any]) -> bool:
    """Return whether a front matter has a key that only canonical sources have."""
    kind = values.get("kind")
    ours = isinstance(kind, str) and kind in _KINDS
    return ours or "overrides" in values or "attribution" in values


def main_file(found: Scan) -> tuple[Found | None, list[Diagnostic]]:
    """Return ``SKILL.md``, also where it is spelled ``skill.md``."""
    exact = found.files.get("SKILL.md")
    if exact is not None:
        return exact, []
    for path, file in found.files.items():
        if path.lower() in {"skill.md", "skills.md"}:
            place = f"{found.folder}/{path}"
            return file, [report(codes.WRONG_CASE, place, path=path, expected="SKILL.md")]
    return None, []


def read(candidate: Candidate) -> ReadResult:
    """Read one folder."""
    found = scan(candidate.path)
    base = found.folder
    main, notes = main_file(found)
    if main is None:
        missing = report(codes.NO_SKILL_FILE, base, path=base, expected="SKILL.md")
        return ReadResult((), (*found.diagnostics, missing))
    page = open_page(f"{base}/{main.path}", main.data)
    if is_canonical(page.values):
        from .canonical import read_scanned  # noqa: PLC0415  (the two readers know each other)

        return read_scanned(candidate, found)
    tests, said = read_tests(found.files, base)
    beside = resources(found.files.values(), without=SKILL_FILES | {main.path})
    skill = skill_of(
        page,
        os.path.basename(os.path.abspath(base)),  # noqa: PTH100, PTH119
        path=base,
        tests=tests,
        resources=beside,
        diagnostics=(*found.diagnostics, *notes, *said),
    )
    if candidate.twin is not None:
        skill = with_twin(skill, candidate)
    return ReadResult((skill,))


def skill_of(page: Page, place: str, **fields: Any) -> Skill:
    """Make a skill of a page in the Agent Skills form; ``place`` is its folder's name."""
    meta = read_meta(page)
    return make(
        page,
        meta,
        name=name_of(page, place, meta, quiet=page.unreadable),
        description=describe(page, meta),
        dialect=fields.pop("dialect", Dialect.AGENT_SKILL),
        **fields,
    )


def with_twin(skill: Skill, candidate: Candidate) -> Skill:
    """Add the Chinese skill of a parallel folder (``en/x`` and ``zh-CN/x``) as the translation."""
    if candidate.twin is None:
        return skill
    path = candidate.twin / "SKILL.md"
    found, findings = read_file(path, candidate.root)
    if found is None:
        return replace(skill, diagnostics=(*skill.diagnostics, *findings))
    return translated(skill, open_page(os.fspath(path), found.data))


def translated(skill: Skill, page: Page) -> Skill:
    """Return ``skill`` with the Chinese file ``page`` as its translation."""
    if skill.main is None:
        return skill
    chinese = page.text("description") or skill.description.zh or ""
    return replace(
        skill,
        main=replace(skill.main, lang=Lang.EN),
        description=text_of(skill.description.en or "", chinese),
        translation=page.document(Lang.ZH),
        translation_front_matter=page.front,
        diagnostics=(*skill.diagnostics, *page.diagnostics),
    )
