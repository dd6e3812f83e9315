"""Supervised fine-tuning, and off-policy distillation, which is that on recorded answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..errors import TrainError
from .course import Course
from .rows import held_out_rows, training_rows
from .tokens import Encoded, datum, encoded
from .work import Waiting

if TYPE_CHECKING:
    from ..sections import Run

__all__ = ["Supervised"]

_LOSS = "cross_entropy"


class Supervised:
    """The mean of −log p over the tokens of a batch that are trained on."""

    def __init__(self, run: Run, tokenizer: Any) -> None:
        """Read and encode the examples.

        Raises:
            DataError, TrainError: they cannot be trained on.
        """
        rows = training_rows(run, tokenizer)
        for row in rows:
            if "prompt" in row and not row.get("completion"):
                raise TrainError(
                    "an example has no answer to learn: off-policy distillation needs a recording, "
                    "or `prompt` and `completion`",
                    "有样本缺少可学习的回答：off-policy 蒸馏需要录制文件，或 `prompt` 与 "
                    "`completion`",
                )
        self._examples = [encoded(row, tokenizer, run.data) for row in rows]
        held_out = held_out_rows(run, tokenizer)
        self._held_out = [encoded(row, tokenizer, run.data) for row in held_out]
        if not any(one.trained for one in self._examples):
            raise TrainError(
                "no token of the examples is trained on: `data.max_length` cuts all answers off",
                "样本中没有可训练的词元：`data.max_length` 截掉了所有回答",
            )
        self.course = Course(run.optim, len(self._examples), run.optim.batch_size)

    def send(self, step: int, training: Any, optimizer: Any) -> Waiting:
        """Send one batch and the optimizer's step."""
        batch = [self._examples[at] for at in self.course.batch(step)]
        gradient = training.forward_backward(_data(batch), _LOSS)
        stepped = training.optim_step(optimizer)

        def wait() -> Mapping[str, Any]:
            done = gradient.result()
            stepped.result()
            return {
                "loss": done.metrics["loss:sum"],
                "new_tokens": sum(len(one.tokens) for one in batch),
            }

        return wait

    def evaluate(self, training: Any) -> Mapping[str, Any]:
        """Return the mean loss of the held-out tokens."""
        if not any(one.trained for one in self._held_out):
            return {}
        done = training.forward(_data(self._held_out), _LOSS).result()
        return {"eval_loss": done.metrics["loss:sum"]}


def _data(batch: Sequence[Encoded]) -> list[Any]:
    total = sum(one.trained for one in batch)
    return [datum(one, 1 / max(total, 1.0)) for one in batch]
