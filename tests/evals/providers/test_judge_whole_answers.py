"""Servers that answer in one piece although they are asked to stream: some gateways do."""

from __future__ import annotations

import asyncio

import pytest

from polyskill.runtime.judge.base import Clocks, Message, Model, Outcome, Request, Tool
from polyskill.runtime.judge.providers import open_provider

ASK = Request((Message("user", "Why?"),), "Be brief.")
SAID = {"holds": True, "why": "因为"}
VERDICT = Tool(
    "verdict",
    "Say whether it holds.",
    {
        "type": "object",
        "properties": {"holds": {"type": "boolean"}, "why": {"type": "string"}},
        "required": ["holds", "why"],
        "additionalProperties": False,
    },
)
JUDGE = Request((Message("user", "?"),), tools=(VERDICT,), answer_with="verdict")
BOTH = pytest.mark.parametrize("dialect", ["anthropic", "openai"])
OUTCOMES = {
    "429": Outcome.RATE_LIMITED,
    "500": Outcome.SERVER,
    "401": Outcome.REJECTED,
    "html200": Outcome.MALFORMED,
    "error200": Outcome.RATE_LIMITED,
    "truncated-json": Outcome.MALFORMED,
    "no-finish": Outcome.TRUNCATED,
    "max_tokens": Outcome.TRUNCATED,
    "refusal": Outcome.REFUSAL,
    "broken": Outcome.TRANSPORT,
    "dropped": Outcome.TRANSPORT,
    "stall": Outcome.TIMEOUT,
    "silent": Outcome.TIMEOUT,
    "empty": Outcome.OK,
}


def ask(server, dialect, *requests):
    url = server.openai_url if dialect == "openai" else server.anthropic_url

    async def run():
        provider = open_provider(Model(f"{dialect}-compatible", "tiny", url))
        try:
            clocks = Clocks(attempt=0.8, stall=0.4)
            return [await provider.complete(request, clocks) for request in requests]
        finally:
            await provider.aclose()

    return asyncio.run(run())


@BOTH
@pytest.mark.parametrize("kind", OUTCOMES)
def test_every_fault_has_its_outcome(fake_provider, fakes, dialect, kind):
    server = fake_provider(lambda asked: fakes.Fault(kind, then="All. " * 30), streams=False)
    reply, after = ask(server, dialect, ASK, ASK)
    assert reply.outcome is OUTCOMES[kind]
    assert reply.detail and reply.data is None
    assert reply.cut is (kind == "no-finish")
    assert (after.outcome, after.text) == (Outcome.OK, "All. " * 30)
    assert all(asked.streaming for asked in server.requests)


@BOTH
def test_an_answer_without_its_end_keeps_its_text(fake_provider, fakes, dialect):
    server = fake_provider(lambda asked: fakes.Fault("no-finish", then="nearly"), streams=False)
    [reply] = ask(server, dialect, ASK)
    assert (reply.text, reply.stop_reason) == ("nearly", "")
    assert reply.usage.input > 0


@BOTH
@pytest.mark.parametrize("rejects", [set(), {"response_format"}])
def test_a_structured_answer(fake_provider, fakes, dialect, rejects):
    server = fake_provider(lambda asked: fakes.Structured(SAID), streams=False, rejects=rejects)
    [reply] = ask(server, dialect, JUDGE)
    assert (reply.outcome, reply.data, reply.detail) == (Outcome.OK, SAID, "")
    assert reply.usage.output > 0


@BOTH
def test_prose_in_its_place(fake_provider, dialect):
    server = fake_provider(lambda asked: "It holds: {}", streams=False)
    [reply] = ask(server, dialect, JUDGE)
    assert (reply.outcome, reply.data) == (Outcome.OK, None)
    assert reply.detail
