"""Whether an answer is JSON, and of the right shape."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from ..code_blocks import parts
from .base import Answer, CheckSpec, Finding, NotRun, excerpt, inside, only
from .limited import limited

__all__ = ["check_json_schema", "json_of"]

_SECONDS = 30.0  # the first validation imports a library
_JSON = ("json", "jsonc", "json5", "application/json")


def _no_constant(name: str) -> NoReturn:
    msg = f"{name} is no JSON"
    raise ValueError(msg)


def _load(text: str) -> Any:
    """Read JSON as RFC 8259 has it: NaN and Infinity are none."""
    return json.loads(text, parse_constant=_no_constant)


def json_of(text: str) -> Any:
    """Return the JSON document that ``text`` is, or the one in its only fenced block of JSON.

    Raises:
        ValueError: there is none, or more than one.
    """
    text = text.lstrip("\ufeff").strip()
    blocks = [part for part in parts(text) if part.info is not None]
    named = [part for part in blocks if (part.info or "").lower().partition(" ")[0] in _JSON]
    bodies = named or [part for part in blocks if not part.info]
    try:
        if bodies and text[:1] not in ("{", "["):
            if len(bodies) > 1:
                msg = f"{len(bodies)} blocks of JSON, one is wanted"
                raise ValueError(msg)
            return _load(bodies[0].text)
        return _load(text)
    except RecursionError:
        msg = "nested too deeply"
        raise ValueError(msg) from None


def _schema(value: object, folder: Path | None) -> tuple[Any, str]:
    """Return the schema and its path in the folder (empty if it stands in the case)."""
    if isinstance(value, Mapping | bool):
        return value, ""
    file = inside(folder, value, "value")
    try:
        return json.loads(file.read_text("utf-8")), str(value).replace("\\", "/")
    except (OSError, ValueError, RecursionError) as error:
        raise NotRun(f"{value} is no JSON: {error}", f"{value} 不是 JSON：{error}") from error


def check_json_schema(spec: CheckSpec, answer: Answer, folder: Path | None) -> Finding:
    """Validate the answer's JSON against ``value``: a JSON Schema, or the path of one.

    Draft 2020-12 unless ``$schema`` names another. A ``$ref`` may lead to the schema itself, to
    another file of the folder, or to a published metaschema; nothing is ever fetched.
    """
    only(spec)
    schema, path = _schema(spec.value, folder)
    label = f"json_schema {path or excerpt(json.dumps(schema, ensure_ascii=False))}"
    try:
        document = _load_limited(answer.text)
    except ValueError as error:
        return Finding(False, label, f"no JSON: {error}", f"不是 JSON：{error}")
    job = {
        "job": "validate",
        "schema": schema,
        "path": path,
        "folder": None if folder is None else str(folder),
        "document": document,
    }
    problems = limited(job, _SECONDS)["problems"]
    return Finding(not problems, label, "; ".join(problems), "；".join(problems))


def _load_limited(text: str) -> Any:
    document = json_of(text)
    try:
        json.dumps(document, allow_nan=False)  # 1e999 is read as infinity
    except (ValueError, RecursionError):
        msg = "a number is too large, or it is nested too deeply"
        raise ValueError(msg) from None
    return document
