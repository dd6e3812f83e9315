"""What is wrong between the skills of one run.

Skills are checked in worker processes; what comes back from each is a small summary.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from posixpath import commonpath

from ..codes import budget, resources
from ..codes.build import INTERNAL
from ..diagnostics import Diagnostic, report
from ..localized import Lang, Text
from ..model import Dialect, Kind, LinkKind, Skill
from .alike import near_duplicates
from .paths import fold

__all__ = ["Mention", "SkillSummary", "check_run", "summarise"]


@dataclass(frozen=True, slots=True)
class Mention:
    """A place where a skill names another one."""

    target: str
    path: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class SkillSummary:
    """What the checks of a whole run need to know of one skill."""

    name: str
    path: str
    title: Text
    description: Text
    dialect: Dialect
    resource_paths: tuple[str, ...] = ()
    kind: Kind = Kind.SKILL
    plugin: str = ""
    mentions: tuple[Mention, ...] = ()


def summarise(skill: Skill, *, mentions: bool = True) -> SkillSummary:
    """Return the summary of a skill.

    Args:
        skill: as a reader returned it.
        mentions: whether to look for names of other skills in the body, which parses it.
    """
    main = skill.main
    return SkillSummary(
        name=skill.name,
        path=main.source.path if main is not None else skill.path,
        title=skill.title,
        description=skill.description,
        dialect=skill.dialect,
        resource_paths=tuple(resource.path for resource in skill.resources),
        kind=skill.kind,
        plugin=skill.plugin,
        mentions=tuple(_mentions(skill)) if mentions else (),
    )


def _mentions(skill: Skill) -> Iterator[Mention]:
    from ..extract.links import links_of  # noqa: PLC0415  (a gate never needs it)

    for document in (skill.main, skill.translation):
        if document is None or "`" not in document.body:
            continue
        source = document.source
        for link in links_of(replace(skill, main=document, translation=None)):
            if link.kind is not LinkKind.SKILL:
                continue
            # "use `git-lfs`" names a tool; only a line that speaks of skills names a skill.
            place = source.position(link.span.start)
            line = source.slice(source.line_span(place.line - 1, place.line)).lower()
            if "skill" in line or "技能" in line:
                yield Mention(link.target, source.path, place.line, place.column)


def check_run(skills: Sequence[SkillSummary]) -> list[Diagnostic]:
    """Return what is wrong between skills: equal names, equal descriptions, too many of them."""
    found: list[Diagnostic] = []
    for rule in (_names, _similar, _unknown, _listing):
        try:
            found += rule(skills)
        except Exception as error:
            reason = f"rule {rule.__name__}: {type(error).__name__}: {error}"
            found.append(report(INTERNAL, _common(skills), reason=reason[:300]))
    return sorted(found, key=Diagnostic.sort_key)


def _names(skills: Sequence[SkillSummary]) -> Iterator[Diagnostic]:
    """Report names that are equal, or that a file system or a host takes for equal.

    Names count within a kind and a plugin: assistants tell ``a:review`` from ``b:review``.
    """
    exact: dict[tuple[Kind, str, str], SkillSummary] = {}
    folded: dict[tuple[Kind, str, str], SkillSummary] = {}
    for skill in skills:
        other = exact.setdefault((skill.kind, skill.plugin, skill.name), skill)
        if other is not skill:
            duplicate = report(
                resources.DUPLICATE_NAME, skill.path, name=skill.name, other=other.path
            )
            yield replace(duplicate, skill=skill.name)
            continue
        key = fold(unicodedata.normalize("NFKC", skill.name))
        other = folded.setdefault((skill.kind, skill.plugin, key), skill)
        if other is not skill:
            collision = report(
                resources.NAME_COLLISION,
                skill.path,
                name=skill.name,
                other_name=other.name,
                other=other.path,
                how=_how(skill.name, other.name),
            )
            yield replace(collision, skill=skill.name)


def _how(name: str, other: str) -> str:
    for form in ("NFC", "NFKC"):
        if unicodedata.normalize(form, name) == unicodedata.normalize(form, other):
            return form
    return "casefold"


def _similar(skills: Sequence[SkillSummary]) -> Iterator[Diagnostic]:
    wanted = [skill for skill in skills if skill.kind is Kind.SKILL and skill.description]
    texts = [skill.description.pick(Lang.EN) for skill in wanted]
    for later, earlier, likeness in near_duplicates(texts):
        skill, other = wanted[later], wanted[earlier]
        if skill.name == other.name:
            continue
        similar = report(
            resources.SIMILAR_DESCRIPTION,
            skill.path,
            name=skill.name,
            other_name=other.name,
            percent=int(100 * likeness),
        )
        yield replace(similar, skill=skill.name)


def _unknown(skills: Sequence[SkillSummary]) -> Iterator[Diagnostic]:
    if len(skills) < 2:
        return
    names = {skill.name for skill in skills}
    for skill in skills:
        for mention in skill.mentions:
            if mention.target.rpartition(":")[2] not in names:
                yield Diagnostic(
                    resources.SKILL_UNKNOWN,
                    mention.path,
                    mention.line,
                    mention.column,
                    args={"target": mention.target, "count": len(skills)},
                    skill=skill.name,
                )


# (host, characters that its list of skills holds, characters that it takes of a description):
# measured with the released clients; the last is what OpenAI documents for Codex.
_LISTINGS = (
    ("Claude Code", 23_400, 1536),
    ("Codex", 21_000, 1024),
    ("Codex (documented)", 8_000, 1024),
)
_PER_LINE = 4  # "- ", ": " around name and description


def _listing(skills: Sequence[SkillSummary]) -> Iterator[Diagnostic]:
    """Report runs whose skills, installed together, do not fit what assistants always load."""
    wanted = [skill for skill in skills if skill.kind is Kind.SKILL]
    for host, limit, longest in _LISTINGS:
        total = sum(
            len(skill.name) + min(longest, len(skill.description.pick(Lang.EN))) + _PER_LINE
            for skill in wanted
        )
        if total > limit:
            place, count = _common(wanted), len(wanted)
            yield report(
                budget.LISTING_BUDGET, place, count=count, total=total, host=host, limit=limit
            )


def _common(skills: Sequence[SkillSummary]) -> str:
    """Return the folder that all skills of a run are in."""
    paths = [skill.path for skill in islice(skills, 10_000)]
    try:
        return commonpath(paths) or "."
    except ValueError:  # no skills, or relative and absolute paths mixed
        return "."
