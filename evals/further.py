"""What else samples and pairs show: strengths of arms, influence of length, repeats, judges."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import fmean

from polyskill.runtime.judge.panel import agreement
from polyskill.runtime.judge.stats.intervals import Interval, wilson
from polyskill.runtime.judge.stats.lengthcontrol import length_controlled
from polyskill.runtime.judge.stats.passk import pass_at_k, pass_every_k
from polyskill.runtime.judge.stats.ranking import Match, rank

from .results import Estimate, LengthControl, Pair, Reliability, Sample, Strength

__all__ = ["judges_agree", "length_controls", "reliability", "strengths"]

_FEWEST_ARMS = 3  # two are a comparison, not a ranking
_FEWEST_PAIRS = 10  # a slope of length needs some points


def strengths(pairs: Sequence[Pair]) -> tuple[Strength, ...]:
    """Return the arms of each model by Bradley-Terry, the strongest first."""
    found: list[Strength] = []
    for model in dict.fromkeys(one.model for one in pairs):
        matches = [
            Match(one.candidate, one.baseline, one.score, one.case)
            for one in pairs
            if one.model == model and one.score is not None
        ]
        if len({arm for one in matches for arm in (one.first, one.second)}) < _FEWEST_ARMS:
            continue
        ranking = rank(matches)
        found += [
            Strength(
                model,
                one.name,
                Estimate(one.strength, one.low, one.high, one.matches),
                one.matches,
                ranking.regularised,
            )
            for one in ranking.ratings
        ]
    return tuple(found)


def length_controls(pairs: Sequence[Pair], samples: Sequence[Sample]) -> tuple[LengthControl, ...]:
    """Return the share of pairs won with and without the influence of length, per judge."""
    lengths = {
        (one.case, one.lang, one.model, one.repeat, one.arm): len(one.answer) for one in samples
    }
    groups: dict[tuple[str, str, str], list[Pair]] = {}
    for one in pairs:
        if one.score is not None and one.consistent is not None:
            groups.setdefault((one.candidate, one.baseline, one.judge), []).append(one)
    return tuple(
        _length_control(place, group, lengths)
        for place, group in groups.items()
        if len(group) >= _FEWEST_PAIRS
    )


def _length_control(
    place: tuple[str, str, str],
    group: Sequence[Pair],
    lengths: Mapping[tuple[str, str, str, int, str], int],
) -> LengthControl:
    def of(one: Pair, arm: str) -> float:
        return lengths[one.case, one.lang, one.model, one.repeat, arm]

    scores = [one.score or 0.0 for one in group]
    found = length_controlled(
        scores,
        [of(one, one.candidate) for one in group],
        [of(one, one.baseline) for one in group],
    )
    return LengthControl(*place, _estimate(wilson(sum(scores), len(scores))), _estimate(found.rate))


def _estimate(found: Interval) -> Estimate:
    return Estimate(found.value, found.low, found.high, found.n)


def reliability(samples: Sequence[Sample], repeats: int) -> tuple[Reliability, ...]:
    """Return pass@k and pass^k for as many tries as there were repeats; none without repeats."""
    if repeats < 2:
        return ()
    groups: dict[tuple[str, str, str], dict[str, list[bool]]] = {}
    for one in samples:
        if one.passed is not None:
            place = (one.arm, one.model, one.lang)
            groups.setdefault(place, {}).setdefault(one.case, []).append(one.passed)
    return tuple(_reliabilities(groups, repeats))


def _reliabilities(
    groups: Mapping[tuple[str, str, str], Mapping[str, Sequence[bool]]], k: int
) -> Iterator[Reliability]:
    for place, cases in groups.items():
        counts = [(sum(held), len(held)) for held in cases.values() if len(held) >= k]
        once = [pass_at_k(passed, tries, k) for passed, tries in counts]
        always = [pass_every_k(passed, tries, k) for passed, tries in counts]
        if counts:
            yield Reliability(
                *place,
                k,
                fmean(x or 0.0 for x in once),
                fmean(x or 0.0 for x in always),
                len(counts),
            )


def judges_agree(samples: Sequence[Sample], pairs: Sequence[Pair]) -> dict[str, float | None]:
    """Return how far several judges agree: Krippendorff's alpha, on criteria and on pairs."""
    criteria = [
        [opinion.passed for opinion in criterion.opinions]
        for one in samples
        for criterion in one.criteria
    ]
    votes: dict[tuple[object, ...], list[float | None]] = {}
    for one in pairs:
        place = (one.case, one.lang, one.model, one.repeat, one.candidate, one.baseline)
        votes.setdefault(place, []).append(one.score)
    return {
        "criteria": agreement(criteria) if criteria else None,
        "pairs": agreement(votes.values(), "ordinal") if votes else None,
    }
