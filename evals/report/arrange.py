"""A run, arranged the way that readers ask about it: verdicts, cells, rates, totals."""

from __future__ import annotations

import shlex
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from polyskill.runtime.judge.base import INFRASTRUCTURE

from ..results import CaseInfo, Comparison, Estimate, Pair, Run, Sample
from .figures import estimate_of, finite

__all__ = [
    "Cell",
    "Rate",
    "Total",
    "candidates",
    "cells",
    "command",
    "comparisons",
    "failures",
    "in_trouble",
    "info",
    "margin",
    "model_names",
    "outcomes",
    "overall",
    "rates",
    "shown_comparisons",
    "text_in",
    "totals",
]

_WORST_FIRST = ("regressed", "invalid", "underpowered", "no-regression", "improved")
_BASELINES = frozenset({"none", "previous"})


@dataclass(frozen=True, slots=True)
class Cell:
    """What all arms answered to one case, in one language, by one model, at one repeat."""

    case: CaseInfo
    model: str
    repeat: int
    samples: Mapping[str, Sample]
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Rate:
    """The pass rate of an arm for a model and a language ("" = all)."""

    arm: str
    model: str
    lang: str
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class Total:
    """Sums over the answers of an arm by a model; ``cost`` is ``None`` if one has no price.

    ``seconds`` is the mean time of an answer, ``None`` without answers.
    """

    arm: str
    model: str
    answers: int
    ungraded: int
    input_tokens: int
    output_tokens: int
    cost: float | None
    seconds: float | None


def overall(runs: Iterable[Run]) -> str:
    """Return the worst verdict of all gates, or "none" where nothing is gated."""
    found = {each.verdict for run in runs for each in run.comparisons if each.gated}
    return next((verdict for verdict in _WORST_FIRST if verdict in found), "none")


def comparisons(run: Run) -> list[Comparison]:
    """Return the comparisons without NaN, those of one pair of arms and one metric together."""
    order = {_group(each): at for at, each in reversed([*enumerate(run.comparisons)])}
    return [
        replace(
            each,
            difference=estimate_of(each.difference),
            cost_per_point=estimate_of(each.cost_per_point),
            missing=finite(each.missing) or 0.0,
            p_better=finite(each.p_better),
            p_worse=finite(each.p_worse),
            p_better_adjusted=finite(each.p_better_adjusted),
            p_worse_adjusted=finite(each.p_worse_adjusted),
        )
        for each in sorted(run.comparisons, key=lambda each: order[_group(each)])
    ]


def _group(each: Comparison) -> tuple[str, str, str]:
    return each.candidate, each.baseline, each.metric


def shown_comparisons(run: Run) -> list[Comparison]:
    """Return the gate's comparisons, worst first; without a gate, those over all models."""
    known = comparisons(run)
    gated = [each for each in known if each.gated]
    chosen = gated or [each for each in known if not each.model] or known
    return sorted(chosen, key=lambda each: _rank(each.verdict))


def _rank(verdict: str) -> int:
    return _WORST_FIRST.index(verdict) if verdict in _WORST_FIRST else len(_WORST_FIRST)


def candidates(run: Run) -> frozenset[str]:
    """Return the arms that carry the skill of today (not "none", not "previous")."""
    baselines = {arm.name for arm in run.arms if arm.kind in _BASELINES}
    return frozenset({arm.name for arm in run.arms} | {s.arm for s in run.samples}) - baselines


def in_trouble(sample: Sample) -> bool:
    """Tell whether a cell ended in infrastructure trouble rather than in an answer."""
    return sample.outcome in INFRASTRUCTURE


def failures(run: Run) -> list[Sample]:
    """Return the answers of the candidate arms that were graded and failed."""
    wanted = candidates(run)
    return [each for each in run.samples if each.arm in wanted and each.passed is False]


def info(run: Run) -> dict[tuple[str, str], CaseInfo]:
    """Return the cases by (id, language)."""
    return {(each.case, each.lang): each for each in run.cases}


