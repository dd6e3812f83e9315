"""The engine on the real providers and a server that fails in every way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from polyskill.runtime.judge.base import Call, Clocks, Message, Model, Request
from polyskill.runtime.judge.engine.journal import Journal
from polyskill.runtime.judge.engine.rows import load_rows
from polyskill.runtime.judge.engine.run import Settings, run_calls_sync
from polyskill.runtime.judge.providers import open_provider

# A question is named for the fault that it meets; and how the call must end.
ENDS = {
    "none": "ok",
    "429": "ok",
    "500": "ok",
    "529": "ok",
    "dropped": "ok",
    "html200": "ok",
    "400": "rejected",
    "max_tokens": "truncated",
    "cut": "truncated",
    "refusal": "refusal",
    "silent": "timeout",
}
FOREVER = {"400", "max_tokens", "cut", "refusal", "silent"}


@pytest.mark.slow
@pytest.mark.parametrize("dialect", ["anthropic", "openai"])
def test_every_fault_has_its_end(
    fake_provider: Callable[..., Any], fakes: ModuleType, tmp_path: Path, dialect: str
) -> None:
    def answer(asked: Any) -> Any:
        name = asked.prompt
        if name == "none":
            return "fine"
        times = None if name in FOREVER else 2
        return fakes.Fault(name, times=times, then="fine", retry_after="0.05", seconds=3.0)

    server = fake_provider(answer)
    url = server.anthropic_url if dialect == "anthropic" else server.openai_url
    model = Model(f"{dialect}-compatible", "m", url)
    calls = [Call(name, model, Request((Message("user", name),))) for name in ENDS]
    path = tmp_path / "j.jsonl"
    with Journal(path) as journal:
        run_calls_sync(
            calls,
            journal=journal,
            open_provider=open_provider,
            settings=Settings(clocks=Clocks(attempt=1.0, stall=0.5, total=20.0), max_attempts=3),
        )
    rows = load_rows(path)
    assert {key: row["outcome"] for key, row in rows.items()} == ENDS
    tried = {key: row["attempts"] for key, row in rows.items()}
    again = {"429", "500", "529", "dropped", "html200", "silent", "cut"}
    assert tried == {name: 3 if name in again else 1 for name in ENDS}
