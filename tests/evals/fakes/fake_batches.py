"""Anthropic's Message Batches, as the fake provider keeps them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from fake_messages import Answer, dump, error_body, message_of, read_request

if TYPE_CHECKING:
    from provider import FakeProvider


def answer_batches(
    server: FakeProvider, method: str, path: str, headers: Mapping[str, str], body: bytes
) -> tuple[int, bytes]:
    _, _, identifier, *rest = [*path.removeprefix("/v1").split("/")[1:], ""]
    if method == "POST" and not identifier:
        entries = json.loads(body)["requests"]
        names = [entry["custom_id"] for entry in entries]
        bad = [name for name in names if not re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", name)]
        if bad or len(set(names)) != len(names) or not 0 < len(names) <= 100_000:
            return 400, error_body("anthropic", 400, f"bad batch: {len(names)} requests, {bad[:1]}")
        identifier = f"msgbatch_{len(server.batches) + 1}"
        server.batches[identifier] = {"polls": 0, "entries": entries, "headers": headers}
        return 200, dump(_batch(server, identifier))
    if identifier not in server.batches:
        return 404, error_body("anthropic", 404, f"no batch {identifier}")
    if rest[:1] == ["results"]:
        return 200, b"".join(_batch_results(server, server.batches[identifier]))
    server.batches[identifier]["polls"] += 1
    return 200, dump(_batch(server, identifier))


def _batch(server: FakeProvider, identifier: str) -> dict[str, Any]:
    kept = server.batches[identifier]
    ended = kept["polls"] > server.batch_polls
    moment = "2026-01-01T00:00:00Z"
    counts = dict.fromkeys(("processing", "succeeded", "errored", "canceled", "expired"), 0)
    counts["succeeded" if ended else "processing"] = len(kept["entries"])
    return {
        "id": identifier,
        "type": "message_batch",
        "processing_status": "ended" if ended else "in_progress",
        "request_counts": counts,
        "created_at": moment,
        "expires_at": moment,
        "ended_at": moment if ended else None,
        "archived_at": None,
        "cancel_initiated_at": None,
        "results_url": f"{server.url}/v1/messages/batches/{identifier}/results" if ended else None,
    }


def _batch_results(server: FakeProvider, kept: Mapping[str, Any]) -> Iterator[bytes]:
    for entry in reversed(kept["entries"]):  # results come in any order
        asked = read_request("anthropic", entry["params"], kept["headers"], batched=True)
        if server.keep:
            server.requests.append(asked)
        refusal = server.refusal(asked.body)
        answer, fault = (Answer(), None) if refusal else server.decide(asked)
        result: dict[str, Any]
        if refusal:
            result = {"type": "errored", "error": json.loads(error_body("anthropic", 400, refusal))}
        elif fault is None:
            result = {"type": "succeeded", "message": message_of(asked, answer)}
        elif fault.kind.isdigit():
            error = json.loads(error_body("anthropic", int(fault.kind), fault.message))
            result = {"type": "errored", "error": error}
        else:
            result = {"type": fault.kind}
        yield dump({"custom_id": entry["custom_id"], "result": result}) + b"\n"
