"""Zip archives, read so that no other reader can see something else in them.

The central directory and the local headers must tell the same, and together they must fill the
file: no data before, between or after, one end record, no Zip64 (not needed below the limits), no
encryption, only stored and deflated entries. Names are UTF-8 (with or without its flag) or ASCII.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from stat import S_IFMT, S_ISDIR, S_ISLNK, S_ISREG

from polyskill.compiler.codes import sources as codes
from polyskill.compiler.localized import Text

from .entries import Intake
from .errors import SourceError
from .model import Limits
from .tree import Tree

__all__ = ["read_zip"]

# .ZIP File Format Specification (APPNOTE) 4.3.7, 4.3.12 and 4.3.16
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_DESCRIPTOR = b"PK\x07\x08"
_ENCRYPTED = 0x0001 | 0x0040 | 0x2000
_STREAMED, _UTF8 = 0x0008, 0x0800
_STORED, _DEFLATED = 0, 8
_ZIP64, _UNICODE_PATH = 0x0001, 0x7075
_UNIX, _DOS_FOLDER = 3, 0x10


@dataclass(frozen=True, slots=True)
class _Entry:
    """One row of the central directory."""

    raw: bytes
    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int
    mode: int
    dos: int


class _Zip:
    """One archive being read."""

    def __init__(self, data: bytes, where: str, limits: Limits) -> None:
        self.data, self.where, self.limits = data, where, limits

    def unreadable(self, en: str, zh: str) -> SourceError:
        return SourceError(codes.ARCHIVE_UNREADABLE, self.where, reason=Text(en, zh))

    def ambiguous(self, en: str, zh: str) -> SourceError:
        return SourceError(codes.ARCHIVE_AMBIGUOUS, self.where, reason=Text(en, zh))

    def unpack(self, form: struct.Struct, at: int, signature: bytes) -> tuple[int, ...]:
        """Return the numbers of a record, which must begin with ``signature``."""
        if at < 0 or at + form.size > len(self.data):
            raise self.unreadable("it is cut off", "文件不完整")
        first, *numbers = form.unpack_from(self.data, at)
        if first != signature:
            raise self.unreadable("a header is damaged", "文件头已损坏")
        return tuple(numbers)

    def end(self) -> tuple[int, int, int]:
        """Return where the end record is, how many entries there are, and where they begin."""
        last = self.data.rfind(b"PK\x05\x06")
        if last < 0:
            raise self.unreadable("it has no end record", "缺少结束记录")
        places = []
        at = self.data.find(b"PK\x05\x06", max(0, len(self.data) - 65557))
        while 0 <= at <= len(self.data) - _END.size:
            comment = int.from_bytes(self.data[at + 20 : at + 22], "little")
            if at + _END.size + comment == len(self.data):
                places.append(at)
            at = self.data.find(b"PK\x05\x06", at + 1)
        if len(places) > 1:
            raise self.ambiguous("it has several end records", "有多个结束记录")
        if places != [last]:
            raise self.ambiguous("data follows its end record", "结束记录之后还有数据")
        disk, first, here, count, size, begin, _ = self.unpack(_END, last, b"PK\x05\x06")
        if disk or first or here != count:
            raise self.unreadable("it is one of several volumes", "它是分卷压缩包的一部分")
        if self.data[last - 20 : last - 16] == b"PK\x06\x07" or 0xFFFFFFFF in {size, begin}:
            raise self.ambiguous("it has Zip64 records", "含有 Zip64 记录")
        if begin + size != last:
            raise self.ambiguous(
                "data stands before its entries or between them and the end record",
                "条目之前或条目与结束记录之间有多余数据",
            )
        if count > self.limits.entries:
            limit = self.limits.entries
            raise SourceError(
                codes.ARCHIVE_LIMIT,
                self.where,
                reason=Text(f"more than {limit} entries", f"条目超过 {limit} 个"),
            )
        return last, count, begin

    def entries(self) -> list[_Entry]:
        """Return the rows of the central directory, which must fill its place."""
        end, count, at = self.end()
        found = []
        for _ in range(count):
            entry, at = self.central(at)
            found.append(entry)
        if at != end:
            raise self.ambiguous("it has more entries than it counts", "实际条目数多于声明")
        return found

    def central(self, at: int) -> tuple[_Entry, int]:
        numbers = self.unpack(_CENTRAL, at, b"PK\x01\x02")
        made, _, flags, method, _, _, crc, packed, size, names, extras, comment, disk, _ = numbers[
            :14
        ]
        attributes, offset = numbers[14:]
        start = at + _CENTRAL.size
        raw = self.data[start : start + names]
        extra = self.data[start + names : start + names + extras]
        if disk or start + names + extras + comment > len(self.data):
            raise self.unreadable("a header is damaged", "文件头已损坏")
        name = self.name(raw, flags)
        self.extras(extra, name)
        unix = made >> 8 == _UNIX
        entry = _Entry(
            raw, name, flags, method, crc, packed, size, offset,
            attributes >> 16 if unix else 0, attributes & 0xFF,
        )  # fmt: skip
        return entry, start + names + extras + comment

    def name(self, raw: bytes, flags: int) -> str:
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            shown = raw.decode("utf-8", "backslashreplace")
            if flags & _UTF8:
                raise self.unreadable(
                    f"the name `{shown}` is not the UTF-8 that it claims to be",
                    f"名称 `{shown}` 声明为 UTF-8，但并不是",
                ) from None
            raise self.unreadable(
                f"the name `{shown}` is not UTF-8, and its encoding is not told",
                f"名称 `{shown}` 不是 UTF-8，且未说明编码",
            ) from None

    def extras(self, extra: bytes, name: str) -> None:
        """Refuse extra fields that give an entry another size or name."""
        at = 0
        while at + 4 <= len(extra):
            kind, size = struct.unpack_from("<2H", extra, at)
            body = extra[at + 4 : at + 4 + size]
            at += 4 + size
            if kind == _ZIP64:
                raise self.ambiguous("it has Zip64 records", "含有 Zip64 记录")
            if kind == _UNICODE_PATH and body[5:] != name.encode():
                raise self.ambiguous(
                    f"`{name}` has another name in an extra field",
                    f"`{name}` 在附加字段中另有名称",
                )

    def body(self, entry: _Entry) -> tuple[bytes, int]:
        """Check the local header; return the packed bytes and where the entry ends."""
        numbers = self.unpack(_LOCAL, entry.offset, b"PK\x03\x04")
        _, flags, method, _, _, crc, packed, size, names, extras = numbers
        start = entry.offset + _LOCAL.size
        raw = self.data[start : start + names]
        self.extras(self.data[start + names : start + names + extras], entry.name)
        if raw != entry.raw:
            raise self.ambiguous(
                f"`{entry.name}` has another name in its local header",
                f"`{entry.name}` 的本地文件头中名称不同",
            )
        streamed = bool(flags & _STREAMED)
        told, known = (crc, packed, size), (entry.crc, entry.packed, entry.size)
        if (flags, method) != (entry.flags, entry.method) or (
            told != known and not (streamed and told[0] == 0 and set(told[1:]) <= {0, *known[1:]})
        ):
            raise self.ambiguous(
                f"the two headers of `{entry.name}` differ", f"`{entry.name}` 的两个文件头不一致"
            )
        start += names + extras
        end = start + entry.packed
        return self.data[start:end], self.descriptor(entry, end) if streamed else end

    def descriptor(self, entry: _Entry, at: int) -> int:
        """Return where the record after a streamed entry ends."""
        values = struct.pack("<3L", entry.crc, entry.packed, entry.size)
        for record in (_DESCRIPTOR + values, values):
            if self.data.startswith(record, at):
                return at + len(record)
        raise self.ambiguous(
            f"the record after `{entry.name}` differs from its header",
            f"`{entry.name}` 之后的记录与文件头不一致",
        )

    def inflate(self, entry: _Entry, packed: bytes) -> bytes:
        """Return the bytes of an entry: never more than declared, and with the right checksum."""
        if entry.method == _STORED:
            data = packed
        else:
            stream = zlib.decompressobj(-15)
            try:
                data = stream.decompress(packed, entry.size + 1)
            except zlib.error:
                raise self.unreadable(
                    f"`{entry.name}` is damaged", f"`{entry.name}` 已损坏"
                ) from None
            if not stream.eof or stream.unused_data:
                raise self.ambiguous(
                    f"`{entry.name}` does not unpack to its declared size",
                    f"`{entry.name}` 解压后的大小与声明不符",
                )
        if len(data) != entry.size:
            raise self.ambiguous(
                f"`{entry.name}` does not unpack to its declared size",
                f"`{entry.name}` 解压后的大小与声明不符",
            )
        if zlib.crc32(data) != entry.crc:
            raise self.unreadable(
                f"`{entry.name}` has a wrong checksum", f"`{entry.name}` 的校验和不符"
            )
        return data


def read_zip(data: bytes, where: str, limits: Limits) -> Tree:
    """Return the files of a zip archive.

    Raises:
        SourceError: it is damaged, ambiguous or over a limit, or an entry is refused.
    """
    archive = _Zip(data, where, limits)
    intake = Intake(where, limits, len(data))
    entries = archive.entries()
    bodies: dict[int, tuple[bytes, int]] = {}
    filled = 0
    for entry in sorted(entries, key=lambda entry: entry.offset):
        if entry.flags & _ENCRYPTED:
            raise archive.unreadable(f"`{entry.name}` is encrypted", f"`{entry.name}` 已加密")
        if entry.method not in {_STORED, _DEFLATED}:
            raise archive.unreadable(
                f"`{entry.name}` is packed by method {entry.method}; only deflate is read",
                f"`{entry.name}` 使用压缩方法 {entry.method}；仅支持 deflate",
            )
        if entry.offset != filled:
            raise archive.ambiguous(
                "its entries overlap, or data stands between them", "条目重叠，或其间有多余数据"
            )
        bodies[entry.offset] = packed, filled = archive.body(entry)
        del packed
    if filled != archive.end()[2]:
        raise archive.ambiguous(
            "its entries overlap, or data stands between them", "条目重叠，或其间有多余数据"
        )
    for entry in entries:
        _take(archive, intake, entry, bodies[entry.offset][0])
    return intake.finish()


def _take(archive: _Zip, intake: Intake, entry: _Entry, packed: bytes) -> None:
    """Put one entry where it belongs by its kind."""
    mode = entry.mode
    is_folder = entry.name.endswith("/")
    if is_folder or S_ISDIR(mode) or (not mode and entry.dos & _DOS_FOLDER):
        if not is_folder or entry.size:
            raise archive.ambiguous(
                f"`{entry.name}` is a folder and a file", f"`{entry.name}` 既是文件夹又是文件"
            )
        if mode and S_IFMT(mode) and not S_ISDIR(mode):
            raise archive.ambiguous(
                f"`{entry.name}` is a folder and a file", f"`{entry.name}` 既是文件夹又是文件"
            )
        intake.folder(entry.name)
    elif S_ISLNK(mode):
        intake.count(entry.name, entry.size)
        target = archive.inflate(entry, packed).decode("utf-8", "surrogateescape")
        intake.link(entry.name, target)
    elif S_IFMT(mode) and not S_ISREG(mode):
        reason = Text("it is a device, a pipe or a socket", "它是设备、管道或套接字")
        raise intake.refuse(entry.name, reason)
    else:
        bit = bool(mode & 0o100)
        intake.file(entry.name, entry.size, lambda: archive.inflate(entry, packed), executable=bit)
