"""Arms compared: paired by case, clustered by case, tested as one family."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from polyskill.runtime.judge.stats.paired import Unit
from polyskill.runtime.judge.stats.ratio import cost_per_point
from polyskill.runtime.judge.stats.verdict import Decision, Trial, decide, decide_family

from .plan import Settings
from .results import Comparison, Estimate, Pair, Sample

__all__ = ["Scope", "compare", "compare_arms", "scopes"]

#: Wins are compared on a scale of half the length: a win rate is between 0 and 1, ½ is a tie.
_REACH = {"score": 1.0, "pairwise": 0.5}


@dataclass(frozen=True, slots=True)
class Scope:
    """Which cells a comparison takes: of a model ("" = all) and a language ("" = all)."""

    model: str
    lang: str
    gated: bool = False

    def holds(self, one: Sample | Pair) -> bool:
        """Whether a sample or a pair is in it."""
        return self.model in ("", one.model) and self.lang in ("", one.lang)


def scopes(models: Sequence[str], langs: Sequence[str], gate_by: str) -> tuple[Scope, ...]:
    """Return what to compare: each model in each language, and what lies above that."""
    every_lang = langs[0] if len(langs) == 1 else ""
    every_model = models[0] if len(models) == 1 else ""
    each = [(model, lang) for model in models for lang in langs]
    by_model = [(model, every_lang) for model in models]
    whole = [(every_model, every_lang)]
    gate = {"each": each, "model": by_model, "all": whole}[gate_by]
    return tuple(
        Scope(*place, place in gate) for place in dict.fromkeys([*whole, *by_model, *each])
    )


def compare_arms(
    versus: Sequence[tuple[str, str]],
    samples: Sequence[Sample],
    pairs: Sequence[Pair],
    *,
    models: Sequence[str],
    langs: Sequence[str],
    settings: Settings,
) -> tuple[Comparison, ...]:
    """Return the comparisons of (candidate, baseline) arms; the gate's have adjusted p-values."""
    made: list[_Prepared] = []
    for candidate, baseline in versus:
        chosen = [one for one in samples if one.arm in (candidate, baseline)]
        judged = [one for one in pairs if (one.candidate, one.baseline) == (candidate, baseline)]
        for scope in scopes(models, langs, settings.gate_by):
            made.append(_scored(candidate, baseline, scope, chosen, settings))
            if judged:
                made.append(_preferred(candidate, baseline, scope, judged, settings))
    return _decided(made)


def compare(
    candidate: str,
    baseline: str,
    places: Sequence[Scope],
    ours: Sequence[Sample],
    theirs: Sequence[Sample],
    settings: Settings,
) -> tuple[Comparison, ...]:
    """Compare samples of two runs by their scores; the first two arguments only name them."""
    return _decided(
        [_weighed(candidate, baseline, scope, ours, theirs, settings) for scope in places]
    )


@dataclass(frozen=True)
class _Prepared:
    """A comparison before its verdict."""

    candidate: str
    baseline: str
    scope: Scope
    metric: str
    trial: Trial
    gated: bool
    cost_per_point: Estimate = field(default_factory=Estimate)


def _decided(made: Sequence[_Prepared]) -> tuple[Comparison, ...]:
    family = iter(decide_family([one.trial for one in made if one.gated]))
    return tuple(_comparison(one, next(family) if one.gated else decide(one.trial)) for one in made)


def _comparison(one: _Prepared, found: Decision) -> Comparison:
    interval = found.difference
    return Comparison(
        candidate=one.candidate,
        baseline=one.baseline,
        model=one.scope.model,
        lang=one.scope.lang,
        metric=one.metric,
        difference=Estimate(interval.value, interval.low, interval.high, interval.n),
        verdict=found.verdict.value,
        why={"en": found.reason.en, "zh": found.reason.zh},
        cases=found.n,
        wins=found.wins,
        ties=found.ties,
        losses=found.losses,
        p_better=found.p_better,
        p_worse=found.p_worse,
        p_better_adjusted=found.p_better_adjusted,
        p_worse_adjusted=found.p_worse_adjusted,
        needed=found.needed,
        missing=one.trial.missing,
        cost_per_point=one.cost_per_point,
        gated=one.gated,
    )


