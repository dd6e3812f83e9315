"""What is wrong with a skill, or between the skills of a run.

Readers report what they met while reading; the rules here judge what was read. Each rule is one
function in one of this package's modules, and each code has a page in ``docs/rules/``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..codes.build import INTERNAL
from ..codes.safety import MORE_FINDINGS
from ..diagnostics import Diagnostic, report
from ..model import Skill
from .across import SkillSummary, check_run, summarise
from .registry import Rule, rules
from .subject import Subject

__all__ = ["SkillSummary", "check_before_install", "check_run", "check_skill", "summarise"]

# A hostile or generated file can break one rule a million times; so many are told one by one.
MOST_OF_A_KIND = 20


def check_before_install(skill: Skill) -> list[Diagnostic]:
    """Return what is wrong with a skill for those who install it, in the order of places.

    These are the rules that every build runs and all those of safety; how well a skill is written
    is its author's business.
    """
    subject = Subject(skill)
    found = list(skill.diagnostics)
    for rule in rules():
        if rule.gate or rule.safety:
            found += _run(rule, subject)
    return _in_order(skill, found)


def check_skill(skill: Skill, *, gate_only: bool = False) -> list[Diagnostic]:
    """Return everything that is wrong with one skill, in the order of places.

    Args:
        skill: as a reader returned it; its own diagnostics are included.
        gate_only: run only the cheap rules that every build runs (names, safety, sizes).
    """
    subject = Subject(skill)
    found = list(skill.diagnostics)
    if not gate_only:
        found += _content_diagnostics(subject)
    for rule in rules(gate_only=gate_only):
        found += _run(rule, subject)
    return _in_order(skill, found)


def _in_order(skill: Skill, found: list[Diagnostic]) -> list[Diagnostic]:
    kept = sorted(_capped(found), key=Diagnostic.sort_key)
    return [one if one.skill else replace(one, skill=skill.name) for one in kept]


def _content_diagnostics(subject: Subject) -> Iterable[Diagnostic]:
    try:
        return subject.skill.content.diagnostics
    except Exception as error:
        return [_internal("content", subject, error)]


def _run(rule: Rule, subject: Subject) -> list[Diagnostic]:
    """Run one rule; a mistake in it is a finding, so that it stops neither rules nor skills."""
    try:
        return list(rule.check(subject))
    except Exception as error:
        return [_internal(f"rule {rule.name}", subject, error)]


def _internal(what: str, subject: Subject, error: Exception) -> Diagnostic:
    reason = f"{what}: {type(error).__name__}: {error}"
    return report(INTERNAL, subject.place, reason=reason[:300])


def _capped(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Keep the first findings of each code in each file, and count the others."""
    kept: list[Diagnostic] = []
    seen: Counter[tuple[str, str]] = Counter()
    for one in found:
        key = (one.path, one.code.id)
        seen[key] += 1
        if seen[key] <= MOST_OF_A_KIND:
            kept.append(one)
    return kept + list(_rest(seen))


def _rest(seen: Counter[tuple[str, str]]) -> Iterator[Diagnostic]:
    for (path, code), count in seen.items():
        if count > MOST_OF_A_KIND:
            yield report(MORE_FINDINGS, path, count=count - MOST_OF_A_KIND, finding=code)
