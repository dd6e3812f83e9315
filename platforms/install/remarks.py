"""What a user should know of an installation that is otherwise all right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from polyskill.compiler.codes import install as codes
from polyskill.compiler.diagnostics import Diagnostic, report
from polyskill.compiler.model import Skill

from .. import clients
from ..assemble import check_limits
from ..registry import get
from .lock import Lock, SkillEntry
from .pieces import Made
from .roots import Layout
from .sharing import reads
from .tree import Tree

__all__ = ["about_files", "about_skill", "unread"]


def about_skill(skill: Skill, layout: Layout, made: Made) -> Iterator[Diagnostic]:
    """Yield what there is to say of a skill for its assistants."""
    for client in layout.clients:
        if client.id in layout.twice and client.id in made.clients:
            folders = ", ".join(f"`{folder}`" for folder in layout.twice[client.id])
            found = report(
                codes.TWICE, skill.path, name=skill.name, client=client.title, folders=folders
            )
            yield replace(found, skill=skill.name)
    started = [f"`{server.name}`" for server in skill.mcp_servers if server.command]
    started += sorted({f"`{hook.path}`" for hook in skill.hooks})
    if started:
        names = ", ".join(started)
        found = report(codes.STARTS_PROGRAMS, skill.path, name=skill.name, programs=names)
        yield replace(found, skill=skill.name)


def about_files(
    tree: Tree, lock: Lock, scope: str, foreign: Callable[[str], bool]
) -> Iterator[Diagnostic]:
    """Yield what a new instruction file hides, and which one an assistant will not read whole.

    Args:
        tree: what is, and what shall be.
        lock: what will be installed.
        scope: "project" or "user".
        foreign: whether something of the user's is at a path.
    """
    shared = {path for entry in lock.skills.values() for path in entry.blocks}
    touched = sorted(shared & set(tree.touched()))
    for name in sorted({name for entry in lock.skills.values() for name in entry.targets}):
        client = clients.get(name)
        shadowed = client.reads(scope).shadowed
        for path in touched:
            content = tree.get(path)
            if content is None:
                continue
            for hidden, by in shadowed.items():
                if path in by and not tree.exists(path) and foreign(hidden):
                    yield report(codes.HIDES, path, path=path, hidden=hidden, client=client.title)
            if client.platform:
                yield from _cut(client.platform, path, content.data)


def _cut(platform: str, path: str, data: bytes) -> Iterator[Diagnostic]:
    known = get(platform)
    for found in check_limits(known, path, data):
        said = {key: found.args[key] for key in ("size", "unit", "maximum", "effect")}
        args = {**said, "path": path, "client": known.title}
        yield Diagnostic(codes.CUT_BY_CLIENT, path, args=args)


def unread(tree: Tree, entry: SkillEntry, scope: str) -> Iterator[Diagnostic]:
    """Yield the assistants that no longer read a skill's instructions: a file hides them."""
    for target in entry.targets:
        client = clients.get(target)
        carriers = [
            path
            for path in entry.paths
            if reads(client, scope, "instructions", path, lambda _path: False)
        ]
        if carriers and not any(
            reads(client, scope, "instructions", path, tree.exists) for path in carriers
        ):
            args = {"name": entry.name, "client": client.title, "path": carriers[0]}
            yield Diagnostic(codes.HIDDEN, carriers[0], args=args, skill=entry.name)
