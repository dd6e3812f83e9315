"""The curves of a run, out of its rows: in order, each step once, what is no number set apart."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from .robust import noise

__all__ = ["Curve", "Curves", "curves_of"]

_REINFORCED = frozenset({"grpo", "rloo"})


@dataclass(frozen=True)
class Curve:
    """A metric over steps. ``broken`` are the steps where it was NaN or infinite."""

    name: str
    steps: tuple[float, ...] = ()
    values: tuple[float, ...] = ()
    broken: tuple[float, ...] = ()

    def __len__(self) -> int:
        return len(self.values)

    @property
    def noise(self) -> float:
        """The standard deviation of the noise around the curve."""
        return noise(self.values)

    @property
    def span(self) -> float:
        """The steps from the first point to the last one."""
        return self.steps[-1] - self.steps[0] if self.steps else 0.0

    def part(self, low: float, high: float = 1.0) -> Curve:
        """Return the points from the share ``low`` of their number to the share ``high``."""
        first, last = round(low * len(self)), round(high * len(self))
        return Curve(self.name, self.steps[first:last], self.values[first:last])

    def since(self, step: float) -> Curve:
        """Return the points at ``step`` and after it."""
        first = sum(at < step for at in self.steps)
        return Curve(self.name, self.steps[first:], self.values[first:])

    def _ends(self, share: float) -> int:
        return min(len(self), max(1, min(3, len(self) // 3), round(share * len(self))))

    def start(self, share: float = 0.1) -> float:
        """Return the median at the beginning; NaN without points."""
        return median(self.values[: self._ends(share)]) if self.values else math.nan

    def end(self, share: float = 0.1) -> float:
        """Return the median at the end; NaN without points."""
        return median(self.values[-self._ends(share) :]) if self.values else math.nan

    def near(self, step: float) -> float:
        """Return the value at the last point not after ``step``; NaN where there is none."""
        before = [value for at, value in zip(self.steps, self.values, strict=True) if at <= step]
        return before[-1] if before else math.nan


@dataclass(frozen=True)
class Curves:
    """A run as detectors look at it: ``run`` is its ``run.json``, ``samples`` what it generated."""

    run: Mapping[str, Any]
    curves: Mapping[str, Curve]
    samples: tuple[Mapping[str, Any], ...] = ()
    rows: int = 0
    last_step: float = 0.0

    def __getitem__(self, name: str) -> Curve:
        return self.curves.get(name) or Curve(name)

    def named(self, prefix: str) -> list[Curve]:
        """Return the curves whose name begins so, in the order of their names."""
        return [self.curves[name] for name in sorted(self.curves) if name.startswith(prefix)]

    def setting(self, *path: str) -> Any:
        """Return a setting of the resolved config, ``None`` where there is none."""
        found: Any = self.run.get("run")
        for name in path:
            found = found.get(name) if isinstance(found, Mapping) else None
        return found

    @property
    def method(self) -> str:
        """The recipe: "sft", "dpo", …; "" where the run does not say."""
        named = self.setting("method") or self.run.get("method")
        return named if isinstance(named, str) else ""

    def option(self, name: str) -> str:
        """Return the key of an option of the method: ``grpo.beta``."""
        return f"{self.method or 'grpo'}.{name}"

    @property
    def reinforced(self) -> bool:
        """Whether the run maximises a reward, so that its loss says little of its course."""
        return self.method in _REINFORCED or (not self.method and len(self["reward"]) > 0)


def curves_of(
    run: Mapping[str, Any],
    metrics: Iterable[Mapping[str, Any]],
    samples: Sequence[Mapping[str, Any]] = (),
) -> Curves:
    """Sort the rows of ``metrics.jsonl`` into curves.

    A step that comes twice (a run that was resumed repeats what came after its checkpoint) counts
    as it was the last time. A metric that is ``null`` or no finite number is *broken* at that step.
    """
    points: dict[str, dict[float, float]] = {}
    count, last = 0, 0.0
    for row in metrics:
        count += 1
        step = _number(row.get("step"))
        if not math.isfinite(step):
            continue
        last = max(last, step)
        for name, value in _metrics(row):
            points.setdefault(name, {})[step] = _number(value)
    curves = {}
    for name, found in points.items():
        order = sorted(found)
        whole = [step for step in order if math.isfinite(found[step])]
        curves[name] = Curve(
            name,
            tuple(whole),
            tuple(found[step] for step in whole),
            tuple(step for step in order if not math.isfinite(found[step])),
        )
    return Curves(run, curves, tuple(samples), count, last)


def _metrics(row: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    for name, value in row.items():
        if name == "extra" and isinstance(value, Mapping):
            yield from ((f"extra/{key}", each) for key, each in value.items() if _numeric(each))
        elif name != "step" and (_numeric(value) or value is None):
            yield name, value


def _numeric(value: Any) -> bool:
    if isinstance(value, str):
        return value.strip().lower().lstrip("+-") in ("nan", "inf", "infinity")
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(value: Any) -> float:
    try:
        return math.nan if value is None else float(value)
    except (TypeError, ValueError, OverflowError):
        return math.nan
