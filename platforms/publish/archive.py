"""Archives that are the same bytes on every machine.

No compressor is used: its output differs between builds of zlib, and skills are small texts. A zip
holds its entries "stored"; a ``.tar.gz`` is a gzip stream of stored blocks (RFC 1951, 3.2.4), which
every tool unpacks. Names are sorted, modes are 0644 or 0755, there are no owners, and times are
1980-01-01 00:00 (the earliest that a zip can say) or ``SOURCE_DATE_EPOCH``.
"""

from __future__ import annotations

import io
import os
import struct
import tarfile
import time
import zipfile
import zlib
from collections.abc import Mapping
from enum import StrEnum

from ..base import File

__all__ = ["EPOCH", "Format", "make", "moment", "stamp"]

EPOCH = 315_532_800  # 1980-01-01T00:00:00Z
_LAST = 4_354_819_198  # 2107-12-31T23:59:58Z, the latest that a zip can say
_BLOCK = 0xFFFF
_REGULAR = 0o100000


class Format(StrEnum):
    """The kinds of archives; the value is the end of the file's name."""

    ZIP = "zip"
    TAR = "tar.gz"


def stamp() -> int | None:
    """Return ``SOURCE_DATE_EPOCH`` (seconds; reproducible-builds.org), if it is a number."""
    text = os.environ.get("SOURCE_DATE_EPOCH", "")
    return int(text) if text.isascii() and text.isdecimal() else None


def moment() -> int:
    """Return the time for all entries of an archive, in seconds, within what a zip can say."""
    given = stamp()
    return EPOCH if given is None else min(max(given, EPOCH), _LAST)


def make(form: Format, files: Mapping[str, File], top: str = "") -> bytes:
    """Return an archive of ``files``, in the order of their names, below a folder ``top``."""
    prefix = f"{top}/" if top else ""
    entries = sorted((f"{prefix}{path}", file) for path, file in files.items())
    return _zip(entries) if form is Format.ZIP else _gzip(_tar(entries))


def _mode(file: File) -> int:
    return 0o755 if file.executable else 0o644


def _zip(entries: list[tuple[str, File]]) -> bytes:
    when = time.gmtime(moment())[:6]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, file in entries:
            info = zipfile.ZipInfo(name, when)
            info.create_system = 3  # Unix, on Windows too: the mode is in the upper half
            info.external_attr = (_REGULAR | _mode(file)) << 16
            archive.writestr(info, file.data)
    return buffer.getvalue()


def _tar(entries: list[tuple[str, File]]) -> bytes:
    buffer = io.BytesIO()
    # PAX: names of any length and script; plain ustar headers where those are enough.
    with tarfile.TarFile(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, file in entries:
            info = tarfile.TarInfo(name)
            info.size = len(file.data)
            info.mode = _mode(file)
            info.mtime = moment()
            archive.addfile(info, io.BytesIO(file.data))
    return buffer.getvalue()


def _gzip(data: bytes) -> bytes:
    parts = [b"\x1f\x8b\x08\x00" + bytes(4) + b"\x00\xff"]  # no name, no time, unknown system
    for start in range(0, len(data), _BLOCK):
        block = data[start : start + _BLOCK]
        last = start + _BLOCK >= len(data)
        parts.append(struct.pack("<BHH", last, len(block), len(block) ^ _BLOCK) + block)
    parts.append(struct.pack("<II", zlib.crc32(data), len(data) & 0xFFFFFFFF))
    return b"".join(parts)
