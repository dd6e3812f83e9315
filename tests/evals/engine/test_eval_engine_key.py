"""Keys: equal for equal requests, different for anything that changes a reply."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyskill.runtime.judge.base import Message, Model, Request, Tool
from polyskill.runtime.judge.engine.key import canonical, cell_key, request_digest

MODEL = Model("anthropic", "claude-x", params={"temperature": 0})
REQUEST = Request(
    (Message("user", "你好"),), system="s", tools=(Tool("t", "d", {"type": "object"}),)
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda part: st.lists(part, max_size=4) | st.dictionaries(st.text(), part, max_size=4),
    max_leaves=10,
)


def test_the_key_is_the_hash_of_canonical_json() -> None:
    assert cell_key(b=[1, 2.0], a="é") == hashlib.sha256(b'{"a":"\\u00e9","b":[1,2]}').hexdigest()


@given(JSON)
def test_the_order_of_keys_does_not_matter(value: object) -> None:
    if isinstance(value, dict):
        assert canonical(value) == canonical(dict(reversed(value.items())))
    assert canonical({"x": value}) == canonical(MappingProxyType({"x": value}))


def test_a_key_is_made_of_json_only() -> None:
    with pytest.raises(TypeError):
        cell_key(a=object())
    with pytest.raises(ValueError, match="JSON"):
        cell_key(a=float("nan"))


def test_broken_text_has_a_key() -> None:
    assert len(cell_key(text="\ud83d")) == 64


@pytest.mark.parametrize(
    "other",
    [
        replace(REQUEST, messages=(Message("user", "你好!"),)),
        replace(REQUEST, messages=(Message("assistant", "你好"),)),
        replace(REQUEST, system="s "),
        replace(REQUEST, tools=()),
        replace(REQUEST, answer_with="t"),
        replace(REQUEST, max_tokens=4097),
    ],
)
def test_whatever_is_sent_is_in_the_digest(other: Request) -> None:
    assert request_digest(other, MODEL) != request_digest(REQUEST, MODEL)


def test_the_model_is_in_the_digest_and_caching_is_not() -> None:
    digest = request_digest(REQUEST, MODEL)
    assert digest == request_digest(REQUEST, replace(MODEL, params={"temperature": 0.0}))
    assert digest != request_digest(REQUEST, replace(MODEL, params={"temperature": 0.1}))
    assert digest != request_digest(REQUEST, replace(MODEL, name="claude-y"))
    assert digest == request_digest(replace(REQUEST, cacheable=True), MODEL)
