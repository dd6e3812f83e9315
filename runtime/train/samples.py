"""The record of what a model says while it learns, whichever back end trains it.

A supervised run writes no answers by itself. The same few prompts are asked before the first step,
at each evaluation and at the end, so that the answers of a run can be read side by side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from .callback import Report, Stop
from .errors import TrainError
from .questions import Question
from .record import Recorder, read_run
from .rewards.base import text_of

__all__ = ["NO_PROMPT", "Asking", "Said", "Samples", "known"]

#: A sentence in both languages, of why nothing is asked.
Said = Mapping[str, str]

NO_PROMPT: Said = {
    "en": "no samples are written: no example fits into `data.max_length`, and into the model with "
    "`samples.max_new_tokens` after it",
    "zh": "不记录回答样本：没有样本能放入 `data.max_length`，"
    "并在加上 `samples.max_new_tokens` 后仍放入模型的长度上限",
}


class Asking(Protocol):
    """Asks a model that is being trained."""

    def impossible(self) -> Said | None:
        """Return why it cannot be asked, ``None`` where it can."""
        ...

    def rows(self) -> Sequence[Mapping[str, Any]]:
        """Return what :meth:`.record.Recorder.sample` takes beside the step."""
        ...


@dataclass
class Samples:
    """Asks at a step, once, and writes it down; what goes wrong is said once and ends the asking.

    ``report`` is given a row with "said": the sentence, in both languages.
    """

    asking: Asking
    recorder: Recorder
    stop: Stop
    report: Report
    done: set[Any] = field(default_factory=set)
    silent: bool = False

    def begin(self, step: int, of: int) -> None:
        """Ask before the first step; a run that is resumed keeps the answers that it has."""
        self.done = {row.get("step") for row in read_run(self.recorder.folder).samples}
        if step == 0:
            self.at(step, of)

    def at(self, step: int, of: int) -> None:
        """Ask at a step, of so many; not one that is asked to end, who has no time."""
        if self.silent or self.stop.reason or step in self.done:
            return
        self.done.add(step)
        rows: Sequence[Mapping[str, Any]] = ()
        try:
            reason = self.asking.impossible()
            if reason is None:
                rows = self.asking.rows()
        except Exception as error:
            # What the model cannot say must not cost what it has learnt.
            reason = _failed(error)
        if reason is not None:
            self.silent = True
            self.recorder.note(samples={"missing": dict(reason)})
            self.report({"step": step, "of": of, "said": reason})
        for row in rows:
            self.recorder.sample(step, **row)


def known(question: Question, tokenizer: Any, *, held_out: bool) -> dict[str, Any]:
    """Return what a row says of its prompt, whatever is answered; lengths are in tokens."""
    row: dict[str, Any] = {"prompt": text_of(question.prompt), "held_out": held_out}
    if question.reference is not None:
        reference = text_of(question.reference)
        tokens = tokenizer(reference, add_special_tokens=False)["input_ids"]
        row |= {"reference": reference, "reference_length": len(tokens)}
    if question.rejected is not None:
        row["rejected"] = text_of(question.rejected)
    return row


def _failed(error: Exception) -> Said:
    said = " ".join(f"{type(error).__name__}: {error}".split())[:300]
    en, zh = (error.en, error.zh) if isinstance(error, TrainError) else (said, said)
    return {
        "en": f"no more samples are written ({en}); the training goes on. `samples: 0` does "
        "without them",
        "zh": f"不再记录回答样本（{zh}）；训练继续进行。设 `samples: 0` 可不记录",
    }
