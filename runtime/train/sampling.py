"""What a model says while it learns: the same few prompts, asked again and again.

A supervised run writes no answers by itself. This asks before the first step, at each evaluation
and at the end, so that the answers of a run can be read side by side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..judge.missing import need
from .answering import greedy, log_probabilities, scores, still
from .callback import Report, Stop
from .libraries import EXTRA
from .processes import first
from .questions import Question, pair_tokens, questions
from .record import Recorder, read_run
from .rewards.base import text_of

if TYPE_CHECKING:
    from pathlib import Path

    from .config import Run

__all__ = ["Said", "Watched", "told", "watch"]

#: A sentence in both languages, of why nothing is asked.
Said = Mapping[str, str]
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
        rows = training if held_out is None else held_out
        asking = _Asking(trainer, run, rows, held_out is not None)
        trainer.add_callback(_callback(asking, recorder, stop, report))
    return Watched(recorder, stop)


def told(reason: Said) -> dict[str, Any]:
    """Return what run.json says where answers are missing."""
    return {"samples": {"missing": dict(reason)}}


@dataclass
class _Asking:
    """Asks a trainer's model; the questions are chosen when it is asked first."""

    trainer: Any
    run: Run
    rows: Sequence[Mapping[str, Any]]
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
        if not self._questions():
            return {
                "en": "no samples are written: no prompt is there that fits into "
                "`data.max_length` and the model with `samples.max_new_tokens` after it",
                "zh": "不记录回答样本：没有提示能在加上 `samples.max_new_tokens` 后放入 "
                "`data.max_length` 与模型的长度上限",
            }
        return None

    def rows_now(self) -> list[dict[str, Any]]:
        """Return what :meth:`Recorder.sample` takes, but for the step."""
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
            self.chosen = questions(self.rows, self.run.samples.count, tokenizer, self._fits)
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
            known = self._known(question)
            completion = known.pop("reference")
            rows.append(
                {
                    **known,
                    "completion": completion,
                    "reward": chosen,
                    "rejected_reward": rejected,
                    "margin": chosen - rejected,
                }
            )
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
        known: dict[str, Any] = {"prompt": text_of(question.prompt), "held_out": self.held_out}
        if question.reference is not None:
            reference = text_of(question.reference)
            tokenizer = self.trainer.processing_class
            tokens = tokenizer(reference, add_special_tokens=False)["input_ids"]
            known |= {"reference": reference, "reference_length": len(tokens)}
        if question.rejected is not None:
            known["rejected"] = text_of(question.rejected)
        return known


def _callback(asking: _Asking, recorder: Recorder, stop: Stop, report: Report) -> Any:
    transformers: Any = need("transformers", EXTRA)

    class Sampling(transformers.TrainerCallback):  # type: ignore[misc]
        #: Steps that have their rows, also those of the run that this one goes on with.
        done: set[Any]
        silent = False

        def ask(self, state: Any) -> None:
            step = state.global_step
            if self.silent or stop.reason or step in self.done:
                return
            try:
                reason = asking.impossible()
                rows = [] if reason else asking.rows_now()
            except Exception as error:
                # What the model cannot say must not cost what it has learnt.
                said = " ".join(f"{type(error).__name__}: {error}".split())[:300]
                reason, rows = _failed(said), []
            if reason is not None:
                self.silent = True
                recorder.note(**told(reason))
                report({"step": step, "of": state.max_steps, "said": reason})
            for row in rows:
                recorder.sample(step, **row)
            self.done.add(step)

        def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            self.done = {row.get("step") for row in read_run(recorder.folder).samples}
            if state.global_step == 0:
                self.ask(state)

        def on_evaluate(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            self.ask(state)

        def on_train_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            self.ask(state)

    return Sampling()


def _failed(said: str) -> Said:
    return {
        "en": f"no more samples are written ({said}); the training goes on. `samples: 0` does "
        "without them",
        "zh": f"不再记录回答样本（{said}）；训练继续进行。设 `samples: 0` 可不记录",
    }
