"""The fixtures of the recipes' tests: a tiny model, a run's files, a recipe as a process."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

_PATH = Path(__file__).parents[1] / "recipes" / "conftest.py"
_SPEC = importlib.util.spec_from_file_location("conftest_of_recipes", _PATH)
assert _SPEC is not None
assert _SPEC.loader is not None
_recipes = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_recipes)

offline = _recipes.offline
tiny = _recipes.tiny
write_run = _recipes.write_run
recipe = _recipes.recipe
smollm = _recipes.smollm
smollm_folder = _recipes.smollm_folder
said = _recipes.said


@pytest.fixture(scope="session")
def lively(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny model with larger weights: its logits can be moved as far as learning needs."""
    import torch
    from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM

    place = tmp_path_factory.mktemp("lively")
    config = LlamaConfig.from_pretrained(tiny, initializer_range=0.15)
    torch.manual_seed(0)
    LlamaForCausalLM(config).save_pretrained(place)
    AutoTokenizer.from_pretrained(tiny).save_pretrained(place)
    return place
