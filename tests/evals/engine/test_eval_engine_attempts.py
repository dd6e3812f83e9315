"""One call: what is tried again, how long it waits, and when it is enough."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from polyskill.runtime.judge.base import Clocks, Message, Model, Outcome, Reply, Request, Usage
from polyskill.runtime.judge.engine.attempts import Answer, Asker
from polyskill.runtime.judge.engine.budget import Budget
from polyskill.runtime.judge.engine.limiter import Limiter
from polyskill.runtime.judge.engine.prices import Prices

REQUEST = Request((Message("user", "q"),))
CLOCKS = Clocks(attempt=10, stall=5, total=100)
RETRIED = ["RATE_LIMITED", "TIMEOUT", "SERVER", "TRANSPORT"]


@pytest.fixture
def ask(virtual: Callable[[Any], Any]) -> Callable[..., Answer]:
    """Ask a provider in virtual time; ``begun`` gets what ``begin`` is told."""

    def run(provider: Any, *, budget: Budget | None = None, **options: Any) -> Answer:
        async def go() -> Answer:
            limiter = options.pop("limiter", None) or Limiter(8)
            begun = options.pop("begun", [])
            price = options.pop("price", lambda usage: 0.0)
            worst = options.pop("worst", 0.0)
            given = {"clocks": CLOCKS, "max_attempts": 5, "random": random.Random(1)} | options
            asker = Asker(limiter, budget or Budget(None), **given)
            return await asker.ask(
                provider,
                REQUEST,
                worst=worst,
                price=price,
                begin=lambda *said: begun.append(said),
            )

        return virtual(go())

    return run


@pytest.mark.parametrize("name", RETRIED)
def test_trouble_is_tried_again_until_it_works(ask: Any, script: Any, ok: Reply, name: str) -> None:
    provider = script(lambda request, n: Reply(Outcome[name]) if n < 5 else ok)
    answer = ask(provider)
    assert (answer.reply.outcome, answer.attempts) == (Outcome.OK, 5)


def test_a_cut_answer_is_tried_again(ask: Any, script: Any, ok: Reply) -> None:
    provider = script(lambda request, n: Reply(Outcome.TRUNCATED, text="ha") if n < 3 else ok)
    answer = ask(provider)
    assert (answer.reply.outcome, answer.attempts) == (Outcome.OK, 3)


@pytest.mark.parametrize("name", [*RETRIED, "TRUNCATED"])
def test_five_times_and_no_more(ask: Any, script: Any, name: str) -> None:
    provider = script(lambda request, n: Reply(Outcome[name], detail="why"))
    answer = ask(provider)
    assert (answer.reply.outcome, answer.reply.detail) == (Outcome[name], "why")
    assert len(provider.asked) == answer.attempts == 5


@pytest.mark.parametrize(
    ("outcome", "attempts"),
    [
        (Outcome.OK, 1),
        (Outcome.REFUSAL, 1),
        (Outcome.TRUNCATED, 1),
        (Outcome.REJECTED, 1),
        (Outcome.JUDGE_INVALID, 1),
        (Outcome.MALFORMED, 3),
    ],
)
def test_what_is_not_tried_again(ask: Any, script: Any, outcome: Outcome, attempts: int) -> None:
    answer = ask(script(lambda request, n: Reply(outcome, stop_reason="max_tokens")))
    assert (answer.reply.outcome, answer.attempts) == (outcome, attempts)


def test_the_waits_grow_and_are_jittered(ask: Any, script: Any) -> None:
    provider = script(lambda request, n: Reply(Outcome.SERVER))
    ask(provider, max_attempts=8, clocks=Clocks(total=1e6))
    waits = [later - earlier for earlier, later in pairwise(provider.times)]
    expected = random.Random(1)
    assert waits == pytest.approx([expected.uniform(0, 0.5 * 2**n) for n in range(7)])


def test_retry_after_is_respected(ask: Any, script: Any, ok: Reply) -> None:
    limited = Reply(Outcome.RATE_LIMITED, retry_after=30)
    provider = script(lambda request, n: limited if n == 1 else ok)
    assert ask(provider).attempts == 2
    assert provider.times[1] - provider.times[0] >= 30


@pytest.mark.parametrize(
    ("reply", "limit"),
    [
        (Reply(Outcome.RATE_LIMITED), 4),
        (Reply(Outcome.SERVER, status=503), 4),
        (Reply(Outcome.SERVER, status=529), 4),
        (Reply(Outcome.SERVER, retry_after=1.0), 4),
        (Reply(Outcome.SERVER, status=500), 8),
        (Reply(Outcome.TIMEOUT), 8),
    ],
)
def test_overload_halves_the_concurrency(ask: Any, script: Any, reply: Reply, limit: int) -> None:
    limiter = Limiter(8, start=8)
    ask(script(lambda request, n: reply), limiter=limiter, max_attempts=1)
    assert limiter.limit == limit


def test_a_pause_beyond_the_total_clock_ends_the_call_at_once(ask: Any, script: Any) -> None:
    provider = script(
        lambda request, n: Reply(Outcome.RATE_LIMITED, detail="slow", retry_after=500)
    )
    answer = ask(provider)
    assert (answer.attempts, answer.reply.outcome) == (1, Outcome.RATE_LIMITED)
    assert answer.reply.detail == "slow; not asked again: the pause it asked for is too long"
    assert answer.seconds < 10


def test_a_call_that_comes_into_a_long_pause_is_not_sent(ask: Any, script: Any, ok: Reply) -> None:
    limiter = Limiter(8)
    limiter._resume_at = 1e9
    answer = ask(script(lambda request, n: ok), limiter=limiter)
    assert (answer.attempts, answer.reply.outcome) == (0, Outcome.RATE_LIMITED)


def test_the_total_clock_is_over_all_attempts(ask: Any, script: Any) -> None:
    async def slow() -> Reply:
        await asyncio.sleep(9)
        return Reply(Outcome.TIMEOUT)

    provider = script(lambda request, n: slow())
    answer = ask(provider, max_attempts=99, clocks=Clocks(attempt=10, total=25))
    assert answer.reply.outcome is Outcome.TIMEOUT
    assert answer.seconds <= 25 + 9
    assert answer.attempts == 3
    assert provider.clocks[-1].attempt < 10  # the last attempt gets what is left


def test_nobody_waits_for_an_attempt_that_cannot_be_made(ask: Any, script: Any) -> None:
    provider = script(lambda request, n: Reply(Outcome.SERVER, detail="500"))
    answer = ask(provider, max_attempts=99, clocks=Clocks(total=20))
    assert answer.seconds < 20
    assert answer.reply.detail == "500; not asked again: the total time is used up"


def test_a_provider_that_forgets_its_clock_is_stopped(ask: Any, script: Any) -> None:
    provider = script(lambda request, n: asyncio.sleep(1e6))
    answer = ask(provider, max_attempts=1)
    assert answer.reply.outcome is Outcome.TIMEOUT
    assert answer.seconds == 15


def test_an_exception_of_a_provider_passes_through(ask: Any, script: Any) -> None:
    def broken(request: Request, n: int) -> Reply:
        raise TimeoutError("a defect")

    with pytest.raises(TimeoutError, match="a defect"):
        ask(script(broken))


def test_the_usage_of_all_attempts_counts(ask: Any, script: Any) -> None:
    provider = script(
        lambda request, n: Reply(
            Outcome.MALFORMED if n < 3 else Outcome.OK, usage=Usage(10, 1, 2, 3)
        )
    )
    assert ask(provider).reply.usage == Usage(30, 3, 6, 9)


def test_an_attempt_that_may_have_been_billed_costs_its_worst_case(ask: Any, script: Any) -> None:
    said = [
        Reply(Outcome.TIMEOUT),
        Reply(Outcome.SERVER),
        Reply(Outcome.TRUNCATED, usage=Usage(2)),  # told at its start, not at its end
        Reply(Outcome.TRANSPORT),
        Reply(Outcome.OK, usage=Usage(1)),
    ]
    budget, begun = Budget(10.0), []
    answer = ask(
        script(lambda request, n: said[n - 1]),
        budget=budget,
        worst=2.0,
        price=lambda usage: usage.input * 0.5,
        begun=begun,
    )
    assert (answer.cost, answer.uncertain) == (1.5, 3.0)
    assert (budget.spent, budget.reserved) == (4.5, 0.0)
    assert begun == [(0, 0.0), (1, 2.0), (2, 2.0), (3, 4.0), (4, 4.0)]


@pytest.mark.parametrize(
    ("reply", "more"),
    [
        (Reply(Outcome.OK), False),
        (Reply(Outcome.REFUSAL), False),
        (Reply(Outcome.RATE_LIMITED, status=429), False),
        (Reply(Outcome.SERVER, status=500), False),
        (Reply(Outcome.TRANSPORT), False),
        (Reply(Outcome.TRANSPORT, status=200, text="half"), True),
        (Reply(Outcome.TIMEOUT, status=200, usage=Usage(9, 1)), True),
        (Reply(Outcome.TRUNCATED, usage=Usage(9, 1)), True),
        (Reply(Outcome.TRUNCATED, stop_reason="length"), True),  # a server that tells no usage
        (Reply(Outcome.TRUNCATED, stop_reason="length", usage=Usage(9, 100)), False),
        (Reply(Outcome.MALFORMED, status=200), True),
        (Reply(Outcome.MALFORMED, stop_reason="new", usage=Usage(9, 100)), False),
    ],
)
def test_what_may_have_cost_more_than_was_told(
    ask: Any, script: Any, reply: Reply, more: bool
) -> None:
    answer = ask(script(lambda request, n: reply), worst=2.0, max_attempts=1)
    assert (answer.cost, answer.uncertain) == (0.0, 2.0 if more else 0.0)


def test_each_attempt_has_its_own_price(ask: Any, script: Any) -> None:
    """Two prompts of 200,000 tokens are not one long prompt, which would cost more."""
    model, prices = Model("openai", "gpt-6-sol"), Prices()
    said = [Reply(Outcome.SERVER, usage=Usage(200_000)), Reply(Outcome.OK, usage=Usage(200_000))]
    answer = ask(
        script(lambda request, n: said[n - 1]), price=lambda usage: prices.cost(usage, model) or 0.0
    )
    assert answer.reply.usage == Usage(400_000)
    assert answer.cost == pytest.approx(0.8)
    assert prices.cost(answer.reply.usage, model) == pytest.approx(1.6)


def test_money_for_the_first_attempt_but_not_for_the_second(ask: Any, script: Any) -> None:
    provider = script(lambda request, n: Reply(Outcome.TIMEOUT, detail="stall"))
    answer = ask(provider, budget=Budget(1.5), worst=1.0)
    assert (answer.reply.outcome, answer.attempts) == (Outcome.TIMEOUT, 1)
    assert "no money is left" in answer.reply.detail


def test_waiting_for_money_is_not_the_fault_of_a_first_attempt(
    virtual: Any, script: Any, ok: Reply
) -> None:
    async def go() -> list[Answer]:
        asker = Asker(Limiter(2), Budget(1.0), Clocks(10, 10, 10), 5, random.Random())

        async def slow() -> Reply:
            await asyncio.sleep(9)
            return ok

        provider = script(lambda request, n: slow())
        rest = {"worst": 0.6, "price": lambda usage: 0.0, "begin": lambda *said: None}
        return await asyncio.gather(*(asker.ask(provider, REQUEST, **rest) for _ in range(3)))

    assert [(one.reply.outcome, one.seconds) for one in virtual(go())] == [(Outcome.OK, 9)] * 3


def test_no_money_no_request(ask: Any, script: Any, ok: Reply) -> None:
    provider = script(lambda request, n: ok)
    answer = ask(provider, budget=Budget(0.5), worst=1.0)
    assert (answer.reply.outcome, answer.attempts, provider.asked) == (Outcome.BUDGET, 0, [])


def test_a_cancelled_attempt_stays_paid_for(virtual: Any, script: Any) -> None:
    budget = Budget(10.0)

    async def go() -> None:
        asker = Asker(Limiter(2), budget, CLOCKS, 5, random.Random())
        provider = script(lambda request, n: asyncio.sleep(9))
        task = asyncio.ensure_future(
            asker.ask(provider, REQUEST, worst=3.0, price=lambda u: 0.0, begin=lambda *said: None)
        )
        await asyncio.sleep(1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert asker.limiter.in_flight == 0

    virtual(go())
    assert (budget.spent, budget.reserved) == (3.0, 0.0)
