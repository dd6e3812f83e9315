"""What the arguments of a command name: paths, or the bundled skills by their names."""

from __future__ import annotations

import os
from collections.abc import Sequence
from difflib import get_close_matches
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

from .language import tr
from .output import fail

__all__ = ["bundled", "jobs_default", "resolve", "usable_out"]


def bundled() -> Path:
    """Return the folder of the skills that come with polyskill."""
    found = find_spec("polyskill.skills")
    places = found.submodule_search_locations if found else None
    if not places:
        fail(
            tr(
                "this polyskill came without its skills; name a folder",
                "缺少内置技能，请指定文件夹",
            ),
            status=1,
        )
    return Path(next(iter(places))).resolve()


def resolve(arguments: Sequence[Path]) -> tuple[Path, ...]:
    """Return the sources to work on; with no arguments, the bundled skills.

    A name that is no path may be a bundled skill. Ends the command with status 2 otherwise.
    """
    if not arguments:
        return (bundled(),)
    return tuple(_resolve(argument) for argument in arguments)


def _resolve(argument: Path) -> Path:
    if os.path.lexists(argument):
        return argument
    names = sorted(path.name for path in bundled().iterdir() if path.is_dir())
    if str(argument) not in names:
        _unknown(argument, names)
    return bundled() / argument


def _unknown(argument: Path, names: Sequence[str]) -> NoReturn:
    near = get_close_matches(str(argument), names, n=1)
    hint = tr(f"; did you mean `{near[0]}`?", f"；您是否指 `{near[0]}`？") if near else ""
    fail(
        tr(
            f"`{argument}` is neither a path nor a bundled skill{hint}",
            f"`{argument}` 既不是路径，也不是内置技能{hint}",
        )
    )


def usable_out(out: Path, sources: Sequence[Path], option: str = "--out") -> None:
    """End the command if ``out`` can be no output folder: it is a file, or one of the sources."""
    if out.exists() and not out.is_dir():
        fail(
            tr(
                f"`{out}` is a file; name a folder with `{option}`",
                f"`{out}` 是文件；请用 `{option}` 指定文件夹",
            )
        )
    for source in sources:
        if out.exists() and source.exists() and out.samefile(source):
            fail(
                tr(
                    f"`{out}` is a source and cannot be the output folder too",
                    f"`{out}` 是来源，不能同时作为输出文件夹",
                )
            )


def jobs_default() -> int:
    """Return how many processes to use: the cores that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
