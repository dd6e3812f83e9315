"""``polyskill train rubrics``: goals with rubrics to train on, out of papers or skills."""

from __future__ import annotations

import json as json_
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..language import counted, tr
from ..options import Json, Quiet
from ..output import echo, fail, print_json
from ..text import plain

if TYPE_CHECKING:
    from polyskill.runtime.judge.base import Model
    from polyskill.runtime.judge.engine.progress import Progress
    from polyskill.runtime.train.rubrics.extract import Extraction

__all__ = ["HELP", "rubrics"]

HELP = tr(
    """Write goals with rubrics and reference plans, to train on with the reward `rubric`.

polyskill train rubrics papers/ -o goals.jsonl --model anthropic/claude-sonnet-5-5
polyskill train rubrics skills/my-skill -o cases.jsonl

Papers are text files (md, txt, tex, rst). A skill's own cases need no model.
The same command goes on where it was interrupted.""",
    """生成带评分细则和参考方案的研究目标，供奖励 `rubric` 训练使用。

polyskill train rubrics papers/ -o goals.jsonl --model anthropic/claude-sonnet-5-5
polyskill train rubrics skills/my-skill -o cases.jsonl

论文须为文本文件（md、txt、tex、rst）。技能自带的用例无需模型。
中断后用同一命令继续。""",
)
OVER_BUDGET, INTERRUPTED = 5, 130
_LANGUAGES = ("auto", "en", "zh")
_REASONS = {
    "no-opinion": ("no valid opinion of the selecting model", "筛选模型未给出有效意见"),
    "not-self-contained": ("not understood without the paper", "离开论文无法理解"),
    "reveals-the-method": ("gives the method away", "泄露了做法"),
    "low-quality": ("judged to be of low quality", "质量偏低"),
    "length-of-goal": ("goal too short or too long", "目标过短或过长"),
    "no-reference": ("no reference plan", "没有参考方案"),
    "few-items": ("fewer than five good items", "合格条目不足五条"),
    "reference-copies-rubric": ("reference copies the rubric", "参考方案照抄细则"),
    "items-dropped": ("kept, with fewer items", "保留，但去掉了部分条目"),
    "twice": ("the same goal again", "目标重复"),
}


