"""``polyskill eval ablate``: what each section of a skill is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from ..language import counted, message_language, tr
from ..options import Json, Quiet
from ..output import echo, fail, print_json, styled
from ..tables import Column, print_table
from ..text import plain
from . import asked, live, study
from .options import (
    Alpha,
    Budget,
    Concurrency,
    Judges,
    Langs,
    Margin,
    MaxMissing,
    MaxTokens,
    Models,
    Only,
    Out,
    Params,
    Prices,
    Repeat,
)

if TYPE_CHECKING:
    from polyskill.evals.ablate import SectionEffect
    from polyskill.evals.plan import Plan

__all__ = ["HELP", "ablate"]

HELP = tr(
    """Leave out one section of a skill at a time: which ones earn their tokens?

polyskill eval ablate my-skill --model anthropic/claude-sonnet-5-5 --repeat 3 --budget 5
polyskill eval ablate my-skill -m openai-compatible:http://127.0.0.1:8080/v1#qwen3 --json""",
    """每次去除技能的一个章节：哪些章节物有所值？

polyskill eval ablate my-skill --model anthropic/claude-sonnet-5-5 --repeat 3 --budget 5
polyskill eval ablate my-skill -m openai-compatible:http://127.0.0.1:8080/v1#qwen3 --json""",
)

_VERDICTS = {
    "needed": ("needed", "有必要", "green"),
    "no-loss-shown": ("no loss shown", "未见损失", "yellow"),
    "cannot-tell": ("cannot tell", "无法判断", ""),
    "invalid": ("invalid", "无效", "red"),
}


def ablate(
    source: study.SkillSource,
    model: Models = None,
    judge: Judges = None,
    lang: Langs = "en,zh",
    repeat: Repeat = 1,
    only: Only = None,
    budget: Budget = None,
    out: Out = None,
    margin: Margin = 0.1,
    alpha: Alpha = 0.05,
    max_missing: MaxMissing = 0.1,
    param: Params = None,
    max_tokens: MaxTokens = 4096,
    concurrency: Concurrency = 16,
    prices: Prices = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Leave out one section at a time (see :data:`HELP`)."""
    from polyskill.evals.ablate import effects, with_variants
    from polyskill.evals.errors import EvalError

    wanted = study.wanted(
        model, judge, lang, only, param, repeats=repeat, max_tokens=max_tokens,
        margin=margin, alpha=alpha, max_missing=max_missing,
    )  # fmt: skip
    options = live.Live(
        wanted, out=out, budget=budget, prices=prices, concurrency=concurrency,
        json=json, quiet=quiet,
    )  # fmt: skip
    begun = study.begin(source, options)
    try:
        plan, notes = with_variants(begun.plan)
    except EvalError as error:
        fail(asked.say(error), status=1)
    if not json and not quiet:
        _announce(plan, options, notes)
    try:
        run = study.ask(plan, begun.folder, options)
    except study.Stopped as stopped:
        raise typer.Exit(stopped.status) from None
    found = effects(run)
    status = live.INVALID if any(one.verdict == "invalid" for one in found) else 0
    if json:
        rows = [asdict(one) for one in found]
        print_json(
            {
                "status": status,
                "skill": run.skill,
                "folder": str(begun.folder.path),
                "notes": [*notes, *run.notes],
                "sections": rows,
            }
        )
    elif not quiet:
        _show(found)
        echo()
        echo(tr(f"report: {begun.folder.report}", f"报告：{begun.folder.report}"))
    raise typer.Exit(status)


def _announce(plan: Plan, options: live.Live, notes: Sequence[Mapping[str, str]]) -> None:
    """Say how much will be asked: a section costs as much as the whole skill."""
    for note in notes:
        echo(f"{tr('note: ', '提示：')}{plain(note[message_language().value])}", err=True)
    cost = live.executor(options).worst_case(plan)
    price = tr("at an unknown price", "价格未知") if cost is None else f"≤ ${cost:,.2f}"
    sections = counted(len(plan.arms) - 1, "section", "个章节")
    answers = counted(sum(1 for _ in plan.cells()), "answer", "个回答")
    judging = tr("; judging comes on top", "；评判费用另计") if plan.judges else ""
    echo(
        tr(
            f"{plan.skill}: {sections}, {answers}, {price}{judging}",
            f"{plan.skill}：{sections}，{answers}，{price}{judging}",
        ),
        err=True,
    )


def _show(found: Sequence[SectionEffect]) -> None:
    from polyskill.evals.report.figures import points_of, probability

    print_table(
        [
            Column(tr("left out", "去除的章节"), wrap=True),
            Column(tr("tokens saved", "节省的词元"), right=True),
            Column(tr("score (of 100)", "得分变化（满分 100）"), right=True),
            Column("p", right=True),
            Column(tr("cases", "用例"), right=True),
            Column(tr("verdict", "结论")),
        ],
        [
            (
                plain(one.title),
                " / ".join(f"{lang} {saved:,}" for lang, saved in one.saved.items()),
                points_of(one.difference),
                probability(one.p_adjusted),
                f"{one.cases:,}",
                styled(tr(*_VERDICTS[one.verdict][:2]), _VERDICTS[one.verdict][2]),
            )
            for one in found
        ],
    )
    lang = message_language().value
    reasons = dict.fromkeys(one.why[lang] for one in found if one.verdict == "invalid" and one.why)
    for reason in reasons:
        echo(plain(reason))
    open_ = [one.needed for one in found if one.verdict == "cannot-tell" and one.needed]
    if open_:
        most = max(open_)
        echo(
            tr(
                f"where it cannot be told, about {most:,} cases would settle it",
                f"无法判断之处，大约需要 {most:,} 个用例才能得出结论",
            )
        )
    echo(
        tr(
            "p: one-sided, exact, after Benjamini and Hochberg over the sections; for exploring, "
            "not for a gate",
            "p：单侧精确检验，经 Benjamini–Hochberg 校正；仅供探索，不作门禁",
        )
    )
