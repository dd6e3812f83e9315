"""Batches: handed in once, collected by whichever run comes next, and paid once."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from polyskill.runtime.judge.base import Call, Model, Outcome, Reply, Request, Usage
from polyskill.runtime.judge.engine.batch import run_batch, run_batch_sync
from polyskill.runtime.judge.engine.budget import Budget
from polyskill.runtime.judge.engine.journal import Journal
from polyskill.runtime.judge.engine.rows import load_rows
from polyskill.runtime.judge.engine.selection import Settings

MODEL = Model("anthropic", "claude-opus-5")
Make = Callable[..., Call]
WORST = ((1 + 80) * 6.25 + 100 * 25) / 1e6 / 2  # a question of one byte, 100 tokens of answer


class Desk:
    """Takes batches and gives what ``answer`` says of (key, how often it was collected)."""

    def __init__(self, answer: Callable[[str, int], Any]) -> None:
        self.answer = answer
        self.handed_in: list[list[str]] = []
        self.looks = 0

    async def complete_batch(
        self,
        model: Model,
        requests: Mapping[str, Request],
        *,
        poll: float,
        on_submitted: Callable[[str, tuple[str, ...]], None],
    ) -> AsyncIterator[tuple[str, Reply]]:
        self.handed_in.append(list(requests))
        batch = f"b{len(self.handed_in)}"
        on_submitted(batch, tuple(requests))
        async for key, reply in self.resume_batch(
            model, batch, requests, poll=poll, on_submitted=on_submitted
        ):
            yield key, reply

    async def resume_batch(
        self,
        model: Model,
        batch: str,
        requests: Mapping[str, Request],
        *,
        poll: float,
        on_submitted: Callable[[str, tuple[str, ...]], None],
    ) -> AsyncIterator[tuple[str, Reply]]:
        self.looks += 1
        for key in reversed(list(requests)):
            said = self.answer(key, self.looks)
            reply = await said if asyncio.iscoroutine(said) else said
            yield key, reply


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal(tmp_path / "j.jsonl") as opened:
        yield opened


@pytest.fixture
def calls(make_call: Make) -> list[Call]:
    return [make_call(str(n), MODEL, n=n) for n in range(5)]


def fine(key: str, look: int) -> Reply:
    return Reply(Outcome.OK, text=f"answer {key}", usage=Usage(10, 10))


def test_all_go_in_one_batch_at_half_the_price(journal: Journal, calls: list[Call]) -> None:
    desk = Desk(fine)
    told = []
    done = run_batch_sync(
        [*calls, calls[0]], journal=journal, batches=desk, on_progress=told.append
    )
    assert desk.handed_in == [["0", "1", "2", "3", "4"]]
    assert (done.asked, done.merged, done.outcomes) == (5, 1, {"ok": 5})
    assert done.cost == pytest.approx(5 * (10 * 5 + 10 * 25) / 1e6 / 2)
    assert (journal.reply("3") or {})["meta"] == {"n": 3}
    assert (dict(journal.batches), journal.at_risk) == ({}, 0)
    assert (told[-1].done, told[-1].total, told[-1].in_flight) == (5, 5, 0)
    again = run_batch_sync(calls, journal=journal, batches=desk)
    assert (again.kept, len(desk.handed_in)) == (5, 1)


def test_models_have_batches_of_their_own(journal: Journal, make_call: Make) -> None:
    desk = Desk(fine)
    other = Model("anthropic", "claude-opus-5", params={"temperature": 1})
    calls = [make_call("a", MODEL), make_call("b", other), make_call("c", MODEL)]
    run_batch_sync(calls, journal=journal, batches=desk)
    assert sorted(desk.handed_in) == [["a", "c"], ["b"]]


def test_an_interrupted_batch_is_collected_by_the_next_run(
    tmp_path: Path, calls: list[Call]
) -> None:
    path = tmp_path / "other.jsonl"
    desk = Desk(lambda key, look: fine(key, look) if key in "43" else asyncio.sleep(60))

    async def interrupted(journal: Journal) -> Any:
        task = asyncio.ensure_future(run_batch(calls, journal=journal, batches=desk))
        while len(list(journal.replies())) < 2:
            await asyncio.sleep(0.01)
        task.cancel()
        return await task

    with Journal(path) as journal:
        assert asyncio.run(interrupted(journal)).interrupted
    desk.answer = fine
    with Journal(path) as journal:
        assert journal.batches["b1"].keys == {"0", "1", "2"}
        assert journal.at_risk == pytest.approx(3 * WORST)
        budget = Budget(1.0, journal.spent + journal.at_risk)
        done = run_batch_sync(calls, journal=journal, batches=desk, budget=budget)
        assert (done.kept, done.asked, journal.at_risk) == (2, 3, 0)
        assert budget.spent == pytest.approx(journal.spent)  # what was at risk is not paid twice
    assert len(desk.handed_in) == 1


def test_a_batch_is_not_forgotten_when_only_some_of_its_calls_are_asked(
    journal: Journal, calls: list[Call]
) -> None:
    lost = Reply(Outcome.TRANSPORT, detail="no route")
    desk = Desk(lambda key, look: lost)
    run_batch_sync(calls, journal=journal, batches=desk)
    desk.answer = fine
    assert run_batch_sync(calls[:2], journal=journal, batches=desk).outcomes == {"ok": 2}
    assert journal.batches["b1"].keys == {"2", "3", "4"}
    assert run_batch_sync(calls, journal=journal, batches=desk).outcomes == {"ok": 3}
    assert len(desk.handed_in) == 1


@pytest.mark.parametrize("outcome", [Outcome.TRANSPORT, Outcome.TIMEOUT, Outcome.REJECTED])
def test_a_batch_that_cannot_be_reached_is_tried_again_before_it_is_given_up(
    journal: Journal, calls: list[Call], outcome: Outcome
) -> None:
    desk = Desk(lambda key, look: Reply(outcome, detail="no route"))
    for look in range(1, 4):
        done = run_batch_sync(calls, journal=journal, batches=desk)
        assert done.outcomes == {outcome.value: 5}
        assert (journal.reply("0") or {})["detail"] == "no route"
        assert (desk.looks, len(desk.handed_in)) == (look, 1)
        assert bool(journal.batches) == (look < 3)
    desk.answer = fine
    assert run_batch_sync(calls, journal=journal, batches=desk).outcomes == {"ok": 5}
    assert len(desk.handed_in) == 2


def test_what_a_batch_did_not_answer_is_asked_anew(journal: Journal, calls: list[Call]) -> None:
    expired = Reply(Outcome.TIMEOUT, detail="expired")
    desk = Desk(lambda key, look: expired if key == "1" else fine(key, look))
    done = run_batch_sync(calls, journal=journal, batches=desk)
    assert done.outcomes == {"ok": 4, "timeout": 1}
    assert not journal.batches
    desk.answer = fine
    run_batch_sync(calls, journal=journal, batches=desk)
    assert desk.handed_in[1:] == [["1"]]


def test_results_that_broke_off_are_collected_again(journal: Journal, calls: list[Call]) -> None:
    broken = Reply(Outcome.TRANSPORT, detail="the connection broke")
    desk = Desk(lambda key, look: broken if key in "01" else fine(key, look))
    assert run_batch_sync(calls, journal=journal, batches=desk).outcomes["transport"] == 2
    assert journal.batches["b1"].keys == {"0", "1"}
    desk.answer = fine
    assert run_batch_sync(calls, journal=journal, batches=desk).outcomes == {"ok": 2}
    assert len(desk.handed_in) == 1


def test_what_may_have_been_handed_in_is_counted_as_paid(
    journal: Journal, calls: list[Call]
) -> None:
    class Broken(Desk):
        async def complete_batch(self, model: Any, requests: Any, **more: Any) -> Any:
            for key in requests:
                yield key, Reply(Outcome.TRANSPORT if key == "0" else Outcome.REJECTED)

    budget = Budget(1.0)
    run_batch_sync(calls, journal=journal, batches=Broken(fine), budget=budget)
    assert budget.spent == journal.spent == pytest.approx(WORST)
    assert not journal.batches


def test_a_budget_lets_in_what_is_covered(journal: Journal, calls: list[Call]) -> None:
    desk, budget = Desk(fine), Budget(3.5 * WORST)
    done = run_batch_sync(calls, journal=journal, batches=desk, budget=budget)
    assert desk.handed_in == [["0", "1", "2"]]
    assert (done.outcomes, done.stopped) == ({"ok": 3, "budget": 2}, "budget")
    assert budget.spent < 3.5 * WORST
    assert budget.reserved == 0


def test_refresh_and_reuse(tmp_path: Path, journal: Journal, calls: list[Call]) -> None:
    desk = Desk(fine)
    run_batch_sync(calls[:3], journal=journal, batches=desk)
    run_batch_sync(calls, journal=journal, batches=desk, settings=Settings(again={"1"}))
    assert desk.handed_in[1] == ["1", "3", "4"]
    with Journal(tmp_path / "new.jsonl") as fresh:
        done = run_batch_sync(calls, journal=fresh, batches=desk, reuse=load_rows(journal.path))
        assert (done.reused, len(desk.handed_in)) == (5, 2)


def test_a_defect_passes_through(journal: Journal, calls: list[Call]) -> None:
    def broken(key: str, look: int) -> Reply:
        raise LookupError("no batches here")

    with pytest.raises(LookupError, match="no batches here"):
        run_batch_sync(calls, journal=journal, batches=Desk(broken))
    assert len(journal.batches) == 1  # it was handed in, and is collected next time


WORKER = """
import sys
from polyskill.runtime.judge.base import Call, Message, Model, Request
from polyskill.runtime.judge.engine.batch import run_batch_sync
from polyskill.runtime.judge.engine.journal import Journal
from polyskill.runtime.judge.providers import batch
model = Model("anthropic-compatible", "m", sys.argv[1])
calls = [Call(f"k{n}", model, Request((Message("user", f"q{n}"),))) for n in range(20)]
with Journal(sys.argv[2]) as journal:
    run_batch_sync(calls, journal=journal, batches=batch, poll=0.2)
"""


@pytest.mark.slow
def test_killed_while_it_waits_for_a_batch(
    fake_provider: Callable[..., Any], tmp_path: Path
) -> None:
    server = fake_provider(lambda asked: f"answer to {asked.prompt}", batch_polls=10**9)
    path = tmp_path / "j.jsonl"
    command = [sys.executable, "-c", WORKER, server.anthropic_url, str(path)]
    for _ in range(2):
        worker = subprocess.Popen(command)
        polls = sum(batch["polls"] for batch in server.batches.values())
        while worker.poll() is None and polls == sum(b["polls"] for b in server.batches.values()):
            time.sleep(0.01)
        worker.kill()
        assert worker.wait(30) == -9
    server.batch_polls = 0
    subprocess.run(command, check=True, timeout=60)
    assert len(server.batches) == 1
    assert {key: row["text"] for key, row in load_rows(path).items()} == {
        f"k{n}": f"answer to q{n}" for n in range(20)
    }
