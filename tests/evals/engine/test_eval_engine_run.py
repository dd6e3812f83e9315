"""A run: each call asked once, trouble counted apart, and an end in good order."""

from __future__ import annotations

import asyncio
import resource
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from polyskill.runtime.judge.base import Call, Clocks, Model, Outcome, Reply, Request, Usage
from polyskill.runtime.judge.engine.budget import Budget, BudgetUnknown
from polyskill.runtime.judge.engine.journal import Journal, JournalFull
from polyskill.runtime.judge.engine.lanes import _AHEAD
from polyskill.runtime.judge.engine.prices import Prices
from polyskill.runtime.judge.engine.progress import Progress
from polyskill.runtime.judge.engine.rows import load_rows, replies
from polyskill.runtime.judge.engine.run import Settings, run_calls, run_calls_sync

Make = Callable[..., Call]
OTHER = Model("anthropic", "claude-opus-5")
FAST = Clocks(attempt=5, stall=5, total=5)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal(tmp_path / "j.jsonl") as opened:
        yield opened


def said(outcome: Outcome, **more: Any) -> Callable[[Request, int], Reply]:
    return lambda request, n: Reply(outcome, usage=Usage(100, 10), **more)


def test_every_call_is_asked_once_and_kept(
    journal: Journal, script: Any, make_call: Make, ok: Reply
) -> None:
    provider = script(lambda request, n: ok)
    calls = [make_call(str(n), case=n) for n in range(50)]
    done = run_calls_sync(calls + calls[:7], journal=journal, open_provider=lambda m: provider)
    assert sorted(provider.asked, key=int) == [str(n) for n in range(50)]
    assert (done.asked, done.merged, done.kept, done.stopped) == (50, 7, 0, "")
    assert done.outcomes == {"ok": 50}
    assert (journal.reply("7") or {})["meta"] == {"case": 7}
    assert provider.closed
    again = run_calls_sync(calls, journal=journal, open_provider=lambda m: provider)
    assert (again.asked, again.kept, len(provider.asked)) == (0, 50, 50)


@pytest.mark.parametrize("lazy", [False, True])
def test_a_replay_needs_no_provider_and_no_price(
    journal: Journal, script: Any, make_call: Make, ok: Reply, lazy: bool
) -> None:
    calls = [make_call(str(n), Model("openai", "gpt-99")) for n in range(5)]
    provider = script(lambda request, n: ok)
    run_calls_sync(calls, journal=journal, open_provider=lambda m: provider)

    def no_key(model: Model) -> Any:
        raise LookupError("no key")

    done = run_calls_sync(
        iter(calls) if lazy else calls, journal=journal, open_provider=no_key, budget=Budget(0.0)
    )
    assert (done.kept, done.asked, done.stopped) == (5, 0, "")


def test_nothing_to_do(journal: Journal, script: Any) -> None:
    done = run_calls_sync([], journal=journal, open_provider=lambda m: script(None))
    assert (done.asked, done.outcomes, done.stopped) == (0, {}, "")


def test_only_trouble_is_asked_again(journal: Journal, script: Any, make_call: Make) -> None:
    order = list(Outcome)
    calls = [make_call(name) for name in (*(outcome.name for outcome in order), "cut")]

    def answer(request: Request, n: int) -> Reply:
        if request.messages[0].text == "cut":
            return Reply(Outcome.TRUNCATED)
        return Reply(Outcome[request.messages[0].text], stop_reason="max_tokens")

    settings = Settings(max_attempts=1)
    first = script(answer)
    run_calls_sync(calls, journal=journal, open_provider=lambda m: first, settings=settings)
    second = script(answer)
    done = run_calls_sync(calls, journal=journal, open_provider=lambda m: second, settings=settings)
    assert done.kept == 3
    asked = {one.name for one in order} - {"OK", "REFUSAL", "TRUNCATED"} | {"cut"}
    assert set(second.asked) == asked


