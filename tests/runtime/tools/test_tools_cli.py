"""The command line: the numbers, JSON, both languages, and exit statuses."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer

from polyskill.cli.language import message_language
from polyskill.runtime.tools.calls import CALLS


@dataclass(frozen=True)
class Answer:
    status: int
    out: str
    err: str


@pytest.fixture
def tools(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Callable[..., Answer]:
    """Call `polyskill tools` in this process (the whole command line takes 0.2 s to make)."""
    from polyskill.cli import app
    from polyskill.cli.tools import app as group

    command = typer.main.get_command(group)
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str) -> Answer:
        status = app._guarded(lambda: app._invoke(command, list(arguments)))
        told = capsys.readouterr()
        return Answer(status, told.out, told.err)

    return call


@pytest.fixture
def chinese(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("POLYSKILL_LANG", "zh")
    message_language.cache_clear()
    yield
    message_language.cache_clear()


ASKED = {
    "lora": (["lora", "Llama-3.1-8B", "--rank", "32"], "83,886,080"),
    "lr": (["lr", "Llama-3.1-8B"], "2.86e-4"),
    "flops": (
        ["flops", "Llama-3.1-8B", "-r", "32", "--recompute", "--tokens-per-second", "9600"],
        "48.5 %",
    ),
    "memory": (["memory", "Llama-3.1-8B", "--rank", "32", "--device", "H100"], "fits in H100"),
    "kv-cache": (["kv-cache", "Llama-3.1-8B"], "131,072 B"),
    "chinchilla": (["chinchilla", "--flops", "5.76e23"], "6.84e10"),
    "significance": (
        ["significance", "--accuracies", "0.70", "0.72", "-n", "14042"],
        "+2.00 points (95 %: +0.94 to +3.06)",
    ),
}


@pytest.mark.parametrize(("arguments", "said"), ASKED.values(), ids=list(ASKED))
def test_what_people_see(tools: Callable[..., Answer], arguments: list[str], said: str) -> None:
    told = tools(*arguments)
    assert (told.status, told.err) == (0, "")
    assert said in told.out
    assert "source: " in told.out


@pytest.mark.parametrize("arguments", [each for each, _ in ASKED.values()], ids=list(ASKED))
def test_json(tools: Callable[..., Answer], arguments: list[str]) -> None:
    told = tools(*arguments, "--json")
    assert told.status == 0
    assert isinstance(json.loads(told.out), dict)


def test_the_json_of_lora_has_the_promised_keys(tools: Callable[..., Answer]) -> None:
    told = json.loads(tools("lora", "Qwen3-30B-A3B", "-r", "32", "--json").out)
    assert told["trainable"] == 1_687_683_072
    assert told["trainable"] == sum(told["by_module"].values())
    assert told["total"] == told["base"] + told["trainable"]
    assert told["share"] == told["trainable"] / told["total"]
    assert (told["rank"], told["convention"]) == (32, "per-expert")


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize("arguments", [each for each, _ in ASKED.values()], ids=list(ASKED))
def test_chinese(tools: Callable[..., Answer], arguments: list[str]) -> None:
    told = tools(*arguments)
    assert told.status == 0
    assert "出处：" in told.out
    assert "source: " not in told.out


def test_a_configuration_by_its_path(
    tools: Callable[..., Answer], config: Callable[..., Path]
) -> None:
    told = tools("lora", str(config().parent), "--rank", "2", "--layers", "q_proj", "--json")
    assert json.loads(told.out)["trainable"] == 3 * 2 * 128


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["lora", "no-such-model"], "no-such-model"),
        (["lora", "./gone/config.json"], "gone"),
        (["lora", "Qwen3-8B", "--rank", "0"], "rank is 0"),
        (["lora", "Qwen3-8B", "--rank", "x"], "whole number"),
        (["lora", "Qwen3-8B", "--convention", "mine"], "per-expert"),
        (["lora", "Qwen3-8B", "--layers", "qproj"], "q_proj"),
        (["lora"], "MODEL"),
        (["lr", "gpt-oss-20b"], "nobody has published"),
        (["lr", "Qwen3-8B", "--method", "ppo"], "sft"),
        (["flops", "Qwen3-8B", "--device", "TPU"], "--peak"),
        (["flops", "Qwen3-8B", "--tokens", "1.5"], "whole number"),
        (["flops", "Qwen3-8B", "--tokens", "nan"], "whole number"),
        (["flops", "Qwen3-8B", "--peak", "0"], "peak is 0"),
        (["flops", "Qwen3-8B", "--tokens-per-second", "1e9"], "cannot do more"),
        (["memory", "Qwen3-8B", "--dtype", "fp2"], "fp2"),
        (["memory", "Qwen3-8B", "--dtype", "nf4"], "LoRA"),
        (["kv-cache", "Qwen3-8B", "--length", "-1"], "length is -1"),
        (["chinchilla"], "one of"),
        (["chinchilla", "--flops", "1e20", "--tokens", "1e9"], "one of"),
        (["significance"], "two files"),
        (["significance", "--accuracies", "70", "72", "-n", "9"], "between 0 and 1"),
        (["significance", "--accuracies", "0.7", "0.72"], "--questions"),
        (["significance", "a.jsonl"], "2 values"),
        (["significance", "a.jsonl", "b.jsonl"], "a.jsonl: cannot be read"),
        (["arxiv"], "nothing to search for"),
        (["nothing"], "no command `nothing`"),
    ],
)
def test_wrong_use(tools: Callable[..., Answer], arguments: list[str], said: str) -> None:
    told = tools(*arguments)
    assert (told.status, told.out) == (2, "")
    assert said in told.err
    assert "Traceback" not in told.err


def test_a_server_that_does_not_answer_is_no_wrong_use(tools: Callable[..., Answer]) -> None:
    told = tools("arxiv", "lora", "--url", "http://127.0.0.1:9/")
    assert told.status == 1
    assert "cannot be reached" in told.err


def test_two_files(tools: Callable[..., Answer], tmp_path: Path) -> None:
    for name, wins in (("a", {0}), ("b", {0, 1, 2, 3, 4, 5, 6, 7, 8, 9})):
        lines = [f'{{"id": {k}, "ok": {"true" if k in wins else "false"}}}' for k in range(20)]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines))
    told = tools("significance", "a.jsonl", "b.jsonl", "--score", "ok")
    assert told.status == 0
    assert told.out.startswith("significant, p = 0.0039 (McNemar, exact)")


def test_a_library_that_is_missing_is_named(
    tools: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] in {"scipy", "mcp"}]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "scipy", None)
    monkeypatch.setitem(sys.modules, "mcp", None)
    told = tools("significance", "--table", "5", "1", "9", "5")
    assert told.status == 1
    assert "pip install 'polyskill[eval]'" in told.err
    told = tools("serve")
    assert told.status == 1
    assert "pip install 'polyskill[mcp]'" in told.err


@pytest.mark.parametrize("name", [*CALLS, "serve"])
def test_help(tools: Callable[..., Answer], name: str) -> None:
    told = tools(name, "--help")
    assert told.status == 0
    assert f"polyskill tools {name}" in told.out


def test_calculators_need_no_heavy_library() -> None:
    code = (
        "import sys; sys.argv = ['polyskill', 'tools', 'lora', 'Qwen3-8B']\n"
        "from polyskill.__main__ import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'numpy', 'scipy', 'torch', 'mcp', 'yaml'}\n"
        "print('HEAVY', sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert "HEAVY []" in done.stdout
