"""Providers in this process, and an event loop whose time is that of its timers."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from polyskill.runtime.judge.base import Call, Clocks, Message, Model, Outcome, Reply, Request

MODEL = Model("openai", "gpt-6-sol")


class _Selector(selectors.SelectSelector):
    loop: VirtualLoop

    def select(self, timeout: float | None = None) -> Any:
        ready = super().select(None if timeout is None else 0)
        if not ready and timeout:
            self.loop.now += timeout
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """Where nothing is ready, time jumps to the next timer."""

    def __init__(self) -> None:
        self.now = 1000.0
        selector = _Selector()
        selector.loop = self
        super().__init__(selector)

    def time(self) -> float:
        return self.now


class Script:
    """A provider that does what a function says; it counts, and keeps the requests."""

    def __init__(self, answer: Callable[[Request, int], Any]) -> None:
        self.answer = answer
        self.asked: list[str] = []
        self.times: list[float] = []
        self.clocks: list[Clocks] = []
        self.in_flight = self.peak = 0
        self.closed = False

    async def complete(self, request: Request, clocks: Clocks) -> Reply:
        self.asked.append(request.messages[0].text)
        self.times.append(asyncio.get_running_loop().time())
        self.clocks.append(clocks)
        self.in_flight += 1
        self.peak = max(self.peak, self.in_flight)
        try:
            said = self.answer(request, len(self.asked))
            return await said if asyncio.iscoroutine(said) else said
        finally:
            self.in_flight -= 1

    async def aclose(self) -> None:
        self.closed = True


@pytest.fixture
def script() -> type[Script]:
    return Script


@pytest.fixture
def virtual() -> Callable[[Coroutine[Any, Any, Any]], Any]:
    """Run a coroutine to its end in virtual time."""

    def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            return runner.run(coroutine)

    return run


@pytest.fixture
def make_call() -> Callable[..., Call]:
    def make(key: str, model: Model = MODEL, *, max_tokens: int = 100, **meta: Any) -> Call:
        return Call(key, model, Request((Message("user", key),), max_tokens=max_tokens), meta)

    return make


@pytest.fixture
def ok() -> Reply:
    return Reply(Outcome.OK, text="yes", stop_reason="end_turn")
