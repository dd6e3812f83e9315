"""Memory, computation and time of a run, and whether this machine has the memory."""

from __future__ import annotations

import os
import shutil
import subprocess

from ...tools.devices import device
from ...tools.errors import ToolError
from ...tools.flops import token_flops, training
from ...tools.lora import LoraCount, chosen
from ...tools.memory import training_memory
from ...tools.shape import Shape
from ..sections import Run
from .capacity import targets
from .finding import Report
from .steps import step_count

__all__ = ["check_cost", "machine"]

_GIB = 2**30
_SECONDS = 10
#: What an estimate of time stands on: this device at this share of its peak.
REFERENCE, SHARE = "H100", 0.4


def machine() -> dict[str, object]:
    """Return what this machine has: cores, memory in bytes, and GPUs as nvidia-smi lists them."""
    found: dict[str, object] = {"cores": os.cpu_count() or 1, "memory": _memory(), "gpus": _gpus()}
    return found


def _memory() -> int | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # Windows has no sysconf
        return None


def _gpus() -> list[dict[str, object]]:
    program = shutil.which("nvidia-smi")
    if program is None:
        return []
    query = [program, "--query-gpu=name,memory.total", "--format=csv,noheader,nounits"]
    try:
        said = subprocess.run(
            query, capture_output=True, text=True, timeout=_SECONDS, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return []
    gpus: list[dict[str, object]] = []
    for line in said.splitlines():
        name, _, memory = line.rpartition(",")
        if memory.strip().isdecimal():
            gpus.append({"name": name.strip(), "memory": int(memory) * 2**20})
    return gpus


def check_cost(run: Run, shape: Shape, lora: LoraCount | None, report: Report) -> None:
    """Estimate memory, FLOPs and time, and compare the memory with that of this machine."""
    here = machine()
    report.facts["machine"] = here
    gpus = here["gpus"]
    on_gpu = isinstance(gpus, list) and bool(gpus)
    dtype = {"float32": "fp32", "bfloat16": "bf16", "float16": "fp16"}.get(
        run.model.dtype, "bf16" if on_gpu else "fp32"
    )
    tokens = report.facts.get("tokens", {})
    longest = min(run.data.max_length, int(tokens.get("longest", run.data.max_length)) or 1)
    length = run.data.max_length if run.data.packing else longest
    length += run.method_options.get("max_new_tokens", 0)
    pairs = 2 if run.method in ("dpo", "reward") else 1
    adapted = chosen(shape, targets(run)) if lora else None
    try:
        memory = training_memory(
            shape,
            length=length,
            batch=run.optim.micro_batch * pairs,
            adapted=adapted,
            lora=lora,
            dtype=dtype,
            checkpointing=bool(run.trainer.get("gradient_checkpointing", on_gpu)),
        )
        flops = token_flops(shape, length, adapted=adapted, lora=lora, recompute=on_gpu)
        seen = _tokens(run, report, length) * pairs
        cost = training(flops, max(1, round(seen)), peak=device(REFERENCE).bf16, hfu=SHARE)
    except ToolError as error:
        report.advice("cost", "model.path", error.en, error.zh)
        return
    report.facts["memory"] = {"total": memory.total, **memory.parts}
    report.facts["compute"] = {
        "tokens": cost.tokens,
        "flops": cost.flops,
        "seconds": cost.seconds,
        "device": REFERENCE,
        "utilisation": SHARE,
    }
    have = gpus[0]["memory"] if isinstance(gpus, list) and gpus else here["memory"]
    if isinstance(have, int) and memory.total > have:
        say = report.warning if on_gpu else report.advice  # it may be trained elsewhere
        say(
            "memory",
            "optim.micro_batch",
            f"about {memory.total / _GIB:.1f} GiB are needed, and here are {have / _GIB:.1f}: "
            f"largest are {_largest(memory.parts)}; lower `optim.micro_batch` or `data.max_length`",
            f"约需 {memory.total / _GIB:.1f} GiB，而本机只有 {have / _GIB:.1f} GiB：最大的部分为 "
            f"{_largest(memory.parts)}；请减小 `optim.micro_batch` 或 `data.max_length`",
        )


def _tokens(run: Run, report: Report, length: int) -> float:
    """Return the tokens that a run passes through the model, prompts and answers together."""
    tokens = report.facts.get("tokens")
    steps = step_count(run, report)
    if not tokens:
        return float(length * run.optim.batch_size * max(steps, 1))
    mean = tokens["seen"] / tokens["examples"] + run.method_options.get("max_new_tokens", 0)
    return float(mean * run.optim.batch_size * max(steps, 1))


def _largest(parts: dict[str, float]) -> str:
    first = sorted(parts.items(), key=lambda one: -one[1])[:2]
    return ", ".join(f"{name} {size / _GIB:.1f}" for name, size in first)
