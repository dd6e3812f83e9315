"""The parts below the network: events out of bytes, answers out of events, trouble into words."""

from __future__ import annotations

import json
import time
from email.utils import formatdate
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polyskill.runtime.judge.base import Message, Model, Outcome, Request, Tool, Usage
from polyskill.runtime.judge.providers import anthropic, openai
from polyskill.runtime.judge.providers.anthropic import MessageAssembler
from polyskill.runtime.judge.providers.completion import CompletionAssembler
from polyskill.runtime.judge.providers.sse import EventReader, EventTooLong
from polyskill.runtime.judge.providers.trouble import clean, from_error, from_status, retry_after

ASK = Request(messages=(Message("user", "?"),))
WORDS = st.text(max_size=5)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=5,
)


def cut(data, places):
    edges = sorted({min(place, len(data)) for place in places} | {0, len(data)})
    return [data[a:b] for a, b in pairwise(edges)]


def read(chunks):
    reader = EventReader()
    return [event for chunk in chunks for event in reader.feed(chunk)]


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.sampled_from(["", "ping", "事"]), st.text(), st.booleans()), max_size=5),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.lists(st.integers(0, 400), max_size=12),
    st.booleans(),
)
def test_events_do_not_depend_on_how_the_network_cuts(events, newline, places, mark):
    wire, wanted = "\ufeff" if mark else "", []
    for name, value, comment in events:
        lines = value.replace("\r", "\n").split("\n")
        wire += f": comment{newline}" if comment else ""
        wire += f"event: {name}{newline}" if name else ""
        wire += "".join(f"data: {line}{newline}" for line in lines) + newline
        wanted.append((name or "message", "\n".join(lines)))
    data = wire.encode("utf-8", "replace")
    wanted = [(name, value.encode("utf-8", "replace").decode()) for name, value in wanted]
    assert read([data]) == wanted
    assert read(cut(data, places)) == wanted
    assert read(bytes([byte]) for byte in data) == wanted


def test_events_as_the_standard_has_them():
    stream = b"data:tight\n\ndata:  two\n\n\n\nid: 1\nretry: 5\ndata\n\nevent: lonely\n\ndata: half"
    assert read([stream]) == [("message", "tight"), ("message", " two"), ("message", "")]
    assert read([b"event: a\n\ndata: x\n\n"]) == [("message", "x")]


def test_an_event_without_an_end_is_stopped():
    reader = EventReader()
    with pytest.raises(EventTooLong):
        for _ in range(40):
            reader.feed(b"data: " + b"x" * 1_000_000)


@settings(max_examples=40)
@given(st.lists(st.dictionaries(WORDS, JSON, max_size=4), max_size=4), st.booleans())
def test_no_json_breaks_an_assembler_or_passes_for_an_answer(events, whole):
    for assembler in (MessageAssembler(), CompletionAssembler()):
        for event in events:
            (assembler.whole(event) if whole else assembler.event("message", event))
        assert assembler.draft.reply(ASK).outcome is not Outcome.OK


SHAPES = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(
            [
                "message_start",
                "message_delta",
                "content_block_start",
                "content_block_delta",
                "error",
            ]
        ),
        "index": JSON,
        "message": st.fixed_dictionaries({"usage": JSON, "model": JSON}),
        "delta": st.fixed_dictionaries({"type": st.just("text_delta"), "text": JSON}) | JSON,
        "content_block": st.fixed_dictionaries(
            {"type": st.sampled_from(["text", "tool_use"]), "name": JSON, "input": JSON}
        ),
        "usage": JSON,
        "error": JSON,
        "content": st.lists(JSON, max_size=2),
        "choices": st.lists(
            st.fixed_dictionaries(
                {
                    "delta": st.fixed_dictionaries(
                        {"content": JSON, "tool_calls": JSON | st.lists(JSON), "refusal": JSON}
                    ),
                    "message": JSON,
                }
            )
            | JSON,
            max_size=2,
        ),
    },
)