def rubrics(
    sources: Annotated[
        list[Path],
        typer.Argument(
            metavar=tr("PAPERS…|SKILL", "论文…|技能"),
            readable=False,
            help=tr("Files and folders of papers, or a skill", "论文文件与文件夹，或一个技能"),
        ),
    ],
    out: Annotated[
        Path,
        typer.Option("--out", "-o", metavar=tr("FILE", "文件"), help=tr("JSONL", "JSONL 文件")),
    ],
    model: Annotated[
        str,
        typer.Option(
            "--model", "-m", metavar=tr("MODEL", "模型"), help=tr("Who reads", "提取目标的模型")
        ),
    ] = "",
    selector: Annotated[
        str,
        typer.Option(
            "--selector",
            metavar=tr("MODEL", "模型"),
            help=tr("Who selects; default: the same", "筛选目标的模型；默认相同"),
        ),
    ] = "",
    goals: Annotated[
        int,
        typer.Option(
            "--goals",
            min=1,
            max=10,
            metavar=tr("N", "数"),
            help=tr("Most goals of a paper; default: 3", "每篇论文至多几个目标；默认 3"),
        ),
    ] = 3,
    quality: Annotated[
        int,
        typer.Option(
            "--quality",
            min=1,
            max=5,
            metavar="1-5",
            help=tr("Least mark of the selecting model; default: 4", "筛选模型的最低分；默认 4"),
        ),
    ] = 4,
    lang: Annotated[
        str,
        typer.Option(
            "--lang",
            metavar="auto|en|zh",
            help=tr("Language of the goals; default: the paper's", "目标的语言；默认与论文相同"),
        ),
    ] = "auto",
    longest: Annotated[
        int,
        typer.Option(
            "--longest",
            min=1000,
            metavar=tr("N", "数"),
            help=tr(
                "Characters that are read of a paper; default: 120000",
                "每篇论文读取的字符数；默认 120000",
            ),
        ),
    ] = 120_000,
    budget: Annotated[
        float | None,
        typer.Option("--budget", min=0.0, metavar="USD", help=tr("Spend no more", "花费上限")),
    ] = None,
    concurrency: Annotated[
        int,
        typer.Option(
            "--concurrency", "-j", min=1, metavar=tr("N", "数"), help=tr("Calls at once", "并发数")
        ),
    ] = 16,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write goals with rubrics (see :data:`HELP`)."""
    if lang not in _LANGUAGES:
        fail(
            tr(
                f"`--lang`: write {', '.join(_LANGUAGES)}",
                f"`--lang`：可写 {'、'.join(_LANGUAGES)}",
            )
        )
    if len(sources) == 1 and (sources[0] / "evals" / "cases.yaml").is_file():
        rows = _cases(sources[0], lang)
        _write(out, rows)
        _tell({"path": str(out), "rows": len(rows)}, [], json=json, quiet=quiet)
        return
    if not model:
        fail(tr("papers need a model: `--model`", "提取论文需要模型：`--model`"))
    writer, chooser = _models(model, selector or model)
    found, left = _extracted(
        sources,
        out,
        (writer, chooser),
        {"goals": goals, "least_quality": quality, "lang": lang},
        longest=longest,
        budget=budget,
        concurrency=concurrency,
        quiet=quiet or json,
    )
    _write(out, found.rows)
    facts: dict[str, Any] = {
        "path": str(out),
        "rows": len(found.rows),
        "written": found.written,
        "papers_without_goals": found.failed,
        "dropped": dict(found.dropped),
        "left_out": [{"path": path, "why": why} for path, why in left],
        "stopped": found.stopped,
    }
    _tell(facts, _lines(found, left), json=json, quiet=quiet)
    stopped = {"budget": OVER_BUDGET, "interrupted": INTERRUPTED}
    raise typer.Exit(stopped.get(found.stopped, 0 if found.rows else 1))


def _cases(skill: Path, lang: str) -> list[dict[str, Any]]:
    from polyskill.runtime.train.rewards.cases import read_cases, rows_of

    rows = rows_of(read_cases(skill))
    return [row for row in rows if lang in ("auto", row["lang"])]


def _models(*named: str) -> tuple[Model, Model]:
    from polyskill.runtime.judge.spec import ModelError, find_key, parse_model

    try:
        writer, chooser = (parse_model(name) for name in named)
        for one in (writer, chooser):
            find_key(one)
    except ModelError as error:
        fail(tr(error.text["en"], error.text["zh"]))
    return writer, chooser


def _extracted(
    sources: Sequence[Path],
    out: Path,
    models: tuple[Model, Model],
    options: Mapping[str, Any],
    *,
    longest: int,
    budget: float | None,
    concurrency: int,
    quiet: bool,
) -> tuple[Extraction, list[tuple[str, str]]]:
    from polyskill.runtime.judge.engine.budget import Budget, BudgetUnknown
    from polyskill.runtime.judge.engine.journal import Journal, JournalError
    from polyskill.runtime.judge.engine.run import Settings
    from polyskill.runtime.judge.providers import open_provider
    from polyskill.runtime.train.rubrics.extract import extract
    from polyskill.runtime.train.rubrics.papers import SUFFIXES, read_papers

    from ..eval_.showing import showing

    papers, left = read_papers(sources, longest)
    if not papers:
        listed = ", ".join(SUFFIXES)
        fail(
            tr(
                f"there is no paper: text files ({listed}) of 400 characters or more are read",
                f"没有论文：只读取至少 400 个字符的文本文件（{listed}）",
            ),
            status=1,
        )
    try:
        with (
            Journal.open(out.with_name(f"{out.name}.journal")) as journal,
            showing(tr("rubrics", "评分细则"), quiet=quiet) as show,
        ):
            found = extract(
                papers,
                model=models[0],
                selector=models[1],
                journal=journal,
                open_provider=open_provider,
                settings=Settings(concurrency=concurrency),
                budget=Budget(budget, spent=journal.at_risk),
                on_progress=_shown(show),
                **options,
            )
    except (BudgetUnknown, JournalError, OSError) as error:
        fail(plain(str(error)), status=1)
    return found, left


def _shown(show: Callable[[str, Progress], None]) -> Callable[[Progress], None]:
    return lambda now: show("answers", now)


def _write(out: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    from polyskill.platforms.deliver import atomic

    text = "".join(json_.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    try:
        atomic.make_directory(out.parent)
        atomic.write(out, text.encode("utf-8", "surrogateescape"))
    except OSError as error:
        reason = error.strerror or str(error)
        fail(tr(f"`{out}` cannot be written: {reason}", f"`{out}` 无法写入：{reason}"), status=1)


def _lines(found: Extraction, left: Sequence[tuple[str, str]]) -> list[str]:
    lines = [
        f"  {count} × {tr(*_REASONS.get(why, (why, why)))}"
        for why, count in sorted(found.dropped.items())
    ]
    if found.failed:
        papers = counted(found.failed, "paper", "篇论文")
        lines.append(tr(f"  {papers} without a valid answer", f"  {papers}没有得到有效回答"))
    if left:
        files = counted(len(left), "file", "个文件")
        lines.append(tr(f"  {files} left out: {left[0][0]} …", f"  略过 {files}：{left[0][0]} …"))
    if found.stopped:
        lines.append(
            tr("  stopped early; the same command goes on", "  提前结束；用同一命令可继续")
        )
    return lines


def _tell(facts: Mapping[str, Any], lines: Sequence[str], *, json: bool, quiet: bool) -> None:
    if json:
        print_json(facts)
    elif not quiet:
        rows = counted(facts["rows"], "goal", "个目标")
        echo(f"{facts['path']}{tr(': ', '：')}{rows}")
        for line in lines:
            echo(line)
