"""Reads gold sets: JSON Lines, a pair or an item a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from .model import Gold, GoldError, GoldItem, GoldPair

__all__ = ["bundled_gold", "load_gold", "read_gold"]

_LANGUAGES = ("en", "zh")
_TEXTS = {"pair": ("question", "a", "b"), "item": ("question", "answer", "criterion")}
_MOST_PROBLEMS = 20
_BUNDLED = ("pairs.jsonl", "criteria.jsonl")


def _strings(data: Mapping[str, Any], keys: Iterable[str]) -> str:
    for key in keys:
        if not isinstance(data.get(key), str) or not data[key].strip():
            return f"`{key}` has to be a text that is not empty"
    return ""


def _problem(data: object) -> str:
    """Return what is wrong with a line, empty if it is a pair or an item."""
    if not isinstance(data, Mapping):
        return "a line has to be a JSON object"
    kind = "item" if "criterion" in data else "pair"
    if missing := _strings(data, ("id", "lang", *_TEXTS[kind])):
        return missing
    if data["lang"] not in _LANGUAGES:
        return f"`lang` has to be one of {', '.join(_LANGUAGES)}"
    tags = data.get("tags", [])
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        return "`tags` has to be a list of texts"
    if not isinstance(data.get("by", ""), str):
        return "`by` has to be a text: who labelled this"
    if kind == "item":
        return "" if isinstance(data.get("met"), bool) else "`met` has to be true or false"
    if data.get("better") not in ("a", "b", "tie"):
        return "`better` has to be `a`, `b` or `tie`"
    if data["a"].strip() == data["b"].strip() and data["better"] != "tie":
        return "both answers are the same, so neither is better"
    return ""


def _made(data: Mapping[str, Any]) -> GoldPair | GoldItem:
    tags, by = tuple(data.get("tags", ())), data.get("by", "")
    if "criterion" in data:
        texts = {key: data[key] for key in ("id", "lang", *_TEXTS["item"])}
        return GoldItem(**texts, met=data["met"], tags=tags, by=by)
    texts = {key: data[key] for key in ("id", "lang", *_TEXTS["pair"])}
    return GoldPair(**texts, better=data["better"], tags=tags, by=by)


def read_gold(text: str, name: str) -> Gold:
    """Read a gold set from the text of the file ``name``.

    A pair has ``id``, ``lang`` (en, zh), ``question``, ``a``, ``b`` and ``better`` (a, b, tie); an
    item ``id``, ``lang``, ``question``, ``answer``, ``criterion`` and ``met``. Both may have
    ``tags`` and ``by``. Empty lines and further keys are passed over.

    Raises:
        GoldError: with every line that is neither, at most 20 of them, or if there is none at all.
    """
    found: dict[str, GoldPair | GoldItem] = {}
    problems: list[str] = []
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
            why = _problem(data)
        except (ValueError, RecursionError) as error:
            why = f"no JSON: {error}"
        if not why and data["id"] in found:
            why = f"the id {data['id']} is there twice"
        if why:
            problems.append(f"{name}:{number}: {why}")
        else:
            found[data["id"]] = _made(data)
    if not found and not problems:
        problems.append(f"{name}:1: the file is empty")
    if problems:
        raise GoldError(tuple(problems[:_MOST_PROBLEMS]))
    return Gold(
        tuple(one for one in found.values() if isinstance(one, GoldPair)),
        tuple(one for one in found.values() if isinstance(one, GoldItem)),
    )


def load_gold(path: Path) -> Gold:
    """Read the gold set in the file ``path``.

    Raises:
        GoldError: it cannot be read, or it is no gold set.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise GoldError((f"{path}: cannot be read: {error}",)) from error
    return read_gold(text, str(path))


def bundled_gold() -> Gold:
    """Return the gold set that comes with this package: a smoke test.

    Its 40 pairs and 20 items, half English and half Chinese, were written by hand. In half of the
    pairs of each language the longer answer is the better one. They show that a judge can be asked
    at all and does not fall for the oldest tricks; they are too few and too easy for a judge to
    gate by, for which 100 pairs of your own kind are needed.
    """
    folder = Path(__file__).parent
    parts = [load_gold(folder / name) for name in _BUNDLED]
    return Gold(
        tuple(pair for part in parts for pair in part.pairs),
        tuple(item for part in parts for item in part.items),
    )
