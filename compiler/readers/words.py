"""Short texts in one or two languages: titles, descriptions, triggers."""

from __future__ import annotations

from collections.abc import Sequence

from ..language import classify, has_cjk, split_pair
from ..localized import Lang, Text
from ..model import Trigger
from ..source import Span

__all__ = ["first_paragraph", "lift_comments", "pair_triggers", "squeeze", "text_in", "text_of"]


def squeeze(text: str) -> str:
    """Return ``text`` on one line, with single spaces."""
    return " ".join(text.split())


def lift_comments(text: str) -> tuple[str, str]:
    """Take ``<!-- 中文 -->`` out of a text; other comments stay where they are.

    Returns:
        The text without them, and what they say, one after the other.
    """
    kept: list[str] = []
    lifted: list[str] = []
    at = 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start)) >= 0:
        inside = text[start + 4 : end]
        if has_cjk(inside):
            kept.append(text[at:start])
            lifted.append(inside.strip())
        else:
            kept.append(text[at : end + 3])
        at = end + 3
    kept.append(text[at:])
    return "".join(kept), "\n".join(lifted)


def text_in(text: str) -> Text:
    """Return a description or a title in the languages that it has.

    Chinese may stand in comments (``English. <!-- 中文 -->``) or after a slash (``English /
    中文``). What mixes both languages otherwise counts as the one that prevails.
    """
    if text.isascii():
        return Text(en=text or None)
    if "<!--" in text:
        rest, chinese = lift_comments(text)
        if chinese and rest.strip():
            own = "\n".join(filter(None, map(squeeze, rest.splitlines())))
            if (english := text_in(own).en) is None:
                return Text(zh=f"{own}\n{chinese}")
            return Text(english, chinese)
    if not has_cjk(text):
        return Text(en=text)
    if pair := split_pair(text):
        return pair.text
    return Text(zh=text) if classify(text) is Lang.ZH else Text(en=text)


def text_of(own: str, chinese: str) -> Text:
    """Return what a file and its Chinese twin say; without one of them the other says it all."""
    return Text(own, chinese) if own and chinese else text_in(own or chinese)


def pair_triggers(
    main: Sequence[str], translated: Sequence[str], span: Span | None = None
) -> tuple[Trigger, ...]:
    """Return the phrases of a front matter, and of its Chinese twin, as triggers.

    Lists of the same length translate each other item by item.
    """
    texts: list[Text] = []
    if len(main) == len(translated):
        texts = [Text(en, zh) for en, zh in zip(main, translated, strict=True)]
    else:
        texts = [text_in(phrase) for phrase in main]
        texts += [Text(zh=phrase) for phrase in translated]
    return tuple(Trigger(text, "front-matter", span) for text in dict.fromkeys(texts))


_NOT_PROSE = ("#", "|", "```", "~~~", "---", "***", "===", "<", "![", "[!")


def _without_remarks(text: str) -> str:
    """Return ``text`` without the comments that are no translation: a reader never sees them."""
    kept: list[str] = []
    at = 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        kept.append(text[at : end + 3] if has_cjk(text[start:end]) else f"{text[at:start]} ")
        at = end + 3
    kept.append(text[at:])
    return "".join(kept)


def first_paragraph(body: str, limit: int = 1024) -> str:
    """Return the first lines of prose in ``body`` as one line; headings and tables are passed by.

    Looks at the head of the text only: this is for a file whose author forgot the description. A
    translation in a comment stays in its comment.
    """
    lines: list[str] = []
    fence = ""
    for raw in body[: 16 * limit].splitlines():
        line = raw.strip().lstrip(">").strip()
        if fence:
            fence = "" if line.startswith(fence) else fence
        elif line.startswith(("```", "~~~")):
            if lines:
                break
            fence = line[:3]
        elif not line or line.startswith(_NOT_PROSE):
            if lines:
                break
        else:
            lines.append(line)
    found = " ".join(lines)
    found = squeeze(_without_remarks(found) if "<!--" in found else found)
    return found if len(found) <= limit else found[: limit - 1].rstrip() + "…"
