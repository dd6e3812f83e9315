"""What a bundle costs: tokens of its listing, its rules, its bodies and its references."""

from __future__ import annotations

from functools import lru_cache

from polyskill.compiler.memo import notes
from polyskill.compiler.model import Resource
from polyskill.compiler.tokens import estimate
from polyskill.compiler.view import View

__all__ = ["count", "listing", "of_resources"]

_LISTING_FRAME = 8  # "- name: description (file: path)"


def count(text: str) -> int:
    """Return the estimated tokens of a text."""
    return estimate(text) if text.isascii() else _count(text)


# Every platform asks for the same few texts; for ASCII the estimate costs less than the look-up.
_count = lru_cache(maxsize=64)(estimate)


def listing(name: str, description: str) -> int:
    """Return what one line in a client's list of skills, commands or agents costs."""
    return count(name) + count(description) + _LISTING_FRAME


def _of_resource(resource: Resource) -> int:
    if resource.binary:
        return 0
    data = resource.data
    return estimate(data.decode("ascii" if data.isascii() else "utf-8", "replace"))


def of_resources(view: View) -> int:
    """Return what the references of a skill cost if the assistant reads all of them."""
    references = [found for found in view.resources if found.role == "references"]
    if not references:
        return 0
    kept = notes(view.skill)
    total = 0
    for resource in references:
        key = ("tokens", resource.path)
        if key not in kept:
            kept[key] = _of_resource(resource)
        total += kept[key]
    return total
