"""What was found about triggers, for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..language import counted, message_language, tr
from ..output import echo, styled
from ..tables import Column, print_table
from ..text import plain

if TYPE_CHECKING:
    from polyskill.evals.triggers import LexicalReport, TriggerReport
    from polyskill.evals.triggers.lexical import Rank
    from polyskill.runtime.judge.engine.progress import Summary

__all__ = ["show_report", "show_words"]

_LANGUAGES = {"en": ("English", "英文"), "zh": ("Chinese", "中文")}
_VERDICTS = {
    "ok": ("ok", "通过", "green"),
    "below": ("below the limit", "未达标", "red"),
    "suspect": ("harness suspect", "评测过程可疑", "yellow"),
    "invalid": ("invalid", "无效", "yellow"),
}


def show_words(report: LexicalReport, *, quiet: bool) -> None:
    """Print what the words of descriptions say; with ``quiet`` only what is wrong."""
    warning = styled(tr("warning", "警告"), "yellow") + tr(": ", "：")
    for silent in report.silent:
        lang = tr(*_LANGUAGES[silent.lang])
        echo(
            warning
            + tr(
                f"`{plain(silent.skill)}` has no {lang} description: assistants of users who write "
                f"{lang} see one that their requests share no word with",
                f"`{plain(silent.skill)}` 没有{lang}说明：使用{lang}的用户，"
                "其请求与助手看到的说明没有共同词语",
            )
        )
    for one in report.overlaps:
        lang = tr(*_LANGUAGES[one.lang])
        shared = tr(", ", "、").join(map(plain, one.shared))
        echo(
            warning
            + tr(
                f"`{plain(one.first)}` and `{plain(one.second)}` have {lang} descriptions that "
                f"look alike ({one.similarity:.0%}): {shared}",
                f"`{plain(one.first)}` 与 `{plain(one.second)}` 的{lang}说明相近"
                f"（{one.similarity:.0%}）：{shared}",
            )
        )
    if quiet:
        return
    odd = [one for one in report.ranks if not one.fits]
    if odd:
        echo(
            tr(
                "requests whose words point elsewhere (a model may still understand them):",
                "用词指向别处的请求（模型仍可能理解）：",
            )
        )
        print_table(_columns(_RANK_HEADINGS), list(map(_rank_row, odd)), indent=2)
    skills, cases = (
        counted(len(report.skills), "skill", "个技能"),
        counted(len(report.ranks), "request", "个请求"),
    )
    echo(
        tr(
            f"{skills} and {cases} compared by their words; `--model` asks a model",
            f"按用词比较了 {skills}和 {cases}；`--model` 可向模型提问",
        )
    )


_RANK_HEADINGS: tuple[Mapping[str, str], ...] = (
    {"en": "case of", "zh": "用例所属技能"},
    {"en": "case", "zh": "用例"},
    {"en": "language", "zh": "语言"},
    {"en": "due", "zh": "预期"},
    {"en": "place", "zh": "名次"},
    {"en": "nearest other", "zh": "最接近的其他技能"},
)


def _rank_row(one: Rank) -> tuple[str, ...]:
    case = one.case
    return (
        plain(case.skill),
        plain(case.case),
        case.lang,
        tr("use", "使用") if case.should else tr("leave", "不使用"),
        str(one.rank) if one.rank is not None else tr("no shared word", "无共同词语"),
        plain(one.leader),
    )


def _columns(headings: Sequence[Mapping[str, str]]) -> list[Column]:
    return [Column(heading[message_language().value]) for heading in headings]


def show_report(report: TriggerReport, summary: Summary, folder: Path, *, quiet: bool) -> None:
    """Print what models chose; with ``quiet`` only the verdict, if it is not fine."""
    from polyskill.evals.triggers.table import (
        CONFUSION_HEADINGS,
        SCORE_HEADINGS,
        confusion_rows,
        figure,
        score_rows,
    )

    lang = message_language().value
    if not quiet:
        print_table(_columns(SCORE_HEADINGS), score_rows(report, lang))
        wrong = confusion_rows(report, lang)
        if wrong:
            echo()
            print_table(_columns(CONFUSION_HEADINGS), wrong)
        for gap in report.gaps:
            first, second = (tr(*_LANGUAGES[one]) for one in (gap.first, gap.second))
            figures = figure(gap.recall)
            echo(
                tr(
                    f"{plain(gap.model)}: recall in {second} less recall in {first}: {figures}",
                    f"{plain(gap.model)}：{second}召回率减{first}召回率：{figures}",
                )
            )
        echo()
    if not quiet or report.verdict != "ok":
        en, zh, colour = _VERDICTS[report.verdict]
        echo(tr("verdict: ", "结论：") + styled(tr(en, zh), colour))
        for reason in _reasons(report):
            echo(f"  {plain(reason)}")
    if summary.stopped == "budget":
        echo(tr("the budget is used up", "预算已用完"))
    if not quiet:
        echo(tr(f"journal and figures: {folder}", f"日志与数据：{folder}"))


def _reasons(report: TriggerReport) -> Iterator[str]:
    """Yield the reasons of the verdict, and the alarms that are no part of them."""
    lang = message_language().value
    said = [why[lang] for why in report.why]
    yield from dict.fromkeys([*said, *(alarm.why[lang] for alarm in report.alarms)])
