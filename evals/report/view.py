"""One run as the page's templates see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

from ..results import Comparison, Estimate, LengthControl, PositionBias, Reliability, Run
from . import arrange, judged
from .draw import Scale, scale_for
from .figures import estimate_of, finite
from .words import both

__all__ = [
    "Group",
    "ParityView",
    "RateGroup",
    "RunView",
    "tag",
    "texts",
]

_TAGS = {"en": "en", "zh": "zh-Hans"}


@dataclass(frozen=True, slots=True)
class ParityView:
    """How an arm by a model does in English and in Chinese; ``verdict`` is a key of the words.

    ``wrong_language`` holds the share of answers in another language, for each language asked for.
    """

    arm: str
    model: str
    difference: Estimate
    margin: float | None
    verdict: str
    why: tuple[str, str]
    wrong_language: tuple[tuple[str, Estimate], ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The comparisons of one candidate with one baseline by one metric."""

    candidate: str
    baseline: str
    metric: str
    rows: list[Comparison]


@dataclass(frozen=True, slots=True)
class RateGroup:
    """The pass rates of all arms for one model and language."""

    model: str
    lang: str
    rows: list[arrange.Rate]


class RunView:
    """A run with the figures that a page shows, made when they are asked for."""

    def __init__(self, run: Run, label: str) -> None:
        self.run = run
        self.label = label

    @cached_property
    def comparisons(self) -> list[Comparison]:
        """All comparisons, those of one pair of arms and one metric together."""
        return arrange.comparisons(self.run)

    @cached_property
    def groups(self) -> list[Group]:
        """The comparisons under one heading for each pair of arms and each metric."""
        return [
            Group(candidate, baseline, metric, list(rows))
            for (candidate, baseline, metric), rows in groupby(
                self.comparisons, key=lambda each: (each.candidate, each.baseline, each.metric)
            )
        ]

    @cached_property
    def rate_groups(self) -> list[RateGroup]:
        """The pass rates under one heading for each model and language."""
        return [
            RateGroup(model, lang, list(rows))
            for (model, lang), rows in groupby(self.rates, key=lambda each: (each.model, each.lang))
        ]

    @cached_property
    def position(self) -> list[PositionBias]:
        """How the judges treat positions."""
        return [
            PositionBias(each.judge, estimate_of(each.first_rate), estimate_of(each.consistency))
            for each in self.run.position
        ]

    @cached_property
    def strengths(self) -> list[judged.StrengthGroup]:
        """The arms of each model by Bradley-Terry."""
        return judged.strengths(self.run)

    @cached_property
    def strength_scale(self) -> Scale:
        """The axis of the strengths, in logits."""
        return scale_for((one.strength for group in self.strengths for one in group.rows), None)

    @cached_property
    def lengths(self) -> list[LengthControl]:
        """Shares of pairs won, with and without the influence of length."""
        return judged.lengths(self.run)

    @cached_property
    def agreement(self) -> dict[str, float | None]:
        """How far several judges agree."""
        return judged.agreement(self.run)

    @cached_property
    def reliability(self) -> list[Reliability]:
        """What repeats show."""
        return judged.reliability(self.run)

    @cached_property
    def standing(self) -> dict[str, str]:
        """The word against each judge that no calibration has cleared."""
        return {each.id: word for each in self.run.judges if (word := judged.standing(each))}

    @cached_property
    def candidates(self) -> frozenset[str]:
        """The arms with the skill of today."""
        return arrange.candidates(self.run)

    @cached_property
    def case_count(self) -> int:
        """The number of cases, a case in two languages counted once."""
        return len({each.case for each in self.run.cases} | {s.case for s in self.run.samples})

    @cached_property
    def ungraded(self) -> int:
        """The number of answers that have no grade."""
        return sum(each.passed is None for each in self.run.samples)

    @cached_property
    def parity_scale(self) -> Scale:
        """The axis of the parity plot."""
        band = max((each.margin or 0.0 for each in self.parity), default=0.0)
        wide = Estimate(None, -1.5 * band, 1.5 * band)
        return scale_for([wide, *(each.difference for each in self.parity)], band or None)

    @cached_property
    def verdicts(self) -> list[Comparison]:
        """The comparisons of the banner."""
        return arrange.shown_comparisons(self.run)

    @cached_property
    def overall(self) -> str:
        """The worst verdict of the gate."""
        return arrange.overall([self.run])

    @cached_property
    def margin(self) -> float | None:
        """The gate's margin, a share of 1."""
        return arrange.margin(self.run)

    @cached_property
    def rates(self) -> list[arrange.Rate]:
        """Pass rates."""
        return arrange.rates(self.run)

    @cached_property
    def corrected(self) -> list[arrange.Rate]:
        """Rates corrected for the errors of the judge."""
        return arrange.corrected(self.run)

    @cached_property
    def totals(self) -> list[arrange.Total]:
        """Tokens, dollars, seconds per arm and model."""
        return arrange.totals(self.run)

    @cached_property
    def outcomes(self) -> dict[str, int]:
        """How the calls ended."""
        return arrange.outcomes(self.run)

    @cached_property
    def parity(self) -> list[ParityView]:
        """English against Chinese."""
        return [_parity(each) for each in self.run.parity]

    @cached_property
    def skill_tokens(self) -> dict[str, str]:
        """The size of each arm's text: "812 (en), 760 (zh)", for the arms that have one."""
        return {
            arm.name: ", ".join(f"{number:,} ({lang})" for lang, number in arm.tokens.items())
            for arm in self.run.arms
            if any(arm.tokens.values())
        }

    @cached_property
    def command(self) -> str:
        """The command that makes a run like this one."""
        return arrange.command(self.run)

    def cost_gap(self, each: Comparison) -> tuple[str, str] | None:
        """Return why the cost of a point is not given; ``None`` if it is."""
        estimate = each.cost_per_point
        if estimate.value is None:
            used = [
                total
                for total in self.totals
                if total.arm in (each.candidate, each.baseline) and each.model in ("", total.model)
            ]
            return both("unpriced" if any(t.cost is None for t in used) else "no_uplift")
        if estimate.low is None or estimate.high is None:
            return both("no_interval")
        return None


def _parity(found: Mapping[str, Any]) -> ParityView:
    equivalent = found.get("equivalent")
    verdict = "undetermined" if equivalent is None else "equivalent" if equivalent else "different"
    why = found.get("why") or {}
    wrong = found.get("wrong_language") or {}
    return ParityView(
        str(found.get("arm", "")),
        str(found.get("model", "")),
        estimate_of(found.get("difference")),
        finite(found.get("margin")),
        verdict,
        texts(why),
        tuple((lang, estimate_of(share)) for lang, share in wrong.items()),
    )


def texts(given: Mapping[str, str]) -> tuple[str, str]:
    """Return a text in both languages, one standing in for the other where it is missing."""
    return arrange.text_in(given, "en"), arrange.text_in(given, "zh")


def tag(lang: str) -> str:
    """Return the BCP 47 tag that makes a browser choose the right font."""
    return _TAGS.get(lang, lang)
