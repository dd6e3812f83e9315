"""``polyskill eval calibrate``: may a judge gate? Its verdicts on answers that people labelled."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..language import tr
from ..options import Json, Quiet
from ..output import complain, echo, fail, print_diagnostics, print_json
from ..sources import resolve
from . import asked, calibrate_shown
from .loading import read_skills
from .options import Budget, Concurrency, Judges, Langs, Only, Prices
from .showing import showing

if TYPE_CHECKING:
    from polyskill.evals.calibration import Asking, Found
    from polyskill.evals.gold import Questions
    from polyskill.runtime.judge.base import Model

__all__ = ["HELP", "calibrate"]

HELP = tr(
    """Test judges on labelled answers: which of them may gate? Writes judges.json.

polyskill eval calibrate --judge anthropic/claude-opus-5-5
polyskill eval calibrate --judge openai/gpt-6-sol --gold pairs.jsonl --skill my-skill --budget 5""",
    """用已标注的答案检验评判模型：哪些可用于门禁？结果写入 judges.json。

polyskill eval calibrate --judge anthropic/claude-opus-5-5
polyskill eval calibrate --judge openai/gpt-6-sol --gold pairs.jsonl --skill my-skill --budget 5""",
)

_FINE, _NOT_CLEARED, _INVALID, _BUDGET, _INTERRUPTED = 0, 1, 3, 5, 130
# Not below `.polyskill`: a folder that holds one counts as the output of a build.
_RUNS = Path("runs")


def calibrate(
    judge: Judges = None,
    gold: Annotated[
        Path | None,
        typer.Option(
            "--gold",
            metavar=tr("FILE", "文件"),
            help=tr(
                "JSON Lines of labelled pairs and criteria; default: a small set that comes along",
                "已标注样本对与评判标准的 JSON Lines；默认使用自带的小样本集",
            ),
        ),
    ] = None,
    skill: Annotated[
        list[Path] | None,
        typer.Option(
            "--skill",
            metavar=tr("SKILL", "技能"),
            readable=False,
            help=tr(
                "Add the reference answers of its cases; repeatable",
                "加入该技能用例的参考答案；可重复",
            ),
        ),
    ] = None,
    lang: Langs = "en,zh",
    only: Only = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar=tr("FILE", "文件"),
            help=tr(
                "Where the outcome is kept; default: judges.json", "结果文件；默认 judges.json"
            ),
        ),
    ] = None,
    budget: Budget = None,
    prices: Prices = None,
    concurrency: Concurrency = 16,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Calibrate judges (see :data:`HELP`)."""
    from polyskill.evals.calibrating import FILE
    from polyskill.evals.errors import EvalError

    judges = asked.models(judge, "--judge")
    if not judges:
        fail(
            tr("there is no judge to test: add `--judge`", "没有要检验的评判模型：请加上 `--judge`")
        )
    where = out or Path(FILE)
    questions = _questions(gold, skill, asked.languages(lang), tuple(only or ()))
    asking = _asking(prices, budget, concurrency)
    found: list[Found] = []
    try:
        status = _ask_all(judges, questions, asking, where, found, quiet=quiet or json)
    except EvalError as error:
        complain(asked.say(error))
        status = _INVALID
    if json:
        print_json({"status": status, "judges": [calibrate_shown.as_json(one) for one in found]})
        raise typer.Exit(status)
    for one in found:
        calibrate_shown.show(one, quiet=quiet)
    if any(one.usable for one in found) and not quiet:
        echo(tr(f"kept in {where}", f"已写入 {where}"))
    raise typer.Exit(status)


def _questions(
    gold: Path | None,
    skills: Sequence[Path] | None,
    languages: tuple[str, ...],
    only: tuple[str, ...],
) -> Questions:
    """Read the gold set; ends the command if it cannot be read, or holds nothing to ask."""
    from polyskill.compiler.diagnostics import Severity
    from polyskill.evals.cases import EvalCase, cases_of
    from polyskill.evals.gold import questions
    from polyskill.runtime.judge.gold import GoldError, bundled_gold, load_gold

    try:
        labelled = bundled_gold() if gold is None else load_gold(gold)
    except GoldError as error:
        for problem in error.problems:
            complain(problem)
        raise typer.Exit(2) from error
    cases: list[EvalCase] = []
    if skills:
        read, findings = read_skills(resolve(skills))
        for skill in read:
            chosen, said = cases_of(skill, languages, only)
            cases += chosen
            findings += said
        print_diagnostics(findings, least=Severity.ERROR)
        if any(found.severity is Severity.ERROR for found in findings):
            raise typer.Exit(1)
    found = questions(labelled, cases, languages)
    if not found.pairs and not found.answers:
        fail(tr("the gold set has nothing in this language", "样本集中没有该语言的内容"))
    return found


def _asking(prices: Path | None, budget: float | None, concurrency: int) -> Asking:
    from polyskill.evals.calibration import Asking
    from polyskill.runtime.judge.engine.prices import Prices, PricesError
    from polyskill.runtime.judge.providers import open_provider

    try:
        return Asking(open_provider, Prices.load(prices), budget, concurrency)
    except PricesError as error:
        fail(str(error))


def _ask_all(
    judges: Sequence[Model],
    questions: Questions,
    asking: Asking,
    where: Path,
    found: list[Found],
    *,
    quiet: bool,
) -> int:
    """Ask the judges one after the other, keep what each shows; return the exit status.

    Raises:
        EvalError: ``where`` cannot be read or written.
    """
    from polyskill import __version__
    from polyskill.evals.calibrating import keep, load
    from polyskill.evals.prepare import now

    load(where)  # what cannot be kept is not paid for
    statuses: list[int] = []
    for judge in judges:
        one = _ask(judge, questions, asking, quiet=quiet)
        if one is None:
            statuses.append(_INVALID)
            continue
        found.append(one)
        if one.stopped:
            return _INTERRUPTED if one.stopped == "interrupted" else _BUDGET
        if one.usable:
            keep(where, {judge.id: one.kept(now(), __version__)})
        statuses.append(
            _INVALID if one.invalid else _FINE if one.calibration.may_gate else _NOT_CLEARED
        )
    return max(statuses)


def _ask(judge: Model, questions: Questions, asking: Asking, *, quiet: bool) -> Found | None:
    """Ask one judge; ``None``, with the reason printed, if it cannot be asked."""
    from polyskill.evals.calibration import ask, journal_name
    from polyskill.runtime.judge.engine.budget import BudgetUnknown
    from polyskill.runtime.judge.missing import MissingLibrary
    from polyskill.runtime.judge.spec import ModelError

    journal = _RUNS / journal_name(judge, questions) / "journal.jsonl"
    try:
        with showing(judge.id, quiet=quiet) as show:
            return ask(
                judge, questions, journal, asking, lambda progress: show("judgements", progress)
            )
    except ModelError as error:
        complain(tr(error.text["en"], error.text["zh"]))
    except (BudgetUnknown, MissingLibrary, OSError) as error:
        complain(f"{judge.id}{tr(': ', '：')}{error}")
    return None
