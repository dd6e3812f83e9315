"""What calls cost: a dated table of published prices, which a file of the user overrides."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from ..base import Model, Request, Usage
from ..output_limit import most_output_tokens
from ..spec import is_loopback

__all__ = ["Price", "Prices", "PricesError", "most_input_tokens"]

# claude-haiku-4-5-20251001, gpt-5-2025-08-07, claude-sonnet-4-5-latest
_DATED = re.compile(r"-(?:\d{8}|\d{4}-\d{2}-\d{2}|latest)$")
_MILLION = 1_000_000
# What a provider adds around a prompt: roles and separators per message; for tools, a system
# prompt of its own (Anthropic publishes up to 804 tokens, "Tool use", table of system prompts).
_PER_REQUEST, _PER_MESSAGE, _FOR_TOOLS = 64, 16, 1024


class PricesError(ValueError):
    """A file of prices that cannot be used."""


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars per million tokens.

    ``batch`` is the factor for calls through the provider's batch interface. A request with more
    than ``long_over`` tokens of input costs ``long_input`` and ``long_output`` times as much, all
    of it.
    """

    input: float
    output: float
    cache_read: float
    cache_write: float
    batch: float = 1.0
    long_over: float = math.inf
    long_input: float = 1.0
    long_output: float = 1.0
    checked: str = ""
    source: str = ""

    def of(self, usage: Usage, *, batch: bool = False) -> float:
        """Return what the tokens cost, in US dollars."""
        read = usage.input + usage.cache_read + usage.cache_write
        long = read > self.long_over
        cost = (self.long_input if long else 1.0) * (
            usage.input * self.input
            + usage.cache_read * self.cache_read
            + usage.cache_write * self.cache_write
        ) + (self.long_output if long else 1.0) * usage.output * self.output
        return cost * (self.batch if batch else 1.0) / _MILLION


_FREE = Price(0.0, 0.0, 0.0, 0.0)


def most_input_tokens(request: Request) -> int:
    """Return a number of tokens that the request cannot exceed.

    The tokenizers in use work on bytes of UTF-8, and no token is shorter than a byte; in Chinese a
    character is three of them.
    """
    size = _bytes(request.system) + sum(_bytes(message.text) for message in request.messages)
    for tool in request.tools:
        size += (
            _bytes(tool.name) + _bytes(tool.description) + _bytes(json.dumps(_plain(tool.schema)))
        )
    around = _PER_REQUEST + _PER_MESSAGE * len(request.messages)
    return size + around + (_FOR_TOOLS if request.tools else 0)


def _bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value


class Prices:
    """The prices of models, by how the user writes a model, or by its bare name."""

    def __init__(self, overrides: Mapping[str, Any] | None = None) -> None:
        """Read the table that comes along, and put ``overrides`` over it.

        ``overrides`` maps a model ("anthropic/claude-…", "openai-compatible:URL#name", or a bare
        name) to ``{"input": …, "output": …}``, with ``cache_read``, ``cache_write``, ``batch`` and
        ``long`` where they differ.

        Raises:
            PricesError: an override is not such a mapping.
        """
        text = files(__package__ or "").joinpath("prices.json").read_text("utf-8")
        self._published: dict[str, Price] = {}
        for provider, table in json.loads(text)["providers"].items():
            for name, entry in table["models"].items():
                full = {**entry, "batch": table["batch"]}
                price = _price(name, full, table["checked"], table["source"])
                self._published[f"{provider}/{name}"] = price
        self._own = {name: _price(name, entry) for name, entry in (overrides or {}).items()}
        self._found: dict[str, Price | None] = {}

    @classmethod
    def load(cls, path: str | Path | None = None) -> Prices:
        """Read the table that comes along, and over it the JSON file of the user, if any.

        Raises:
            PricesError: the file cannot be read, or is not what it should be.
        """
        if path is None:
            return cls()
        try:
            data = json.loads(Path(path).read_text("utf-8-sig"))
        except (OSError, ValueError) as error:
            msg = f"{path}: cannot be read as prices: {error}"
            raise PricesError(msg) from error
        if not isinstance(data, dict):
            msg = f'{path}: must be a JSON object, as {{"model": {{"input": 3, "output": 15}}}}'
            raise PricesError(msg)
        try:
            return cls(data)
        except PricesError as error:
            msg = f"{path}: {error}"
            raise PricesError(msg) from error

    def of(self, model: Model) -> Price | None:
        """Return the price of a model; a server on this machine is free; ``None``: not known.

        A name with a date ("…-20251001", "…-2025-08-07") has the price of the name without it.
        """
        if model.id not in self._found:
            self._found[model.id] = self._look_up(model)
        return self._found[model.id]

    def _look_up(self, model: Model) -> Price | None:
        bare, plain = _DATED.sub("", model.id), _DATED.sub("", model.name)
        for name in (model.id, bare, model.name, plain):
            if name in self._own:
                return self._own[name]
        if model.base_url:
            return _FREE if is_loopback(model.base_url) else None
        return self._published.get(model.id) or self._published.get(bare)

    def cost(self, usage: Usage, model: Model, *, batch: bool = False) -> float | None:
        """Return what a call cost in US dollars, or ``None`` if the model's price is not known."""
        price = self.of(model)
        return None if price is None else price.of(usage, batch=batch)

    def worst_case(self, request: Request, model: Model, *, batch: bool = False) -> float | None:
        """Return the most that one attempt can cost, in US dollars; ``None``: no price is known.

        An upper bound of the input tokens, each at the dearest of the input prices, and as many
        output tokens as are allowed.
        """
        price = self.of(model)
        if price is None:
            return None
        output, read = most_output_tokens(request, model), most_input_tokens(request)
        usage = Usage(input=read, output=output)
        if price.cache_write > price.input:
            usage = Usage(cache_write=read, output=output)
        return price.of(usage, batch=batch)


def _price(name: str, entry: Any, checked: str = "", source: str = "") -> Price:
    wanted = f'the price of {name!r} must be an object as {{"input": 3.0, "output": 15.0}}'
    if not isinstance(entry, Mapping):
        raise PricesError(wanted)
    known = {"input", "output", "cache_read", "cache_write", "batch", "long"}
    if unknown := sorted(set(entry) - known):
        msg = f"{wanted}; {unknown[0]!r} is not known, only {', '.join(sorted(known))}"
        raise PricesError(msg)
    paid = _number(entry, "input", wanted)
    long = entry.get("long", {})
    if not isinstance(long, Mapping):
        msg = f'{wanted}; `long` must be an object as {{"over": 200000, "input": 2, "output": 1.5}}'
        raise PricesError(msg)
    return Price(
        input=paid,
        output=_number(entry, "output", wanted),
        cache_read=_number(entry, "cache_read", wanted, paid),
        cache_write=_number(entry, "cache_write", wanted, paid),
        batch=_number(entry, "batch", wanted, 1.0),
        long_over=_number(long, "over", wanted, math.inf),
        long_input=_number(long, "input", wanted, 1.0),
        long_output=_number(long, "output", wanted, 1.0),
        checked=checked,
        source=source,
    )


def _number(entry: Mapping[str, Any], key: str, wanted: str, default: float | None = None) -> float:
    value = entry.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
        msg = f"{wanted}; `{key}` is {value!r}, not a number of 0 or more"
        raise PricesError(msg)
    return float(value)
