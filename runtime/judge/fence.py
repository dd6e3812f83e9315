"""Answers are untrusted: they are fenced before a judge sees them, and suspicious ones flagged."""

from __future__ import annotations

import hashlib

from .injection import FLAGS, flags_of

__all__ = ["FLAGS", "fence", "flags_of", "mark_of"]

_MARK_LENGTH = 12  # hexadecimal digits


def mark_of(*texts: str) -> str:
    """Return a mark that occurs in none of ``texts``, the same one for the same texts.

    It is derived from their sha256, so that an answer cannot hold the mark of the fence around it.
    """
    digest = hashlib.sha256()
    for text in texts:
        encoded = text.encode("utf-8", "surrogatepass")
        digest.update(len(encoded).to_bytes(8, "big") + encoded)
    seed = digest.digest()
    count = 0
    while True:
        mark = hashlib.sha256(seed + count.to_bytes(4, "big")).hexdigest()[:_MARK_LENGTH]
        if not any(mark in text for text in texts):
            return mark
        count += 1


def fence(name: str, text: str, mark: str) -> str:
    """Return ``text`` between tags that carry ``name`` and ``mark``."""
    return f"<{name}-{mark}>\n{text}\n</{name}-{mark}>"
