"""Sentences that several reports say alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from polyskill.runtime.judge.base import INFRASTRUCTURE
from polyskill.runtime.judge.injection import FLAGS

from ..results import CaseInfo, CheckResult, Estimate, Run, Sample
from . import arrange, figures
from .words import WORDS, both, say

__all__ = [
    "Failed",
    "detail_of",
    "failed_parts",
    "flags_of",
    "lang_name",
    "row_name",
    "spent",
    "title_of",
    "trouble",
    "with_gap",
    "word",
]


_DETAIL = 200  # characters of what a provider said


@dataclass(frozen=True, slots=True)
class Failed:
    """A check or a criterion that failed: its text, and what was found or said, by whom."""

    text: str
    said: tuple[tuple[str, str], ...]


def word(key: str) -> tuple[str, str]:
    """Return a verdict, an outcome, a flag … in both languages; unknown names as they are."""
    if key in FLAGS:
        return FLAGS[key]["en"], FLAGS[key]["zh"]
    return WORDS.get(key, (key, key))


def lang_name(lang: str) -> tuple[str, str]:
    """Return the name of a language of the cases ("" = all)."""
    return word(f"lang_{lang}") if f"lang_{lang}" in WORDS else (lang, lang)


def row_name(model: str, lang: str, names: Mapping[str, str]) -> tuple[str, str]:
    """Return the label of a row: the model and the language, or that it is over all."""
    models = both("all_models") if not model else (names.get(model, model),) * 2
    langs = lang_name(lang) if lang else both("all_languages")
    return f"{models[0]} · {langs[0]}", f"{models[1]} · {langs[1]}"


def title_of(sample: Sample, titles: Mapping[tuple[str, str], CaseInfo]) -> str:
    """Return the title of a sample's case, or its id where it has none."""
    known = titles.get((sample.case, sample.lang))
    return known.title if known and known.title else sample.case


def with_gap(figure: str, estimate: Estimate, lang: str) -> str:
    """Return a figure, with the reason in brackets if it or its interval is unknown."""
    gap = figures.gap(estimate)
    return f"{figure} ({gap[lang == 'zh']})" if gap else figure


def detail_of(check: CheckResult, lang: str) -> str:
    """Return what a check found, in ``lang`` where it can be said in it."""
    return (check.detail_zh if lang == "zh" else "") or check.detail


def failed_parts(sample: Sample, lang: str) -> list[Failed]:
    """Return the checks and criteria that a sample failed, with their reasons."""
    found = [
        Failed(each.label, (("", detail),) if (detail := detail_of(each, lang)) else ())
        for each in sample.checks
        if each.passed is False
    ]
    for each in sample.criteria:
        if each.passed is False:
            said = tuple((one.judge, one.reason) for one in each.opinions if one.reason)
            found.append(Failed(f"{each.text} ({word(each.kind)[lang == 'zh']})", said))
    return found


def flags_of(sample: Sample, lang: str) -> str:
    """Return what is odd about an answer, in words."""
    return ("、" if lang == "zh" else ", ").join(word(flag)[lang == "zh"] for flag in sample.flags)


def trouble(run: Run, lang: str) -> str:
    """Return how often which trouble was met, and how it was first told; empty without any.

    "timed out 4 (no token for 60 s), cut off 2".
    """
    told: dict[str, str] = {}
    for sample in run.samples:
        if sample.detail:
            told.setdefault(sample.outcome, sample.detail)
    found = []
    for name, number in arrange.outcomes(run).items():
        if name in INFRASTRUCTURE:
            counted = f"{word(name)[lang == 'zh']} {figures.count(number)}"
            found.append(f"{counted} ({_clipped(told[name])})" if name in told else counted)
    return ("、" if lang == "zh" else ", ").join(found)


def _clipped(text: str) -> str:
    return text if len(text) <= _DETAIL else f"{text[:_DETAIL]}…"


def spent(run: Run, lang: str) -> str:
    """Return the calls, tokens and dollars of a run, and its budget."""
    spend = run.spend
    cost = figures.dollars(figures.finite(spend.cost))
    text = say(
        "spent",
        lang,
        calls=figures.count(spend.calls),
        input=figures.count(spend.input_tokens),
        output=figures.count(spend.output_tokens),
        cost=f"{cost} ({say('unpriced', lang)})" if spend.cost is None else cost,
    )
    if spend.budget is not None:
        text += " · " + say("of_budget", lang, budget=figures.dollars(spend.budget))
    return text
