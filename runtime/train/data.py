"""Examples from JSONL, JSON and CSV files, under one set of names."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from .columns import to_columns
from .examples import Example, named
from .files import Broken, raised, rows
from .problems import DataError
from .sections import DataSection

__all__ = ["DataError", "Example", "digest", "read_examples", "to_columns"]


def read_examples(
    path: Path | str, section: DataSection, broken: Broken = raised
) -> Iterator[Example]:
    """Yield the examples of a file, in their order, each with its place.

    Columns get the names that recipes know (see :mod:`.examples`); others are kept as they are.
    ``broken`` is told of each line that is none, and may let reading go on; default: it raises.

    Raises:
        DataError: the file cannot be read, or a line of it is broken; ``path`` names the line.
    """
    for where, row in rows(Path(path), section.format, broken):
        try:
            example = named(row, where, section.fields)
        except DataError as error:
            broken(error)
        else:
            yield example


def digest(path: Path | str) -> str:
    """Return the SHA-256 of a file, in hexadecimal.

    Raises:
        DataError: the file cannot be read.
    """
    try:
        with Path(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        why = error.strerror or str(error)
        raise DataError(str(path), f"cannot be read: {why}", f"无法读取：{why}") from error
