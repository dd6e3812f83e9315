"""``polyskill eval triggers``: is a skill found when it should be, and left when it should not?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from polyskill.compiler.diagnostics import Severity

from ..language import tr
from ..options import Json, Quiet, Sources
from ..output import complain, fail, print_diagnostics, print_json
from ..sources import resolve
from . import asked, trigger_shown
from .loading import read_skills
from .options import Budget, Concurrency, Langs, Models, Only, Out, Params, Prices, Repeat

if TYPE_CHECKING:
    from polyskill.evals.triggers import Catalogue, TriggerCase
    from polyskill.evals.triggers.live import Asked
    from polyskill.runtime.judge.engine.prices import Prices as PriceTable

__all__ = ["HELP", "triggers"]

HELP = tr(
    """Is a skill chosen when it should be, among its siblings, in each language?

polyskill eval triggers my-skills/
polyskill eval triggers my-skill --with my-other-skills/ --model anthropic/claude-sonnet-5-5""",
    """检验技能在该用时是否被选中、不该用时是否不被选中（与其他技能一起，分语言）。

polyskill eval triggers my-skills/
polyskill eval triggers my-skill --with my-other-skills/ --model anthropic/claude-sonnet-5-5""",
)

_STATUS = {"ok": 0, "below": 1, "suspect": 3, "invalid": 3}
_OVER_BUDGET, _INTERRUPTED = 5, 130


@dataclass(frozen=True)
class _Ways:
    """How models are asked."""

    out: Path | None
    budget: float | None
    prices: Path | None
    concurrency: int
    json: bool
    quiet: bool


def triggers(
    sources: Sources = None,
    siblings: Annotated[
        list[Path] | None,
        typer.Option(
            "--with",
            metavar=tr("SOURCE", "来源"),
            readable=False,
            help=tr(
                "Skills that compete without cases of their own; repeatable",
                "参与竞争、但不使用其用例的技能；可重复",
            ),
        ),
    ] = None,
    model: Models = None,
    lang: Langs = "en,zh",
    repeat: Repeat = 1,
    only: Only = None,
    min_recall: Annotated[
        float,
        typer.Option(
            "--min-recall",
            min=0.0,
            max=1.0,
            metavar=tr("SHARE", "比例"),
            help=tr("Least share of due uses; default: 0.8", "应用时被选中的最低比例；默认 0.8"),
        ),
    ] = 0.8,
    min_precision: Annotated[
        float,
        typer.Option(
            "--min-precision",
            min=0.0,
            max=1.0,
            metavar=tr("SHARE", "比例"),
            help=tr(
                "Least share of uses that were due; default: 0.8",
                "被选中时确实该用的最低比例；默认 0.8",
            ),
        ),
    ] = 0.8,
    strict: Annotated[
        bool,
        typer.Option(
            "--strict",
            help=tr(
                "Compare the lower bounds of the intervals, not the figures",
                "用置信区间下限而非估计值进行比较",
            ),
        ),
    ] = False,
    budget: Budget = None,
    out: Out = None,
    param: Params = None,
    concurrency: Concurrency = 16,
    prices: Prices = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Look at triggers (see :data:`HELP`)."""
    languages = asked.languages(lang)
    ways = _Ways(out, budget, prices, concurrency, json, quiet)
    catalogue, cases = _read(sources, siblings, languages, tuple(only or ()))
    if not model:
        raise typer.Exit(_look(catalogue, cases, languages, json=json, quiet=quiet))
    if not cases:
        fail(
            tr(
                "no case says whether its skill should be used: add `trigger: should` or "
                "`trigger: should_not` to cases",
                "没有用例说明是否该使用技能：请在用例中加上 `trigger: should` 或 "
                "`trigger: should_not`",
            ),
            status=1,
        )
    from polyskill.evals.triggers import Limits
    from polyskill.evals.triggers.live import Asked

    limits = Limits(min_recall, min_precision, strict=strict)
    models = asked.models(model, "--model", param or ())
    raise typer.Exit(_ask(Asked(catalogue, cases, models, repeat, limits), ways))