def cells(run: Run) -> list[Cell]:
    """Return the cells in the order of the suite; arms stand in the order of the run."""
    known = info(run)
    arms = {arm.name: at for at, arm in enumerate(run.arms)}
    grouped: dict[tuple[str, str, str, int], list[Sample]] = defaultdict(list)
    for sample in run.samples:
        grouped[sample.case, sample.lang, sample.model, sample.repeat].append(sample)
    judged: dict[tuple[str, str, str, int], list[Pair]] = defaultdict(list)
    for pair in run.pairs:
        judged[pair.case, pair.lang, pair.model, pair.repeat].append(pair)
    place = {key: at for at, key in enumerate(known)}
    models = {model.id: at for at, model in enumerate(run.models)}
    ordered = sorted(
        grouped,
        key=lambda key: (
            place.get(key[:2], len(place)),
            models.get(key[2], len(models)),
            key,
        ),
    )
    found = []
    for key in ordered:
        case = known.get(key[:2]) or CaseInfo(key[0], key[1], key[0], "")
        members = sorted(grouped[key], key=lambda each: arms.get(each.arm, len(arms)))
        by_arm = {each.arm: each for each in members}
        found.append(Cell(case, key[2], key[3], by_arm, tuple(judged.get(key, ()))))
    return found


def rates(run: Run) -> list[Rate]:
    """Return the pass rates of a run in the order of its arms, models and languages."""
    return _rates(run, run.rates)


def corrected(run: Run) -> list[Rate]:
    """Return the rates corrected for the judge's errors, in the same order."""
    return _rates(run, run.corrected)


def _rates(run: Run, by_place: Mapping[str, Estimate]) -> list[Rate]:
    found = []
    for name, estimate in by_place.items():
        arm, _, rest = name.partition("|")
        model, _, lang = rest.rpartition("|")
        found.append(Rate(arm, model, lang, estimate_of(estimate)))
    arms = [arm.name for arm in run.arms]
    models = ["", *(model.id for model in run.models)]
    langs = ["", *run.languages]
    return sorted(
        found,
        key=lambda each: (_at(models, each.model), _at(langs, each.lang), _at(arms, each.arm)),
    )


def _at(names: Sequence[str], name: str) -> int:
    return names.index(name) if name in names else len(names)


def totals(run: Run) -> list[Total]:
    """Return what each arm cost by each model, in the order of the run."""
    grouped: dict[tuple[str, str], list[Sample]] = defaultdict(list)
    for sample in run.samples:
        grouped[sample.arm, sample.model].append(sample)
    arms = [arm.name for arm in run.arms]
    models = [model.id for model in run.models]
    found = []
    for arm, model in sorted(grouped, key=lambda key: (_at(models, key[1]), _at(arms, key[0]))):
        members = grouped[arm, model]
        prices = [finite(each.cost) for each in members]
        known = [price for price in prices if price is not None]
        times = [each.seconds for each in members if each.seconds and finite(each.seconds)]
        found.append(
            Total(
                arm,
                model,
                len(members),
                sum(each.passed is None for each in members),
                sum(each.input_tokens for each in members),
                sum(each.output_tokens for each in members),
                sum(known) if len(known) == len(prices) else None,
                sum(times) / len(times) if times else None,
            )
        )
    return found


def outcomes(run: Run) -> dict[str, int]:
    """Return how the calls ended, most frequent first; counted here if the run did not."""
    counted: dict[str, int] = dict(run.outcomes)
    if not counted:
        for sample in run.samples:
            counted[sample.outcome] = counted.get(sample.outcome, 0) + 1
    present = {name: number for name, number in counted.items() if number}
    return dict(sorted(present.items(), key=lambda item: (-item[1], item[0])))


def margin(run: Run) -> float | None:
    """Return the margin of the gate (a share of 1), where the settings give it."""
    return finite(run.settings.get("margin"))


def model_names(runs: Iterable[Run]) -> dict[str, str]:
    """Return a short name per model id: what stands behind ``#``, unless two would be alike."""
    ids = {model.id for run in runs for model in (*run.models, *run.judges)}
    ids |= {sample.model for run in runs for sample in run.samples}
    short = {each: each.rpartition("#")[2] or each for each in ids}
    names = list(short.values())
    return {each: name if names.count(name) == 1 else each for each, name in short.items()}


def text_in(texts: Mapping[str, str], lang: str) -> str:
    """Return the text of a language; where there is none, one in another."""
    return texts.get(lang) or next((text for text in texts.values() if text), "")


def command(run: Run) -> str:
    """Return the command that makes a run like this one."""
    words = ["polyskill", "eval", run.path or run.skill]
    if run.source == "live":
        for model in run.models:
            words += ["--model", model.id]
        for judge in run.judges:
            words += ["--judge", judge.id]
        words += ["--arms", ",".join(arm.name for arm in run.arms)]
        words += ["--lang", ",".join(run.languages), "--repeat", str(run.repeats)]
        if run.spend.budget is not None:
            words += ["--budget", f"{run.spend.budget:.2f}"]
    return shlex.join(words)
