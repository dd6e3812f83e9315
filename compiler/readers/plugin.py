"""Assistant plugins: their skills, and what those share."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from ..codes import readers as codes
from ..diagnostics import Diagnostic, report
from ..localized import Text
from ..model import Dialect, Hook, Kind, Manifest, Resource, Rule, Skill
from .agent_skill import skill_of, translated
from .candidate import Candidate, ReadResult
from .cases import read_tests
from .components import body_text, open_component, stem_of
from .files import Scan, leaves, read_file, scan
from .layout import Layout, lay_out, listed
from .lazy import analyse
from .manifests import PLUGIN_MANIFESTS, Declared, read_manifests
from .mcp import read_servers
from .names import PLUGIN_FOLDERS, inside
from .page import open_page
from .parts import Parts, read_hooks, read_mcp, read_parts
from .resources import license_text, resource, resources, role_of
from .values import is_slug, slug
from .words import squeeze, text_in

__all__ = ["read"]


def _foreign(path: str, names: frozenset[str]) -> bool:
    """Whether a folder inside a plugin is a plugin of its own."""
    return not PLUGIN_FOLDERS.isdisjoint(names) and not path.startswith("skills")


_COMPONENT_KEYS = ("skills", "commands", "agents", "rules", "hooks", "mcpServers")


def _row(candidate: Candidate) -> tuple[Manifest, bool] | None:
    """Return the marketplace row as a manifest, and whether it picks single components.

    A row that lists skills, or that says that it is the whole manifest, carves a plugin out of a
    folder that holds more than one.
    """
    if not candidate.entry:
        return None
    data: dict[str, Any] = json.loads(candidate.entry)
    whole = data.get("strict") is False and any(key in data for key in _COMPONENT_KEYS)
    manifest = Manifest("claude", "marketplace", candidate.listing, data)
    return manifest, whole or isinstance(data.get("skills"), list)


def _carve(candidate: Candidate, declared: Declared) -> Scan:
    """Read only the files that the marketplace row names, and the plugin's manifests."""
    base = os.fspath(candidate.path)
    result = Scan(base)
    wanted = dict.fromkeys(PLUGIN_MANIFESTS)
    for key in _COMPONENT_KEYS:
        for _, path in declared.paths(key):
            wanted.setdefault(path)
            if not (candidate.path / path).exists():
                where = (codes.MISSING_COMPONENT, candidate.listing)
                declared.diagnostics.append(report(*where, key=key, value=path))
    for path in wanted:
        place = candidate.path / path
        if leaves(base, os.fspath(place)):
            where = (codes.PATH_LEAVES, candidate.listing)
            declared.diagnostics.append(report(*where, key="source", value=path))
        elif place.is_dir() and not place.is_symlink():
            below = scan(place)
            result.diagnostics += below.diagnostics
            prefix = f"{path}/" if path else ""
            for inner, found in below.files.items():
                result.files[prefix + inner] = replace(found, path=prefix + inner)
        elif place.exists():
            single, said = read_file(place, candidate.path)
            result.diagnostics += said
            if single is not None:
                result.files[path] = replace(single, path=path)
    return result


def _read_parts(found: Scan, layout: Layout, declared: Declared, host: str) -> Parts:
    """Read what the skills share; only files of the rest count, a skill's own stay its own."""
    rest, base = layout.rest, found.folder
    folders = {
        key: files
        for key in ("commands", "agents", "rules")
        if (files := listed(declared, rest, key, key)) is not None
    }
    parts = read_parts(rest, base, folders=folders)
    if "hooks/hooks.json" in rest:
        read_hooks(parts, rest["hooks/hooks.json"], base, host)
    for file in listed(declared, rest, "hooks") or ():
        if file.path.endswith(".json") and file.path not in parts.used:
            read_hooks(parts, file, base, host)
    for manifest, value in declared.values("hooks"):
        if isinstance(value, Mapping):
            parts.hooks.append(Hook(manifest.host, manifest.path, dict(value)))
    for path in ("mcp.json", ".mcp.json"):
        if path in rest:
            read_mcp(parts, rest[path], base)
    for manifest, value in declared.values("mcpServers"):
        if isinstance(value, Mapping):
            servers, said = read_servers({"mcpServers": value}, manifest.path)
            known = {server.name for server in parts.servers}
            parts.servers += [server for server in servers if server.name not in known]
            parts.diagnostics += said
    for file in listed(declared, rest, "mcpServers") or ():
        if file.path.endswith(".json") and file.path not in parts.used:
            read_mcp(parts, file, base)
    _context(found, layout, declared, parts)
    return parts


def _context(found: Scan, layout: Layout, declared: Declared, parts: Parts) -> None:
    """Read the instructions that a Gemini extension loads into every session."""
    if not any(manifest.host == "gemini" for manifest in declared.manifests):
        return
    written = declared.first("contextFileName")
    names = written if isinstance(written, list) else [written or "GEMINI.md"]
    for name in names:
        path = inside(name) if isinstance(name, str) else None
        file = layout.rest.get(path) if path else None
        if file is not None and file.path not in parts.used:
            page = open_component(file, found.folder)
            label = slug(stem_of(file.path).lower(), "context")
            rule = Rule(label, Text(), body_text(page), always=True, path=file.path)
            parts.rules.append(rule)
            parts.used.add(file.path)
            parts.diagnostics += page.diagnostics


def _shared(layout: Layout, parts: Parts) -> list[Resource]:
    """Return the plugin's own files; what only makes it a plugin is a component."""
    found = []
    for path, file in layout.rest.items():
        role = role_of(path, components=True)
        if path in parts.used or path.startswith(".") or (role == "other" and "/" not in path):
            role = "component"
        found.append(replace(resource(file), role=role))
    return found


