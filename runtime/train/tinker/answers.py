"""What the model says while the service trains it: drawn there, greedily; see :mod:`..samples`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..errors import TrainError
from ..questions import Question, questions
from ..samples import NO_PROMPT, Said, known
from .rows import held_out_rows, training_rows
from .service import library, without_key

if TYPE_CHECKING:
    from ..sections import Run

__all__ = ["Answers"]


class Answers:
    """Asks the service for answers with the weights that the run has at the time."""

    def __init__(self, run: Run, tokenizer: Any, training: Any) -> None:
        """Choose the prompts; ``training`` is the run's ``TrainingClient``.

        Raises:
            DataError, TrainError: the examples cannot be read.
        """
        self._run, self._tokenizer, self._training = run, tokenizer, training
        held_out = held_out_rows(run, tokenizer)
        self._held_out = bool(held_out)
        self._asked = questions(
            held_out or training_rows(run, tokenizer), run.samples.count, tokenizer, self._fits
        )

    def impossible(self) -> Said | None:
        """Return why nothing can be asked."""
        return None if self._asked else NO_PROMPT

    def rows(self) -> list[Mapping[str, Any]]:
        """Return the answers.

        Raises:
            TrainError: the service gave none.
        """
        try:
            return self._drawn()
        except library().TinkerError as error:
            said = without_key(error)
            raise TrainError(f"Tinker: {said}", f"Tinker：{said}") from error

    def _drawn(self) -> list[Mapping[str, Any]]:
        """Return the answers; all are asked for before the first is waited for."""
        tinker, tokenizer = library(), self._tokenizer
        sampler = self._training.save_weights_and_get_sampling_client().result()
        ends = [] if tokenizer.eos_token_id is None else [tokenizer.eos_token_id]
        wanted = tinker.SamplingParams(
            max_tokens=self._run.samples.max_new_tokens, temperature=0.0, stop=ends or None
        )
        waiting = [
            sampler.sample(
                prompt=tinker.ModelInput.from_ints(list(one.tokens)),
                num_samples=1,
                sampling_params=wanted,
            )
            for one in self._asked
        ]
        return [
            self._row(question, future.result().sequences[0], ends)
            for question, future in zip(self._asked, waiting, strict=True)
        ]

    def _row(self, question: Question, sampled: Any, ends: list[int]) -> Mapping[str, Any]:
        tokens = list(sampled.tokens)
        if tokens[-1:] == ends:
            tokens.pop()
        return {
            **known(question, self._tokenizer, held_out=self._held_out),
            "completion": self._tokenizer.decode(tokens, skip_special_tokens=True),
            "length": len(tokens),
            "cut": sampled.stop_reason == "length",
        }

    def _fits(self, question: Question) -> bool:
        return 1 <= len(question.tokens) <= self._run.data.max_length
