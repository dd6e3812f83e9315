"""When a reward and a judge that is not trained on part ways: the reward is being exploited.

A policy learns to please its grader. A re-analysis of arXiv 2512.23707 saw the grader's marks rise
on after a stronger judge's had begun to fall.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import sqrt
from statistics import fmean, pvariance

__all__ = ["Parting"]


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