def _skills(found: Scan, layout: Layout, fields: dict[str, Any]) -> list[tuple[Skill, str]]:
    """Read every skill of the plugin, with the folder that it came from ("" for flat files)."""
    made: list[tuple[Skill, str]] = []
    for folder, files in layout.folders.items():
        base = f"{found.folder}/{folder}" if folder else found.folder
        main = next((path for path in files if path.lower() == "skill.md"), "")
        notes: tuple[Diagnostic, ...] = ()
        if main != "SKILL.md":
            place = f"{base}/{main}"
            notes = (report(codes.WRONG_CASE, place, path=main, expected="SKILL.md"),)
        tests, said = read_tests(files, base)
        page = open_page(f"{base}/{main}", files[main].data)
        place = os.path.basename(os.path.abspath(base))  # noqa: PTH100, PTH119
        skill = skill_of(
            page,
            place,
            path=base,
            tests=tests,
            resources=resources(files.values(), without=frozenset({main, "SKILL.zh.md"})),
            diagnostics=(*notes, *said),
            **fields,
        )
        if "SKILL.zh.md" in files:
            skill = translated(skill, open_page(f"{base}/SKILL.zh.md", files["SKILL.zh.md"].data))
        made.append((skill, folder))
    for file in layout.flat:
        path = f"{found.folder}/{file.path}"
        page = open_page(path, file.data)
        skill = skill_of(page, stem_of(file.path.rpartition("/")[2]), path=path, **fields)
        note = report(codes.FLAT_SKILL, path, path=file.path, name=skill.name)
        made.append((replace(skill, diagnostics=(*skill.diagnostics, note)), ""))
    return made


def _attach(skill: Skill, folder: str, root: str, parts: Parts, shared: list[Resource]) -> Skill:
    """Give the one skill of a plugin all that the plugin has."""
    own = {one.path for one in skill.resources}
    prefix = f"{folder}/" if folder else ""
    mine = tuple(
        replace(one, origin=prefix + one.path if prefix else "") for one in skill.resources
    )
    notes = [
        report(codes.SHADOWED, f"{root}/{one.path}", path=one.path, other=f"{prefix}{one.path}")
        for one in shared
        if one.path in own
    ]
    return replace(
        skill,
        path=root,
        resources=(*mine, *(one for one in shared if one.path not in own)),
        diagnostics=(*skill.diagnostics, *notes),
    )


def _bundle(
    found: Scan, name: str, declared: Declared, taken: Iterable[str], fields: dict[str, Any]
) -> Skill:
    if name in set(taken):
        name = f"{name[:57]}-plugin"
    return Skill(
        name=name,
        path=found.folder,
        kind=Kind.BUNDLE,
        description=text_in(squeeze(declared.text("description"))),
        metadata=declared.metadata(),
        analyse=analyse,
        **fields,
    )


def _parts_of(parts: Parts) -> dict[str, Any]:
    return {
        "commands": tuple(parts.commands),
        "agents": tuple(parts.agents),
        "rules": tuple(parts.rules),
        "hooks": tuple(parts.hooks),
        "mcp_servers": tuple(parts.servers),
    }


def read(candidate: Candidate) -> ReadResult:
    """Read one plugin folder."""
    row = _row(candidate)
    if row is not None and row[1]:
        declared = Declared([row[0]])
        found = _carve(candidate, declared)
        carved = tuple(path for _, path in Declared([row[0]]).paths("skills"))
        layout = lay_out(found.files, declared, carved)
    else:
        found = scan(candidate.path, _foreign)
        declared = read_manifests(found.files, os.fspath(candidate.path))
        declared.manifests += [row[0]] if row is not None else []
        layout = lay_out(found.files, declared, None)
    base = found.folder
    host = declared.manifests[0].host if declared.manifests else "claude"
    parts = _read_parts(found, layout, declared, host)
    tests, said = read_tests(layout.rest, base)
    parts.diagnostics += said
    folder = os.path.basename(os.path.abspath(base))  # noqa: PTH100, PTH119
    written = squeeze(declared.text("name"))
    name = written if is_slug(written) else slug(written or folder, folder)
    fields: dict[str, Any] = {
        "dialect": Dialect.PLUGIN,
        "plugin": name,
        "manifests": tuple(declared.manifests),
    }
    made = _skills(found, layout, fields)
    shared = _shared(layout, parts)
    title = text_in(squeeze(declared.text("displayName")))
    licence = declared.text("license") or license_text(layout.rest.values())
    skills = [_enriched(skill, declared, licence) for skill, _ in made]
    notes = (*found.diagnostics, *declared.diagnostics, *parts.diagnostics)
    if len(skills) == 1:
        one = _attach(skills[0], made[0][1], base, parts, shared)
        one = replace(
            one,
            tests=(*one.tests, *tests),
            diagnostics=(*one.diagnostics, *notes),
            **_parts_of(parts),
        )
        return ReadResult((one,))
    if parts or (not skills and declared.manifests):
        bundle = _bundle(found, name, declared, [one.name for one in skills], fields)
        skills.append(
            replace(
                bundle,
                title=title,
                license=licence,
                tests=tests,
                resources=tuple(shared),
                diagnostics=notes,
                **_parts_of(parts),
            )
        )
        return ReadResult(tuple(skills))
    if not skills:
        looked = "skills/, commands/, agents/, hooks/, mcp.json"
        notes = (*notes, report(codes.NOTHING_FOUND, base, path=base, looked=looked))
    return ReadResult(tuple(skills), notes)


def _enriched(skill: Skill, declared: Declared, licence: str) -> Skill:
    """Return a skill with what its plugin says about licence and origin, where it is silent."""
    described = declared.metadata()
    described.update(skill.metadata)
    return replace(skill, metadata=described, license=skill.license or licence)
