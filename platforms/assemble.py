"""Joining what many skills become: who owns which path, and what goes into the shared files."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from polyskill.compiler.codes import merge as codes
from polyskill.compiler.codes.build import OUTPUT_COLLISION
from polyskill.compiler.diagnostics import Diagnostic, report

from .base import Bundle, File, Limit, Loss, ManagedBlock, Piece, Platform
from .merge import MergeError, put_block
from .merge.jsonc import dumps
from .merge.values import covers, fingerprint, is_registry, plain
from .parts.text import to_bytes

__all__ = ["Assembled", "PathClaims", "assemble", "check_limits", "join_shared"]


@dataclass(frozen=True, slots=True)
class Assembled:
    """The files of many skills, by path; what was lost; what is wrong."""

    files: dict[str, File]
    losses: tuple[Loss, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(slots=True)
class _Claim:
    skill: str
    path: str
    digest: str


class PathClaims:
    """Who may write which path, where upper and lower case and Unicode forms count as the same.

    Memory holds one short record per path, so the files themselves may be on disk already.
    """

    def __init__(self) -> None:
        self._files: dict[str, _Claim] = {}
        self._folders: dict[str, _Claim] = {}

    def claim(self, path: str, digest: str, skill: str) -> tuple[str, str] | None:
        """Take ``path`` for a file with that digest.

        Returns:
            ``None`` if the skill may write it (the same bytes may be claimed again); else the
            skill and the path that are in the way.
        """
        key = _folded(path)
        mine = _Claim(skill, path, digest)
        taken = self._files.get(key)
        if taken is not None:
            same = taken.path == path and taken.digest == digest
            return None if same else (taken.skill, taken.path)
        if key in self._folders:
            return self._folders[key].skill, self._folders[key].path
        fresh: list[str] = []
        parent = key.rpartition("/")[0]
        while parent and parent not in self._folders:
            if parent in self._files:
                return self._files[parent].skill, self._files[parent].path
            fresh.append(parent)
            parent = parent.rpartition("/")[0]
        for folder in fresh:
            self._folders[folder] = mine
        self._files[key] = mine
        return None


def _folded(path: str) -> str:
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def join_shared(
    path: str, pieces: Iterable[tuple[str, Piece]], problems: list[Diagnostic] | None = None
) -> bytes:
    """Return the contents of a file that several skills write, as polyskill would create it.

    ``pieces`` are (skill name, :class:`ManagedBlock` or :class:`JsonKeys`) in the order in which
    they are to stand. A piece that contradicts an earlier one is left out; the finding is appended
    to ``problems``.

    Raises:
        MergeError: a piece cannot be joined and ``problems`` is ``None``.
    """
    found: list[Diagnostic] = [] if problems is None else problems
    joint = _Joint(path)
    for skill, piece in pieces:
        try:
            joint.add(skill, piece)
        except MergeError as error:
            if problems is None:
                raise
            found.append(error.diagnostic(path, skill))
    return joint.data()


@dataclass(slots=True)
class _Joint:
    """A shared file in the making."""

    path: str
    kind: type[Piece] | None = None
    first: str = ""
    style: str = ""
    header: str = ""
    blocks: dict[str, str] = field(default_factory=dict)
    document: dict[str, Any] = field(default_factory=dict)
    owners: dict[tuple[str, ...], str] = field(default_factory=dict)
    registries: set[tuple[str, ...]] = field(default_factory=set)
    marks: dict[tuple[str, ...], set[str]] = field(default_factory=dict)

    def add(self, skill: str, piece: Piece) -> None:
        style = piece.style if isinstance(piece, ManagedBlock) else ""
        if isinstance(piece, File) or (
            self.kind and (self.kind, self.style) != (type(piece), style)
        ):
            raise MergeError(codes.MIXED_PIECES, output=self.path, name=skill, other=self.first)
        if isinstance(piece, ManagedBlock):
            put_block(None, skill, piece.text, piece.style)  # refuses what cannot stand in a block
            before = self.blocks.get(skill)
            text = piece.text.strip("\n")
            self.blocks[skill] = text if before is None else f"{before}\n\n{text}"
            self.header = self.header or piece.header
        else:
            data = plain(piece.data)
            self._refuse_clash(self.document, data, skill, ())
            self._unite(self.document, data, skill, ())
        if self.kind is None:
            self.kind, self.style, self.first = type(piece), style, skill

    def data(self) -> bytes:
        if self.kind is not ManagedBlock:
            return to_bytes(dumps(self.document) + "\n")
        parts = [put_block(None, skill, text, self.style) for skill, text in self.blocks.items()]
        return to_bytes(self.header) + b"\n".join(parts)

    def _refuse_clash(
        self, base: dict[str, Any], data: dict[str, Any], skill: str, path: tuple[str, ...]
    ) -> None:
        for key, value in data.items():
            here = (*path, key)
            if key not in base:
                continue
            if is_registry(value) and here in self.registries:
                self._refuse_clash(base[key], value, skill, here)
            elif not _united(base[key], value) and not covers(base[key], value):
                raise MergeError(
                    codes.KEY_CLASH,
                    output=self.path,
                    key=".".join(here),
                    name=skill,
                    other=self._owner(here),
                )

    def _owner(self, path: tuple[str, ...]) -> str:
        size = len(path)
        return next((skill for at, skill in self.owners.items() if at[:size] == path), self.first)

    def _unite(
        self, base: dict[str, Any], data: dict[str, Any], skill: str, path: tuple[str, ...]
    ) -> None:
        for key, value in data.items():
            here = (*path, key)
            if is_registry(value) and (here in self.registries or key not in base):
                self.registries.add(here)
                self._unite(base.setdefault(key, {}), value, skill, here)
            elif key not in base:
                base[key] = value
                self.owners[here] = skill
            elif _united(base[key], value):
                if here not in self.marks:
                    self.marks[here] = {fingerprint(item) for item in base[key]}
                for item in value:
                    mark = fingerprint(item)
                    if mark not in self.marks[here]:
                        self.marks[here].add(mark)
                        base[key].append(item)


def _united(left: object, right: object) -> bool:
    return isinstance(left, list) and isinstance(right, list)


def check_limits(
    platform: Platform, path: str, data: bytes, pieces: Sequence[tuple[str, Piece]] = ()
) -> tuple[Diagnostic, ...]:
    """Return an error for each limit of the platform that a shared file exceeds.

    A limit is about the file if its subject is the file's name (in any folder), or begins with the
    path followed by a space (in that place only: "AGENTS.md chain").
    """
    name = path.rpartition("/")[2]
    found: list[Diagnostic] = []
    for limit in platform.limits:
        if limit.subject != name and not limit.subject.startswith(f"{path} "):
            continue
        size = _measure(data, limit)
        if size <= limit.maximum:
            continue
        shares = [(_measure(_own_bytes(piece), limit), skill) for skill, piece in pieces]
        share, skill = max(shares, default=(size, ""), key=lambda item: item[0])
        found.append(
            report(
                codes.SHARED_TOO_LARGE,
                path,
                output=path,
                size=size,
                unit=limit.unit,
                maximum=limit.maximum,
                over=size - limit.maximum,
                title=platform.title,
                effect=limit.effect,
                name=skill,
                share=share,
            )
        )
    return tuple(found)


def _own_bytes(piece: Piece) -> bytes:
    if isinstance(piece, ManagedBlock):
        return to_bytes(piece.text)
    return piece.data if isinstance(piece, File) else to_bytes(dumps(plain(piece.data)))


def _measure(data: bytes, limit: Limit) -> int:
    if limit.unit == "bytes":
        return len(data)
    if limit.unit == "lines":
        return data.count(b"\n")
    # Clients in JavaScript count an emoji as two characters: count as they do.
    return len(data.decode("utf-8", "replace").encode("utf-16-le")) // 2


def assemble(
    platform: Platform, parts: Sequence[tuple[str, Bundle]], *, scope: str = "project"
) -> Assembled:
    """Join the bundles of many skills into files, sorted by skill name.

    ``scope`` is "project" or "user". Of two skills that want different bytes at one path (letter
    case and Unicode form aside), the first one by name gets it.
    """
    files: dict[str, File] = {}
    shared: dict[str, list[tuple[str, Piece]]] = {}
    losses: list[Loss] = []
    problems: list[Diagnostic] = []
    claims = PathClaims()
    for skill, bundle in sorted(parts, key=lambda part: part[0]):
        losses += bundle.losses
        problems += bundle.diagnostics
        for placed in bundle.pieces:
            path = placed.path
            if scope == "user" and placed.user_path is not None:
                path = placed.user_path
            if not path:  # it has no place in this scope; its platform has said so
                continue
            piece = placed.piece
            taken = claims.claim(path, _digest(piece), skill)
            if taken is not None:
                problems.append(
                    report(OUTPUT_COLLISION, path, output=path, name=skill, other=taken[0])
                )
            elif isinstance(piece, File):
                files[path] = piece
            else:
                shared.setdefault(path, []).append((skill, piece))
    for path, pieces in shared.items():
        data = join_shared(path, pieces, problems)
        problems += check_limits(platform, path, data, pieces)
        files[path] = File(data)
    return Assembled(dict(sorted(files.items())), tuple(losses), tuple(problems))


def _digest(piece: Piece) -> str:
    if not isinstance(piece, File):
        return "shared"
    return sha256(piece.data).hexdigest() + ("+x" if piece.executable else "")
