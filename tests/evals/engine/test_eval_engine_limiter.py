"""Concurrency: it grows while all goes well, halves on a complaint, and all heed a pause."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from polyskill.runtime.judge.engine.limiter import Limiter

Virtual = Callable[[Any], Any]


def test_it_starts_low_doubles_until_a_complaint_then_adds_one_a_window(virtual: Virtual) -> None:
    async def go() -> None:
        limiter = Limiter(64)
        assert limiter.limit == 4
        for wanted in (8, 16, 32):
            for _ in range(limiter.limit):
                async with limiter.slot() as era:
                    assert era is not None
                    limiter.succeeded(era)
            assert limiter.limit == wanted
        limiter.complained(0)
        assert limiter.limit == 16
        for wanted in (17, 18):
            for _ in range(limiter.limit):
                limiter.succeeded(1)
            assert limiter.limit == wanted

    virtual(go())


def test_one_burst_of_complaints_halves_once(virtual: Virtual) -> None:
    async def go() -> None:
        limiter = Limiter(16, start=16)
        async with limiter.slot() as era:
            assert era is not None
            for _ in range(16):
                limiter.complained(era)
            assert limiter.limit == 8
            limiter.succeeded(era)  # of the time before: says nothing about the new limit
        for _ in range(10):
            async with limiter.slot() as era:
                assert era is not None
                limiter.complained(era)
        assert limiter.limit == 1

    virtual(go())


@pytest.mark.parametrize("maximum", [1, 3, 9])
def test_never_more_than_the_limit(virtual: Virtual, maximum: int) -> None:
    async def go() -> None:
        limiter, running, peak = Limiter(maximum), 0, 0

        async def one() -> None:
            nonlocal running, peak
            async with limiter.slot() as era:
                assert era is not None
                running += 1
                peak = max(peak, running)
                await asyncio.sleep(1)
                limiter.succeeded(era)
                running -= 1

        await asyncio.gather(*(one() for _ in range(50)))
        assert peak == maximum
        assert limiter.in_flight == 0

    virtual(go())


def test_a_pause_is_for_all_and_can_be_prolonged(virtual: Virtual) -> None:
    async def go() -> None:
        loop = asyncio.get_running_loop()
        limiter, begun, start = Limiter(8, start=8), [], loop.time()

        async def one() -> None:
            async with limiter.slot():
                begun.append(loop.time() - start)

        limiter.complained(0, retry_after=10)
        tasks = [asyncio.ensure_future(one()) for _ in range(3)]
        await asyncio.sleep(5)
        limiter.complained(0, retry_after=20)
        limiter.complained(0, retry_after=1)  # a shorter one does not shorten it
        await asyncio.gather(*tasks)
        assert begun == [25, 25, 25]

    virtual(go())


def test_nobody_waits_for_a_pause_longer_than_his_patience(virtual: Virtual) -> None:
    async def go() -> None:
        limiter = Limiter(8)
        limiter.complained(0, retry_after=100)
        async with limiter.slot(99) as era:
            assert era is None
        assert limiter.in_flight == 0
        async with limiter.slot(100) as era:
            assert era is not None

    virtual(go())


def test_who_is_cancelled_while_waiting_takes_no_slot(virtual: Virtual) -> None:
    async def go() -> None:
        limiter = Limiter(1)

        async def one(seconds: float) -> None:
            async with limiter.slot():
                await asyncio.sleep(seconds)

        first, second, third = (asyncio.ensure_future(one(n)) for n in (1, 1, 1))
        await asyncio.sleep(0.5)
        second.cancel()
        await asyncio.sleep(0)
        first.cancel()  # gives the slot to the third in the same moment …
        await asyncio.sleep(0)
        third.cancel()  # … which is cancelled before it knows
        await asyncio.gather(first, second, third, return_exceptions=True)
        assert limiter.in_flight == 0
        await one(0)

    virtual(go())
