"""What was published into a folder: the versions and the digests of every file.

The record lies beside what it is about and is meant to be committed with it: it is how the next
run knows which files and entries are polyskill's own, and which versions users have seen.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from polyskill.compiler.codes import publish as codes
from polyskill.compiler.diagnostics import Diagnostic, report

from ..base import File
from ..parts.text import json_bytes
from .errors import PublishError
from .sums import digest
from .versions import is_version, order

__all__ = ["NAME", "Ledger", "Release", "mark", "read", "releases_allowed"]

NAME = "polyskill-published.json"
_FORMAT = 1


def mark(file: File) -> str:
    """Return what identifies a file: its digest, with ``+x`` if it is executable."""
    return digest(file.data) + ("+x" if file.executable else "")


@dataclass(frozen=True, slots=True)
class Release:
    """One package as it was published last; ``files`` maps paths to :func:`mark`."""

    version: str
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Ledger:
    """All packages of a folder, and which rows of which listings are polyskill's."""

    packages: Mapping[str, Release] = field(default_factory=dict)
    rows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def files(self) -> dict[str, str]:
        """The marks of all files."""
        return {path: one for item in self.packages.values() for path, one in item.files.items()}

    def with_releases(
        self, packages: Mapping[str, Release], rows: Mapping[str, Iterable[str]]
    ) -> Ledger:
        """Return the record after ``packages`` were published; what they do not name stays."""
        merged = dict(self.rows)
        for path, names in rows.items():
            merged[path] = tuple(sorted({*merged.get(path, ()), *names}))
        return replace(self, packages={**self.packages, **packages}, rows=merged)

    def data(self) -> bytes:
        """Return the record as the file holds it."""
        return json_bytes(
            {
                "format": _FORMAT,
                "packages": {
                    name: {"version": item.version, "files": dict(sorted(item.files.items()))}
                    for name, item in sorted(self.packages.items())
                },
                "rows": {path: list(names) for path, names in sorted(self.rows.items())},
            }
        )


def read(root: Path) -> Ledger:
    """Return the record of a folder; an empty one where there is none.

    Raises:
        PublishError: the file is damaged or from a newer polyskill.
        OSError: it cannot be read.
    """
    file = root / NAME
    try:
        raw = file.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return Ledger()
    try:
        data = json.loads(raw)
        if data["format"] != _FORMAT:
            raise ValueError
        packages = {
            str(name): Release(
                _version(item["version"]), {str(k): str(v) for k, v in item["files"].items()}
            )
            for name, item in data["packages"].items()
        }
        rows = {str(path): tuple(map(str, names)) for path, names in data["rows"].items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        reason, reason_zh = "it is no record of this polyskill", "它不是本版本 polyskill 的记录"
        raise PublishError(
            report(
                codes.LISTING_UNREADABLE, str(file), path=file, reason=reason, reason_zh=reason_zh
            )
        ) from None
    return Ledger(packages, rows)


def _version(value: object) -> str:
    if not isinstance(value, str) or not is_version(value):
        raise ValueError
    return value


def releases_allowed(
    before: Ledger,
    after: Mapping[str, Release],
    *,
    downgrade: bool = False,
    replace_same: bool = False,
) -> list[Diagnostic]:
    """Return an error for each package that would go back, or change without a new version.

    What is wrong for several hosts alike is said once.
    """
    found: dict[tuple[str, str], Diagnostic] = {}
    for name, new in sorted(after.items()):
        old = before.packages.get(name)
        if old is None:
            continue
        shown = name if name.startswith("@") else name.rpartition("/")[2]
        if order(new.version) < order(old.version) and not downgrade:
            finding = report(
                codes.VERSION_LOWER,
                shown,
                name=shown,
                version=new.version,
                published=old.version,
            )
        elif new.version == old.version and new.files != old.files and not replace_same:
            path = min(path for path, _ in dict(new.files).items() ^ dict(old.files).items())
            finding = report(codes.VERSION_KEPT, shown, name=shown, version=new.version, path=path)
        else:
            continue
        found.setdefault((finding.code.id, shown), finding)
    return list(found.values())
