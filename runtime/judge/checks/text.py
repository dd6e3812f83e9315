"""Whether an answer contains texts, whatever way Unicode spells them."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from .base import Answer, CheckSpec, Finding, NotRun, only, texts

__all__ = ["check_contains", "check_not_contains", "normal"]

# Full-width digits and letters are typed by accident; full-width punctuation is Chinese.
_HALF_WIDTH = {
    code: code - 0xFEE0
    for first, last in ((0xFF10, 0xFF19), (0xFF21, 0xFF3A), (0xFF41, 0xFF5A))
    for code in range(first, last + 1)
}


def normal(text: str) -> str:
    """Return ``text`` in NFC, with Unix line ends and half-width digits and Latin letters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", text).translate(_HALF_WIDTH)


def _flag(spec: CheckSpec, name: str, default: bool) -> bool:
    value = spec.options.get(name, default)
    if not isinstance(value, bool):
        raise NotRun(f"`{name}` has to be true or false", f"`{name}` 必须为 true 或 false")
    return value


def _look(spec: CheckSpec, answer: Answer) -> tuple[list[str], list[str]]:
    """Return the texts that were found, and those that were not."""
    fold = not _flag(spec, "case", True)

    def spelled(text: str) -> str:
        text = normal(text)
        return unicodedata.normalize("NFC", text.casefold()) if fold else text

    whole = spelled(answer.text)
    found: list[str] = []
    absent: list[str] = []
    for text in texts(spec.value, "value"):
        (found if spelled(text) in whole else absent).append(text)
    return found, absent


def _quoted(listed: list[str]) -> str:
    return ", ".join(f'"{text}"' for text in listed)


def check_contains(spec: CheckSpec, answer: Answer, _: Path | None) -> Finding:
    """Find all texts of ``value``, or one of them with ``any: true``.

    Case counts unless ``case: false``.
    """
    only(spec, "any", "case")
    one_is_enough = _flag(spec, "any", False)
    found, absent = _look(spec, answer)
    passed = bool(found) if one_is_enough else not absent
    label = (" | " if one_is_enough else " & ").join(
        f'"{text}"' for text in texts(spec.value, "value")
    )
    missing = "" if passed else _quoted(absent)
    return Finding(
        passed,
        f"contains {label}",
        missing and f"not found: {missing}",
        missing and f"未找到：{missing}",
    )


def check_not_contains(spec: CheckSpec, answer: Answer, _: Path | None) -> Finding:
    """Find none of the texts of ``value``. Case counts unless ``case: false``."""
    only(spec, "case")
    found, _absent = _look(spec, answer)
    label = _quoted(list(texts(spec.value, "value")))
    there = _quoted(found)
    return Finding(
        not found,
        f"does not contain {label}",
        there and f"found: {there}",
        there and f"出现了：{there}",
    )
