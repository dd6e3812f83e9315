"""Structured answers of Anthropic's models that refuse a forced tool."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from types import MappingProxyType

import pytest

from polyskill.evals.triggers.catalogue import Catalogue, Entry, TriggerCase
from polyskill.evals.triggers.choose import request as choose_request
from polyskill.runtime.judge.base import Clocks, Message, Model, Outcome, Request, Tool
from polyskill.runtime.judge.pairwise import pair_request
from polyskill.runtime.judge.providers import open_provider, structured
from polyskill.runtime.judge.providers.anthropic import body_of
from polyskill.runtime.judge.providers.batch import complete_batch
from polyskill.runtime.judge.rubric import Item, rubric_request

SAID = {"holds": True, "why": "“引用” \\ \n"}
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
LOOK = Tool("look", "Look it up.", {"type": "object", "properties": {}})
ASK = Request((Message("user", "?"),), "Be brief.", (LOOK, VERDICT), "verdict", 100)
QUICK = Clocks(attempt=20.0, stall=0.5)


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    """Nothing is known of any model: servers on loopback come and go on the same ports."""
    monkeypatch.setattr(structured, "_learned", set())


def model_of(server, name="tiny", **params):
    return Model("anthropic-compatible", name, server.anthropic_url, params)


def ask(model, *requests):
    """The replies to ``requests``, each by a provider of its own."""

    async def run():
        replies = []
        for request in requests:
            provider = open_provider(model)
            replies.append(await provider.complete(request, QUICK))
            await provider.aclose()
        return replies

    return asyncio.run(run())


def forced(server):
    return ["tool_choice" in asked.body for asked in server.requests]


def test_one_request_is_wasted_and_then_the_format_is_used(fake_provider, fakes):
    server = fake_provider(lambda asked: fakes.Structured(SAID), forces_tools=False)
    replies = ask(model_of(server), ASK, ASK, ASK)
    assert [(reply.outcome, reply.data) for reply in replies] == [(Outcome.OK, SAID)] * 3
    assert [reply.detail for reply in replies] == [""] * 3
    assert forced(server) == [True, False, False, False]
    body = server.requests[-1].body
    assert body["output_config"]["format"] == {
        "type": "json_schema",
        "schema": {**VERDICT.schema, "description": "Say whether it holds."},
    }
    assert [tool["name"] for tool in body["tools"]] == ["look"]


def test_each_model_shows_it_for_itself(fake_provider, fakes):
    server = fake_provider(lambda asked: fakes.Structured(SAID), forces_tools=False)
    ask(model_of(server), ASK)
    server.forces_tools = True
    ask(model_of(server, "other"), ASK)
    assert forced(server) == [True, False, True]


def test_a_model_that_takes_forced_tools_is_not_asked_otherwise(fake_provider, fakes):
    server = fake_provider(lambda asked: fakes.Structured(SAID))
    [reply] = ask(model_of(server), ASK)
    assert reply.data == SAID and forced(server) == [True]
    assert "output_config" not in server.requests[0].body


def test_only_a_structured_answer_is_asked_for_twice(fake_provider, fakes):
    server = fake_provider(lambda asked: fakes.Fault("400", message="tool_choice: no."))
    [reply] = ask(model_of(server), replace(ASK, answer_with=""))
    assert reply.outcome is Outcome.REJECTED and len(server.requests) == 1


def test_another_rejection_is_no_reason(fake_provider, fakes):
    server = fake_provider(lambda asked: fakes.Fault("400", message="temperature: not taken."))
    [reply] = ask(model_of(server, temperature=0), ASK)
    assert reply.outcome is Outcome.REJECTED and "temperature" in reply.detail
    assert len(server.requests) == 1


def test_a_server_that_knows_neither_says_both(fake_provider, fakes):
    server = fake_provider(
        lambda asked: fakes.Structured(SAID), forces_tools=False, rejects={"output_config"}
    )
    for _ in range(2):
        [reply] = ask(model_of(server), ASK)
        assert reply.outcome is Outcome.REJECTED and reply.status == 400
        assert "tool_choice" in reply.detail and "output_config" in reply.detail
    assert forced(server) == [True, False, True, False]


def test_the_effort_of_the_user_stays(fake_provider, fakes):
    server = fake_provider(lambda asked: fakes.Structured(SAID), forces_tools=False)
    ask(model_of(server, output_config={"effort": "low"}), ASK)
    first, second = (asked.body["output_config"] for asked in server.requests)
    assert first == {"effort": "low"}
    assert second["effort"] == "low" and second["format"]["type"] == "json_schema"


@pytest.mark.parametrize("streams", [True, False])
def test_thoughts_before_the_answer_are_passed_over(fake_provider, fakes, streams):
    server = fake_provider(
        lambda asked: fakes.Answer(data=SAID, thoughts="hm"), forces_tools=False, streams=streams
    )
    [reply] = ask(model_of(server), ASK)
    assert reply.data == SAID


@pytest.mark.parametrize("text", ["I think {}.", "[1]", ""])
def test_what_is_no_object_is_no_data(fake_provider, text):
    server = fake_provider(lambda asked: text, forces_tools=False)
    [reply] = ask(model_of(server), ASK)
    assert (reply.outcome, reply.data) == (Outcome.OK, None)
    assert "no JSON object" in reply.detail


@pytest.mark.parametrize("kind", ["max_tokens", "refusal"])
def test_ends_that_are_none_are_seen_in_a_format_too(fake_provider, fakes, kind):
    server = fake_provider(lambda asked: fakes.Fault(kind), forces_tools=False)
    [reply] = ask(model_of(server), ASK)
    assert reply.data is None and reply.stop_reason == kind
    assert reply.outcome is (Outcome.TRUNCATED if kind == "max_tokens" else Outcome.REFUSAL)


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("claude-opus-5-5", True),
        ("claude-sonnet-5-5", True),
        ("claude-fable-5-1", True),
        ("claude-mythos-5-2", True),
        ("claude-mythos-preview", True),
        ("claude-opus-5", False),
        ("claude-haiku-5-5", False),
        ("claude-fable-5-20260609", False),
        ("claude-opus-4-5", False),
    ],
)
def test_names_that_are_known_waste_nothing(name, known):
    assert structured.wants_format(Model("anthropic", name)) is known
    assert not structured.wants_format(Model("anthropic-compatible", name, "http://127.0.0.1:1"))


def test_a_known_model_at_its_own_address(fake_provider, fakes, monkeypatch):
    server = fake_provider(lambda asked: fakes.Structured(SAID), forces_tools=False)
    monkeypatch.setenv("ANTHROPIC_BASE_URL", server.anthropic_url)
    [reply] = ask(Model("anthropic", "claude-sonnet-5-5"), ASK)
    assert reply.data == SAID and forced(server) == [False]
    assert server.requests[0].body["max_tokens"] > 8000  # its thoughts count, too


CATALOGUE = Catalogue((Entry("pdf-forms", {"en": "Forms.", "zh": "表单。"}), Entry("sql")))
OURS = {
    "grade": rubric_request("Why?", "So.", [Item("a"), Item("b", "must_not")], lang="zh"),
    "compare": pair_request("Why?", "So.", "Thus.", items=[Item("a")], lang="en"),
    "choose_skill": choose_request(CATALOGUE, TriggerCase("sql", "1", "zh", "慢", should=True)),
}


@pytest.mark.parametrize("name", OURS)
def test_the_api_takes_our_schemas_as_formats(fake_provider, fakes, name):
    """The fake refuses what the API's "JSON Schema limitations" name."""
    server = fake_provider(
        lambda asked: fakes.Structured(fakes.least(asked.schema)), forces_tools=False
    )
    [reply] = ask(model_of(server), OURS[name])
    assert reply.outcome is Outcome.OK, reply.detail
    assert set(reply.data) == set(OURS[name].tools[0].schema["required"])


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        ({"type": "object", "properties": {}}, "additionalProperties"),
        ({"type": "array", "items": {"type": "integer", "minimum": 1}}, "minimum"),
    ],
)
def test_the_fake_is_as_strict_as_the_api(fake_provider, schema, why):
    server = fake_provider(lambda asked: "{}", forces_tools=False)
    tool = Tool("verdict", "", {**VERDICT.schema, "properties": {"holds": schema}})
    [reply] = ask(model_of(server), replace(ASK, tools=(tool,)))
    assert reply.outcome is Outcome.REJECTED and why in reply.detail


