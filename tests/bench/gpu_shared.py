"""What the benchmarks of a GPU share: shapes with random weights, the device, and one line out."""

from __future__ import annotations

import json
import sys
from typing import Any

#: Shapes of published models (their config.json); `tiny` is for a CPU, to see a benchmark end.
SHAPES: dict[str, dict[str, Any]] = {
    "tiny": {
        "vocab_size": 256,
        "hidden_size": 64,
        "intermediate_size": 128,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "tie_word_embeddings": True,
    },
    "1b": {  # Llama-3.2-1B
        "vocab_size": 128256,
        "hidden_size": 2048,
        "intermediate_size": 8192,
        "num_hidden_layers": 16,
        "num_attention_heads": 32,
        "num_key_value_heads": 8,
        "head_dim": 64,
        "tie_word_embeddings": True,
    },
    "8b": {  # Llama-3.1-8B
        "vocab_size": 128256,
        "hidden_size": 4096,
        "intermediate_size": 14336,
        "num_hidden_layers": 32,
        "num_attention_heads": 32,
        "num_key_value_heads": 8,
        "tie_word_embeddings": False,
    },
}
NO_GPU = (
    "no CUDA device here: this needs one NVIDIA GPU with bfloat16 (A100 or later; 24 GB for 1b, "
    "80 GB for 8b). `--tiny` runs the same code on a CPU, and measures nothing of worth."
)


def need_gpu(tiny: bool) -> Any:
    """Return the torch device to run on; end with what is needed where there is no GPU."""
    import torch

    if tiny:
        return torch.device("cpu")
    if not torch.cuda.is_available():
        sys.exit(NO_GPU)
    return torch.device("cuda", 0)


def random_model(size: str, device: Any, length: int) -> Any:
    """Return a Llama of a shape with random weights: bfloat16 on a GPU, float32 on a CPU."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(
        **SHAPES[size],
        max_position_embeddings=length,
        rope_theta=500000.0,
        pad_token_id=0,
        bos_token_id=1,
        eos_token_id=2,
        attn_implementation="sdpa",
    )
    torch.manual_seed(0)
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.bfloat16 if device.type == "cuda" else torch.float32)
    try:
        with device:
            return LlamaForCausalLM(config)
    finally:
        torch.set_default_dtype(before)


def peak_of(device: Any, given: float | None) -> tuple[float | None, str]:
    """Return the dense bf16 peak in FLOP/s and its source: given, or by the device's name."""
    from polyskill.runtime.tools.devices import device as known
    from polyskill.runtime.tools.devices import device_names

    if given is not None:
        return given, "--peak"
    if device.type != "cuda":
        return None, "a CPU: no peak, so no utilisation"
    import torch

    name = torch.cuda.get_device_name(device)
    found = [one for one in device_names() if one.replace("-", " ").split()[0] in name]
    if not found:
        sys.exit(f"no peak is known for {name}: give the dense bf16 peak, e.g. --peak 165e12")
    row = known(found[-1])
    return row.bf16, row.source


def synchronize(device: Any) -> None:
    """Wait until the device has done all that it was given."""
    if device.type == "cuda":
        import torch

        torch.cuda.synchronize(device)


def about(device: Any) -> dict[str, Any]:
    """Return what a figure is worth nothing without: device and versions."""
    import torch
    import transformers

    name = torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu"
    return {"device": name, "torch": torch.__version__, "transformers": transformers.__version__}


def tell(row: dict[str, Any]) -> None:
    """Write the result as one line of JSON."""
    sys.stdout.write(json.dumps(row) + "\n")
