"""Models that cannot be loaded, and what is said of them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from polyskill.runtime.train.errors import TrainError
from polyskill.runtime.train.models import load
from polyskill.runtime.train.sections import ModelSection


@pytest.mark.parametrize("kept", [0, 4, 1000, -1])
def test_weights_that_were_cut_short_are_named(tiny: Path, tmp_path: Path, kept: int) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(tiny, broken)
    weights = broken / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:kept])
    with pytest.raises(TrainError) as caught:
        load(ModelSection(str(broken)))
    assert str(weights) in caught.value.en
    assert "damaged" in caught.value.en
    assert str(weights) in caught.value.zh
    assert "已损坏" in caught.value.zh


def test_other_faults_keep_their_own_words(tiny: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(tiny, broken)
    (broken / "config.json").write_text("{}", "utf-8")
    with pytest.raises(TrainError, match="must be a folder with"):
        load(ModelSection(str(broken)))
