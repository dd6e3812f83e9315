"""The model that is trained: loaded from a folder or a GGUF file, with LoRA where it is wanted."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ..judge.missing import need
from .errors import TrainError
from .libraries import EXTRA, torch

if TYPE_CHECKING:
    from .config import LoraSection, ModelSection

__all__ = [
    "Head",
    "Loaded",
    "best_device",
    "broken_weights",
    "load",
    "lora_config",
    "routers",
    "save",
    "size",
]

#: ``lm`` predicts the next token, ``score`` gives a text one number.
Head = Literal["lm", "score"]
_TASKS = {"lm": "CAUSAL_LM", "score": "SEQ_CLS"}
#: What the linear layer that chooses experts is called, beside a module named ``experts``.
_ROUTERS = ("gate", "router", "shared_expert_gate")

#: How the blocks of a layer are called, as part of a module's dotted name.
_GROUPS = {
    "mlp": (".mlp.", ".feed_forward.", ".ffn.", ".block_sparse_moe."),
    "attention": ("attn.", ".attention."),
}


@dataclass(frozen=True)
class Loaded:
    """A model with its tokenizer, and the kind of device ("cuda", "mps", "cpu") that it is for."""

    model: Any
    tokenizer: Any
    device: str


def best_device() -> str:
    """Return "cuda", "mps" or "cpu": the first that this machine has."""
    library = torch()
    if library.cuda.is_available():
        return "cuda"
    return "mps" if library.backends.mps.is_available() else "cpu"


def load(section: ModelSection, *, head: Head = "lm") -> Loaded:
    """Load a model and its tokenizer.

    ``section.path`` is a folder, a ``.gguf`` file, or a name that the hub knows. A head of kind
    ``score`` that the model has not is new and random: seed torch before.

    Raises:
        TrainError: there is no such model, or it cannot be loaded.
        MissingLibrary: torch, transformers or, for a GGUF file, gguf is not installed.
    """
    library = torch()
    transformers = need("transformers", EXTRA)
    device = best_device()
    place = Path(section.path).expanduser()
    words: dict[str, Any] = {"dtype": _dtype(library, section.dtype, device)}
    faults = (OSError, ValueError, KeyError, RuntimeError, _damage())
    try:
        if place.suffix == ".gguf":
            need("gguf", EXTRA)
            tokenizer, model = _from_gguf(transformers, place, words, head)
        else:
            name = str(place) if place.exists() else section.path
            version = {"revision": section.revision} if section.revision else {}
            tokenizer = transformers.AutoTokenizer.from_pretrained(name, **version)
            model = _class(transformers, head).from_pretrained(
                name, **words, **version, **({"num_labels": 1} if head == "score" else {})
            )
    except faults as error:
        broken = broken_weights(place)
        if broken is not None:
            raise broken from error
        said = " ".join(str(error).split())[:300]
        raise TrainError(
            f"the model {section.path} cannot be loaded ({type(error).__name__}: {said}): "
            "`model.path` must be a folder with config.json, weights and tokenizer, a .gguf file, "
            "or the name of a model on the hub",
            f"无法加载模型 {section.path}（{type(error).__name__}: {said}）：`model.path` 应为含 "
            "config.json、权重和分词器的文件夹，或 .gguf 文件，或 hub 上的模型名",
        ) from error
    _prepare(tokenizer, model, section)
    return Loaded(model, tokenizer, device)


def _damage() -> type[Exception]:
    """Return what safetensors raises for a damaged file: it derives from ``Exception`` alone."""
    error: type[Exception] = need("safetensors", EXTRA).SafetensorError
    return error


def broken_weights(place: Path) -> TrainError | None:
    """Return which weight files of a folder are damaged, e.g. by a copy that was cut short."""
    library = need("safetensors", EXTRA)
    for path in sorted(place.glob("*.safetensors")) if place.is_dir() else ():
        try:
            with library.safe_open(path, framework="pt"):
                continue
        except (library.SafetensorError, OSError) as error:
            why = " ".join(str(error).split())[:200]
        size = path.stat().st_size if path.exists() else 0
        return TrainError(
            f"{path} is damaged ({size:,} bytes; {why}): it was cut short or changed; copy it or "
            "download it again",
            f"{path} 已损坏（{size:,} 字节；{why}）：文件不完整或被改动，请重新复制或下载",
        )
    return None


def _class(transformers: Any, head: Head) -> Any:
    if head == "lm":
        return transformers.AutoModelForCausalLM
    return transformers.AutoModelForSequenceClassification


def _dtype(library: Any, wanted: str, device: str) -> Any:
    """Return torch's type: "auto" is bfloat16 on a GPU that has it, else float32."""
    if wanted != "auto":
        return getattr(library, wanted)
    if device == "cuda" and library.cuda.is_bf16_supported():
        return library.bfloat16
    return library.float32


