"""What a run found, as data: the one schema that reports, gates and comparisons read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from .data import build

__all__ = [
    "SCHEMA",
    "ArmInfo",
    "CaseInfo",
    "CheckResult",
    "Comparison",
    "CriterionResult",
    "Estimate",
    "JudgeOpinion",
    "LengthControl",
    "ModelInfo",
    "Pair",
    "PositionBias",
    "Reliability",
    "ResultsError",
    "Run",
    "Sample",
    "Spend",
    "Strength",
    "from_json",
    "to_json",
]

SCHEMA = 1


class ResultsError(ValueError):
    """A ``results.json`` that cannot be read."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its interval; ``None`` where too little is known to give one."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: int = 0


@dataclass(frozen=True, slots=True)
class ArmInfo:
    """An arm: what the model was given beside the question.

    ``kind`` is "none", "current", "previous", "platform" or "variant"; ``detail`` says which
    (revision, platform, what is different); ``digest`` is the sha256 of the text per language,
    ``tokens`` its estimated size per language.
    """

    name: str
    kind: str
    detail: str = ""
    digest: Mapping[str, str] = field(default_factory=dict)
    tokens: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model under test or a judge; ``family`` tells who is related ("anthropic", "openai" …).

    ``may_gate`` is what a calibration said of a judge; ``None``: there was none.
    """

    id: str
    family: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    may_gate: bool | None = None


@dataclass(frozen=True, slots=True)
class CaseInfo:
    """A case in one language, for people: its title, its prompt, where it stands."""

    case: str
    lang: str
    title: str
    prompt: str
    path: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What a deterministic check found; ``passed`` is ``None`` where it could not be run.

    ``detail_zh`` is ``detail`` in Chinese; empty where the detail has no words of a language.
    """

    kind: str
    label: str
    passed: bool | None
    detail: str = ""
    detail_zh: str = ""


@dataclass(frozen=True, slots=True)
class JudgeOpinion:
    """What one judge said of one criterion; ``quote_found`` is whether the quote is there."""

    judge: str
    passed: bool | None
    quote: str = ""
    quote_found: bool | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CriterionResult:
    """A criterion and what the judges made of it; ``passed`` is their majority.

    ``passed`` is about the answer: a ``must_not`` that is not violated has passed. It is ``None``
    where no judge gave a valid opinion, or where they are split evenly.
    """

    text: str
    kind: str
    weight: float
    passed: bool | None
    opinions: tuple[JudgeOpinion, ...] = ()


@dataclass(frozen=True, slots=True)
class Sample:
    """One cell: a case in a language, under an arm, by a model, for the ``repeat``-th time.

    ``score`` is the weighted share of checks and criteria that passed (0 to 1), ``passed`` whether
    all checks and all ``must`` and ``must_not`` did; both are ``None`` where the cell could not be
    graded. ``cost`` is in US dollars, ``None`` where the model has no price.
    """

    case: str
    lang: str
    arm: str
    model: str
    repeat: int
    key: str
    outcome: str
    answer: str = ""
    detail: str = ""
    stop_reason: str = ""
    checks: tuple[CheckResult, ...] = ()
    criteria: tuple[CriterionResult, ...] = ()
    flags: tuple[str, ...] = ()
    score: float | None = None
    passed: bool | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Pair:
    """Two arms' answers to one cell before one judge, in both orders.

    ``score`` is how well ``candidate`` did, the mean of the two orders (1 won, 0 lost, ½ tied or
    undecided); ``None`` where an order is missing. ``first`` and ``second`` are who won when
    ``candidate`` stood first and second: "candidate", "baseline", "tie" or "" (no valid verdict).
    ``magnitude`` runs from -2 (much worse) to 2, the mean of both orders.
    """

    case: str
    lang: str
    model: str
    repeat: int
    baseline: str
    candidate: str
    judge: str
    first: str
    second: str
    score: float | None
    consistent: bool | None
    magnitude: float | None = None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PositionBias:
    """How a judge treats positions: the share of firsts chosen, and of verdicts that hold."""

    judge: str
    first_rate: Estimate
    consistency: Estimate


