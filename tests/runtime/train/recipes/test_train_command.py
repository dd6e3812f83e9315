"""``polyskill train METHOD``: what is said where nothing can be trained."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from polyskill.runtime.train.main import main

EXAMPLES = [{"prompt": "a", "completion": "b"}]


def polyskill(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "polyskill", "train", *map(str, words)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_every_method_has_a_command_in_both_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    from polyskill.runtime.train.config import METHODS

    for lang, word in (("en", "Usage"), ("zh", "用法")):
        monkeypatch.setenv("POLYSKILL_LANG", lang)
        for method in METHODS if lang == "en" else ("sft",):
            done = polyskill(method, "--help")
            assert done.returncode == 0 and word in done.stdout and "--resume" in done.stdout


def test_a_missing_library_is_told_with_the_line_that_brings_it(
    tmp_path: Path, write_run: Callable, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    config = write_run("sft", tmp_path, EXAMPLES)
    if importlib.util.find_spec("torch") is None:
        assert main("sft", [str(config)]) == 1
    else:
        monkeypatch.setitem(sys.modules, "torch", None)
        monkeypatch.delitem(sys.modules, "trl", raising=False)
        assert main("sft", [str(config)]) == 1
    assert "pip install 'polyskill[train]'" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--set", "method=dpo"), "method: dpo"),
        (("--set", "optim.stepz=3"), "optim.stepz"),
        (("--set", "backend=tinker"), "that Tinker serves"),
        (("--set", "nonsense"), "KEY=VALUE"),
        (("--launch", "mpirun -n 2"), "accelerate | torchrun"),
        (("--launch", "'"), "quotation"),
        (("--launch", ""), "accelerate | torchrun"),
        (("--launch", "torchrun", "--json"), "--json"),
    ],
)
def test_wrong_use_is_a_sentence(
    tmp_path: Path, write_run: Callable, words: tuple[str, ...], said: str
) -> None:
    done = polyskill("sft", write_run("sft", tmp_path, EXAMPLES), *words)
    assert done.returncode in (1, 2) and said in done.stderr
    assert "Traceback" not in done.stderr and not (tmp_path / "run").exists()


def test_the_program_names_every_mistake(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    config = tmp_path / "run.yaml"
    config.write_text(json.dumps({"method": "sft", "data": {"train": 3}, "modell": {}}))
    monkeypatch.setenv("POLYSKILL_LANG", "zh")
    assert main("sft", [str(config)]) == 1
    said = capsys.readouterr().err
    assert "data.train" in said and "modell" in said and "model.path" in said
