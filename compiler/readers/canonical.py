"""Canonical folders: ``SKILL.md``, ``SKILL.zh.md``, test cases and components, read strictly."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..codes import readers as codes
from ..diagnostics import Diagnostic, report
from ..frontmatter import validate_canonical
from ..localized import Lang, Text
from ..model import Dialect, FrontMatter, Kind
from ..source import Span
from .agent_skill import main_file
from .candidate import Candidate, ReadResult
from .cases import read_tests
from .common import make
from .components import argument_hint
from .files import Scan, scan
from .meta import Meta, name_of, phrases, read_meta
from .page import Page, open_page
from .parts import Parts, read_hooks, read_mcp, read_parts
from .resources import SKILL_FILES, resources
from .values import as_flag, as_globs, as_list, as_string, as_tools
from .words import squeeze, text_of

__all__ = ["read", "read_scanned"]

_OWN = frozenset({"kind", "globs", "always", "platforms", "overrides", "argument-hint"})


def read(candidate: Candidate) -> ReadResult:
    """Read one canonical folder."""
    return read_scanned(candidate, scan(candidate.path))


def _check(page: Page, *, translation: bool = False, folder: str | None = None) -> list[Diagnostic]:
    """Return what the schema says; without a front matter every required key is missing."""
    front = page.front
    if front is None:
        if page.diagnostics or translation:
            return []
        front = FrontMatter((), Span(0, 0))
    return [*validate_canonical(front, page.source, translation=translation, folder_name=folder)]


def _translation(found: Scan) -> Page | None:
    file = found.files.get("SKILL.zh.md")
    if file is None:
        return None
    page = open_page(f"{found.folder}/SKILL.zh.md", file.data, strict=True)
    return replace(page, diagnostics=(*page.diagnostics, *_check(page, translation=True)))


def _kind(values: Mapping[str, Any]) -> Kind:
    written = values.get("kind")
    return next((kind for kind in Kind if kind.value == written), Kind.SKILL)


def _overrides(values: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    written = values.get("overrides")
    if not isinstance(written, Mapping):
        return {}
    return {key: value for key, value in written.items() if isinstance(value, Mapping)}


def _parts(found: Scan) -> Parts:
    """Read the components of the folder."""
    parts = read_parts(found.files, found.folder, strict=True)
    for path in ("mcp.json", ".mcp.json"):
        if path in found.files:
            read_mcp(parts, found.files[path], found.folder)
    for path, file in found.files.items():
        if path == "hooks/hooks.json":
            read_hooks(parts, file, found.folder, "claude")
        elif path.startswith("hooks/hooks-") and path.endswith(".json"):
            host = path.removeprefix("hooks/hooks-").removesuffix(".json")
            read_hooks(parts, file, found.folder, host)
    return parts


def _title(page: Page, twin: Page | None, meta: Meta) -> Text:
    own = squeeze(meta.metadata.pop("title", ""))
    chinese = twin.text("title") if twin else ""
    nested = twin.values.get("metadata") if twin else None
    if not chinese and isinstance(nested, Mapping):
        chinese = as_string(nested.get("title"))
    return text_of(own, squeeze(chinese))


def _description(page: Page, twin: Page | None) -> Text:
    return text_of(page.text("description"), twin.text("description") if twin else "")


def read_scanned(candidate: Candidate, found: Scan) -> ReadResult:
    """Read a canonical folder whose files are in memory."""
    base = found.folder
    main, notes = main_file(found)
    if main is None:
        missing = report(codes.NO_SKILL_FILE, base, path=base, expected="SKILL.md")
        return ReadResult((), (*found.diagnostics, missing))
    folder = os.path.basename(os.path.abspath(base))  # noqa: PTH100, PTH119
    page = open_page(f"{base}/{main.path}", main.data, strict=True)
    twin = _translation(found)
    said: list[Diagnostic] = [*found.diagnostics, *notes]
    said += _check(page, folder=folder)
    values = page.values
    meta = read_meta(page)
    for key in _OWN:
        meta.extra.pop(key, None)
    if hint := argument_hint(values):
        meta.extra["argument-hint"] = hint
    kind = _kind(values)
    if kind is Kind.AGENT and "tools" in meta.extra:
        meta.allowed_tools = as_tools(meta.extra.pop("tools"))
    meta.overrides.update(_overrides(values))
    platforms = values.get("platforms")
    # Imported folders may have `rules/` and the like as plain files that the body points at.
    plain = meta.metadata.get("dialect") == Dialect.AGENT_SKILL
    parts = Parts() if plain else _parts(found)
    tests, findings = read_tests(found.files, base)
    said += [*(twin.diagnostics if twin else ()), *parts.diagnostics, *findings]
    skill = make(
        page,
        meta,
        phrases(twin.values.get("triggers")) if twin else (),
        name=name_of(page, folder, meta, quiet=True),
        dialect=Dialect.CANONICAL,
        path=base,
        title=_title(page, twin, meta),
        description=_description(page, twin),
        kind=kind,
        main=page.document(Lang.EN if twin else None),
        translation=twin.document(Lang.ZH) if twin else None,
        translation_front_matter=twin.front if twin else None,
        platforms=None if platforms is None else frozenset(as_list(platforms)),
        globs=as_globs(values.get("globs")),
        always=as_flag(values.get("always")),
        commands=tuple(parts.commands),
        agents=tuple(parts.agents),
        rules=tuple(parts.rules),
        hooks=tuple(parts.hooks),
        mcp_servers=tuple(parts.servers),
        tests=tests,
        resources=resources(
            found.files.values(), components=not plain, without=SKILL_FILES | {main.path}
        ),
        diagnostics=tuple(said),
    )
    return ReadResult((skill,))
