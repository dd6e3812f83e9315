"""Small readings of one line of Markdown: language, quotes, labels, table cells."""

from __future__ import annotations

import re
from typing import NamedTuple

from ..language import classify, has_cjk, split_pair
from ..localized import Lang, Text
from .roles import plain

__all__ = ["Label", "cells", "clean", "is_chinese", "merge", "phrases", "place", "read_label"]

_LETTER = re.compile(r"[^\W\d_]")
_QUOTED = re.compile(
    r"\"([^\"\n]+)\"|“([^”\n]+)”|「([^」\n]+)」|『([^』\n]+)』|`([^`\n]+)`|‘([^’\n]+)’"
)
_WRAPPED = re.compile(
    r"^(?:\"([^\"]*)\"|“([^“”]*)”|「([^「」]*)」|『([^『』]*)』)[.。]?$", re.DOTALL
)
_COMMAS = re.compile(r"\s*[,，、;；]\s*")
_ALTERNATIVES = re.compile(r"\s+/\s+")
_MARKED_LABEL = re.compile(
    r"^(?P<mark>\*\*|__|\*|_)(?P<name>(?:(?!(?P=mark)).){1,120}?)(?P=mark)\s*(?P<colon>[:：])?\s*"
)
_PLAIN_LABEL = re.compile(r"^(?P<name>[^\W\d][^:：*`|\"“]{0,58}?)\s*[:：](?!//)\s*")
_MAX_PHRASE = 200


def is_chinese(text: str) -> bool:
    """Return whether ``text`` reads as Chinese; in doubt, whether it begins with Chinese."""
    if not has_cjk(text):
        return False
    lang = classify(text)
    first = _LETTER.search(text)
    return lang is Lang.ZH or (first is not None and has_cjk(first[0]))


def place(text: str, *, gloss: bool = False) -> Text:
    """Return ``text`` in its language; a bilingual ``en / zh`` is taken apart.

    With ``gloss``, so is ``title (标题)``; in a sentence such a bracket explains one word.
    """
    text = text.strip()
    if not text:
        return Text()
    if text.isascii():
        return Text(en=text)
    pair = split_pair(text) if "\n" not in text else None
    if pair is not None and (gloss or "/" in pair.separator or "／" in pair.separator):
        return pair.text
    return Text(zh=text) if is_chinese(text) else Text(en=text)


def merge(first: Text, second: Text) -> Text:
    """Return ``first`` with the languages that it lacks filled from ``second``."""
    return Text(first.en or second.en, first.zh or second.zh)


def clean(text: str) -> str:
    """Return ``text`` without the emphasis marks and the quotes that wrap it as a whole."""
    text = text.strip()
    for mark in ("**", "__", "*", "_"):
        inner = text[len(mark) : -len(mark)]
        if len(text) > 2 * len(mark) and text.startswith(mark) and text.endswith(mark):
            if mark not in inner:
                text = inner.strip()
            break
    match = _WRAPPED.match(text)
    return next(group for group in match.groups() if group is not None).strip() if match else text


def phrases(text: str) -> list[str]:
    """Return the phrases of a list: those in quotes or back-ticks, else the comma parts."""
    quoted = [next(filter(None, found)) for found in _QUOTED.findall(text)]
    if quoted:
        parts = [part for phrase in quoted for part in _ALTERNATIVES.split(phrase)]
    else:
        parts = [
            part
            for item in _COMMAS.split(text.rstrip(" .。"))
            for part in _ALTERNATIVES.split(item)
        ]
    cleaned = (clean(part).strip(" .。") for part in parts)
    return [part for part in cleaned if 0 < len(part) <= _MAX_PHRASE]


class Label(NamedTuple):
    """``**Name / 名称:** rest``: the name's wordings, and what follows it on the line."""

    names: frozenset[str]
    name: str
    rest: str
    marked: bool  # bold or italic
    colon: bool


def read_label(line: str) -> Label | None:
    """Read the label at the head of a line, ``None`` if there is none."""
    line = line.strip()
    match = _MARKED_LABEL.match(line)
    if match:
        name, marked, colon = match["name"].strip(), True, bool(match["colon"])
        if name.endswith((":", "：")):
            name, colon = name[:-1].rstrip(), True
    else:
        match = _PLAIN_LABEL.match(line)
        if not match:
            return None
        name, marked, colon = match["name"].strip(), False, True
    names = frozenset(filter(None, (plain(part) for part in re.split(r"\s*/\s*", name))))
    return Label(names, name, line[match.end() :].strip(), marked, colon) if names else None


def cells(row: str) -> list[str]:
    """Return the cells of a GFM table row."""
    row = row.strip()
    row = row[1:] if row.startswith("|") else row
    row = row[:-1] if row.endswith("|") and not row.endswith("\\|") else row
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", row)]
