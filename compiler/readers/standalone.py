"""What rules, commands and agents that stand alone have in common: one file, perhaps a twin."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..diagnostics import Diagnostic
from ..document import Document
from ..localized import Lang
from ..model import Dialect, Kind, Resource, Skill
from ..source import Source, decode
from .candidate import Candidate, ReadResult
from .common import describe, make, take_title
from .components import stem_of
from .files import Found, read_file
from .lazy import analyse, parse
from .meta import Meta, name_of, read_meta
from .page import Page, open_page
from .structured import load_toml
from .values import as_string, is_slug, slug
from .words import squeeze, text_of

__all__ = ["Form", "file_of", "from_page", "from_toml"]


@dataclass(frozen=True, slots=True)
class Form:
    """A kind of file, and whether its body may give the description."""

    dialect: Dialect
    kind: Kind
    derive: bool = True


def file_of(candidate: Candidate) -> tuple[Found | None, ReadResult]:
    """Return the file, or the result that says why it cannot be read."""
    found, findings = read_file(candidate.path, candidate.root)
    return found, ReadResult((), tuple(findings))


def _twin(candidate: Candidate) -> Page | None:
    """Return the Chinese file beside ``x.md``: ``x.zh.md``."""
    path = candidate.path
    if path.suffix != ".md":
        return None
    beside = path.with_name(f"{path.stem}.zh.md")
    if not os.path.lexists(beside):
        return None
    found, _ = read_file(beside, candidate.root)
    return open_page(os.fspath(beside), found.data, expected=False) if found else None


Fields = Callable[[Page, Meta], dict[str, Any]]


def from_page(
    candidate: Candidate, found: Found, form: Form, fields: Fields, name: str | None = None
) -> ReadResult:
    """Read a Markdown file; ``fields`` gives what is particular to its kind."""
    path = os.fspath(candidate.path)
    page = open_page(path, found.data, expected=False)
    twin = _twin(candidate)
    meta = read_meta(page)
    given = fields(page, meta)
    stem = name or stem_of(candidate.path.name)
    written = squeeze(page.text("name")) or stem
    label = written if is_slug(written) else name_of(page, stem, meta, written)
    description = describe(page, meta, derive=form.derive)
    if twin is not None and (chinese := twin.text("description")):
        description = text_of(description.en or "", chinese)
    skill = make(
        page,
        meta,
        name=label,
        description=description,
        dialect=form.dialect,
        kind=form.kind,
        path=path,
        main=page.document(Lang.EN if twin else None),
        translation=twin.document(Lang.ZH) if twin else None,
        translation_front_matter=twin.front if twin else None,
        diagnostics=twin.diagnostics if twin else (),
        **given,
    )
    return ReadResult((skill,))


def from_toml(
    candidate: Candidate,
    found: Found,
    form: Form,
    body: str,
    fields: Callable[[Mapping[str, Any]], tuple[dict[str, Any], dict[str, Any]]],
) -> ReadResult:
    """Read a TOML file whose key ``body`` holds the text.

    ``fields`` gives what is particular to the kind: fields of the skill, and extra keys. The file
    itself is kept as a component, because the text in memory is not its text.
    """
    path = os.fspath(candidate.path)
    values, findings = load_toml(decode(found.data, path))
    if values is None:
        return ReadResult((), tuple(findings))
    source = Source(path, as_string(values.get(body)).strip("\n") + "\n")
    page = Page(source, None, 0, (), values)
    meta = Meta()
    given, extra = fields(values)
    meta.extra.update(extra)
    stem = stem_of(candidate.path.name)
    written = squeeze(as_string(values.get("name"))) or stem
    diagnostics: list[Diagnostic] = [*findings]
    name = written if is_slug(written) else slug(written, stem)
    if name != written:
        meta.metadata["original-name"] = written
    skill = Skill(
        name=name,
        dialect=form.dialect,
        path=path,
        kind=form.kind,
        description=describe(page, meta),
        title=take_title(meta),
        main=Document(source, 0, None, parse),
        metadata=meta.metadata,
        extra=meta.extra,
        resources=(Resource(found.path, found.data, found.executable, "component"),),
        diagnostics=(*diagnostics, *meta.diagnostics),
        analyse=analyse,
        **given,
    )
    return ReadResult((skill,))
