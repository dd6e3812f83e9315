"""Archives by what their bytes are, whatever they are called."""

from __future__ import annotations

from polyskill.compiler.codes import sources as codes
from polyskill.compiler.localized import Text

from .errors import SourceError
from .model import Limits
from .spelling import ARCHIVES
from .tree import Tree

__all__ = ["read_archive", "stem"]


def read_archive(data: bytes, where: str, limits: Limits) -> Tree:
    """Return the files of a zip or tar archive.

    Raises:
        SourceError: it is neither, damaged, ambiguous, over a limit, or holds what is refused.
    """
    if data.startswith((b"\x1f\x8b", b"\xfd7zXZ\0", b"BZh")) or data[257:262] == b"ustar":
        from .tarred import read_tar  # noqa: PLC0415  (needs what a zip does not)

        return read_tar(data, where, limits)
    if data.startswith(b"PK") or data.rfind(b"PK\x05\x06", max(0, len(data) - 65557)) >= 0:
        from .zipped import read_zip  # noqa: PLC0415

        return read_zip(data, where, limits)
    reason = Text("it is neither a zip nor a tar archive", "既不是 zip 也不是 tar 压缩包")
    raise SourceError(codes.ARCHIVE_UNREADABLE, where, reason=reason)


def stem(name: str) -> str:
    """Return the name of an archive without its ending."""
    ending = next((one for one in ARCHIVES if name.lower().endswith(one)), "")
    return name[: len(name) - len(ending)] if ending else name
