"""GRPO and RLOO: the service samples and trains, the rewards are computed here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, pstdev
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from ..policy import PARTED, prepared
from .advantages import advantages, alike
from .course import Course
from .limits import LOSSES
from .rows import training_rows
from .service import library
from .tokens import prompt_tokens
from .work import Waiting

if TYPE_CHECKING:
    from ..sections import Run

__all__ = ["Gradients"]


@dataclass(frozen=True, slots=True)
class _Answer:
    prompt: tuple[int, ...]
    tokens: tuple[int, ...]
    logprobs: tuple[float, ...]
    text: str
    cut: bool


class Gradients:
    """Groups of answers to prompts, sampled anew for each step and used once."""

    def __init__(self, run: Run, tokenizer: Any, folder: Path) -> None:
        """Read the prompts and make the rewards.

        Raises:
            DataError, TrainError: there are no prompts, or a reward cannot be made.
            MissingLibrary: a library that a reward needs is not installed.
        """
        self._run = run
        self._tokenizer = tokenizer
        self._options = run.method_options
        self._variant = str(self._options.get("variant", "rloo"))
        self.policy = prepared(run, folder)
        self._rows = training_rows(run, tokenizer)
        self._prompts = [tuple(prompt_tokens(row["prompt"], tokenizer)) for row in self._rows]
        prompts_a_step = run.optim.batch_size // self._options["group"]
        self.course = Course(run.optim, len(self._rows), prompts_a_step)

    def send(self, step: int, training: Any, optimizer: Any) -> Waiting:
        """Sample, grade, and send the gradient; a step whose answers teach nothing sends none."""
        chosen = self.course.batch(step)
        groups = self._sample(training, chosen)
        logged: dict[str, float] = {}
        rewards = self._grade(step, chosen, groups, logged)
        data = self._data(groups, rewards)
        figures = {**_figures(groups, rewards), **logged}
        self._watch(step, figures)
        if not data:
            return lambda: {"loss": 0.0, **figures}
        loss = LOSSES["importance_sampling" if self._variant == "rloo" else self._variant]
        gradient = training.forward_backward(data, loss)
        stepped = training.optim_step(optimizer)

        def wait() -> Mapping[str, Any]:
            done = gradient.result()
            stepped.result()
            return {"loss": done.metrics["loss:sum"], **figures}

        return wait

    def evaluate(self, training: Any) -> Mapping[str, Any]:
        """Return nothing: a judge is watched in training instead (``held_out``)."""
        del training
        return {}

    def _sample(self, training: Any, chosen: Sequence[int]) -> list[list[_Answer]]:
        tinker = library()
        sampler = training.save_weights_and_get_sampling_client().result()
        wanted = tinker.SamplingParams(
            max_tokens=self._options["max_new_tokens"],
            temperature=self._options["temperature"],
            top_p=self._options["top_p"],
        )
        asked = [
            sampler.sample(
                prompt=tinker.ModelInput.from_ints(list(self._prompts[at])),
                num_samples=self._options["group"],
                sampling_params=wanted,
            )
            for at in chosen
        ]
        return [
            [self._answer(self._prompts[at], one) for one in future.result().sequences]
            for at, future in zip(chosen, asked, strict=True)
        ]

    def _answer(self, prompt: tuple[int, ...], sampled: Any) -> _Answer:
        text = self._tokenizer.decode(sampled.tokens, skip_special_tokens=True)
        logprobs = tuple(sampled.logprobs or ())
        return _Answer(
            prompt, tuple(sampled.tokens), logprobs, text, sampled.stop_reason == "length"
        )

    def _grade(
        self,
        step: int,
        chosen: Sequence[int],
        groups: Sequence[Sequence[_Answer]],
        logged: dict[str, float],
    ) -> list[list[float | None]]:
        rows = [self._rows[at] for at, group in zip(chosen, groups, strict=True) for _ in group]
        answers = [one for group in groups for one in group]
        names = [name for name in rows[0] if name != "prompt"]
        found = self.policy.reward(
            [row["prompt"] for row in rows],
            [one.text for one in answers],
            [one.tokens for one in answers],
            trainer_state=SimpleNamespace(global_step=step - 1),
            log_metric=logged.__setitem__,
            **{name: [row[name] for row in rows] for name in names},
        )
        size = self._options["group"]
        return [found[at : at + size] for at in range(0, len(found), size)]

    def _data(
        self, groups: Sequence[Sequence[_Answer]], rewards: Sequence[Sequence[float | None]]
    ) -> list[Any]:
        """Return the answers that teach something, with the weight of each token's term."""
        weighed = [
            (one, advantage)
            for group, found in zip(groups, rewards, strict=True)
            for one, advantage in zip(group, advantages(found, self._variant), strict=True)
            if one.tokens
        ]
        scales = self._scales([one for one, _ in weighed])
        return [
            _datum(one, advantage * scale)
            for (one, advantage), scale in zip(weighed, scales, strict=True)
            if advantage
        ]

    def _scales(self, answers: Sequence[_Answer]) -> list[float]:
        """Return what a token of each answer counts in the mean that the variant takes."""
        number = max(1, len(answers))
        if self._variant == "dr_grpo":
            return [1 / (number * self._options["max_new_tokens"])] * len(answers)
        if self._variant == "rloo":
            return [1 / number] * len(answers)
        if self._variant in ("grpo", "gspo"):
            return [1 / (number * len(one.tokens)) for one in answers]
        total = sum(len(one.tokens) for one in answers)
        return [1 / max(1, total)] * len(answers)

    def _watch(self, step: int, figures: Mapping[str, float]) -> None:
        """End the run where its reward and the held-out judge have parted."""
        parting, held_out = self.policy.parting, figures.get("judge/held_out")
        if parting is None or held_out is None or "reward" not in figures:
            return
        if parting.add(figures["reward"], held_out):
            self.policy.stop.reason = self.policy.stop.reason or PARTED
            self.policy.recorder.note(
                parted={"step": step, "reward": figures["reward"], "held_out": held_out}
            )


def _datum(answer: _Answer, advantage: float) -> Any:
    """Return the data of an answer; its prompt's tokens have no advantage."""
    tinker = library()
    tokens = [*answer.prompt, *answer.tokens]
    before = len(answer.prompt) - 1
    return tinker.Datum(
        model_input=tinker.ModelInput.from_ints(tokens[:-1]),
        loss_fn_inputs={
            "target_tokens": tokens[1:],
            "logprobs": [0.0] * before + list(answer.logprobs),
            "advantages": [0.0] * before + [advantage] * len(answer.tokens),
        },
    )


def _figures(
    groups: Sequence[Sequence[_Answer]], rewards: Sequence[Sequence[float | None]]
) -> dict[str, float]:
    answers = [one for group in groups for one in group]
    known = [[one for one in found if one is not None] for found in rewards]
    figures = {
        "length": fmean(len(one.tokens) for one in answers),
        "clipped": fmean(one.cut for one in answers),
        "zero_std": fmean(alike(found) for found in rewards),
        # Of what was sampled, an estimate of the entropy without a second pass.
        "entropy": -fmean([p for one in answers for p in one.logprobs] or [0.0]),
        "new_tokens": float(sum(len(one.prompt) + len(one.tokens) for one in answers)),
    }
    if any(known):
        figures["reward"] = fmean(one for found in known for one in found)
        figures["reward_std"] = fmean(pstdev(found) for found in known if found)
    return figures
