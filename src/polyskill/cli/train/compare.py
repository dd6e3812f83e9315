"""``polyskill train compare``: is the trained model better, and how sure is that?"""

from __future__ import annotations

import json as json_
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..language import counted, message_language, tr
from ..options import Json, Quiet
from ..output import complain, echo, fail, print_json, styled
from ..text import plain
from .options import Batch, Budget, Concurrency, MaxTokens, Temperature

if TYPE_CHECKING:
    from polyskill.runtime.train.compare.outcome import Comparison, JudgeShare

__all__ = ["HELP", "compare"]

HELP = tr(
    """Let two models answer the same prompts, and judges compare them in both orders.

polyskill train compare base runs/x --prompts test.jsonl --judge anthropic/claude-sonnet-5-5
polyskill train compare runs/a runs/b --prompts test.jsonl \\
  --judge openai/gpt-6-sol --judge anthropic/claude-sonnet-5-5

Writes `compare.html`, `compare.md` and `compare.json`. The same command goes on where it was
interrupted. Exit status 1: the second model is worse.""",
    """让两个模型回答同样的提示，由评判模型以两种顺序比较。

polyskill train compare base runs/x --prompts test.jsonl --judge anthropic/claude-sonnet-5-5
polyskill train compare runs/a runs/b --prompts test.jsonl \\
  --judge openai/gpt-6-sol --judge anthropic/claude-sonnet-5-5

结果写入 `compare.html`、`compare.md` 与 `compare.json`。中断后用同一命令继续。
退出状态 1：第二个模型更差。""",
)
INVALID, OVER_BUDGET, INTERRUPTED = 3, 5, 130
_COLOURS = {
    "improved": "green",
    "no-regression": "green",
    "regressed": "red",
    "underpowered": "yellow",
    "invalid": "red",
}
_SIDE = tr(
    "`base`, a run, an adapter, a model's folder, or PROVIDER/NAME",
    "`base`、训练文件夹、适配器、模型文件夹，或 提供方/模型名",
)


