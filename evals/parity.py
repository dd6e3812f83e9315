"""Are answers in English and in Chinese equally good, and in the language that was asked for?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from polyskill.runtime.judge.base import Outcome
from polyskill.runtime.judge.checks.language import language_share
from polyskill.runtime.judge.stats.equivalence import Equivalence, equivalence
from polyskill.runtime.judge.stats.intervals import wilson
from polyskill.runtime.judge.stats.paired import Unit

from .results import Estimate, Sample

__all__ = ["MARGIN", "parity"]

#: A difference of scores (0 to 1) that does not matter.
MARGIN = 0.1
_FIRST, _SECOND = "en", "zh"
_Why = Mapping[str, str]


def parity(
    samples: Sequence[Sample], margin: float = MARGIN, alpha: float = 0.05
) -> list[dict[str, Any]]:
    """Return a row of plain JSON for each arm and model, sorted.

    A row has ``model``, ``arm``, ``n`` (cases graded in both languages), ``difference`` (English
    less Chinese, of the mean scores of the same cases, with its interval at the level 1 - 2α),
    ``margin``, ``p`` (the larger of the two one-sided tests), ``equivalent``, ``why`` ({"en": …,
    "zh": …}) and ``wrong_language`` (for "en" and "zh" the share of answers in another language).

    ``equivalent`` is ``True`` where the difference is shown to lie within the margin (TOST,
    Schuirmann 1987), ``False`` where there is shown to be one and it is estimated at the margin or
    more, and ``None`` where the cases are too few to tell. Equal scores everywhere are proof only
    if the cases are many.

    Raises:
        ValueError: ``margin`` is not between 0 and 1, or ``alpha`` not between 0 and 0.5.
        MissingLibrary: scipy is not installed.
    """
    groups: dict[tuple[str, str], list[Sample]] = {}
    for sample in samples:
        groups.setdefault((sample.arm, sample.model), []).append(sample)
    return [_row(arm, model, groups[arm, model], margin, alpha) for arm, model in sorted(groups)]


def _row(
    arm: str, model: str, samples: Sequence[Sample], margin: float, alpha: float
) -> dict[str, Any]:
    units = _units(samples)
    found = equivalence(units, margin, alpha) if units else None
    verdict = _verdict(found, margin)
    estimate = Estimate()
    if found is not None:
        at = found.interval
        estimate = Estimate(at.value, at.low, at.high, at.n)
    return {
        "model": model,
        "arm": arm,
        "n": len(units),
        "difference": asdict(estimate),
        "margin": margin,
        "p": None if found is None else found.p,
        "equivalent": verdict,
        "why": _why(found, verdict, margin),
        "wrong_language": {
            lang: asdict(_wrong(one for one in samples if one.lang == lang))
            for lang in (_FIRST, _SECOND)
        },
    }


def _units(samples: Iterable[Sample]) -> list[Unit]:
    """Return the cases that have a score in both languages; English is the candidate."""
    scores: dict[str, dict[str, list[float]]] = {}
    for one in sorted(samples, key=lambda one: (one.case, one.lang, one.repeat)):
        if one.score is not None:
            scores.setdefault(one.case, {}).setdefault(one.lang, []).append(one.score)
    return [
        Unit(case, tuple(by_lang[_SECOND]), tuple(by_lang[_FIRST]))
        for case, by_lang in scores.items()
        if _FIRST in by_lang and _SECOND in by_lang
    ]


def _verdict(found: Equivalence | None, margin: float) -> bool | None:
    if found is None:
        return None
    if found.equivalent:
        return True
    value = found.interval.value
    return False if found.different and value is not None and abs(value) >= margin else None


def _wrong(samples: Iterable[Sample]) -> Estimate:
    """Return the share of answers in another language; repeats of a case are one observation.

    A case that checks the language itself is believed: it may ask for a translation. An answer
    without prose (code, a number) is in no wrong language.
    """
    answered = [one for one in samples if one.outcome == Outcome.OK and one.answer.strip()]
    if not answered:
        return Estimate()
    cases = len({one.case for one in answered})
    share = sum(map(_in_wrong_language, answered)) / len(answered)
    found = wilson(min(share * cases, cases), cases)
    return Estimate(share, found.low, found.high, cases)


def _in_wrong_language(sample: Sample) -> bool:
    checked = [one.passed for one in sample.checks if one.kind == "language"]
    if checked:
        return False in checked
    return language_share(sample.answer).language not in (sample.lang, None)


def _why(found: Equivalence | None, verdict: bool | None, margin: float) -> _Why:
    if found is None:
        return {
            "en": "No case has a score in both languages.",
            "zh": "没有用例在两种语言中都有得分。",
        }
    points, within = 100 * (found.interval.value or 0.0), 100 * margin
    better_en, better_zh = ("English", "英文") if points > 0 else ("Chinese", "中文")
    if verdict is False:
        return {
            "en": f"{better_en} answers score {abs(points):.1f} points more; "
            f"up to {within:g} would not matter.",
            "zh": f"{better_zh}回答的得分高 {abs(points):.1f} 分；{within:g} 分以内可以忽略。",
        }
    if verdict:
        return {
            "en": f"English and Chinese answers differ by less than {within:g} points.",
            "zh": f"中英文回答的得分相差不到 {within:g} 分。",
        }
    n = found.interval.n
    return {
        "en": f"{n} case{'' if n == 1 else 's'} cannot show whether the difference is "
        f"less than {within:g} points.",
        "zh": f"仅凭 {n} 个用例无法判断差异是否小于 {within:g} 分。",
    }
