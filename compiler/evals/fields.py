"""Typed access to untyped data, with a finding for everything that is not as it should be."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, Protocol

from ..codes.evals import BAD_TYPE, BAD_VALUE, UNKNOWN_KEY
from ..diagnostics import Code, Diagnostic, report
from ..extract.words import is_chinese
from ..localized import Lang, Text
from ..source import Source, Span

__all__ = ["Fields", "Path", "plain_text"]

Path = tuple[str | int, ...]

_NAMES = (
    (bool, "a boolean", "布尔值"),
    (str, "a text", "文本"),
    (int, "a number", "数字"),
    (float, "a number", "数字"),
    (list, "a list", "列表"),
    (Mapping, "a mapping", "映射"),
    (type(None), "empty", "空值"),
)


class _Located(Protocol):
    def locate(self, path: Path, *, key: bool = False) -> Span: ...


def plain_text(words: str) -> Text:
    """Return a text that is written without a language as text of its language."""
    return Text(zh=words) if is_chinese(words) else Text(en=words)


def _name(value: object) -> tuple[str, str]:
    return next(
        ((english, chinese) for kind, english, chinese in _NAMES if isinstance(value, kind)),
        (type(value).__name__, type(value).__name__),
    )


class Fields:
    """The findings of one file, and readers of values that add to them."""

    def __init__(self, source: Source, places: _Located) -> None:
        self.source = source
        self.places = places
        self.findings: list[Diagnostic] = []

    def line(self, path: Path) -> int:
        """Return the line on which a value begins."""
        return self.source.position(self.places.locate(path).start).line

    def add(self, code: Code, path: Path, *, on_key: bool = False, **args: object) -> None:
        """Add a finding at a value (or at its key)."""
        span = self.places.locate(path, key=on_key)
        self.findings.append(report(code, self.source, span, fix=(), **args))

    def wrong(self, path: Path, value: object, wanted: str, wanted_zh: str) -> None:
        """Add a finding for a value of the wrong kind."""
        found, found_zh = _name(value)
        key = next((part for part in reversed(path) if isinstance(part, str)), "")
        self.add(
            BAD_TYPE,
            path,
            key=key,
            wanted=wanted,
            wanted_zh=wanted_zh,
            found=found,
            found_zh=found_zh,
        )

    def text(self, value: object, path: Path) -> Text:
        """Read a text: a string, or one for each of ``en`` and ``zh``."""
        if value is None:
            return Text()
        if isinstance(value, str):
            return plain_text(value.strip()) if value.strip() else Text()
        if isinstance(value, int | float) and not isinstance(value, bool):
            return Text(en=str(value))
        if not isinstance(value, Mapping):
            self.wrong(path, value, "a text, or `en` and `zh`", "文本，或 `en` 与 `zh`")
            return Text()
        self.unknown(value, ("en", "zh"), path)
        words: dict[str, str | None] = {"en": None, "zh": None}
        for lang in words:
            part = value.get(lang)
            if isinstance(part, str):
                words[lang] = part.strip() or None
            elif isinstance(part, int | float) and not isinstance(part, bool):
                words[lang] = str(part)
            elif part is not None:
                self.wrong((*path, lang), part, "a text", "文本")
        return Text(words["en"], words["zh"])

    def string(self, value: object, path: Path) -> str:
        """Read a string; a number is taken for one."""
        if isinstance(value, str):
            return value.strip()
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        if value is not None:
            self.wrong(path, value, "a text", "文本")
        return ""

    def strings(self, value: object, path: Path) -> tuple[str, ...]:
        """Read a list of strings; one string is a list of one."""
        if value is None:
            return ()
        if isinstance(value, str):
            return (value,)
        if not isinstance(value, list):
            self.wrong(path, value, "a list of texts", "文本列表")
            return ()
        found = (self.string(part, (*path, at)) for at, part in enumerate(value))
        return tuple(part for part in found if part)

    def items(self, value: object, path: Path) -> Iterable[tuple[Path, Any]]:
        """Yield the items of a list with their places."""
        if value is None:
            return ()
        if not isinstance(value, list):
            self.wrong(path, value, "a list", "列表")
            return ()
        return (((*path, at), part) for at, part in enumerate(value))

    def choice(self, value: object, path: Path, allowed: tuple[str, ...], default: str) -> str:
        """Read one of some words."""
        if value is None:
            return default
        if isinstance(value, str) and value in allowed:
            return value
        key = next((part for part in reversed(path) if isinstance(part, str)), "")
        wanted = ", ".join(f"`{word}`" for word in allowed)
        shown = value if isinstance(value, str | int | float) else _name(value)[0]
        self.add(BAD_VALUE, path, key=key, value=shown, wanted=wanted)
        return default

    def weight(self, value: object, path: Path) -> float:
        """Read a weight: a finite number above 0."""
        if value is None:
            return 1.0
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.wrong(path, value, "a number above 0", "大于 0 的数字")
        elif not (math.isfinite(value) and value > 0):
            self.add(BAD_VALUE, path, key="weight", value=value, wanted="> 0")
        else:
            return float(value)
        return 1.0

    def language(self, value: object, path: Path) -> Lang | None:
        """Read a language: ``en`` or ``zh``."""
        word = self.choice(value, path, ("en", "zh"), "")
        return Lang(word) if word else None

    def unknown(self, value: Mapping[str, Any], known: Iterable[str], path: Path) -> None:
        """Report the keys that nothing reads, each with the known key that is most like it."""
        names = list(known)
        for key in value:
            if key not in names:
                near = get_close_matches(str(key), names, n=1)
                hint = f"; did you mean `{near[0]}`?" if near else ""
                hint_zh = f"，是否想写 `{near[0]}`？" if near else ""
                at = (*path, key)
                self.add(UNKNOWN_KEY, at, on_key=True, key=key, hint=hint, hint_zh=hint_zh)
