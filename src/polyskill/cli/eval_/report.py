"""``polyskill eval report`` and ``polyskill eval export``: a run in other forms."""

from __future__ import annotations

import json as json_
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..language import message_language, tr
from ..output import echo, fail
from . import asked
from .compare import load
from .options import Folder

if TYPE_CHECKING:
    from polyskill.evals.results import Run

__all__ = ["EXPORT_HELP", "HELP", "export", "report"]

HELP = tr(
    """Write the page of one run, or of several side by side: one file, no network.

polyskill eval report runs/after -o report.html
polyskill eval report runs/a runs/b --lang zh -o both.html""",
    """生成一次或多次运行的报告页面：单个文件，无需网络。

polyskill eval report runs/after -o report.html
polyskill eval report runs/a runs/b --lang zh -o both.html""",
)
EXPORT_HELP = tr(
    """Write a run as Markdown, JUnit XML, JSON, or a log of Inspect.

polyskill eval export runs/after --format junit -o junit.xml
polyskill eval export runs/after --format markdown > comment.md""",
    """将一次运行导出为 Markdown、JUnit XML、JSON 或 Inspect 日志。

polyskill eval export runs/after --format junit -o junit.xml
polyskill eval export runs/after --format markdown > comment.md""",
)
FORMATS = ("markdown", "junit", "json", "inspect")
_Lang = Annotated[
    str,
    typer.Option(
        "--lang",
        metavar="en|zh",
        help=tr("Language of the text; default: that of messages", "文本语言；默认与消息语言相同"),
    ),
]
_Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        "-o",
        metavar=tr("FILE", "文件"),
        help=tr("File to write", "要写入的文件"),
    ),
]


def report(
    folders: Annotated[
        list[Path],
        typer.Argument(
            metavar=tr("RUN", "运行"), readable=False, help=tr("Folders of runs", "运行文件夹")
        ),
    ],
    out: _Out = None,
    lang: _Lang = "",
) -> None:
    """Write a page (see :data:`HELP`)."""
    from polyskill.evals.report.html import render_html

    chosen = _language(lang)
    runs = [load(folder) for folder in folders]
    if out is None and len(folders) > 1:
        fail(tr("several runs need `-o FILE`", "多次运行需要用 `-o 文件` 指定输出"))
    where = out or folders[0] / "report.html"
    _write(where, render_html(runs, chosen).encode("utf-8", "backslashreplace"))
    echo(str(where))


def export(
    folder: Folder,
    format_: Annotated[
        str,
        typer.Option(
            "--format",
            "-f",
            metavar="|".join(FORMATS),
            help=tr("Form of the output; default: markdown", "输出格式；默认 markdown"),
        ),
    ] = "markdown",
    out: _Out = None,
    lang: _Lang = "",
) -> None:
    """Export a run (see :data:`EXPORT_HELP`)."""
    asked.one_of("--format", format_, FORMATS)
    chosen = _language(lang)
    run = load(folder)
    if format_ == "inspect":
        _inspect(run, out or folder / "inspect")
        return
    text = _text(run, format_, chosen)
    if out is None:
        echo(text.rstrip("\n"))
        return
    _write(out, text.encode("utf-8", "backslashreplace"))


def _text(run: Run, format_: str, lang: str) -> str:
    if format_ == "markdown":
        from polyskill.evals.report.markdown import render_markdown

        return render_markdown(run, lang)
    if format_ == "junit":
        from polyskill.evals.report.junit import render_junit

        return render_junit(run, lang)
    from polyskill.evals.results import to_json

    return json_.dumps(to_json(run), ensure_ascii=False, indent=1) + "\n"


def _inspect(run: Run, folder: Path) -> None:
    """Write a log for each arm and model into ``folder``."""
    from polyskill.evals.report.inspect_log import inspect_logs
    from polyskill.platforms.deliver import atomic
    from polyskill.runtime.judge.missing import MissingLibrary

    try:
        logs = inspect_logs(run)
    except MissingLibrary as error:
        fail(str(error), status=1)
    atomic.make_directory(folder)
    for name, data in logs.items():
        atomic.write(folder / name, data)
        echo(str(folder / name))


def _language(lang: str) -> str:
    if not lang:
        return message_language().value
    asked.one_of("--lang", lang, ("en", "zh"))
    return lang


def _write(path: Path, data: bytes) -> None:
    from polyskill.platforms.deliver import atomic

    if not path.parent.is_dir():
        fail(
            tr(f"the folder `{path.parent}` is not there", f"文件夹 `{path.parent}` 不存在"),
            status=1,
        )
    atomic.write(path, data)
