"""One skill onto the tree: what is there is polyskill's as it was, edited by the user, or foreign.

Each skill is applied whole or not at all; a skill that is refused leaves the others alone. Nothing
is written here: :class:`~.tree.Tree` gathers what shall be.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeVar

from polyskill.compiler.checks.paths import fold
from polyskill.compiler.codes import install as codes
from polyskill.compiler.diagnostics import Diagnostic, Severity, report

from ..base import File, JsonKeys, ManagedBlock, Piece
from ..merge import MergeError
from ..merge.values import plain
from .edits import three_way
from .errors import InstallError
from .lock import BlockEntry, FileEntry, Lock, SkillEntry, digest
from .shared import Aside, SharedFiles
from .store import BACKUPS, Original, Store
from .tree import Content, Tree

__all__ = ["Action", "Applier", "Policy"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Policy:
    """What to do with a file that is in the way.

    ``adopt``: one with the very bytes becomes polyskill's own. ``backup``: put it aside, and back
    when the skill is taken out; an edit of the user's is put aside for good, in the folder of
    backups that ``stamp`` names.
    """

    adopt: bool = False
    backup: bool = False
    stamp: str = "backup"


@dataclass(frozen=True, slots=True)
class Action:
    """What a command does to a path for a skill.

    ``kind`` is "create", "update", "merge" (with an edit), "keep" (an edit), "remove", "adopt",
    "replace" (a file of the user's, which is kept), "restore" (such a file) or "aside" (where an
    edit of the user's is kept).
    """

    kind: str
    path: str
    skill: str


class _RefusedError(Exception):
    """A skill is not applied; its findings say why."""


@dataclass(slots=True)
class _Work:
    """One skill in the making."""

    name: str
    old: SkillEntry
    files: dict[str, FileEntry] = field(default_factory=dict)
    blocks: dict[str, BlockEntry] = field(default_factory=dict)
    keys: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    actions: list[Action] = field(default_factory=list)
    found: list[Diagnostic] = field(default_factory=list)

    def did(self, kind: str, path: str) -> None:
        if kind:
            self.actions.append(Action(kind, path, self.name))


class Applier:
    """Applies skills one by one; ``lock`` is what the lock is after them."""

    def __init__(self, tree: Tree, store: Store, lock: Lock, policy: Policy) -> None:
        self.tree, self.store, self.lock, self.policy = tree, store, lock, policy
        self.actions: list[Action] = []
        self.diagnostics: list[Diagnostic] = []
        self._owners = {
            fold(path): (name, path) for name, entry in lock.skills.items() for path in entry.files
        }
        self._shared = SharedFiles(tree, store)

    def apply(self, entry: SkillEntry, pieces: Mapping[str, Piece]) -> bool:
        """Put a skill in place, or bring it up to date; ``False`` if it was refused.

        Args:
            entry: who the skill is; its files, blocks and keys are filled in here.
            pieces: what it consists of, by path.
        """
        work = self._work(entry.name, pieces)
        if work is None:
            return False
        made = replace(entry, files=work.files, blocks=work.blocks, keys=work.keys)
        self.lock = self.lock.with_skill(entry.name, made)
        self._owners |= {fold(path): (entry.name, path) for path in work.files}
        return True

    def remove(self, name: str) -> bool:
        """Take a skill out; ``False`` if an edit of the user's forbids it."""
        if self._work(name, {}) is None:
            return False
        self.lock = self.lock.with_skill(name, None)
        return True

    def _work(self, name: str, pieces: Mapping[str, Piece]) -> _Work | None:
        work = _Work(name, self.lock.skills.get(name, SkillEntry(name, "")))
        state = self.store.state
        before = (dict(state.originals), dict(state.written))
        try:
            with self.tree.attempt():
                self._all(work, pieces)
                if any(one.severity is Severity.ERROR for one in work.found):
                    raise _RefusedError
        except _RefusedError:
            state.originals, state.written = before
            self.diagnostics += [replace(one, skill=name) for one in work.found]
            return None
        self.diagnostics += [replace(one, skill=name) for one in work.found]
        self.actions += work.actions
        for path in work.old.files:
            self._owners.pop(fold(path), None)
        return work

    def _all(self, work: _Work, pieces: Mapping[str, Piece]) -> None:
        places: dict[str, Piece] = {}
        for path, piece in pieces.items():
            real = self._guarded(work, path, self.tree.resolve, path)
            if real is not None and self._unclaimed(work, places, real, piece):
                places[real] = piece
        for path, piece in places.items():
            self._guarded(work, path, self._put, work, path, piece)
        for path in work.old.paths:
            if path not in places:
                self._guarded(work, path, self._take_out, work, path)

    @staticmethod
    def _guarded(work: _Work, path: str, do: Callable[..., T], *args: Any) -> T | None:
        """Call ``do``; what is wrong with a path is a finding of the skill."""
        try:
            return do(*args)
        except InstallError as error:
            work.found.append(error.diagnostic)
        except MergeError as error:
            work.found.append(error.diagnostic(path, work.name))
        return None

    def _unclaimed(self, work: _Work, places: Mapping[str, Piece], path: str, piece: Piece) -> bool:
        """Whether this piece is to be put there: through links, two paths may be one."""
        if path in places:
            both_shared = not isinstance(piece, File) and not isinstance(places[path], File)
            if places[path] != piece and not both_shared:
                work.found.append(report(codes.TWO_FORMS, path, name=work.name, output=path))
            return False
        owner, at = self._owners.get(fold(path), (work.name, path))
        if owner != work.name or (at != path and at in places):
            work.found.append(
                report(codes.OWNED_BY_OTHER, path, path=path, name=work.name, other=owner)
            )
            return False
        return True

    def _put(self, work: _Work, path: str, piece: Piece) -> None:
        if isinstance(piece, File):
            self._put_file(work, path, piece)
        elif isinstance(piece, ManagedBlock):
            entry, done, said = self._shared.put_block(
                self.lock, work.name, path, piece, self._aside(work)
            )
            work.blocks[path] = entry
            work.found += [said] if said is not None else []
            work.did(done, path)
        else:
            assert isinstance(piece, JsonKeys)
            data = plain(piece.data)
            work.did(self._shared.put_keys(self.lock, work.name, path, data), path)
            work.keys[path] = data

    def _put_file(self, work: _Work, path: str, piece: File) -> None:
        mode = 0o755 if piece.executable else 0o644
        wanted = Content(piece.data, mode)
        entry = FileEntry(self.store.add(piece.data), mode)
        work.files[path] = entry
        present, old = self.tree.get(path), work.old.files.get(path)
        if present is None:
            self.tree.put(path, wanted)
            work.did("create", path)
        elif old is None:
            self._take_over(work, path, present, wanted)
        elif present.data == piece.data or digest(present.data) == old.sha256:
            if present != wanted:
                self.tree.put(path, wanted)
                work.did("update", path)
        elif entry.sha256 == old.sha256:
            work.did("keep", path)  # the user's edit of what is not new
        else:
            merged = three_way(self.store.get(old.sha256), present.data, piece.data)
            if merged is not None:
                work.found.append(report(codes.MERGED, path, path=path))
                self.tree.put(path, Content(merged, mode))
                work.did("merge", path)
            elif self.policy.backup:
                self._put_aside(work, path, present)
                self.tree.put(path, wanted)
                work.did("update", path)
            else:
                work.found.append(report(codes.EDITED, path, path=path))

    def _take_over(self, work: _Work, path: str, present: Content, wanted: Content) -> None:
        """A file is there that polyskill did not write."""
        alike = present.data == wanted.data
        if alike and self.policy.adopt:
            if present != wanted:
                self.tree.put(path, wanted)
            work.did("adopt", path)
        elif self.policy.backup:
            key = self.store.add(present.data)
            self.store.state.originals[path] = Original(key, present.mode)
            self.tree.put(path, wanted)
            work.did("replace", path)
        else:
            same, same_zh = (" (its bytes are the same)", "（内容相同）") if alike else ("", "")
            work.found.append(report(codes.IN_THE_WAY, path, path=path, same=same, same_zh=same_zh))

    def _take_out(self, work: _Work, path: str) -> None:
        """Remove what the skill no longer brings."""
        if path in work.old.blocks:
            done, said = self._shared.remove_block(
                self.lock, work.name, path, work.old.blocks[path], self._aside(work)
            )
            work.found += [said] if said is not None else []
            work.did(done, path)
        if path in work.old.keys:
            data = work.old.keys[path]
            work.did(self._shared.remove_keys(self.lock, work.name, path, data), path)
        if path in work.old.files:
            self._take_out_file(work, path, work.old.files[path])

    def _take_out_file(self, work: _Work, path: str, old: FileEntry) -> None:
        present = self.tree.get(path)
        original = self.store.state.originals.pop(path, None)
        if present is not None and digest(present.data) != old.sha256:
            if not self.policy.backup:
                work.found.append(report(codes.EDITED_AND_GONE, path, path=path))
                return
            self._put_aside(work, path, present)
        kept = self.store.get(original.sha256) if original is not None else None
        if original is not None and kept is not None:
            self.tree.put(path, Content(kept, original.mode))
            work.did("restore", path)
        elif present is not None:
            self.tree.put(path, None)
            work.did("remove", path)

    def _put_aside(self, work: _Work, path: str, present: Content) -> None:
        kept = f"{BACKUPS}/{self.policy.stamp}/{path}"
        self.tree.put(kept, present)
        work.did("aside", kept)

    def _aside(self, work: _Work) -> Aside | None:
        return partial(self._put_aside, work) if self.policy.backup else None
