"""SHA256SUMS: the list of files and digests that ``sha256sum -c`` reads.

Names with a backslash or a line break are written as GNU coreutils does it: the line begins with a
backslash and the name is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256

__all__ = ["NAME", "digest", "parse", "text"]

NAME = "SHA256SUMS"
_LINE = re.compile(r"(\\?)([0-9a-f]{64}) [ *](.+)")


def digest(data: bytes) -> str:
    """Return the SHA-256 of ``data``, in hexadecimal."""
    return sha256(data).hexdigest()


def text(sums: Mapping[str, str]) -> bytes:
    """Return the list of ``path → digest``, sorted by path."""
    lines = []
    for path, value in sorted(sums.items()):
        escaped = path.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
        mark = "\\" if escaped != path else ""
        lines.append(f"{mark}{value}  {escaped}\n")
    return "".join(lines).encode()


def parse(data: bytes) -> dict[str, str]:
    """Return ``path → digest``.

    Raises:
        ValueError: a line is none of such a list, a path leads out of the folder or stands twice.
    """
    found: dict[str, str] = {}
    for number, line in enumerate(data.decode("utf-8").split("\n"), 1):
        if not line:
            continue
        match = _LINE.fullmatch(line)
        path = _unescaped(match[3]) if match and match[1] else match[3] if match else ""
        if match is None or not _inside(path) or path in found:
            msg = f"line {number}"
            raise ValueError(msg)
        found[path] = match[2]
    return found


def _unescaped(name: str) -> str:
    signs = {"\\\\": "\\", "\\n": "\n", "\\r": "\r"}
    return re.sub(r"\\[\\nr]", lambda match: signs[match[0]], name)


def _inside(path: str) -> bool:
    parts = path.split("/")
    return (
        not any(part in ("", ".", "..") or "\0" in part for part in parts) and ":" not in parts[0]
    )
