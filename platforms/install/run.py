"""One command that changes an installation: look, decide in memory, commit once.

with opened(scope) as run:
    run.install(wish, ...)
    run.remove("name")
    outcome = run.finish("install")
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial

from polyskill import __version__
from polyskill.compiler.codes import install as codes
from polyskill.compiler.diagnostics import Diagnostic, Severity, report
from polyskill.compiler.localized import Lang
from polyskill.compiler.model import Kind, Skill

from .. import clients
from ..base import File, JsonKeys, ManagedBlock, Piece
from ..deliver.fingerprint import of_code
from ..deliver.transaction import Session, exclusive, pending
from .apply import Action, Applier, Policy
from .comparing import Difference, differences
from .errors import InstallError
from .intact import is_intact
from .lock import Lock, SkillEntry, digest, parse, render
from .pieces import make
from .preview import Preview, preview
from .remarks import about_files, about_skill, unread
from .roots import Layout, choose
from .scope import Scope
from .store import BACKUPS, FOLDER, History, Known, Store
from .tree import Content, Tree

__all__ = ["Outcome", "Run", "Wish", "opened"]


@dataclass(frozen=True, slots=True)
class Wish:
    """A skill to install: what was read, where it comes from, for whom and in which language.

    ``pinned`` says that the source must always give this revision (a tag, a version).
    """

    skill: Skill
    source: str
    targets: tuple[str, ...]
    lang: Lang = Lang.EN
    form: Kind | None = None
    revision: str = ""
    digest: str = ""
    version: str = ""
    wanted: bool = False
    pinned: bool = False

    def entry(self, compiler: str = __version__) -> SkillEntry:
        """Return what the lock says of it, but for the files."""
        return SkillEntry(
            name=self.skill.name,
            source=self.source,
            title=self.skill.metadata.get("original-name", ""),
            revision=self.revision,
            digest=self.digest,
            version=self.version or self.skill.metadata.get("version", ""),
            licence=self.skill.license,
            lang=self.lang.value,
            form=self.form.value if self.form else "",
            targets=self.targets,
            compiler=compiler,
            wanted=self.wanted,
        )


@dataclass(slots=True)
class Outcome:
    """What a command did (or, in a dry run, would do).

    ``saved`` are files in which an edit of the user's is kept; ``edits`` are those that kept a
    skill from being changed.
    """

    actions: list[Action] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    previews: list[Preview] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    before: Lock = field(default_factory=Lock)
    after: Lock = field(default_factory=Lock)
    written: int = 0
    recovered: str | None = None
    saved: list[str] = field(default_factory=list)
    edits: list[Difference] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether anything was not done as asked."""
        return any(found.severity is Severity.ERROR for found in self.diagnostics)


@contextmanager
def opened(scope: Scope, policy: Policy | None = None, *, dry_run: bool = False) -> Iterator[Run]:
    """Open an installation: alone on it, an interrupted command finished first.

    With ``dry_run`` nothing is locked and nothing is written.

    Raises:
        InstallError: its lock cannot be used.
        TransactionError, OSError: the file system refused.
    """
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    policy = replace(policy or Policy(), stamp=stamp)
    if dry_run:
        yield Run(scope, policy, None)
        return
    with exclusive(scope.root) as session:
        yield Run(scope, policy, session)


def load_lock(scope: Scope) -> tuple[Lock, bytes | None]:
    """Return the lock and its bytes; an empty one if nothing is installed.

    Raises:
        InstallError: it cannot be read, or is not as polyskill wrote it.
    """
    path = scope.root / scope.lock
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Lock(), None
    except IsADirectoryError as error:
        raise InstallError(report(codes.NOT_A_FILE, str(path), path=str(path))) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise InstallError(
            report(codes.UNREADABLE, str(path), path=str(path), reason=reason)
        ) from error
    return parse(data, str(path)), data


