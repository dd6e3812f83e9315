"""What a built skill's commands say is run, exactly, where polyskill is not installed."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from polyskill.compiler.diagnostics import Severity
from polyskill.compiler.localized import Lang
from polyskill.platforms.deliver.build import Request, build
from polyskill.platforms.deliver.records import Target

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
    built(lab("judge"), tmp_path / "out", target)
    return tmp_path / "out" / target.folder


def test_the_scripts_run_in_an_empty_python(project, empty_python):
    for name in ("judge",):
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
    assert "pip install anthropic, or start the script with `uv run`" in done.stderr
    assert "Traceback" not in done.stderr
