"""Typed reading of one section of a configuration; what is wrong is collected, not raised."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, cast

from .marked import Marked
from .problems import Problem
from .translate import translate

__all__ = ["Reader"]

_MISSING: Any = object()


@dataclass(slots=True)
class Reader:
    """One mapping of the file. ``at`` is its dotted key with a dot after it, or empty.

    A method whose key is absent returns its default, or reports the key where there is none; what
    it then returns is a value of the right type that is never used, as the problems are raised.
    """

    values: Mapping[str, Any]
    at: str
    marked: Marked
    problems: list[Problem]
    method: str = ""
    known: list[str] = field(default_factory=list)

    def report(self, key: str, en: str, zh: str) -> None:
        """Say what is wrong with a key of this section."""
        whole = f"{self.at}{key}"
        self.problems.append(Problem(self.marked.place(whole), whole, en, zh))

    def _get(self, key: str, default: Any) -> Any:
        """Return the value, or the default; a required key that is absent is reported."""
        self.known.append(key)
        value = self.values.get(key)
        if value is None and default is _MISSING:
            self.report(key, "is missing", "缺少此项")
        return default if value is None else value

    def _wrong(self, key: str, en: str, zh: str) -> None:
        shown = repr(self.values.get(key))[:60]
        self.report(key, f"is {shown}; it must be {en}", f"的值为 {shown}；应为{zh}")

    def text(self, key: str, default: str | None = _MISSING) -> Any:
        """Return a text."""
        value = self._get(key, default)
        if value is _MISSING or value is default:
            return "" if value is _MISSING else value
        if not isinstance(value, str) or not value.strip():
            self._wrong(key, "a text", "非空文本")
            return ""
        return value

    def flag(self, key: str, default: bool) -> bool:
        """Return a boolean."""
        value = self._get(key, default)
        if not isinstance(value, bool):
            self._wrong(key, "true or false", " true 或 false")
            return default
        return value

    def choice(self, key: str, among: Sequence[str], default: str = _MISSING) -> str:
        """Return one of some texts."""
        value = self._get(key, default)
        if value is _MISSING:
            return among[0]
        if isinstance(value, bool):  # YAML reads `no` as a boolean
            value = "yes" if value else "no"
        if value not in among:
            near = get_close_matches(str(value), among, n=1)
            meant = f"; did you mean `{near[0]}`?" if near else ""
            meant_zh = f"；您是否指 `{near[0]}`？" if near else ""
            self._wrong(
                key, f"one of {', '.join(among)}{meant}", f" {'、'.join(among)} 之一{meant_zh}"
            )
            return among[0]
        return cast(str, value)

    def whole(self, key: str, default: int | None = _MISSING, *, least: int = 1) -> Any:
        """Return a whole number of at least ``least``; ``1e3`` is one."""
        value = self._get(key, default)
        if value is default or value is _MISSING:
            return value if value is not _MISSING else least
        number = _number(value)
        if number is None or number != int(number) or number < least:
            self._wrong(key, f"a whole number of at least {least}", f"不小于 {least} 的整数")
            return least
        return int(number)

    def number(
        self,
        key: str,
        default: float | None = _MISSING,
        *,
        least: float = 0.0,
        most: float = math.inf,
        above: bool = False,
    ) -> Any:
        """Return a number between two bounds; with ``above`` the lower one itself is refused."""
        value = self._get(key, default)
        if value is default or value is _MISSING:
            return value if value is not _MISSING else least
        number = _number(value)
        if number is None or not least <= number <= most or (above and number == least):
            low = f"more than {least:g}" if above else f"{least:g} or more"
            low_zh = f"大于 {least:g}" if above else f"不小于 {least:g}"
            high, high_zh = (
                ("", "") if most == math.inf else (f", at most {most:g}", f"且不大于 {most:g}")
            )
            self._wrong(key, f"a number, {low}{high}", f"{low_zh}{high_zh}的数")
            return least
        return number

    def texts(self, key: str, default: Sequence[str] = ()) -> tuple[str, ...]:
        """Return a list of texts; a single text is a list of one."""
        value = self._get(key, default)
        if isinstance(value, str):
            value = [value]
        if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
            self._wrong(key, "a text or a list of texts", "文本或文本列表")
            return ()
        return tuple(value)

    def items(self, key: str) -> Sequence[Any]:
        """Return a list of anything; empty where the key is absent."""
        value = self._get(key, ())
        if not isinstance(value, list | tuple):
            self._wrong(key, "a list", "列表")
            return ()
        return value

    def mapping(self, key: str) -> dict[str, Any]:
        """Return a mapping with text keys, empty where the key is absent."""
        value = self._get(key, {})
        if not isinstance(value, Mapping) or not all(isinstance(name, str) for name in value):
            self._wrong(key, "a mapping", "映射")
            return {}
        return dict(value)

    def section(self, key: str) -> Reader:
        """Return a reader of a section, an empty one where the key is absent."""
        inner = self.mapping(key)
        return Reader(inner, f"{self.at}{key}.", self.marked, self.problems, self.method)

    def finish(self) -> None:
        """Report keys that nothing asked for, with what to write instead."""
        for key in self.values:
            if key in self.known:
                continue
            old = translate(str(key), self.method, f"{self.at}{key}")
            if old is not None:
                self.report(str(key), old.en, old.zh)
                continue
            near = get_close_matches(str(key), self.known, n=1)
            meant = f"did you mean `{near[0]}`?" if near else f"known are {', '.join(self.known)}"
            meant_zh = f"您是否指 `{near[0]}`？" if near else f"可用的有 {'、'.join(self.known)}"
            if not self.known:
                meant, meant_zh = "nothing can be set here", "此处没有可设置的项"
            self.report(str(key), f"is not known; {meant}", f"无法识别；{meant_zh}")


def _number(value: Any) -> float | None:
    """Return a finite number; YAML reads ``1e-4``, without a dot, as a text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
