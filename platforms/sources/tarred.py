"""Tar archives (plain, gzip, xz, bzip2), read block by block.

The parser is our own, small, and strict where programs differ: a size in an extended header, sparse
files, global headers that rename files, and data after the end are refused.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from polyskill.compiler.codes import sources as codes
from polyskill.compiler.localized import Text

from .entries import Intake
from .errors import SourceError
from .model import Limits
from .tree import Tree

__all__ = ["read_tar"]

_BLOCK = 512
_LARGEST_HEADER = 64 * 1024
_MEMORY = 128 * 1024 * 1024  # bytes for the dictionary of xz
_FILES, _HARD, _LINK, _FOLDER = b"0\0" + b"7", b"1", b"2", b"5"


class _Stream(Protocol):
    """What the three decompressors have in common."""

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


@dataclass(slots=True)
class _Member:
    """One entry: its name and kind, and its bytes."""

    name: str
    kind: bytes
    target: str
    mode: int
    size: int
    begin: int


class _Tar:
    """One archive being read."""

    def __init__(self, data: bytes, where: str) -> None:
        self.data, self.where = data, where

    def unreadable(self, en: str, zh: str) -> SourceError:
        return SourceError(codes.ARCHIVE_UNREADABLE, self.where, reason=Text(en, zh))

    def ambiguous(self, en: str, zh: str) -> SourceError:
        return SourceError(codes.ARCHIVE_AMBIGUOUS, self.where, reason=Text(en, zh))

    def members(self) -> Iterator[_Member]:
        """Yield the entries, with the names that extended headers give them."""
        at = 0
        known: dict[str, str] = {}
        while True:
            block = self.data[at : at + _BLOCK]
            if len(block) < _BLOCK:
                raise self.unreadable("it is cut off", "文件不完整")
            if not block.strip(b"\0"):
                break
            member = self.header(block, at + _BLOCK)
            following = member.begin + -(-member.size // _BLOCK) * _BLOCK
            if member.begin + member.size > len(self.data):
                raise self.unreadable("it is cut off", "文件不完整")
            at = following
            if member.kind in {b"x", b"g", b"L", b"K"}:
                self.extend(member, known)
                continue
            member.name = known.pop("path", member.name)
            member.target = known.pop("linkpath", member.target)
            yield member
        if self.data[at:].strip(b"\0"):
            raise self.ambiguous("data follows its end", "结尾之后还有数据")

    def header(self, block: bytes, begin: int) -> _Member:
        """Return the entry of a header (POSIX.1-1988 ustar, and the GNU variant)."""
        total = self.number(block[148:156])
        if total != sum(block[:148]) + 8 * 32 + sum(block[156:]):
            raise self.unreadable("a header is damaged", "文件头已损坏")
        kind = block[156:157]
        size = self.number(block[124:136]) if kind not in {_HARD, _LINK, _FOLDER} else 0
        name = _text(block[:100])
        if block[257:263] == b"ustar\0" and block[345]:
            name = f"{_text(block[345:500])}/{name}"
        return _Member(name, kind, _text(block[157:257]), self.number(block[100:108]), size, begin)

    def number(self, field: bytes) -> int:
        """Return an octal field, or one of base 256 as GNU writes it."""
        if field[0] & 0x80:
            value = int.from_bytes(bytes([field[0] & 0x7F]) + field[1:], "big")
            if field[0] & 0x40:
                raise self.unreadable("a number is negative", "数值为负")
            return value
        digits = field.split(b"\0")[0].strip(b" ")
        if digits and not all(48 <= digit <= 55 for digit in digits):
            raise self.unreadable("a header is damaged", "文件头已损坏")
        return int(digits or b"0", 8)

    def extend(self, member: _Member, known: dict[str, str]) -> None:
        """Read a header that is about the next entry."""
        if member.size > _LARGEST_HEADER:
            raise self.unreadable("a header is too long", "文件头过长")
        body = self.data[member.begin : member.begin + member.size]
        if member.kind in {b"L", b"K"}:
            known["path" if member.kind == b"L" else "linkpath"] = _text(body)
            return
        for key, value in self.records(body):
            if key == "size" or key.startswith("GNU.sparse") or key == "hdrcharset":
                raise self.ambiguous(
                    f"an extended header sets `{key}`", f"扩展文件头设置了 `{key}`"
                )
            if key not in {"path", "linkpath"}:
                continue
            if member.kind == b"g":
                raise self.ambiguous(f"a global header sets `{key}`", f"全局文件头设置了 `{key}`")
            known[key] = value

    def records(self, body: bytes) -> Iterator[tuple[str, str]]:
        """Yield the ``LENGTH KEY=VALUE`` records of a pax header."""
        at = 0
        while at < len(body):
            space = body.find(b" ", at, at + 8)
            length = int(body[at:space]) if space > at and body[at:space].isdigit() else 0
            record = body[space + 1 : at + length]
            key, equals, value = record.partition(b"=")
            if not equals or at + length > len(body) or not record.endswith(b"\n"):
                raise self.unreadable("a header is damaged", "文件头已损坏")
            yield key.decode("utf-8", "replace"), value[:-1].decode("utf-8", "surrogateescape")
            at += length


def _text(field: bytes) -> str:
    return field.split(b"\0")[0].decode("utf-8", "surrogateescape")


def _unpacked(data: bytes, where: str, limits: Limits) -> bytes:
    """Return what a compressed archive unpacks to, never much more than the limit."""
    most = limits.total + limits.entries * 3 * _BLOCK
    if data[:2] == b"\x1f\x8b":
        most = min(
            most, max(limits.ratio_floor, limits.ratio * len(data)) + limits.entries * _BLOCK
        )
    out = bytearray()
    rest = data
    try:
        while rest:
            stream = _stream(rest)
            if stream is None:
                raise SourceError(
                    codes.ARCHIVE_AMBIGUOUS,
                    where,
                    reason=Text("data follows its end", "结尾之后还有数据"),
                )
            out += stream.decompress(rest, most + 1 - len(out))
            if len(out) > most:
                mib = limits.total // (1024 * 1024)
                raise SourceError(
                    codes.ARCHIVE_LIMIT,
                    where,
                    reason=Text(
                        f"more than {mib} MiB unpacked, or {limits.ratio} times its size",
                        f"解压后超过 {mib} MiB，或超过自身大小的 {limits.ratio} 倍",
                    ),
                )
            if not stream.eof:
                reason = Text("it is cut off", "文件不完整")
                raise SourceError(codes.ARCHIVE_UNREADABLE, where, reason=reason)
            rest = stream.unused_data
    except (zlib.error, lzma.LZMAError, OSError, EOFError):
        reason = Text("its compression is damaged", "压缩数据已损坏")
        raise SourceError(codes.ARCHIVE_UNREADABLE, where, reason=reason) from None
    return bytes(out)


def _stream(data: bytes) -> _Stream | None:
    """Return the decompressor for what ``data`` begins with."""
    if data.startswith(b"\x1f\x8b"):
        return zlib.decompressobj(31)
    if data.startswith(b"\xfd7zXZ\0"):
        return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MEMORY)
    if data.startswith(b"BZh"):
        return bz2.BZ2Decompressor()
    return None


def read_tar(data: bytes, where: str, limits: Limits) -> Tree:
    """Return the files of a tar archive.

    Raises:
        SourceError: it is damaged, ambiguous or over a limit, or an entry is refused.
    """
    packed = _stream(data) is not None
    archive = _Tar(_unpacked(data, where, limits) if packed else data, where)
    intake = Intake(where, limits, len(data))
    for member in archive.members():
        _take(archive, intake, member)
    return intake.finish()


def _take(archive: _Tar, intake: Intake, member: _Member) -> None:
    """Put one entry where it belongs by its kind."""
    if member.kind == _FOLDER or (member.kind in _FILES and member.name.endswith("/")):
        if member.size:
            raise archive.ambiguous(
                f"`{member.name}` is a folder and a file", f"`{member.name}` 既是文件夹又是文件"
            )
        intake.folder(member.name)
    elif member.kind in _FILES:
        begin, size = member.begin, member.size
        intake.file(
            member.name,
            size,
            lambda: archive.data[begin : begin + size],
            executable=bool(member.mode & 0o100),
        )
    elif member.kind == _LINK:
        intake.link(member.name, member.target)
    elif member.kind == _HARD:
        intake.same_file(member.name, member.target)
    elif member.kind == b"S":
        raise archive.ambiguous(f"`{member.name}` is a sparse file", f"`{member.name}` 是稀疏文件")
    else:
        reason = Text("it is a device, a pipe or of an unknown kind", "它是设备、管道或未知类型")
        raise intake.refuse(member.name, reason)