@settings(max_examples=40)
@given(st.lists(SHAPES, max_size=5), st.booleans())
def test_nor_do_events_of_nearly_the_right_shape(events, whole):
    for assembler in (MessageAssembler(), CompletionAssembler()):
        for event in events:
            (assembler.whole(event) if whole else assembler.event("message", event))
        reply = assembler.draft.reply(ASK)
        assert reply.outcome is not Outcome.OK  # nothing here gave a reason for its end
        assert isinstance(reply.text, str) and isinstance(reply.usage, Usage)


def completion(*chunks, answer_with="", json_answer=False):
    assembler = CompletionAssembler(json_answer=json_answer)
    for chunk in chunks:
        assembler.event("message", chunk)
    return assembler.draft.reply(Request(ASK.messages, answer_with=answer_with))


def chunk(finish=None, **delta):
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [
        ("stop", Outcome.OK),
        ("STOP", Outcome.OK),
        ("eos", Outcome.OK),
        ("length", Outcome.TRUNCATED),
        ("model_length", Outcome.TRUNCATED),
        ("content_filter", Outcome.REFUSAL),
        ("sensitive", Outcome.REFUSAL),
        ("insufficient_system_resource", Outcome.SERVER),
        ("error", Outcome.SERVER),
        ("a-new-reason", Outcome.MALFORMED),
        (None, Outcome.TRUNCATED),
    ],
)
def test_only_known_ends_are_ends(reason, outcome):
    reply = completion(chunk(content="Hi"), chunk(finish=reason))
    assert reply.cut is (reason is None)
    assert reply.final is (outcome.value in ("ok", "refusal", "truncated") and not reply.cut)
    assert reply.outcome is outcome and reply.text == "Hi"
    assert bool(reply.detail) is (outcome is not Outcome.OK)


def test_calls_without_numbers_and_arguments_that_are_objects():
    calls = [{"function": {"name": "look", "arguments": '{"q": 1}'}}]
    more = [{"function": {"name": "seek", "arguments": {"q": 2}}}]
    reply = completion(chunk(tool_calls=calls), chunk(tool_calls=more), chunk(finish="stop"))
    assert [(call.name, call.arguments) for call in reply.tool_calls] == [
        ("look", {"q": 1}),
        ("seek", {"q": 2}),
    ]


def test_text_in_parts_with_thoughts_between():
    parts = [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "Yes"}]
    assert completion(chunk(content=parts), chunk(finish="stop")).text == "Yes"


def test_a_refusal_in_words():
    reply = completion(chunk(refusal="I "), chunk(refusal="won't."), chunk(finish="stop"))
    assert (reply.outcome, reply.text) == (Outcome.REFUSAL, "I won't.")


@pytest.mark.parametrize("text", ['{"a": 1', "[1]", "null", "```json\n{}\n```", "", "[" * 100_000])
def test_an_answer_that_is_no_object_is_no_data(text):
    reply = completion(
        chunk(content=text), chunk(finish="stop"), answer_with="verdict", json_answer=True
    )
    assert reply.outcome is Outcome.OK and reply.data is None and "JSON" in reply.detail


def test_arguments_that_were_cut_are_none():
    call = {"index": 0, "function": {"name": "verdict", "arguments": '{"holds": tr'}}
    reply = completion(chunk(tool_calls=[call]), chunk(finish="stop"), answer_with="verdict")
    assert reply.data is None and reply.tool_calls[0].arguments is None


def test_an_error_after_the_end_changes_nothing():
    reply = completion(chunk(content="x"), chunk(finish="stop"), {"error": {"message": "late"}})
    assert reply.outcome is Outcome.OK


