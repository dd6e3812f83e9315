"""Server-sent events out of bytes, however the network cut them.

Source: the HTML standard, section "Interpreting an event stream" (event ids and reconnection
times are of no use here).
"""

from __future__ import annotations

__all__ = ["EventReader", "EventTooLong"]

_MAX_EVENT = 16 * 1024 * 1024  # bytes
_BOM = b"\xef\xbb\xbf"


class EventTooLong(ValueError):
    """An event without an end; no provider sends such ones."""


class EventReader:
    """Takes bytes as they come and gives (name, data) of each event that is complete.

    What follows the last blank line is no event, as the standard has it.
    """

    def __init__(self) -> None:
        self._start = b""  # what may be a byte order mark
        self._begun = False
        self._rest: list[bytes] = []  # pieces of a line without its end
        self._after_return = False  # the last line ended with \r: a \n now belongs to it
        self._name = ""
        self._data: list[str] = []
        self._size = 0

    def feed(self, chunk: bytes) -> list[tuple[str, str]]:
        """Return the events that ``chunk`` completes.

        Raises:
            EventTooLong: one event has more than 16 MiB.
        """
        if not self._begun:
            chunk = self._start + chunk
            if len(chunk) < len(_BOM) and _BOM.startswith(chunk):
                self._start = chunk
                return []
            self._begun, chunk = True, chunk.removeprefix(_BOM)
        if self._after_return and chunk:
            chunk, self._after_return = chunk.removeprefix(b"\n"), False
        self._size += len(chunk)
        if self._size > _MAX_EVENT:
            raise EventTooLong
        if b"\n" not in chunk and b"\r" not in chunk:  # joined once, not with each piece
            self._rest.append(chunk)
            return []
        whole = b"".join((*self._rest, chunk))
        self._after_return = whole.endswith(b"\r")
        lines = whole.splitlines(keepends=True)  # of bytes: only \n, \r and \r\n
        self._rest = [] if lines[-1].endswith((b"\n", b"\r")) else [lines.pop()]
        return [event for line in lines if (event := self._line(line.rstrip(b"\r\n")))]

    def _line(self, line: bytes) -> tuple[str, str] | None:
        if not line:
            event = (self._name or "message", "\n".join(self._data)) if self._data else None
            self._name, self._data, self._size = "", [], 0
            return event
        name, _, value = line.decode("utf-8", "replace").partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
        elif name == "event":
            self._name = value
        return None
