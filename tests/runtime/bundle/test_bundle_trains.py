"""The training commands of a built skill are run, exactly, with torch and without polyskill."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

from polyskill.compiler.localized import Lang
from polyskill.platforms.deliver.build import Request, build
from polyskill.platforms.deliver.records import Target

pytestmark = pytest.mark.slow
ABSENT = [name for name in ("torch", "trl", "peft", "transformers") if find_spec(name) is None]
ONE = {"rank": 4}


@pytest.fixture(autouse=True)
def torch_is_there() -> None:
    if ABSENT:
        pytest.skip(f"{', '.join(ABSENT)} not installed: pip install 'polyskill[train]'")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random Llama of 2 layers and a tokenizer of bytes."""
    if ABSENT:
        pytest.skip("no torch")
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("tiny")
    signs = ["<pad>", "</s>", *sorted(pre_tokenizers.ByteLevel.alphabet())]
    inner = Tokenizer(models.BPE(vocab={sign: at for at, sign in enumerate(signs)}, merges=[]))
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    PreTrainedTokenizerFast(
        tokenizer_object=inner, pad_token="<pad>", eos_token="</s>"
    ).save_pretrained(folder)
    LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(signs),
            hidden_size=64,
            intermediate_size=128,
            num_hidden_layers=2,
            num_attention_heads=4,
            num_key_value_heads=2,
            pad_token_id=0,
            eos_token_id=1,
            bos_token_id=1,
        )
    ).save_pretrained(folder)
    return folder


@pytest.fixture
def plugin(lab, tmp_path) -> Path:
    """The skill as a plugin of Claude Code."""
    target = Target("claude", Lang.EN, package=True)
    build(
        Request((lab("validate", "sft", "grpo", "judge", "analyze"),), tmp_path / "out", (target,))
    )
    [root] = (tmp_path / "out" / target.folder).glob("plugins/lab")
    return root


@pytest.fixture
def command(plugin, library_python, tmp_path):
    """``command("sft", "run.yaml")`` runs the line of a command, in a folder of the user's."""
    work = tmp_path / "work"
    work.mkdir()

    def run(name: str, *arguments: str):
        [line] = re.findall(
            r"^    (python .*)$", (plugin / f"commands/{name}.md").read_text(), re.MULTILINE
        )
        line = line.replace("${CLAUDE_PLUGIN_ROOT}", str(plugin)).replace("$ARGUMENTS", "")
        env = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
        return subprocess.run(
            [str(library_python), *shlex.split(line)[1:], *arguments],
            cwd=work,
            env={**env, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1", "POLYSKILL_LANG": "en"},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    run.folder = work
    return run


def write(folder: Path, rows, **config) -> None:
    (folder / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    optim = {"learning_rate": 1e-3, "batch_size": 4, "micro_batch": 4, "steps": 4}
    data = {"train": "train.jsonl", "max_length": 48, "chat": "no"}
    whole = {"data": data, "lora": ONE, **config, "optim": {**optim, **config.get("optim", {})}}
    (folder / "run.yaml").write_text(json.dumps(whole))  # JSON is YAML


def test_sft_is_validated_trained_and_analysed(command, tiny, plugin):
    rows = [{"prompt": f"say {n}", "completion": f" yes {n}"} for n in range(16)]
    write(command.folder, rows, method="sft", model={"path": str(tiny)}, out="runs/x")
    done = command("validate", "run.yaml", "--json")
    found = json.loads(done.stdout)
    assert found["ok"], found["findings"]
    done = command("sft", "run.yaml")
    assert done.returncode == 0, done.stderr
    run = command.folder / "runs/x"
    metrics = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    losses = [row["loss"] for row in metrics if "loss" in row]
    assert len(losses) == 4
    assert losses[-1] < losses[0]
    done = command("analyze", "runs/x")
    assert done.returncode in (0, 1), done.stderr
    assert "sft, finished" in done.stdout
    assert not list(plugin.rglob("__pycache__"))


def test_grpo_trains_with_a_reward_of_the_bundle(command, tiny):
    rows = [{"prompt": f"{n} + {n} =", "answer": str(2 * n)} for n in range(8)]
    write(
        command.folder,
        rows,
        method="grpo",
        model={"path": str(tiny)},
        out="runs/g",
        optim={"steps": 2},
        grpo={"group": 4, "max_new_tokens": 8, "rewards": ["math"]},
    )
    done = command("grpo", "run.yaml")
    assert done.returncode == 0, done.stderr
    text = (command.folder / "runs/g/metrics.jsonl").read_text()
    assert '"reward"' in text


def test_a_wrong_configuration_is_told_in_a_sentence(command, tiny):
    write(command.folder, [{"prompt": "a", "completion": "b"}], method="ppo", model={"path": "x"})
    done = command("sft", "run.yaml")
    assert done.returncode in (1, 2)
    assert "rloo" in done.stderr
    assert "Traceback" not in done.stderr
