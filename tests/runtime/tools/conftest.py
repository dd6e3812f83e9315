"""Small configurations that tests share."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from polyskill.runtime.tools.config import read_config
from polyskill.runtime.tools.shape import Shape

LLAMA = {
    "model_type": "llama",
    "hidden_size": 64,
    "intermediate_size": 96,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "vocab_size": 100,
    "tie_word_embeddings": False,
}


@pytest.fixture
def config(tmp_path: Path) -> Callable[..., Path]:
    """Write a configuration: a small Llama with changes; `None` takes a field out."""

    def write(**changes: Any) -> Path:
        values = {key: value for key, value in (LLAMA | changes).items() if value is not None}
        folder = tmp_path / f"model-{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        path = folder / "config.json"
        path.write_text(json.dumps(values), "utf-8")
        return path

    return write


@pytest.fixture
def small(config: Callable[..., Path]) -> Callable[..., Shape]:
    """A small Llama with changes, as a shape."""
    return lambda **changes: read_config(config(**changes))
