"""LoRA SFT on full (packed) sequences: tokens a second, and the share of the device's peak.

python tests/bench/gpu_sft.py --size 1b
python tests/bench/gpu_sft.py --size 8b --recompute --micro 2
python tests/bench/gpu_sft.py --tiny                    # on a CPU, to see that it ends

Random weights of a real shape, bfloat16, rank 16 on all linear layers, AdamW on the adapter. What
is counted stands in runtime/tools/flops.py: `mfu` is what LoRA needs (4N a token, 6 for adapters,
12·L·H·Q·T for attention, as both of its operands need gradients), `hfu` adds what is recomputed,
`six_n_mfu` pretends that all weights are trained. Aim on one H100 or H200: hfu of 0.45.
"""

from __future__ import annotations

import argparse
import statistics
import time
from typing import Any

from gpu_shared import SHAPES, about, need_gpu, peak_of, random_model, synchronize, tell

RANK, AIM_HFU = 16, 0.45
LAYERS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def counted(size: str, length: int, recompute: bool) -> Any:
    """Return the FLOPs of a token of this training."""
    from polyskill.runtime.tools.architectures import build
    from polyskill.runtime.tools.fields import Fields
    from polyskill.runtime.tools.flops import token_flops
    from polyskill.runtime.tools.lora import chosen, count_lora

    plain = {"model_type": "llama", "architectures": ["LlamaForCausalLM"], **SHAPES[size]}
    shape = build(Fields(plain, size), size, "config.json")
    return token_flops(
        shape, length, adapted=chosen(shape), lora=count_lora(shape, RANK), recompute=recompute
    )


def seconds(model: Any, device: Any, shape: tuple[int, int], warm: int, steps: int) -> list[float]:
    """Return the seconds of each step after ``warm`` steps that do not count."""
    import torch

    trained = [one for one in model.parameters() if one.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=1e-4, fused=device.type == "cuda")
    tokens = torch.randint(3, model.config.vocab_size, shape, device=device)
    found = []
    for number in range(warm + steps):
        synchronize(device)
        start = time.perf_counter()
        model(input_ids=tokens, labels=tokens, use_cache=False).loss.backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        synchronize(device)
        if number >= warm:
            found.append(time.perf_counter() - start)
    return found


def main() -> None:
    """Measure, and write one line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", choices=[*SHAPES], default="1b")
    parser.add_argument("--tiny", action="store_true", help="on a CPU, with a tiny shape")
    parser.add_argument("--length", type=int, help="tokens of a sequence (2048)")
    parser.add_argument("--micro", type=int, help="sequences at once (4)")
    parser.add_argument("--steps", type=int, help="steps that count (20)")
    parser.add_argument("--recompute", action="store_true", help="gradient checkpointing")
    parser.add_argument("--compile", action="store_true", help="torch.compile")
    parser.add_argument("--peak", type=float, help="dense bf16 peak in FLOP/s")
    given = parser.parse_args()
    device = need_gpu(given.tiny)
    size = "tiny" if given.tiny else given.size
    length = given.length or (64 if given.tiny else 2048)
    micro = given.micro or (2 if given.tiny else 4)
    steps = given.steps or (2 if given.tiny else 20)
    peak, source = peak_of(device, given.peak)

    import torch
    from peft import LoraConfig, get_peft_model

    base = random_model(size, device, length)
    if given.recompute:
        base.gradient_checkpointing_enable({"use_reentrant": False})
        base.enable_input_require_grads()
    model = get_peft_model(base, LoraConfig(r=RANK, lora_alpha=32, target_modules=LAYERS))
    model.train()
    run = torch.compile(model) if given.compile else model
    taken = seconds(run, device, (micro, length), 1 if given.tiny else 5, steps)
    speed = micro * length / statistics.median(taken)
    flops = counted(size, length, given.recompute)
    row = {
        "bench": "gpu_sft",
        "size": size,
        "length": length,
        "micro": micro,
        "recompute": given.recompute,
        "compile": given.compile,
        "trained": sum(one.numel() for one in model.parameters() if one.requires_grad),
        "tokens_per_second": speed,
        "flops_per_token": {
            "model": flops.model,
            "hardware": flops.hardware,
            "six_n": flops.six_n,
        },
        "peak": peak,
        "peak_source": source,
        **about(device),
    }
    if device.type == "cuda":
        row["memory_gb"] = torch.cuda.max_memory_allocated(device) / 1e9
    if peak is not None:
        from polyskill.runtime.tools.flops import utilisation

        share = utilisation(flops, speed, peak)
        row |= {"mfu": share.mfu, "hfu": share.hfu, "six_n_mfu": share.six_n_mfu}
        row["aim_met"] = share.hfu >= AIM_HFU
    tell(row)


if __name__ == "__main__":
    main()
