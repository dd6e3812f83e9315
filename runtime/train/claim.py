"""A run's folder, held by one run at a time: begun anew, or resumed where it stopped."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..judge.engine.lock import JournalBusy, JournalLock
from . import checkpoints
from .config import to_plain
from .data import digest
from .errors import TrainError
from .processes import first, together
from .record import METRICS, RUN, read_run

if TYPE_CHECKING:
    from .config import Run

__all__ = ["Claim", "claim"]

#: What may differ from the run that is resumed: how far, how often, where and who watches.
_FREE = {
    *("out", "eval_every", "save_every", "trackers", "optim.steps", "optim.epochs"),
    *("samples.count", "samples.max_new_tokens"),
    *("grpo.stop_when_parted", "rloo.stop_when_parted"),
}


@dataclass(frozen=True)
class Claim:
    """A folder that this run has.

    ``checkpoint`` is the folder to go on from, ``step`` its step (0 where there is none);
    ``resumed`` says whether an earlier run's rows are kept. ``data`` are the files with their
    SHA-256.
    """

    folder: Path
    data: Mapping[str, Mapping[str, str]]
    resumed: bool = False
    checkpoint: Path | None = None
    step: int = 0


@contextmanager
def claim(run: Run, folder: str | Path, *, resume: bool) -> Iterator[Claim]:
    """Take a folder for a run; with ``resume``, an earlier run in it goes on.

    Raises:
        TrainError: another process has the folder; it has a run and ``resume`` was not said; or
            the run to go on with was another one.
        DataError: a data file cannot be read.
        OSError: the folder cannot be made.
    """
    place = Path(folder)
    named = {"train": run.data.train} | ({"eval": run.data.eval} if run.data.eval else {})
    data = {part: {"path": path, "sha256": digest(path)} for part, path in named.items()}
    place.mkdir(parents=True, exist_ok=True)
    lock = _lock(place) if first() else None
    try:
        if not resume:
            _must_be_empty(place)
            claimed = Claim(place, data)
        else:
            claimed = _resumed(run, place, data)
        together()  # nobody writes into the folder before all have looked at it
        if first():
            checkpoints.clear_staging(place)
        yield claimed
    finally:
        if lock is not None:
            lock.release()


def _lock(place: Path) -> JournalLock:
    try:
        return JournalLock(place / METRICS)
    except JournalBusy as error:
        raise TrainError(
            f"another process trains in {place} ({error}): wait for it, or choose another `out:`",
            f"另一个进程正在 {place} 中训练：请等它结束，或改用其他 `out:`",
        ) from error


def _must_be_empty(place: Path) -> None:
    """A run that came to nothing may be replaced; one that measured something may not."""
    if not (place / RUN).exists():
        return
    if checkpoints.latest(place) is None and not read_run(place).metrics:
        return
    raise TrainError(
        f"{place} holds a run already: `--resume` goes on with it, `--out` names another folder",
        f"{place} 中已有训练记录：用 `--resume` 继续，或用 `--out` 指定其他文件夹",
    )


def _resumed(run: Run, place: Path, data: Mapping[str, Mapping[str, str]]) -> Claim:
    if not (place / RUN).exists():  # it was killed before it began: a queue may say it always
        return Claim(place, data)
    old = read_run(place).run
    _same_data(place, old.get("data", {}), data)
    _same_run(place, old.get("run", {}), to_plain(run))
    step, path = checkpoints.latest(place) or (0, None)
    return Claim(place, data, resumed=True, checkpoint=path, step=step)


def _same_data(place: Path, old: Mapping[str, Any], new: Mapping[str, Mapping[str, str]]) -> None:
    changed = [
        entry["path"]
        for part, entry in new.items()
        if part in old and old[part].get("sha256") != entry["sha256"]
    ]
    if changed:
        named = ", ".join(changed)
        raise TrainError(
            f"{named} is not what the run in {place} was begun with, so it cannot go on: bring "
            "the file back, or train in another folder (`--out`)",
            f"{named} 与 {place} 中训练开始时的内容不同，无法继续：请恢复该文件，或用 `--out` "
            "在其他文件夹中重新训练",
        )


def _same_run(place: Path, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    before, after = _flat(old), _flat(json.loads(json.dumps(new)))
    names = sorted(
        name
        for name in before.keys() | after.keys()
        if name not in _FREE and before.get(name) != after.get(name)
    )
    if names:
        listed = "; ".join(f"{one}: {before.get(one)} → {after.get(one)}" for one in names)
        raise TrainError(
            f"the configuration is not the one that the run in {place} was begun with ({listed}): "
            "change it back, or train in another folder (`--out`)",
            f"配置与 {place} 中训练开始时不同（{listed}）：请改回，或用 `--out` 换一个文件夹",
        )


def _flat(data: Mapping[str, Any], at: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in data.items():
        if isinstance(value, Mapping):
            found |= _flat(value, f"{at}{name}.")
        else:
            found[f"{at}{name}"] = value
    return found
