"""Configurations and data files for the tests of this folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

LLAMA = {
    "model_type": "llama",
    "architectures": ["LlamaForCausalLM"],
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "vocab_size": 300,
    "tie_word_embeddings": True,
}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current directory with a tiny model's configuration in `model`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "config.json").write_text(json.dumps(LLAMA))
    return tmp_path


@pytest.fixture
def write(place: Path) -> Callable[[str, Any], Path]:
    """Write a text, or rows as JSONL, into a file of the place."""

    def to_file(name: str, content: str | bytes | Iterable[Any]) -> Path:
        path = place / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        elif isinstance(content, str):
            path.write_text(content, "utf-8")
        else:
            lines = [json.dumps(row, ensure_ascii=False) for row in content]
            path.write_text("\n".join(lines) + "\n", "utf-8")
        return path

    return to_file


@pytest.fixture
def pairs() -> list[dict[str, str]]:
    """Thirty questions with answers, all different."""
    return [
        {"prompt": f"Name the river number {i} of land {i * 7}?", "completion": f"It is R{i}."}
        for i in range(30)
    ]
