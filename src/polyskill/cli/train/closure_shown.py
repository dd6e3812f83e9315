"""What ``polyskill train closure`` prints."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..language import message_language, tr
from ..output import complain, echo, styled
from ..text import plain

if TYPE_CHECKING:
    from polyskill.runtime.train.closure.found import Found

__all__ = ["show_found"]

_STANDINGS = {
    "measured": (("measured", "已测得"), "green"),
    "no-effect": (("cannot be told", "无法判断"), "yellow"),
    "uniform": (("cannot be told", "无法判断"), "yellow"),
    "harmful": (("no effect to learn", "没有可学的作用"), "yellow"),
    "invalid": (("no result", "没有结果"), "red"),
}


def show_found(found: Found, path: Path, at_least: float | None) -> None:
    """Print what was found, and where all of it is."""
    names, colour = _STANDINGS[found.standing.value]
    colon = tr(": ", "：")
    said = plain(getattr(found.reason, message_language().value))
    echo(f"{styled(tr(*names), colour)}{colon}{said}")
    for name, shown in _figures(found):
        echo(f"    {name}{colon}{shown}")
    for line in _notes(found):
        echo(f"    {line}")
    if at_least is not None and found.standing.value != "invalid":
        low = found.closure.low
        if low is None or low < at_least:
            complain(
                tr(
                    f"`--at-least {at_least:g}` is not shown",
                    f"未能证明达到 `--at-least {at_least:g}`",
                )
            )
    if found.stopped:
        complain(
            tr(
                f"it was stopped ({found.stopped}); the same command goes on",
                f"已停止（{found.stopped}）；用同一命令可继续",
            )
        )
    echo(str(path))


def _figures(found: Found) -> list[tuple[str, str]]:
    from polyskill.runtime.train.closure.words import points
    from polyskill.runtime.train.compare.words import VERDICTS, money, rate

    lang = message_language().value
    skill = plain(found.skill)
    rows = [
        (tr("base without the skill", "基础模型，不带技能"), rate(found.scores["base"])),
        (tr(f"base with {skill}", f"基础模型，带 {skill}"), rate(found.scores["taught"])),
        (tr("student without the skill", "学生模型，不带技能"), rate(found.scores["student"])),
        (tr("effect of the skill", "技能的作用"), points(found.effect)),
        (tr("gain of the student", "学生模型的提升"), points(found.gain)),
    ]
    if found.over.n:
        comma = tr(", ", "，")
        names = (
            tr("base", "基础模型"),
            tr(f"with {skill}", f"带 {skill}"),
            tr("student", "学生模型"),
        )
        rates = zip(names, ("base", "taught", "student"), strict=True)
        shown = comma.join(f"{name} {rate(found.shown[arm])}" for name, arm in rates)
        rows += [
            (tr("shown where it is not for the question", "与技能无关的问题上仍表现出技能"), shown),
            (tr("over-triggering of the student", "学生模型的误触发增量"), points(found.over)),
        ]
    if found.others:
        verdict = VERDICTS[found.others.decision.verdict.value][lang]
        rows.append(
            (
                tr("on other prompts, against the base", "其他提示上与基础模型相比"),
                f"{verdict} ({rate(found.others.win_rate)})",
            )
        )
    if found.saved is not None:
        rows.append((tr("tokens saved in a call", "每次调用节省的词元"), f"{found.saved:,.0f}"))
    rows.append((tr("cost", "费用"), money(found.cost)[lang]))
    return rows


def _notes(found: Found) -> list[str]:
    notes = [
        tr(f"{number:,} {en}", f"{number:,} {zh}")
        for number, en, zh in (
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
        notes.append(
            tr(
                "what the student was trained on is not known: cases of its training may be in it",
                "不知道学生模型的训练数据：其中可能含有训练用过的用例",
            )
        )
    if not found.judge:
        notes.append(
            tr(
                "without `--judge` only checks count, and over-triggering is not measured",
                "没有 `--judge` 时只计检查，且不测量误触发",
            )
        )
    return notes
