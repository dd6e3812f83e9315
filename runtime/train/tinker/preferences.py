"""Direct preference optimization: the loss is computed here, its gradient there.

Loss of a pair (Rafailov et al. 2023, arXiv 2305.18290, equation 7): with h = β[(log π(chosen) −
log π₀(chosen)) − (log π(rejected) − log π₀(rejected))], −log σ(h), smoothed or as a hinge. π₀ is
the model without the adapter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..errors import TrainError
from ..libraries import torch
from .course import Course
from .rows import held_out_rows, training_rows
from .service import library
from .tokens import Encoded, datum, encoded
from .work import Waiting

if TYPE_CHECKING:
    from ..sections import Run

__all__ = ["Preferences"]

Pair = tuple[Encoded, Encoded]


class Preferences:
    """Pairs of answers, the first of which is the better one."""

    def __init__(self, run: Run, tokenizer: Any, reference: Any) -> None:
        """Read and encode the pairs; ``reference`` is a ``SamplingClient`` of the base model.

        Raises:
            DataError, TrainError: they cannot be trained on.
        """
        self._options = run.method_options
        self._reference = reference
        self._known: dict[tuple[int, ...], Any] = {}
        self._pairs = [_pair(row, tokenizer, run) for row in training_rows(run, tokenizer)]
        self._held_out = [_pair(row, tokenizer, run) for row in held_out_rows(run, tokenizer)]
        self.course = Course(run.optim, len(self._pairs), run.optim.batch_size)

    def send(self, step: int, training: Any, optimizer: Any) -> Waiting:
        """Send one batch of pairs and the optimizer's step."""
        batch = [self._pairs[at] for at in self.course.batch(step)]
        references = self._references(batch)
        figures: dict[str, float] = {}

        def loss_of(_data: Sequence[Any], policy: Sequence[Any]) -> tuple[Any, dict[str, float]]:
            margins = _margins(batch, policy, references, self._options["beta"])
            figures.update(_figures(margins))
            loss = _loss(margins, self._options)
            return loss, {}

        gradient = training.forward_backward_custom(_data(batch), loss_of)
        stepped = training.optim_step(optimizer)

        def wait() -> Mapping[str, Any]:
            done = gradient.result()
            stepped.result()
            tokens = sum(len(one.tokens) for pair in batch for one in pair)
            return {"loss": done.metrics["loss:sum"], "new_tokens": tokens, **figures}

        return wait

    def evaluate(self, training: Any) -> Mapping[str, Any]:
        """Return loss, accuracy and margin of the held-out pairs."""
        if not self._held_out:
            return {}
        done = training.forward(_data(self._held_out), "cross_entropy").result()
        policy = [torch().tensor(out["logprobs"].data) for out in done.loss_fn_outputs]
        references = self._references(self._held_out)
        margins = _margins(self._held_out, policy, references, self._options["beta"])
        found = {f"eval/{name}": value for name, value in _figures(margins).items()}
        return {"eval_loss": float(_loss(margins, self._options)), **found}

    def _references(self, batch: Sequence[Pair]) -> list[float]:
        """Return log π₀ of each answer, chosen and rejected in turn; each is asked for once."""
        model_input = library().ModelInput
        answers = [one for pair in batch for one in pair]
        for one in answers:
            if one.tokens not in self._known:
                asked = self._reference.compute_logprobs(model_input.from_ints(list(one.tokens)))
                self._known[one.tokens] = asked
        found = []
        for one in answers:
            known = self._known[one.tokens]
            if not isinstance(known, float):
                weighted = zip(known.result()[1:], one.weights[1:], strict=True)
                known = self._known[one.tokens] = float(sum((p or 0.0) * w for p, w in weighted))
            found.append(known)
        return found


def _pair(row: Mapping[str, Any], tokenizer: Any, run: Run) -> Pair:
    prompt, chosen, rejected = row.get("prompt"), row["chosen"], row["rejected"]
    if prompt is None and isinstance(chosen, list):
        if chosen[:-1] != rejected[:-1]:
            raise TrainError(
                "the two answers of a pair follow different conversations: give them one `prompt`",
                "一对回答的前文不同：请用同一个 `prompt`",
            )
        prompt, chosen, rejected = chosen[:-1], chosen[-1:], rejected[-1:]
    made = [
        encoded({"prompt": prompt or "", "completion": answer}, tokenizer, run.data)
        for answer in (chosen, rejected)
    ]
    return made[0], made[1]


def _data(batch: Sequence[Pair]) -> list[Any]:
    return [datum(one) for pair in batch for one in pair]


def _margins(
    batch: Sequence[Pair], policy: Sequence[Any], references: Sequence[float], beta: float
) -> Any:
    """Return h of each pair: a tensor (pairs,)."""
    library_of_tensors = torch()
    answers = [one for pair in batch for one in pair]
    ratios = [
        (logprobs * library_of_tensors.tensor(one.weights[1:])).sum() - reference
        for one, logprobs, reference in zip(answers, policy, references, strict=True)
    ]
    pairs = zip(ratios[::2], ratios[1::2], strict=True)
    return beta * library_of_tensors.stack([chosen - rejected for chosen, rejected in pairs])


def _loss(margins: Any, options: Mapping[str, Any]) -> Any:
    """Return the mean loss: the weighted sum of the losses that are named."""
    functions = torch().nn.functional
    losses = options["loss"]
    weights = options["loss_weights"] or [1.0] * len(losses)
    smoothing = options["label_smoothing"]
    total: Any = 0.0
    for name, weight in zip(losses, weights, strict=True):
        if name == "hinge":
            each = functions.relu(1 - margins)
        else:
            each = -(1 - smoothing) * functions.logsigmoid(margins)
            each = each - smoothing * functions.logsigmoid(-margins)
        total = total + weight * each.mean()
    return total


def _figures(margins: Any) -> dict[str, float]:
    return {
        "margin": float(margins.detach().mean()),
        "accuracy": float((margins.detach() > 0).float().mean()),
    }
