"""The fixed words of a comparison, in English and Chinese, and how its figures are written."""

from __future__ import annotations

from collections.abc import Mapping

from ...judge.stats.intervals import Interval
from ..analyze.finding import Text, text
from .doubts import RELIABLE, TENTATIVE
from .outcome import Pair

__all__ = [
    "OUTCOMES",
    "STOPS",
    "VERDICTS",
    "WINNERS",
    "WORDS",
    "agreed",
    "money",
    "of_pair",
    "rate",
]

VERDICTS: Mapping[str, Text] = {
    "improved": text("better", "更好"),
    "no-regression": text("not worse", "没有变差"),
    "regressed": text("worse", "更差"),
    "underpowered": text("cannot be told", "无法判断"),
    "invalid": text("no result", "没有结果"),
}
#: What became of a pair, for the candidate.
OUTCOMES: Mapping[str, Text] = {
    "lost": text("lost", "负"),
    "tied": text("tied", "平"),
    "won": text("won", "胜"),
    "missing": text("no valid verdict", "没有有效评判"),
}
#: Whom a judge chose in one order.
WINNERS: Mapping[str, Text] = {
    "candidate": text("the candidate wins", "候选胜出"),
    "baseline": text("the baseline wins", "基线胜出"),
    "tie": text("a tie", "平局"),
    "": text("no valid verdict", "没有有效评判"),
}
STOPS: Mapping[str, Text] = {
    "interrupted": text(
        "It was interrupted: the same command goes on.", "已中断：用同一命令可继续。"
    ),
    "budget": text(
        "The budget was spent before all was asked: the same command with more goes on.",
        "预算在全部完成前用尽：提高预算后用同一命令可继续。",
    ),
}
WORDS: Mapping[str, Text] = {
    "against": text("against", "对比"),
    "candidate": text("candidate", "候选"),
    "baseline": text("baseline", "基线"),
    "prompts": text("prompts", "提示数"),
    "judged": text("pairs judged", "已评判的回答对"),
    "cost": text("cost", "费用"),
    "win_rate": text("win rate", "胜率"),
    "equal_lengths": text("win rate at equal lengths", "长度相同时的胜率"),
    "won_tied_lost": text("won, tied, lost", "胜、平、负"),
    "consistency": text("same winner in both orders", "两种顺序结论一致"),
    "characters": text("mean length, characters", "平均长度（字符）"),
    "agreement": text("agreement of the judges", "评判模型之间的一致性"),
    "first_rate": text("the answer shown first wins", "排在前面的回答胜出"),
    "missing": text("without a valid verdict", "没有有效评判"),
    "figures": text("How sure is that?", "把握有多大？"),
    "figures_note": text(
        "Lines are 95% intervals; at 50% both models are level. Shaded: a loss that is small "
        "enough to accept. The decision rests on the plain win rate.",
        "横线为 95% 区间；50% 表示两个模型相当；阴影为可接受的下降。结论依据未经调整的胜率。",
    ),
    "wins_note": text(
        "Of independent cases (prompts of one cluster are one case).",
        "按独立用例计算（同一组的提示算一个用例）。",
    ),
    "judges": text("The judges", "评判模型"),
    "judge": text("judge", "评判模型"),
    "judges_note": text(
        "Each judge sees each pair in both orders, and whoever stands first should win half of the "
        "time: a rate away from 50% is position bias, which the two orders turn into ties.",
        "每个评判模型以两种顺序各看一次每对回答；没有偏向时，排在前面的回答应赢一半。"
        "偏离 50% 即为位置偏差，两种顺序会使其变为平局。",
    ),
    "no_price": text("no price known", "价格未知"),
    "lengths": text("Lengths", "长度"),
    "cut": text("answers cut at the longest length", "因长度上限被截断的回答"),
    "unanswered": text("prompts that were not answered by both", "未得到双方回答的提示"),
    "unjudged": text("pairs without a valid verdict", "没有有效评判的回答对"),
    "same": text("pairs of the same answer (a tie)", "回答相同的对（计为平局）"),
    "answers": text("Answers side by side", "逐对回答"),
    "answers_note": text("Losses come first.", "负的在前。"),
    "prompt": text("prompt", "提示"),
    "reference": text("reference", "参考回答"),
    "ahead": text("candidate shown first", "候选在前"),
    "behind": text("candidate shown second", "候选在后"),
    "identical": text("Both answers are the same.", "两个回答相同。"),
    "empty": text("(an empty answer)", "（空回答）"),
    "characters_of": text("characters", "个字符"),
    "doubts": text("Read with care", "请谨慎看待"),
}
_AGREED = (
    (RELIABLE, text("they agree well", "一致性良好")),
    (TENTATIVE, text("enough for tentative conclusions only", "只够得出初步结论")),
    (0.0, text("too little to rely on", "过低，不足为据")),
)


def agreed(alpha: float) -> Text:
    """Return Krippendorff's alpha with what it means (Krippendorff 2004, p. 241)."""
    no_better = text("no better than chance", "不优于随机")
    means = next((words for least, words in _AGREED if alpha >= least), no_better)
    number = f"{alpha:.2f}".replace("-", "−")
    return text(f"α = {number}: {means['en']}", f"α = {number}：{means['zh']}")


def rate(found: Interval) -> str:
    """Return a share with its interval, in percent; a dash where nothing is known."""
    if found.value is None:
        return "–"
    shown = f"{found.value:.1%}"
    if found.low is None or found.high is None:
        return shown
    return f"{shown} [{found.low:.1%}, {found.high:.1%}]"


def money(dollars: float | None) -> Text:
    """Return a sum in US dollars."""
    return WORDS["no_price"] if dollars is None else text(f"${dollars:,.2f}", f"${dollars:,.2f}")


def of_pair(pair: Pair) -> str:
    """Return the key in :data:`OUTCOMES` for a pair."""
    if pair.score is None:
        return "missing"
    return "tied" if pair.score == 0.5 else "won" if pair.score > 0.5 else "lost"
