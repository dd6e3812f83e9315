"""Drafted cases as the text of an eval file, new or behind what stands in one already."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from polyskill.compiler.diagnostics import Severity
from polyskill.compiler.evals import CASES_PATH, read_cases, write_cases
from polyskill.compiler.model import TestCase
from polyskill.compiler.source import decode

__all__ = ["appended", "written"]

_ITEM = re.compile(r"^([ ]*)- ", re.MULTILINE)
_LIST = re.compile(r"^cases:[ \t]*(?:#.*)?$", re.MULTILINE)
_HEAD = "version: 1\ncases:\n"
_OURS = "  "


def written(cases: Sequence[TestCase]) -> str:
    """Return the text of a new ``cases.yaml``."""
    return write_cases(cases)


def appended(data: bytes, cases: Sequence[TestCase]) -> str | None:
    """Return an eval file with cases behind its own, byte for byte what it was before them.

    ``None`` where that cannot be done: the cases are not the file's last part, or not written in
    block style, or the result would not read as the old cases and the new ones.
    """
    source = decode(data, CASES_PATH)
    before, found = read_cases(source)
    if any(one.severity is Severity.ERROR for one in found):
        return None
    listed = _LIST.search(source.text)
    first = _ITEM.search(source.text, listed.end() if listed else 0)
    if first is None:
        return None
    text = data.decode("utf-8", "surrogateescape")
    text += "" if text.endswith("\n") else "\n"
    items = write_cases(cases).removeprefix(_HEAD)
    text += "".join(
        f"{first[1]}{line.removeprefix(_OURS)}" if line.strip() else line
        for line in items.splitlines(keepends=True)
    )
    after, said = read_cases(decode(text.encode("utf-8", "surrogateescape"), CASES_PATH))
    wanted = [_plain(case) for case in (*before, *cases)]
    if any(one.severity is Severity.ERROR for one in said):
        return None
    return text if [_plain(case) for case in after] == wanted else None


def _plain(case: TestCase) -> TestCase:
    """Return a case without the place that it was read from."""
    return replace(case, path="", line=0, form="")
