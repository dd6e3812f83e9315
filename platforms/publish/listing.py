"""JSON files that others write too: rows of a listing, keys of a package.json.

What polyskill did not put there stays: other rows, their order, other keys, the indentation. A file
to which nothing has to be added keeps its bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from polyskill.compiler.codes import publish as codes
from polyskill.compiler.diagnostics import Diagnostic, report

from ..parts.text import to_bytes
from .errors import PublishError

__all__ = ["Listing", "merge_keys", "merge_rows"]

_BOM = "\ufeff"
# Keys of rows that some host gives a meaning and that polyskill writes; others are the user's own.
_OURS = frozenset(
    {
        "author", "category", "description", "digest", "displayName", "id", "keywords", "license",
        "name", "path", "policy", "source", "type", "url", "version",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of rows in a JSON file, and what the file says where it does not exist yet.

    ``key`` is the list's place in the document, ``ident`` the key that tells rows apart.
    """

    path: str
    document: Mapping[str, Any]
    key: str
    ident: str

    @property
    def rows(self) -> Sequence[Mapping[str, Any]]:
        """The rows that shall be there."""
        rows: Sequence[Mapping[str, Any]] = self.document[self.key]
        return rows

    @property
    def names(self) -> tuple[str, ...]:
        """What identifies the rows."""
        return tuple(str(row[self.ident]) for row in self.rows)


def merge_rows(
    listing: Listing, before: bytes | None, ours: Sequence[str]
) -> tuple[bytes, list[Diagnostic]]:
    """Return the file with the rows of ``listing`` in it.

    Args:
        listing: What shall be listed.
        before: The file as it is; ``None`` if there is none.
        ours: The rows that polyskill put there earlier.

    Raises:
        PublishError: the file is no such listing, or that of another marketplace.
    """
    if before is None:
        return _text(listing.document, 2, ""), []
    document = _load(listing.path, before)
    _same_name(listing.path, document, listing.document)
    rows = document.get(listing.key, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise _refused(
            listing.path, f"`{listing.key}` is no list of objects", f"`{listing.key}` 不是对象列表"
        )
    found: list[Diagnostic] = []
    places = {str(row.get(listing.ident)): index for index, row in enumerate(rows)}
    merged = list(rows)
    for name, row in zip(listing.names, listing.rows, strict=True):
        if name not in places:
            merged.append(dict(row))
        elif name in ours:
            old = rows[places[name]]
            kept = {key: value for key, value in old.items() if key not in _OURS}
            merged[places[name]] = {**row, **kept}
        elif not _covers(rows[places[name]], row):
            found.append(report(codes.ENTRY_TAKEN, listing.path, path=listing.path, entry=name))
    return _changed(before, document, {**document, listing.key: merged}), found


def _covers(there: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    return all(there.get(key) == value for key, value in row.items())


def merge_keys(path: str, before: bytes | None, values: Mapping[str, Any]) -> bytes:
    """Return a JSON object with ``values`` set in it; lists keep what else is in them.

    Raises:
        PublishError: the file is no JSON object, or bears another name.
    """
    if before is None:
        return _text(values, 2, "")
    document = _load(path, before)
    _same_name(path, document, values)
    merged = dict(document)
    for key, value in values.items():
        old = document.get(key)
        if isinstance(value, list) and isinstance(old, list):
            merged[key] = [*old, *(item for item in value if item not in old)]
        else:
            merged[key] = value
    return _changed(before, document, merged)


def _same_name(path: str, there: Mapping[str, Any], made: Mapping[str, Any]) -> None:
    """Refuse a file that is about something else."""
    name = there.get("name")
    if name is not None and "name" in made and name != made["name"]:
        raise _refused(path, f"it belongs to `{name}`", f"它属于 `{name}`")


def _changed(before: bytes, document: Mapping[str, Any], merged: Mapping[str, Any]) -> bytes:
    if merged == document:
        return before
    text = before.decode("utf-8")
    indent = re.search(r"\n([ \t]+)\S", text)
    made = _text(merged, indent[1] if indent else 2, _BOM if text.startswith(_BOM) else "")
    made = made.replace(b"\n", b"\r\n") if b"\r\n" in before else made
    return made if before.endswith(b"\n") else made.rstrip(b"\r\n")


def _text(values: Mapping[str, Any], indent: int | str, head: str) -> bytes:
    return to_bytes(head + json.dumps(values, ensure_ascii=False, indent=indent) + "\n")


def _refused(path: str, reason: str, reason_zh: str) -> PublishError:
    return PublishError(
        report(codes.LISTING_UNREADABLE, path, path=path, reason=reason, reason_zh=reason_zh)
    )


def _load(path: str, data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data.decode("utf-8").removeprefix(_BOM), object_pairs_hook=_unique)
    except UnicodeDecodeError as error:
        raise _refused(path, "it is not UTF-8", "不是 UTF-8 编码") from error
    except json.JSONDecodeError as error:
        reason = f"line {error.lineno}, column {error.colno} is no JSON"
        zh = f"第 {error.lineno} 行第 {error.colno} 列不是 JSON"
        raise _refused(path, reason, zh) from error
    except (ValueError, RecursionError) as error:
        raise _refused(path, str(error), "键重复或嵌套过深") from error
    if not isinstance(value, dict):
        raise _refused(path, "it holds no object", "内容不是对象")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        msg = "a key stands twice"
        raise ValueError(msg)
    return made
