"""The command line as a whole."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from polyskill import __version__

from . import build, check, import_, new, platforms, show
from .language import tr

__all__ = ["app", "run"]

app = typer.Typer(
    name="polyskill",
    help=tr(
        "Write a skill once, in two languages; compile it for every AI assistant.",
        "技能只写一次（中英双语），编译到每一个 AI 助手。",
    ),
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"polyskill {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            "-V",
            callback=_version,
            is_eager=True,
            help=tr("Show the version and exit.", "显示版本并退出。"),
        ),
    ] = False,
) -> None:
    del version


app.command("build", help=build.HELP)(build.build)
app.command("check", help=check.HELP)(check.check)
app.command("show", help=show.HELP)(show.show)
app.command("import", help=import_.HELP)(import_.import_)
app.command("new", help=new.HELP)(new.new)
app.command("platforms", help=platforms.HELP)(platforms.platforms)


def run() -> None:
    """Run the command line and exit: 0 fine, 1 problems found, 2 wrong use, 130 interrupted."""
    try:
        app()
    except KeyboardInterrupt:
        sys.stderr.write(tr("\ninterrupted\n", "\n已中断\n"))
        sys.exit(130)
    except BrokenPipeError:  # the reader (`head`, a pager) has seen enough
        sys.stderr.close()
        sys.exit(141)