@pytest.mark.parametrize(
    ("settings", "asked"),
    [
        (Settings(), set()),
        (Settings(refresh="errors"), {"REFUSAL", "TRUNCATED"}),
        (Settings(refresh="all"), {"OK", "REFUSAL", "TRUNCATED"}),
        (Settings(again={"OK"}), {"OK"}),
    ],
)
def test_what_is_asked_anew(
    journal: Journal, script: Any, make_call: Make, settings: Settings, asked: set[str]
) -> None:
    calls = [make_call(name) for name in ("OK", "REFUSAL", "TRUNCATED")]
    first = script(
        lambda request, n: Reply(Outcome[request.messages[0].text], text="old", stop_reason="x")
    )
    run_calls_sync(calls, journal=journal, open_provider=lambda m: first)
    second = script(lambda request, n: Reply(Outcome.OK, text="new"))
    run_calls_sync(calls, journal=journal, open_provider=lambda m: second, settings=settings)
    assert set(second.asked) == asked
    assert {key for key, row in load_rows(journal.path).items() if row["text"] == "new"} == asked


def test_a_truncated_answer_is_never_ok(journal: Journal, script: Any, make_call: Make) -> None:
    provider = script(said(Outcome.TRUNCATED, text="half an ans", stop_reason="length"))
    done = run_calls_sync([make_call("a")], journal=journal, open_provider=lambda m: provider)
    assert done.outcomes == {"truncated": 1}
    assert [row["outcome"] for row in replies(journal.path)] == ["truncated"]
    assert len(provider.asked) == 1


def test_replies_of_another_journal_are_taken_over(
    tmp_path: Path, journal: Journal, script: Any, make_call: Make, ok: Reply
) -> None:
    with Journal(tmp_path / "old.jsonl") as old:
        provider = script(
            lambda request, n: ok if request.messages[0].text != "2" else Reply(Outcome.REJECTED)
        )
        calls = [make_call(str(n)) for n in range(4)]
        run_calls_sync(calls, journal=old, open_provider=lambda m: provider)
    fresh = script(lambda request, n: ok)
    calls = [make_call(str(n), new=True) for n in range(6)]
    done = run_calls_sync(
        calls,
        journal=journal,
        open_provider=lambda m: fresh,
        reuse=load_rows(tmp_path / "old.jsonl"),
    )
    assert (done.reused, done.asked) == (3, 3)
    assert sorted(fresh.asked) == ["2", "4", "5"]
    row = journal.reply("0") or {}
    assert (row["reused"], row["cost"], row["meta"]) == (True, 0.0, {"new": True})
    assert journal.spent == 0


def test_few_tasks_live_and_a_stream_is_not_read_ahead(
    journal: Journal, script: Any, make_call: Make, ok: Reply
) -> None:
    taken = 0

    def stream() -> Iterator[Call]:
        nonlocal taken
        for n in range(3 * _AHEAD):
            taken += 1
            yield make_call(str(n))

    most_tasks = most_ahead = 0

    def answer(request: Request, n: int) -> Reply:
        nonlocal most_tasks, most_ahead
        most_tasks = max(most_tasks, len(asyncio.all_tasks()))
        most_ahead = max(most_ahead, taken - n)
        return ok

    provider = script(answer)
    done = run_calls_sync(stream(), journal=journal, open_provider=lambda m: provider)
    assert done.asked == 3 * _AHEAD
    assert most_tasks < 400
    assert most_ahead <= _AHEAD + 16


def test_a_slow_provider_does_not_hold_up_another(
    journal: Journal, script: Any, make_call: Make, ok: Reply
) -> None:
    async def slow() -> Reply:
        await asyncio.sleep(0.4)
        return ok

    lazy, quick = script(lambda request, n: slow()), script(lambda request, n: ok)
    calls = [make_call(f"slow{n}") for n in range(6)]
    calls += [make_call(f"quick{n}", OTHER) for n in range(300)]
    started = time.monotonic()
    finished = []
    asyncio.run(
        run_calls(
            iter(calls),
            journal=journal,
            open_provider=lambda model: quick if model is OTHER else lazy,
            settings=Settings(concurrency=2),
            on_progress=lambda now: finished.append((time.monotonic() - started, now.done)),
        )
    )
    assert max(done for seconds, done in finished if seconds < 0.4) >= 250


