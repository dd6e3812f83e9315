"""Blocks and keys in files that others write too, and giving such a file back as it was.

The bytes that were there before the first skill came are kept. When the last one goes and nobody
else has touched the file in between, it gets those very bytes back; otherwise only what is
polyskill's is taken out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from polyskill.compiler.codes import install as codes
from polyskill.compiler.diagnostics import Diagnostic, report

from ..base import ManagedBlock
from ..merge import find_block, merge, put_block, remove_block, unmerge
from ..merge.values import fingerprint, same
from ..parts.text import to_bytes
from .edits import three_way
from .lock import BlockEntry, Lock, digest
from .store import Original, Store
from .tree import Content, Tree

__all__ = ["Aside", "SharedFiles", "block_text"]

Aside = Callable[[str, Content], None]


def block_text(block: ManagedBlock) -> bytes:
    """Return the text of a block as it is compared and kept: LF, one newline at its end."""
    raw = to_bytes(block.text.replace("\r\n", "\n").rstrip("\n"))
    return raw + b"\n" if raw else raw


class SharedFiles:
    """Changes shared files in a tree. Every method raises MergeError for a file it cannot read."""

    def __init__(self, tree: Tree, store: Store) -> None:
        self._tree, self._store = tree, store

    def put_block(
        self, lock: Lock, name: str, path: str, block: ManagedBlock, aside: Aside | None
    ) -> tuple[BlockEntry, str, Diagnostic | None]:
        """Put a skill's block into a file.

        Args:
            lock: what is installed; the skill's own entry is the one of before.
            name: the skill.
            path: the file.
            block: the block.
            aside: keeps a file with an edit that cannot be merged; ``None`` forbids to replace it.

        Returns:
            What the lock says of it; what was done ("" for nothing, "create", "update", "merge",
            "keep"); and what there is to say, which may be the error that forbids it.
        """
        text = block_text(block)
        entry = BlockEntry(self._store.add(text), block.style, block.header)
        present = self._tree.get(path)
        old = lock.skills[name].blocks.get(path) if name in lock.skills else None
        found = None if present is None else find_block(present.data, name, block.style)
        wanted = text
        done = "create" if found is None else "update"
        said: Diagnostic | None = None
        if found is not None:
            mine = found.replace(b"\r\n", b"\n")
            if mine == text:
                return entry, "", None
            if old is None or digest(mine) != old.sha256:
                if old is not None and old.sha256 == entry.sha256:
                    return entry, "keep", None
                merged = three_way(self._store.get(old.sha256) if old else None, mine, text)
                if merged is not None:
                    wanted, done = merged, "merge"
                    said = report(codes.MERGED, path, path=path)
                elif aside is None or present is None:
                    return entry, "", report(codes.EDITED, path, path=path)
                else:
                    aside(path, present)
        self._begin(lock, path, present)
        before = None if present is None else present.data
        made = put_block(
            before, name, wanted.decode("utf-8", "surrogateescape"), block.style, block.header
        )
        self._set(path, present, made)
        return entry, done, said

    def remove_block(
        self, lock: Lock, name: str, path: str, entry: BlockEntry, aside: Aside | None
    ) -> tuple[str, Diagnostic | None]:
        """Take a skill's block out of a file; return what was done, and the error if forbidden."""
        present = self._tree.get(path)
        found = None if present is None else find_block(present.data, name, entry.style)
        if present is None or found is None:
            self._forget(lock, name, path)
            return "", None
        if digest(found.replace(b"\r\n", b"\n")) != entry.sha256:
            if aside is None:
                return "", report(codes.EDITED_AND_GONE, path, path=path)
            aside(path, present)
        self._finish(lock, name, path, remove_block(present.data, name, entry.style, entry.header))
        return "remove", None

    def put_keys(self, lock: Lock, name: str, path: str, data: Mapping[str, Any]) -> str:
        """Put a skill's keys into a settings file; return what was done."""
        present = self._tree.get(path)
        old = lock.skills[name].keys.get(path) if name in lock.skills else None
        content = None if present is None else present.data
        if content is not None and old is not None and not same(old, data):
            content = unmerge(content, _without(old, self._others(lock, name, path)))
        made = merge(content, data)
        if present is not None and made == present.data:
            return ""
        self._begin(lock, path, present)
        self._set(path, present, made)
        return "create" if old is None else "update"

    def remove_keys(self, lock: Lock, name: str, path: str, data: Mapping[str, Any]) -> str:
        """Take a skill's keys out of a settings file; return what was done."""
        present = self._tree.get(path)
        if present is None:
            self._forget(lock, name, path)
            return ""
        own = _without(data, self._others(lock, name, path))
        made = unmerge(present.data, own) if own else present.data
        self._finish(lock, name, path, made)
        return "remove"

    # -- giving back ---------------------------------------------------------------------------

    def _others(self, lock: Lock, name: str, path: str) -> list[Mapping[str, Any]]:
        return [
            lock.skills[other].keys[path]
            for other in lock.sharers(path)
            if other != name and path in lock.skills[other].keys
        ]

    def _begin(self, lock: Lock, path: str, present: Content | None) -> None:
        """Keep what is there before the first part of polyskill's."""
        state = self._store.state
        if path in state.originals:
            if present is None or digest(present.data) != state.written.get(path):
                del state.originals[path]  # somebody else wrote in between: no way back to then
            return
        if lock.sharers(path) or path in state.written:
            return
        if present is None:
            state.originals[path] = Original()
        else:
            state.originals[path] = Original(self._store.add(present.data), present.mode)

    def _set(self, path: str, present: Content | None, data: bytes) -> None:
        self._tree.put(path, Content(data, 0o644 if present is None else present.mode))
        self._store.state.written[path] = digest(data)

    def _finish(self, lock: Lock, name: str, path: str, data: bytes | None) -> None:
        """Set what is left of a file without a skill's part; the last one gives it back."""
        present = self._tree.get(path)
        original = self._store.state.originals.get(path)
        untouched = present is not None and (
            digest(present.data) == self._store.state.written.get(path)
        )
        if any(other != name for other in lock.sharers(path)):
            if data is not None:
                if not untouched:
                    self._store.state.originals.pop(path, None)
                self._set(path, present, data)
            return
        self._forget(lock, name, path)
        if original is not None and untouched:
            kept = self._store.get(original.sha256) if original.sha256 else None
            if kept is not None or not original.sha256:
                self._tree.put(path, None if kept is None else Content(kept, original.mode))
                return
        if data is None and path not in lock.created:
            data = b""
        self._tree.put(
            path, None if data is None else Content(data, present.mode if present else 0o644)
        )

    def _forget(self, lock: Lock, name: str, path: str) -> None:
        if not any(other != name for other in lock.sharers(path)):
            self._store.state.originals.pop(path, None)
            self._store.state.written.pop(path, None)


def _without(data: Mapping[str, Any], others: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the part of ``data`` that nobody else wants to stay."""
    left = dict(data)
    for other in others:
        for key in list(left):
            if key not in other:
                continue
            mine, theirs = left[key], other[key]
            if isinstance(mine, Mapping) and isinstance(theirs, Mapping):
                left[key] = _without(mine, [theirs])
                if not left[key]:
                    del left[key]
            elif isinstance(mine, list) and isinstance(theirs, list):
                marks = {fingerprint(item) for item in theirs}
                left[key] = [item for item in mine if fingerprint(item) not in marks]
                if not left[key]:
                    del left[key]
            elif same(mine, theirs):
                del left[key]
    return left
