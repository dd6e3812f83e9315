"""What came of a comparison: of all judges together, and of each."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import fmean
from typing import Any

from ...judge.answers import Entry
from ...judge.panel import agreement, mean_score
from ...judge.stats.bounded import bounded_interval
from ...judge.stats.intervals import Interval
from ...judge.stats.lengthcontrol import length_controlled
from ...judge.stats.paired import Unit, clustered_mean
from ...judge.stats.position import Position, position
from ...judge.stats.verdict import Decision, Trial, decide
from ...judge.verdicts import Verdict, mean_of
from .answering import Answered

__all__ = ["Comparison", "JudgeShare", "Pair", "add_up", "losses_first", "to_json"]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two answers to a prompt: ``opinions`` are the judges' verdicts, in the order of the judges.

    ``score`` is the mean of those judges' that have a valid verdict, ``None`` if none has.
    """

    entry: Entry
    score: float | None
    opinions: tuple[Verdict, ...]

    @property
    def same(self) -> bool:
        """Whether both answers are the same, so that no judge was asked: a tie."""
        return self.score is not None and not any(one.first or one.second for one in self.opinions)


@dataclass(frozen=True, slots=True)
class JudgeShare:
    """What one of the judges found.

    ``position`` says how it treats positions, of pairs with a valid verdict in both orders;
    ``missing`` counts the pairs without. ``cost`` is what its verdicts in the folder cost, in US
    dollars; ``None`` for a judge without a price.
    """

    judge: str
    win_rate: Interval
    position: Position
    missing: int
    cost: float | None


@dataclass(frozen=True)
class Comparison:
    """What came of it, for the candidate.

    ``win_rate`` has a 95 % interval; ``equal_lengths`` is the win rate with the influence of the
    answers' lengths taken out (Dubois et al. 2024, arXiv 2404.04475, section 3), in characters and
    without the difficulty of prompts, which two models do not show. ``consistency`` is how often
    both orders named one winner, of all pairs that a judge was asked about, and ``agreement``
    Krippendorff's alpha (ordinal) of the judges' scores of these pairs: ``None`` with one judge,
    or where all scores are the same. ``unanswered`` prompts lack an answer of a model, ``unjudged``
    a valid verdict of any judge: both count as missing, never as a tie. ``cut`` counts answers that
    reached the longest length, ``characters`` the mean length of answers: (baseline, candidate).
    ``doubts`` are reasons not to trust the judges, in English ("en") and Chinese ("zh").
    ``margin`` is the loss of win rate that is small enough to accept.
    ``stopped`` is "" unless it ended before its time ("interrupted", "budget").
    """

    baseline: str
    candidate: str
    prompts: int
    margin: float
    win_rate: Interval
    equal_lengths: Interval
    decision: Decision
    consistency: Interval
    agreement: float | None
    unanswered: int
    unjudged: int
    same: int
    cut: tuple[int, int]
    characters: tuple[float, float]
    cost: float
    stopped: str
    judges: tuple[JudgeShare, ...]
    pairs: tuple[Pair, ...]
    doubts: tuple[Mapping[str, str], ...] = ()