def test_two_models_of_one_provider_take_turns(
    journal: Journal, script: Any, make_call: Make, ok: Reply
) -> None:
    provider = script(lambda request, n: ok)
    second = Model("openai", "gpt-6-luna")
    calls = [make_call(f"a{n}") for n in range(20)] + [
        make_call(f"b{n}", second) for n in range(20)
    ]
    run_calls_sync(
        calls,
        journal=journal,
        open_provider=lambda m: provider,
        settings=Settings(concurrency=1),
    )
    assert provider.peak == 1
    assert [one[0] for one in provider.asked] == ["a", "b"] * 20


def test_one_model_with_two_sets_of_parameters_is_two(
    journal: Journal, script: Any, make_call: Make, ok: Reply
) -> None:
    opened = []

    def open_provider(model: Model) -> Any:
        opened.append(dict(model.params))
        return script(lambda request, n: ok)

    models = [Model("openai", "m", params=p) for p in ({}, {"seed": 1}, {"seed": 1}, {"seed": 2})]
    calls = [make_call(str(n), model) for n, model in enumerate(models)]
    run_calls_sync(calls, journal=journal, open_provider=open_provider)
    assert opened == [{}, {"seed": 1}, {"seed": 2}]


@pytest.mark.parametrize(("status", "sent"), [(401, 3), (403, 3), (404, 3), (400, 10), (0, 10)])
def test_a_model_that_rejects_everything_is_given_up(
    journal: Journal, script: Any, make_call: Make, status: int, sent: int
) -> None:
    bad = script(said(Outcome.REJECTED, status=status, detail="no such key"))
    good = script(said(Outcome.OK))
    calls = [make_call(f"x{n}") for n in range(40)] + [make_call(f"y{n}", OTHER) for n in range(5)]
    done = run_calls_sync(
        calls,
        journal=journal,
        open_provider=lambda model: good if model is OTHER else bad,
        settings=Settings(concurrency=1),
    )
    assert len(bad.asked) == sent
    assert done.outcomes == {"rejected": 40, "ok": 5}
    assert done.asked == sent + 5
    assert "no such key" in done.rejected["openai/gpt-6-sol"]
    rows = [row for row in replies(journal.path) if row["detail"].startswith("not asked: ")]
    assert len(rows) == 40 - sent


def test_a_model_that_once_worked_is_not_given_up(
    journal: Journal, script: Any, make_call: Make, ok: Reply
) -> None:
    provider = script(lambda request, n: ok if n == 2 else Reply(Outcome.REJECTED, status=404))
    done = run_calls_sync(
        [make_call(str(n)) for n in range(30)],
        journal=journal,
        open_provider=lambda m: provider,
        settings=Settings(concurrency=1),
    )
    assert (len(provider.asked), done.rejected) == (30, {})


def test_a_run_stays_within_its_budget_and_says_what_was_not_asked(
    journal: Journal, script: Any, make_call: Make
) -> None:
    prices = Prices({"gpt-6-sol": {"input": 0, "output": 1e6 / 100}})  # 1 cent a token of output
    provider = script(lambda request, n: Reply(Outcome.OK, usage=Usage(0, 5)))
    calls = [make_call(str(n), max_tokens=10) for n in range(40)]
    budget = Budget(1.0)
    done = run_calls_sync(
        calls, journal=journal, open_provider=lambda m: provider, prices=prices, budget=budget
    )
    # 0.05 each with 0.10 set aside: the last that is asked finds 0.90 spent
    assert (done.asked, done.stopped) == (19, "budget")
    assert done.outcomes == {"ok": 19, "budget": 21}
    assert done.cost == budget.spent == pytest.approx(0.95)
    assert journal.spent == pytest.approx(0.95)
    later = Budget(2.0, journal.spent + journal.at_risk)
    more = run_calls_sync(
        calls, journal=journal, open_provider=lambda m: provider, prices=prices, budget=later
    )
    assert (more.kept, more.asked, more.outcomes["budget"]) == (19, 20, 1)


