"""What a check is given, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any

from ..base import ToolCall

__all__ = [
    "Answer",
    "CheckSpec",
    "Checker",
    "Finding",
    "NotRun",
    "amount",
    "excerpt",
    "inside",
    "only",
    "texts",
]

_EXCERPT = 80  # characters of an answer that a finding repeats


@dataclass(frozen=True, slots=True)
class CheckSpec:
    """A check as its author wrote it: a kind, what it looks for, and how."""

    kind: str
    value: Any = None
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer and what is known of how it came about.

    ``tools_used`` and ``skills_used`` are names; ``None`` says that nobody looked, so that a check
    of them cannot be run. ``tool_calls`` holds the calls whose arguments are known.
    """

    text: str
    lang: str = ""
    prompt: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    tools_used: tuple[str, ...] | None = None
    skills_used: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found; ``passed`` is ``None`` where it could not be run, never a failure.

    ``label`` says what was looked for, ``detail`` what was found, ``detail_zh`` the same in
    Chinese (empty where the detail has no words of a language).
    """

    passed: bool | None
    label: str
    detail: str = ""
    detail_zh: str = ""


Checker = Callable[[CheckSpec, Answer, Path | None], Finding]


class NotRun(ValueError):
    """A check that could not be run: why, in English and in Chinese."""

    def __init__(self, english: str, chinese: str) -> None:
        super().__init__(english)
        self.english = english
        self.chinese = chinese


def only(spec: CheckSpec, *known: str) -> None:
    """Raise :exc:`NotRun` for an option that the kind does not have: it may be a slip of a key."""
    unknown = sorted(set(map(str, spec.options)) - set(known))
    if unknown:
        names = ", ".join(f"`{name}`" for name in unknown)
        raise NotRun(f"{spec.kind} has no option {names}", f"{spec.kind} 没有 {names} 这样的选项")


def texts(value: object, name: str) -> tuple[str, ...]:
    """Return ``value``, a text or a list of texts, as a tuple; none of them may be empty."""
    listed = value if isinstance(value, list | tuple) else [value]
    found = tuple(part for part in listed if isinstance(part, str) and part)
    if not found or len(found) != len(listed):
        raise NotRun(
            f"`{name}` has to be a text or a list of texts", f"`{name}` 必须是文本或文本列表"
        )
    return found


def amount(value: object, name: str) -> float:
    """Return a finite number."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            number = float(value)
        except OverflowError:
            number = float("inf")
        if isfinite(number):
            return number
    raise NotRun(f"`{name}` has to be a number", f"`{name}` 必须是数字")


def inside(folder: Path | None, path: object, name: str) -> Path:
    """Return the file ``path`` of ``folder``; it cannot lie outside of it, not even by a link."""
    if folder is None or not isinstance(path, str) or not path:
        raise NotRun(f"`{name}` has to be the path of a file", f"`{name}` 必须是文件路径")
    root = folder.resolve()
    try:
        file = (root / path).resolve()
        fits = file.is_relative_to(root) and file.is_file()
    except (OSError, ValueError):  # a NUL byte, a name that is too long, a loop of links
        fits = False
    if not fits:
        raise NotRun(f"no file {path} in {folder}", f"{folder} 中没有文件 {path}")
    return file


def excerpt(text: str) -> str:
    """Return the beginning of ``text`` on one line."""
    line = " ".join(text.split())
    return line if len(line) <= _EXCERPT else f"{line[:_EXCERPT]}…"
