"""The command line as a whole."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Annotated, Any

import typer

from polyskill import __version__

from . import (
    build,
    check,
    completion,
    import_,
    install,
    new,
    pack,
    platforms,
    publish,
    search,
    show,
    status,
    uninstall,
    update,
    verify,
)
from .groups import Root
from .help import Command, usage_error
from .language import tr
from .lazily import command_of
from .output import complain, echo, safe_streams

__all__ = ["app", "run"]

# Typer 0.16 and later carries its own copy of click, so this class is reached by inheritance.
_UsageError: type[Exception] = typer.BadParameter.__mro__[1]
_INTERRUPTED, _BROKEN_PIPE = 130, 141  # what a shell reports for SIGINT and SIGPIPE

app = typer.Typer(
    name="polyskill",
    cls=Root,
    help=tr(
        "Write a skill once, in two languages; compile it for every AI assistant.",
        "技能只写一次（中英双语），编译到每一个 AI 助手。",
    ),
    epilog=tr(
        "Exit status: 0 fine, 1 problems found, 2 wrong use, 130 interrupted.",
        "退出状态：0 正常，1 发现问题，2 用法错误，130 被中断。",
    ),
    invoke_without_command=True,
    add_completion=False,  # ours also works where the shell cannot be told (CI, containers)
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        echo(f"polyskill {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    ctx: typer.Context,
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            "-V",
            callback=_version,
            is_eager=True,
            help=tr("Show the version and exit", "显示版本并退出"),
        ),
    ] = False,
    install_completion: completion.Install = None,
    show_completion: completion.Show = None,
) -> None:
    del version, install_completion, show_completion
    if ctx.invoked_subcommand is None:
        echo(ctx.get_help(), err=True)
        raise typer.Exit(2)


for _name, _function, _help in (
    ("build", build.build, build.HELP),
    ("check", check.check, check.HELP),
    ("show", show.show, show.HELP),
    ("import", import_.import_, import_.HELP),
    ("new", new.new, new.HELP),
    ("platforms", platforms.platforms, platforms.HELP),
    ("install", install.install, install.HELP),
    ("status", status.status, status.HELP),
    ("diff", status.diff, status.DIFF_HELP),
    ("update", update.update, update.HELP),
    ("rollback", uninstall.rollback, uninstall.ROLLBACK_HELP),
    ("uninstall", uninstall.uninstall, uninstall.HELP),
    ("sync", update.sync, update.SYNC_HELP),
    ("doctor", status.doctor, status.DOCTOR_HELP),
    ("verify", verify.verify, verify.HELP),
    ("search", search.search, search.HELP),
    ("info", search.info, search.INFO_HELP),
    ("pack", pack.pack, pack.HELP),
    ("publish", publish.publish, publish.HELP),
):
    app.command(_name, help=_help, cls=Command)(_function)


def run() -> None:
    """Run the command line and exit: 0 fine, 1 problems found, 2 wrong use, 130 interrupted."""
    safe_streams()
    command = command_of(app)
    if completion.asked():  # by a shell, on every press of the tab key
        completion.prepare()
        command.main(prog_name=app.info.name)
    status = _guarded(lambda: _invoke(command, completion.arguments(sys.argv[1:])))
    sys.exit(status or _guarded(sys.stdout.flush))


def _invoke(command: Any, arguments: list[str]) -> None:
    # Not `command.main`, which would turn a broken pipe into "problems found".
    with command.make_context(app.info.name, arguments) as context:
        command.invoke(context)


def _guarded(action: Callable[[], None]) -> int:
    """Do something and return the exit status; no traceback reaches a user."""
    try:
        action()
    except typer.Exit as leaving:
        return leaving.exit_code
    except _UsageError as error:
        usage_error(error)
        return 2
    except (KeyboardInterrupt, typer.Abort):
        with suppress(OSError):
            echo(tr("\ninterrupted", "\n已中断"), err=True)
        return _INTERRUPTED
    except BrokenPipeError:
        return _deaf()
    except OSError as error:
        _refused(error)
        return 1
    except Exception as error:
        if os.environ.get("POLYSKILL_DEBUG"):
            raise
        complain(
            tr(
                f"polyskill itself failed ({type(error).__name__}: {error}); please report it; "
                "`POLYSKILL_DEBUG=1` prints the traceback",
                f"polyskill 自身出错（{type(error).__name__}: {error}），请反馈；"
                "设置 `POLYSKILL_DEBUG=1` 可打印堆栈",
            )
        )
        return 1
    return 0


def _refused(error: OSError) -> None:
    """Say what the operating system refused; if it was the output itself, stop writing there."""
    if error.filename is None and error.errno == errno.ENOSPC:
        _silence()
    named = [str(error.filename)] if error.filename else []
    with suppress(OSError):
        complain(": ".join([*named, error.strerror or str(error)]))


def _deaf() -> int:
    """The reader (`head`, a pager) has seen enough."""
    _silence()
    return _BROKEN_PIPE


def _silence() -> None:
    """Let standard output lead nowhere, so that what is still in its buffer harms nobody."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
