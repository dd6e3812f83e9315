"""Packages of other worlds that carry skills: a folder for ``npm publish`` or ``python -m build``.

A carrier holds the skills of all sources in one language (two would have the same names), below
one version: commands and rules are skills in it, as in the neutral plugin. The npm package is at
once an Agent Plugin (``plugin.json``, ``mcp.json``), a pi package, a Cline plugin and an OpenCode
plugin.

Sources, 2026-11-22: pi documentation, packages.md (``pi.skills``, keyword ``pi-package``); Cline
3.0.65, run offline (``cline.plugins`` names a module with ``setup``; its ``skills/`` is picked up);
OpenCode, obra/superpowers#753 (a plugin's ``config`` hook adds to ``skills.paths``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from polyskill.compiler.codes import publish as codes
from polyskill.compiler.codes.build import OUTPUT_COLLISION
from polyskill.compiler.diagnostics import report
from polyskill.compiler.localized import Lang
from polyskill.compiler.select import select

from ..base import File, Loss
from ..parts import manifest, toml
from ..parts.text import json_bytes, shorten, slug, to_bytes
from ..registry import get
from .collect import Item
from .ids import is_pep440, module_name
from .prepared import Package, Prepared, PublishRequest
from .render import Rendered, named, plugin

__all__ = ["npm", "pypi"]

_HOST = "agents"
_PLUGIN_SCHEMA = "https://agent-plugins.org/schemas/1.0.0/plugin.schema.json"
_SENTENCE = 200  # characters; registries cut longer ones
_OPENCODE = b"""\
// Tells OpenCode where the skills of this package are.
import { fileURLToPath } from "node:url";

const skills = fileURLToPath(new URL("./skills", import.meta.url));

