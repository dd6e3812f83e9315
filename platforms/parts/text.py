"""Names, bytes and front matter in the form that every client accepts."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from polyskill.compiler.frontmatter.emit import emit

__all__ = ["json_bytes", "one_line", "shorten", "slug", "to_bytes", "with_front_matter"]

MAX_NAME = 64
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_SENTENCE_END = re.compile(r"[.!?](?=\s)|[。！？；]")


def slug(text: str, fallback: str = "") -> str:
    """Return ``text`` as an ASCII name: ``a-z 0-9 -``, at most 64 characters.

    Text without any Latin letter or digit becomes ``fallback``, or a name made of its digest.
    """
    if len(text) <= MAX_NAME and _SLUG.fullmatch(text):
        return text
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    made = _NOT_SLUG.sub("-", plain).strip("-")[:MAX_NAME].strip("-")
    if made:
        return made
    return fallback or f"skill-{sha256(text.encode('utf-8', 'replace')).hexdigest()[:8]}"


def to_bytes(text: str) -> bytes:
    """Encode as UTF-8; bytes that were not text in the source become U+FFFD.

    Clients refuse or mangle files that are not UTF-8, and the reader has reported the place.
    """
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


def json_bytes(data: Any) -> bytes:
    """Return indented JSON with a newline at its end."""
    return to_bytes(json.dumps(data, ensure_ascii=False, indent=2) + "\n")


def one_line(text: str) -> str:
    """Return ``text`` without line breaks and control characters."""
    text = text.strip()
    if text.isprintable():
        return text
    joined = ""
    for line in text.splitlines():
        part = line.strip()
        if not part:
            continue
        # Latin words need a space where the line broke, Chinese ones do not.
        gap = "" if not joined or (ord(joined[-1]) > 0x2E7F and ord(part[0]) > 0x2E7F) else " "
        joined += gap + part
    kept = "".join(c for c in joined.replace("\t", " ") if unicodedata.category(c) != "Cc")
    return kept.strip()  # what stood between control characters


def shorten(text: str, limit: int) -> str:
    """Return ``text`` cut at the last sentence (else the last word) that ends within ``limit``."""
    if len(text) <= limit:
        return text
    head = text[: limit + 1]
    ends = [match.end() for match in _SENTENCE_END.finditer(head) if match.end() <= limit]
    if ends and ends[-1] > limit // 2:
        return head[: ends[-1]]
    space = head.rfind(" ", limit // 2, limit)
    return (head[:space] if space > 0 else head[: limit - 1]).rstrip() + "…"


def with_front_matter(values: Mapping[str, Any], body: str) -> str:
    """Return a Markdown file: front matter in the safe form, a blank line, the body."""
    head = emit(values) if values else ""
    body = body.lstrip("\n")
    if not head:
        return body
    return f"{head}\n{body}" if body else head
