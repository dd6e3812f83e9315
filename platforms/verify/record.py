"""Keep the outcome of a verification for the documents.

    polyskill verify SOURCE... --client ... --json | python -m polyskill.platforms.verify.record

Rows of the same client, skill and language are replaced, others stay. The file is package data, so
that `docs/platforms.md` is the same wherever it is generated.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from ..deliver import atomic

__all__ = ["FILE", "main", "recorded"]

FILE = Path(__file__).with_name("checked.json")
_KEPT = (
    "client", "version", "skill", "lang", "status",
    "listed", "description", "body", "reference", "instructions", "reason",
)  # fmt: skip


def recorded() -> list[dict[str, Any]]:
    """Return the rows that are kept, sorted by client, skill and language."""
    if not FILE.is_file():
        return []
    rows: list[dict[str, Any]] = json.loads(FILE.read_text("utf-8"))
    return rows


def _key(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return str(row["client"]), str(row["skill"]), str(row["lang"])


def _merged(rows: Sequence[Mapping[str, Any]], today: str) -> list[dict[str, Any]]:
    kept = {_key(row): row for row in recorded()}
    for row in rows:
        if row["status"] != "skipped" and row["skill"]:
            kept[_key(row)] = {**{key: row[key] for key in _KEPT}, "date": today}
    return [kept[key] for key in sorted(kept)]


def main(arguments: Sequence[str]) -> int:
    """Read the JSON of ``polyskill verify`` on standard input; return the exit status."""
    if arguments:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    rows = _merged(json.load(sys.stdin)["results"], date.today().isoformat())
    text = json.dumps(rows, ensure_ascii=False, indent=1) + "\n"
    atomic.write(FILE, text.encode())
    sys.stdout.write(f"{len(rows)} rows\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
