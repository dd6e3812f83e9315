"""Batches: handed in, waited for, resumed; every request gets one reply, whatever happens."""

from __future__ import annotations

import asyncio
import re

import pytest

from polyskill.runtime.judge.base import Message, Model, Outcome, Request
from polyskill.runtime.judge.providers.batch import (
    Limits,
    complete_batch,
    custom_id,
    resume_batch,
)
from polyskill.runtime.judge.spec import ModelError

POLL = 0.02


def requests_of(*prompts):
    return {f"key/{prompt} 键": Request(messages=(Message("user", prompt),)) for prompt in prompts}


def model_of(server):
    return Model("anthropic-compatible", "claude-x", server.anthropic_url)


def collect(replies):
    async def run():
        return [pair async for pair in replies]

    pairs = asyncio.run(run())
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


def test_each_request_gets_its_reply(fake_provider, fakes):
    faults = {
        "c": fakes.Fault("500", message="Sorry."),
        "d": fakes.Fault("expired"),
        "e": fakes.Fault("canceled"),
        "f": fakes.Fault("400", message="No such model."),
        "g": fakes.Fault("max_tokens"),
    }
    server = fake_provider(lambda asked: faults.get(asked.prompt, asked.prompt.upper()))
    submitted = []
    replies = collect(
        complete_batch(
            model_of(server),
            requests_of(*"abcdefg"),
            poll=POLL,
            on_submitted=lambda batch, keys: submitted.append((batch, keys)),
        )
    )
    short = {key[4]: (reply.outcome, reply.text) for key, reply in replies.items()}
    assert short == {
        "a": (Outcome.OK, "A"),
        "b": (Outcome.OK, "B"),
        "c": (Outcome.SERVER, ""),
        "d": (Outcome.TIMEOUT, ""),
        "e": (Outcome.SERVER, ""),
        "f": (Outcome.REJECTED, ""),
        "g": (Outcome.TRUNCATED, "I ca"),
    }
    assert "Sorry." in replies["key/c 键"].detail
    assert replies["key/a 键"].usage.output > 0
    assert submitted == [("msgbatch_1", tuple(requests_of(*"abcdefg")))]
    assert all(asked.batched for asked in server.requests)


def test_a_batch_that_was_handed_in_is_not_paid_twice(fake_provider):
    server = fake_provider(lambda asked: asked.prompt)
    requests = requests_of("a", "b")

    class KilledError(Exception):
        pass

    def die(batch, keys):
        raise KilledError

    with pytest.raises(KilledError):
        collect(complete_batch(model_of(server), requests, poll=POLL, on_submitted=die))
    replies = collect(resume_batch(model_of(server), "msgbatch_1", requests, poll=POLL))
    assert [reply.text for reply in replies.values()] == ["b", "a"]
    assert len(server.batches) == 1


def test_many_requests_are_many_batches(fake_provider):
    server = fake_provider(lambda asked: asked.prompt)
    by_number = complete_batch(
        model_of(server), requests_of(*"abcde"), poll=POLL, limits=Limits(requests=2)
    )
    assert len(collect(by_number)) == 5
    assert [len(batch["entries"]) for batch in server.batches.values()] == [2, 2, 1]
    by_size = complete_batch(
        model_of(server),
        requests_of("x" * 900, "y" * 900, "z"),
        poll=POLL,
        limits=Limits(size=1500),
    )
    assert len(collect(by_size)) == 3
    assert [len(batch["entries"]) for batch in list(server.batches.values())[3:]] == [1, 2]


def test_nothing_to_ask(fake_provider):
    server = fake_provider(lambda asked: asked.prompt)
    assert collect(complete_batch(model_of(server), {}, poll=POLL)) == {}
    assert not server.batches


def test_what_no_json_can_hold_stops_nothing_else(fake_provider):
    server = fake_provider(lambda asked: asked.prompt)
    requests = requests_of("a") | {"bad": Request(messages=(Message("user", "\udc00"),))}
    replies = collect(complete_batch(model_of(server), requests, poll=POLL))
    assert replies["bad"].outcome is Outcome.REJECTED
    assert replies["key/a 键"].text == "a"


def test_a_batch_that_is_not_taken(fake_provider):
    server = fake_provider(lambda asked: asked.prompt)
    server.batch_faults = ["429"]
    replies = collect(complete_batch(model_of(server), requests_of("a", "b"), poll=POLL))
    assert {reply.outcome for reply in replies.values()} == {Outcome.RATE_LIMITED}


@pytest.mark.parametrize("faults", [["", "500", "dropped"], ["", "", "", "", "cut-results"]])
def test_trouble_on_the_way_is_waited_out(fake_provider, faults):
    server = fake_provider(lambda asked: asked.prompt)
    server.batch_faults = faults
    replies = collect(complete_batch(model_of(server), requests_of("a", "b", "c"), poll=POLL))
    assert {reply.text for reply in replies.values()} == {"a", "b", "c"}
    assert not server.batch_faults


def test_a_batch_that_is_not_there(fake_provider):
    server = fake_provider(lambda asked: asked.prompt)
    [reply] = collect(resume_batch(model_of(server), "gone", requests_of("a"), poll=POLL)).values()
    assert reply.outcome is Outcome.REJECTED and "404" in reply.detail


def test_a_request_that_the_batch_does_not_know(fake_provider):
    server = fake_provider(lambda asked: asked.prompt)
    collect(complete_batch(model_of(server), requests_of("a"), poll=POLL))
    replies = collect(
        resume_batch(model_of(server), "msgbatch_1", requests_of("a", "other"), poll=POLL)
    )
    assert replies["key/a 键"].outcome is Outcome.OK
    assert replies["key/other 键"].outcome is Outcome.SERVER


def test_only_anthropic_has_batches():
    model = Model("openai-compatible", "x", "http://127.0.0.1:1/v1")
    with pytest.raises(ModelError, match="--batch"):
        collect(complete_batch(model, requests_of("a")))


def test_names_of_requests():
    assert custom_id("plain-Name_1") == "plain-Name_1"
    for key in ("", "with/slash", "中文", "x" * 65, "\ud800"):
        assert re.fullmatch(r"[a-f0-9]{64}", custom_id(key))
