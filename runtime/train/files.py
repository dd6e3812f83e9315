"""Rows of data files, each with its place."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from .problems import DataError

__all__ = ["Broken", "raised", "rows"]

#: Told of a broken line, so that reading goes on; raises what it does not want to pass over.
Broken = Callable[[DataError], None]

_FORMATS = {".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json", ".csv": "csv"}
_LONGEST_CELL = 2**31 - 1


def raised(error: DataError) -> None:
    """Raise a broken line."""
    raise error


def rows(
    path: Path, form: str = "auto", broken: Broken = raised
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield ``file:line`` (``file#item`` in JSON) and the row of each line that is not blank.

    ``broken`` is told of each line of JSONL, or item of JSON, that is none.

    Raises:
        DataError: the file or a line of it cannot be read.
    """
    chosen = _FORMATS.get(path.suffix.lower(), "") if form == "auto" else form
    if path.is_dir():
        raise DataError(str(path), "is a folder; name a file in it", "是文件夹；请指定其中的文件")
    if not chosen:
        raise DataError(
            str(path),
            f"is of an unknown kind (`{path.suffix}`); write JSONL, JSON or CSV, or set "
            "`data.format`",
            f"文件类型未知（`{path.suffix}`）；请使用 JSONL、JSON 或 CSV，或设置 `data.format`",
        )
    try:
        yield from {"jsonl": _jsonl, "json": _json, "csv": _csv}[chosen](path, broken)
    except OSError as error:
        why = error.strerror or str(error)
        raise DataError(str(path), f"cannot be read: {why}", f"无法读取：{why}") from error


def _jsonl(path: Path, broken: Broken) -> Iterator[tuple[str, dict[str, Any]]]:
    with path.open("rb") as file:
        for number, raw in enumerate(file, 1):
            where = f"{path}:{number}"
            line = raw.removeprefix(b"\xef\xbb\xbf") if number == 1 else raw
            if not line.strip():
                continue
            try:
                row = _object(_parsed(line, where), where)
            except DataError as error:
                broken(error)
            else:
                yield where, row


def _json(path: Path, broken: Broken) -> Iterator[tuple[str, dict[str, Any]]]:
    data = _parsed(path.read_bytes().removeprefix(b"\xef\xbb\xbf"), str(path))
    if isinstance(data, dict) and isinstance(data.get("data"), list):
        data = data["data"]
    if not isinstance(data, list):
        raise DataError(str(path), "must hold a list of objects", "内容应为对象列表")
    for number, item in enumerate(data, 1):
        where = f"{path}#{number}"
        try:
            row = _object(item, where)
        except DataError as error:
            broken(error)
        else:
            yield where, row


def _csv(path: Path, _broken: Broken) -> Iterator[tuple[str, dict[str, Any]]]:
    csv.field_size_limit(_LONGEST_CELL)
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        line = 1
        try:
            names = reader.fieldnames or []
            if len(set(names)) < len(names):
                raise DataError(f"{path}:1", "names a column twice", "列名重复")
            line = reader.line_num + 1
            for row in reader:
                where = f"{path}:{line}"
                if None in row or None in row.values():
                    raise DataError(
                        where,
                        f"has not the {len(names)} cells of the heading; quote cells that hold "
                        "commas",
                        f"单元格数与表头的 {len(names)} 列不符；含逗号的单元格须加引号",
                    )
                yield where, dict(row)
                line = reader.line_num + 1
        except csv.Error as error:
            raise DataError(
                f"{path}:{line}", f"is not CSV: {error}", f"不是有效的 CSV：{error}"
            ) from error
        except UnicodeDecodeError as error:
            raise _not_text(f"{path}:{line}") from error


def _parsed(raw: bytes, where: str) -> Any:
    try:
        return json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise _not_text(where) from error
    except json.JSONDecodeError as error:
        at, at_zh = f"column {error.colno}", f"第 {error.colno} 列"
        if error.lineno > 1:
            at, at_zh = f"line {error.lineno}, {at}", f"第 {error.lineno} 行{at_zh}"
        raise DataError(
            where, f"is not JSON: {error.msg} at {at}", f"不是有效的 JSON：{at_zh}，{error.msg}"
        ) from error
    except (RecursionError, ValueError) as error:
        raise DataError(where, f"is not JSON: {error}", f"不是有效的 JSON：{error}") from error


def _not_text(where: str) -> DataError:
    return DataError(
        where, "is not UTF-8 text; save the file as UTF-8", "不是 UTF-8 文本；请将文件另存为 UTF-8"
    )


def _object(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise DataError(
            where,
            f'must be an object such as {{"prompt": …, "completion": …}}, not {value!r:.40}',
            f'应为对象，例如 {{"prompt": …, "completion": …}}，而不是 {value!r:.40}',
        )
    return value