def compare(
    baseline: Annotated[str, typer.Argument(metavar=tr("BASELINE", "基线"), help=_SIDE)],
    candidate: Annotated[
        str,
        typer.Argument(metavar=tr("CANDIDATE", "候选"), help=tr("As before", "同上")),
    ],
    prompts: Annotated[
        Path,
        typer.Option(
            "--prompts",
            metavar=tr("FILE", "文件"),
            help=tr("JSONL with `prompt` or `messages`", "JSONL，含 `prompt` 或 `messages`"),
        ),
    ],
    judge: Annotated[
        list[str],
        typer.Option(
            "--judge",
            metavar=tr("MODEL", "模型"),
            help=tr(
                "Who compares, e.g. openai/gpt-6-sol; may be repeated",
                "评判模型，如 openai/gpt-6-sol；可多次给出",
            ),
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar=tr("FOLDER", "文件夹"),
            help=tr(
                "Where answers, verdicts and results are kept; default: `compare` in the run",
                "保存回答、评判与结果的文件夹；默认为训练文件夹中的 `compare`",
            ),
        ),
    ] = None,
    max_tokens: MaxTokens = 512,
    temperature: Temperature = 0.0,
    batch: Batch = 8,
    margin: Annotated[
        float,
        typer.Option(
            "--margin",
            metavar=tr("SHARE", "比例"),
            help=tr(
                "Loss of win rate that is small enough; default: 0.05",
                "可接受的胜率下降；默认 0.05",
            ),
        ),
    ] = 0.05,
    budget: Budget = None,
    concurrency: Concurrency = 16,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Compare two models (see :data:`HELP`)."""
    from polyskill.runtime.judge.engine.budget import BudgetUnknown
    from polyskill.runtime.judge.engine.journal import JournalError
    from polyskill.runtime.judge.spec import ModelError, find_key, parse_model
    from polyskill.runtime.train.compare.duel import Options, to_json
    from polyskill.runtime.train.compare.duel import compare as compared
    from polyskill.runtime.train.compare.prompts import read_prompts
    from polyskill.runtime.train.compare.subjects import resolve

    from ..eval_.showing import showing

    if not 0 < margin < 0.5:
        fail(tr("`--margin` must lie between 0 and 0.5", "`--margin` 必须在 0 与 0.5 之间"))
    options = Options(
        max_tokens=max_tokens,
        temperature=temperature,
        batch=batch,
        concurrency=concurrency,
        budget=budget,
        margin=margin,
    )
    try:
        one, other = resolve(baseline, candidate)
        asked = read_prompts(prompts)
        judges = [parse_model(name) for name in judge]
        for model in (*judges, *(each.model for each in (one, other) if not each.local)):
            find_key(model)
        where = out or _place(candidate, baseline)
        with showing(tr("comparison", "比较"), quiet=quiet or json) as show:
            found = compared(one, other, asked, judges, where, options, show=show)
        _keep(where, found)
    except ModelError as error:
        fail(tr(error.text["en"], error.text["zh"]))
    except (BudgetUnknown, JournalError, OSError) as error:
        fail(plain(str(error)), status=1)
    if json:
        print_json(to_json(found))
    elif not quiet:
        _show(found, where)
    raise typer.Exit(_status(found))


def _place(candidate: str, baseline: str) -> Path:
    for name in (candidate, baseline):
        if (Path(name) / "run.json").is_file():
            return Path(name) / "compare"
    return Path("compare")


def _keep(where: Path, found: Comparison) -> None:
    from polyskill.platforms.deliver import atomic
    from polyskill.runtime.train.compare.markdown import markdown
    from polyskill.runtime.train.compare.outcome import to_json
    from polyskill.runtime.train.compare.page import page

    lang = message_language().value
    for name, text in (
        ("compare.json", json_.dumps(to_json(found), ensure_ascii=False, indent=1) + "\n"),
        ("compare.md", markdown(found, lang)),
        ("compare.html", page(found, lang)),
    ):
        atomic.write(where / name, text.encode("utf-8", "backslashreplace"))


def _status(found: Comparison) -> int:
    if found.stopped == "interrupted":
        return INTERRUPTED
    if found.stopped == "budget":
        return OVER_BUDGET
    return {"regressed": 1, "invalid": INVALID}.get(found.decision.verdict.value, 0)


def _show(found: Comparison, where: Path) -> None:
    from polyskill.runtime.train.compare.words import VERDICTS, WORDS, agreed, money, rate

    lang = message_language().value
    verdict = found.decision.verdict.value
    colon = tr(": ", "：")
    versus = f"{plain(found.candidate)} {WORDS['against'][lang]} {plain(found.baseline)}"
    echo(f"{styled(VERDICTS[verdict][lang], _COLOURS[verdict])}{colon}{versus}")
    echo(f"    {plain(getattr(found.decision.reason, lang))}")
    made = found.decision
    rows = [
        ("win_rate", rate(found.win_rate)),
        ("equal_lengths", rate(found.equal_lengths)),
        ("won_tied_lost", f"{made.wins:,}, {made.ties:,}, {made.losses:,}"),
        ("consistency", rate(found.consistency)),
        ("characters", f"{found.characters[0]:,.0f} → {found.characters[1]:,.0f}"),
        ("cost", money(found.cost)[lang]),
    ]
    if len(found.judges) == 1:
        rows.insert(4, ("first_rate", rate(found.judges[0].position.first_rate)))
    elif found.agreement is not None:
        rows.insert(4, ("agreement", agreed(found.agreement)[lang]))
    for key, shown in rows:
        echo(f"    {WORDS[key][lang]}{colon}{shown}")
    if len(found.judges) > 1:
        for judge in found.judges:
            _show_judge(judge)
    for key, number in (
        ("unanswered", found.unanswered),
        ("unjudged", found.unjudged),
        ("same", found.same),
        ("cut", sum(found.cut)),
    ):
        if number:
            echo(f"    {WORDS[key][lang]}{colon}{number:,}")
    for doubt in found.doubts:
        echo(f"{styled(tr('warning', '警告'), 'yellow')}{colon}{plain(doubt[lang])}")
    if found.stopped:
        complain(
            tr(
                f"it was stopped ({found.stopped}); the same command goes on from "
                f"{counted(len(found.pairs), 'pair', '对回答')}",
                f"已停止（{found.stopped}）；用同一命令可继续",
            )
        )
    for name in ("compare.html", "compare.json"):
        echo(str(where / name))


def _show_judge(judge: JudgeShare) -> None:
    from polyskill.runtime.train.compare.words import WORDS, money, rate

    lang, colon = message_language().value, tr(": ", "：")
    echo(f"    {WORDS['judge'][lang]} {plain(judge.judge)}")
    for key, shown in (
        ("win_rate", rate(judge.win_rate)),
        ("first_rate", rate(judge.position.first_rate)),
        ("consistency", rate(judge.position.consistency)),
        ("missing", f"{judge.missing:,}"),
        ("cost", money(judge.cost)[lang]),
    ):
        echo(f"        {WORDS[key][lang]}{colon}{shown}")
