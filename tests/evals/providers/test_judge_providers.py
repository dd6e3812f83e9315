"""Both dialects against a real server on loopback: what is asked, and how every call can end."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from dataclasses import replace
from email.utils import formatdate

import pytest

from polyskill.runtime.judge.base import Clocks, Message, Model, Outcome, Request, Tool, Usage
from polyskill.runtime.judge.providers import open_provider
from polyskill.runtime.judge.spec import ModelError

ASK = Request(messages=(Message("user", "Why is the sky blue?"),), system="Be brief.")
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
LOOK = Tool("look", "Look it up.", {"type": "object", "properties": {"q": {"type": "string"}}})
QUICK = Clocks(attempt=20.0, stall=0.8)
BOTH = pytest.mark.parametrize("dialect", ["anthropic", "openai"])


def model_of(server, dialect, **params):
    url = server.openai_url if dialect == "openai" else server.anthropic_url
    return Model(f"{dialect}-compatible", "tiny", url, params)


def ask(server, dialect, *requests, clocks=QUICK, **params):
    """The replies to ``requests``, one after another, by one provider."""

    async def run():
        provider = open_provider(model_of(server, dialect, **params))
        try:
            return [await provider.complete(request, clocks) for request in requests]
        finally:
            await provider.aclose()

    replies = asyncio.run(run())
    return replies[0] if len(replies) == 1 else replies


@BOTH
def test_an_answer(fake_provider, dialect):
    server = fake_provider(lambda asked: f"You said: {asked.prompt}")
    reply = ask(server, dialect, ASK)
    assert reply.outcome is Outcome.OK
    assert reply.text == "You said: Why is the sky blue?"
    assert (reply.data, reply.tool_calls, reply.detail) == (None, (), "")
    assert reply.usage.input > 0 and reply.usage.output > 0
    assert reply.model == "tiny" and reply.request_id == "req_1"
    [asked] = server.requests
    assert asked.system == "Be brief." and asked.streaming
    assert not {"temperature", "top_p", "tools", "tool_choice"} & set(asked.body)


@BOTH
def test_a_conversation_in_chinese_without_a_system_text(fake_provider, dialect):
    server = fake_provider(lambda asked: "因为瑞利散射。" * 50)
    turns = (Message("user", "你好"), Message("assistant", "好"), Message("user", "天为什么蓝？"))
    reply = ask(server, dialect, Request(messages=turns))
    assert reply.text == "因为瑞利散射。" * 50
    assert server.requests[0].messages == tuple((turn.role, turn.text) for turn in turns)
    assert server.requests[0].system == ""


@BOTH
def test_parameters_go_as_they_are_and_max_tokens_wins(fake_provider, dialect):
    server = fake_provider(lambda asked: "ok")
    ask(server, dialect, ASK, temperature=0.5, top_k=7, seed=3, max_tokens=99)
    body = server.requests[0].body
    assert [body[name] for name in ("temperature", "top_k", "seed", "max_tokens")] == [
        0.5,
        7,
        3,
        99,
    ]


def test_openai_itself_gets_the_newer_name_of_the_limit(fake_provider, monkeypatch):
    server = fake_provider(lambda asked: "ok")
    monkeypatch.setenv("OPENAI_BASE_URL", server.openai_url)

    async def run():
        provider = open_provider(Model("openai", "gpt-x"))
        reply = await provider.complete(replace(ASK, max_tokens=12), QUICK)
        await provider.aclose()
        return reply

    assert asyncio.run(run()).outcome is Outcome.OK
    assert server.requests[0].body["max_completion_tokens"] == 12
    assert "max_tokens" not in server.requests[0].body


@BOTH
def test_the_cache_is_read_apart(fake_provider, fakes, dialect):
    server = fake_provider(
        lambda asked: fakes.Answer("x", input_tokens=10, output_tokens=5, cache_read=100)
    )
    reply = ask(server, dialect, replace(ASK, cacheable=True))
    assert reply.usage == Usage(input=10, output=5, cache_read=100)
    if dialect == "anthropic":
        assert server.requests[0].body["system"][0]["cache_control"] == {"type": "ephemeral"}


def test_a_server_that_does_not_tell_usage(fake_provider):
    server = fake_provider(lambda asked: "fine", usage=False)
    reply = ask(server, "openai", ASK)
    assert reply.outcome is Outcome.OK and reply.usage == Usage()


@BOTH
def test_a_structured_answer(fake_provider, fakes, dialect):
    said = {"holds": True, "why": "“引用” 中文 \\ \n"}
    server = fake_provider(lambda asked: fakes.Structured(said))
    reply = ask(server, dialect, replace(ASK, tools=(VERDICT,), answer_with="verdict"))
    assert reply.outcome is Outcome.OK and reply.data == said
    body = server.requests[0].body
    if dialect == "anthropic":
        assert body["tool_choice"] == {"type": "tool", "name": "verdict"}
    else:
        assert body["response_format"]["json_schema"]["strict"] is True
        assert "tools" not in body


def test_a_server_without_response_formats_gets_a_forced_function(fake_provider, fakes):
    server = fake_provider(
        lambda asked: fakes.Structured({"holds": False, "why": "no"}), rejects={"response_format"}
    )
    wanted = replace(ASK, tools=(VERDICT,), answer_with="verdict")
    first, second = ask(server, "openai", wanted, wanted)
    assert first.data == second.data == {"holds": False, "why": "no"}
    assert [("response_format" in asked.body) for asked in server.requests] == [True, False, False]


def test_a_server_that_knows_nothing_optional(fake_provider, fakes):
    server = fake_provider(
        lambda asked: fakes.Structured({"holds": True, "why": ""}),
        rejects={"response_format", "stream_options"},
    )
    reply = ask(server, "openai", replace(ASK, tools=(VERDICT,), answer_with="verdict"))
    assert reply.data == {"holds": True, "why": ""}
    assert len(server.requests) == 3


@BOTH
def test_prose_in_place_of_a_structured_answer(fake_provider, dialect):
    server = fake_provider(lambda asked: 'I think {"holds": true}.')
    reply = ask(server, dialect, replace(ASK, tools=(VERDICT,), answer_with="verdict"))
    assert reply.outcome is Outcome.OK and reply.data is None
    assert "verdict" in reply.detail or "no JSON object" in reply.detail


@BOTH
def test_calls_of_other_tools(fake_provider, fakes, dialect):
    calls = (("look", {"q": "天"}), ("look", {}))
    server = fake_provider(lambda asked: fakes.Answer("Let me look.", calls=calls))
    reply = ask(server, dialect, replace(ASK, tools=(LOOK,)))
    assert reply.outcome is Outcome.OK and reply.text == "Let me look."
    assert tuple((call.name, call.arguments) for call in reply.tool_calls) == calls


@BOTH
def test_an_answer_that_does_not_stream(fake_provider, fakes, dialect):
    """Some gateways answer whole, whatever they are asked."""
    server = fake_provider(lambda asked: fakes.Answer("whole", calls=(("look", {"q": "x"}),)))
    server.streams = False
    reply = ask(server, dialect, replace(ASK, tools=(LOOK,)))
    assert (reply.outcome, reply.text) == (Outcome.OK, "whole")
    assert reply.tool_calls[0].arguments == {"q": "x"} and reply.usage.output > 0


OUTCOMES = {
    "429": Outcome.RATE_LIMITED,
    "529": Outcome.RATE_LIMITED,
    "500": Outcome.SERVER,
    "503": Outcome.SERVER,
    "400": Outcome.REJECTED,
    "401": Outcome.REJECTED,
    "403": Outcome.REJECTED,
    "404": Outcome.REJECTED,
    "413": Outcome.REJECTED,
    "408": Outcome.TIMEOUT,
    "html200": Outcome.MALFORMED,
    "truncated-json": Outcome.MALFORMED,
    "sse-error": Outcome.RATE_LIMITED,
    "cut": Outcome.TRUNCATED,
    "no-finish": Outcome.TRUNCATED,
    "max_tokens": Outcome.TRUNCATED,
    "broken": Outcome.TRANSPORT,
    "dropped": Outcome.TRANSPORT,
    "stall": Outcome.TIMEOUT,
    "refusal": Outcome.REFUSAL,
    "empty": Outcome.OK,
}


@BOTH
@pytest.mark.parametrize("kind", OUTCOMES)
def test_every_fault_has_its_outcome_and_one_request(fake_provider, fakes, dialect, kind):
    server = fake_provider(lambda asked: fakes.Fault(kind, then="All of it. " * 9, message="Why."))
    reply, after = ask(server, dialect, ASK, ASK)
    assert reply.outcome is OUTCOMES[kind]
    assert reply.detail
    assert reply.status == (int(kind) if kind.isdigit() else 0 if kind == "dropped" else 200)
    assert after.outcome is Outcome.OK and after.text == "All of it. " * 9
    assert len(server.requests) == 2  # one attempt each


@BOTH
def test_what_a_broken_answer_keeps(fake_provider, fakes, dialect):
    server = fake_provider(lambda asked: fakes.Fault("cut", then="abcdefgh"))
    reply = ask(server, dialect, ASK)
    assert reply.text == "ab" and reply.data is None
    if dialect == "anthropic":
        assert reply.usage.input > 0  # paid for, as the stream said at its start


@BOTH
def test_slow_is_not_stalled(fake_provider, fakes, dialect):
    server = fake_provider(lambda asked: fakes.Fault("slow", seconds=0.15, then="slow but sure"))
    reply = ask(server, dialect, ASK)
    assert (reply.outcome, reply.text) == (Outcome.OK, "slow but sure")


@BOTH
def test_the_attempt_clock(fake_provider, fakes, dialect):
    server = fake_provider(lambda asked: fakes.Fault("slow", seconds=0.1, then="much too slowly"))
    begun = time.monotonic()
    reply = ask(server, dialect, ASK, clocks=Clocks(attempt=0.35, stall=5.0))
    assert reply.outcome is Outcome.TIMEOUT and "0.35 s" in reply.detail
    assert time.monotonic() - begun < 3


@BOTH
def test_silence_before_the_first_byte_is_no_stall(fake_provider, fakes, dialect):
    server = fake_provider(lambda asked: fakes.Fault("silent", seconds=1.0, then="thought"))
    late, never = (
        ask(server, dialect, ASK),
        ask(
            fake_provider(lambda asked: fakes.Fault("silent")),
            dialect,
            ASK,
            clocks=Clocks(0.4, 0.1),
        ),
    )
    assert late.text == "thought"
    assert never.outcome is Outcome.TIMEOUT and "0.4 s" in never.detail


@BOTH
def test_a_model_that_thinks_after_its_first_event_has_not_stalled(fake_provider, fakes, dialect):
    server = fake_provider(lambda asked: fakes.Fault("late", seconds=0.5, then="well thought"))
    reply = ask(server, dialect, ASK, clocks=Clocks(attempt=20.0, stall=0.2))
    assert (reply.outcome, reply.text) == (Outcome.OK, "well thought")


@BOTH
def test_a_stall_says_so(fake_provider, fakes, dialect):
    reply = ask(fake_provider(lambda asked: fakes.Fault("stall")), dialect, ASK)
    assert "0.8 s" in reply.detail and "middle" in reply.detail


@BOTH
def test_cancellation_passes(fake_provider, fakes, dialect):
    server = fake_provider(lambda asked: fakes.Fault("silent"))

    async def run():
        provider = open_provider(model_of(server, dialect))
        task = asyncio.create_task(provider.complete(ASK, QUICK))
        while not server.requests:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await provider.aclose()

    asyncio.run(run())


@BOTH
@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry_after": "7"}, 7.0),
        ({"retry_after": "7", "retry_after_ms": "1500"}, 1.5),
        ({"retry_after": "soon"}, None),
        ({"retry_after": "-3"}, 0.0),
        ({"retry_after": "nan"}, None),
        ({"retry_after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
        ({}, None),
    ],
)
def test_the_pause_that_is_asked_for(fake_provider, fakes, dialect, headers, seconds):
    server = fake_provider(lambda asked: fakes.Fault("429", **headers))
    assert ask(server, dialect, ASK).retry_after == seconds


def test_a_pause_until_a_date(fake_provider, fakes):
    date = formatdate(time.time() + 60, usegmt=True)
    server = fake_provider(lambda asked: fakes.Fault("429", retry_after=date))
    assert ask(server, "anthropic", ASK).retry_after == pytest.approx(60, abs=5)


@BOTH
@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        ("rate_limit_error", Outcome.RATE_LIMITED),
        ("api_error", Outcome.SERVER),
        ("server_error", Outcome.SERVER),
        ("invalid_request_error", Outcome.REJECTED),
        ("never heard of", Outcome.SERVER),
    ],
)
def test_errors_inside_of_a_stream(fake_provider, fakes, dialect, error, outcome):
    server = fake_provider(lambda asked: fakes.Fault("sse-error", error=error, message="So it is."))
    reply = ask(server, dialect, ASK)
    assert reply.outcome is outcome and "So it is." in reply.detail


@BOTH
def test_no_server(dialect, monkeypatch):
    monkeypatch.delenv("HTTP_PROXY", raising=False)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound but not listening: refused
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"

        async def run():
            provider = open_provider(Model(f"{dialect}-compatible", "tiny", url))
            reply = await provider.complete(ASK, QUICK)
            await provider.aclose()
            return reply

        reply = asyncio.run(run())
    assert reply.outcome is Outcome.TRANSPORT and url in reply.detail


@BOTH
def test_no_detail_holds_the_key(fake_provider, fakes, dialect, monkeypatch):
    message = "Incorrect key: very-secret-key-1 (or sk-proj-abcdef123456, sk-ab***********yz)"
    for kind in ("401", "sse-error"):
        server = fake_provider(lambda asked, kind=kind: fakes.Fault(kind, message=message))
        monkeypatch.setenv("POLYSKILL_API_KEY", "very-secret-key-1")
        reply = ask(server, dialect, ASK)
        assert "Incorrect key" in reply.detail
        assert "secret" not in repr(reply) and "sk-" not in repr(reply)
        sent = json.dumps(dict(server.requests[0].headers))
        assert "very-secret-key-1" in sent


@BOTH
def test_text_that_no_json_can_hold(fake_provider, dialect):
    server = fake_provider(lambda asked: "ok")
    reply = ask(server, dialect, Request(messages=(Message("user", "half \ud83d"),)))
    assert reply.outcome is Outcome.REJECTED and "Unicode" in reply.detail


@BOTH
def test_a_path_that_is_not_there_gets_a_hint(fake_provider, dialect):
    server = fake_provider(lambda asked: "ok")

    async def run():
        provider = open_provider(Model(f"{dialect}-compatible", "tiny", server.url + "/nowhere"))
        reply = await provider.complete(ASK, QUICK)
        await provider.aclose()
        return reply

    reply = asyncio.run(run())
    assert reply.outcome is Outcome.REJECTED
    assert "404" in reply.detail and "/v1" in reply.detail


@pytest.mark.parametrize("kind", ["insufficient_quota", "content_filter"])
def test_codes_that_say_more_than_their_status(fake_provider, fakes, kind):
    status = {"insufficient_quota": "429", "content_filter": "400"}[kind]
    server = fake_provider(lambda asked: fakes.Fault(status, code=kind, message="No."))
    wanted = {"insufficient_quota": Outcome.REJECTED, "content_filter": Outcome.REFUSAL}[kind]
    assert ask(server, "openai", ASK).outcome is wanted


def test_a_key_is_missed_before_any_call(monkeypatch):
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    with pytest.raises(ModelError, match="set ANTHROPIC_API_KEY"):
        open_provider(Model("anthropic", "claude-x"))
    with pytest.raises(ModelError, match="no provider"):
        open_provider(Model("carrier-pigeon", "x"))


@BOTH
def test_models_at_one_server_share_a_client(fake_provider, dialect):
    server = fake_provider(lambda asked: asked.model)

    async def run():
        models = [replace(model_of(server, dialect), name=name) for name in ("one", "two")]
        providers = [open_provider(model) for model in models]
        texts = [(await provider.complete(ASK, QUICK)).text for provider in providers]
        clients = {id(provider._server.client) for provider in providers}
        await providers[0].aclose()
        texts.append((await providers[1].complete(ASK, QUICK)).text)
        await providers[1].aclose()
        return texts, clients

    texts, clients = asyncio.run(run())
    assert texts == ["one", "two", "two"] and len(clients) == 1
    assert server.connections == 1
