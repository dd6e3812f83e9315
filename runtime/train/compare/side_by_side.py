"""Two answers to a prompt side by side, with what the judges said of them, as HTML."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence

from ...judge.verdicts import Verdict
from ..analyze.finding import text
from ..sheet import two
from .outcome import Pair
from .words import OUTCOMES, WINNERS, WORDS, of_pair

__all__ = ["article"]

_FOLDED, _LINES = 900, 14  # characters and lines from which a text is folded
_BEGINNING = 300  # characters of it that show
_LONGEST = 20_000  # characters of a text that are there at all


def article(pair: Pair, judges: Sequence[str]) -> str:
    """Return a pair; ``judges`` are the names of those whose opinions it holds.

    What models and users wrote is escaped, and set apart so that it cannot turn the direction of
    the text around it.
    """
    kind = of_pair(pair)
    entry = pair.entry
    score = "" if pair.score is None else f" ({pair.score:.2f})"
    parts = [
        f'<article class="pair is-{kind}"><h3><bdi>{html.escape(entry.id)}</bdi> · '
        f"{two(OUTCOMES[kind])}{score}</h3>",
        f"<p><small>{two(WORDS['prompt'])}</small></p>{_text(entry.prompt)}",
    ]
    if entry.reference:
        parts.append(f"<p><small>{two(WORDS['reference'])}</small></p>{_text(entry.reference)}")
    sides = (("candidate", entry.candidate), ("baseline", entry.baseline or ""))
    if pair.same:
        parts.append(f"<p>{two(WORDS['identical'])}</p>{_text(entry.candidate)}")
    else:
        shown = "".join(f"<div>{_side(side, said)}</div>" for side, said in sides)
        parts.append(f'<div class="both">{shown}</div>')
        for name, one in zip(judges, pair.opinions, strict=True):
            parts += _opinion(name, one)
    parts.append("</article>")
    return "".join(parts)


def _side(side: str, said: str) -> str:
    size = f"{len(said):,} {two(WORDS['characters_of'])}"
    return f"<p><small><strong>{two(WORDS[side])}</strong> · {size}</small></p>{_text(said)}"


def _text(said: str) -> str:
    if not said.strip():
        return f'<div class="said"><small>{two(WORDS["empty"])}</small></div>'
    kept = said if len(said) <= _LONGEST else f"{said[:_LONGEST]} …"
    lines = said.split("\n", _LINES)
    if len(said) <= _FOLDED and len(lines) <= _LINES:
        return f'<div class="said" dir="auto">{html.escape(kept)}</div>'
    start = "\n".join(lines[: _LINES // 2])[:_BEGINNING]
    return (
        f'<details class="said" dir="auto"><summary><span class="start">{html.escape(start)} …'
        f"</span></summary>{html.escape(kept)}</details>"
    )


def _opinion(judge: str, one: Verdict) -> Iterator[str]:
    colon = two(text(": ", "："))
    yield f'<ul class="reasons"><li><strong><bdi>{html.escape(judge)}</bdi></strong><ul>'
    reasons = one.reasons or ("", "")
    for order, winner, reason in zip(
        ("ahead", "behind"), (one.first, one.second), reasons, strict=True
    ):
        why = f"{two(text(' — ', '——'))}<bdi>{html.escape(reason)}</bdi>" if reason else ""
        yield f"<li>{two(WORDS[order])}{colon}{two(WINNERS[winner])}{why}</li>"
    yield "</ul></li></ul>"
