"""A Tinker of this machine: the SDK's classes over a tiny model, with real gradients.

Its states are files under the folder in ``FAKE_TINKER``, so that another process can go on.
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

CALLS: list[str] = []
DRAWN = [0]
MODEL = "small/served"
END = 1  # the token that ends a text of the tiny model
FAILURES: dict[str, list[Exception]] = {}


class TinkerError(Exception):
    pass


class RequestFailedError(TinkerError):
    pass


class RateLimitError(TinkerError):
    pass


class APIConnectionError(TinkerError):
    pass


class AuthenticationError(TinkerError):
    pass


class BadRequestError(TinkerError):
    pass


class BillingError(TinkerError):
    pass


class NotFoundError(TinkerError):
    pass


class PermissionDeniedError(TinkerError):
    pass


class TensorData:
    def __init__(self, values: Any) -> None:
        self.data = list(values)

    def tolist(self, pad_value: int = 0) -> list[Any]:
        return self.data


@dataclass
class ModelInput:
    ids: list[int]

    @classmethod
    def from_ints(cls, tokens: list[int]) -> ModelInput:
        return cls(list(tokens))

    def to_ints(self) -> list[int]:
        return self.ids


class Datum:
    def __init__(self, model_input: ModelInput, loss_fn_inputs: dict[str, Any]) -> None:
        self.model_input = model_input
        self.loss_fn_inputs = {name: TensorData(one) for name, one in loss_fn_inputs.items()}
        assert all(
            len(one.tolist()) == len(model_input.ids) for one in self.loss_fn_inputs.values()
        )


@dataclass
class AdamParams:
    learning_rate: float = 1e-4
    beta1: float = 0.9
    beta2: float = 0.95
    eps: float = 1e-12
    weight_decay: float = 0.0
    grad_clip_norm: float = 0.0


@dataclass
class SamplingParams:
    max_tokens: int | None = None
    seed: int | None = None
    stop: Any = None
    temperature: float = 1
    top_k: int = -1
    top_p: float = 1


def _future(name: str, work: Any) -> Future[Any]:
    CALLS.append(name)
    made: Future[Any] = Future()
    if FAILURES.get(name):
        made.set_exception(FAILURES[name].pop(0))
    else:
        made.set_result(work())
    return made


def _logprobs(model: Any, ids: list[int], targets: list[int]) -> Any:
    import torch

    logits = model(input_ids=torch.tensor([ids])).logits[0].log_softmax(-1)
    return logits[torch.arange(len(targets)), torch.tensor(targets)]


class SamplingClient:
    def __init__(self, model: Any) -> None:
        self._model = model

    def sample(
        self, prompt: ModelInput, num_samples: int, sampling_params: SamplingParams
    ) -> Future[Any]:
        return _future("sample", lambda: self._sample(prompt.ids, num_samples, sampling_params))

    def _sample(self, prompt: list[int], number: int, params: SamplingParams) -> Any:
        import torch

        DRAWN[0] += 1
        generator = torch.Generator().manual_seed(params.seed or DRAWN[0])
        made = []
        for _ in range(number):
            tokens: list[int] = []
            logprobs: list[float] = []
            while len(tokens) < (params.max_tokens or 0):
                with torch.no_grad():
                    row = self._model(input_ids=torch.tensor([prompt + tokens])).logits[0, -1]
                row = (row / (params.temperature or 1)).log_softmax(-1)
                token = int(
                    torch.multinomial(row.exp(), 1, generator=generator)
                    if params.temperature
                    else row.argmax()
                )
                tokens.append(token)
                logprobs.append(float(row[token]))
                if token == END:
                    break
            ended = "stop" if tokens[-1] == END else "length"
            made.append(SimpleNamespace(tokens=tokens, logprobs=logprobs, stop_reason=ended))
        return SimpleNamespace(sequences=made)

    def compute_logprobs(self, prompt: ModelInput) -> Future[Any]:
        import torch

        def work() -> list[float | None]:
            with torch.no_grad():
                return [None, *_logprobs(self._model, prompt.ids[:-1], prompt.ids[1:]).tolist()]

        return _future("compute_logprobs", work)


def _load(base: str) -> Any:
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(base)


class TrainingClient:
    def __init__(self, base: str, state: dict[str, Any] | None = None) -> None:
        import torch

        self._base, self._model = base, _load(base)
        self._adam = torch.optim.AdamW(self._model.parameters(), weight_decay=0)
        if state is not None:
            self._model.load_state_dict(state["model"])
            self._adam.load_state_dict(state["adam"])

    def get_tokenizer(self) -> Any:
        from transformers import AutoTokenizer

        return AutoTokenizer.from_pretrained(self._base)

    def forward(self, data: list[Datum], loss_fn: str, loss_fn_config: Any = None) -> Future[Any]:
        return _future("forward", lambda: self._run(data, loss_fn, loss_fn_config, False))

    def forward_backward(
        self, data: list[Datum], loss_fn: str, loss_fn_config: Any = None
    ) -> Future[Any]:
        return _future(
            f"forward_backward:{loss_fn}", lambda: self._run(data, loss_fn, loss_fn_config, True)
        )

    def _run(self, data: list[Datum], loss_fn: str, config: Any, backward: bool) -> Any:
        import torch

        outputs, total = [], torch.tensor(0.0)
        for one in data:
            given = {name: torch.tensor(v.tolist()) for name, v in one.loss_fn_inputs.items()}
            targets = one.loss_fn_inputs["target_tokens"].tolist()
            logprobs = _logprobs(self._model, one.model_input.ids, targets)
            outputs.append({"logprobs": TensorData(logprobs.detach().tolist())})
            if loss_fn == "cross_entropy":
                total = total - (given["weights"] * logprobs).sum()
                continue
            ratio, advantages = (logprobs - given["logprobs"]).exp(), given["advantages"]
            gain = ratio * advantages
            if loss_fn == "ppo":
                gain = torch.minimum(gain, ratio.clamp(0.8, 1.2) * advantages)
            total = total - gain.sum()
        if backward:
            total.backward()
        return SimpleNamespace(loss_fn_outputs=outputs, metrics={"loss:sum": total.item()})

    def forward_backward_custom(self, data: list[Datum], loss_fn: Any) -> Future[Any]:
        def work() -> Any:
            outputs = [
                _logprobs(
                    self._model, one.model_input.ids, one.loss_fn_inputs["target_tokens"].tolist()
                )
                for one in data
            ]
            loss, metrics = loss_fn(data, outputs)
            loss.backward()
            return SimpleNamespace(loss_fn_outputs=[], metrics={**metrics, "loss:sum": loss.item()})

        return _future("forward_backward_custom", work)

    def optim_step(self, optim_params: AdamParams) -> Future[Any]:
        def work() -> None:
            for one in self._adam.param_groups:
                one["lr"] = optim_params.learning_rate
            self._adam.step()
            self._adam.zero_grad()

        return _future("optim_step", work)

    def save_state(self, name: str, overwrite: bool = False) -> Future[Any]:
        import torch

        def work() -> Any:
            path = Path(os.environ["FAKE_TINKER"]) / name
            state = {"model": self._model.state_dict(), "adam": self._adam.state_dict()}
            torch.save({**state, "base": self._base}, path)
            return SimpleNamespace(path=f"tinker://{path}")

        return _future("save_state", work)

    def save_weights_for_sampler(self, name: str) -> Future[Any]:
        return _future(
            "save_weights_for_sampler", lambda: SimpleNamespace(path=f"tinker://run/{name}")
        )

    def save_weights_and_get_sampling_client(self) -> Future[Any]:
        return _future("sampling_client", lambda: SamplingClient(self._model))


class ServiceClient:
    """Serves one model, under a name: the one in ``FAKE_TINKER_MODEL``."""

    def __init__(self, user_metadata: dict[str, str] | None = None) -> None:
        if "TINKER_API_KEY" not in os.environ:
            msg = "The api_key client option must be set"
            raise TinkerError(msg)

    def create_lora_training_client(
        self,
        base_model: str,
        rank: int = 32,
        seed: int | None = None,
        train_mlp: bool = True,
        train_attn: bool = True,
        train_unembed: bool = True,
    ) -> Future[Any]:
        return _future("create", lambda: TrainingClient(_served(base_model)))

    def create_training_client_from_state_with_optimizer(self, path: str) -> Future[Any]:
        import torch

        def work() -> Any:
            state = torch.load(path.removeprefix("tinker://"), weights_only=True)
            return TrainingClient(state["base"], state)

        return _future("resume", work)

    def create_sampling_client(
        self, model_path: str | None = None, base_model: str | None = None
    ) -> Future[Any]:
        return _future("reference", lambda: SamplingClient(_load(_served(str(base_model)))))


def _served(name: str) -> str:
    assert name == MODEL
    return os.environ["FAKE_TINKER_MODEL"]


def install() -> ModuleType:
    """Put it in the SDK's place."""
    made = ModuleType("tinker")
    for name in NAMES:
        setattr(made, name, globals()[name])
    sys.modules["tinker"] = made
    return made


#: What the SDK has at its top and the back end uses.
NAMES = (
    *("ServiceClient", "TrainingClient", "SamplingClient"),
    *("Datum", "ModelInput", "AdamParams", "SamplingParams"),
    *("TinkerError", "APIConnectionError", "AuthenticationError", "BadRequestError"),
    *("BillingError", "NotFoundError", "PermissionDeniedError", "RateLimitError"),
    "RequestFailedError",
)
