"""A trigger report as rows of text, for a terminal or Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..results import Estimate
from .report import Confusion, Score, TriggerReport

__all__ = ["CONFUSION_HEADINGS", "SCORE_HEADINGS", "confusion_rows", "figure", "score_rows"]

SCORE_HEADINGS: tuple[Mapping[str, str], ...] = (
    {"en": "model", "zh": "模型"},
    {"en": "language", "zh": "语言"},
    {"en": "skill", "zh": "技能"},
    {"en": "recall", "zh": "召回率"},
    {"en": "precision", "zh": "精确率"},
    {"en": "F1", "zh": "F1"},
    {"en": "no answer", "zh": "无回答"},
)
CONFUSION_HEADINGS: tuple[Mapping[str, str], ...] = (
    {"en": "model", "zh": "模型"},
    {"en": "language", "zh": "语言"},
    {"en": "case of", "zh": "用例所属技能"},
    {"en": "due", "zh": "预期"},
    {"en": "chosen", "zh": "实际选择"},
    {"en": "times", "zh": "次数"},
)
_ALL = {"en": "all", "zh": "全部"}
_NONE = {"en": "none", "zh": "无"}
_USE = {"en": "use", "zh": "使用"}
_LEAVE = {"en": "leave", "zh": "不使用"}


def figure(estimate: Estimate) -> str:
    """Return ``0.92 [0.65, 0.99]``, or ``–`` where there is nothing to say."""
    if estimate.value is None:
        return "–"
    if estimate.low is None or estimate.high is None:
        return f"{estimate.value:.2f}"
    return f"{estimate.value:.2f} [{estimate.low:.2f}, {estimate.high:.2f}]"


def score_rows(report: TriggerReport, lang: str) -> list[tuple[str, ...]]:
    """Return a row of text for each score, as :data:`SCORE_HEADINGS`, for a reader of ``lang``."""
    return [_score(one, lang) for one in report.scores]


def _score(one: Score, lang: str) -> tuple[str, ...]:
    return (
        one.model,
        one.lang or _ALL[lang],
        one.skill or _ALL[lang],
        figure(one.recall),
        figure(one.precision),
        figure(one.f1),
        str(one.missing or ""),
    )


def confusion_rows(report: TriggerReport, lang: str) -> list[tuple[str, ...]]:
    """Return a row of text for each wrong choice, under :data:`CONFUSION_HEADINGS`, often first."""
    wrong: Sequence[Confusion] = sorted(
        (one for one in report.confusion if (one.chosen == one.skill) is not one.should),
        key=lambda one: -one.count,
    )
    return [
        (
            one.model,
            one.lang,
            one.skill,
            (_USE if one.should else _LEAVE)[lang],
            one.chosen or _NONE[lang],
            str(one.count),
        )
        for one in wrong
    ]