def _read(
    sources: list[Path] | None,
    siblings: list[Path] | None,
    languages: tuple[str, ...],
    only: tuple[str, ...],
) -> tuple[Catalogue, tuple[TriggerCase, ...]]:
    from polyskill.evals.triggers import catalogue_of, trigger_cases

    tested, findings = read_skills(resolve(sources or []))
    others, said = read_skills(resolve(siblings)) if siblings else ([], [])
    print_diagnostics([*findings, *said], least=Severity.ERROR)
    catalogue = catalogue_of([*tested, *others])
    if not catalogue.entries:
        fail(tr("there is no skill to look at", "没有可检验的技能"), status=1)
    known = frozenset(catalogue.names)
    cases = [one for one in trigger_cases(tested, languages, only) if one.skill in known]
    return catalogue, tuple(cases)


def _look(
    catalogue: Catalogue,
    cases: tuple[TriggerCase, ...],
    languages: tuple[str, ...],
    *,
    json: bool,
    quiet: bool,
) -> int:
    """Compare words, without a model; return the exit status."""
    from dataclasses import asdict

    from polyskill.evals.triggers import look

    report = look(catalogue, cases, languages)
    if json:
        print_json({"ok": report.ok, **asdict(report)})
    else:
        trigger_shown.show_words(report, quiet=quiet)
    return 0 if report.ok else 1


def _ask(wanted: Asked, ways: _Ways) -> int:
    """Ask models; return the exit status."""
    from polyskill.evals.errors import EvalError
    from polyskill.evals.folder import RunFolder
    from polyskill.evals.triggers import to_json
    from polyskill.evals.triggers.live import ask
    from polyskill.platforms.deliver import atomic
    from polyskill.runtime.judge.engine.budget import BudgetUnknown
    from polyskill.runtime.judge.engine.journal import JournalError
    from polyskill.runtime.judge.engine.run import Settings
    from polyskill.runtime.judge.missing import MissingLibrary
    from polyskill.runtime.judge.providers import open_provider
    from polyskill.runtime.judge.spec import ModelError

    from .showing import showing

    folder = RunFolder(ways.out or Path("runs") / f"triggers-{datetime.now(UTC):%Y%m%d-%H%M%S}")
    try:
        atomic.make_directory(folder.path)
        with showing(tr("triggers", "触发"), quiet=ways.quiet or ways.json) as show:
            report, summary = ask(
                wanted,
                folder.journal,
                open_provider,
                settings=Settings(concurrency=ways.concurrency),
                prices=_prices(ways.prices),
                budget=ways.budget,
                show=lambda progress: show("answers", progress),
            )
        folder.write(folder.path / "triggers.json", _text(to_json(report)))
        folder.write(folder.path / ".gitignore", "*\n")
    except ModelError as error:
        fail(tr(error.text["en"], error.text["zh"]))
    except EvalError as error:
        complain(asked.say(error))
        return 3
    except (BudgetUnknown, JournalError, MissingLibrary, OSError) as error:
        complain(f"{folder.path}{tr(': ', '：')}{error}")
        return 3
    if ways.json:
        print_json({"folder": str(folder.path), "stopped": summary.stopped, **to_json(report)})
    else:
        trigger_shown.show_report(report, summary, folder.path, quiet=ways.quiet)
    if summary.interrupted:
        return _INTERRUPTED
    return _OVER_BUDGET if summary.stopped == "budget" else _STATUS[report.verdict]


def _prices(path: Path | None) -> PriceTable:
    from polyskill.runtime.judge.engine.prices import Prices, PricesError

    try:
        return Prices.load(path)
    except PricesError as error:
        fail(str(error))


def _text(data: dict[str, Any]) -> str:
    return dumps(data, ensure_ascii=False, indent=1) + "\n"
