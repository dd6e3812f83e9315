"""Results of a benchmark, question by question, from a file."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import ToolError

__all__ = ["Keys", "Score", "read_scores"]

_WORDS = {"true": 1.0, "false": 0.0, "correct": 1.0, "incorrect": 0.0, "yes": 1.0, "no": 0.0}


@dataclass(frozen=True, slots=True)
class Keys:
    """The names of the fields; an empty ``cluster`` means that questions are independent."""

    id: str = "id"
    score: str = "score"
    cluster: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """One answer: which question, what it scored from 0 to 1, and its cluster."""

    id: str
    score: float
    cluster: str = ""


def read_scores(path: Path, keys: Keys) -> list[Score]:
    """Read a JSONL, CSV or TSV file, one answer a line.

    Where no line has an id, the place in the file is the id: the files must then be in the same
    order. An id may come several times: these are repeats of the question.

    Raises:
        ToolError: the file cannot be read, has no lines, or a line (which is named) lacks a field
            or has a score that is none.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        why = error.strerror or str(error)
        raise ToolError(f"{path}: cannot be read: {why}", f"{path}：无法读取：{why}") from error
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise ToolError(
            f"{path}:{line}: is not UTF-8; save the file as UTF-8",
            f"{path}:{line}：不是 UTF-8；请将文件保存为 UTF-8",
        ) from error
    rows = list(
        _table(path, text) if path.suffix.lower() in {".csv", ".tsv"} else _jsonl(path, text)
    )
    if not rows:
        raise ToolError(
            f"{path}: there is no answer in it; one JSON object a line, or a CSV with a heading",
            f"{path}：其中没有任何答案；应为每行一个 JSON 对象，或带表头的 CSV",
        )
    named = sum(row.get(keys.id) not in (None, "") for _, row in rows)
    if named not in (0, len(rows)):
        line = next(number for number, row in rows if row.get(keys.id) in (None, ""))
        raise ToolError(
            f"{path}:{line}: has no `{keys.id}`, as other lines do",
            f"{path}:{line}：缺少其他行都有的 `{keys.id}`",
        )
    return [
        Score(
            str(row[keys.id]) if named else f"#{place}",
            _score(path, number, row, keys.score),
            _cluster(path, number, row, keys.cluster),
        )
        for place, (number, row) in enumerate(rows, 1)
    ]


def _jsonl(path: Path, text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise ToolError(
                f"{path}:{number}: is not JSON: {error}; each line is one JSON object",
                f"{path}:{number}：不是有效的 JSON：{error}；每行应为一个 JSON 对象",
            ) from error
        if not isinstance(row, dict):
            raise ToolError(
                f"{path}:{number}: is no JSON object", f"{path}:{number}：不是 JSON 对象"
            )
        yield number, row


def _table(path: Path, text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    mark = "\t" if path.suffix.lower() == ".tsv" else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        raise ToolError(
            f"{path}:{reader.line_num}: cannot be read as a table: {error}",
            f"{path}:{reader.line_num}：无法按表格读取：{error}",
        ) from error


def _score(path: Path, number: int, row: Mapping[str, Any], key: str) -> float:
    value = row.get(key)
    if value is None or value == "":
        known = ", ".join(f"`{name}`" for name in row if isinstance(name, str))
        raise ToolError(
            f"{path}:{number}: has no `{key}`, only {known or 'nothing'}; name the field of the "
            "score, e.g. `--score correct`",
            f"{path}:{number}：没有 `{key}`，只有 {known or '空'}；请指明分数字段，"
            "如 `--score correct`",
        )
    word = value.strip().lower() if isinstance(value, str) else value
    try:
        found = float(_WORDS.get(word, word))
    except (TypeError, ValueError):
        found = math.nan
    if not 0 <= found <= 1:
        shown = repr(value)[:40]
        raise ToolError(
            f"{path}:{number}: `{key}` is {shown}; a score is a number from 0 to 1, or true or "
            "false",
            f"{path}:{number}：`{key}` 的值为 {shown}；分数应为 0 到 1 之间的数，或 true、false",
        )
    return found


def _cluster(path: Path, number: int, row: Mapping[str, Any], key: str) -> str:
    if not key:
        return ""
    value = row.get(key)
    if value is None or value == "":
        raise ToolError(
            f"{path}:{number}: has no `{key}` to tell its cluster",
            f"{path}:{number}：没有用于分组的 `{key}`",
        )
    return str(value)
