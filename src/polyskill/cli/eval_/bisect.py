"""``polyskill eval bisect``: the commit that made a skill worse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from ..language import message_language, tr
from ..options import Json, Quiet
from ..output import echo, fail, print_json, styled
from ..scopes import cache_folder
from ..text import plain
from . import asked, live, study
from .options import (
    Alpha,
    Budget,
    Concurrency,
    GateBy,
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
    from polyskill.evals.bisection import Bisection, Step

__all__ = ["HELP", "bisect"]

HELP = tr(
    """Find the commit that made a skill worse, by its own test cases.

polyskill eval bisect my-skill --good v1.2 --model anthropic/claude-sonnet-4-5 --budget 5
polyskill eval bisect my-skill --good v1.2 --bad v1.4 -m openai/gpt-5 --max-repeat 16""",
    """用技能自带的用例找出使其变差的提交。

polyskill eval bisect my-skill --good v1.2 --model anthropic/claude-sonnet-4-5 --budget 5
polyskill eval bisect my-skill --good v1.2 --bad v1.4 -m openai/gpt-5 --max-repeat 16""",
)

_UNDERPOWERED = 4
_VERDICTS = {
    "good": ("good", "好", "green"),
    "bad": ("bad", "坏", "red"),
    "skipped": ("skipped", "跳过", "yellow"),
    "unknown": ("no regression shown", "未见退化", "yellow"),
    "invalid": ("invalid", "无效", "yellow"),
}


def _revision(option: str, en: str, zh: str) -> object:
    return typer.Option(option, metavar=tr("REVISION", "版本"), help=tr(en, zh))


def bisect(
    source: study.SkillSource,
    good: Annotated[
        str,
        _revision("--good", "Revision in which the skill was good", "技能尚好的 git 版本"),
    ],
    bad: Annotated[
        str,
        _revision(
            "--bad",
            "Revision in which it is worse; default: HEAD",
            "技能已变差的 git 版本；默认 HEAD",
        ),
    ] = "HEAD",
    model: Models = None,
    judge: Judges = None,
    lang: Langs = "en,zh",
    repeat: Repeat = 1,
    max_repeat: Annotated[
        int,
        typer.Option(
            "--max-repeat",
            min=1,
            metavar=tr("N", "数"),
            help=tr(
                "While a commit is undecided, repeats are doubled up to this; default: 8",
                "无法判断时重复次数加倍，直到该值；默认 8",
            ),
        ),
    ] = 8,
    only: Only = None,
    budget: Budget = None,
    out: Out = None,
    gate_by: GateBy = "each",
    margin: Margin = 0.05,
    alpha: Alpha = 0.05,
    max_missing: MaxMissing = 0.1,
    param: Params = None,
    max_tokens: MaxTokens = 4096,
    concurrency: Concurrency = 16,
    prices: Prices = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Find the commit (see :data:`HELP`)."""
    from polyskill.evals.errors import EvalError

    wanted = study.wanted(
        model, judge, lang, only, param, gate_by=gate_by, repeats=repeat,
        max_tokens=max_tokens, margin=margin, alpha=alpha, max_missing=max_missing,
    )  # fmt: skip
    options = live.Live(
        wanted, out=out, budget=budget, prices=prices, concurrency=concurrency,
        json=json, quiet=quiet,
    )  # fmt: skip
    begun = study.begin(source, options)
    steps: list[Step] = []

    def told(step: Step) -> None:
        steps.append(step)
        if not json and not quiet:
            echo(_line(step))

    status = 0
    found: Bisection | None = None
    try:
        with study.libraries():
            found = _search(begun, good, bad, options, max(repeat, max_repeat), told)
        status = {"found": 0, "not-shown": _UNDERPOWERED}.get(found.outcome, live.INVALID)
    except EvalError as error:
        fail(asked.say(error))
    except study.Stopped as stopped:
        status = stopped.status
    if json:
        told_steps = [asdict(step) for step in steps]
        data = asdict(found) if found is not None else {"outcome": "stopped", "steps": told_steps}
        print_json(
            {
                "status": status,
                "skill": begun.plan.skill,
                "folder": str(begun.folder.path),
                **data,
            }
        )
    elif found is not None:
        _conclude(found)
    raise typer.Exit(status)


def _search(
    begun: study.Begun,
    good: str,
    bad: str,
    options: live.Live,
    most: int,
    told: Callable[[Step], None],
) -> Bisection:
    """Bisect; every plan is carried out in the one folder, so that equal calls are paid once."""
    from polyskill.evals.arms import Arm
    from polyskill.evals.arms.commits import arm_at, commits_between
    from polyskill.evals.bisect import bisect as search

    plan, cache = begun.plan, cache_folder()
    commits = commits_between(begun.skill, good, bad)

    def of_commit(commit: str, name: str = "") -> Arm:
        return arm_at(
            begun.skill,
            commit,
            plan.languages,
            cache,
            references=plan.settings.references,
            name=name,
        )

    return search(
        plan,
        of_commit(good, good),
        commits,
        of_commit,
        lambda asked_plan: study.ask(asked_plan, begun.folder, options),
        most=most,
        told=told,
    )


def _line(step: Step) -> str:
    from polyskill.evals.report.figures import points_of

    en, zh, colour = _VERDICTS[step.verdict]
    word = styled(tr(en, zh), colour)
    doubt = "" if step.certain or step.verdict not in ("good", "bad") else tr("?", "？")
    figures = ""
    if step.repeats:
        figures = tr(
            f" {points_of(step.difference)} points, {step.cases} cases × {step.repeats}",
            f" {points_of(step.difference)} 分，{step.cases} 个用例 × {step.repeats} 次",
        )
    why = plain(step.why.get(message_language().value, ""))
    return f"{step.commit[:12]} {word}{doubt}{figures}{tr(' — ', '——')}{why}"


def _conclude(found: Bisection) -> None:
    if found.outcome == "not-shown":
        needed = found.needed
        more = (
            tr(
                f"; about {needed:,} cases would settle it",
                f"；大约需要 {needed:,} 个用例才能得出结论",
            )
            if needed and found.regression.verdict == "unknown"
            else ""
        )
        echo(
            tr(
                f"it cannot be shown that {found.bad[:12]} is worse than {found.good}, so there is "
                f"no commit to look for{more}",
                f"无法证明 {found.bad[:12]} 比 {found.good} 更差，没有可查找的提交{more}",
            )
        )
    elif len(found.suspects) > 1:
        named = ", ".join(commit[:12] for commit in found.suspects)
        echo(
            tr(
                f"the first bad commit is one of {named}: those between could not be read",
                f"首个变差的提交是 {named} 之一：其间的提交无法读取",
            )
        )
    elif found.suspects:
        doubt = (
            ""
            if found.certain
            else tr(
                " — not for certain: a step with `?` was too close to call; more cases, or a "
                "higher `--max-repeat`, would tell",
                "——尚不确定：带 `？` 的步骤难以判断；增加用例或提高 `--max-repeat` 可进一步确认",
            )
        )
        first = styled(found.suspects[0], "bold")
        echo(tr(f"the first bad commit is {first}{doubt}", f"首个变差的提交是 {first}{doubt}"))
