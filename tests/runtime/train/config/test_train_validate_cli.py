"""`polyskill train init` and `validate` as a person, and as a program, meet them."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from polyskill.cli.app import app
from polyskill.runtime.train.config import load
from polyskill.runtime.train.templates import TEMPLATES

Write = Callable[[str, Any], Path]
CONFIG = "method: sft\nmodel: {path: model}\ndata: {train: t.jsonl}\noptim: {learning_rate: 5e-3}\n"


def run(*words: str) -> Any:
    return CliRunner().invoke(app, ["train", *words])


@pytest.mark.parametrize("method", TEMPLATES)
def test_init_prints_what_load_reads(write: Write, method: str) -> None:
    result = run("init", method)
    assert result.exit_code == 0
    assert load(write("a.yaml", result.stdout)).method == method


@pytest.mark.parametrize(("name", "said"), [("ppo", "`rloo`"), ("stf", "none of sft")])
def test_init_of_something_else(name: str, said: str) -> None:
    result = run("init", name)
    assert result.exit_code == 2
    assert said in result.stderr


@pytest.fixture(autouse=True)
def without_tokenizers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The model of these tests is a config.json: numbers of tokens are estimates everywhere."""
    monkeypatch.setitem(sys.modules, "transformers", None)


def test_a_sound_run(write: Write, pairs: list[dict[str, str]]) -> None:
    write("t.jsonl", pairs)
    result = run("validate", str(write("a.yaml", CONFIG)))
    assert result.exit_code == 0, result.stderr
    assert "30 examples" in result.stdout
    assert "nothing stands against this run" in result.stdout


def test_a_program_reads_json(write: Write) -> None:
    write("t.jsonl", '{"prompt": "a"\n')
    result = run("validate", str(write("a.yaml", CONFIG)), "--json")
    assert result.exit_code == 1
    data = json.loads(result.stdout)
    assert not data["ok"]
    errors = [one for one in data["findings"] if one["level"] == "error"]
    assert [one["where"] for one in errors] == ["t.jsonl:1"]
    assert errors[0]["message"]["zh"].startswith("不是有效的 JSON")


def test_strict_and_quiet(write: Write, pairs: list[dict[str, str]]) -> None:
    write("t.jsonl", [*pairs, pairs[0]])
    config = str(write("a.yaml", CONFIG))
    assert run("validate", config).exit_code == 0
    assert run("validate", config, "--strict").exit_code == 1
    quiet = run("validate", config, "--quiet")
    assert (quiet.exit_code, quiet.stdout, quiet.stderr) == (0, "", "")


def test_values_over_those_of_the_file(write: Write, pairs: list[dict[str, str]]) -> None:
    write("t.jsonl", pairs)
    config = str(write("a.yaml", CONFIG))
    changed = run("validate", config, "--set", "optim.batch_size=3", "--set", "optim.micro_batch=2")
    assert changed.exit_code == 1
    assert "--set optim.batch_size" in changed.stderr
    wrong = run("validate", config, "--set", "optim.batch_size")
    assert wrong.exit_code != 0
    assert "KEY=VALUE" in wrong.stderr


def test_a_configuration_that_is_not_there(place: Path) -> None:
    result = run("validate", "nothing.yaml")
    assert result.exit_code == 1
    assert "nothing.yaml" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(("name", "said"), [("ppo", "use `grpo` or `rloo`"), ("rm", "`reward`")])
def test_a_method_of_old_is_told_as_a_command(name: str, said: str) -> None:
    shown = run(name, "x.yaml")
    assert shown.exit_code == 2
    assert said in shown.stderr
    assert shown.stderr.count(f"`{name}`") == 1
