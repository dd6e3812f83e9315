"""What may be wrong with an installation: interrupted commands, changed files, strangers, twins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from polyskill.compiler.codes import doctor as codes
from polyskill.compiler.diagnostics import Diagnostic, Severity, report

from .. import clients
from ..deliver.transaction import pending
from .comparing import problems
from .detect import detect
from .errors import InstallError
from .lock import Lock
from .remarks import unread
from .run import load_lock
from .scope import Scope
from .tree import Tree
from .wanted import load

__all__ = ["Health", "examine"]


@dataclass(slots=True)
class Health:
    """The assistants in use and what tells so, how many skills there are, and what is wrong."""

    assistants: dict[str, tuple[str, ...]] = field(default_factory=dict)
    skills: int = 0
    diagnostics: list[Diagnostic] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong (notes do not count)."""
        return all(found.severity is Severity.INFO for found in self.diagnostics)


def examine(scope: Scope) -> Health:
    """Look an installation over; nothing is written.

    Raises:
        InstallError: its lock cannot be used.
    """
    health = Health()
    project = scope.root if scope.name == "project" else None
    found = detect(project, scope.home)
    health.assistants = {one.client.title: one.signs for one in found}
    if pending(scope.root):
        place = str(scope.root)
        health.diagnostics.append(report(codes.INTERRUPTED, place, place=place))
    wanted = scope.root / "skills.toml"
    if wanted.exists():
        try:
            load(wanted)
        except InstallError as error:
            health.diagnostics.append(error.diagnostic)
    lock, _ = load_lock(scope)
    health.skills = len(lock.skills)
    tree = Tree(scope.root)
    health.diagnostics += problems(tree, lock)
    for entry in lock.skills.values():
        health.diagnostics += unread(tree, entry, scope.name)
    for one in found:
        health.diagnostics += _seen_twice(tree, lock, one.client, scope)
        health.diagnostics += _not_reached(lock, one.client)
    health.diagnostics += _both_scopes(lock, scope)
    return health


def _seen_twice(
    tree: Tree, lock: Lock, client: clients.Client, scope: Scope
) -> Iterator[Diagnostic]:
    """Yield skills that a client finds in two folders with different contents."""
    for name in lock.skills:
        contents = {}
        for folder in client.reads(scope.name).skills:
            path = f"{folder}/{name}/SKILL.md"
            if tree.exists(path):
                content = tree.get(tree.resolve(path))
                contents[folder] = None if content is None else content.data
        if len(set(contents.values())) > 1 or (
            len(contents) > 1 and client.copies is clients.Copies.ALL
        ):
            folders = ", ".join(f"`{folder}`" for folder in contents)
            yield replace(
                report(codes.SEEN_TWICE, name, name=name, client=client.title, folders=folders),
                skill=name,
            )


def _not_reached(lock: Lock, client: clients.Client) -> Iterator[Diagnostic]:
    """Yield skills that are installed, but not for an assistant that is in use."""
    for name, entry in lock.skills.items():
        if client.id not in entry.targets and client.programs:
            yield replace(
                report(codes.NOT_INSTALLED_FOR, name, name=name, client=client.title, id=client.id),
                skill=name,
            )


def _both_scopes(lock: Lock, scope: Scope) -> Iterator[Diagnostic]:
    """Yield skills that the home folder has as well."""
    if scope.name != "project" or scope.root == scope.home:
        return
    other, _ = load_lock(Scope("user", scope.home, scope.home))
    for name in sorted(set(lock.skills) & set(other.skills)):
        yield replace(report(codes.BOTH_SCOPES, name, name=name), skill=name)
