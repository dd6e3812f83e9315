"""``polyskill train closure``: how much of a skill does a trained model have without it?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..language import tr
from ..options import Json, Quiet
from ..output import fail, print_json
from ..text import plain
from .options import Batch, Budget, Concurrency, MaxTokens, Temperature

if TYPE_CHECKING:
    from polyskill.runtime.judge.base import Model
    from polyskill.runtime.train.closure.found import Found
    from polyskill.runtime.train.closure.question import Question

__all__ = ["HELP", "closure"]

HELP = tr(
    """Measure how much of a skill's effect a trained model has without seeing the skill.

polyskill train closure runs/x --skill my-skill --judge openai/gpt-6-sol
polyskill train closure runs/x --skill my-skill --at-least 0.5 --others other.jsonl --judge …

The same command goes on where it was interrupted. Exit status 1: `--at-least` is not shown.""",
    """测量训练后的模型在看不到技能时，具备技能作用的多少。

polyskill train closure runs/x --skill my-skill --judge openai/gpt-6-sol
polyskill train closure runs/x --skill my-skill --at-least 0.5 --others other.jsonl --judge …

中断后用同一命令继续。退出状态 1：未能证明达到 `--at-least`。""",
)
NOT_SHOWN, INVALID, OVER_BUDGET, INTERRUPTED = 1, 3, 5, 130
_LANGUAGES = ("en", "zh")


def closure(
    student: Annotated[
        str,
        typer.Argument(
            metavar=tr("STUDENT", "学生"),
            help=tr(
                "A run, an adapter, a model's folder, or PROVIDER/NAME",
                "训练文件夹、适配器、模型文件夹，或 提供方/模型名",
            ),
        ),
    ],
    skill: Annotated[
        str,
        typer.Option(
            "--skill",
            metavar=tr("SKILL", "技能"),
            help=tr(
                "The skill's folder (or name), with evals/cases.yaml",
                "技能文件夹（或名称），含 evals/cases.yaml",
            ),
        ),
    ],
    base: Annotated[
        str,
        typer.Option(
            "--base",
            metavar=tr("MODEL", "模型"),
            help=tr(
                "What the student was trained from; default: what its run says",
                "学生模型训练所用的基础模型；默认取自训练记录",
            ),
        ),
    ] = "base",
    judge: Annotated[
        str | None,
        typer.Option(
            "--judge",
            metavar=tr("MODEL", "模型"),
            help=tr(
                "Who grades criteria; default: nobody, only checks count",
                "由谁评判判据；默认不评判，只计检查",
            ),
        ),
    ] = None,
    others: Annotated[
        Path | None,
        typer.Option(
            "--others",
            metavar=tr("FILE", "文件"),
            help=tr(
                "Prompts that the skill is not for: is the student as good there as the base?",
                "与技能无关的提示：学生模型在其上是否仍与基础模型一样好",
            ),
        ),
    ] = None,
    lang: Annotated[
        str,
        typer.Option(
            "--lang",
            metavar="en,zh",
            help=tr("Languages of the cases; default: en,zh", "用例语言；默认 en,zh"),
        ),
    ] = "en,zh",
    at_least: Annotated[
        float | None,
        typer.Option(
            "--at-least",
            metavar=tr("SHARE", "比例"),
            help=tr(
                "Fail unless the whole interval lies at or above this share",
                "除非整个区间不低于该比例，否则失败",
            ),
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar=tr("FOLDER", "文件夹"),
            help=tr(
                "Where answers, grades and results are kept; default: `closure` in the run",
                "保存回答、评分与结果的文件夹；默认为训练文件夹中的 `closure`",
            ),
        ),
    ] = None,
    max_tokens: MaxTokens = 512,
    temperature: Temperature = 0.0,
    batch: Batch = 8,
    budget: Budget = None,
    concurrency: Concurrency = 16,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Measure closure (see :data:`HELP`)."""
    from polyskill.runtime.judge.engine.budget import BudgetUnknown
    from polyskill.runtime.judge.engine.journal import JournalError
    from polyskill.runtime.judge.spec import ModelError, find_key
    from polyskill.runtime.train.closure.found import to_json
    from polyskill.runtime.train.closure.measure import measure
    from polyskill.runtime.train.compare.answering import Options
    from polyskill.runtime.train.rewards.base import RewardError

    from ..eval_.showing import showing
    from .closure_shown import keep_found, show_found

    if others is not None and judge is None:
        fail(tr("`--others` needs a `--judge`", "`--others` 需要 `--judge`"))
    languages = tuple(part.strip() for part in lang.split(",") if part.strip())
    if not languages or set(languages) - set(_LANGUAGES):
        fail(tr(f"`--lang` is en, zh or both: {lang}", f"`--lang` 为 en、zh 或两者：{lang}"))
    options = Options(
        max_tokens=max_tokens,
        temperature=temperature,
        batch=batch,
        concurrency=concurrency,
        budget=budget,
    )
    try:
        question = _question(student, base, skill, languages, _judge(judge), others)
        for model in question.paid:
            find_key(model)
        where = out or _place(student)
        with showing(tr("closure", "测量"), quiet=quiet or json) as show:
            found = measure(question, where, options, show=show)
        keep_found(found, where)
    except ModelError as error:
        fail(tr(error.text["en"], error.text["zh"]))
    except RewardError as error:
        fail(plain(tr(error.en, error.zh)), status=1)
    except (BudgetUnknown, JournalError, OSError) as error:
        fail(plain(str(error)), status=1)
    if json:
        print_json(to_json(found))
    elif not quiet:
        show_found(found, where, at_least)
    raise typer.Exit(_status(found, at_least))


def _judge(name: str | None) -> Model | None:
    from polyskill.runtime.judge.spec import parse_model

    return parse_model(name) if name else None


def _question(
    student: str,
    base: str,
    skill: str,
    languages: tuple[str, ...],
    judge: Model | None,
    others: Path | None,
) -> Question:
    from polyskill.runtime.train.closure.question import Question
    from polyskill.runtime.train.closure.scope import read_scope, trained_on
    from polyskill.runtime.train.compare.prompts import read_prompts
    from polyskill.runtime.train.compare.subjects import resolve
    from polyskill.runtime.train.rewards.cases import find_skill
    from polyskill.runtime.train.skill_weights import skill_texts

    folder = find_skill(skill, Path())
    one, other = resolve(base, student)
    learnt = trained_on(other)
    return Question(
        one,
        other,
        folder.resolve().name,
        skill_texts(str(folder), "`--skill`"),
        read_scope(folder, learnt or (), languages, judged=judge is not None),
        known=learnt is not None,
        judge=judge,
        others=read_prompts(others) if others else (),
    )


def _place(student: str) -> Path:
    return Path(student) / "closure" if (Path(student) / "run.json").is_file() else Path("closure")


def _status(found: Found, at_least: float | None) -> int:
    if found.stopped == "interrupted":
        return INTERRUPTED
    if found.stopped == "budget":
        return OVER_BUDGET
    if found.standing.value == "invalid":
        return INVALID
    if at_least is None:
        return 0
    return 0 if found.closure.low is not None and found.closure.low >= at_least else NOT_SHOWN
