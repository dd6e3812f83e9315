"""``polyskill train analyze``: what happened in a run, what is wrong, what to do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..language import counted, message_language, tr
from ..options import Json, Quiet
from ..output import echo, fail, print_json, styled
from ..text import plain

if TYPE_CHECKING:
    from polyskill.runtime.train.analyze.finding import Finding
    from polyskill.runtime.train.analyze.report import Analysis

__all__ = ["HELP", "analyze"]

HELP = tr(
    """Say what happened in a run, what is wrong, how sure that is, and what to change.

polyskill train analyze runs/x
polyskill train analyze runs/x -o report.html
polyskill train analyze runs/x --md > report.md

Exit status 1: there is a problem that is likely or sure.""",
    """说明一次训练发生了什么、哪里有问题、把握多大、该改什么。

polyskill train analyze runs/x
polyskill train analyze runs/x -o report.html
polyskill train analyze runs/x --md > report.md

退出状态 1：存在很可能或确定的问题。""",
)
_MOST_ASKED = 3  # prompts that are shown here; pages show more
_WIDEST = 160  # characters of a text
_COLOURS = {"problem": "red", "warning": "yellow", "note": "cyan"}


def analyze(
    run: Annotated[
        Path,
        typer.Argument(
            metavar=tr("RUN", "运行"),
            readable=False,
            help=tr("Folder of a run, finished or not", "训练文件夹，完成与否均可"),
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar=tr("FILE", "文件"),
            help=tr("Write a page with plots to this file", "将带曲线图的页面写入此文件"),
        ),
    ] = None,
    md: Annotated[
        bool,
        typer.Option(
            "--md", help=tr("Print Markdown, for an agent", "输出 Markdown，供智能体阅读")
        ),
    ] = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Analyse a run (see :data:`HELP`)."""
    from polyskill.runtime.train.analyze.markdown import markdown
    from polyskill.runtime.train.analyze.report import analyse, to_json
    from polyskill.runtime.train.errors import TrainError
    from polyskill.runtime.train.record import read_run

    if json and md:
        fail(tr("choose one of `--json` and `--md`", "`--json` 与 `--md` 只能选一个"))
    try:
        analysis = analyse(read_run(run))
    except TrainError as error:
        fail(plain(tr(error.en, error.zh)))
    except OSError as error:
        fail(plain(f"{run}{tr(': ', '：')}{error.strerror or error}"))
    if out is not None:
        _write(out, analysis)
    if json:
        print_json(to_json(analysis))
    elif md:
        echo(markdown(analysis, message_language().value).rstrip("\n"))
    elif not quiet:
        _show(analysis, out)
    raise typer.Exit(int(analysis.spoilt))


def _write(out: Path, analysis: Analysis) -> None:
    from polyskill.platforms.deliver import atomic
    from polyskill.runtime.train.analyze.page import page

    if not out.parent.is_dir():
        fail(tr(f"the folder `{out.parent}` is not there", f"文件夹 `{out.parent}` 不存在"))
    atomic.write(out, page(analysis, message_language().value).encode())


def _show(analysis: Analysis, out: Path | None) -> None:
    from polyskill.runtime.train.analyze.shown import missing
    from polyskill.runtime.train.analyze.words import WORDS

    lang = message_language().value
    method = analysis.curves.method
    steps = counted(int(analysis.curves.last_step), "step", "步")
    echo(styled(plain(f"{analysis.name}{f' ({method})' if method else ''}, {steps}"), "bold"))
    if not analysis.curves.rows:
        echo(WORDS["no_steps"][lang])
    elif not analysis.findings:
        echo(styled(WORDS["healthy"][lang], "green"))
    for found in analysis.findings:
        _show_finding(found, lang)
    _show_answers(analysis, lang)
    if analysis.blind:
        named = tr(", ", "、").join(each.title[lang] for each in analysis.blind)
        echo()
        echo(styled(f"{WORDS['blind'][lang]}{tr(': ', '：')}{named}", "dim"))
    if reason := missing(analysis.curves.run):
        echo(styled(plain(reason[lang]), "dim"))
    for problem in analysis.problems:
        echo(plain(f"{WORDS['unreadable'][lang]}{tr(': ', '：')}{problem}"), err=True)
    if out is not None:
        echo(str(out))


def _show_finding(found: Finding, lang: str) -> None:
    from polyskill.runtime.train.analyze.words import SEVERITIES, SURENESS

    severity = styled(SEVERITIES[found.severity][lang], _COLOURS[found.severity])
    echo()
    echo(f"{severity} ({SURENESS[found.sureness][lang]}){tr(': ', '：')}{found.title[lang]}")
    for seen in found.evidence:
        echo(f"    {plain(seen[lang])}")
    for advice in found.advice:
        key = f"`{advice.key}`{tr(': ', '：')}" if advice.key else ""
        echo(f"    → {key}{plain(advice.text[lang])}")


def _show_answers(analysis: Analysis, lang: str) -> None:
    from polyskill.runtime.train.analyze.shown import further, heading, origin, shown

    asked = analysis.asked[:_MOST_ASKED]
    if asked:
        echo()
        echo(styled(f"{heading(analysis.asked)[lang]} ({origin(asked[0])[lang]})", "bold"))
    for number, one in enumerate(asked):
        if number:
            echo()
        for label, said in shown(one):
            line = plain(said)
            cut = line if len(line) <= _WIDEST else f"{line[:_WIDEST]} …"
            echo(f"    {styled(label[lang] + tr(': ', '：'), 'dim')}{cut}")
    if len(analysis.asked) > len(asked):
        echo(f"    {further(len(analysis.asked) - len(asked))[lang]}")
