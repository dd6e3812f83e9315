"""The build cache: what was built from which source, in ``OUT/.polyskill/build.db``.

It is only a cache. Delete it and the next build does all the work again; a damaged or foreign one
is put aside.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from . import atomic
from .records import SkillRecord, TargetRecord, from_json, target_from_json, target_to_json, to_json

__all__ = ["Row", "Store"]

_VERSION = 2
_SCHEMA = """
CREATE TABLE IF NOT EXISTS source (
  key TEXT PRIMARY KEY, root TEXT, fingerprint TEXT, newest INTEGER
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS skill (
  key TEXT, name TEXT, record TEXT, PRIMARY KEY (key, name)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS target (
  key TEXT, name TEXT, target TEXT, config TEXT, record TEXT, PRIMARY KEY (key, name, target)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS unfinished (since INTEGER);
CREATE TABLE IF NOT EXISTS joined (
  path TEXT PRIMARY KEY, digest TEXT, size INTEGER, mtime_ns INTEGER
) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One source: where it came from, how it looked, and what it became."""

    key: str
    root: str
    fingerprint: str
    newest: int
    skills: tuple[SkillRecord, ...]
    configs: Mapping[tuple[str, str], str]  # (skill, target) → configuration it was built with


class Store:
    """The cache of one output folder. Use as a context manager; nothing is kept on an exception."""

    def __init__(self, out: Path, *, read_only: bool = False) -> None:
        self._path = out / ".polyskill" / "build.db"
        self._connection: sqlite3.Connection | None = None
        if read_only and not self._path.exists():
            self._connection = self._open(":memory:")
            return
        if not read_only:
            atomic.make_directory(self._path.parent)
            ignore = self._path.with_name(".gitignore")
            if not ignore.exists():  # output may be committed, its cache never
                atomic.write(ignore, b"*\n")
        try:
            self._connection = self._open(str(self._path))
        except sqlite3.DatabaseError:
            if not read_only:
                self._path.replace(self._path.with_suffix(".damaged"))
            self._connection = self._open(":memory:" if read_only else str(self._path))

    @staticmethod
    def _open(path: str) -> sqlite3.Connection:
        connection = sqlite3.connect(path, isolation_level=None, timeout=60)
        try:
            # A lost cache costs one build, so there is no need to wait for the disk.
            connection.execute("PRAGMA synchronous = OFF")
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version not in (0, _VERSION):
                for table in ("source", "skill", "target", "joined", "unfinished"):
                    connection.execute(f"DROP TABLE IF EXISTS {table}")
            connection.executescript(_SCHEMA)
            connection.execute(f"PRAGMA user_version = {_VERSION}")
        except sqlite3.DatabaseError:
            connection.close()
            raise
        return connection

    def __enter__(self) -> Store:
        self.db.execute("BEGIN IMMEDIATE")
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        with suppress(sqlite3.OperationalError):
            if kind is None:
                if self.unfinished() is not None:
                    self.db.execute("DELETE FROM unfinished")
                self.db.execute("COMMIT")
            else:
                self.db.execute("ROLLBACK")
        self.db.close()
        self._connection = None

    @property
    def db(self) -> sqlite3.Connection:
        """The open connection."""
        if self._connection is None:
            msg = "the store is closed"
            raise ValueError(msg)
        return self._connection

    def unfinished(self) -> int | None:
        """Return when a build began that did not come to its end (ns); ``None``: there is none."""
        found = self.db.execute("SELECT min(since) FROM unfinished").fetchone()
        return None if found is None else found[0]

    def begin_writing(self, now: int) -> None:
        """Note, for good, that files are about to be written that the cache does not know yet."""
        self.db.execute("INSERT INTO unfinished VALUES (?)", (now,))
        self.db.execute("COMMIT")
        self.db.execute("BEGIN IMMEDIATE")

    def sources(self) -> Iterator[tuple[str, str]]:
        """Yield (key, root) of every source, sorted by key."""
        yield from self.db.execute("SELECT key, root FROM source ORDER BY key").fetchall()

    def get(self, key: str) -> Row | None:
        """Return what is known of a source; ``None`` too if it cannot be read."""
        found = self.db.execute(
            "SELECT root, fingerprint, newest FROM source WHERE key = ?", (key,)
        ).fetchone()
        if found is None:
            return None
        try:
            targets: dict[str, dict[str, TargetRecord]] = {}
            configs: dict[tuple[str, str], str] = {}
            for name, target, config, record in self.db.execute(
                "SELECT name, target, config, record FROM target WHERE key = ?", (key,)
            ):
                targets.setdefault(name, {})[target] = target_from_json(record)
                configs[name, target] = config
            skills = tuple(
                from_json(record, targets.get(name, {}))
                for name, record in self.db.execute(
                    "SELECT name, record FROM skill WHERE key = ? ORDER BY name", (key,)
                )
            )
        except (KeyError, TypeError, ValueError):
            return None
        root, fingerprint, newest = found
        return Row(key, root, fingerprint, newest, skills, configs)

    def put(self, row: Row) -> None:
        """Store a source with all its skills and targets, replacing what was there."""
        self.drop(row.key)
        self.db.execute(
            "INSERT INTO source VALUES (?, ?, ?, ?)",
            (row.key, row.root, row.fingerprint, row.newest),
        )
        for skill in row.skills:
            self.db.execute(
                "INSERT OR REPLACE INTO skill VALUES (?, ?, ?)",
                (row.key, skill.name, to_json(skill)),
            )
            self.db.executemany(
                "INSERT OR REPLACE INTO target VALUES (?, ?, ?, ?, ?)",
                [
                    (row.key, skill.name, key, row.configs[skill.name, key], target_to_json(record))
                    for key, record in skill.targets.items()
                ],
            )

    def drop(self, key: str) -> None:
        """Forget a source."""
        for table in ("source", "skill", "target"):
            self.db.execute(f"DELETE FROM {table} WHERE key = ?", (key,))

    def joined(self) -> dict[str, tuple[str, int, int]]:
        """Return the joined files on disk: path → (digest, size, mtime in ns)."""
        rows = self.db.execute("SELECT path, digest, size, mtime_ns FROM joined")
        return {path: (digest, size, mtime_ns) for path, digest, size, mtime_ns in rows}

    def set_joined(self, files: Mapping[str, tuple[str, int, int]]) -> None:
        """Replace the record of the joined files, if it differs."""
        if self.joined() == dict(files):
            return
        self.db.execute("DELETE FROM joined")
        self.db.executemany(
            "INSERT INTO joined VALUES (?, ?, ?, ?)",
            [(path, *values) for path, values in files.items()],
        )
