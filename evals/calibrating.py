"""``judges.json``: what calibrations found of judges, kept to be committed beside the skills."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from polyskill.platforms.deliver import atomic
from polyskill.runtime.judge.pairwise import PROMPT_VERSION
from polyskill.runtime.judge.stats.errorrate import corrected_rate

from .data import build
from .errors import EvalError
from .results import Estimate, Run, Sample

__all__ = ["FILE", "Counts", "Kept", "corrected", "keep", "load", "load_cleared", "load_current"]

FILE = "judges.json"


@dataclass(frozen=True, slots=True)
class Counts:
    """``passed`` of ``n`` labelled answers were judged as they are labelled."""

    passed: int = 0
    n: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.passed <= self.n:
            msg = f"{self.passed} of {self.n} is impossible"
            raise ValueError(msg)


@dataclass(frozen=True)
class Kept:
    """What is kept of one calibration.

    ``date`` is ISO 8601 in UTC, ``prompts`` the version of the judge's prompts, ``gold`` the sha256
    of the gold set, ``n`` the pairs judged in both orders, ``low`` the lower end of the 95 %
    interval of the accuracy. ``sensitivity`` counts the good answers that passed,
    ``specificity`` the bad ones that did not.
    """

    date: str
    polyskill: str
    prompts: Any
    gold: str
    n: int
    accuracy: float | None
    low: float | None
    may_gate: bool
    languages: tuple[str, ...] = ()
    sensitivity: Counts = Counts()
    specificity: Counts = Counts()


def load(path: Path) -> dict[str, Kept]:
    """Return what a ``judges.json`` holds, by the ids of the judges; without a file nothing.

    Raises:
        EvalError: the file cannot be read, or is none of polyskill's.
    """
    try:
        with path.open("rb") as file:
            data = json.loads(file.read())
        if not isinstance(data, Mapping):
            raise _damaged(path, "it is no JSON object", "不是 JSON 对象")
        found = {str(judge): build(Kept, entry) for judge, entry in data.items()}
        for judge, entry in found.items():
            if not isinstance(entry, Kept) or not isinstance(entry.may_gate, bool):
                raise _damaged(
                    path,
                    f"`{judge}` needs `may_gate`: true or false",
                    f"`{judge}` 需要 `may_gate`：true 或 false",
                )
    except FileNotFoundError:
        return {}
    except OSError as error:
        reason = error.strerror or str(error)
        raise EvalError(str(path), f"it cannot be read: {reason}", f"无法读取：{reason}") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise _damaged(path, f"it is damaged: {error}", f"文件已损坏：{error}") from error
    return found


def _damaged(path: Path, en: str, zh: str) -> EvalError:
    return EvalError(
        str(path),
        f"{en}; mend it, or remove it and calibrate again",
        f"{zh}；请修复该文件，或将其删除后重新校准",
    )


def load_current(path: Path) -> dict[str, Kept]:
    """Return the calibrations that were made with the prompts in use, by the ids of the judges.

    One with other prompts says nothing of the judge as it is asked now.

    Raises:
        EvalError: the file cannot be read, or is none of polyskill's.
    """
    return {judge: entry for judge, entry in load(path).items() if entry.prompts == PROMPT_VERSION}


def load_cleared(path: Path) -> dict[str, bool]:
    """Return which judges may gate, by their ids; without a file nothing is known.

    Raises:
        EvalError: the file cannot be read, or is none of polyskill's.
    """
    return {judge: entry.may_gate for judge, entry in load_current(path).items()}


def keep(path: Path, found: Mapping[str, Kept]) -> None:
    """Add calibrations to a ``judges.json``; those of other judges stay.

    Raises:
        EvalError: the file cannot be read or written.
    """
    merged = {**load(path), **found}
    listed = {judge: asdict(merged[judge]) for judge in sorted(merged)}
    text = json.dumps(listed, ensure_ascii=False, indent=2) + "\n"
    try:
        atomic.make_directory(path.parent)
        atomic.write(path, text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        reason = error.strerror or str(error)
        raise EvalError(
            str(path), f"it cannot be written: {reason}", f"无法写入：{reason}"
        ) from error


def corrected(run: Run, calibrations: Mapping[str, Kept]) -> dict[str, Estimate]:
    """Return pass rates corrected for what the judge is known to get wrong, by "arm|model|lang".

    A rate is the share of the answers that a judge graded which meet their criteria; checks, which
    do not err, are not in it. It counts cases, as :attr:`Run.rates` does: repeats of a case are no
    independent evidence. There is none for a run with several judges, for a judge without labelled
    answers of both kinds, and for one that does no better than chance on them
    (Rogan and Gladen 1978; the interval is that of Lang and Reiczigel 2014).
    """
    if len(run.judges) != 1 or run.judges[0].id not in calibrations:
        return {}
    known = calibrations[run.judges[0].id]
    places: dict[str, dict[str, list[bool]]] = {}
    for sample in run.samples:
        if (held := _meets(sample)) is not None:
            place = f"{sample.arm}|{sample.model}|{sample.lang}"
            places.setdefault(place, {}).setdefault(sample.case, []).append(held)
    found = {}
    for place, cases in places.items():
        rate = corrected_rate(
            sum(sum(held) / len(held) for held in cases.values()),
            len(cases),
            (known.sensitivity.passed, known.sensitivity.n),
            (known.specificity.passed, known.specificity.n),
        )
        if rate.value is not None:
            found[place] = Estimate(rate.value, rate.low, rate.high, rate.n)
    return found


def _meets(sample: Sample) -> bool | None:
    """Return whether an answer meets its criteria; ``None`` where no judge could tell."""
    due = [one.passed for one in sample.criteria if one.kind != "should"]
    return None if not due or None in due else all(due)
