"""The figures of a student and what to know of them, in words, for terminals and reports."""

from __future__ import annotations

from ..compare.words import VERDICTS, money, rate
from .arms import BASE, STUDENT, TAUGHT
from .found import Found
from .words import points

__all__ = ["STANDINGS", "figures", "notes"]

#: What a standing is called, by language.
STANDINGS = {
    "measured": {"en": "measured", "zh": "已测得"},
    "no-effect": {"en": "cannot be told", "zh": "无法判断"},
    "uniform": {"en": "cannot be told", "zh": "无法判断"},
    "harmful": {"en": "no effect to learn", "zh": "没有可学的作用"},
    "invalid": {"en": "no result", "zh": "没有结果"},
}


def figures(found: Found, lang: str) -> list[tuple[str, str]]:
    """Return names and figures in ``lang`` ("en" or "zh")."""
    zh = lang == "zh"
    skill = found.skill
    rows = [
        ("基础模型，不带技能" if zh else "base without the skill", rate(found.scores[BASE])),
        (f"基础模型，带 {skill}" if zh else f"base with {skill}", rate(found.scores[TAUGHT])),
        ("学生模型，不带技能" if zh else "student without the skill", rate(found.scores[STUDENT])),
        ("技能的作用" if zh else "effect of the skill", points(found.effect)),
        ("学生模型的提升" if zh else "gain of the student", points(found.gain)),
    ]
    if found.over.n:
        rows += [
            (
                "与技能无关的问题上仍表现出技能"
                if zh
                else "shown where it is not for the question",
                _shown(found, lang),
            ),
            (
                "学生模型的误触发增量" if zh else "over-triggering of the student",
                points(found.over),
            ),
        ]
    if found.others:
        verdict = VERDICTS[found.others.decision.verdict.value][lang]
        rows.append(
            (
                "其他提示上与基础模型相比" if zh else "on other prompts, against the base",
                f"{verdict} ({rate(found.others.win_rate)})",
            )
        )
    if found.saved is not None:
        rows.append(
            ("每次调用节省的词元" if zh else "tokens saved in a call", f"{found.saved:,.0f}")
        )
    rows.append(("费用" if zh else "cost", money(found.cost)[lang]))
    return rows


def _shown(found: Found, lang: str) -> str:
    arms = (
        {BASE: "基础模型", TAUGHT: f"带 {found.skill}", STUDENT: "学生模型"}
        if lang == "zh"
        else {BASE: "base", TAUGHT: f"with {found.skill}", STUDENT: "student"}
    )
    rates = (f"{name} {rate(found.shown[arm])}" for arm, name in arms.items())
    return ("，" if lang == "zh" else ", ").join(rates)


def notes(found: Found, lang: str) -> list[str]:
    """Return what a reader of the figures has to know, in ``lang``."""
    zh = lang == "zh"
    said = [
        f"{number:,} {words[zh]}"
        for number, *words in (
            (
                found.seen or 0,
                "cases were trained on, and are left out",
                "个用例在训练中用过，未计入",
            ),
            (found.near, "cases are nearly those of the training data", "个用例与训练数据高度相似"),
            (found.ungraded, "cases have no score in some arm", "个用例在某一组中没有得分"),
            (found.cut, "answers were cut at `--max-tokens`", "个回答因 `--max-tokens` 被截断"),
        )
        if number
    ]
    if found.seen is None:
        said.append(
            "不知道学生模型的训练数据：其中可能含有训练用过的用例"
            if zh
            else "what the student was trained on is not known: cases of its training may be in it"
        )
    if not found.judge:
        said.append(
            "没有 `--judge` 时只计检查，且不测量误触发"
            if zh
            else "without `--judge` only checks count, and over-triggering is not measured"
        )
    return said
