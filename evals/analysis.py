"""From a plan and the replies to everything that a run found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict

from polyskill.runtime.judge.base import Model, Outcome
from polyskill.runtime.judge.families import family
from polyskill.runtime.judge.stats.intervals import Interval, wilson
from polyskill.runtime.judge.stats.position import position

from .comparing import compare_arms
from .further import judges_agree, length_controls, reliability, strengths
from .grading import Grader, cost_of
from .judging import Rows
from .notes import notes_on
from .pairing import pairs_of
from .parity import parity
from .plan import Plan, Settings
from .results import (
    ArmInfo,
    CaseInfo,
    Comparison,
    Estimate,
    ModelInfo,
    Pair,
    PositionBias,
    Run,
    Sample,
    Spend,
)

__all__ = ["analyse", "compared_again"]


def analyse(
    plan: Plan,
    rows: Rows,
    *,
    budget: float | None = None,
    cleared: Mapping[str, bool] | None = None,
) -> Run:
    """Return what the replies to a plan show.

    Args:
        plan: what was asked.
        rows: the replies by key, as far as there are any.
        budget: the limit in US dollars that the run had.
        cleared: what calibrations said of judges, by their ids.
    """
    samples = tuple(Grader(plan, rows).samples())
    pairs = tuple(pairs_of(plan, rows))
    versus = [one for one in plan.pairs if not plan.same_text(*one)]
    models = [model.id for model in plan.models]
    return Run(
        skill=plan.skill,
        path=plan.path,
        digest=plan.digest,
        created=plan.created,
        polyskill=plan.polyskill,
        source="live",
        arms=tuple(_arms(plan)),
        models=tuple(_model(model) for model in plan.models),
        judges=tuple(_model(judge, (cleared or {}).get(judge.id)) for judge in plan.judges),
        languages=plan.languages,
        repeats=plan.settings.repeats,
        cases=tuple(
            CaseInfo(case.id, case.lang, case.title, case.prompt, case.path, case.line)
            for case in plan.cases
        ),
        samples=samples,
        pairs=pairs,
        comparisons=compare_arms(
            versus, samples, pairs, models=models, langs=plan.languages, settings=plan.settings
        ),
        rates=_rates(samples),
        position=tuple(_position(pairs)),
        parity=tuple(parity(samples)) if len(plan.languages) > 1 else (),
        strengths=strengths(pairs),
        lengths=length_controls(pairs, samples),
        reliability=reliability(samples, plan.settings.repeats),
        agreement=judges_agree(samples, pairs) if len(plan.judges) > 1 else {},
        outcomes=_outcomes(plan, samples, pairs),
        spend=_spend(rows.values(), budget),
        settings=asdict(plan.settings),
        notes=notes_on(plan, samples),
        recorded_by=plan.recorded_by,
        stale=plan.stale,
    )


def compared_again(run: Run, settings: Settings) -> tuple[Comparison, ...]:
    """Return the comparisons of a run by other settings."""
    versus = list(dict.fromkeys((one.candidate, one.baseline) for one in run.comparisons))
    models = [model.id for model in run.models]
    return compare_arms(
        versus, run.samples, run.pairs, models=models, langs=run.languages, settings=settings
    )


def _arms(plan: Plan) -> Iterable[ArmInfo]:
    for arm in plan.arms:
        langs = [lang for lang in plan.languages if lang in arm.texts]
        yield ArmInfo(
            arm.name,
            arm.kind,
            arm.detail,
            {lang: arm.digest(lang) for lang in langs},
            {lang: arm.tokens(lang) for lang in langs},
        )


def _model(model: Model, may_gate: bool | None = None) -> ModelInfo:
    return ModelInfo(model.id, family(model), dict(model.params), may_gate)


def _estimate(found: Interval) -> Estimate:
    return Estimate(found.value, found.low, found.high, found.n)


def _outcomes(plan: Plan, samples: Sequence[Sample], pairs: Sequence[Pair]) -> dict[str, int]:
    """Count how the answers ended, and the judgements that did not come to a valid verdict."""
    found = Counter(one.outcome for one in samples)
    judges = len(plan.judges) if "rubric" in plan.settings.judging else 0
    silent = sum(judges - len(one.criteria[0].opinions) for one in samples if one.criteria)
    silent += sum(not verdict for one in pairs for verdict in (one.first, one.second))
    if silent:
        found[Outcome.JUDGE_INVALID.value] = silent
    return dict(found)


def _rates(samples: Sequence[Sample]) -> dict[str, Estimate]:
    """Return the share of answers that passed, per arm, model and language.

    The interval counts cases, not answers: repeats of a case are no independent evidence.
    """
    found: dict[str, dict[str, list[bool]]] = {}
    for one in samples:
        if one.passed is not None:
            place = f"{one.arm}|{one.model}|{one.lang}"
            found.setdefault(place, {}).setdefault(one.case, []).append(one.passed)
    return {
        place: _estimate(wilson(sum(sum(held) / len(held) for held in cases.values()), len(cases)))
        for place, cases in found.items()
    }


def _position(pairs: Sequence[Pair]) -> Iterable[PositionBias]:
    for judge in dict.fromkeys(one.judge for one in pairs):
        asked = [one for one in pairs if one.judge == judge and one.consistent is not None]
        found = position((one.first, one.second) for one in asked)
        yield PositionBias(judge, _estimate(found.first_rate), _estimate(found.consistency))


def _spend(rows: Iterable[Mapping[str, object]], budget: float | None) -> Spend:
    calls = read = written = 0
    cost: float | None = 0.0
    for row in rows:
        usage = row.get("usage")
        if not isinstance(usage, Mapping):
            continue
        calls += bool(row.get("attempts", 1))
        read += sum(usage.get(part, 0) for part in ("input", "cache_read", "cache_write"))
        written += usage.get("output", 0)
        paid = cost_of(row)
        cost = None if cost is None or paid is None else cost + paid
    return Spend(calls, read, written, cost, budget)
