"""Lists that were not written as YAML lists: quoted phrases with commas, globs in brackets."""

from __future__ import annotations

__all__ = ["quoted_phrases", "split_flow"]

_SEPARATORS = ",，、;；"
_MAX_CHARS = 4_096


def quoted_phrases(text: str) -> tuple[list[str], list[str]] | None:
    """Read ``"a", "b", and more`` as its quoted phrases and the bare rest.

    Returns ``None`` if it is not a list of at least two items that begins with a quoted one.
    """
    if not text or text[0] not in "\"'" or len(text) > _MAX_CHARS:
        return None
    phrases: list[str] = []
    bare: list[str] = []
    at = 0
    while at < len(text):
        if text[at].isspace() or text[at] in _SEPARATORS:
            at += 1
            continue
        sign = text[at]
        if sign in "\"'":
            end = text.find(sign, at + 1)
            if end < 0:
                return None
            follows = text[end + 1 :].lstrip()
            if follows and follows[0] not in _SEPARATORS + ".。":
                return None
            phrases.append(text[at + 1 : end].strip())
            at = end + 1
            continue
        end = min((i for i in map(text.find, _SEPARATORS, [at] * 5) if i >= 0), default=len(text))
        word = text[at:end].strip()
        if word.strip(".。…"):
            bare.append(word)
        at = end
    phrases = [phrase for phrase in phrases if phrase]
    return (phrases, bare) if len(phrases) + len(bare) > 1 and phrases else None


def split_flow(text: str) -> list[str] | None:
    """Split ``[a, *.{ts,tsx}]`` at the commas that stand in no quotes and no inner bracket."""
    if not (text.startswith("[") and text.endswith("]")) or len(text) > _MAX_CHARS:
        return None
    items: list[str] = []
    depth, quote, begin = 0, "", 1
    for at, char in enumerate(text[:-1]):
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'" and not text[begin:at].strip():
            quote = char
        elif char in "[{(":
            depth += 1
        elif char in "]})":
            depth -= 1
            if depth < 1:
                return None
        elif char == "," and depth == 1:
            items.append(text[begin:at].strip())
            begin = at + 1
    if quote or depth != 1:
        return None
    items.append(text[begin:-1].strip())
    return [_unquote(item) for item in items if item]


def _unquote(item: str) -> str:
    same = len(item) > 1 and item[0] == item[-1] and item[0] in "\"'"
    return item[1:-1] if same else item
