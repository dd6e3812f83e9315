"""What a marketplace or an index lists: rows that can be shown, picked and fetched one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

from polyskill.compiler.checks.printable import printable
from polyskill.compiler.codes import sources as codes
from polyskill.compiler.diagnostics import Diagnostic
from polyskill.compiler.localized import Text
from polyskill.compiler.readers.structured import load_object

from .errors import SourceError, finding
from .local import missing
from .model import Fetched, Offer, Spec

__all__ = [
    "Listing",
    "Row",
    "entries_in",
    "fetch_rows",
    "invalid",
    "load",
    "offered",
    "spelled",
    "word",
]

_MAX_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class Row:
    """One entry; ``get`` fetches it, given the recorded revision (empty: any)."""

    name: str
    description: str
    version: str
    kind: str
    get: Callable[[str], Fetched]


@dataclass(slots=True)
class Listing:
    """The usable rows, and what is to be said about the others."""

    where: str
    rows: list[Row] = field(default_factory=list)
    notes: list[Diagnostic] = field(default_factory=list)

    def skip(self, entry: str, reason: Text) -> None:
        """Note that an entry is not usable."""
        self.notes.append(
            finding(codes.ENTRY_SKIPPED, self.where, entry=entry or "?", reason=reason)
        )


def invalid(where: str, en: str, zh: str) -> SourceError:
    """Return the error that a list as a whole is not usable."""
    return SourceError(codes.LISTING_INVALID, where, reason=Text(en, zh))


def load(data: bytes, where: str) -> dict[str, Any]:
    """Return the JSON object of a list.

    Raises:
        SourceError: it is none.
    """
    found, said = load_object(where, data)
    if found is None:
        first = said[0]
        raise invalid(where, first.message(), first.message())
    return found


def entries_in(data: bytes, where: str, key: str) -> tuple[dict[str, Any], list[Any]]:
    """Return the JSON object of a list, and the list that it holds under ``key``.

    Raises:
        SourceError: it is none.
    """
    found = load(data, where)
    rows = found.get(key)
    if not isinstance(rows, list) or len(rows) > _MAX_ROWS:
        raise invalid(
            where,
            f"it has no list `{key}` of at most {_MAX_ROWS} entries",
            f"没有不超过 {_MAX_ROWS} 个条目的 `{key}` 列表",
        )
    return found, rows


def word(value: Any) -> str:
    """Return a string value, else an empty one."""
    return value if isinstance(value, str) else ""


def spelled(spec: Spec, name: str) -> str:
    """Return how to write one entry of a list as a source."""
    text = spec.text
    if spec.pick and "#" in text:
        text = text.rpartition("#")[0]
    elif spec.pick:  # plugin@marketplace
        text = f"marketplace:{text.partition('@')[2]}"
    return f"{text}#{quote(name, safe='@/')}"


def offered(spec: Spec, listing: Listing) -> list[Offer]:
    """Return the rows for a user to read, in the order of the list."""
    return [
        Offer(
            printable(row.name),
            printable(row.description),
            printable(row.version),
            row.kind,
            spelled(spec, row.name),
        )
        for row in listing.rows
        if not spec.pick or row.name in spec.pick
    ]


def fetch_rows(spec: Spec, listing: Listing, revision: str) -> list[Fetched]:
    """Fetch the wanted rows; one that fails is told in the notes of the others.

    Raises:
        SourceError: a name of ``pick`` is not listed, nothing could be fetched, or a single wanted
            row fails.
    """
    names = [row.name for row in listing.rows]
    for name in spec.pick:
        if name not in names:
            raise missing(spec.text, Text("entry", "条目"), name, names)
    rows: Sequence[Row] = [row for row in listing.rows if not spec.pick or row.name in spec.pick]
    if not rows:
        raise invalid(listing.where, "it lists nothing usable", "没有可用的条目")
    found: list[Fetched] = []
    for row in rows:
        try:
            got = row.get(revision if len(rows) == 1 else "")
        except SourceError as error:
            if len(rows) == 1:
                raise
            reason = Text(error.diagnostic.message(), _zh(error.diagnostic))
            listing.skip(row.name, reason)
            continue
        own = replace(spec, text=spelled(spec, row.name), pick=(row.name,))
        found.append(replace(got, spec=own, version=row.version or got.version))
    if not found:
        raise invalid(listing.where, "none of its entries can be fetched", "所有条目都无法获取")
    if not spec.pick and listing.notes:
        found[0] = replace(found[0], notes=(*found[0].notes, *listing.notes))
    return found


def _zh(said: Diagnostic) -> str:
    from polyskill.compiler.localized import Lang  # noqa: PLC0415

    return said.message(Lang.ZH)
