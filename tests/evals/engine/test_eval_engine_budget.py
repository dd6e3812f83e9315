"""Money: prices by name, an upper bound for a call, and a limit that holds under concurrency."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from polyskill.runtime.judge.base import Message, Model, Request, Tool, Usage
from polyskill.runtime.judge.engine.budget import Budget, BudgetUnknown, check_prices
from polyskill.runtime.judge.engine.prices import (
    Prices,
    PricesError,
    most_input_tokens,
)
from polyskill.runtime.judge.output_limit import THOUGHTS, most_output_tokens

MONEY = st.floats(0, 1, allow_subnormal=False)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    limit=st.floats(0, 5),
    calls=st.lists(st.tuples(MONEY, MONEY, st.integers(0, 5)), max_size=30),
)
def test_the_limit_holds_whatever_runs_at_once(
    virtual: Callable[[Any], Any], limit: float, calls: list[tuple[float, float, int]]
) -> None:
    budget = Budget(limit)
    made = 0

    async def one(worst: float, share: float, seconds: int) -> None:
        nonlocal made
        if not await budget.reserve(worst):
            return
        made += 1
        assert budget.spent + budget.reserved <= limit + 1e-6
        await asyncio.sleep(seconds)
        budget.settle(worst, worst * share)

    async def go() -> None:
        await asyncio.gather(*(one(*call) for call in calls))

    virtual(go())
    assert budget.spent <= limit + 1e-6
    assert budget.reserved == 0
    assert budget.closed == (made < len(calls))


def test_a_reservation_waits_for_what_others_give_back(virtual: Callable[[Any], Any]) -> None:
    budget = Budget(1.0)

    async def one() -> bool:
        if not await budget.reserve(0.8):
            return False
        await asyncio.sleep(1)
        budget.settle(0.8, 0.05)
        return True

    async def go() -> list[bool]:
        return await asyncio.gather(*(one() for _ in range(10)))

    done = virtual(go())
    assert done == [True] * 5 + [False] * 5  # 0.05 × 5 + 0.8 > 1: the sixth could exceed it
    assert budget.spent == pytest.approx(0.25)


def test_a_closed_budget_stays_closed(virtual: Callable[[Any], Any]) -> None:
    budget = Budget(1.0, spent=0.5)

    async def go() -> list[bool]:
        return [await budget.reserve(worst) for worst in (0.6, 0.0)]

    assert virtual(go()) == [False, False]


@pytest.mark.parametrize("limit", [-1.0, float("nan"), float("inf")])
def test_a_budget_is_a_number(limit: float) -> None:
    with pytest.raises(ValueError, match="US dollars"):
        Budget(limit)


def test_without_a_price_no_budget() -> None:
    known, unknown = Model("openai", "gpt-6-sol"), Model("openai", "gpt-99")
    check_prices([known], Prices())
    with pytest.raises(BudgetUnknown, match="openai/gpt-99") as caught:
        check_prices([known, unknown], Prices())
    example = str(caught.value).partition("as ")[2].partition(" (US")[0]
    check_prices([unknown], Prices(json.loads(example)))


@pytest.mark.parametrize(
    ("name", "dollars"),
    [
        ("anthropic/claude-opus-5-5", 4.0),
        ("anthropic/claude-haiku-4-5-20251001", 1.0),
        ("anthropic/claude-sonnet-4-5-latest", 3.0),
        ("openai/gpt-5-2025-08-07", 1.25),
        ("openai/gpt-5-mini", 0.25),
        ("openai/gpt-5-mini-unheard-of", None),
        ("anthropic/gpt-5", None),
        ("openai-compatible:http://127.0.0.1:1/v1#gpt-5", 0.0),
        ("openai-compatible:http://[::1]:1/v1#x", 0.0),
        ("openai-compatible:https://gateway.example/v1#gpt-5", None),
    ],
)
def test_the_price_of_a_million_tokens(name: str, dollars: float | None) -> None:
    provider, _, rest = name.partition("/" if ":" not in name else ":")
    url, _, bare = rest.partition("#") if "#" in rest else ("", "", rest)
    model = Model(provider, bare, url)
    assert model.id == name
    cost = Prices().cost(Usage(input=100_000), model)
    assert cost == (None if dollars is None else pytest.approx(dollars / 10))


def test_every_published_price_is_dated_and_in_order() -> None:
    prices = Prices()._published
    assert len(prices) > 30
    for name, price in prices.items():
        assert price.checked > "2026", name
        assert price.source.startswith("https://"), name
        assert 0 < price.cache_read <= price.input <= price.cache_write < price.output, name
        assert price.batch == 0.5


def test_all_kinds_of_tokens_count_and_long_prompts_cost_more() -> None:
    prices, model = Prices(), Model("openai", "gpt-6-sol")
    usage = Usage(input=100_000, output=10_000, cache_read=50_000, cache_write=20_000)
    parts = 0.1 * 2 + 0.01 * 10 + 0.05 * 0.2 + 0.02 * 2.5
    assert prices.cost(usage, model) == pytest.approx(parts)
    assert prices.cost(usage, model, batch=True) == pytest.approx(parts / 2)
    assert prices.cost(Usage(input=272_000), model) == pytest.approx(0.544)
    assert prices.cost(Usage(272_001, 10_000), model) == pytest.approx(0.272001 * 4 + 0.15)


def test_the_user_overrides_prices(tmp_path: Path) -> None:
    gateway = Model("openai-compatible", "glm-5", "https://gateway.example/v1")
    path = tmp_path / "prices.json"
    path.write_text(
        json.dumps({gateway.id: {"input": 1, "output": 2}, "gpt-5": {"input": 9, "output": 9}})
    )
    prices = Prices.load(path)
    assert prices.cost(Usage(10**6, 10**6), gateway) == 3
    assert prices.cost(Usage(10**6), Model("openai", "gpt-5-2025-08-07")) == 9
    assert prices.cost(Usage(10**6), Model("openai", "gpt-5-mini")) == 0.25
    assert Prices.load().cost(Usage(10**6), gateway) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[]", "must be a JSON object"),
        ("{", "cannot be read"),
        ('{"m": 3}', "the price of 'm' must be an object"),
        ('{"m": {"input": 1}}', "`output` is None"),
        ('{"m": {"input": -1, "output": 1}}', "`input` is -1"),
        ('{"m": {"input": NaN, "output": 1}}', "`input` is nan"),
        ('{"m": {"input": true, "output": 1}}', "`input` is True"),
        ('{"m": {"input": 1, "output": 1, "ouput": 1}}', "'ouput' is not known"),
        ('{"m": {"input": 1, "output": 1, "long": 3}}', "`long` must be an object"),
    ],
)
def test_a_bad_price_file_is_named(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "prices.json"
    path.write_text(text)
    with pytest.raises(PricesError, match=r"prices\.json") as caught:
        Prices.load(path)
    assert said in str(caught.value)
    with pytest.raises(PricesError, match="absent"):
        Prices.load(tmp_path / "absent.json")


@given(st.text(), st.text())
def test_no_text_has_more_tokens_than_bytes(system: str, text: str) -> None:
    request = Request((Message("user", text),), system=system)
    assert most_input_tokens(request) > len((system + text).encode("utf-8", "surrogatepass"))


def test_the_worst_case_covers_tools_and_what_the_model_may_say() -> None:
    prices, model = Prices(), Model("anthropic", "claude-opus-5")
    request = Request((Message("user", "中" * 1000),), max_tokens=1000)
    worst = prices.worst_case(request, model)
    assert worst is not None
    # 3,000 bytes at the price of writing them to the cache, and 1,000 tokens of output
    assert worst == pytest.approx((3080 * 6.25 + 1000 * 25) / 1e6)
    more = Request(request.messages, tools=(Tool("t", "d", {"type": "object"}),), max_tokens=1000)
    assert (prices.worst_case(more, model) or 0) > worst
    wider = Model("anthropic", "claude-opus-5", params={"max_tokens": 2000})
    assert prices.worst_case(request, wider) == pytest.approx(worst + 0.025)
    assert prices.worst_case(request, Model("openai", "unknown")) is None


@pytest.mark.parametrize(
    ("name", "thoughts"),
    [
        ("claude-opus-5-5", True),
        ("claude-sonnet-5-20260701", True),
        ("claude-mythos-preview", True),
        ("anthropic/claude-opus-5.5", True),
        ("us.anthropic.claude-fable-5-1-v1:0", True),
        ("claude-opus-4-5", False),
        ("claude-sonnet-4-20250514", False),
        ("claude-3-5-sonnet-20241022", False),
        ("o3", True),
        ("o4-mini", True),
        ("openai/gpt-5-mini", True),
        ("gpt-6.1-sol", True),
        ("gpt-4o", False),
        ("gpt-5-chat-latest", False),
        ("gpt-35-turbo", False),
        ("qwen-5", False),
        ("solo3", False),
    ],
)
def test_a_structured_answer_has_room_for_thoughts_and_they_are_in_the_worst_case(
    name: str, thoughts: bool
) -> None:
    model = Model("anthropic", name)
    tool = Tool("grade", "", {"type": "object"})
    plain = Request((Message("user", "q"),), tools=(tool,), max_tokens=1000)
    structured = replace(plain, answer_with="grade")
    assert most_output_tokens(plain, model) == 1000
    assert most_output_tokens(structured, model) == 1000 + thoughts * THOUGHTS
    assert most_output_tokens(structured, replace(model, params={"max_tokens": 7})) == 7
    assert most_output_tokens(structured, replace(model, params={"max_completion_tokens": 8})) == 8
    prices = Prices({model.id: {"input": 0, "output": 1}})
    worst = prices.worst_case(structured, model)
    assert worst == pytest.approx((1000 + thoughts * THOUGHTS) / 1e6)
