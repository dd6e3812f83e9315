"""What the arguments of a command name: paths, or the bundled skills by their names."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path

from .language import tr
from .output import fail

__all__ = ["bundled", "jobs_default", "resolve"]


def bundled() -> Path:
    """Return the folder of the skills that come with polyskill."""
    return Path(str(files("polyskill"))) / "skills"


def resolve(arguments: Sequence[Path]) -> tuple[Path, ...]:
    """Return the sources to work on; with no arguments, the bundled skills.

    A name that is no path may be a bundled skill. Ends the command with status 2 otherwise.
    """
    if not arguments:
        return (bundled().resolve(),)
    found = []
    for argument in arguments:
        if argument.exists():
            found.append(argument)
            continue
        inside = (bundled() / argument).resolve()
        if len(argument.parts) == 1 and inside.is_dir():
            found.append(inside)
            continue
        names = [path.name for path in bundled().iterdir() if path.is_dir()]
        near = get_close_matches(str(argument), names, n=1)
        hint = tr(f"; did you mean `{near[0]}`?", f"；您是否指 `{near[0]}`？") if near else ""
        fail(
            tr(
                f"`{argument}` is neither a path nor a bundled skill{hint}",
                f"`{argument}` 既不是路径，也不是内置技能{hint}",
            )
        )
    return tuple(found)


def jobs_default() -> int:
    """Return how many processes to use: the cores that this process may run on."""
    import os

    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
