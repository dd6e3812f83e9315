"""The model of a trainer of TRL, asked while it learns; see :mod:`.samples`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..judge.missing import need
from .callback import Report, Stop
from .libraries import EXTRA
from .probe import greedy, log_probabilities, scores, still
from .processes import first
from .questions import Question, pair_tokens, questions
from .record import Recorder
from .samples import NO_PROMPT, Said, Samples, known

if TYPE_CHECKING:
    from pathlib import Path

    from .config import Run

__all__ = ["Watched", "watch"]

_PARTED = 3  # the stage of ZeRO that spreads weights over processes


@dataclass(frozen=True)
class Watched:
    """What a run is driven with, so that it and its samples share a folder and an end."""

    recorder: Recorder | None
    stop: Stop


def watch(
    trainer: Any,
    run: Run,
    folder: Path,
    training: Any,
    held_out: Any,
    *,
    report: Report,
) -> Watched:
    """Let a trainer's model be asked; only the first process does.

    ``training`` and ``held_out`` are the examples before the trainer makes tokens of them; those
    held out are asked, where there are any.
    """
    recorder = Recorder(folder) if first() else None
    stop = Stop()
    if recorder is not None and run.samples.count:
        examples = training if held_out is None else held_out
        asking = _Asking(trainer, run, examples, held_out is not None)
        trainer.add_callback(_callback(Samples(asking, recorder, stop, report)))
    return Watched(recorder, stop)


@dataclass
class _Asking:
    """Asks a trainer's model; the questions are chosen when it is asked first."""

    trainer: Any
    run: Run
    examples: Sequence[Mapping[str, Any]]
    held_out: bool
    chosen: tuple[Question, ...] | None = None

    def impossible(self) -> Said | None:
        """Return why this model cannot be asked."""
        trainer = self.trainer
        plugin = getattr(trainer.accelerator.state, "deepspeed_plugin", None)
        parted = plugin is not None and plugin.zero_stage == _PARTED
        if trainer.is_fsdp_enabled or parted:
            return {
                "en": "no samples are written: the weights are spread over the processes "
                "(FSDP, ZeRO-3); ask the finished model with `polyskill train compare`",
                "zh": "不记录回答样本：权重分散在多个进程中（FSDP、ZeRO-3）；"
                "训练结束后可用 `polyskill train compare` 查看回答",
            }
        return None if self._questions() else NO_PROMPT

    def rows(self) -> list[dict[str, Any]]:
        """Return the answers, or of a model that only scores, the pairs with their scores."""
        model = self.trainer.accelerator.unwrap_model(self.trainer.model)
        with still(model):
            if self.run.method == "reward":
                return self._scored(model)
            rows = self._answered(model)
            margins = self._margins(model) if self.run.method == "dpo" else [{}] * len(rows)
            return [row | margin for row, margin in zip(rows, margins, strict=True)]

    def _questions(self) -> tuple[Question, ...]:
        if self.chosen is None:
            tokenizer = self.trainer.processing_class
            self.chosen = questions(self.examples, self.run.samples.count, tokenizer, self._fits)
        return self.chosen

    def _fits(self, question: Question) -> bool:
        longest = self.run.data.max_length
        if self.run.method == "reward":  # the trainer drops longer pairs
            _, both = pair_tokens(question, self.trainer.processing_class)
            return all(len(one) <= longest for one in both)
        most = getattr(self.trainer.model.config, "max_position_embeddings", None)
        room = (most or longest + self.run.samples.max_new_tokens) - self.run.samples.max_new_tokens
        return 1 <= len(question.tokens) <= min(longest, room)

    def _answered(self, model: Any) -> list[dict[str, Any]]:
        tokenizer, asked = self.trainer.processing_class, self._questions()
        most = self.run.samples.max_new_tokens
        answers = greedy(model, tokenizer, [one.tokens for one in asked], most)
        return [
            {
                **self._known(question),
                "completion": answer.text,
                "length": answer.length,
                "cut": answer.cut,
            }
            for question, answer in zip(asked, answers, strict=True)
        ]

    def _scored(self, model: Any) -> list[dict[str, Any]]:
        """Return pairs with a score each: a model that only scores has no answer of its own."""
        rows = []
        for question in self._questions():
            _, both = pair_tokens(question, self.trainer.processing_class)
            chosen, rejected = scores(model, both)
            row = self._known(question)
            row["completion"] = row.pop("reference")
            scored = {"reward": chosen, "rejected_reward": rejected, "margin": chosen - rejected}
            rows.append(row | scored)
        return rows

    def _margins(self, model: Any) -> list[dict[str, Any]]:
        """Return DPO's margins, β times the difference of the log-ratios to the reference."""
        adapted = hasattr(model, "disable_adapter")
        reference = model if adapted else getattr(self.trainer, "ref_model", None)
        if reference is None:  # its log-probabilities were computed before, and it is gone
            return [{} for _ in self._questions()]
        beta = self.run.method_options["beta"]
        found = []
        for question in self._questions():
            start, both = pair_tokens(question, self.trainer.processing_class)
            texts = [one[: self.run.data.max_length] for one in both]
            now = log_probabilities(model, texts, start)
            before = log_probabilities(reference, texts, start, without_adapter=adapted)
            ratios = [one - other for one, other in zip(now, before, strict=True)]
            found.append({"margin": beta * (ratios[0] - ratios[1])})
        return found

    def _known(self, question: Question) -> dict[str, Any]:
        return known(question, self.trainer.processing_class, held_out=self.held_out)


def _callback(samples: Samples) -> Any:
    transformers: Any = need("transformers", EXTRA)

    class Sampling(transformers.TrainerCallback):  # type: ignore[misc]
        def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            samples.begin(state.global_step, state.max_steps)

        def on_evaluate(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            samples.at(state.global_step, state.max_steps)

        def on_train_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            samples.at(state.global_step, state.max_steps)

    return Sampling()
