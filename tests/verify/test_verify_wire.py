"""The fake model in its four dialects, asked over HTTP as the references of the APIs say."""

from __future__ import annotations

import gzip
import http.client
import json
from collections.abc import Iterator
from typing import Any

import pytest

from polyskill.platforms.verify.script import Script, Step, Tool
from polyskill.platforms.verify.server import FakeModel, listen

LOAD = Tool(("Skill", "skill"), ("name", "skill"))
READ = Tool(("read_file",), ("path", "file_path"))
SCRIPT = Script((Step(LOAD, "发布说明"), Step(READ, "/项目/references/更多.md")))
SCHEMA = {"type": "object", "properties": {"skill": {"type": "string"}}, "required": ["skill"]}
FILE = {
    "type": "object",
    "properties": {
        "file_path": {"type": "string"},
        "reason": {"type": "string"},
        "limit": {"type": "integer"},
        "mode": {"enum": ["text", "bytes"]},
        "whole": {"type": "boolean"},
        "ranges": {"type": "array"},
    },
    "required": ["file_path", "reason", "limit", "mode", "whole", "ranges"],
}
WANTED = [
    ("Skill", {"skill": "发布说明"}),
    (
        "read_file",
        {
            "file_path": "/项目/references/更多.md",
            "reason": "verify",
            "limit": 1,
            "mode": "text",
            "whole": False,
            "ranges": [],
        },
    ),
]


@pytest.fixture
def model() -> Iterator[FakeModel]:
    with FakeModel(listen(), SCRIPT).serving() as serving:
        yield serving


