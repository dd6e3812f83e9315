"""Whether the figures of a trigger eval can be believed, and whether they are good enough."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from ..results import Estimate
from .report import Alarm, Chosen, Limits, Score

__all__ = ["alarms_of", "judge"]

_Why = Mapping[str, str]


def alarms_of(answers: Sequence[Chosen], limits: Limits) -> Iterator[Alarm]:
    """Yield what is odd about the answers of each model (sorted by model).

    Trigger harnesses have often reported "no skill is ever used" for faults of their own
    (anthropics/skills #1559, #1552, #556), so a model that never hits is first of all a reason to
    look at the harness.
    """
    for model, group in groupby(answers, key=lambda one: one.model):
        mine = list(group)
        due = [one for one in mine if one.should]
        if _cases(due) >= limits.suspect_from and not any(one.right for one in due):
            yield Alarm("never", model, "", _never(len(due)))
        elif _constant(mine, limits):
            yield Alarm("constant", model, "", _always(len(mine), mine[0].chosen))
        else:
            yield from _silent(model, due, limits)


def _constant(answers: Sequence[Chosen], limits: Limits) -> bool:
    """Whether all answers are the same one, although different ones were due."""
    same = len({one.chosen for one in answers}) == 1
    differ = len({(one.skill, one.should) for one in answers}) > 1
    wrong = not all(one.right for one in answers)
    return same and differ and wrong and _cases(answers) >= limits.suspect_from


def _silent(model: str, due: Sequence[Chosen], limits: Limits) -> Iterator[Alarm]:
    langs = sorted({one.lang for one in due})
    for lang in langs if len(langs) > 1 else ():
        found = [one for one in due if one.lang == lang]
        if _cases(found) >= limits.suspect_from and not any(one.right for one in found):
            yield Alarm("silent-language", model, lang, _nothing_in(lang, len(found)))


def _cases(answers: Sequence[Chosen]) -> int:
    return len({(one.skill, one.case) for one in answers})


def judge(
    scores: Sequence[Score], alarms: Sequence[Alarm], limits: Limits, answered: int, missing: int
) -> tuple[str, tuple[_Why, ...]]:
    """Return the verdict and its reasons; doubts about the figures come before the figures.

    ``answered`` and ``missing`` count the calls with and without an answer.
    """
    if not answered or missing > limits.max_missing * (answered + missing):
        return "invalid", (_unanswered(missing, answered + missing),)
    suspects = tuple(one.why for one in alarms if one.suspect)
    if suspects:
        return "suspect", suspects
    below = tuple(why for one in _narrowest(scores) for why in _shortfalls(one, limits))
    return ("below", below) if below else ("ok", ())


def _narrowest(scores: Sequence[Score]) -> Iterator[Score]:
    """Yield the rows of one model, one language and one skill."""
    for one in scores:
        if one.lang and one.skill:
            yield one


def _shortfalls(score: Score, limits: Limits) -> Iterator[_Why]:
    figures = (
        ("recall", "召回率", score.recall, limits.min_recall),
        ("precision", "精确率", score.precision, limits.min_precision),
    )
    for en, zh, figure, least in figures:
        reached = _reached(figure, strict=limits.strict)
        if reached is not None and reached < least:
            where = f"{score.skill} ({score.lang}, {score.model})"
            bound_en, bound_zh = (" (lower bound)", "（区间下限）") if limits.strict else ("", "")
            yield {
                "en": f"{where}: {en} {reached:.2f}{bound_en} is below {least:.2f}",
                "zh": f"{where}：{zh} {reached:.2f}{bound_zh}低于 {least:.2f}",
            }


def _reached(figure: Estimate, *, strict: bool) -> float | None:
    return figure.low if strict else figure.value


def _never(count: int) -> _Why:
    return {
        "en": f"all {count} answers that should have chosen the skill did not, and none failed: "
        "look at the harness before the description",
        "zh": f"应当选择该技能的 {count} 个回答无一选中，且这些调用都没有出错："
        "请先检查评测过程，再看技能说明",
    }


def _always(count: int, chosen: str | None) -> _Why:
    en, zh = (f"`{chosen}`", f"`{chosen}`") if chosen else ("no skill", "不选技能")
    return {
        "en": f"all {count} answers are the same ({en}), although different ones were due",
        "zh": f"{count} 个回答完全相同（{zh}），而应有的答案并不相同",
    }


def _nothing_in(lang: str, count: int) -> _Why:
    return {
        "en": f"nothing is ever chosen for requests in `{lang}` ({count} answers): "
        f"does the skill have a description in `{lang}`?",
        "zh": f"对 `{lang}` 请求的 {count} 个回答从未选中：该技能是否有 `{lang}` 的说明？",
    }


def _unanswered(missing: int, asked: int) -> _Why:
    if not asked:
        return {"en": "no case was asked", "zh": "没有任何用例被提问"}
    return {
        "en": f"{missing} of {asked} calls ended without an answer",
        "zh": f"{asked} 次调用中有 {missing} 次没有得到回答",
    }