def add_up(
    names: tuple[str, str],
    judges: Mapping[str, float | None],
    verdicts: Sequence[Sequence[Verdict]],
    answered: tuple[Answered, Answered],
    *,
    prompts: int,
    margin: float,
    cost: float,
    stopped: str,
) -> Comparison:
    """Return what the verdicts amount to.

    Args:
        names: the baseline's name and the candidate's.
        judges: the judges' names, and what each cost.
        verdicts: for each judge its verdicts on the same entries, in the same order.
        answered: the baseline's answers and the candidate's.
        prompts: how many prompts there are.
        margin: the loss of win rate that is small enough to accept.
        cost: of everything, in US dollars.
        stopped: what ended it before its time.

    Raises:
        MissingLibrary: numpy or scipy is not installed.
    """
    pairs = tuple(
        Pair(opinions[0].entry, mean_score(one.score for one in opinions), opinions)
        for opinions in zip(*verdicts, strict=True)
    )
    known = [(each.entry, each.score) for each in pairs if each.score is not None]
    units = tuple(Unit(entry.id, (0.5,), (score,), entry.cluster) for entry, score in known)
    missing = (prompts - len(known)) / prompts if prompts else 0.0
    decision = decide(Trial(units, margin=margin, missing=missing, reach=0.5))
    half = decision.difference
    level = length_controlled(
        [score for _, score in known],
        [float(len(entry.candidate)) for entry, _ in known],
        [float(len(entry.baseline or "")) for entry, _ in known],
    )
    shared = set(answered[0].texts) & set(answered[1].texts)
    lengths = [
        fmean(len(each.texts[name]) for name in shared) if shared else 0.0 for each in answered
    ]
    return Comparison(
        *names,
        prompts=prompts,
        margin=margin,
        win_rate=Interval(_up(half.value), _up(half.low), _up(half.high), half.n),
        equal_lengths=level.rate,
        decision=decision,
        consistency=_consistency(pairs),
        agreement=agreement(
            ([one.score for one in each.opinions] for each in pairs if not each.same), "ordinal"
        ),
        unanswered=prompts - len(shared),
        unjudged=len(shared) - len(known),
        same=sum(each.same for each in pairs),
        cut=(answered[0].cut, answered[1].cut),
        characters=(lengths[0], lengths[1]),
        cost=cost,
        stopped=stopped,
        judges=tuple(
            JudgeShare(
                name,
                mean_of(found),
                _position(found),
                sum(one.score is None for one in found),
                judges[name],
            )
            for name, found in zip(judges, verdicts, strict=True)
        ),
        pairs=pairs,
    )


def _position(verdicts: Sequence[Verdict]) -> Position:
    """Of pairs with both orders: a lone one would say who is better, not who stood first."""
    return position((one.first, one.second) for one in verdicts if one.score is not None)


def _consistency(pairs: Sequence[Pair]) -> Interval:
    """Of all judges; those of one pair are not independent of each other."""
    found = [
        (float(one.consistent), number)
        for number, pair in enumerate(pairs)
        for one in pair.opinions
        if one.first and one.second and one.consistent is not None
    ]
    if not found:
        return Interval(None, None, None, 0)
    values, numbers = zip(*found, strict=True)
    return bounded_interval(clustered_mean(values, numbers), 0.0, 1.0)


def _up(difference: float | None) -> float | None:
    """Return the win rate of a difference from one half, held between 0 and 1."""
    return None if difference is None else min(1.0, max(0.0, difference + 0.5))


def losses_first(pairs: Sequence[Pair]) -> list[Pair]:
    """Return the pairs by their scores: lost, tied, won, and last those without a verdict."""
    return sorted(pairs, key=lambda each: math.inf if each.score is None else each.score)


def to_json(found: Comparison) -> dict[str, Any]:
    """Return a comparison as plain JSON, with the answers and the judges' reasons."""
    decision = asdict(found.decision) | {"verdict": found.decision.verdict.value}
    return {
        "baseline": found.baseline,
        "candidate": found.candidate,
        "prompts": found.prompts,
        "margin": found.margin,
        "win_rate": asdict(found.win_rate),
        "equal_lengths": asdict(found.equal_lengths),
        "decision": decision,
        "consistency": asdict(found.consistency),
        "agreement": found.agreement,
        "unanswered": found.unanswered,
        "unjudged": found.unjudged,
        "same": found.same,
        "cut": list(found.cut),
        "characters": list(found.characters),
        "cost": found.cost,
        "stopped": found.stopped,
        "doubts": [dict(each) for each in found.doubts],
        "judges": [_judge_json(each) for each in found.judges],
        "verdicts": [_pair_json(each, found.judges) for each in found.pairs],
    }


def _judge_json(judge: JudgeShare) -> dict[str, Any]:
    return {
        "judge": judge.judge,
        "win_rate": asdict(judge.win_rate),
        "first_rate": asdict(judge.position.first_rate),
        "consistency": asdict(judge.position.consistency),
        "missing": judge.missing,
        "cost": judge.cost,
    }


def _pair_json(pair: Pair, judges: Sequence[JudgeShare]) -> dict[str, Any]:
    return {
        "id": pair.entry.id,
        "prompt": pair.entry.prompt,
        "baseline": pair.entry.baseline,
        "candidate": pair.entry.candidate,
        "score": pair.score,
        "judges": [
            {
                "judge": judge.judge,
                "score": one.score,
                "first": one.first,
                "second": one.second,
                "consistent": one.consistent,
                "reasons": list(one.reasons),
            }
            for judge, one in zip(judges, pair.opinions, strict=True)
        ],
    }