def post(
    model: FakeModel, path: str, body: bytes, headers: dict[str, str] | None = None
) -> tuple[int, str, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", model.port, timeout=10)
    connection.request("POST", path, body, headers or {})
    answer = connection.getresponse()
    found = answer.status, answer.headers["Content-Type"], answer.read()
    connection.close()
    return found


def ask(model: FakeModel, path: str, body: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the one object of the answer, or the events of the stream."""
    status, kind, data = post(model, path, json.dumps(body).encode())
    assert status == 200
    if kind == "application/json":
        return [json.loads(data)]
    assert kind == "text/event-stream"
    lines = [line[6:] for line in data.decode().split("\n") if line.startswith("data: ")]
    if lines[-1] == "[DONE]":
        lines.pop()
    return [json.loads(line) for line in lines]


Turn = tuple[str, dict[str, Any]] | str


def anthropic(model: FakeModel, done: list[Turn], stream: bool) -> Turn:
    messages: list[dict[str, Any]] = [{"role": "user", "content": "Hello"}]
    for number, turn in enumerate(done):
        use = {"type": "tool_use", "id": f"u{number}", "name": turn[0], "input": turn[1]}
        result = {"type": "tool_result", "tool_use_id": f"u{number}", "content": "found"}
        messages.append({"role": "assistant", "content": [use]})
        messages.append({"role": "user", "content": [result]})
    tools = [
        {"name": "Skill", "input_schema": SCHEMA},
        {"name": "read_file", "input_schema": FILE},
    ]
    body = {"model": "m", "max_tokens": 9, "messages": messages, "tools": tools, "stream": stream}
    events = ask(model, "/v1/messages?beta=true", body)
    if not stream:
        block = events[0]["content"][0]
        assert events[0]["stop_reason"] == (
            "tool_use" if block["type"] == "tool_use" else "end_turn"
        )
        return (block["name"], block["input"]) if block["type"] == "tool_use" else block["text"]
    assert [each["type"] for each in events] == [
        "message_start",
        "content_block_start",
        "content_block_delta",
        "content_block_stop",
        "message_delta",
        "message_stop",
    ]
    block, delta = events[1]["content_block"], events[2]["delta"]
    if block["type"] == "tool_use":
        return block["name"], json.loads(delta["partial_json"])
    return str(delta["text"])


def chat(model: FakeModel, done: list[Turn], stream: bool) -> Turn:
    messages: list[dict[str, Any]] = [{"role": "user", "content": "Hello"}]
    for number, turn in enumerate(done):
        function = {"name": turn[0], "arguments": json.dumps(turn[1])}
        call = {"id": f"c{number}", "type": "function", "function": function}
        messages.append({"role": "assistant", "content": None, "tool_calls": [call]})
        messages.append({"role": "tool", "tool_call_id": f"c{number}", "content": "found"})
    tools = [
        {"type": "function", "function": {"name": name, "parameters": schema}}
        for name, schema in (("Skill", SCHEMA), ("read_file", FILE))
    ]
    body = {"model": "m", "messages": messages, "tools": tools, "stream": stream}
    events = ask(model, "/v1/chat/completions", body)
    choice = events[0]["choices"][0]
    message = choice["delta"] if stream else choice["message"]
    last = events[1]["choices"][0]["finish_reason"] if stream else choice["finish_reason"]
    if message.get("tool_calls"):
        assert last == "tool_calls"
        function = message["tool_calls"][0]["function"]
        return function["name"], json.loads(function["arguments"])
    assert last == "stop"
    return str(message["content"])


def responses(model: FakeModel, done: list[Turn], stream: bool) -> Turn:
    items: list[dict[str, Any]] = [{"role": "user", "content": "Hello"}]
    for number, turn in enumerate(done):
        call = {"call_id": f"f{number}", "name": turn[0], "arguments": json.dumps(turn[1])}
        items.append({"type": "function_call", **call})
        items.append({"type": "function_call_output", "call_id": f"f{number}", "output": "found"})
    tools = [
        {"type": "function", "name": name, "parameters": schema}
        for name, schema in (("Skill", SCHEMA), ("read_file", FILE))
    ]
    body = {"model": "m", "input": items, "tools": [*tools, {"type": "web_search"}]}
    events = ask(model, "/v1/responses", {**body, "stream": stream})
    whole = events[-1]["response"] if stream else events[0]
    assert whole["status"] == "completed"
    if stream:
        assert [each["sequence_number"] for each in events] == list(range(len(events)))
        assert events[0]["type"] == "response.created"
        assert events[-1]["type"] == "response.completed"
        assert events[-2]["item"] == whole["output"][0]
    item = whole["output"][0]
    if item["type"] == "function_call":
        return item["name"], json.loads(item["arguments"])
    return str(item["content"][0]["text"])


def gemini(model: FakeModel, done: list[Turn], stream: bool) -> Turn:
    contents: list[dict[str, Any]] = [{"role": "user", "parts": [{"text": "Hello"}]}]
    for turn in done:
        contents.append(
            {"role": "model", "parts": [{"functionCall": {"name": turn[0], "args": turn[1]}}]}
        )
        response = {"name": turn[0], "response": {"output": "found"}}
        contents.append({"role": "user", "parts": [{"functionResponse": response}]})
    declared = [
        {"name": "Skill", "parametersJsonSchema": SCHEMA},
        {"name": "read_file", "parameters": FILE},
    ]
    body = {"contents": contents, "tools": [{"functionDeclarations": declared}]}
    verb = "streamGenerateContent?alt=sse" if stream else "generateContent"
    [answer] = ask(model, f"/v1beta/models/gemini-x:{verb}", body)
    candidate = answer["candidates"][0]
    assert candidate["finishReason"] == "STOP"
    part = candidate["content"]["parts"][0]
    if "functionCall" in part:
        return part["functionCall"]["name"], part["functionCall"]["args"]
    return str(part["text"])


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("dialect", [anthropic, chat, responses, gemini])
def test_the_script_is_followed(model: FakeModel, dialect: Any, stream: bool) -> None:
    done: list[Turn] = []
    for wanted in WANTED:
        turn = dialect(model, done, stream)
        assert turn == wanted
        assert dialect(model, done, stream) == turn  # a request that is repeated gets the same
        done.append(turn)
    assert dialect(model, done, stream) == "Done."
    asked = [request.asked for request in model.requests]
    assert [each.results for each in asked if each] == [0, 0, 1, 1, 2]
    assert all(each.stream is stream for each in asked if each)
    assert all("found" in text for each in asked if each for text in each.outputs)


def test_a_request_without_tools_gets_words(model: FakeModel) -> None:
    [answer] = ask(model, "/v1/chat/completions", {"messages": [{"role": "user", "content": "T"}]})
    assert answer["choices"][0]["message"]["content"] == "Done."


def test_a_tool_that_a_client_lacks_is_passed_over(model: FakeModel) -> None:
    tools = [{"name": "read_file", "input_schema": FILE}]
    [answer] = ask(model, "/v1/messages", {"messages": [], "tools": tools})
    assert answer["content"][0]["name"] == "read_file"


def test_a_list_is_given_where_the_schema_wants_one() -> None:
    schema = {"properties": {"path": {"type": "array"}}}
    call = Step(READ, "/a").call({"read_file": schema}, 1)
    assert call is not None
    assert call.arguments == {"path": ["/a"]}


def test_bodies_may_be_packed_and_in_chunks(model: FakeModel) -> None:
    body = json.dumps({"messages": [{"role": "user", "content": "中文"}]}).encode()
    kind = {"Content-Encoding": "gzip"}
    assert post(model, "/v1/messages", gzip.compress(body), kind)[0] == 200
    connection = http.client.HTTPConnection("127.0.0.1", model.port, timeout=10)
    pieces = iter([body[:10], body[10:]])
    connection.request("POST", "/v1/messages", pieces, encode_chunked=True)
    assert connection.getresponse().status == 200
    connection.close()
    assert [request.body["messages"][0]["content"] for request in model.requests] == ["中文"] * 2


def test_what_asks_no_model(model: FakeModel) -> None:
    assert post(model, "/v1/messages", b"{not json")[0] == 400
    assert post(model, "/v1/embeddings", b"{}")[0] == 404
    status, _, data = post(model, "/v1/messages/count_tokens", b"{}")
    assert (status, json.loads(data)["input_tokens"]) == (200, 10)
    connection = http.client.HTTPConnection("127.0.0.1", model.port, timeout=10)
    connection.request("GET", "/v1/models")
    assert json.loads(connection.getresponse().read())["data"][0]["id"] == "fake-model"
    connection.request("HEAD", "/")
    head = connection.getresponse()
    assert (head.status, head.read()) == (200, b"")
    connection.request("GET", "/elsewhere")
    missing = connection.getresponse()
    assert (missing.status, missing.read() != b"") == (404, True)
    connection.close()
    assert not any(request.asked for request in model.requests)


@pytest.mark.slow
def test_the_official_anthropic_package_reads_the_stream(model: FakeModel) -> None:
    anthropic_package = pytest.importorskip("anthropic")
    client = anthropic_package.Anthropic(
        api_key="dummy", base_url=f"http://127.0.0.1:{model.port}", max_retries=0
    )
    with (
        client,
        client.messages.stream(
            model="m",
            max_tokens=10,
            messages=[{"role": "user", "content": "Hello"}],
            tools=[{"name": "Skill", "input_schema": SCHEMA}],
        ) as stream,
    ):
        message = stream.get_final_message()
    assert message.stop_reason == "tool_use"
    assert (message.content[0].name, message.content[0].input) == WANTED[0]


@pytest.mark.slow
def test_the_official_openai_package_reads_both_streams(model: FakeModel) -> None:
    openai = pytest.importorskip("openai")
    url = f"http://127.0.0.1:{model.port}/v1"
    with openai.OpenAI(api_key="dummy", base_url=url, max_retries=0) as client:
        function = {"name": "Skill", "parameters": SCHEMA}
        with client.chat.completions.stream(
            model="m",
            messages=[{"role": "user", "content": "Hello"}],
            tools=[{"type": "function", "function": function}],
        ) as stream:
            call = stream.get_final_completion().choices[0].message.tool_calls[0]
        assert (call.function.name, json.loads(call.function.arguments)) == WANTED[0]
        with client.responses.stream(
            model="m", input="Hello", tools=[{"type": "function", "strict": False, **function}]
        ) as stream:
            item = stream.get_final_response().output[0]
        assert (item.name, json.loads(item.arguments)) == WANTED[0]
