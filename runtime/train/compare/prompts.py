"""The prompts that both models answer: one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...judge.base import Message
from ..problems import DataError

__all__ = ["Prompt", "read_prompts"]

_NAMES = ("prompt", "messages", "input", "question")
_LANGUAGES = ("en", "zh")


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is asked. The last of ``messages`` is the user's; ``lang`` is that of the judge."""

    id: str
    messages: tuple[Message, ...]
    system: str = ""
    reference: str = ""
    lang: str = "en"
    cluster: str = ""

    @property
    def question(self) -> str:
        """The conversation as the judge reads it: its only turn, or all with who spoke."""
        if len(self.messages) == 1 and not self.system:
            return self.messages[0].text
        turns = [("system", self.system)] if self.system else []
        turns += [(message.role, message.text) for message in self.messages]
        return "\n\n".join(f"[{role}]\n{text}" for role, text in turns)


def read_prompts(path: Path) -> tuple[Prompt, ...]:
    """Read prompts: "prompt" (a text or chat messages; or "messages", "input", "question").

    Answers of the assistant at the end of a conversation are left out: they are what was to be
    learnt. "id", "reference" (a good answer, for the judge), "lang" ("en" or "zh"; else Chinese
    where the prompt has Chinese characters) and "cluster" (prompts that are not independent) may be
    there, too.

    Raises:
        DataError: the file cannot be read or holds no prompt, or a line is not as above.
    """
    try:
        lines = path.read_text("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise DataError(str(path), "is not UTF-8", "不是 UTF-8 编码") from error
    except OSError as error:
        why = error.strerror or str(error)
        raise DataError(str(path), f"cannot be read: {why}", f"无法读取：{why}") from error
    found: dict[str, Prompt] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        place = f"{path}:{number}"
        prompt = _prompt(_object(line, place), place, str(number))
        if prompt.id in found:
            raise DataError(place, f"the id {prompt.id!r} is there twice", f"id {prompt.id!r} 重复")
        found[prompt.id] = prompt
    if not found:
        raise DataError(str(path), "holds no prompt", "没有任何提示")
    return tuple(found.values())


def _object(line: str, place: str) -> Mapping[str, Any]:
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise DataError(place, f"is not JSON: {error}", f"不是有效的 JSON：{error}") from error
    if not isinstance(data, dict):
        raise DataError(place, "is no JSON object", "不是 JSON 对象")
    return data


def _prompt(data: Mapping[str, Any], place: str, number: str) -> Prompt:
    value = next((data[name] for name in _NAMES if data.get(name)), None)
    system, messages = "", tuple[Message, ...]()
    if isinstance(value, str) and value.strip():
        messages = (Message("user", value),)
    elif isinstance(value, list):
        system, messages = _conversation(value, place)
    else:
        raise DataError(
            place,
            'has no prompt: write {"prompt": "…"}, or "messages" with roles',
            '没有提示：请写 {"prompt": "…"}，或带角色的 "messages"',
        )
    lang = data.get("lang")
    if lang is None:
        lang = "zh" if any("一" <= sign <= "鿿" for sign in messages[-1].text) else "en"
    if lang not in _LANGUAGES:
        raise DataError(
            place, f'"lang" is {lang!r}: en or zh', f'"lang" 为 {lang!r}：应为 en 或 zh'
        )
    return Prompt(
        str(data.get("id", number)),
        messages,
        system,
        str(data.get("reference") or ""),
        lang,
        str(data.get("cluster") or ""),
    )


def _conversation(turns: list[Any], place: str) -> tuple[str, tuple[Message, ...]]:
    system, messages = "", []
    for turn in turns:
        role = turn.get("role") if isinstance(turn, dict) else None
        content = turn.get("content") if isinstance(turn, dict) else None
        if role not in ("system", "user", "assistant") or not isinstance(content, str):
            raise DataError(
                place,
                "has a turn that is not {role: system, user or assistant, content: a text}",
                "有一轮对话不是 {role: system、user 或 assistant，content: 文本}",
            )
        if role == "system":
            system = f"{system}\n\n{content}" if system else content
        else:
            messages.append(Message(role, content))
    while messages and messages[-1].role == "assistant":
        messages.pop()
    if not messages:
        raise DataError(place, "has no turn of the user", "没有用户的一轮")
    return system, tuple(messages)
