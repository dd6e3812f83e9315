"""Whether a judge is good enough to decide anything: its verdicts on answers that people judged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .checks.text import normal
from .gold import GoldItem, GoldPair
from .pairwise import PairVerdict, merge
from .stats.intervals import Interval, wilson
from .stats.position import position

__all__ = ["NEEDED", "Calibration", "JudgedItem", "JudgedPair", "calibrate"]

#: Gold pairs that a judge must have been tested on before it may gate (facts: evaluation, 5.1).
NEEDED = 100
_MOST_MISSING = 0.1  # share of the gold pairs without two valid verdicts


@dataclass(frozen=True, slots=True)
class JudgedPair:
    """A gold pair and the judge's verdicts with ``a`` first and with ``b`` first.

    A verdict is ``None`` where the judge gave no valid one.
    """

    gold: GoldPair
    a_first: PairVerdict | None
    b_first: PairVerdict | None


@dataclass(frozen=True, slots=True)
class JudgedItem:
    """A gold item and what the judge found; ``None`` where it gave no valid opinion."""

    gold: GoldItem
    met: bool | None


@dataclass(frozen=True, slots=True)
class Calibration:
    """How a judge did on a gold set. Shares are from 0 to 1, with Wilson's 95 % intervals.

    ``n`` of ``asked`` pairs have a valid verdict in both orders; the shares are of these.
    ``accuracy`` is that of both orders together: a pair where they disagree, or say tie where
    people saw a winner, counts one half. ``one_order`` is that of the first order alone,
    ``decided`` that of the pairs with the same winner in both. ``first_rate`` is one half for a
    judge without position bias. ``longer_wins`` and ``shorter_wins`` are the accuracies of judges
    that only look at the length. ``sensitivity`` is the share of met criteria that the judge found
    met, ``specificity`` that of unmet ones that it found unmet.
    """

    asked: int
    n: int
    accuracy: Interval
    one_order: Interval
    decided: Interval
    consistency: Interval
    first_rate: Interval
    longer_wins: Interval
    shorter_wins: Interval
    sensitivity: Interval
    specificity: Interval
    may_gate: bool
    why: Mapping[str, str]
    by_lang: Mapping[str, Interval] = field(default_factory=dict)
    by_tag: Mapping[str, Interval] = field(default_factory=dict)


_SHORTER = {"a": "b", "b": "a", "split": "split"}


def _credit(said: str, better: str) -> float:
    """Return what a verdict is worth: 1 if right, ½ if undecided, 0 if wrong.

    ``said`` is "a", "b", "tie", or "split" where two orders disagree.
    """
    if said == better:
        return 1.0
    if said == "split" or (said == "tie" and better != "tie"):
        return 0.5
    return 0.0


@dataclass(frozen=True, slots=True)
class _Whole:
    """A pair with valid verdicts in both orders."""

    gold: GoldPair
    a_first: PairVerdict
    b_first: PairVerdict

    @property
    def orders(self) -> tuple[str, str]:
        """Who won in each order: "a", "b" or "tie"."""
        return (
            {"first": "a", "second": "b", "tie": "tie"}[self.a_first.winner],
            {"first": "b", "second": "a", "tie": "tie"}[self.b_first.winner],
        )

    @property
    def said(self) -> str:
        """What both orders say together: "a", "b", "tie", or "split" where they disagree."""
        merged = merge(self.a_first, self.b_first)
        if merged.score == 0.5:
            return "tie" if merged.consistent else "split"
        return "a" if merged.score > 0.5 else "b"


def _longer(pair: GoldPair) -> str:
    one, other = len(normal(pair.a).strip()), len(normal(pair.b).strip())
    return "a" if one > other else "b" if other > one else "split"


def _share(credits: Iterable[float]) -> Interval:
    listed = list(credits)
    return wilson(sum(listed), len(listed))


def _accuracy(judged: Iterable[_Whole]) -> Interval:
    return _share(_credit(one.said, one.gold.better) for one in judged)


def calibrate(
    pairs: Iterable[JudgedPair], items: Iterable[JudgedItem] = (), *, needed: int = NEEDED
) -> Calibration:
    """Return how a judge did, and whether it may gate.

    It may if it was tested on at least ``needed`` pairs with at most a tenth of them without valid
    verdicts, and the lower bound of its accuracy is above chance and above the better of the two
    length baselines: an accuracy that "the shorter one wins" reaches, too, shows no judgement.
    """
    everything, opinions = list(pairs), list(items)
    judged = [
        _Whole(one.gold, one.a_first, one.b_first)
        for one in everything
        if one.a_first is not None and one.b_first is not None
    ]
    accuracy = _accuracy(judged)
    longer = _share(_credit(_longer(one.gold), one.gold.better) for one in judged)
    shorter = _share(_credit(_SHORTER[_longer(one.gold)], one.gold.better) for one in judged)
    names = {"a": "candidate", "b": "baseline", "tie": "tie"}
    bias = position((names[one], names[other]) for one, other in (pair.orders for pair in judged))
    tags = sorted({tag for one in judged for tag in one.gold.tags})
    langs = sorted({one.gold.lang for one in judged})
    may_gate, why = _decide(len(everything), len(judged), accuracy, longer, shorter, needed)
    return Calibration(
        asked=len(everything),
        n=len(judged),
        accuracy=accuracy,
        one_order=_share(_credit(one.orders[0], one.gold.better) for one in judged),
        decided=_accuracy(one for one in judged if one.orders in (("a", "a"), ("b", "b"))),
        consistency=bias.consistency,
        first_rate=bias.first_rate,
        longer_wins=longer,
        shorter_wins=shorter,
        sensitivity=_rate(opinions, met=True),
        specificity=_rate(opinions, met=False),
        may_gate=may_gate,
        why=why,
        by_lang={
            lang: _accuracy([one for one in judged if one.gold.lang == lang]) for lang in langs
        },
        by_tag={tag: _accuracy([one for one in judged if tag in one.gold.tags]) for tag in tags},
    )


def _rate(items: Sequence[JudgedItem], *, met: bool) -> Interval:
    found = [one.met for one in items if one.gold.met == met and one.met is not None]
    return wilson(sum(one == met for one in found), len(found))


def _decide(
    asked: int, n: int, accuracy: Interval, longer: Interval, shorter: Interval, needed: int
) -> tuple[bool, Mapping[str, str]]:
    if n < needed or accuracy.low is None or accuracy.value is None or accuracy.high is None:
        return False, {
            "en": f"too few: {n} gold pairs were judged, {needed} are needed",
            "zh": f"太少：只评了 {n} 对标注样本，至少需要 {needed} 对",
        }
    if asked - n > _MOST_MISSING * asked:
        return False, {
            "en": f"{asked - n} of {asked} pairs have no valid verdict in both orders",
            "zh": f"{asked} 对中有 {asked - n} 对没有在两种顺序下都得到有效结论",
        }
    rivals = (
        (0.5, "chance", "随机猜测"),
        (longer.value or 0.0, "“the longer one wins”", "“长者胜”"),
        (shorter.value or 0.0, "“the shorter one wins”", "“短者胜”"),
    )
    bar, rival, rival_zh = max(rivals, key=lambda one: one[0])  # of equals the first
    figures = f"{accuracy.value:.3f} [{accuracy.low:.3f}, {accuracy.high:.3f}]"
    if accuracy.low > bar:
        return True, {
            "en": f"its accuracy {figures} is above that of {rival}, {bar:.3f}",
            "zh": f"准确率 {figures}，高于{rival_zh}的 {bar:.3f}",
        }
    return False, {
        "en": f"its accuracy {figures} is not surely above that of {rival}, {bar:.3f}",
        "zh": f"准确率 {figures}，不能肯定高于{rival_zh}的 {bar:.3f}",
    }
