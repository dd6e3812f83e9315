"""Shell completion: ``--show-completion [SHELL]`` and ``--install-completion [SHELL]``.

Typer's own options of these names take no shell and fail where none can be detected. The scripts,
and what answers them, are typer's.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Any

import typer

from .language import tr
from .output import echo, fail

__all__ = ["SHELLS", "Install", "Show", "arguments", "asked", "prepare"]

SHELLS = ("bash", "zsh", "fish", "powershell", "pwsh")
_DETECT = "auto"
_VARIABLE = "_POLYSKILL_COMPLETE"  # the name that typer looks for
_OPTIONS = ("--show-completion", "--install-completion")


def asked() -> bool:
    """Whether a shell runs this process to learn how a word may go on."""
    return _VARIABLE in os.environ


def prepare() -> None:
    """Let typer answer shells in the way that its scripts expect."""
    _typer().completion_init()


def arguments(given: Sequence[str]) -> list[str]:
    """Return the command line with the shell filled in that the two options may leave out."""
    made: list[str] = []
    for at, word in enumerate(given):
        made.append(word)
        if word in _OPTIONS and (at + 1 == len(given) or given[at + 1].startswith("-")):
            made.append(_DETECT)
    return made


def _typer() -> Any:
    return import_module("typer.completion")  # exports these functions only by their names


def _shell(name: str) -> str:
    if name == _DETECT:
        shellingham = import_module("shellingham")  # a dependency of typer, without types
        try:
            name = shellingham.detect_shell()[0]
        except shellingham.ShellDetectionFailure:
            name = os.path.basename(os.environ.get("SHELL", "")) or "?"  # noqa: PTH119
    if name not in SHELLS:
        known = ", ".join(SHELLS)
        fail(
            tr(
                f"no completion for the shell `{name}`; name one of: {known}",
                f"不支持为 shell `{name}` 补全；可选：{known}",
            )
        )
    return name


def _show(wanted: str | None) -> None:
    if wanted is None:
        return
    shell = _shell(wanted)
    echo(_typer().get_completion_script(prog_name="polyskill", complete_var=_VARIABLE, shell=shell))
    raise typer.Exit


def _install(wanted: str | None) -> None:
    if wanted is None:
        return
    shell, path = _typer().install(_shell(wanted), "polyskill", _VARIABLE)
    echo(
        tr(
            f"{shell} completion is installed in {path}; it works in new terminals",
            f"{shell} 补全已安装到 {path}，重新打开终端后生效",
        )
    )
    raise typer.Exit


def _complete(incomplete: str) -> list[str]:
    return [name for name in SHELLS if name.startswith(incomplete)]


Install = Annotated[
    str | None,
    typer.Option(
        "--install-completion",
        callback=_install,
        is_eager=True,
        metavar="[SHELL]",
        autocompletion=_complete,
        help=tr(
            "Install completion for bash, zsh, fish or PowerShell",
            "安装 bash、zsh、fish 或 PowerShell 的补全",
        ),
    ),
]
Show = Annotated[
    str | None,
    typer.Option(
        "--show-completion",
        callback=_show,
        is_eager=True,
        metavar="[SHELL]",
        autocompletion=_complete,
        help=tr("Print the completion script", "输出补全脚本"),
    ),
]
