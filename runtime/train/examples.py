"""One example under the names that recipes know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .problems import DataError

__all__ = ["ALIASES", "NAMES", "Example", "named"]

NAMES = ("prompt", "completion", "chosen", "rejected", "text", "messages")
#: Other names of a column, taken where the column itself is absent. ``answer`` is none: rewards
#: read it as the truth.
ALIASES: Mapping[str, tuple[str, ...]] = {
    "prompt": ("input", "question", "instruction"),
    "completion": ("output", "response"),
    "messages": ("conversations", "conversation"),
}
_ROLES = ("system", "developer", "user", "assistant", "tool")
_SHAREGPT = {"human": "user", "gpt": "assistant", "system": "system", "user": "user"}


@dataclass(frozen=True, slots=True)
class Example:
    """One example: its columns, and ``file:line``. A text column is text or chat messages."""

    columns: Mapping[str, Any]
    where: str

    def get(self, name: str) -> Any:
        """Return a column, or None."""
        return self.columns.get(name)


def named(row: Mapping[str, Any], where: str, fields: Mapping[str, str]) -> Example:
    """Return an example from a row; ``fields`` maps our names to the row's.

    Raises:
        DataError: a mapped column is absent, or a column is neither text nor chat messages.
    """
    columns = {key: value for key, value in row.items() if value is not None}
    for name, column in fields.items():
        if column not in row:
            raise DataError(
                where,
                f"has no column `{column}`, which `data.fields.{name}` names; there are "
                f"{', '.join(row) or 'none'}",
                f"没有 `data.fields.{name}` 指定的列 `{column}`；现有列：{'、'.join(row) or '无'}",
            )
        if column in columns:
            columns[name] = columns.pop(column)
    _alpaca(columns)
    for name, others in ALIASES.items():
        found = next((other for other in others if other in columns), None)
        if name not in columns and found is not None:
            columns[name] = columns.pop(found)
    for name in NAMES:
        if name in columns:
            columns[name] = _content(columns[name], name, where)
    return Example(columns, where)


def _alpaca(columns: dict[str, Any]) -> None:
    """Join an instruction and its input, where both are there, as Alpaca's data has them."""
    task, given = columns.get("instruction"), columns.get("input")
    if "prompt" not in columns and isinstance(task, str) and isinstance(given, str):
        del columns["instruction"], columns["input"]
        columns["prompt"] = f"{task}\n\n{given}" if given.strip() else task


def _content(value: Any, name: str, where: str) -> str | list[dict[str, Any]]:
    if isinstance(value, str) and name != "messages":
        return value
    if not isinstance(value, list) or not value:
        kinds = "messages" if name == "messages" else "text or messages"
        kinds_zh = "消息列表" if name == "messages" else "文本或消息列表"
        raise DataError(
            where,
            f"`{name}` must be {kinds}, not {value!r:.40}",
            f"`{name}` 应为{kinds_zh}，而不是 {value!r:.40}",
        )
    return [_message(item, name, index, where) for index, item in enumerate(value, 1)]


def _message(item: Any, name: str, index: int, where: str) -> dict[str, Any]:
    if isinstance(item, dict) and "from" in item and "value" in item:
        role = _SHAREGPT.get(str(item["from"]), str(item["from"]))
        item = {"role": role, "content": item["value"]}
    if not isinstance(item, dict) or item.get("role") not in _ROLES:
        raise DataError(
            where,
            f"`{name}`, message {index}: must have a `role` among {', '.join(_ROLES)}",
            f"`{name}` 第 {index} 条消息：`role` 应为 {'、'.join(_ROLES)} 之一",
        )
    content = item.get("content")
    if not isinstance(content, str) and not ("tool_calls" in item and content is None):
        raise DataError(
            where,
            f"`{name}`, message {index}: `content` must be text",
            f"`{name}` 第 {index} 条消息：`content` 应为文本",
        )
    return dict(item)