@pytest.mark.parametrize("lazy", [False, True])
def test_a_budget_needs_prices_before_anything_is_sent(
    journal: Journal, script: Any, make_call: Make, lazy: bool, ok: Reply
) -> None:
    provider = script(lambda request, n: ok)
    calls = [make_call("a"), make_call("b", Model("openai", "gpt-99"))]
    with pytest.raises(BudgetUnknown, match="gpt-99"):
        run_calls_sync(
            iter(calls) if lazy else calls,
            journal=journal,
            open_provider=lambda m: provider,
            budget=Budget(1.0),
        )
    assert provider.asked == []


def test_without_a_price_the_cost_is_not_known(
    journal: Journal, script: Any, make_call: Make
) -> None:
    provider = script(said(Outcome.OK))
    done = run_calls_sync(
        [make_call("a", Model("openai", "gpt-99")), make_call("b")],
        journal=journal,
        open_provider=lambda m: provider,
    )
    assert done.unpriced == 1
    assert done.cost == pytest.approx((100 * 2 + 10 * 10) / 1e6)
    assert (journal.reply("a") or {})["cost"] is None


def test_fail_fast(journal: Journal, script: Any, make_call: Make, ok: Reply) -> None:
    provider = script(lambda request, n: ok if n < 5 else Reply(Outcome.MALFORMED))
    done = run_calls_sync(
        [make_call(str(n)) for n in range(50)],
        journal=journal,
        open_provider=lambda m: provider,
        settings=Settings(concurrency=1, fail_fast=True, max_attempts=1),
    )
    assert done.stopped == "fail-fast"
    assert done.outcomes == {"ok": 4, "malformed": 1}


def test_a_defect_of_a_provider_ends_the_run_loudly(
    journal: Journal, script: Any, make_call: Make, ok: Reply
) -> None:
    def answer(request: Request, n: int) -> Any:
        if n == 10:
            raise KeyError("a defect")
        return ok

    provider = script(answer)
    with pytest.raises(KeyError, match="a defect"):
        run_calls_sync(
            [make_call(str(n)) for n in range(50)],
            journal=journal,
            open_provider=lambda m: provider,
            settings=Settings(concurrency=1),
        )
    assert provider.closed
    assert len(list(journal.replies())) == 9


def test_a_provider_that_cannot_be_opened_shows_before_anything_is_sent(
    journal: Journal, script: Any, make_call: Make, ok: Reply
) -> None:
    good = script(lambda request, n: ok)

    def open_provider(model: Model) -> Any:
        if model is OTHER:
            raise LookupError("no key")
        return good

    with pytest.raises(LookupError, match="no key"):
        run_calls_sync(
            [make_call("a"), make_call("b", OTHER)], journal=journal, open_provider=open_provider
        )
    assert (good.asked, good.closed) == ([], True)


def test_a_full_disk_ends_the_run_and_keeps_what_was(
    tmp_path: Path, script: Any, make_call: Make, ok: Reply
) -> None:
    async def nap() -> Reply:
        await asyncio.sleep(0.01)
        return ok

    path = tmp_path / "j.jsonl"
    provider = script(lambda request, n: nap())
    calls = [make_call(str(n)) for n in range(100)]
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        with Journal(path) as journal:
            resource.setrlimit(resource.RLIMIT_FSIZE, (8000, before[1]))
            with pytest.raises(JournalFull, match="make room"):
                run_calls_sync(calls, journal=journal, open_provider=lambda m: provider)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert provider.closed
    with Journal(path) as journal:
        kept = len(list(journal.replies()))
        assert kept > 10
        done = run_calls_sync(calls, journal=journal, open_provider=lambda m: provider)
        assert (done.kept, done.asked) == (kept, 100 - kept)


def _hang(ok: Reply, quick: int) -> Callable[[Request, int], Any]:
    return lambda request, n: ok if n <= quick else asyncio.sleep(60)


def test_a_cancelled_run_says_so_and_goes_on_later(
    journal: Journal, script: Any, make_call: Make, ok: Reply
) -> None:
    provider = script(_hang(ok, 20))
    calls = [make_call(str(n)) for n in range(40)]

    async def go() -> Any:
        task = asyncio.ensure_future(
            run_calls(calls, journal=journal, open_provider=lambda m: provider)
        )
        while len(list(journal.replies())) < 20:
            await asyncio.sleep(0.01)
        task.cancel()
        return await task

    done = asyncio.run(go())
    assert done.interrupted
    assert (done.asked, provider.closed, provider.in_flight) == (20, True, 0)
    assert journal.at_risk > 0  # those in flight may have to be paid
    fresh = script(lambda request, n: ok)
    more = run_calls_sync(calls, journal=journal, open_provider=lambda m: fresh)
    assert (more.kept, more.asked, more.interrupted) == (20, 20, False)