export const Skills = async () => ({
  config: async (config) => {
    config.skills ??= {};
    config.skills.paths ??= [];
    if (!config.skills.paths.includes(skills)) config.skills.paths.push(skills);
  },
});
"""
_CLINE = """\
// Cline picks up the folder skills/ of a plugin; this module only makes the package one.
export default {{ name: {name}, manifest: {{ capabilities: ["rules"] }}, setup() {{}} }};
"""
_PYTHON = b'''\
"""Agent skills, as package data: each folder in SKILLS holds a SKILL.md."""

from pathlib import Path

SKILLS = Path(__file__).parent / "skills"
'''


@dataclass(slots=True)
class _Load:
    """What a carrier carries."""

    version: str = ""
    skills: dict[str, File] = field(default_factory=dict)
    servers: dict[str, Any] = field(default_factory=dict)
    first: Mapping[str, Any] = field(default_factory=dict)
    infos: list[manifest.PluginInfo] = field(default_factory=list)


def _load(request: PublishRequest, items: Sequence[Item], made: Prepared) -> _Load:
    """Gather the skills; different versions, or two files of one name, are errors."""
    load = _Load()
    versions: dict[str, list[str]] = {}
    owners: dict[str, str] = {}
    for item in items:
        versions.setdefault(item.version, []).append(item.name)
        for lang in request.languages:
            one = plugin(item, get(_HOST), lang, named(item, lang, request.languages))
            made.diagnostics += one.diagnostics
            load.infos.append(_info(item, lang, one.name))
            _take(load, item, one, owners, made)
    load.version = next(iter(versions), "")
    if len(versions) > 1:
        said = ", ".join(f"{version} ({', '.join(names)})" for version, names in versions.items())
        made.diagnostics.append(
            report(codes.VERSION_MISMATCH, str(request.to), name=request.name, versions=said)
        )
    return load


def _info(item: Item, lang: Lang, name: str) -> manifest.PluginInfo:
    return manifest.info(select(item.skill, lang, _HOST), name)


def _take(load: _Load, item: Item, one: Rendered, owners: dict[str, str], made: Prepared) -> None:
    lost = list(one.losses)
    for path, file in one.files.items():
        if path.startswith("skills/"):
            if load.skills.setdefault(path, file) != file:
                clash = report(
                    OUTPUT_COLLISION,
                    item.skill.path,
                    output=path,
                    name=item.skill.name,
                    other=owners[path],
                )
                made.diagnostics.append(replace(clash, skill=item.skill.name))
            owners.setdefault(path, item.skill.name)
        elif path == "mcp.json":
            for name, server in json.loads(file.data)["mcpServers"].items():
                if load.servers.setdefault(name, server) != server:
                    lost.append(Loss("mcp", f"`{name}`: another skill has one of that name"))
        elif path == "plugin.json":
            load.first = load.first or json.loads(file.data)
    made.losses[one.name] = tuple(lost)


def npm(request: PublishRequest, items: Sequence[Item]) -> Prepared:
    """Return the folder of an npm package."""
    made = Prepared()
    load = _load(request, items, made)
    if not load.skills:
        return made
    short = slug(request.name.rpartition("/")[2])
    name = json.dumps(short)
    files = {
        **load.skills,
        "opencode.js": File(_OPENCODE),
        "cline.js": File(to_bytes(_CLINE.format(name=name))),
        "plugin.json": File(json_bytes(_plugin(request, load, short))),
    }
    if load.servers:
        schema = _PLUGIN_SCHEMA.replace("plugin.schema", "mcp.schema")
        files["mcp.json"] = File(json_bytes({"$schema": schema, "mcpServers": load.servers}))
    made.packages[request.name] = Package(load.version, files)
    made.optional["README.md"] = _readme(request, load, f"npm install {request.name}")
    made.keys["package.json"] = manifest.without_empty(
        {
            "name": request.name,
            "version": load.version,
            "description": _sentence(load),
            "keywords": ["agent-skills", "pi-package"],
            "license": _license(load) or "SEE LICENSE IN skills",
            "author": _author(load),
            "type": "module",
            "exports": {".": "./opencode.js", "./cline": "./cline.js"},
            "files": sorted({path.partition("/")[0] for path in files}),
            "pi": {"skills": ["./skills"]},
            "cline": {"plugins": ["./cline.js"]},
        }
    )
    return made


def _plugin(request: PublishRequest, load: _Load, name: str) -> Mapping[str, Any]:
    """Return the Agent Plugins manifest of the whole package."""
    if len(load.infos) == 1:
        return {**load.first, "name": name}
    return manifest.without_empty(
        {
            "$schema": _PLUGIN_SCHEMA,
            "name": name,
            "version": load.version,
            "description": _sentence(load),
            "license": _license(load),
        }
    )


def pypi(request: PublishRequest, items: Sequence[Item]) -> Prepared:
    """Return the folder of a Python package that hatchling builds."""
    made = Prepared()
    load = _load(request, items, made)
    if not load.skills:
        return made
    if not is_pep440(load.version):
        made.diagnostics.append(
            report(
                codes.VERSION_MISSING,
                str(request.to),
                name=request.name,
                found=load.version,
                found_zh=load.version,
            )
        )
    if load.servers:
        names = ", ".join(load.servers)
        lost = Loss("mcp", f"{names}: a Python package of skills starts no servers")
        made.losses[request.name] = (*made.losses.get(request.name, ()), lost)
    module = module_name(request.name)
    package = f"src/{module}"
    project: dict[str, Any] = {
        "name": request.name,
        "version": load.version,
        "description": _sentence(load),
        "readme": "README.md",
        "requires-python": ">=3.9",
        "keywords": ["agent-skills"],
        "dependencies": [],
    }
    if author := _author(load):
        project["authors"] = [{"name": author}]
    tables = (
        (["build-system"], {"requires": ["hatchling"], "build-backend": "hatchling.build"}),
        (["project"], project),
        (["tool", "hatch", "build", "targets", "wheel"], {"packages": [package]}),
        (["tool", "hatch", "build", "targets", "sdist"], {"include": ["/src", "/README.md"]}),
    )
    text = "\n".join(toml.table(path, values) for path, values in tables)
    files = {f"{package}/{path}": file for path, file in load.skills.items()}
    files[f"{package}/__init__.py"] = File(_PYTHON)
    files["pyproject.toml"] = File(to_bytes(text))
    made.packages[request.name] = Package(load.version, files)
    made.optional["README.md"] = _readme(request, load, f"pip install {request.name}")
    return made


def _sentence(load: _Load) -> str:
    if len(load.infos) == 1:
        return shorten(load.infos[0].description, _SENTENCE)
    return shorten(", ".join(info.name for info in load.infos), _SENTENCE)


def _license(load: _Load) -> str:
    """Return the one licence of all skills, if they have one."""
    names = {info.license for info in load.infos}
    return names.pop() if len(names) == 1 else ""


def _author(load: _Load) -> str:
    names = {info.author.name for info in load.infos}
    name = names.pop() if len(names) == 1 else ""
    return "" if name == "unknown" else name


def _readme(request: PublishRequest, load: _Load, command: str) -> File:
    lines = [f"# {request.name}", "", f"    {command}", ""]
    for info in load.infos:
        lines += [f"## {info.title}", "", info.description, ""]
        if info.license:
            lines += [f"{info.license}", ""]
    return File(to_bytes("\n".join(lines)))