def _from_gguf(
    transformers: Any, place: Path, words: dict[str, Any], head: Head
) -> tuple[Any, Any]:
    """Load a GGUF file as an ordinary model, its weights as numbers again."""
    if not place.is_file():
        raise FileNotFoundError(2, "no such file", str(place))
    where = {"pretrained_model_name_or_path": str(place.parent), "gguf_file": place.name}
    tokenizer = transformers.AutoTokenizer.from_pretrained(**where)
    model = transformers.AutoModelForCausalLM.from_pretrained(**where, **words)
    # transformers leaves its quantizer on a model that is dense by now, and then refuses to train
    # or to save it (quantizers/quantizer_gguf.py).
    model.hf_quantizer, model.is_quantized = None, False
    if hasattr(model, "quantization_method"):
        model.quantization_method = None
    if hasattr(model.config, "quantization_config"):
        del model.config.quantization_config
    if head == "score":
        body = model.base_model.state_dict()
        model.config.num_labels = 1
        model = transformers.AutoModelForSequenceClassification.from_config(model.config, **words)
        model.base_model.load_state_dict(body)
    return tokenizer, model


def _prepare(tokenizer: Any, model: Any, section: ModelSection) -> None:
    if section.chat_template:
        path = Path(section.chat_template).expanduser()
        try:
            tokenizer.chat_template = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise TrainError(
                f"the chat template {path} cannot be read ({error}): `model.chat_template` must "
                "name a Jinja file",
                f"无法读取对话模板 {path}（{error}）：`model.chat_template` 应为 Jinja 文件的路径",
            ) from error
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    if tokenizer.pad_token is None:
        raise TrainError(
            f"the tokenizer of {section.path} has neither a padding token nor an end of text: set "
            "`eos_token` in its tokenizer_config.json",
            f"{section.path} 的分词器既无填充符也无结束符：请在其 tokenizer_config.json 中设置 "
            "`eos_token`",
        )
    model.config.pad_token_id = tokenizer.pad_token_id


def routers(model: Any) -> list[str]:
    """Return the names of the modules that choose a token's experts.

    LoRA on "all-linear" would adapt them too, which shifts the load of experts for little.
    """
    names: Iterable[tuple[str, Any]] = model.named_modules()
    return [
        f"{name}.{child}"
        for name, module in names
        if hasattr(module, "experts")
        for child in _ROUTERS
        if hasattr(module, child)
    ]


def lora_config(section: LoraSection, model: Any, *, head: Head = "lm") -> Any:
    """Return PEFT's configuration: a scale of alpha / rank, routers left out if so wished.

    Raises:
        MissingLibrary: peft is not installed.
    """
    peft = need("peft", EXTRA)
    excluded = routers(model) if section.exclude_router else []
    targets, tensors = _targets(section.targets, model), []
    if targets == "all-linear" and excluded:
        # PEFT takes "all-linear" to mean routers too, whatever is excluded, where a release of
        # transformers made the experts one tensor: so all else is named.
        targets, tensors = _linear(model, excluded), _experts(model)
    return peft.LoraConfig(
        r=section.rank,
        lora_alpha=section.alpha,
        lora_dropout=section.dropout,
        target_modules=targets,
        target_parameters=tensors or None,
        exclude_modules=excluded or None,
        modules_to_save=["score"] if head == "score" else None,
        task_type=_TASKS[head],
    )


def _targets(wanted: str | tuple[str, ...], model: Any) -> str | list[str]:
    """Return the last names of the linear layers that a group means, or the names given.

    Raises:
        TrainError: the model has no such layer.
    """
    if wanted == "all-linear":
        return wanted
    if not isinstance(wanted, str):
        return list(wanted)
    linear = torch().nn.Linear
    found = {
        name.rpartition(".")[2]
        for name, module in model.named_modules()
        if isinstance(module, linear) and any(part in name for part in _GROUPS[wanted])
    }
    if not found:
        raise TrainError(
            f"this model has no layers of the group `{wanted}`: name modules in `lora.targets`, "
            "or write `all-linear`",
            f"此模型没有 `{wanted}` 组的层：请在 `lora.targets` 中写出模块名，或改用 `all-linear`",
        )
    return sorted(found)


def _linear(model: Any, excluded: list[str]) -> list[str]:
    """Return the last names of all linear layers but the output's and those excluded."""
    linear, output = torch().nn.Linear, model.get_output_embeddings()
    return sorted(
        {
            name.rpartition(".")[2]
            for name, module in model.named_modules()
            if isinstance(module, linear) and module is not output and name not in excluded
        }
    )


def _experts(model: Any) -> list[str]:
    """Return the names, from ``experts.`` on, of tensors that hold the matrices of all experts."""
    return sorted(
        {
            f"experts.{name.rpartition('.')[2]}"
            for name, parameter in model.named_parameters()
            if ".experts." in name and parameter.ndim == 3
        }
    )


def size(model: Any) -> dict[str, int]:
    """Return how many parameters a model has: {"total", "trainable"}."""
    parameters = list(model.parameters())
    return {
        "total": sum(one.numel() for one in parameters),
        "trainable": sum(one.numel() for one in parameters if one.requires_grad),
    }


def save(trainer: Any, folder: Path) -> Path:
    """Save what was trained (the adapter, or all weights) with its tokenizer; every process calls.

    The folder appears under its name when it is whole. Raises ``OSError``.
    """
    partial = folder.with_name(f".{folder.name}.partial")
    if trainer.is_world_process_zero():
        shutil.rmtree(partial, ignore_errors=True)  # of a run that was killed here
    trainer.accelerator.wait_for_everyone()
    trainer.save_model(str(partial))
    trainer.accelerator.wait_for_everyone()
    if trainer.is_world_process_zero():
        old = folder.with_name(f".{folder.name}.old")
        if folder.exists():
            folder.rename(old)
        partial.rename(folder)
        if old.exists():
            shutil.rmtree(old)
    return folder