def _scored(
    candidate: str, baseline: str, scope: Scope, samples: Sequence[Sample], settings: Settings
) -> _Prepared:
    ours = [one for one in samples if one.arm == candidate]
    theirs = [one for one in samples if one.arm == baseline]
    return _weighed(candidate, baseline, scope, ours, theirs, settings)


def _weighed(
    candidate: str,
    baseline: str,
    scope: Scope,
    ours: Sequence[Sample],
    theirs: Sequence[Sample],
    settings: Settings,
) -> _Prepared:
    """Pair samples by case, language, model and repeat."""
    langs = {one.lang for one in theirs} & {one.lang for one in ours}
    left = {_place(one): one for one in theirs if scope.holds(one) and one.lang in langs}
    right = {_place(one): one for one in ours if scope.holds(one) and one.lang in langs}
    both = [(left[place], right[place]) for place in right if place in left]
    whole = [(old, new) for old, new in both if old.score is not None and new.score is not None]
    units = _units(
        [(_unit(new), new.case, float(old.score or 0), float(new.score or 0)) for old, new in whole]
    )
    planned = len(left.keys() | right.keys())
    return _Prepared(
        candidate,
        baseline,
        scope,
        "score",
        _trial(units, settings, _share(planned - len(whole), planned), "score"),
        gated=scope.gated and settings.metric == "score",
        cost_per_point=_cost_per_point(whole),
    )


def _preferred(
    candidate: str, baseline: str, scope: Scope, pairs: Sequence[Pair], settings: Settings
) -> _Prepared:
    chosen = [one for one in pairs if scope.holds(one)]
    valid = [one for one in chosen if one.score is not None]
    units = _units(
        [(f"{_unit(one)}\0{one.judge}", one.case, 0.5, float(one.score or 0)) for one in valid]
    )
    missing = _share(len(chosen) - len(valid), len(chosen))
    return _Prepared(
        candidate,
        baseline,
        scope,
        "pairwise",
        _trial(units, settings, missing, "pairwise"),
        gated=scope.gated and settings.metric == "pairwise",
    )


def _trial(units: tuple[Unit, ...], settings: Settings, missing: float, metric: str) -> Trial:
    return Trial(
        units,
        margin=settings.margin,
        alpha=settings.alpha,
        missing=missing,
        max_missing=settings.max_missing,
        reach=_REACH[metric],
    )


def _units(rows: Iterable[tuple[str, str, float, float]]) -> tuple[Unit, ...]:
    """Join the repeats of a unit; units of one case are one cluster."""
    found: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for key, cluster, old, new in rows:
        found.setdefault((key, cluster), []).append((old, new))
    return tuple(
        Unit(key, tuple(old for old, _ in scores), tuple(new for _, new in scores), cluster)
        for (key, cluster), scores in found.items()
    )


def _place(one: Sample) -> tuple[str, str, str, int]:
    return one.case, one.lang, one.model, one.repeat


def _unit(one: Sample | Pair) -> str:
    return f"{one.case}\0{one.lang}\0{one.model}"


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _cost_per_point(pairs: Sequence[tuple[Sample, Sample]]) -> Estimate:
    """Return US dollars for each added point of score, of 100, per question asked."""
    if not pairs or any(old.cost is None or new.cost is None for old, new in pairs):
        return Estimate()
    found = cost_per_point(
        [(new.cost or 0.0) - (old.cost or 0.0) for old, new in pairs],
        [(new.score or 0.0) - (old.score or 0.0) for old, new in pairs],
        [new.case for _, new in pairs],
    )
    return Estimate(found.value, found.low, found.high, found.n)
