"""From a skill of any dialect to a canonical folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..model import Dialect, Manifest, Resource, Skill, TestCase
from ..readers.meta import FOLDED
from ..readers.resources import role_of
from .bodies import Bodies, bodies_of
from .folder import CanonicalFolder, Dropped
from .front import main_values, page, translated_values
from .parts import component_files

__all__ = ["to_canonical"]

CASES = "evals/cases.yaml"
_PARTS = ("prompt.md", "case.yaml")  # of a case folder of `claude plugin eval`
_CARRIED = frozenset(FOLDED) | {
    "$schema",
    "agents",
    "commands",
    "contextFileName",
    "description",
    "hooks",
    "interface",
    "license",
    "mcpServers",
    "name",
    "rules",
    "skills",
    "source",
    "strict",
}


def to_canonical(skill: Skill) -> CanonicalFolder:
    """Return ``skill`` as a canonical folder, and what such a folder does not hold.

    The result depends on the skill alone, and reading and writing it again changes nothing.
    """
    bodies = bodies_of(skill)
    dropped = list(bodies.dropped)
    parts = component_files(skill, dropped)
    made = _made_anew(skill)
    files: dict[str, bytes] = {}
    executables: set[str] = set()
    tests = (*skill.tests, *bodies.tests)
    replaced = {test.path for test in tests} | {CASES} if tests else set()
    for resource in skill.resources:
        path = resource.path
        if resource.role == "component" and path in made:
            continue
        if resource.role == "component" and role_of(path, components=True) != "component":
            dropped += _left_behind(skill, resource)
        elif path not in parts and not (resource.role == "evals" and _read_from(path, replaced)):
            files[path] = resource.data
            if resource.executable:
                executables.add(path)
    if tests:
        from ..evals import write_cases  # noqa: PLC0415  (few skills have any)

        files[CASES] = write_cases(_unique(tests)).encode("utf-8", "surrogateescape")
    _moved(files, bodies)
    translated = translated_values(skill)
    if translated or bodies.chinese:
        files["SKILL.zh.md"] = page(translated, bodies.chinese)
    marked = "SKILL.zh.md" in files or CASES in files
    # There `rules/` and the like are plain files that the body points at, no components.
    plain = skill.dialect is Dialect.AGENT_SKILL and any(
        role_of(path, components=True) == "component" for path in files
    )
    values = main_values(skill, mark=bool(parts) and not marked, plain=plain and marked)
    files["SKILL.md"] = page(values, bodies.main)
    files.update(parts)
    dropped += [lost for manifest in skill.manifests for lost in _manifest(manifest)]
    ordered = {path: files[path] for path in sorted(files)}
    return CanonicalFolder(ordered, frozenset(executables & files.keys()), tuple(dropped))


def _read_from(path: str, replaced: set[str]) -> bool:
    """Return whether all that a file says is in the cases: it is theirs, or a part of theirs."""
    folder = path.rpartition("/graders/")[0] or path.removesuffix("/case.yaml")
    return path in replaced or not replaced.isdisjoint({f"{folder}/{name}" for name in _PARTS})


def _unique(tests: Sequence[TestCase]) -> list[TestCase]:
    """Give cases of different files that have the same id a number."""
    made: list[TestCase] = []
    taken = {test.id for test in tests}
    seen: set[str] = set()
    for test in tests:
        name, number = test.id, 1
        while name in seen or (number > 1 and name in taken):
            number += 1
            name = f"{test.id}-{number}"
        seen.add(name)
        made.append(replace(test, id=name))
    return made


def _moved(files: dict[str, bytes], bodies: Bodies) -> None:
    """Add the sections that moved out of the body to the files that are for them."""
    for path, text in (("CHANGELOG.md", bodies.history), ("NOTICE.md", bodies.license)):
        if text:
            data = text.encode("utf-8", "surrogateescape")
            before = files.get(path, b"").rstrip()
            files[path] = before + b"\n\n" + data if before else data


def _made_anew(skill: Skill) -> set[str]:
    """Return the component files that are written from what they say."""
    made = {command.path for command in skill.commands} | {agent.path for agent in skill.agents}
    made |= {rule.path for rule in skill.rules} | {hook.path for hook in skill.hooks}
    made |= {"mcp.json", ".mcp.json"}
    return made | {path.removesuffix(".md") + ".zh.md" for path in made if path.endswith(".md")}


def _left_behind(skill: Skill, resource: Resource) -> list[Dropped]:
    """Report a file of the source that has no place: a plugin's README, another locale."""
    base = skill.path
    place = f"{base}/{resource.path}"
    if place in {source.path for source in skill.sources} | {one.path for one in skill.manifests}:
        return []
    if base.endswith(f"/{resource.path}"):  # the one file itself (TOML)
        return []
    return [Dropped("file", resource.path, place)]


def _manifest(manifest: Manifest) -> list[Dropped]:
    """Report what a manifest says that only its host understands."""
    rest = sorted(key for key in manifest.data if key not in _CARRIED)
    if not rest:
        return []
    return [Dropped(manifest.kind, f"{manifest.host}: {', '.join(rest)}", manifest.path)]
