"""What may be said of a student, in English and Chinese."""

from __future__ import annotations

from ...judge.stats.intervals import Interval
from ...judge.stats.reasons import Reason
from .found import Standing

__all__ = ["points", "reason_of"]


def reason_of(standing: Standing, closure: Interval, effect: Interval, missing: float) -> Reason:
    """Return the sentence for a standing; ``missing`` is the share of cases without a score."""
    cases = f"{effect.n} independent case{'' if effect.n == 1 else 's'}"
    if standing is Standing.INVALID:
        if not effect.n:
            return Reason(
                "No case has a score in all three arms: nothing can be said.",
                "没有一个用例在三组中都有得分，无从判断。",
            )
        return Reason(
            f"{missing:.1%} of the cases have no score in some arm, more than a tenth: what failed "
            "is the infrastructure or the judge. Run again; what succeeded is kept.",
            f"有 {missing:.1%} 的用例在某一组中没有得分，超过一成：出问题的是运行环境或评判模型。"
            "请重新运行，已成功的结果会保留。",
        )
    if standing is Standing.NO_EFFECT:
        return Reason(
            f"On {cases} the skill's own effect on the base ({points(effect)}) cannot be told from "
            "none, so nothing can be said of how much of it was learnt: take more cases, or a base "
            "that follows the skill when it sees it.",
            f"在 {effect.n} 个独立用例上，技能对基础模型的作用（{points(effect)}）无法与零区分，"
            "因此无从判断学到了多少：请增加用例，或换用看到技能后会照做的基础模型。",
        )
    if standing is Standing.HARMFUL:
        return Reason(
            f"With the skill the base is worse than without ({points(effect)} on {cases}): there "
            "is nothing to be learnt from it. Look at the skill first.",
            f"基础模型使用技能后反而变差（{effect.n} 个独立用例上 {points(effect)}）："
            "没有可学之处，请先检查技能。",
        )
    if standing is Standing.UNIFORM:
        return Reason(
            f"All of {cases} came out the same, so the data say nothing of the spread: "
            "no interval, and no claim. Take more and other cases.",
            f"{effect.n} 个独立用例的结果完全相同，数据无法反映离散程度：没有区间，也不下结论。"
            "请增加不同的用例。",
        )
    return Reason(
        f"The student has {_share(closure)} of the skill's effect ({points(effect)}) without the "
        f"skill, on {cases}.",
        f"学生模型在没有技能时具备技能作用（{points(effect)}）的 {_share(closure)}，"
        f"基于 {effect.n} 个独立用例。",
    )


def _share(value: Interval) -> str:
    """Return a share of 1 as percent, with its interval."""
    shown = f"{value.value or 0.0:.0%}"
    if value.low is None or value.high is None:
        return shown
    return f"{shown} [{value.low:.0%}, {value.high:.0%}]"


def points(value: Interval) -> str:
    """Return a difference of scores in points of 100, with its interval."""
    if value.value is None:
        return "–"
    shown = f"{100 * value.value:+.1f}"
    if value.low is None or value.high is None:
        return shown
    return f"{shown} [{100 * value.low:+.1f}, {100 * value.high:+.1f}]"
