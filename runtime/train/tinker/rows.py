"""The examples of a run as rows, with no library of data sets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..data import read_examples, to_columns
from ..examples import Example
from ..sets import chats
from ..skill_weights import is_recording, recorded_pairs

if TYPE_CHECKING:
    from ..sections import Run

__all__ = ["held_out_rows", "training_rows"]


def training_rows(run: Run, tokenizer: Any) -> list[dict[str, Any]]:
    """Return the rows to train on; a recording of ``polyskill eval`` has its own form.

    Raises:
        DataError: the file cannot be read, or an example lacks what the method needs.
        TrainError: examples are messages, and the model has no chat template.
    """
    if run.method == "distill" and is_recording(run.data.train):
        pairs = [Example(pair, run.data.train) for pair in recorded_pairs(run.data.train)]
        return _rows(to_columns(pairs, run.method, chat=chats(run, tokenizer)))
    return _read(run, run.data.train, tokenizer)


def held_out_rows(run: Run, tokenizer: Any) -> list[dict[str, Any]]:
    """Return the rows to measure on, none where ``data.eval`` names none. Raises as above."""
    return _read(run, run.data.eval, tokenizer) if run.data.eval else []


def _read(run: Run, path: str, tokenizer: Any) -> list[dict[str, Any]]:
    examples = read_examples(path, run.data)
    chat = chats(run, tokenizer)
    return _rows(to_columns(examples, run.method, chat=chat, loss_on=run.data.loss_on))


def _rows(columns: dict[str, list[Any]]) -> list[dict[str, Any]]:
    names = list(columns)
    return [dict(zip(names, values, strict=True)) for values in zip(*columns.values(), strict=True)]
