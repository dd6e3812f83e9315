"""Cursor: no client to run, so its files are held against the format that is published for them.

Source: the JSON Schemas and the plugin checks of the repository ``cursor/plugins`` (2026-11-22)
for manifests and rules; the Agent Skills specification for skills.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from polyskill.compiler.checks.printable import printable
from polyskill.compiler.codes.verify import FORMAT_BROKEN, READ_ELSEWHERE
from polyskill.compiler.diagnostics import Diagnostic
from polyskill.compiler.frontmatter import read_strict
from polyskill.compiler.localized import Text

from ..clients import get
from .expect import expectations
from .files import SkillFile, skills_in
from .model import Expected, Seen, Status
from .reasons import elsewhere, spoken
from .shape import AnyOf, ArrayOf, Object, Pattern, Shape, faults_of

__all__ = ["CLIENT_ID", "check", "manifest_faults"]

CLIENT_ID = "cursor"

_TEXT, _SOME = Pattern(), Pattern(r"(?s).+")
_ID = Pattern(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
_URI = Pattern(r"[A-Za-z][A-Za-z0-9+.-]*:\S*")
_NUMBER = r"(0|[1-9]\d*)"
_VERSION = Pattern(rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?")
_PATHS = AnyOf((_TEXT, ArrayOf(_TEXT)))
_SERVERS = AnyOf((_TEXT, dict, ArrayOf(AnyOf((_TEXT, dict)))))
_VERSIONS = Object(other=_VERSION, least=1)
_PERSON = Object({"name": _SOME, "email": Pattern(r"\S+@\S+")}, ("name",))
_VARIABLES = Object(
    {"type": Pattern("object"), "properties": dict, "required": ArrayOf(_TEXT)},
    ("type",),
    other=object,
)

_PLUGIN = Object(
    {
        "name": _ID,
        "displayName": _TEXT,
        "description": _TEXT,
        "version": _TEXT,
        "minClientVersions": _VERSIONS,
        "author": _PERSON,
        "publisher": _SOME,
        "homepage": _URI,
        "repository": _URI,
        "license": _TEXT,
        "logo": _TEXT,
        "keywords": ArrayOf(_TEXT),
        "category": _TEXT,
        "tags": ArrayOf(_TEXT),
        "commands": _PATHS,
        "agents": _PATHS,
        "skills": _PATHS,
        "rules": _PATHS,
        "hooks": AnyOf((_TEXT, dict)),
        "variables": _VARIABLES,
        "mcpServers": _SERVERS,
    },
    ("name",),
)
_ENTRY = Object(
    {"name": _ID, "source": _SOME, "description": _TEXT, "minClientVersions": _VERSIONS},
    ("name", "source"),
)
_MARKETPLACE = Object(
    {
        "name": _SOME,
        "owner": _PERSON,
        "metadata": Object({"description": _TEXT}, other=object),
        "plugins": ArrayOf(_ENTRY),
    },
    ("name", "plugins"),
)
_RULE = Object(
    {"description": _TEXT, "globs": _PATHS, "alwaysApply": bool, "name": _TEXT},
    ("alwaysApply",),
)
_MCP = Object({"mcpServers": Object(other=dict)}, ("mcpServers",), other=object)
_SKILL = Object(
    {
        "name": Pattern(r"(?=.{1,64}\Z)[a-z0-9]+(-[a-z0-9]+)*"),
        "description": Pattern(r"(?s).{1,1024}"),
    },
    ("name", "description"),
    other=object,
)
_JSON: tuple[tuple[str, Shape], ...] = (
    (".cursor-plugin/plugin.json", _PLUGIN),
    (".cursor-plugin/marketplace.json", _MARKETPLACE),
    (".cursor/mcp.json", _MCP),
    ("mcp.json", _MCP),
)


def manifest_faults(path: Path, shown: str) -> list[Text]:
    """Return what in a JSON file of Cursor breaks its format; its name says which format."""
    shape = next(shape for place, shape in _JSON if shown.endswith(place))
    try:
        document = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        said = printable(str(error))
        return [Text(f"it is not JSON: {said}", f"不是 JSON：{said}")]
    return list(faults_of(document, shape, path.name))


def _rule_faults(path: Path) -> list[Text]:
    file = SkillFile(path, path.name)
    front = read_strict(file.source).front
    if front is None:
        return [Text("it has no front matter that is sound YAML", "没有有效的 YAML 元数据")]
    return list(faults_of(dict(front.values), _RULE, path.name))


def _skill_faults(path: Path) -> list[Text]:
    file = SkillFile(path, path.name)
    front = read_strict(file.source).front
    if front is None:
        return [Text("it has no front matter that is sound YAML", "没有有效的 YAML 元数据")]
    found = list(faults_of(dict(front.values), _SKILL, path.name))
    if not file.body.strip():
        found.append(Text("its body is empty", "正文为空"))
    return found


def _broken(shown: str, faults: Sequence[Text]) -> list[Diagnostic]:
    title = get(CLIENT_ID).title
    return [
        Diagnostic(
            FORMAT_BROKEN,
            shown,
            args={
                "path": printable(shown),
                "fault_en": fault.en,
                "fault_zh": fault.zh,
                "client": title,
                "id": CLIENT_ID,
            },
        )
        for fault in faults
    ]


def _roots(project: Path, home: Path) -> Iterator[tuple[Path, str]]:
    """Yield the project, the home, and each plugin that the project's marketplace brings along."""
    yield project, ""
    yield home, "~/"
    try:
        listed = json.loads((project / ".cursor-plugin/marketplace.json").read_bytes())["plugins"]
        sources = [str(entry["source"]) for entry in listed]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return  # none, or one whose faults are told elsewhere
    inside = project.resolve()
    for source in sources:
        folder = (project / source).resolve()
        if source.startswith("./") and inside in folder.parents and folder.is_dir():
            yield folder, folder.relative_to(inside).as_posix() + "/"


