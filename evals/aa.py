"""A/A: how often the gate in use raises an alarm when nothing has changed."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from polyskill.runtime.judge.stats.intervals import clopper_pearson

from .comparing import Scope, compare, scopes
from .errors import EvalError
from .plan import Settings
from .results import Estimate, Run, Sample

__all__ = ["FalseAlarms", "false_alarms"]

_FIRST, _SECOND = "A", "A′"


@dataclass(frozen=True)
class FalseAlarms:
    """What the gate said of an arm against itself.

    ``rate`` is the share of rounds with an alarm, with a Clopper-Pearson interval of 95 %;
    ``improved`` counts the rounds in which the gate called something improved. ``holds`` is
    whether the rate can be ``alpha`` or less: the interval's lower end is not above it. ``why``
    says so in words ({"en": …, "zh": …}).
    """

    arm: str
    rounds: int
    alarms: int
    improved: int
    rate: Estimate
    alpha: float
    holds: bool
    why: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Cell:
    """The graded repeats of one case, language and model."""

    samples: tuple[Sample, ...]

    @property
    def varies(self) -> bool:
        return len({one.score for one in self.samples}) > 1


def false_alarms(
    run: Run,
    settings: Settings,
    *,
    arm: str,
    rounds: int = 400,
    seed: int = 0,
    show: Callable[[int, int], None] = lambda _done, _total: None,
) -> FalseAlarms:
    """Return how often the gate of ``settings`` would alarm at an arm that did not change.

    In each round the repeats of every cell are split at random into two halves, which are
    compared as two arms are: the same scopes, tests, family and margin. An alarm is a round in
    which the gate calls something regressed. With an odd number of repeats one of them, drawn
    anew in each round, stays out.

    Args:
        run: a finished run with two graded repeats or more in its cells.
        settings: the gate: margin, alpha, its metric and what it goes by.
        arm: the arm to compare with itself.
        rounds: how many splits.
        seed: makes the splits reproducible.
        show: is told how many rounds of how many are done.

    Raises:
        EvalError: there is no such arm, no cell has two graded repeats, too much of the arm is
            not graded, or the gate does not go by scores.
        MissingLibrary: numpy or scipy is not installed.
    """
    cells, places = _cells(run, settings, arm)
    draw = random.Random(seed)
    alarms = improved = 0
    for number in range(rounds):
        halves = _split(cells, draw)
        found = compare(_SECOND, _FIRST, places, halves[1], halves[0], settings)
        verdicts = {one.verdict for one in found}
        alarms += "regressed" in verdicts
        improved += "improved" in verdicts
        show(number + 1, rounds)
    interval = clopper_pearson(alarms, rounds)
    assert interval.low is not None
    return FalseAlarms(
        arm=arm,
        rounds=rounds,
        alarms=alarms,
        improved=improved,
        rate=Estimate(interval.value, interval.low, interval.high, interval.n),
        alpha=settings.alpha,
        holds=interval.low <= settings.alpha,
        why=_why(alarms, rounds, interval.low, settings.alpha, _least(cells, places)),
    )


def _cells(run: Run, settings: Settings, arm: str) -> tuple[tuple[_Cell, ...], tuple[Scope, ...]]:
    """Return the cells that can be split, and the scopes that the gate looks at."""
    if settings.metric != "score":
        raise EvalError(
            run.path,
            "the A/A test is of a gate that goes by scores; a judge that compares two arms has "
            "nothing to compare in one",
            "A/A 检验针对按得分判断的门禁；只有一个对照组时，没有可供两两比较的内容",
        )
    chosen = [one for one in run.samples if one.arm == arm]
    if not chosen:
        named = [one.name for one in run.arms]
        raise EvalError(
            arm,
            f"the run has nothing of this arm; its arms are: {', '.join(named) or '–'}",
            f"该运行中没有这个对照组；已有：{'、'.join(named) or '–'}",
        )
    # costs play no part here, and would be worked out again in every round
    graded = [replace(one, cost=None) for one in chosen if one.score is not None]
    missing = 1 - len(graded) / len(chosen)
    if missing > settings.max_missing:
        raise EvalError(
            arm,
            f"{missing:.1%} of its answers are not graded, more than the "
            f"{settings.max_missing:.1%} allowed: the gate would call that invalid",
            f"有 {missing:.1%} 的回答未评分，超过允许的 {settings.max_missing:.1%}：门禁会判为无效",
        )
    held: dict[tuple[str, str, str], list[Sample]] = {}
    for one in graded:
        held.setdefault((one.case, one.lang, one.model), []).append(one)
    cells = tuple(_Cell(tuple(samples)) for samples in held.values() if len(samples) > 1)
    if not cells:
        raise EvalError(
            arm,
            "each of its cells was asked and graded only once, so there is nothing to compare it "
            "with; run with `--repeat 2` or more",
            "每个单元只提问并评分了一次，无从比较；请用 `--repeat 2` 或更多次重新运行",
        )
    found = [cell.samples[0] for cell in cells]
    models = [model.id for model in run.models if any(one.model == model.id for one in found)]
    langs = [lang for lang in run.languages if any(one.lang == lang for one in found)]
    every = scopes(models, langs, settings.gate_by)
    return cells, tuple(scope for scope in every if scope.gated)


def _split(cells: Sequence[_Cell], draw: random.Random) -> tuple[list[Sample], list[Sample]]:
    first: list[Sample] = []
    second: list[Sample] = []
    for cell in cells:
        size = len(cell.samples) // 2
        drawn = draw.sample(cell.samples, 2 * size)
        first += [replace(one, repeat=at) for at, one in enumerate(drawn[:size])]
        second += [replace(one, repeat=at) for at, one in enumerate(drawn[size:])]
    return first, second


def _least(cells: Sequence[_Cell], places: Sequence[Scope]) -> float:
    """Return the smallest adjusted p-value that the gate can come to.

    Cases whose repeats all scored alike never move; n that do give at least 2⁻ⁿ, times the
    members of the family (Holm).
    """
    moving = [
        len(
            {cell.samples[0].case for cell in cells if cell.varies and place.holds(cell.samples[0])}
        )
        for place in places
    ]
    return min(1.0, len(places) * 0.5 ** max(moving, default=0))


def _why(alarms: int, rounds: int, low: float, alpha: float, least: float) -> dict[str, str]:
    en = f"{alarms} alarms in {rounds} rounds without any change"
    zh = f"没有任何改变的 {rounds} 轮中误报 {alarms} 次"
    if low > alpha:
        return {
            "en": f"{en}: more than the {alpha:.1%} that the gate promises. Do not believe its "
            "alarms.",
            "zh": f"{zh}：高于门禁承诺的 {alpha:.1%}，其警报不可信。",
        }
    if least > alpha:
        return {
            "en": f"{en}, but this gate cannot raise one: so few cases vary between repeats that "
            f"its smallest possible p is {least:.3f}, above {alpha:g}.",
            "zh": f"{zh}，但这个门禁根本无法报警：在重复之间有波动的用例太少，"
            f"可能的最小 p 值为 {least:.3f}，大于 {alpha:g}。",
        }
    return {
        "en": f"{en}, which fits the {alpha:.1%} that the gate promises at most.",
        "zh": f"{zh}，与门禁承诺的上限 {alpha:.1%} 相符。",
    }
