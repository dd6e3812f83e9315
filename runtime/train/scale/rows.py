"""Lines of a file, each with the reason why it is so, in two languages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

__all__ = ["PER_NODE", "Row", "rendered"]

#: GPUs of a node, as in every HGX and DGX machine from A100 to B200.
PER_NODE = 8


class Row(NamedTuple):
    """A line and the remark above it; a row without a line is a remark alone."""

    line: str
    en: str = ""
    zh: str = ""


def rendered(rows: Iterable[Row], lang: str) -> str:
    """Return the text of a file; ``lang`` is ``en`` or ``zh``. Remarks begin with ``#``."""
    lines: list[str] = []
    for row in rows:
        indent = row.line[: len(row.line) - len(row.line.lstrip())]
        remark = row.zh if lang == "zh" else row.en
        lines += [f"{indent}# {said}" for said in remark.splitlines()]
        if row.line or not remark:
            lines.append(row.line)
    return "\n".join(lines) + "\n"
