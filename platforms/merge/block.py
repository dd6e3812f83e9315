"""A block of text between two marker lines, in a file whose other bytes are somebody else's.

Whatever stands outside the markers is kept: byte-order mark, line endings of any kind, bytes that
are not UTF-8, a missing newline at the end. What :func:`put_block` adds, :func:`remove_block` takes
away without any record of it, because the layout tells what was there before: a file that ended
without a newline (or was empty) still ends without one, right after the end marker.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from polyskill.compiler.codes import merge as codes

from ..parts.text import to_bytes
from .errors import MergeError

__all__ = ["find_block", "put_block", "remove_block"]

_STYLES = {"html": (b"<!-- ", b" -->"), "hash": (b"# ", b"")}
_MARKERS = {
    "html": re.compile(rb"<!--[ \t]*polyskill:(begin|end)(?:[ \t]+(\S.*?))?[ \t]*-->"),
    "hash": re.compile(rb"#[ \t]*polyskill:(begin|end)(?:[ \t]+(\S.*?))?[ \t]*"),
}
_LOOKS_LIKE = {
    "html": re.compile(rb"<!--[ \t]*polyskill:(?:begin|end)\b"),
    "hash": re.compile(rb"#[ \t]*polyskill:(?:begin|end)\b"),
}
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class _Block:
    """Offsets: of the begin line, of the text, and of the end line without its line ending."""

    start: int
    text_start: int
    text_end: int
    end: int
    newline: bytes


def put_block(
    existing: bytes | None, id: str, text: str, style: str = "html", header: str = ""
) -> bytes:
    """Return the file with ``text`` as the block ``id``: replaced in place, else added at the end.

    ``header`` heads a file that does not exist yet (``existing`` is ``None``).

    Raises:
        MergeError: the markers in the file are damaged, the text itself holds a marker line, the
            id cannot stand in a marker, or the file is UTF-16.
    """
    name = _name(id)
    raw = to_bytes(text.replace("\r\n", "\n").rstrip("\n"))
    raw = raw + b"\n" if raw else raw
    _refuse_markers(raw, style, id)
    if existing is None:
        return to_bytes(header) + _render(name, raw, style, b"\n") + b"\n"
    found = _scan(existing, style).get(name)
    if found is not None:
        body = raw.replace(b"\n", found.newline)
        return existing[: found.text_start] + body + existing[found.text_end :]
    newline = _newline_of(existing)
    block = _render(name, raw.replace(b"\n", newline), style, newline)
    if len(existing) == _bom(existing):
        return existing + block
    if existing.endswith(b"\n"):
        return existing + newline + block + newline
    return existing + newline + newline + block


def remove_block(existing: bytes, id: str, style: str = "html", header: str = "") -> bytes | None:
    """Return the file without the block ``id``; ``None`` if that leaves nothing that was not ours.

    Raises:
        MergeError: the markers in the file are damaged.
    """
    found = _scan(existing, style).get(_name(id))
    if found is None:
        return existing
    newline, head = found.newline, to_bytes(header)
    stop = found.end
    while existing[stop : stop + 1] in (b" ", b"\t"):
        stop += 1
    ending = next((e for e in (b"\r\n", b"\n") if existing.startswith(e, stop)), b"")
    before, after = existing[: found.start], existing[stop + len(ending) :]
    if len(before) == _bom(before) or before == head:
        if not after and ending:
            return before if _bom(before) else None
        # The blank line between two blocks goes with the first of them.
        return before + (after.removeprefix(newline) if _is_next(after, newline, style) else after)
    if not ending:
        return before.removesuffix(newline).removesuffix(newline)
    bare = before.removesuffix(newline)
    if bare.endswith(b"\n") and (not after or after.startswith((b"\n", b"\r\n"))):
        before = bare
    return before + after


def find_block(existing: bytes, id: str, style: str = "html") -> bytes | None:
    """Return the text of the block ``id`` as it stands in the file, or ``None``.

    Raises:
        MergeError: the markers in the file are damaged.
    """
    found = _scan(existing, style).get(_name(id))
    return None if found is None else existing[found.text_start : found.text_end]


def _name(id: str) -> bytes:
    if not id or id != id.strip() or "-->" in id or not id.isprintable():
        raise MergeError(codes.BLOCK_NAME, name=id)
    return to_bytes(id)


def _render(name: bytes, raw: bytes, style: str, newline: bytes) -> bytes:
    left, right = _STYLES[style]
    begin = left + b"polyskill:begin " + name + right
    return begin + newline + raw + left + b"polyskill:end " + name + right


def _bom(data: bytes) -> int:
    return 3 if data.startswith(codecs.BOM_UTF8) else 0


def _newline_of(data: bytes) -> bytes:
    # A CR at the very end would make CR LF with a newline of ours: then ours is CR LF as well, so
    # that the answer stays the same after the block was added.
    at = data.find(b"\n")
    return b"\r\n" if data[: at if at >= 0 else None].endswith(b"\r") else b"\n"


def _is_next(after: bytes, newline: bytes, style: str) -> bool:
    """Whether a blank line and another block follow."""
    rest = after.removeprefix(newline)
    return rest != after and _LOOKS_LIKE[style].match(rest) is not None


def _lines_with_markers(data: bytes, style: str) -> list[tuple[int, int, bytes]]:
    """Return (start, end, stripped text) of the lines that look like markers."""
    found, at = [], data.find(b"polyskill:")
    while at >= 0:
        start = data.rfind(b"\n", 0, at) + 1
        start = max(start, _bom(data))
        end = data.find(b"\n", at)
        end = len(data) if end < 0 else end
        line = data[start:end].strip()
        if _LOOKS_LIKE[style].match(line):
            found.append((start, end, line))
        at = data.find(b"polyskill:", end)
    return found


def _refuse_markers(raw: bytes, style: str, id: str) -> None:
    for start, _end, line in _lines_with_markers(raw, style):
        number = raw.count(b"\n", 0, start) + 1
        raise MergeError(
            codes.MARKER_IN_TEXT, name=id, number=number, marker=line.decode("utf-8", "replace")
        )


def _scan(data: bytes, style: str) -> dict[bytes, _Block]:
    """Return the blocks of a file by name."""
    if data.startswith(_UTF16):
        raise MergeError(codes.NOT_UTF8, 1, 1)
    blocks: dict[bytes, _Block] = {}
    opened: tuple[bytes, int, int] | None = None

    def damaged(start: int, line: bytes) -> MergeError:
        number = data.count(b"\n", 0, start) + 1
        return MergeError(codes.MARKER_DAMAGED, number, 1, marker=line.decode("utf-8", "replace"))

    last = (0, b"")
    for start, end, line in _lines_with_markers(data, style):
        match = _MARKERS[style].fullmatch(line)
        name = match[2] if match else None
        if match is None or name is None:
            raise damaged(start, line)
        if match[1] == b"begin":
            if opened is not None or name in blocks or end == len(data):
                raise damaged(start, line)
            opened = (name, start, end + 1)
        else:
            if opened is None or opened[0] != name:
                raise damaged(start, line)
            newline = b"\r\n" if data[opened[2] - 2 : opened[2] - 1] == b"\r" else b"\n"
            content_end = start + len(data[start:end].rstrip())
            blocks[name] = _Block(opened[1], opened[2], start, content_end, newline)
            opened = None
        last = (start, line)
    if opened is not None:
        raise damaged(*last)
    return blocks
