"""A training run as its configuration describes it: frozen, plain, free of heavy libraries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

__all__ = ["DataSection", "LoraSection", "ModelSection", "OptimSection", "Run", "SamplesSection"]


@dataclass(frozen=True, slots=True)
class ModelSection:
    """The model: a folder in Hugging Face form, a ``.gguf`` file, or a name on the hub.

    ``dtype`` is ``auto`` (bfloat16 on a GPU, float32 on a CPU), ``float32``, ``bfloat16`` or
    ``float16``. ``chat_template`` is a file of a Jinja template that replaces the model's own.
    """

    path: str
    dtype: str = "auto"
    revision: str | None = None
    chat_template: str | None = None


@dataclass(frozen=True, slots=True)
class DataSection:
    """The examples.

    ``fields`` maps the names used here (``prompt``, ``completion`` …) to those of the file.
    ``max_length`` is in tokens, prompt and completion together. ``loss_on`` is ``completion``,
    ``assistant`` (every assistant turn; needs a chat template that marks them) or ``all``. ``chat``
    is whether plain texts become chat messages: ``auto`` where the model has a chat template.
    """

    train: str
    eval: str | None = None
    format: str = "auto"
    fields: Mapping[str, str] = field(default_factory=dict)
    max_length: int = 1024
    packing: bool = False
    loss_on: str = "completion"
    chat: str = "auto"


@dataclass(frozen=True, slots=True)
class LoraSection:
    """A LoRA adapter: W + (alpha / rank) B A. ``None`` in its place trains all weights.

    ``targets`` is ``all-linear``, ``mlp`` or ``attention``, or names of modules.
    """

    rank: int
    alpha: float = 32.0
    dropout: float = 0.0
    targets: str | tuple[str, ...] = "all-linear"
    exclude_router: bool = True


@dataclass(frozen=True, slots=True)
class OptimSection:
    """The optimizer (AdamW).

    ``batch_size`` is examples a step over all devices (completions, for grpo and rloo);
    ``micro_batch`` is what one device holds at once. Either ``steps`` or ``epochs`` is set.
    ``warmup`` is steps, or below 1 a share of all steps.
    """

    learning_rate: float | Literal["auto"] = "auto"
    batch_size: int = 8
    micro_batch: int = 1
    steps: int | None = None
    epochs: float | None = None
    warmup: float = 0.0
    schedule: str = "constant"
    weight_decay: float = 0.0
    seed: int = 0


@dataclass(frozen=True, slots=True)
class SamplesSection:
    """What the model is asked before training, at each evaluation and at the end.

    ``count`` prompts, 0 for none, each answered greedily with at most ``max_new_tokens`` tokens.
    """

    count: int = 4
    max_new_tokens: int = 64


@dataclass(frozen=True, slots=True)
class Run:
    """One run. ``eval_every`` and ``save_every`` are in steps; 0 means once, at the end.

    ``trainer`` is passed to the installed trainer's configuration as it is.
    """

    method: str
    model: ModelSection
    data: DataSection
    lora: LoraSection | None
    optim: OptimSection
    out: str
    method_options: Mapping[str, Any] = field(default_factory=dict)
    eval_every: int = 0
    save_every: int = 0
    samples: SamplesSection = SamplesSection()
    backend: str = "trl"
    trackers: tuple[str, ...] = ()
    trainer: Mapping[str, Any] = field(default_factory=dict)
