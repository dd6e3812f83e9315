"""The folder of a run: what was asked, what was measured, what the model said.

``run.json`` is replaced whole, ``metrics.jsonl`` and ``samples.jsonl`` only grow, so a run that is
killed leaves a folder that can be read and resumed.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .errors import TrainError
from .metrics import from_line, row, to_line

__all__ = ["METRICS", "RUN", "SAMPLES", "Recorded", "Recorder", "read_run", "replace"]

RUN, METRICS, SAMPLES = "run.json", "metrics.jsonl", "samples.jsonl"
FORMAT = 1


@dataclass(frozen=True)
class Recorded:
    """What a run's folder holds.

    ``run`` is run.json (see :meth:`Recorder.begin`); ``metrics`` are rows of the schema in
    :mod:`.metrics`, ``samples`` objects with "step", "prompt", "completion" and whatever is known
    ("reward" …). ``problems`` name lines that could not be read, as ``file:line: why``; a last line
    that broke off is no problem, its run was killed.
    """

    folder: Path
    run: Mapping[str, Any]
    metrics: tuple[Mapping[str, Any], ...] = ()
    samples: tuple[Mapping[str, Any], ...] = ()
    problems: tuple[str, ...] = field(default=())


class Recorder:
    """Writes a run's folder; one process of a run has one.

    A row is handed to the operating system before its method returns: killing the process loses
    nothing. :meth:`sync` makes what is written outlive the machine's end, too.
    """

    def __init__(self, folder: str | Path) -> None:
        """Open the folder, and make it where it is absent. Raises ``OSError``."""
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._before = _last_time(self.folder / METRICS)
        self._began = time.monotonic()
        for name in (METRICS, SAMPLES):
            _drop_torn_line(self.folder / name)

    def begin(self, facts: Mapping[str, Any], *, resumed_from: int | None = None) -> None:
        """Write run.json: ``facts`` with "format", "state": "running", "started" and "process".

        ``facts`` are plain JSON: "run" (the resolved configuration), "method", "seed", "versions",
        "git", "data" (path and SHA-256 of each file) … A run that is resumed from a step keeps
        when it was started, and gets a row in "resumed"; rows of later steps are taken back, since
        they are measured again.
        """
        old = _read_json(self.folder / RUN) if resumed_from is not None else {}
        now = _now()
        resumed = list(old.get("resumed", []))
        if resumed_from is not None:
            resumed.append({"at": now, "step": resumed_from})
            self._take_back(resumed_from)
        else:
            for name in (METRICS, SAMPLES):
                (self.folder / name).unlink(missing_ok=True)
            self._before = 0.0
        self._began = time.monotonic()
        process = {"id": os.getpid()}
        state = {"format": FORMAT, "state": "running", "started": old.get("started", now)}
        self._write({**facts, **state, "resumed": resumed, "process": process})

    def metric(self, step: int, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """Append a row to metrics.jsonl and return it; see :func:`.metrics.row`."""
        made = row(step, self._before + time.monotonic() - self._began, values)
        self._append(METRICS, made)
        return made

    def sample(self, step: int, prompt: Any, completion: str, **known: Any) -> None:
        """Append to samples.jsonl what the model answered; ``known`` is e.g. ``reward=0.5``."""
        self._append(SAMPLES, {"step": step, "prompt": prompt, "completion": completion, **known})

    def note(self, **facts: Any) -> None:
        """Add facts to run.json, or replace them."""
        self._write({**_read_json(self.folder / RUN), **facts})

    def end(self, state: str, error: str = "") -> None:
        """Say how the run ended: "finished", "stopped", "interrupted" or "failed" (with why)."""
        facts = {"state": state, "ended": _now()} | ({"error": error} if error else {})
        old = _read_json(self.folder / RUN)
        if not error:
            old.pop("error", None)
        self._write({**old, **facts})

    def sync(self) -> None:
        """Wait until the disk has all rows."""
        for name in (METRICS, SAMPLES):
            path = self.folder / name
            if path.exists():
                with path.open("rb") as file:
                    os.fsync(file.fileno())

    def _append(self, name: str, data: Mapping[str, Any]) -> None:
        # One write of a whole line: a second writer or a reader never sees half of one.
        with (self.folder / name).open("ab", buffering=0) as file:
            file.write(to_line(data))

    def _take_back(self, step: int) -> None:
        for name in (METRICS, SAMPLES):
            path = self.folder / name
            if path.exists():
                rows, _ = _rows(path)
                kept = [item for item in rows if item.get("step", 0) <= step]
                replace(path, b"".join(map(to_line, kept)))
        self._before = _last_time(self.folder / METRICS)

    def _write(self, data: Mapping[str, Any]) -> None:
        text = json.dumps(data, ensure_ascii=False, indent=2)
        replace(self.folder / RUN, text.encode() + b"\n")


def replace(path: Path, data: bytes) -> None:
    """Write a file whole or not at all. Raises ``OSError``; the old file is then as it was."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with partial.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def read_run(folder: str | Path) -> Recorded:
    """Read a run's folder; a run that still goes on can be read.

    Raises:
        TrainError: the folder has no run, or its run.json cannot be read.
    """
    place = Path(folder)
    try:
        run = _read_json(place / RUN)
    except ValueError as error:
        raise TrainError(
            f"{place / RUN} cannot be read ({error}): restore it, or train again",
            f"{place / RUN} 无法读取（{error}）：请恢复该文件，或重新训练",
        ) from error
    if not run:
        raise TrainError(
            f"{place} holds no run: there is no {RUN} in it; name the folder that "
            "`train` was given with `--out`, or that `out:` names",
            f"{place} 中没有训练记录（缺少 {RUN}）：请指定训练时 `--out` 或配置中 `out:` 的文件夹",
        )
    metrics, bad_metrics = _rows(place / METRICS)
    samples, bad_samples = _rows(place / SAMPLES)
    return Recorded(place, run, tuple(metrics), tuple(samples), (*bad_metrics, *bad_samples))


def _rows(path: Path) -> tuple[list[dict[str, Any]], list[str]]:
    if not path.exists():
        return [], []
    rows, problems = [], []
    lines = path.read_bytes().split(b"\n")
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            rows.append(from_line(line))
        except ValueError as error:
            if number < len(lines):  # the last one has no line break: it broke off
                problems.append(f"{path}:{number}: {error}")
    return rows, problems


def _last_time(path: Path) -> float:
    return max((float(item.get("time", 0)) for item in _rows(path)[0]), default=0.0)


def _drop_torn_line(path: Path) -> None:
    if path.exists():
        data = path.read_bytes()
        if data and not data.endswith(b"\n"):
            os.truncate(path, data.rfind(b"\n") + 1)


def _read_json(path: Path) -> dict[str, Any]:
    """Return the object of a file; an empty one where there is no file. Raises ``ValueError``."""
    try:
        data = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    if not isinstance(data, dict):
        msg = "not a JSON object"
        raise ValueError(msg)
    return data


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
