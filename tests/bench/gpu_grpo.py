"""Answers for GRPO: continuous batching against padded `generate`, in one process.

python tests/bench/gpu_grpo.py --size 1b
python tests/bench/gpu_grpo.py --tiny                   # on a CPU, to see that it ends

Prompts of mixed lengths, each with an answer of its own length, as answers of a policy have: random
weights never end by themselves, so the lengths are drawn beforehand and are the same for both. The
padded way runs each batch until its longest answer ends; tokens beyond an answer's length are not
counted. Aim: a ratio of 3.
"""

from __future__ import annotations

import argparse
import random
import time
from typing import Any

from gpu_shared import SHAPES, about, need_gpu, random_model, synchronize, tell

AIM_RATIO = 3.0


def work(number: int, longest: int, most: int, vocabulary: int) -> list[tuple[list[int], int]]:
    """Return prompts with the length of each answer: many short, few long."""
    draw = random.Random(0)
    found = []
    for _ in range(number):
        prompt = [draw.randrange(3, vocabulary) for _ in range(draw.randint(longest // 8, longest))]
        found.append((prompt, max(1, min(most, round(draw.lognormvariate(0.0, 0.8) * most / 4)))))
    return found


def padded(model: Any, jobs: list[tuple[list[int], int]], batch: int, device: Any) -> int:
    """Answer in batches with left padding; return the tokens that were asked for."""
    import torch

    for start in range(0, len(jobs), batch):
        part = jobs[start : start + batch]
        width = max(len(prompt) for prompt, _ in part)
        rows = [[0] * (width - len(prompt)) + prompt for prompt, _ in part]
        masks = [[0] * (width - len(prompt)) + [1] * len(prompt) for prompt, _ in part]
        end = max(length for _, length in part)
        made = model.generate(
            input_ids=torch.tensor(rows, device=device),
            attention_mask=torch.tensor(masks, device=device),
            max_new_tokens=end,
            min_new_tokens=end,
            do_sample=True,
        )
        assert made.shape == (len(part), width + end), made.shape
    return sum(length for _, length in jobs)


def continuous(manager: Any, jobs: list[tuple[list[int], int]]) -> int:
    """Answer with transformers' continuous batching; return the tokens that came."""
    wanted = {manager.add_request(prompt, max_new_tokens=length): length for prompt, length in jobs}
    came = 0
    while wanted:
        result = manager.get_result(timeout=1)
        if result is None:
            assert manager.is_running(), "the generation thread ended"
        elif result.is_finished():
            assert result.error is None, result.error
            length = wanted.pop(result.request_id)
            assert len(result.generated_tokens) == length, result.request_id
            came += length
    return came


def managed(model: Any, tiny: bool) -> Any:
    """Return what opens the manager: on a CPU a small cache, else it takes the whole memory."""
    from transformers import ContinuousBatchingConfig, GenerationConfig

    small = {"num_blocks": 64, "max_batch_tokens": 64} if tiny else {}
    return model.continuous_batching_context_manager(
        generation_config=GenerationConfig(do_sample=True, eos_token_id=-1, pad_token_id=0),
        continuous_batching_config=ContinuousBatchingConfig(**small),
        timeout=5,
        warmup=not tiny,
    )


def speed(answer: Any, jobs: list[tuple[list[int], int]], warm: int, device: Any) -> float:
    """Return tokens a second, after ``warm`` answers that do not count."""
    answer(jobs[:warm])  # kernels, graphs and caches are made once
    synchronize(device)
    start = time.perf_counter()
    tokens: int = answer(jobs)
    synchronize(device)
    return tokens / (time.perf_counter() - start)


def main() -> None:
    """Measure both, and write one line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", choices=[*SHAPES], default="1b")
    parser.add_argument("--tiny", action="store_true", help="on a CPU, with a tiny shape")
    parser.add_argument("--prompts", type=int, help="answers in all (256)")
    parser.add_argument("--batch", type=int, help="answers at once of `generate` (32)")
    given = parser.parse_args()
    device = need_gpu(given.tiny)
    size = "tiny" if given.tiny else given.size
    number = given.prompts or (6 if given.tiny else 256)
    batch = given.batch or (3 if given.tiny else 32)
    longest, most = (24, 16) if given.tiny else (512, 1024)

    import torch

    model = random_model(size, device, longest + most).eval()
    model.generation_config.eos_token_id = None
    jobs = work(number, longest, most, SHAPES[size]["vocab_size"])
    with torch.inference_mode():
        speeds = {
            "padded": speed(lambda some: padded(model, some, batch, device), jobs, batch, device)
        }
        with managed(model, given.tiny) as manager:
            speeds["continuous"] = speed(
                lambda some: continuous(manager, some), jobs, batch, device
            )
    ratio = speeds["continuous"] / speeds["padded"]
    row = {
        "bench": "gpu_grpo",
        "size": size,
        "prompts": number,
        "batch": batch,
        "tokens": sum(length for _, length in jobs),
        "tokens_per_second": speeds,
        "ratio": ratio,
        **about(device),
    }
    if device.type == "cuda":
        row["aim_met"] = ratio >= AIM_RATIO
    tell(row)


if __name__ == "__main__":
    main()