class Run:
    """The steps of a command on common ground; made by :func:`opened`."""

    def __init__(self, scope: Scope, policy: Policy, session: Session | None) -> None:
        self.scope = scope
        self.session = session
        self.tree = Tree(scope.root)
        self.store = Store(scope.root)
        self.before, self._lock_bytes = load_lock(scope)
        self.applier = Applier(self.tree, self.store, self.before, policy)
        self.outcome = Outcome(before=self.before, after=self.before)
        self._layouts: dict[tuple[str, ...], Layout] = {}
        if session is not None:
            self.outcome.recovered = session.recovered
            self.outcome.saved = session.saved
            self.outcome.diagnostics += session.diagnostics
        elif pending(scope.root):
            self.outcome.recovered = "pending"

    @property
    def lock(self) -> Lock:
        """What is installed after the steps so far."""
        return self.applier.lock

    def layout(self, targets: tuple[str, ...]) -> Layout:
        """Return the folders for a set of assistants."""
        if targets not in self._layouts:
            found = [clients.get(name) for name in targets]
            self._layouts[targets] = choose(found, self.scope.name)
        return self._layouts[targets]

    def _foreign(self, path: str) -> bool:
        """Whether something is at a path that is not polyskill's own work."""
        return self.tree.exists(path) and path not in self.lock.created

    def _stays(self, name: str, path: str) -> bool:
        """Whether something is at a path that is there without the skill ``name`` as well."""
        if any(other != name for other in self.lock.sharers(path)):
            return True
        if not self.tree.exists(path) or path not in self.lock.created:
            return self.tree.exists(path)
        present = self.tree.get(path)  # polyskill made it; has somebody else written in it?
        return present is not None and digest(present.data) != self.store.state.written.get(path)

    # -- steps ---------------------------------------------------------------------------------

    def current(self, entry: SkillEntry) -> bool:
        """Whether a skill is installed just so, and is intact; a new revision is taken down."""
        present = self.lock.skills.get(entry.name)
        known = self.store.state.sources.get(entry.source)
        if present is None or not present.digest or known is None or known.code != of_code():
            return False
        newer = replace(present, revision=entry.revision, version=entry.version)
        same = replace(newer, files={}, blocks={}, keys={}) == entry
        if not (same and self._good(present)):
            return False
        self.applier.lock = self.lock.with_skill(entry.name, newer)
        return True

    def _good(self, entry: SkillEntry) -> bool:
        """Whether a skill is intact and its assistants still read all of it."""
        hidden = next(unread(self.tree, entry, self.scope.name), None)
        return hidden is None and is_intact(self.tree, entry)

    def known(self, source: str, key: str) -> list[str]:
        """Return the skills of a source, if all of them are installed just so and intact."""
        known = self.store.state.sources.get(source)
        if known is None or known.key != key:
            return []
        entries = [self.lock.skills.get(name) for name in known.skills]
        good = all(entry and entry.source == source and self._good(entry) for entry in entries)
        return known.skills if good else []

    def remember(self, source: str, key: str, names: list[str]) -> None:
        """Note that all skills of a source are installed; kept when something is written."""
        self.store.state.sources[source] = Known(key, of_code(), names)

    def install(self, wish: Wish) -> bool:
        """Install a skill or bring it up to date; ``False`` if it was refused."""
        entry = wish.entry()
        layout = self.layout(wish.targets)
        stays = partial(self._stays, entry.name)
        made = make(wish.skill, wish.lang, wish.form, layout, stays)
        said = [replace(found, skill=entry.name) for found in made.diagnostics]
        if not made.clients:
            nobody = report(codes.NOT_FOR_ANY, wish.skill.path, name=entry.name)
            said = [replace(nobody, skill=entry.name)]
        self.outcome.diagnostics += said
        if any(found.severity is Severity.ERROR for found in said):
            self.outcome.refused.append(entry.name)
            return False
        seen = len(self.applier.actions)
        done = self.applier.apply(entry, made.pieces)
        if not done:
            self.outcome.refused.append(entry.name)
        elif len(self.applier.actions) == seen and self.lock.skills[entry.name] == (
            self.before.skills.get(entry.name)
        ):
            self.outcome.unchanged.append(entry.name)
        self.outcome.previews.append(preview(wish.skill, wish.lang, made, entry))
        self.outcome.diagnostics += about_skill(wish.skill, layout, made)
        return done

    def restore(self, entry: SkillEntry) -> bool:
        """Put a skill back as an earlier lock describes it, from what is kept of it."""
        pieces: dict[str, Piece] = {}
        for path, file in entry.files.items():
            data = self._kept(path, file.sha256)
            pieces[path] = File(data, bool(file.mode & 0o100))
        for path, block in entry.blocks.items():
            text = self._kept(path, block.sha256).decode("utf-8", "surrogateescape")
            pieces[path] = ManagedBlock(text, block.style, block.header)
        for path, keys in entry.keys.items():
            pieces[path] = JsonKeys(keys)
        return self._step(entry.name, self.applier.apply(entry, pieces))

    def _kept(self, path: str, key: str) -> bytes:
        data = self.store.get(key)
        if data is None:
            raise InstallError(report(codes.NO_CONTENT, path, path=path))
        return data

    def remove(self, name: str) -> bool:
        """Take a skill out; ``False`` if an edit of the user's forbids it."""
        return self._step(name, self.applier.remove(name))

    def _step(self, name: str, done: bool) -> bool:
        if not done:
            self.outcome.refused.append(name)
        return done

    # -- the end -------------------------------------------------------------------------------

    def finish(self, note: str, *, record: bool = True) -> Outcome:
        """Commit all steps at once; without any change nothing is written.

        Args:
            note: what the command was, for the history.
            record: whether it can be rolled back (a rollback itself takes a step off instead).

        Raises:
            Conflict, TransactionError: the files changed meanwhile, or the system refused; the old
                state holds.
        """
        outcome = self.outcome
        outcome.actions = self.applier.actions
        outcome.diagnostics += self.applier.diagnostics
        outcome.edits = self._edits()
        lock = self._settled()
        outcome.after = lock
        outcome.diagnostics += about_files(self.tree, lock, self.scope.name, self._foreign)
        changes = self.tree.changes()
        folders = self.tree.emptied(lock.folders + self.before.folders, _all_paths(lock))
        kept = set(_all_paths(lock))
        lock = replace(
            lock,
            folders=tuple(
                one for one in lock.folders if any(p.startswith(f"{one}/") for p in kept)
            ),
        )
        outcome.after = lock
        outcome.written = len(changes)
        text = render(lock, self.scope.name) if lock.skills else None
        if text == self._lock_bytes and not changes:
            return outcome
        if record:
            self._remember(note)
        state = self.store.state
        state.sources = {
            source: known
            for source, known in state.sources.items()
            if all(name in lock.skills for name in known.skills)
        }
        backups = self.tree.exists(BACKUPS) or any(
            change.path.startswith(f"{BACKUPS}/") for change in changes
        )
        changes += self.store.changes(self._needed(lock), empty=not lock.skills, backups=backups)
        own = Tree(self.scope.root)
        own.put(self.scope.lock, None if text is None else Content(text))
        changes += own.changes()
        if self.session is not None:
            self.session.commit([*changes, *folders], note=note)
        return outcome

    def _edits(self) -> list[Difference]:
        """Return the user's edits that forbid what was asked for."""
        forbidding = (codes.EDITED, codes.EDITED_AND_GONE)
        paths = {found.path for found in self.outcome.diagnostics if found.code in forbidding}
        refused = {
            name: entry
            for name, entry in self.before.skills.items()
            if paths and name in self.outcome.refused
        }
        found = differences(self.tree, self.store, Lock(refused))
        return [one for one in found if one.path in paths]

    def _settled(self) -> Lock:
        """Return the lock with the folders and files that polyskill has to make."""
        lock = self.lock
        originals = self.store.state.originals
        made = [path for path, item in originals.items() if not item.sha256]
        created = {path for path in (*lock.created, *made) if lock.sharers(path)}
        known = (*lock.folders, FOLDER)
        fresh = [
            folder
            for folder in self.tree.new_folders()
            if not any(folder == one or folder.startswith(f"{one}/") for one in known)
        ]
        return replace(
            lock,
            folders=tuple(sorted({*lock.folders, *fresh})),
            created=tuple(sorted(created)),
        )

    def _remember(self, note: str) -> None:
        before = self.store.add(self._lock_bytes) if self._lock_bytes else ""
        at = datetime.now(UTC).isoformat(timespec="seconds")
        self.store.remember(History(before, at, note))

    def _needed(self, lock: Lock) -> Iterator[str]:
        yield from _contents(lock)
        for original in self.store.state.originals.values():
            yield original.sha256
        for step in self.store.state.history:
            yield step.lock
            earlier = self.store.get(step.lock) if step.lock else None
            if earlier is not None:
                yield from _contents(parse(earlier, self.scope.lock))


def _all_paths(lock: Lock) -> Iterator[str]:
    for entry in lock.skills.values():
        yield from entry.paths


def _contents(lock: Lock) -> Iterator[str]:
    for entry in lock.skills.values():
        for file in entry.files.values():
            yield file.sha256
        for block in entry.blocks.values():
            yield block.sha256