def _others(project: Path, home: Path) -> Iterator[tuple[str, list[Text]]]:
    """Yield each file that is no skill of the project: its shown path, and what is wrong."""
    for root, mark in _roots(project, home):
        plugin = (root / ".cursor-plugin/plugin.json").is_file()
        for place, _ in _JSON if plugin else _JSON[:3]:
            if (root / place).is_file():
                yield mark + place, manifest_faults(root / place, place)
        rules = [root / ".cursor/rules", *([root / "rules"] if plugin else [])]
        for path in sorted(path for folder in rules for path in folder.rglob("*.mdc")):
            yield mark + path.relative_to(root).as_posix(), _rule_faults(path)
        for skill in skills_in(root / "skills", mark + "skills") if plugin else ():
            yield f"{skill.shown}/{skill.path.name}", _skill_faults(skill.path)


def check(project: Path, home: Path, skills: Sequence[str] | None) -> list[Seen]:
    """Return a row for each skill that Cursor reads, and one for its rules and manifests."""
    begun = time.monotonic()
    rows = [_row(one, begun) for one in expectations(CLIENT_ID, project, home, skills) if one.skill]
    others = list(_others(project, home))
    if others:
        findings = [found for shown, faults in others for found in _broken(shown, faults)]
        rows.append(_seen("", findings, begun))
    return rows


def _row(expected: Expected, begun: float) -> Seen:
    if not expected.read or expected.file is None:
        return _seen(expected.skill, [elsewhere(expected, get(CLIENT_ID))], begun)
    shown = f"{expected.copies[0]}/{expected.file.name}"
    return _seen(expected.skill, _broken(shown, _skill_faults(expected.file)), begun)


def _seen(skill: str, findings: Sequence[Diagnostic], begun: float) -> Seen:
    status = Status.SCHEMA_ONLY
    if any(each.code is READ_ELSEWHERE for each in findings):
        status = Status.NOT_SEEN
    elif findings:
        status = Status.FAILED
    english, chinese = spoken(findings)
    seconds = time.monotonic() - begun
    return Seen(CLIENT_ID, "", skill, status, reason=english, reason_zh=chinese, seconds=seconds)
