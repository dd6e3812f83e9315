"""An answer that broke off is asked for again, by the same run and by the next; a limit is not."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from polyskill.runtime.judge.base import Call, Message, Model, Request
from polyskill.runtime.judge.engine.journal import Journal
from polyskill.runtime.judge.engine.progress import Summary
from polyskill.runtime.judge.engine.rows import load_rows
from polyskill.runtime.judge.engine.run import Settings, run_calls_sync
from polyskill.runtime.judge.providers import open_provider

pytestmark = pytest.mark.usefixtures("quick_retries")
BOTH = pytest.mark.parametrize("dialect", ["anthropic", "openai"])
WHOLE = "All that was to be said."


def run(server: Any, dialect: str, path: Path, attempts: int) -> Summary:
    url = server.anthropic_url if dialect == "anthropic" else server.openai_url
    model = Model(f"{dialect}-compatible", "m", url)
    calls = [Call(name, model, Request((Message("user", name),))) for name in ("max_tokens", "cut")]
    with Journal(path) as journal:
        return run_calls_sync(
            calls,
            journal=journal,
            open_provider=open_provider,
            settings=Settings(max_attempts=attempts),
        )


@BOTH
@pytest.mark.parametrize("kind", ["cut", "no-finish"])
def test_the_next_run_asks_again_for_what_was_cut(
    fake_provider: Callable[..., Any], fakes: ModuleType, tmp_path: Path, dialect: str, kind: str
) -> None:
    def answer(asked: Any) -> Any:
        name = kind if asked.prompt == "cut" else asked.prompt
        return fakes.Fault(name, times=1 if name == kind else None, then=WHOLE)

    server, path = fake_provider(answer), tmp_path / "j.jsonl"
    assert run(server, dialect, path, attempts=1).outcomes == {"truncated": 2}
    row = load_rows(path)["cut"]
    assert WHOLE.startswith(row["text"]) and row["stop_reason"] == ""
    assert run(server, dialect, path, attempts=1).outcomes == {"ok": 1}
    assert load_rows(path)["cut"]["text"] == WHOLE
    assert [asked.prompt for asked in server.requests].count("max_tokens") == 1
    assert run(server, dialect, path, attempts=1).kept == 2


@BOTH
def test_the_same_run_asks_again_for_what_was_cut(
    fake_provider: Callable[..., Any], fakes: ModuleType, tmp_path: Path, dialect: str
) -> None:
    server = fake_provider(
        lambda asked: fakes.Fault(
            asked.prompt, times=2 if asked.prompt == "cut" else None, then=WHOLE
        )
    )
    path = tmp_path / "j.jsonl"
    assert run(server, dialect, path, attempts=5).outcomes == {"truncated": 1, "ok": 1}
    rows = load_rows(path)
    assert (rows["cut"]["attempts"], rows["cut"]["text"]) == (3, WHOLE)
    assert (rows["max_tokens"]["attempts"], rows["max_tokens"]["outcome"]) == (1, "truncated")


WORKER = """
import sys
from polyskill.runtime.judge.base import Call, Message, Model, Request
from polyskill.runtime.judge.engine.journal import Journal
from polyskill.runtime.judge.engine.run import Settings, run_calls_sync
from polyskill.runtime.judge.providers import open_provider
model = Model("openai-compatible", "m", sys.argv[1])
calls = [Call(name, model, Request((Message("user", name),))) for name in ("cut", "silent")]
with Journal(sys.argv[2]) as journal:
    run_calls_sync(
        calls, journal=journal, open_provider=open_provider, settings=Settings(max_attempts=1)
    )
"""


def test_cut_then_killed_then_asked_again(
    fake_provider: Callable[..., Any], fakes: ModuleType, tmp_path: Path
) -> None:
    killed = []

    def answer(asked: Any) -> Any:
        return WHOLE if killed else fakes.Fault(asked.prompt, times=None, then=WHOLE, seconds=60.0)

    server, path = fake_provider(answer), tmp_path / "j.jsonl"
    command = [sys.executable, "-c", WORKER, server.openai_url, str(path)]
    worker = subprocess.Popen(command)
    until = time.monotonic() + 60
    while time.monotonic() < until and not (path.exists() and load_rows(path)):
        time.sleep(0.02)
    worker.kill()
    assert worker.wait(30) == -9
    assert {key: row["outcome"] for key, row in load_rows(path).items()} == {"cut": "truncated"}
    killed.append(True)
    subprocess.run(command, check=True, timeout=60)
    assert {key: row["text"] for key, row in load_rows(path).items()} == {
        "cut": WHOLE,
        "silent": WHOLE,
    }
