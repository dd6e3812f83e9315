"""The order of version numbers, as far as tags and packages agree on one."""

from __future__ import annotations

import re

__all__ = ["newest_first", "older", "plain"]

_TAG = re.compile(r"(?:.*--)?v?(\d+(?:\.\d+)*)(?:[-._]?([A-Za-z][0-9A-Za-z.-]*))?(?:\+.*)?\Z")


def plain(tag: str) -> str:
    """Return the version in a tag: ``v1.2`` and ``name--v1.2`` are 1.2; others are themselves."""
    match = _TAG.match(tag)
    return tag[match.start(1) :] if match else tag


def _key(tag: str) -> tuple[bool, tuple[int, ...], bool, tuple[tuple[int, str], ...], str]:
    match = _TAG.match(tag)
    if match is None:
        return (False, (), False, (), tag)
    numbers = [int(part) for part in match[1].split(".")[:8] if len(part) < 20]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    before = re.findall(r"\d+|[A-Za-z]+", match[2] or "")
    parts = tuple((int(one), "") if one.isdigit() else (-1, one.lower()) for one in before)
    final = match[2] is None or before[0].lower() == "post"
    return (True, tuple(numbers), final, parts, tag)


def newest_first(tags: list[str]) -> list[str]:
    """Return tags in the order of their versions; before a final one come its pre-releases.

    What is no version comes last.
    """
    return sorted(tags, key=_key, reverse=True)


def older(version: str, installed: str) -> bool:
    """Whether ``version`` comes before ``installed``; ``False`` if one of them is no version."""
    left, right = _key(version)[:4], _key(installed)[:4]
    return left[0] and right[0] and left < right
