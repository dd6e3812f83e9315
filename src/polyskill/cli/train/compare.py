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

if TYPE_CHECKING:
    from polyskill.runtime.judge.stats.intervals import Interval
    from polyskill.runtime.train.compare.duel import Comparison

__all__ = ["HELP", "compare"]

HELP = tr(
    """Let two models answer the same prompts, and a judge compare them in both orders.

polyskill train compare base runs/x --prompts test.jsonl --judge anthropic/claude-sonnet-5-5
polyskill train compare runs/a runs/b --prompts test.jsonl --judge openai/gpt-6-sol

The same command goes on where it was interrupted. Exit status 1: the second model is worse.""",
    """让两个模型回答同样的提示，由评判模型以两种顺序比较。

polyskill train compare base runs/x --prompts test.jsonl --judge anthropic/claude-sonnet-5-5
polyskill train compare runs/a runs/b --prompts test.jsonl --judge openai/gpt-6-sol

中断后用同一命令继续。退出状态 1：第二个模型更差。""",
)
INVALID, OVER_BUDGET, INTERRUPTED = 3, 5, 130
_VERDICTS = {
    "improved": (("better", "更好"), "green"),
    "no-regression": (("not worse", "没有变差"), "green"),
    "regressed": (("worse", "更差"), "red"),
    "underpowered": (("cannot be told", "无法判断"), "yellow"),
    "invalid": (("no result", "没有结果"), "red"),
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
    max_tokens: Annotated[
        int,
        typer.Option(
            "--max-tokens",
            min=1,
            metavar=tr("N", "数"),
            help=tr("Longest answer; default: 512", "回答的最大词元数；默认 512"),
        ),
    ] = 512,
    temperature: Annotated[
        float,
        typer.Option(
            "--temperature",
            min=0.0,
            max=2.0,
            metavar=tr("T", "值"),
            help=tr("0 takes the likeliest token; default: 0", "0 表示取最可能的词元；默认 0"),
        ),
    ] = 0.0,
    batch: Annotated[
        int,
        typer.Option(
            "--batch",
            min=1,
            metavar=tr("N", "数"),
            help=tr("Prompts that a local model answers at once", "本地模型同时回答的提示数"),
        ),
    ] = 8,
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
    budget: Annotated[
        float | None,
        typer.Option(
            "--budget",
            min=0.0,
            metavar="USD",
            help=tr("Spend no more than this sum", "花费上限（美元）"),
        ),
    ] = None,
    concurrency: Annotated[
        int,
        typer.Option(
            "--concurrency",
            "-j",
            min=1,
            metavar=tr("N", "数"),
            help=tr("Most calls at once; default: 16", "同时调用的上限；默认 16"),
        ),
    ] = 16,
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
    except ModelError as error:
        fail(tr(error.text["en"], error.text["zh"]))
    except (BudgetUnknown, JournalError, OSError) as error:
        fail(plain(str(error)), status=1)
    _keep(where, to_json(found))
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


def _keep(where: Path, data: object) -> None:
    from polyskill.platforms.deliver import atomic

    text = json_.dumps(data, ensure_ascii=False, indent=1) + "\n"
    atomic.write(where / "compare.json", text.encode("utf-8", "backslashreplace"))


def _status(found: Comparison) -> int:
    if found.stopped == "interrupted":
        return INTERRUPTED
    if found.stopped == "budget":
        return OVER_BUDGET
    return {"regressed": 1, "invalid": INVALID}.get(found.decision.verdict.value, 0)


def _show(found: Comparison, where: Path) -> None:
    names, colour = _VERDICTS[found.decision.verdict.value]
    colon = tr(": ", "：")
    versus = tr(
        f"{plain(found.candidate)} against {plain(found.baseline)}",
        f"{plain(found.candidate)} 对比 {plain(found.baseline)}",
    )
    echo(f"{styled(tr(*names), colour)}{colon}{versus}")
    echo(f"    {plain(getattr(found.decision.reason, message_language().value))}")
    rows = [
        (tr("win rate", "胜率"), _rate(found.win_rate)),
        (tr("win rate at equal lengths", "长度相同时的胜率"), _rate(found.equal_lengths)),
        (
            tr("won, tied, lost", "胜、平、负"),
            f"{found.decision.wins}, {found.decision.ties}, {found.decision.losses}",
        ),
        (tr("same winner in both orders", "两种顺序结论一致"), _rate(found.consistency)),
        (
            tr("mean length, characters", "平均长度（字符）"),
            f"{found.characters[0]:,.0f} → {found.characters[1]:,.0f}",
        ),
        (tr("cost", "费用"), f"${found.cost:,.2f}"),
    ]
    for name, shown in rows:
        echo(f"    {name}{colon}{shown}")
    for number, en, zh in (
        (found.unanswered, "prompts were not answered by both", "个提示未得到双方回答"),
        (found.unjudged, "pairs have no valid verdict", "对回答没有有效评判"),
        (found.same, "pairs of answers are the same (a tie)", "对回答相同（计为平局）"),
        (sum(found.cut), "answers were cut at `--max-tokens`", "个回答因 `--max-tokens` 被截断"),
    ):
        if number:
            echo(f"    {tr(f'{number:,} {en}', f'{number:,} {zh}')}")
    if found.stopped:
        complain(
            tr(
                f"it was stopped ({found.stopped}); the same command goes on from "
                f"{counted(len(found.pairs), 'pair', '对回答')}",
                f"已停止（{found.stopped}）；用同一命令可继续",
            )
        )
    echo(str(where / "compare.json"))


def _rate(rate: Interval) -> str:
    if rate.value is None:
        return "–"
    shown = f"{rate.value:.1%}"
    if rate.low is None or rate.high is None:
        return shown
    return f"{shown} [{rate.low:.1%}, {rate.high:.1%}]"
