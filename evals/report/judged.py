"""What is known of judges and of repeats: standing, lengths, strengths, agreement, reliability."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ..results import LengthControl, ModelInfo, Reliability, Run, Strength
from . import figures
from .figures import estimate_of, finite
from .words import say

__all__ = [
    "StrengthGroup",
    "agreement",
    "doubts",
    "lengths",
    "reliability",
    "standing",
    "strengths",
]

#: Krippendorff, Content Analysis (2004), p. 241: below it not even tentative conclusions hold.
_LOWEST_ALPHA = 0.667


@dataclass(frozen=True, slots=True)
class StrengthGroup:
    """The arms of one model by strength, the strongest first."""

    model: str
    regularised: bool
    rows: tuple[Strength, ...]


def standing(judge: ModelInfo) -> str:
    """Return the word for what calibration says against a judge; empty where it is cleared."""
    if judge.may_gate is None:
        return "uncalibrated"
    return "" if judge.may_gate else "not_cleared"


def strengths(run: Run) -> list[StrengthGroup]:
    """Return the strengths of the arms under each model."""
    groups: dict[str, list[Strength]] = {}
    for each in run.strengths:
        known = replace(each, strength=estimate_of(each.strength))
        groups.setdefault(each.model, []).append(known)
    return [
        StrengthGroup(model, any(each.regularised for each in rows), tuple(rows))
        for model, rows in groups.items()
    ]


def lengths(run: Run) -> list[LengthControl]:
    """Return the shares of pairs won, with and without the influence of length."""
    return [
        replace(each, raw=estimate_of(each.raw), controlled=estimate_of(each.controlled))
        for each in run.lengths
    ]


def agreement(run: Run) -> dict[str, float | None]:
    """Return Krippendorff's alpha of several judges; ``None`` where it is not defined."""
    return {name: finite(alpha) for name, alpha in run.agreement.items()}


def reliability(run: Run) -> list[Reliability]:
    """Return what repeats show, in the order of the run's models, languages and arms."""
    models = {model.id: at for at, model in enumerate(run.models)}
    langs = {lang: at for at, lang in enumerate(run.languages)}
    arms = {arm.name: at for at, arm in enumerate(run.arms)}

    def place(each: Reliability) -> tuple[int, int, int]:
        return (
            models.get(each.model, len(models)),
            langs.get(each.lang, len(langs)),
            arms.get(each.arm, len(arms)),
        )

    known = [each for each in run.reliability if _is_known(each)]
    return sorted(known, key=place)


def _is_known(each: Reliability) -> bool:
    return None not in (finite(each.at_least_once), finite(each.every_time))


def doubts(run: Run, lang: str, names: Mapping[str, str]) -> list[str]:
    """Return a sentence for each reason to doubt the judges: standing, lengths, agreement."""
    found = [
        f"{names.get(judge.id, judge.id)}{say('colon', lang)}{say(word, lang)}"
        for judge in run.judges
        if (word := standing(judge))
    ]
    for each in _swayed(lengths(run)):
        shares = {
            "raw": figures.percent(each.raw.value),
            "controlled": figures.percent(each.controlled.value),
        }
        told = say("swayed", lang, candidate=each.candidate, baseline=each.baseline, **shares)
        found.append(f"{names.get(each.judge, each.judge)}{say('colon', lang)}{told}")
    for name, alpha in agreement(run).items():
        if alpha is not None and alpha < _LOWEST_ALPHA:
            what = say(name, lang) if name in ("criteria", "pairs") else name
            found.append(say("disagree", lang, what=what, alpha=figures.signed(alpha)))
    return found


def _swayed(controls: Sequence[LengthControl]) -> list[LengthControl]:
    """Return those whose winner is another one at equal lengths."""
    return [
        each
        for each in controls
        if each.raw.value is not None
        and each.controlled.value is not None
        and (each.raw.value - 0.5) * (each.controlled.value - 0.5) < 0
    ]
