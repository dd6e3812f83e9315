"""`polyskill verify` as a command, with a client of our own."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

FIXTURE = Path(__file__).resolve().parents[1] / "fixtures" / "release-notes"
Answer = subprocess.CompletedProcess[str]
Run = Callable[..., Answer]


@pytest.fixture
def run(project: Path, home: Path, prefix: Path, programs: Path) -> Run:
    environment = {
        **os.environ,
        "HOME": str(home),
        "POLYSKILL_CACHE": str(home / "cache"),
        "POLYSKILL_LANG": "en",
        "COLUMNS": "200",
    }

    def call(*arguments: str, lang: str = "en") -> Answer:
        return subprocess.run(
            [programs / "polyskill", *arguments],
            cwd=project,
            env={**environment, "POLYSKILL_LANG": lang},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return call


def test_a_skill_is_tried_in_both_languages(
    run: Run, project: Path, prefix: Path, install: Callable[..., Path]
) -> None:
    install("claude", "claude.py")
    options = ("--client", "claude", "--prefix", str(prefix))
    done = run("verify", str(FIXTURE), *options, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    answer = json.loads(done.stdout)
    assert answer["ok"]
    rows = [(row["lang"], row["skill"], row["status"]) for row in answer["results"]]
    assert rows == [("en", "release-notes", "arrived"), ("zh", "release-notes", "arrived")]
    assert not list(project.iterdir())  # tried elsewhere
    told = run("verify", str(FIXTURE), *options, "--lang", "zh", lang="zh")
    assert told.returncode == 0
    assert "已送达" in told.stdout
    assert "未送达" not in told.stdout


def test_what_is_installed_is_verified_and_can_fail(
    run: Run, project: Path, prefix: Path, install: Callable[..., Path]
) -> None:
    install("claude", "claude.py")
    options = ("--client", "claude", "--prefix", str(prefix))
    assert run("install", str(FIXTURE), "--to", "claude", "-q").returncode == 0
    done = run("verify", *options)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "arrived" in done.stdout
    (project / ".claude/skills/release-notes/SKILL.md").unlink()
    gone = run("verify", *options)
    assert gone.returncode == 1
    assert "not seen" in gone.stdout


def test_what_cannot_be_proved_is_no_success(run: Run, prefix: Path) -> None:
    absent = run(
        "verify", str(FIXTURE), "--client", "kimi", "--prefix", str(prefix), "--lang", "en"
    )
    assert absent.returncode == 1
    assert "skipped" in absent.stdout
    nothing = run("verify", "--client", "claude", "--prefix", str(prefix))
    assert nothing.returncode == 1
    assert "no skill is installed here" in nothing.stderr
    unknown = run("verify", str(FIXTURE), "--client", "clod")
    assert unknown.returncode == 2
    assert "no assistant `clod`" in unknown.stderr
