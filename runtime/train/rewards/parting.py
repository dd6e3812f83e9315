"""When a reward and a judge that is not trained on part ways: the reward is being exploited.

A policy learns to please its grader. A re-analysis of arXiv 2512.23707 saw the grader's marks rise
on after a stronger judge's had begun to fall.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from statistics import fmean, pvariance
from typing import Any

__all__ = ["Parting", "why_stopped"]


@dataclass
class Parting:
    """Watches pairs of measurements, (reward, held-out judge), of the same completions.

    They have parted when the judge's mean over the last ``window`` measurements lies below its best
    mean over an earlier window, by ``margin`` and by two standard errors of the difference at
    least, while the reward's mean is higher now than it was then.
    """

    window: int = 3
    margin: float = 0.05
    points: list[tuple[float, float]] = field(default_factory=list)

    def add(self, reward: float, judge: float) -> bool:
        """Note a measurement; return whether the two have parted by now."""
        self.points.append((reward, judge))
        last = self.points[-self.window :]
        earlier = [
            self.points[start : start + self.window]
            for start in range(len(self.points) - 2 * self.window + 1)
        ]
        if not earlier:
            return False
        best = max(earlier, key=lambda part: fmean(judged for _, judged in part))
        drop = _judged(best)[0] - _judged(last)[0]
        error = sqrt(_judged(best)[1] + _judged(last)[1])
        risen = fmean(point[0] for point in last) > fmean(point[0] for point in best)
        return risen and drop >= max(self.margin, 2 * error)


def _judged(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Return the mean of the judge's marks and the variance of that mean."""
    marks = [judged for _, judged in points]
    spread = pvariance(marks) * len(marks) / max(len(marks) - 1, 1)
    return fmean(marks), spread / len(marks)


def why_stopped(run: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return, in English and Chinese, why a run (its run.json) was ended; ``None`` if it was not.

    A run that was resumed after that has forgotten it.
    """
    found = run.get("parted")
    if not isinstance(found, Mapping):
        return None
    step, reward, mark = found["step"], f"{found['reward']:.3g}", f"{found['held_out']:.3g}"
    return (
        f"ended at step {step}: the reward rose (to {reward}) while the held-out judge, which is "
        f"not trained on, fell (to {mark}), so the reward is being exploited; read the samples, "
        "mend the reward, or go on with `--resume` and `stop_when_parted: false`",
        f"在第 {step} 步结束：奖励上升（至 {reward}），而不参与训练的评判模型的评分下降"
        f"（至 {mark}），说明奖励正被钻空子；请查看样本并修正奖励，或设 "
        "`stop_when_parted: false` 并用 `--resume` 继续",
    )