@dataclass(frozen=True, slots=True)
class Comparison:
    """One candidate arm against one baseline arm, for a model ("" = all) and language ("" = all).

    ``metric`` is "score" (paired difference of scores) or "pairwise" (win rate less one half).
    ``difference`` is candidate − baseline; ``p_worse`` and ``p_better`` are one-sided exact
    p-values, ``*_adjusted`` after Holm over the gate's family. ``verdict`` is "improved",
    "no-regression", "regressed", "underpowered" or "invalid"; ``why`` says it in words ({"en": …,
    "zh": …}). ``cases`` counts the independent units, ``wins``/``ties``/``losses`` are of them.
    ``needed`` is how many cases would show a difference of the margin with 80 % power.
    ``cost_per_point`` is dollars per added point of score (of 100).
    """

    candidate: str
    baseline: str
    model: str
    lang: str
    metric: str
    difference: Estimate
    verdict: str
    why: Mapping[str, str] = field(default_factory=dict)
    cases: int = 0
    wins: int = 0
    ties: int = 0
    losses: int = 0
    p_better: float | None = None
    p_worse: float | None = None
    p_better_adjusted: float | None = None
    p_worse_adjusted: float | None = None
    needed: int | None = None
    missing: float = 0.0
    cost_per_point: Estimate = Estimate()
    gated: bool = False


@dataclass(frozen=True, slots=True)
class Strength:
    """How strong an arm is before the judges, among all arms that were compared in pairs.

    ``strength`` is Bradley-Terry's, in logits against the mean of the arms; ``regularised``: some
    arm never lost or never won, so that a prior draws the strengths towards the mean.
    """

    model: str
    arm: str
    strength: Estimate
    matches: int = 0
    regularised: bool = False


@dataclass(frozen=True, slots=True)
class LengthControl:
    """The share of pairs that the candidate won, as it is and at equal lengths of the answers."""

    candidate: str
    baseline: str
    judge: str
    raw: Estimate
    controlled: Estimate


@dataclass(frozen=True, slots=True)
class Reliability:
    """What repeats show: the chance that one of ``k`` answers passes, and that all ``k`` do.

    Unbiased pass@k and pass^k, as means over ``cases``.
    """

    arm: str
    model: str
    lang: str
    k: int
    at_least_once: float
    every_time: float
    cases: int


@dataclass(frozen=True, slots=True)
class Spend:
    """What a run cost: calls made, tokens, US dollars (``None``: a model without a price)."""

    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float | None = 0.0
    budget: float | None = None


@dataclass(frozen=True)
class Run:
    """Everything that a run found about one skill.

    ``source`` is "live", or "recorded" for a replay; ``recorded_by`` says who produced the
    recording. ``stale`` lists the arms whose text is no longer the one that was recorded.
    ``rates`` gives the pass rate per (arm, model, lang) as "arm|model|lang" with Wilson intervals.
    ``corrected`` gives, where the judge was calibrated, the share that meets its criteria corrected
    for what the judge is known to get wrong (Rogan and Gladen). ``agreement`` is Krippendorff's
    alpha of several judges, on "criteria" and on "pairs".
    """

    skill: str
    path: str
    digest: str
    created: str
    polyskill: str
    source: str
    arms: tuple[ArmInfo, ...]
    models: tuple[ModelInfo, ...]
    judges: tuple[ModelInfo, ...]
    languages: tuple[str, ...]
    repeats: int
    cases: tuple[CaseInfo, ...]
    samples: tuple[Sample, ...]
    pairs: tuple[Pair, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    rates: Mapping[str, Estimate] = field(default_factory=dict)
    corrected: Mapping[str, Estimate] = field(default_factory=dict)
    position: tuple[PositionBias, ...] = ()
    parity: tuple[Mapping[str, Any], ...] = ()
    strengths: tuple[Strength, ...] = ()
    lengths: tuple[LengthControl, ...] = ()
    reliability: tuple[Reliability, ...] = ()
    agreement: Mapping[str, float | None] = field(default_factory=dict)
    outcomes: Mapping[str, int] = field(default_factory=dict)
    spend: Spend = Spend()
    settings: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[Mapping[str, str], ...] = ()
    recorded_by: str = ""
    stale: tuple[str, ...] = ()
    schema: int = SCHEMA


def to_json(run: Run) -> dict[str, Any]:
    """Return plain JSON data."""
    return asdict(run)


def from_json(data: object) -> Run:
    """Read what :func:`to_json` gave.

    Raises:
        ResultsError: it is no results file, or one of a newer schema.
    """
    if not isinstance(data, Mapping) or not isinstance(data.get("schema"), int):
        msg = "this is not the results of an eval run"
        raise ResultsError(msg)
    if data["schema"] > SCHEMA:
        msg = f"schema {data['schema']} is newer than this polyskill reads ({SCHEMA})"
        raise ResultsError(msg)
    try:
        run = build(Run, data)
    except (TypeError, KeyError, AttributeError, ValueError) as error:
        msg = f"the results are incomplete: {error}"
        raise ResultsError(msg) from error
    assert isinstance(run, Run)
    return run
