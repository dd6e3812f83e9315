"""Whether two models really differ on a benchmark, and how many questions would show it.

The two answered the same questions, so the difference is a paired one: what counts are the
questions that only one of them got right (McNemar 1947; Miller 2024, arXiv 2411.00640,
section 4.2). Where only two accuracies are known, the pairing is lost, and the test must assume
independence: too careful, as good models fail on the same questions.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ..judge.stats.bounded import bounded_interval
from ..judge.stats.exact import mcnemar, sign_flip
from ..judge.stats.intervals import Interval, wilson
from ..judge.stats.paired import PairedMean, Unit, paired_mean, paired_t, totals
from ..judge.stats.power import cases_needed, detectable_effect
from .errors import ToolError
from .numbers import share, whole
from .scores import Score
from .text import Text

__all__ = ["Significance", "from_accuracies", "from_counts", "from_scores"]

_MILLER = "Miller 2024, arXiv 2411.00640"
_UNPAIRED: tuple[Text, ...] = (
    Text(
        "both answered the same questions, and this test cannot know which: with the results of "
        "each question (two files, or `--table`) fewer questions suffice",
        "两个模型回答的是相同的题目，而该检验无从知道逐题结果：若提供逐题结果"
        "（两个文件，或 `--table`），所需题目更少",
    ),
    Text(
        "questions that belong together (the same text, the same subject) are fewer independent "
        "ones than they are counted here",
        "同源的题目（同一段文字、同一学科）并非相互独立，实际独立的题数少于此处所计",
    ),
)
_FEW = Text(
    "too few right or wrong answers for a z test: its p is only a hint here; use `--table`",
    "答对或答错的题太少，z 检验的 p 值仅供参考；请改用 `--table`",
)
#: The usual bound for a normal approximation of a binomial.
_ENOUGH = 5


@dataclass(frozen=True, slots=True)
class Significance:
    """A difference, B less A, on the scale 0 to 1.

    ``n`` counts questions, ``clusters`` independent groups of them. ``significant`` is p < alpha,
    two-sided. ``needed`` is how many questions (or clusters) would show a true difference of this
    size with the given power, ``detectable`` the smallest true difference that these would show.
    """

    design: str
    accuracy_a: float
    accuracy_b: float
    difference: float
    low: float | None
    high: float | None
    p: float
    test: str
    n: int
    clusters: int
    alpha: float
    power: float
    significant: bool
    needed: int | None
    detectable: float | None
    sources: tuple[str, ...]
    notes: tuple[Text, ...]


def _levels(alpha: float, power: float) -> None:
    for name, value in (("alpha", alpha), ("power", power)):
        if not 0 < share(name, value) < 1:
            raise ToolError(
                f"{name} is {value:g}; it must lie between 0 and 1",
                f"{name} 为 {value:g}；应在 0 与 1 之间",
            )


def from_accuracies(
    a: float, b: float, n: int, *, alpha: float = 0.05, power: float = 0.8
) -> Significance:
    """Compare two accuracies on ``n`` questions each, as if they were independent.

    The test is the z test of two proportions with a pooled variance; the interval is Newcombe's
    from two score intervals (Newcombe 1998, method 10), which stays inside of -1 to 1.

    Raises:
        ToolError: a number is out of its range.
    """
    a, b, n = share("accuracy A", a), share("accuracy B", b), whole("questions", n)
    _levels(alpha, power)
    d, pooled = round(b - a, 12), (a + b) / 2
    error = math.sqrt(2 * pooled * (1 - pooled) / n)
    p = math.erfc(abs(d) / error / math.sqrt(2)) if error else 1.0
    first, second = wilson(a * n, n, 1 - alpha), wilson(b * n, n, 1 - alpha)
    assert first.low is not None
    assert first.high is not None
    assert second.low is not None
    assert second.high is not None
    low = d - math.hypot(b - second.low, first.high - a)
    high = d + math.hypot(second.high - b, a - first.low)
    variance = a * (1 - a) + b * (1 - b)
    notes = _UNPAIRED
    if n * min(pooled, 1 - pooled) < _ENOUGH:
        notes += (_FEW,)
    return Significance(
        design="unpaired",
        accuracy_a=a,
        accuracy_b=b,
        difference=d,
        low=low,
        high=high,
        p=p,
        test="two proportions, z",
        n=n,
        clusters=n,
        alpha=alpha,
        power=power,
        significant=p < alpha,
        needed=cases_needed(variance, d, alpha, power) if d and variance else None,
        detectable=detectable_effect(variance, n, alpha, power) if variance else None,
        sources=("Newcombe 1998 (Statistics in Medicine 17), method 10", f"{_MILLER}, section 5"),
        notes=notes,
    )


def from_counts(
    both: int,
    only_a: int,
    only_b: int,
    neither: int,
    *,
    alpha: float = 0.05,
    power: float = 0.8,
) -> Significance:
    """Compare two models by how many questions both, one, or none of them got right.

    Raises:
        ToolError: a count is negative, or all are 0.
        MissingLibrary: scipy is not installed.
    """
    _levels(alpha, power)
    counts = {"both": both, "only A": only_a, "only B": only_b, "neither": neither}
    for name, value in counts.items():
        whole(name, value, 0)
    n = sum(counts.values())
    if n == 0:
        raise ToolError("there is no question in the table", "表中没有题目")
    d = (only_b - only_a) / n
    spread = (only_a + only_b) / n - d * d
    mean = PairedMean(d, None if n == 1 else spread * n / (n - 1), n, n)
    return _told(
        "paired",
        (both + only_a) / n,
        (both + only_b) / n,
        mean,
        mcnemar(only_b, only_a),
        "McNemar, exact",
        alpha,
        power,
        (),
    )


def from_scores(
    a: Sequence[Score], b: Sequence[Score], *, alpha: float = 0.05, power: float = 0.8
) -> Significance:
    """Compare two models question by question.

    Questions are matched by their ids; an id that only one side has is left out, and told. Where
    scores are 0 or 1, asked once and without clusters, the test is McNemar's; otherwise signs of
    whole clusters are flipped (Fisher 1935), and errors know of clusters (Miller, section 2.2).

    Raises:
        ToolError: no question is on both sides, or a question is in two clusters.
        MissingLibrary: numpy or scipy is not installed.
    """
    _levels(alpha, power)
    first, second = _by_id(a), _by_id(b)
    shared = [key for key in first if key in second]
    if not shared:
        raise ToolError(
            f"the two files share no question: A has e.g. `{a[0].id[:40]}`, B `{b[0].id[:40]}`; "
            "name the field of the id with `--id`",
            f"两个文件没有共同的题目：A 有 `{a[0].id[:40]}`，B 有 `{b[0].id[:40]}`；"
            "请用 `--id` 指明题目标识字段",
        )
    units = []
    for key in shared:
        cluster = first[key][0].cluster
        if any(one.cluster != cluster for one in (*first[key], *second[key])):
            raise ToolError(
                f"question `{key[:60]}` is in more than one cluster",
                f"题目 `{key[:60]}` 属于多个分组",
            )
        scores = [tuple(one.score for one in side[key]) for side in (first, second)]
        units.append(Unit(key, scores[0], scores[1], cluster))
    mean = paired_mean(units)
    differences = [unit.difference for unit in units]
    plain = all(
        unit.repeats == 1 and not unit.cluster and {*unit.baseline, *unit.candidate} <= {0.0, 1.0}
        for unit in units
    )
    if plain:
        p = mcnemar(sum(d > 0 for d in differences), sum(d < 0 for d in differences))
        test = "McNemar, exact"
    else:
        sides = sign_flip(totals(differences, [unit.group for unit in units]))
        p = min(1.0, 2 * min(sides.better, sides.worse))
        test = "sign flips, exact" if sides.exact else "sign flips, 19,999 drawn"
    accuracy_a = _mean([unit.baseline[: unit.repeats] for unit in units])
    accuracy_b = _mean([unit.candidate[: unit.repeats] for unit in units])
    left = len(first) + len(second) - 2 * len(shared)
    notes = (
        (
            Text(
                f"{left} question(s) that only one file has are left out",
                f"有 {left} 道题只出现在一个文件中，未计入",
            ),
        )
        if left
        else ()
    )
    return _told("per question", accuracy_a, accuracy_b, mean, p, test, alpha, power, notes)


def _mean(sides: Sequence[tuple[float, ...]]) -> float:
    return math.fsum(math.fsum(one) / len(one) for one in sides) / len(sides)


def _by_id(scores: Sequence[Score]) -> dict[str, list[Score]]:
    found: dict[str, list[Score]] = {}
    for one in scores:
        found.setdefault(one.id, []).append(one)
    return found


def _told(
    design: str,
    a: float,
    b: float,
    mean: PairedMean,
    p: float,
    test: str,
    alpha: float,
    power: float,
    notes: tuple[Text, ...],
) -> Significance:
    interval = _interval(mean, 1 - alpha)
    if mean.n < mean.units:
        notes += (
            Text(
                f"{mean.units:,} questions in {mean.n:,} clusters: `needed` counts clusters",
                f"{mean.units:,} 道题分属 {mean.n:,} 组：`needed` 以组计",
            ),
        )
    if not mean.variance:
        notes += (
            Text(
                "there is no spread to estimate from: too little was seen to say how many "
                "questions it takes",
                "数据没有离散度可供估计：样本太少，无法推算所需题数",
            ),
        )
    variance = mean.variance or 0.0
    return Significance(
        design=design,
        accuracy_a=a,
        accuracy_b=b,
        difference=mean.mean,
        low=interval.low,
        high=interval.high,
        p=p,
        test=test,
        n=mean.units,
        clusters=mean.n,
        alpha=alpha,
        power=power,
        significant=p < alpha,
        needed=cases_needed(variance, mean.mean, alpha, power) if mean.mean and variance else None,
        detectable=detectable_effect(variance, mean.n, alpha, power) if variance else None,
        sources=("McNemar 1947; Fisher 1935, section 21", f"{_MILLER}, sections 2.2, 4.2 and 5"),
        notes=notes,
    )


def _interval(mean: PairedMean, level: float) -> Interval:
    """Student's t on clusters, cut at the ends of the scale; without spread, the score interval."""
    if not mean.variance:
        return bounded_interval(mean, -1.0, 1.0, level)
    found = paired_t(mean, level)
    assert found.low is not None
    assert found.high is not None
    return Interval(found.value, max(found.low, -1.0), min(found.high, 1.0), found.n)
