"""What runs: a recipe under a launcher, from the one command, and the benchmarks to their end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from polyskill.runtime.train.record import read_run

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]

BENCH = Path(__file__).resolve().parents[3] / "bench"
QUIET = {"HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}


@pytest.fixture(autouse=True)
def _torch() -> None:
    absent = [name for name in ("torch", "trl", "peft") if find_spec(name) is None]
    if absent:
        pytest.skip(f"{', '.join(absent)} not installed: pip install 'polyskill[train]'")


def _run(*words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words],
        env=os.environ | QUIET,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
        cwd=cwd,
    )


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A random Llama, with a tokenizer of bytes."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    words = {text: number for number, text in enumerate(["<pad>", "</s>", *alphabet])}
    inner = Tokenizer(models.BPE(vocab=words, merges=[]))
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    place = tmp_path / "model"
    PreTrainedTokenizerFast(
        tokenizer_object=inner, pad_token="<pad>", eos_token="</s>"
    ).save_pretrained(place)
    LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(words),
            hidden_size=64,
            intermediate_size=128,
            num_hidden_layers=2,
            num_attention_heads=4,
            max_position_embeddings=128,
            pad_token_id=0,
            eos_token_id=1,
            bos_token_id=1,
        )
    ).save_pretrained(place)
    return place


def test_the_command_starts_two_processes(model: Path, tmp_path: Path) -> None:
    rows = [{"prompt": f"say {one}", "completion": f" {one}"} for one in "abcdefgh"]
    (tmp_path / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    config = {
        "method": "sft",
        "model": {"path": str(model)},
        "data": {"train": str(tmp_path / "train.jsonl"), "max_length": 64},
        "optim": {"learning_rate": 1e-3, "batch_size": 4, "micro_batch": 2, "steps": 2},
        "lora": {"rank": 4},
        "out": "elsewhere",
    }
    (tmp_path / "sft.yaml").write_text(json.dumps(config), "utf-8")
    done = _run(
        *("-m", "polyskill", "train", "sft", "sft.yaml", "--out", "run"),
        *("--launch", "torchrun --standalone --nproc-per-node 2"),
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found = read_run(tmp_path / "run")
    assert (found.run["processes"], found.run["state"]) == (2, "finished")
    assert [row["step"] for row in found.metrics if "loss" in row] == [1, 2]


@pytest.mark.parametrize("words", [["gpu_sft"], ["gpu_sft", "--recompute"], ["gpu_grpo"]])
def test_a_benchmark_ends_on_a_cpu(words: list[str]) -> None:
    done = _run(str(BENCH / f"{words[0]}.py"), "--tiny", *words[1:])
    assert done.returncode == 0, done.stderr[-3000:]
    row = json.loads(done.stdout.splitlines()[-1])
    assert row["device"] == "cpu"
    assert "aim_met" not in row  # a CPU meets no aim
    if words[0] == "gpu_sft":
        # 16·(d + k) for each map of two layers: q, k, v, o, gate, up, down
        pairs = 64 + 64 + 64 + 32 + 64 + 32 + 64 + 64 + 3 * (64 + 128)
        assert row["trained"] == 2 * 16 * pairs
        flops = row["flops_per_token"]
        assert (flops["hardware"] > flops["model"]) is ("--recompute" in words)
    else:
        assert row["tokens"] > 6
        assert row["ratio"] == pytest.approx(
            row["tokens_per_second"]["continuous"] / row["tokens_per_second"]["padded"]
        )


@pytest.mark.parametrize("name", ["gpu_sft", "gpu_grpo"])
def test_a_benchmark_says_what_it_needs(name: str) -> None:
    done = _run(str(BENCH / f"{name}.py"))
    assert done.returncode == 1
    assert "no CUDA device here: this needs one NVIDIA GPU" in done.stderr