def test_a_schema_that_cannot_be_changed_stays_as_it_is():
    tool = Tool("verdict", "Say.", MappingProxyType(dict(VERDICT.schema)))
    body = body_of(Model("anthropic", "m"), replace(ASK, tools=(tool,)), as_format=True)
    assert body["output_config"]["format"]["schema"]["description"] == "Say."
    assert "description" not in tool.schema
    assert "tools" not in body


# Batches


def batch(model, requests):
    submitted = []

    async def run():
        replies = complete_batch(
            model,
            requests,
            poll=0.02,
            on_submitted=lambda name, keys: submitted.append((name, keys)),
        )
        return [pair async for pair in replies]

    pairs = asyncio.run(run())
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs), submitted


def test_a_batch_is_handed_in_again_for_what_was_refused(fake_provider, fakes):
    server = fake_provider(
        lambda asked: fakes.Structured(SAID) if asked.schema else "prose", forces_tools=False
    )
    requests = {"j1": ASK, "j2": ASK, "plain": replace(ASK, answer_with="")}
    replies, submitted = batch(model_of(server), requests)
    assert submitted == [("msgbatch_1", tuple(requests)), ("msgbatch_2", ("j2", "j1"))]
    assert {key: reply.data for key, reply in replies.items()} == {
        "j1": SAID,
        "j2": SAID,
        "plain": None,
    }
    replies, submitted = batch(model_of(server), {"j3": ASK})
    assert replies["j3"].data == SAID
    assert submitted == [("msgbatch_3", ("j3",))]  # remembered
    assert [reply.data for reply in ask(model_of(server), ASK)] == [SAID]
    assert forced(server) == [False, True, True] + [False] * 4


def test_a_batch_of_forced_tools_is_read_as_before(fake_provider, fakes):
    server = fake_provider(
        lambda asked: fakes.Structured(SAID) if asked.prompt == "?" else "No tool."
    )
    other = replace(ASK, messages=(Message("user", "!"),))
    replies, submitted = batch(model_of(server), {"a": ASK, "b": other})
    assert (replies["a"].data, replies["b"].data, len(submitted)) == (SAID, None, 1)
    assert replies["b"].detail
