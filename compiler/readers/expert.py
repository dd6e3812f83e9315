"""One-file expert skills: front matter and a bilingual body in one Markdown file."""

from __future__ import annotations

import os
from dataclasses import replace

from ..model import Dialect
from .candidate import Candidate, ReadResult
from .common import describe, make
from .components import stem_of
from .files import read_file
from .meta import name_of, read_meta
from .page import open_page

__all__ = ["read"]


def read(candidate: Candidate) -> ReadResult:
    """Read one file.

    What the front matter lists as ``platforms`` says where its author tried the skill, not where
    it may go: it is kept as information and limits nothing.
    """
    found, findings = read_file(candidate.path, candidate.root)
    if found is None:
        return ReadResult((), tuple(findings))
    path = os.fspath(candidate.path)
    page = open_page(path, found.data)
    meta = read_meta(page)
    skill = make(
        page,
        meta,
        name=name_of(page, stem_of(candidate.path.name), meta, quiet=page.unreadable),
        description=describe(page, meta),
        dialect=Dialect.EXPERT,
        path=path,
    )
    if not skill.license and skill.main is not None:
        # Most of these files state their licence in a section, not in the front matter.
        from ..extract.licence import licence_of  # noqa: PLC0415  (loads the Markdown parser)

        skill = replace(skill, license=licence_of(skill.main).name)
    return ReadResult((skill,))
