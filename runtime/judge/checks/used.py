"""Which tools an answer came about with, and which skills."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from .base import Answer, CheckSpec, Finding, NotRun, only, texts

__all__ = ["check_skill", "check_tool"]


def _matches(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _holds(whole: Any, part: Any) -> bool:
    """Return whether ``whole`` has everything that ``part`` has, at every depth of mappings."""
    if isinstance(part, Mapping):
        return isinstance(whole, Mapping) and all(
            key in whole and _holds(whole[key], wanted) for key, wanted in part.items()
        )
    if isinstance(part, list | tuple):
        return isinstance(whole, list | tuple) and list(whole) == list(part)
    # JSON tells true from 1, Python does not.
    return isinstance(whole, bool) == isinstance(part, bool) and bool(whole == part)


def _finding(label: str, passed: bool, used: tuple[str, ...]) -> Finding:
    names = ", ".join(dict.fromkeys(used))
    return Finding(
        passed, label, f"used: {names or 'none'}", f"使用了：{names}" if names else "均未使用"
    )


def check_tool(spec: CheckSpec, answer: Answer, _: Path | None) -> Finding:
    """Look for a call of a tool whose name matches ``value`` (glob, or a list of globs).

    ``args`` is a mapping that the arguments of one such call have to hold.
    """
    only(spec, "args")
    patterns = texts(spec.value, "value")
    wanted = spec.options.get("args")
    label = f"tool {' | '.join(patterns)}"
    called = tuple(call.name for call in answer.tool_calls)
    if wanted is None:
        if answer.tools_used is None and not called:
            raise NotRun("nobody recorded which tools were used", "没有记录使用了哪些工具")
        used = called + (answer.tools_used or ())
        return _finding(label, any(_matches(name, patterns) for name in used), used)
    if not isinstance(wanted, Mapping):
        raise NotRun("`args` has to be a mapping", "`args` 必须是映射")
    named = [call for call in answer.tool_calls if _matches(call.name, patterns)]
    without = any(_matches(name, patterns) for name in answer.tools_used or ())
    if not named and (without or answer.tools_used is None):
        raise NotRun("the arguments of the calls are not known", "没有记录调用的参数")
    passed = any(_holds(call.arguments, wanted) for call in named)
    return _finding(f"{label} with {dict(wanted)}", passed, called)


def check_skill(spec: CheckSpec, answer: Answer, _: Path | None) -> Finding:
    """Look for a skill that was used and whose name matches ``value`` (glob, or a list)."""
    only(spec)
    patterns = texts(spec.value, "value")
    if answer.skills_used is None:
        raise NotRun("nobody recorded which skills were used", "没有记录使用了哪些技能")
    used = answer.skills_used
    return _finding(
        f"skill {' | '.join(patterns)}", any(_matches(name, patterns) for name in used), used
    )
