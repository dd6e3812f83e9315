"""Examples as the columns that a trainer takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .examples import NAMES, Example
from .problems import DataError

__all__ = ["NEEDED", "to_columns"]

#: What each method must find in an example: any one of these sets.
NEEDED: Mapping[str, tuple[frozenset[str], ...]] = {
    "sft": (
        frozenset({"prompt", "completion"}),
        frozenset({"messages"}),
        frozenset({"text"}),
    ),
    "dpo": (frozenset({"chosen", "rejected"}),),
    "reward": (frozenset({"chosen", "rejected"}),),
    "grpo": (frozenset({"prompt"}), frozenset({"messages"})),
    "rloo": (frozenset({"prompt"}), frozenset({"messages"})),
    "distill": (frozenset({"prompt"}), frozenset({"messages"})),
}


def to_columns(
    examples: Iterable[Example],
    method: str,
    *,
    chat: bool = False,
    loss_on: str = "completion",
) -> dict[str, list[Any]]:
    """Return the columns of ``datasets.Dataset.from_dict``, all of one length.

    With ``chat``, plain texts become messages, so that the trainer applies the chat template. Where
    one example has messages, all get them, as a trainer takes no mixture. ``messages`` whose loss
    is on the completion are split before the last message. Policy methods keep further columns
    (a reward reads them), None where an example has none; others drop them.

    Raises:
        DataError: there is no example, one lacks a column, or it differs in kind from the first.
    """
    taken = [_split(example, method, loss_on) for example in examples]
    if not taken:
        raise DataError("data", "there is no example", "没有样本")
    kind = _kind(taken[0], method)
    for example in taken:
        if _kind(example, method) != kind:
            raise DataError(
                example.where,
                f"has {_listed(_kind(example, method))}, but the first example "
                f"({taken[0].where}) has {_listed(kind)}; write all alike",
                f"含 {_listed(_kind(example, method))}，而首个样本（{taken[0].where}）含 "
                f"{_listed(kind)}；请统一写法",
            )
    names = [name for name in NAMES if name in kind]
    as_chat = "text" not in kind and (
        chat or any(not isinstance(one.get(name), str) for one in taken for name in names)
    )
    shape: Callable[[str, Any], Any] = _messages if as_chat else lambda _name, value: value
    columns = {name: [shape(name, one.get(name)) for one in taken] for name in names}
    if method in ("grpo", "rloo", "distill"):
        extra = {key: None for one in taken for key in one.columns if key not in names}
        columns |= {key: [one.get(key) for one in taken] for key in extra}
    return columns


def _split(example: Example, method: str, loss_on: str) -> Example:
    """Split messages into prompt and completion, where a method or the loss asks for it."""
    messages = example.get("messages")
    if not isinstance(messages, list) or (method == "sft" and loss_on != "completion"):
        return example
    rest = {key: value for key, value in example.columns.items() if key != "messages"}
    answered = messages[-1]["role"] == "assistant"
    if method in ("grpo", "rloo", "distill"):
        prompt = messages[:-1] if answered else messages
        more = {"completion": messages[-1:]} if answered and method == "distill" else {}
        return Example({**rest, "prompt": prompt, **more}, example.where)
    if method != "sft":
        return example
    if not answered or len(messages) < 2:
        raise DataError(
            example.where,
            "`messages` must end with an answer of the assistant to something",
            "`messages` 应以助手对前文的回答结束",
        )
    return Example({**rest, "prompt": messages[:-1], "completion": messages[-1:]}, example.where)


def _kind(example: Example, method: str) -> frozenset[str]:
    """Return the columns that the method takes from an example."""
    for needed in NEEDED[method]:
        if needed <= example.columns.keys():
            optional = {"dpo": {"prompt"}, "reward": {"prompt"}, "distill": {"completion"}}
            return needed | (optional.get(method, set()) & example.columns.keys())
    ways = " or ".join(_listed(needed) for needed in NEEDED[method])
    ways_zh = "，或 ".join(_listed(needed, "、") for needed in NEEDED[method])
    there = _listed(example.columns) or "none"
    raise DataError(
        example.where,
        f"`{method}` needs {ways}; columns here: {there}; `data.fields` maps other names",
        f"`{method}` 需要 {ways_zh}；此处的列：{there}；其他列名可用 `data.fields` 映射",
    )


def _listed(names: Iterable[str], comma: str = ", ") -> str:
    place = {name: number for number, name in enumerate(NAMES)}
    order = sorted(names, key=lambda name: (place.get(name, len(place)), name))
    return comma.join(f"`{name}`" for name in order)


def _messages(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return [{"role": "user" if name == "prompt" else "assistant", "content": value}]