@pytest.mark.parametrize("own", [True, False])
def test_ctrl_c_ends_a_run_in_good_order(
    journal: Journal, script: Any, make_call: Make, ok: Reply, own: bool
) -> None:
    """Also where another thread takes the signal: that alone does not wake the loop's."""
    provider = script(_hang(ok, 5))
    loops = threading.get_ident()

    def interrupt() -> None:
        signal.pthread_kill(loops if own else threading.get_ident(), signal.SIGINT)

    timer = threading.Timer(0.3, interrupt)
    timer.start()
    began = time.monotonic()
    done = run_calls_sync(
        [make_call(str(n)) for n in range(20)], journal=journal, open_provider=lambda m: provider
    )
    timer.join()
    assert time.monotonic() - began < 30
    assert (done.stopped, done.asked) == ("interrupted", 5)
    assert len(list(journal.replies())) == 5


def test_progress_is_told(journal: Journal, script: Any, make_call: Make, ok: Reply) -> None:
    async def nap() -> Reply:
        await asyncio.sleep(0.02)
        return ok

    provider = script(lambda request, n: Reply(Outcome.REJECTED) if n % 10 == 0 else nap())
    told: list[Progress] = []
    run_calls_sync(
        [make_call(str(n)) for n in range(100)],
        journal=journal,
        open_provider=lambda m: provider,
        on_progress=told.append,
    )
    last = told[-1]
    assert (last.done, last.total, last.ok, last.trouble) == (100, 100, 90, 10)
    assert (last.in_flight, last.eta) == (0, 0)
    assert [one.done for one in told] == sorted(one.done for one in told)
    assert 2 < len(told) < 30
    assert any(one.rate > 0 and one.eta for one in told)
    assert max(one.in_flight for one in told) <= max(one.concurrency for one in told) <= 16


def test_rate_limits_lower_the_concurrency_and_all_is_answered(
    journal: Journal, script: Any, make_call: Make, ok: Reply
) -> None:
    running = 0

    async def busy() -> Reply:
        nonlocal running
        if running >= 6:
            return Reply(Outcome.RATE_LIMITED, retry_after=0.02)
        running += 1
        await asyncio.sleep(0.005)
        running -= 1
        return ok

    provider = script(lambda request, n: busy())
    done = run_calls_sync(
        [make_call(str(n)) for n in range(300)],
        journal=journal,
        open_provider=lambda m: provider,
        settings=Settings(concurrency=64, max_attempts=20, seed=1, clocks=FAST),
    )
    assert done.outcomes == {"ok": 300}
    assert max(Counter(provider.asked).values()) < 8


@pytest.mark.parametrize("wrong", [{"concurrency": 0}, {"max_attempts": 0}])
def test_settings_are_checked(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="1 or more"):
        Settings(**wrong)


@pytest.mark.usefixtures("quick_retries")
def test_the_journal_holds_what_all_attempts_cost(
    journal: Journal, script: Any, make_call: Make
) -> None:
    """Each attempt at its own price, and the most that those may have cost that did not tell."""
    said = [
        Reply(Outcome.SERVER, usage=Usage(200_000)),
        Reply(Outcome.TIMEOUT),
        Reply(Outcome.TRUNCATED),
        Reply(Outcome.OK, usage=Usage(200_000)),
    ]
    call, budget = make_call("a"), Budget(9.0)
    provider = script(lambda request, n: said[n - 1])
    done = run_calls_sync(
        [call], journal=journal, open_provider=lambda model: provider, budget=budget
    )
    row = journal.reply("a") or {}
    assert row["usage"]["input"] == 400_000
    assert row["cost"] == done.cost == pytest.approx(0.8)
    assert row["uncertain"] == pytest.approx(2 * Prices().worst_case(call.request, call.model))
    assert budget.spent == pytest.approx(journal.spent)
