"""What a calibration found, for people and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ..language import message_language, tr
from ..output import echo, styled
from ..tables import Column, print_table
from ..text import plain

if TYPE_CHECKING:
    from polyskill.evals.calibration import Found
    from polyskill.runtime.judge.stats.intervals import Interval

__all__ = ["as_json", "show"]

_LANGUAGES = {"en": ("English", "英文"), "zh": ("Chinese", "中文")}


def as_json(one: Found) -> dict[str, Any]:
    """Return the figures of one judge as plain JSON data."""
    return {
        "judge": one.judge.id,
        "stopped": one.stopped,
        "invalid": one.invalid,
        "questions": one.asked,
        "valid_replies": one.valid,
        "cost": one.cost,
        "gold": one.gold,
        **asdict(one.calibration),
        "answers": {
            "sensitivity": asdict(one.sensitivity),
            "specificity": asdict(one.specificity),
        },
    }


def show(one: Found, *, quiet: bool) -> None:
    """Print how one judge did; with ``quiet`` only the verdict, if it may not gate."""
    found = one.calibration
    if one.stopped:
        verdict, colour = tr("not finished", "未完成"), "yellow"
        why = (
            tr(
                "the budget is used up; what was asked is kept, and the same command goes on",
                "预算已用完；已有回复均已保存，重复同一命令即可继续",
            )
            if one.stopped == "budget"
            else tr("the same command goes on", "重复同一命令即可继续")
        )
    elif one.invalid:
        verdict, colour = tr("invalid", "无效"), "yellow"
        missing = one.asked - one.valid
        why = tr(
            f"{missing:,} of {one.asked:,} questions have no valid reply; the same command asks "
            "again those that ended in trouble",
            f"{one.asked:,} 个问题中有 {missing:,} 个没有有效回复；"
            "重复同一命令会重新提问其中因故障而终止的",
        )
    else:
        why = found.why[message_language().value]
        verdict = (
            tr("may gate", "可用于门禁") if found.may_gate else tr("may not gate", "不可用于门禁")
        )
        colour = "green" if found.may_gate else "red"
    if not quiet:
        echo(styled(plain(one.judge.id), "bold"))
        layout = (
            Column(tr("Measure", "指标"), wrap=True),
            Column(tr("Value", "数值"), right=True),
            Column("95 %"),
            Column(tr("Of", "样本"), right=True),
        )
        print_table(layout, list(_rows(one)), indent=2)
    if not quiet or not (one.usable and found.may_gate):
        line = f"{plain(one.judge.id)}{tr(': ', '：')}{styled(verdict, colour)}"
        echo(f"{line}{tr(' — ', '——')}{plain(why)}")


def _rows(one: Found) -> Iterator[tuple[str, str, str, str]]:
    found = one.calibration
    yield _row(tr("accuracy, both orders together", "准确率（两种顺序合并）"), found.accuracy)
    for lang, accuracy in found.by_lang.items() if len(found.by_lang) > 1 else ():
        name, name_zh = _LANGUAGES[lang]
        yield _row(tr(f"accuracy, {name}", f"准确率（{name_zh}）"), accuracy)
    yield _row(tr("accuracy, one order", "准确率（单一顺序）"), found.one_order)
    yield _row(
        tr("accuracy where both orders agree", "准确率（两种顺序结论一致时）"), found.decided
    )
    yield _row(tr("same verdict in both orders", "两种顺序结论一致"), found.consistency)
    yield _row(
        tr("first answer preferred (½: no bias)", "偏向第一个答案（½ 为无偏）"), found.first_rate
    )
    yield _row(tr("the longer one wins", "基线：长者胜"), found.longer_wins)
    yield _row(tr("the shorter one wins", "基线：短者胜"), found.shorter_wins)
    yield _row(tr("met criteria found met", "满足的标准判为满足（灵敏度）"), found.sensitivity)
    yield _row(
        tr("unmet criteria found unmet", "未满足的标准判为未满足（特异度）"), found.specificity
    )


def _row(name: str, found: Interval) -> tuple[str, str, str, str]:
    if found.value is None or found.low is None or found.high is None:
        return name, "–", "", str(found.n)
    return name, f"{found.value:.3f}", f"{found.low:.3f} – {found.high:.3f}", str(found.n)
