"""What a built skill's commands say is run, exactly, where polyskill is not installed."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from polyskill.compiler.diagnostics import Severity
from polyskill.compiler.localized import Lang
from polyskill.platforms.deliver.build import Request, build
from polyskill.platforms.deliver.records import Target
from polyskill.runtime.judge import missing
from polyskill.runtime.tools.calls import CALLS

PAIRS = [
    {"id": str(number), "prompt": "Which word?", "baseline": "plain", "candidate": "better word"}
    for number in range(8)
]


def built(source: Path, out: Path, *targets: Target) -> None:
    result = build(Request((source,), out, targets))
    assert not [found for found in result.diagnostics if found.severity is Severity.ERROR]


def line_of(text: str) -> str:
    """Return the line that a command tells the assistant to run."""
    [line] = re.findall(r"^    (python .*)$", text, re.MULTILINE)
    return line


def run(line: str, python: Path, folder: Path, *arguments: str, **env: str):
    command = shlex.split(line)
    assert command[0] == "python"
    plain = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    return subprocess.run(
        [str(python), *command[1:], *arguments],
        cwd=folder,
        env={**plain, "POLYSKILL_LANG": "en", **env},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def project(lab, tmp_path) -> Path:
    """A Claude Code project with the skill in it, built."""
    target = Target("claude", Lang.EN)
    built(lab("judge", "tools", "analyze"), tmp_path / "out", target)
    return tmp_path / "out" / target.folder


def test_the_scripts_run_in_an_empty_python(project, empty_python):
    for name in ("judge", "tools", "analyze"):
        text = (project / f".claude/commands/lab-{name}.md").read_text()
        line = line_of(text).replace("$ARGUMENTS", "--help")
        done = run(line, empty_python, project)
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith("usage: run_")
    assert not list(project.rglob("__pycache__"))


def test_a_library_that_is_missing_is_named_with_what_to_type(project, empty_python):
    (project / "answers.jsonl").write_text("".join(json.dumps(row) + "\n" for row in PAIRS))
    line = line_of((project / ".claude/commands/lab-judge.md").read_text())
    line = line.replace("$ARGUMENTS", "answers.jsonl --judge anthropic/some-model")
    done = run(line, empty_python, project, ANTHROPIC_API_KEY="test-key")
    assert done.returncode == 2
    line = "pip install 'anthropic>=0.70' 'openai>=1.100' 'scipy>=1.13'"
    assert f"{line}, or start the script with `uv run run_judge.py`" in done.stderr
    assert "polyskill[" not in done.stderr
    assert "Traceback" not in done.stderr


def test_a_library_that_only_some_runs_need_is_added_to_what_the_script_names(tmp_path):
    script = tmp_path / "run_x.py"
    header = (
        '# /// script\n# requires-python = ">=3.11"\n# dependencies = [\n#   "trl>=1,<2",\n# ]\n'
    )
    script.write_text(
        f"{header}# ///\n"
        "import importlib.util, sys\n"
        f"spec = importlib.util.spec_from_file_location('carried', {missing.__file__!r})\n"
        "module = importlib.util.module_from_spec(spec)\n"
        "spec.loader.exec_module(module)\n"
        "sys.exit(module._remedy(sys.argv[1], 'train'))\n"
    )
    for name, words in (
        ("trl", "pip install 'trl>=1,<2', or start the script with `uv run run_x.py`"),
        (
            "gguf",
            "pip install 'trl>=1,<2' 'gguf', or start the script with "
            "`uv run --with gguf run_x.py`",
        ),
        (
            "yaml",
            "pip install 'trl>=1,<2' 'PyYAML', or start the script with "
            "`uv run --with PyYAML run_x.py`",
        ),
    ):
        done = subprocess.run(
            [sys.executable, script, name], check=False, capture_output=True, text=True
        )
        assert done.stderr.strip() == words


def test_a_run_is_told_in_all_forms_in_both_languages(project, empty_python):
    folder = project / "runs/x"
    folder.mkdir(parents=True)
    (folder / "run.json").write_text('{"run": {"method": "sft"}, "state": "finished"}')
    rows = [{"step": step, "loss": 2.0 - step / 40} for step in range(1, 31)]
    (folder / "metrics.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    line = line_of((project / ".claude/commands/lab-analyze.md").read_text())
    for lang, heading in (("en", "# Training run x"), ("zh", "# 训练运行 x")):
        line_md = line.replace("$ARGUMENTS", "runs/x --md -o page.html")
        done = run(line_md, empty_python, project, POLYSKILL_LANG=lang)
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith(heading)
        page = (project / "page.html").read_text("utf-8")
        assert page.startswith("<!doctype html>") and "<svg" in page
    both = run(line.replace("$ARGUMENTS", "runs/x --md --json"), empty_python, project)
    assert both.returncode == 2
    nowhere = run(line.replace("$ARGUMENTS", "runs/x -o no/page.html"), empty_python, project)
    assert nowhere.returncode == 2 and "no/" in nowhere.stderr
    assert "Traceback" not in nowhere.stderr


def test_the_calculators_are_an_mcp_server_without_polyskill(project, library_python):
    pytest.importorskip("mcp", reason="the MCP SDK is not installed")
    import anyio
    from mcp import ClientSession, StdioServerParameters, stdio_client

    [script] = project.rglob("scripts/run_tools_server.py")
    assert '"mcp>=1.23"' in script.read_text()

    async def asked():
        plain = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
        started = StdioServerParameters(
            command=str(library_python), args=[str(script)], cwd=project, env=plain
        )
        async with AsyncExitStack() as stack:
            streams = await stack.enter_async_context(stdio_client(started))
            session = await stack.enter_async_context(ClientSession(*streams))
            await session.initialize()
            tools = (await session.list_tools()).tools
            return tools, await session.call_tool("lora", {"model": "Llama-3.1-8B", "rank": 32})

    tools, answer = anyio.run(asked)
    assert {tool.name for tool in tools} == {name.replace("-", "_") for name in CALLS}
    assert json.loads(answer.content[0].text)["trainable"] == 83_886_080
    assert not list(project.rglob("__pycache__"))


def test_the_server_says_what_it_lacks(project, empty_python):
    [script] = project.rglob("scripts/run_tools_server.py")
    done = run(f"python {shlex.quote(str(script))}", empty_python, project)
    assert done.returncode == 2
    assert "pip install 'scipy>=1.13' 'mcp>=1.23', or start" in done.stderr
    assert "Traceback" not in done.stderr


def prefers(word: str):
    """Return a judge who prefers the answer with a word in it, wherever it stands."""

    def answer(asked):
        text = asked.messages[0][1]
        first = re.search(r"<first-.*?</first-", text, re.DOTALL)[0]
        verdict = "first_better" if word in first else "second_better"
        return {"reason": f"it says {word}", "verdict": verdict}

    return answer


def judged(project, python, server, rows, *arguments: str):
    (project / "answers.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    line = line_of((project / ".claude/commands/lab-judge.md").read_text())
    model = f"openai-compatible:{server.openai_url}#judge"
    line = line.replace("$ARGUMENTS", f"answers.jsonl --judge {model} --json -o verdicts.jsonl")
    return run(line, python, project, *arguments, POLYSKILL_API_KEY="test-key")


def test_pairs_are_judged_without_polyskill(project, library_python, judge_server):
    server = judge_server(prefers("better"))
    done = judged(project, library_python, server, PAIRS)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["wins"], found["losses"], found["consistent"]) == (8, 0, 1.0)
    assert found["mean"] == 1.0
    assert found["low"] > 0.5
    assert found["verdict"] == "improved"
    verdicts = [json.loads(line) for line in (project / "verdicts.jsonl").read_text().splitlines()]
    assert [one["score"] for one in verdicts] == [1.0] * 8
    asked = len(server.requests)
    again = judged(project, library_python, server, PAIRS)
    assert json.loads(again.stdout) == found
    assert len(server.requests) == asked  # the journal had them all
    assert not list(project.rglob("__pycache__"))


def test_a_judge_who_prefers_a_place_says_nothing(project, library_python, judge_server):
    server = judge_server(lambda _asked: {"reason": "it is first", "verdict": "first_better"})
    found = json.loads(judged(project, library_python, server, PAIRS).stdout)
    assert (found["wins"], found["ties"], found["losses"]) == (0, 8, 0)
    assert found["consistent"] == 0.0
    assert found["verdict"] == "underpowered"


def test_single_answers_are_judged_against_their_criteria(project, library_python, judge_server):
    rows = [
        {
            "id": "one",
            "prompt": "What is a token?",
            "answer": "A piece of a word.",
            "criteria": ["Says piece", {"text": "Gives an example", "kind": "should"}],
        }
    ]

    def grades(_asked):
        found = [
            {"number": 1, "reason": "yes", "quote": "A piece of a word", "met": True},
            {"number": 2, "reason": "no", "quote": "", "met": False},
        ]
        return {"criteria": found}

    done = judged(project, library_python, judge_server(grades), rows)
    assert json.loads(done.stdout)["mean"] == 0.5
    assert done.returncode == 0


def test_a_judge_who_makes_no_sense_is_missing_not_tied(project, library_python, judge_server):
    server = judge_server(lambda _asked: {"reason": "hm", "verdict": "maybe"})
    done = judged(project, library_python, server, PAIRS[:2])
    found = json.loads(done.stdout)
    assert done.returncode == 1
    assert (found["missing"], found["mean"]) == (2, None)
    assert found["verdict"] == "invalid"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "there are no answers in it"),
        ('{"prompt": "x"', "answers.jsonl:1: no JSON"),
        ('\n{"prompt": "x", "baseline": "a"}', "answers.jsonl:2: `candidate` must be there"),
        ('{"prompt": "x", "answer": "a"}', "or `answer` and `criteria`"),
        ('{"prompt": "x", "answer": "a", "criteria": [{"text": "b", "kind": "may"}]}', "criterion"),
        ('{"id":1,"prompt":"x","baseline":"a","candidate":"b"}\n' * 2, "is that of line 1"),
        ('{"prompt":"x","baseline":"a","candidate":"b","lang":"fr"}', "not en or zh"),
    ],
)
def test_a_bad_file_names_its_line(project, empty_python, text, said):
    (project / "answers.jsonl").write_text(text)
    line = line_of((project / ".claude/commands/lab-judge.md").read_text())
    line = line.replace("$ARGUMENTS", "answers.jsonl --judge openai/some-model")
    done = run(line, empty_python, project, OPENAI_API_KEY="test-key")
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_calculator_answers_in_an_empty_python(project, empty_python):
    line = line_of((project / ".claude/commands/lab-tools.md").read_text())
    done = run(line.replace("$ARGUMENTS", "lora llama-3.1-8b --rank 32"), empty_python, project)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["trainable"] == 83_886_080  # PEFT on the meta device
    done = run(line.replace("$ARGUMENTS", "lr qwen3-8b --steps 400"), empty_python, project)
    assert json.loads(done.stdout)["learning_rate"] == pytest.approx(4.73e-4, rel=1e-3)
    words = "significance --accuracies 0.70 0.72 --questions 14042"
    done = run(line.replace("$ARGUMENTS", words), empty_python, project)
    assert json.loads(done.stdout)["significant"] is True
    done = run(line.replace("$ARGUMENTS", "lr no-such-model"), empty_python, project)
    assert done.returncode == 2
    assert "no-such-model" in done.stderr


def test_a_run_is_analysed_in_an_empty_python(project, empty_python):
    """The collapse that was measured: a reward for brevity, answers of one token."""
    rewards = (0.025, 0.013, 0.063, 0.444, 0.756, 0.931, 0.95, 0.95, 0.95, 0.95)
    folder = project / "run"
    folder.mkdir()
    facts = {"format": 1, "state": "finished", "method": "grpo", "run": {"method": "grpo"}}
    (folder / "run.json").write_text(json.dumps(facts))
    rows = [
        {"step": step, "time": float(step), "reward": reward, "length": 20 * (1 - reward)}
        for step, reward in enumerate(rewards, 1)
    ]
    (folder / "metrics.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    line = line_of((project / ".claude/commands/lab-analyze.md").read_text())
    done = run(line.replace("$ARGUMENTS", "run --json"), empty_python, project)
    found = json.loads(done.stdout)
    assert done.returncode == 1, done.stderr
    assert any("collapse" in one["kind"] for one in found["findings"])
    done = run(line.replace("$ARGUMENTS", "run"), empty_python, project, POLYSKILL_LANG="zh")
    assert "grpo" in done.stdout
    assert run(line.replace("$ARGUMENTS", "gone"), empty_python, project).returncode == 2
