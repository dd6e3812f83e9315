"""A file of answers to judge: one JSON object a line, in pairs or one by one.

A pair has "prompt", "baseline" and "candidate"; a single answer has "prompt", "answer" and
"criteria" (texts, or objects with "text", "kind" and "weight"). Both may have "id", "reference" (a
good answer), "lang" ("en" or "zh", the language in which the judge is asked) and "cluster" (what
belongs together and is not independent, such as one case in two languages).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .rubric import Item

__all__ = ["Answers", "AnswersError", "Entry", "read_answers"]

_PAIR = ("baseline", "candidate")
_LANGUAGES = ("en", "zh")


class AnswersError(ValueError):
    """A file of answers that cannot be judged; ``en`` and ``zh`` say where and why."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.en = en
        self.zh = zh


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: a pair has ``baseline`` and ``candidate``, a single answer only the latter."""

    id: str
    prompt: str
    candidate: str
    baseline: str | None = None
    items: tuple[Item, ...] = ()
    reference: str = ""
    lang: str = "en"
    cluster: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """The entries of a file: all in pairs, or all alone."""

    entries: tuple[Entry, ...]
    pairs: bool


def _wrong(place: str, en: str, zh: str) -> AnswersError:
    return AnswersError(f"{place}: {en}", f"{place}：{zh}")


def read_answers(path: Path) -> Answers:
    """Read a file of answers.

    Raises:
        AnswersError: a line is no JSON object, lacks a field, or is of the other form than the
            first; an id is there twice; there are no answers; the file is no UTF-8.
        OSError: the file cannot be read.
    """
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise _wrong(
            str(path), f"no UTF-8: {error.reason}", f"不是 UTF-8：{error.reason}"
        ) from error
    entries: list[Entry] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        place = f"{path}:{number}"
        entry = _entry(_object(line, place), place, str(number))
        if entry.id in seen:
            raise _wrong(
                place,
                f"id {entry.id!r} is that of line {seen[entry.id]}, too",
                f"id {entry.id!r} 与第 {seen[entry.id]} 行重复",
            )
        seen[entry.id] = number
        if entries and (entry.baseline is None) != (entries[0].baseline is None):
            raise _wrong(
                place,
                "the lines before are of the other form (pairs, or single answers)",
                "与前面各行形式不同（成对或单个回答），请分成两个文件",
            )
        entries.append(entry)
    if not entries:
        raise _wrong(str(path), "there are no answers in it", "其中没有回答")
    return Answers(tuple(entries), entries[0].baseline is not None)


def _object(line: str, place: str) -> Mapping[str, Any]:
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _wrong(place, f"no JSON: {error}", f"不是 JSON：{error}") from error
    if not isinstance(data, dict):
        raise _wrong(place, "no JSON object", "不是 JSON 对象")
    return data


def _text(data: Mapping[str, Any], key: str, place: str) -> str:
    value = data.get(key)
    if not isinstance(value, str):
        raise _wrong(place, f"`{key}` must be there, as a text", f"缺少 `{key}`，或它不是文本")
    return value


def _entry(data: Mapping[str, Any], place: str, number: str) -> Entry:
    pair = any(key in data for key in _PAIR)
    lang = str(data.get("lang", "en"))
    if lang not in _LANGUAGES:
        raise _wrong(
            place, f"`lang` is {lang!r}, not en or zh", f"`lang` 为 {lang!r}，应为 en 或 zh"
        )
    items = _items(data.get("criteria", []), place)
    if not pair and not items:
        raise _wrong(
            place,
            "write `baseline` and `candidate`, or `answer` and `criteria`",
            "请写 `baseline` 与 `candidate`，或写 `answer` 与 `criteria`",
        )
    return Entry(
        str(data.get("id", number)),
        _text(data, "prompt", place),
        _text(data, "candidate" if pair else "answer", place),
        _text(data, "baseline", place) if pair else None,
        items,
        str(data.get("reference") or ""),
        lang,
        str(data.get("cluster") or ""),
    )


def _items(value: object, place: str) -> tuple[Item, ...]:
    if not isinstance(value, list):
        raise _wrong(place, "`criteria` is no list", "`criteria` 不是列表")
    made = []
    for one in value:
        fields = one if isinstance(one, dict) else {"text": one}
        try:
            kind, weight = str(fields.get("kind", "must")), float(fields.get("weight", 1))
            made.append(Item(str(fields["text"]), kind, weight))
        except (KeyError, TypeError, ValueError) as error:
            raise _wrong(place, f"a criterion: {error}", f"一条判据有误：{error}") from error
    return tuple(made)
