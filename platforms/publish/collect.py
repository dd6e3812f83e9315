"""The skills that are to be packed or published, each with its one version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from polyskill.compiler import checks, readers
from polyskill.compiler.codes import build as build_codes
from polyskill.compiler.codes import publish as codes
from polyskill.compiler.diagnostics import Diagnostic, Severity, report, worst
from polyskill.compiler.model import Skill

from ..deliver.worker import internal
from ..parts.text import slug
from .versions import is_version

__all__ = ["NO_VERSION", "Collected", "Item", "collect"]

NO_VERSION = "0.0.0"  # what manifests say where the source says nothing


@dataclass(frozen=True, slots=True)
class Item:
    """A skill that may go out: ``name`` is ASCII and stands in file names."""

    skill: Skill
    name: str
    version: str


@dataclass(slots=True)
class Collected:
    """What there is, in order of the names, and what is wrong."""

    items: list[Item] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)


def collect(sources: Iterable[Path], version: str = "", *, needed: bool = True) -> Collected:
    """Read all sources; a skill with errors is left out and its findings say why.

    Args:
        sources: Folders and files.
        version: The version for all of them, instead of what they say.
        needed: Whether a skill without a version is an error; else ``0.0.0`` stands in.
    """
    made = Collected()
    taken: dict[str, str] = {}
    for source in sources:
        candidates = readers.discover(source)
        if not candidates:
            made.diagnostics.append(report(build_codes.NOTHING_TO_BUILD, str(source)))
        for candidate in candidates:
            try:
                result = readers.read(candidate)
                made.diagnostics += result.diagnostics
                for skill in result.skills:
                    _add(made, taken, skill, version, needed=needed)
            except Exception as error:  # the wall between one source and the rest of the run
                made.diagnostics.append(internal(str(candidate.path), error))
    made.items.sort(key=lambda item: item.name)
    return made


def _add(
    made: Collected, taken: dict[str, str], skill: Skill, version: str, *, needed: bool
) -> None:
    found = [
        replace(item, skill=item.skill or skill.name)
        for item in checks.check_skill(skill, gate_only=True)
    ]
    name = slug(skill.name)
    other = taken.setdefault(name, skill.path)
    if other != skill.path:
        duplicate = report(build_codes.DUPLICATE_NAME, skill.path, name=skill.name, other=other)
        found.append(replace(duplicate, skill=skill.name))
    declared = _declared(skill)
    wanted = version or next(iter(declared), NO_VERSION)
    if not version:
        found += _version_findings(skill, declared, needed=needed)
        wanted = wanted if is_version(wanted) else NO_VERSION
    made.diagnostics += found
    if worst(found) is not Severity.ERROR:
        made.items.append(Item(_with_version(skill, version) if version else skill, name, wanted))


def _version_findings(
    skill: Skill, declared: Mapping[str, list[str]], *, needed: bool
) -> list[Diagnostic]:
    if len(declared) > 1:
        versions = ", ".join(
            f"{version} ({', '.join(places)})" for version, places in declared.items()
        )
        finding = report(codes.VERSION_MISMATCH, skill.path, name=skill.name, versions=versions)
        return [replace(finding, skill=skill.name)]
    said = next(iter(declared), "")
    if needed and not is_version(said):
        finding = report(
            codes.VERSION_MISSING,
            skill.path,
            name=skill.name,
            found=said or "none",
            found_zh=said or "无",
        )
        return [replace(finding, skill=skill.name)]
    return []


def _declared(skill: Skill) -> dict[str, list[str]]:
    """Return every version that the source gives the skill, and where."""
    found: dict[str, list[str]] = {}

    def note(value: object, place: str) -> None:
        if isinstance(value, str | int | float) and str(value).strip():
            found.setdefault(str(value).strip(), []).append(place)

    note(skill.extra.get("version"), "front matter")
    note(skill.metadata.get("version"), "metadata")
    for manifest in skill.manifests:
        if manifest.kind == "plugin":
            note(manifest.data.get("version"), manifest.path)
    return found


def _with_version(skill: Skill, version: str) -> Skill:
    """Return the skill with one version in all the places that manifests are made from."""

    def set_in(data: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**data, "version": version} if "version" in data else data

    return replace(
        skill,
        metadata={**skill.metadata, "version": version},
        extra={key: value for key, value in skill.extra.items() if key != "version"},
        manifests=tuple(
            replace(item, data=set_in(item.data)) if item.kind == "plugin" else item
            for item in skill.manifests
        ),
    )
