"""Where commands install: the options, the project's root, the cache; alike for all of them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from enum import StrEnum
from functools import wraps
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .choices import list_of
from .language import tr
from .output import fail, print_diagnostics, print_json

if TYPE_CHECKING:
    from polyskill.platforms.install.scope import Scope

__all__ = [
    "DryRun",
    "NeverWrites",
    "Project",
    "ScopeName",
    "ScopeOption",
    "To",
    "assistants",
    "assistants_in_use",
    "cache_folder",
    "complete_client",
    "complete_installed",
    "empty_folder",
    "guarded",
    "scope_of",
]


class ScopeName(StrEnum):
    """Values of ``--scope``."""

    PROJECT = "project"
    USER = "user"


def complete_client(incomplete: str) -> list[str]:
    """Return the assistants whose id begins with what has been typed so far."""
    from polyskill.platforms.clients import names

    return [name for name in names() if name.startswith(incomplete)]


ScopeOption = Annotated[
    ScopeName,
    typer.Option(
        "--scope",
        "-s",
        metavar="project|user",
        help=tr(
            "This project, or the home folder; default: project", "当前项目或主目录；默认 project"
        ),
    ),
]
Project = Annotated[
    Path | None,
    typer.Option(
        "--project",
        metavar=tr("FOLDER", "文件夹"),
        readable=False,
        help=tr(
            "The project's root; default: the nearest folder above with skills.lock, skills.toml "
            "or .git, else this one",
            "项目根目录；默认为向上最近的含 skills.lock、skills.toml 或 .git 的文件夹，"
            "否则当前文件夹",
        ),
    ),
]
To = Annotated[
    list[str] | None,
    typer.Option(
        "--to",
        "-t",
        metavar=tr("ID", "标识"),
        autocompletion=complete_client,
        help=tr(
            "Assistants, with commas or repeated; default: those that are found here",
            "目标助手，可用逗号分隔或重复；默认为此处检测到的助手",
        ),
    ),
]
DryRun = Annotated[
    bool,
    typer.Option(
        "--dry-run", help=tr("Write nothing; tell what would change", "不写入，仅列出变化")
    ),
]

NeverWrites = Annotated[
    bool,
    typer.Option(
        "--dry-run",
        help=tr(
            "Taken as by the commands that write; this one never does",
            "与会写入的命令用法一致；本命令从不写入",
        ),
    ),
]


def _project_root(asked: Path | None) -> Path:
    if asked is not None:
        if not asked.is_dir():
            fail(tr(f"`{asked}` is no folder", f"`{asked}` 不是文件夹"))
        return asked.resolve()
    here, home = Path.cwd(), Path.home()
    above = [here, *here.parents]
    if home in above:
        above = above[: above.index(home)] or [here]
    for marks in (("skills.lock", "skills.toml"), (".git",)):
        for folder in above:
            if any((folder / mark).exists() for mark in marks):
                return folder
    return here


def scope_of(name: ScopeName, project: Path | None) -> Scope:
    """Return where to install; ends the command if there is no such place."""
    from polyskill.platforms.install.scope import Scope

    home = Path.home()
    if name is ScopeName.USER:
        if project is not None:
            fail(
                tr(
                    "`--project` does not go with `--scope user`",
                    "`--project` 不能与 `--scope user` 同用",
                )
            )
        return Scope("user", home, home)
    return Scope("project", _project_root(project), home)


def cache_folder() -> Path:
    """Return where downloads are kept: ``POLYSKILL_CACHE``, else the system's place for caches."""
    asked = os.environ.get("POLYSKILL_CACHE")
    if asked:
        return Path(asked).expanduser().resolve()
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "polyskill"


def assistants(values: list[str] | None) -> tuple[str, ...]:
    """Return the ids that were named; ends the command if one is unknown."""
    from polyskill.platforms.clients import names

    known = names()
    wanted = list_of(values or [])
    for name in wanted:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = tr(f"; did you mean `{near[0]}`?", f"；您是否指 `{near[0]}`？") if near else ""
            listed = tr(", ", "、").join(known)
            fail(
                tr(
                    f"no assistant `{name}`{hint or '; known: ' + listed}",
                    f"没有助手 `{name}`{hint or '；可选：' + listed}",
                )
            )
    return tuple(wanted)


def guarded(function: Callable[..., Any]) -> Callable[..., Any]:
    """Tell what stops a command as a whole as any other finding, and exit with status 1."""

    @wraps(function)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        from polyskill.platforms.base import PlatformError
        from polyskill.platforms.deliver.transaction import Conflict, TransactionError
        from polyskill.platforms.install.errors import InstallError
        from polyskill.platforms.sources import SourceError

        try:
            return function(*args, **kwargs)
        except PlatformError as error:
            fail(str(error), status=1)
        except (InstallError, SourceError, Conflict, TransactionError) as error:
            found = [error.diagnostic]
            if kwargs.get("json"):
                from polyskill.compiler.checks.as_json import to_json

                print_json({"ok": False, "diagnostics": to_json(found)})
            else:
                print_diagnostics(found)
            raise typer.Exit(
                2 if isinstance(error, SourceError) and _misspelled(error) else 1
            ) from error

    return wrapped


def _misspelled(error: Any) -> bool:
    from polyskill.compiler.codes.sources import NOT_UNDERSTOOD

    return error.diagnostic.code is NOT_UNDERSTOOD


def complete_installed(incomplete: str) -> list[str]:
    """Return the installed skills whose names begin with what has been typed so far."""
    from polyskill.platforms.install.errors import InstallError
    from polyskill.platforms.install.run import load_lock

    try:
        lock, _ = load_lock(scope_of(ScopeName.PROJECT, None))
    except InstallError:
        return []
    return [name for name in sorted(lock.skills) if name.startswith(incomplete)]


@contextmanager
def empty_folder() -> Iterator[Path]:
    """Give a folder that is gone afterwards."""
    with TemporaryDirectory(prefix="polyskill-", ignore_cleanup_errors=True) as folder:
        yield Path(folder).resolve()


def assistants_in_use(scope: Scope) -> tuple[str, ...]:
    """Return the assistants that are in use here; maybe none."""
    from polyskill.platforms.install.detect import detect

    project = scope.root if scope.name == "project" else None
    return tuple(one.client.id for one in detect(project, scope.home))
