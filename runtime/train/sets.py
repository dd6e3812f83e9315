"""The examples of a run as data sets that trainers take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..judge.missing import need
from .data import read_examples, to_columns
from .errors import TrainError
from .libraries import EXTRA

if TYPE_CHECKING:
    from .config import Run

__all__ = ["chats", "data_sets"]


def chats(run: Run, tokenizer: Any) -> bool:
    """Return whether plain texts become messages of a chat.

    Raises:
        TrainError: they are to, and the model has no chat template.
    """
    has = bool(tokenizer.chat_template)
    if run.data.chat == "yes" and not has:
        raise TrainError(
            f"`data.chat: yes`, but {run.model.path} has no chat template: name one in "
            "`model.chat_template`, or write `data.chat: no`",
            f"`data.chat: yes`，但 {run.model.path} 没有对话模板：请在 `model.chat_template` 中"
            "指定，或写 `data.chat: no`",
        )
    return has and run.data.chat != "no"


def data_sets(run: Run, tokenizer: Any) -> tuple[Any, Any]:
    """Return the data sets to train on and to evaluate on (``None`` where there is none).

    Raises:
        DataError: a file cannot be read, or an example lacks what the method needs.
        TrainError: examples are messages, and the model has no chat template.
        MissingLibrary: datasets is not installed.
    """
    kind = need("datasets", EXTRA).Dataset
    chat = chats(run, tokenizer)
    made: list[Any] = []
    for path in (run.data.train, run.data.eval):
        if path is None:
            made.append(None)
            continue
        examples = read_examples(path, run.data)
        columns = to_columns(examples, run.method, chat=chat, loss_on=run.data.loss_on)
        if not tokenizer.chat_template and _conversational(columns):
            raise TrainError(
                f"the examples of {path} are chat messages, but {run.model.path} has no chat "
                "template: name one in `model.chat_template`, or write plain texts",
                f"{path} 中的样本是对话消息，但 {run.model.path} 没有对话模板：请在 "
                "`model.chat_template` 中指定，或改用纯文本",
            )
        made.append(kind.from_dict(columns))
    return made[0], made[1]


def _conversational(columns: dict[str, list[Any]]) -> bool:
    return any(
        isinstance(columns[name][0], list)
        for name in ("prompt", "completion", "chosen", "messages")
        if name in columns
    )
