"""``polyskill eval bisect``: the commit that made a skill worse."""

from __future__ import annotations

import json as json_
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Annotated

import typer

from ..language import tr
from ..options import Json, Quiet
from ..output import echo, fail, print_json
from ..scopes import cache_folder
from . import asked, live, study
from .bisect_shown import conclude, line
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
    from polyskill.evals.arms import Arm
    from polyskill.evals.bisection import Bisection, Step

__all__ = ["HELP", "bisect"]

HELP = tr(
    """Find the commit that made a skill worse, by its own test cases.

polyskill eval bisect my-skill --good v1.2 --model anthropic/claude-sonnet-5-5 --budget 5
polyskill eval bisect my-skill --good v1.2 --bad v1.4 -m openai/gpt-6-sol --max-repeat 16""",
    """用技能自带的用例找出使其变差的提交。

polyskill eval bisect my-skill --good v1.2 --model anthropic/claude-sonnet-5-5 --budget 5
polyskill eval bisect my-skill --good v1.2 --bad v1.4 -m openai/gpt-6-sol --max-repeat 16""",
)

_UNDERPOWERED = 4


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
            echo(line(step))

    status = 0
    found: Bisection | None = None
    try:
        found = _search(begun, good, bad, options, max(repeat, max_repeat), told)
        status = {"found": 0, "not-shown": _UNDERPOWERED}.get(found.outcome, live.INVALID)
    except EvalError as error:
        fail(asked.say(error))
    except study.Stopped as stopped:
        status = stopped.status
    told_steps = [asdict(step) for step in steps]
    data = {
        "status": status,
        "skill": begun.plan.skill,
        "folder": str(begun.folder.path),
        **(asdict(found) if found is not None else {"outcome": "stopped", "steps": told_steps}),
    }
    if steps:
        _keep(data, begun)
    if json:
        print_json(data)
    elif found is not None:
        conclude(found)
        echo(tr(f"report: {begun.folder.report}", f"报告：{begun.folder.report}"))
    raise typer.Exit(status)


def _keep(data: Mapping[str, object], begun: study.Begun) -> None:
    """Write the steps beside the run's results."""
    from polyskill.evals.errors import EvalError

    text = json_.dumps(data, ensure_ascii=False, indent=1) + "\n"
    try:
        begun.folder.write(begun.folder.path / "bisect.json", text)
    except EvalError as error:
        fail(asked.say(error), status=1)


def _search(
    begun: study.Begun,
    good: str,
    bad: str,
    options: live.Live,
    most: int,
    told: Callable[[Step], None],
) -> Bisection:
    """Bisect; every plan is carried out in the one folder, so that equal calls are paid once."""
    from polyskill.evals.arms.commits import arm_at, commits_between
    from polyskill.evals.bisect import bisect as search

    plan, cache = begun.plan, cache_folder()
    commits = commits_between(begun.skill, good, bad)
    read: dict[str, Arm] = {}

    def of_commit(commit: str, name: str = "") -> Arm:
        references = plan.settings.references
        read[commit] = arm_at(
            begun.skill, commit, plan.languages, cache, references=references, name=name
        )
        return read[commit]

    found = search(
        plan,
        of_commit(good, good),
        commits,
        of_commit,
        lambda asked_plan: study.ask(asked_plan, begun.folder, options),
        most=most,
        told=told,
    )
    if asked_of := [step.commit for step in found.steps if step.repeats]:
        shown = [good, *(one for one in commits if one in (*asked_of, found.bad))]
        _report(found, [read[commit] for commit in shown], begun, options)
    return found


def _report(found: Bisection, arms: Sequence[Arm], begun: study.Begun, options: live.Live) -> None:
    """Put all commits that were asked into the run's results and report; their replies are here."""
    plan = begun.plan
    whole = replace(
        plan,
        arms=(*arms[:-1], replace(arms[-1], kind="current")),  # compared with each before it
        models=tuple(model for model in plan.models if model.id in found.models),
        languages=found.languages,
        cases=tuple(case for case in plan.cases if case.lang in found.languages),
    )
    # what was found stands without the report; why there is none has been said
    with suppress(study.Stopped):
        study.ask(whole, begun.folder, options)