def test_later_counts_stand_for_earlier_ones():
    assembler = MessageAssembler()
    start = {"usage": {"input_tokens": 9, "output_tokens": 1, "cache_read_input_tokens": 4}}
    assembler.event("message_start", {"type": "message_start", "message": start})
    end = {"delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 30}}
    assembler.event("message_delta", {"type": "message_delta", **end})
    assembler.event("message_stop", {"type": "message_stop"})
    reply = assembler.draft.reply(ASK)
    assert reply.usage == Usage(input=9, output=30, cache_read=4)


def test_a_reason_without_an_end_is_no_reason():
    assembler = MessageAssembler()
    assembler.event("message_start", {"type": "message_start", "message": {}})
    end = {"type": "message_delta", "delta": {"stop_reason": "end_turn"}}
    assembler.event("message_delta", end)
    reply = assembler.draft.reply(ASK)
    assert (reply.outcome, reply.stop_reason, reply.cut) == (Outcome.TRUNCATED, "", True)


@pytest.mark.parametrize(
    ("delta", "begun"),
    [
        ({"type": "signature_delta", "signature": "x"}, False),
        ({"type": "thinking_delta", "thinking": "hm"}, True),
        ({"type": "text_delta", "text": "x"}, True),
    ],
)
def test_thoughts_that_are_not_shown_are_no_beginning(delta, begun):
    assembler = MessageAssembler()
    assembler.event("content_block_delta", {"index": 0, "delta": delta})
    assert assembler.draft.begun is begun


def test_what_is_sent_is_plain_json():
    tool = Tool("verdict", "Say.", {"type": "object"})
    request = Request(ASK.messages, system="Be.", tools=(tool,), answer_with="verdict")
    for body in (
        anthropic.body_of(Model("anthropic", "m", params={"top_p": 1}), request),
        anthropic.body_of(Model("anthropic", "m"), request, as_format=True),
        openai.body_of(Model("openai", "m", params={"top_p": 1}), request),
        openai.body_of(Model("openai", "m"), request, frozenset({"response_format"})),
    ):
        assert json.loads(json.dumps(body)) == body
        assert "verdict" in json.dumps(body) or "output_config" in body


@pytest.mark.parametrize(
    ("schema", "strict"),
    [
        ({"type": "string", "enum": ["a"]}, True),
        ({"type": "object", "properties": {}, "additionalProperties": False}, True),
        ({"type": "object", "properties": {"a": {"type": "string"}}}, False),
        (
            {
                "type": "object",
                "properties": {"a": {"type": "string"}},
                "additionalProperties": False,
            },
            False,
        ),
        ({"type": "array", "items": {"type": "object"}}, False),
        ({"type": "array", "items": {"type": "integer"}}, True),
        ({"anyOf": [{"type": "null"}, {"type": "string", "pattern": "x"}]}, False),
        (True, False),
    ],
)
def test_schemas_that_can_be_held_to(schema, strict):
    assert openai.can_be_strict(schema) is strict


@given(st.text(), st.text(st.characters(codec="ascii"), min_size=6, max_size=20))
def test_a_secret_never_shows(text, secret):
    secret = secret.replace("\x00", "0")
    assert secret not in clean(f"{text}{secret}{text}", (secret,)) or secret in "[key]…"


def test_words_are_short_and_plain():
    assert clean("a\n\x1b[31mred\t b\u202e") == "a [31mred b"
    assert len(clean("字" * 1000)) == 400


def test_pauses():
    assert retry_after({"retry-after": "2.5"}) == 2.5
    assert retry_after({"retry-after": "inf"}) is None
    assert retry_after({"retry-after-ms": "x", "retry-after": "1"}) == 1.0
    soon = formatdate(time.time() + 30, usegmt=True)
    assert retry_after({"retry-after": soon}) == pytest.approx(30, abs=3)


@pytest.mark.parametrize(
    ("body", "outcome", "words"),
    [
        ({"error": {"type": "overloaded_error", "message": "busy"}}, Outcome.RATE_LIMITED, "busy"),
        ({"error": {"code": 429, "message": "slow"}}, Outcome.RATE_LIMITED, "slow"),
        ({"error": {"code": "502"}}, Outcome.SERVER, "502"),
        ({"error": "just words"}, Outcome.SERVER, "just words"),
        ({"error": {"type": "timeout_error"}}, Outcome.TIMEOUT, "timeout"),
        ({"error": {"error": {"type": "invalid_request_error"}}}, Outcome.REJECTED, "invalid"),
        ({}, Outcome.SERVER, "error"),
        (None, Outcome.SERVER, "error"),
    ],
)
def test_errors_in_streams(body, outcome, words):
    found, message = from_error(body)
    assert found is outcome and words in message


def test_a_status_without_a_body():
    reply = from_status(502, {}, "")
    assert (reply.outcome, reply.status, reply.detail) == (
        Outcome.SERVER,
        502,
        "502: without a reason",
    )
