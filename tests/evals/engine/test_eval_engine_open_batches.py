"""Batches that were handed in and not collected: nobody else asks their calls again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from polyskill.runtime.judge.base import Call, Message, Model, Reply, Request, Tool
from polyskill.runtime.judge.engine.batch import run_batch, run_batch_sync
from polyskill.runtime.judge.engine.journal import BatchesOpen, Journal
from polyskill.runtime.judge.engine.rows import load_rows
from polyskill.runtime.judge.engine.run import Settings, run_calls_sync
from polyskill.runtime.judge.providers import batch, structured

Make = Callable[..., Call]


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """A journal in which "a" and "b" are in the batch b1, and "c" in b2."""
    with Journal(tmp_path / "j.jsonl") as opened:
        for name, keys in (("b1", ["a", "b"]), ("b2", ["c"])):
            opened.write({"v": 1, "t": "batch", "id": name, "model": "m", "keys": keys})
        yield opened


@pytest.mark.parametrize("lazy", [False, True])
@pytest.mark.parametrize("refresh", ["none", "all"])
def test_calls_in_an_open_batch_are_not_asked_beside_it(
    journal: Journal, script: Any, make_call: Make, ok: Reply, lazy: bool, refresh: Any
) -> None:
    provider = script(lambda request, n: ok)
    calls = [make_call(key) for key in "abcd"]
    with pytest.raises(BatchesOpen) as caught:
        run_calls_sync(
            iter(calls) if lazy else calls,
            journal=journal,
            open_provider=lambda model: provider,
            settings=Settings(refresh=refresh),
        )
    assert provider.asked == []
    assert caught.value.batches == (("b1",) if lazy else ("b1", "b2"))
    for text in (str(caught.value), *caught.value.text.values()):
        assert "b1" in text and "--batch" in text and "j.jsonl" in text


def test_other_calls_are_asked(journal: Journal, script: Any, make_call: Make, ok: Reply) -> None:
    provider = script(lambda request, n: ok)
    done = run_calls_sync(
        [make_call(key) for key in "de"], journal=journal, open_provider=lambda model: provider
    )
    assert done.outcomes == {"ok": 2}
    assert set(journal.batches) == {"b1", "b2"}


def test_a_call_is_owed_by_the_batch_that_it_was_last_handed_in_with(
    journal: Journal, tmp_path: Path
) -> None:
    journal.write({"v": 1, "t": "batch", "id": "b3", "model": "m", "keys": ["b", "c"]})

    def check(opened: Journal) -> None:
        owed = {key: opened.batch_of(key) for key in "abcd"}
        assert owed == {"a": "b1", "b": "b3", "c": "b3", "d": ""}
        assert set(opened.batches) == {"b1", "b3"}

    check(journal)
    journal.close()
    with Journal(tmp_path / "j.jsonl") as again:
        check(again)


GRADE = Tool("grade", "", {"type": "object", "properties": {}, "additionalProperties": False})


def judgements(server: Any, name: str) -> list[Call]:
    model = Model("anthropic-compatible", name, server.anthropic_url)
    return [
        Call(key, model, Request((Message("user", key),), tools=(GRADE,), answer_with="grade"))
        for key in "abc"
    ]


def test_a_model_that_takes_no_forced_tools_is_asked_in_a_second_batch_and_paid_once(
    fake_provider: Callable[..., Any], fakes: ModuleType, tmp_path: Path
) -> None:
    server = fake_provider(lambda asked: fakes.Structured({}), forces_tools=False)
    path = tmp_path / "j.jsonl"
    with Journal(path) as journal:
        done = run_batch_sync(
            judgements(server, "unforced-1"), journal=journal, batches=batch, poll=0.02
        )
        assert done.outcomes == {"ok": 3}
        assert not journal.batches
    assert len(server.batches) == 2
    with Journal(path) as journal:
        assert not journal.batches  # the first one owes nothing any more
        assert (journal.reply("a") or {})["data"] == {}
        assert (journal.reply("a") or {})["batch"] == "msgbatch_2"


@pytest.mark.parametrize("after", ["msgbatch_1", "msgbatch_2"])
def test_interrupted_between_both_batches(
    fake_provider: Callable[..., Any],
    fakes: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    after: str,
) -> None:
    """As a run that is killed: what it learned is forgotten, what the journal says is not."""
    monkeypatch.setattr(structured, "_learned", set())
    server = fake_provider(lambda asked: fakes.Structured({}), forces_tools=False)
    server.batch_polls = 10**9
    calls, path = judgements(server, "unforced-2"), tmp_path / "j.jsonl"

    async def interrupted() -> None:
        with Journal(path) as journal:
            task = asyncio.ensure_future(
                run_batch(calls, journal=journal, batches=batch, poll=0.02)
            )
            while after not in journal.batches:
                await asyncio.sleep(0.01)
                if journal.batches and after == "msgbatch_2":
                    server.batches["msgbatch_1"]["polls"] = 10**9  # it ends with the next look
            task.cancel()
            assert (await task).interrupted

    asyncio.run(interrupted())
    structured._learned.clear()
    server.batch_polls = 0
    with Journal(path) as journal:
        assert set(journal.batches) == {after}
        done = run_batch_sync(calls, journal=journal, batches=batch, poll=0.02)
        assert done.outcomes == {"ok": 3}
        assert not journal.batches
    assert len(server.batches) == 2
    found = {(row["outcome"], row["batch"]) for row in load_rows(path).values()}
    assert found == {("ok", "msgbatch_2")}
