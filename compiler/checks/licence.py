"""Whether a skill may be copied, and whether it says what its licence wants said."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..codes import content
from ..diagnostics import Diagnostic, report
from ..model import Dialect, Kind, Resource, Skill
from .registry import rule
from .subject import Subject

__all__ = ["attribution", "missing_license", "proprietary"]

_NAMES = ("license", "licence", "copying", "notice", "attribution")
_PROPRIETARY = re.compile(
    r"\bproprietary\b|\ball rights reserved\b(?!.{0,400}\bpermission is hereby granted\b)"
    r"|\bmay not (?:be )?(?:cop(?:y|ied)|redistribut\w+|reproduc\w+|distribut\w+)\b"
    r"|\b(?:no|not licensed for) (?:redistribution|commercial use)\b|\bconfidential\b"
    r"|\bunlicensed\b|保留所有权利|版权所有[，,]?\s*(?:违者必究|不得转载|翻版必究)|禁止(?:转载|复制|传播|商用)",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTION = re.compile(
    r"\bwith attribution\b|\battribution (?:is )?require(?:d|ment)\b|\brequires? attribution\b"
    r"|\bmust (?:display|include|give|provide|retain|keep)\b.{0,60}\b(?:attribution|credit)\b"
    r"|\bcc[- ]by\b|署名(?:要求|-)|必须(?:注明|保留)(?:出处|来源|署名)",
    re.IGNORECASE,
)
_CARRIED = re.compile(
    r"\b(?:based on|adapted from|derived from|attribution\s*[:：]|credits?\s*[:：])"
    r"|基于.{1,80}(?:改编|修改|制作)|改编自|来源[:：]|署名[:：]",
    re.IGNORECASE,
)
_LONGEST = 20_000


def _license_files(skill: Skill) -> Iterator[tuple[Resource, str]]:
    for resource in skill.resources:
        name = resource.path.rpartition("/")[2].lower()
        if not resource.binary and (resource.role == "license" or name.startswith(_NAMES)):
            yield resource, resource.data[:_LONGEST].decode("utf-8", "replace")


def _license_name(skill: Skill) -> str:
    front = skill.front_matter.values.get("license") if skill.front_matter else None
    return skill.license or (front if isinstance(front, str) else "")


@rule(content.LICENSE_MISSING)
def missing_license(subject: Subject) -> Iterator[Diagnostic]:
    """Report skills for which nobody knows whether they may be copied."""
    skill = subject.skill
    own_file = skill.dialect in {Dialect.CANONICAL, Dialect.EXPERT, Dialect.AGENT_SKILL}
    if not own_file or skill.kind is not Kind.SKILL or _license_name(skill):
        return
    if not any(True for _ in _license_files(skill)):
        yield report(content.LICENSE_MISSING, subject.place, name=skill.name)


@rule(content.ATTRIBUTION_NOT_CARRIED)
def attribution(subject: Subject) -> Iterator[Diagnostic]:
    """Report a licence that wants a line of thanks where the skill has none.

    The line is looked for in ``attribution`` of the front matter, in the metadata, and in a
    NOTICE or ATTRIBUTION file: "Based on …", "Adapted from …", 改编自, 来源.
    """
    skill = subject.skill
    files = list(_license_files(skill))
    demands = [_license_name(skill)]
    demands += [text for resource, text in files if not _is_notice(resource)]
    if not any(_ATTRIBUTION.search(text) for text in demands):
        return
    if skill.extra.get("attribution") or skill.metadata.get("attribution"):
        return
    if any(_is_notice(resource) and _CARRIED.search(text) for resource, text in files):
        return
    yield report(content.ATTRIBUTION_NOT_CARRIED, subject.place, name=skill.name)


def _is_notice(resource: Resource) -> bool:
    return resource.path.rpartition("/")[2].lower().startswith(("notice", "attribution"))


@rule(content.LICENSE_PROPRIETARY)
def proprietary(subject: Subject) -> Iterator[Diagnostic]:
    """Report licences that do not allow what a build does."""
    skill = subject.skill
    for text in (_license_name(skill), *(text for _, text in _license_files(skill))):
        if found := _PROPRIETARY.search(text):
            excerpt = " ".join(found[0].split())[:80]
            yield report(
                content.LICENSE_PROPRIETARY, subject.place, name=skill.name, excerpt=excerpt
            )
            return
