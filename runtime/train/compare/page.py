"""A comparison as one HTML page that needs nothing but itself, and runs no script."""

from __future__ import annotations

import html
from collections.abc import Iterator

from ...judge.stats.intervals import Interval
from ..analyze.finding import Text, text
from ..sheet import sheet, two
from .draw import axis, share, stack
from .outcome import Comparison, losses_first
from .side_by_side import article
from .style import STYLE
from .words import STOPS, VERDICTS, WORDS, agreed, money, rate

__all__ = ["MOST", "page"]

#: Pairs that are shown; the rest is in ``compare.json``.
MOST = 200
_TONES = {
    "improved": "is-good",
    "no-regression": "is-good",
    "regressed": "is-problem",
    "underpowered": "is-warning",
    "invalid": "is-problem",
}


def page(found: Comparison, lang: str) -> str:
    """Return the page; it speaks English and Chinese and starts in ``lang`` ("en" or "zh").

    Everything that a model or a user wrote is escaped.
    """
    title = f"{found.candidate} {WORDS['against'][lang]} {found.baseline}"
    return sheet(title, "".join(_body(found)), STYLE, lang)


def _word(key: str) -> str:
    return two(WORDS[key])


def _name(name: str) -> str:
    return f"<bdi>{html.escape(name)}</bdi>"


def _body(found: Comparison) -> Iterator[str]:
    verdict = found.decision.verdict.value
    why = found.decision.reason
    yield f"<h1>{_name(found.candidate)} {_word('against')} {_name(found.baseline)}</h1>"
    yield (
        f'<article class="card banner {_TONES[verdict]}"><h2>{two(VERDICTS[verdict])}</h2>'
        f"<p>{two(text(why.en, why.zh))}</p>"
    )
    if found.stopped:
        yield f"<p><strong>{two(_stop(found.stopped))}</strong></p>"
    yield "</article>"
    yield from _facts(found)
    if found.doubts:
        listed = "".join(f"<li>{two(each)}</li>" for each in found.doubts)
        yield f'<article class="card is-warning"><h3>{_word("doubts")}</h3>'
        yield f"<ul>{listed}</ul></article>"
    yield from _rates(found)
    yield from _judges(found)
    yield from _lengths(found)
    yield from _pairs(found)


def _stop(why: str) -> Text:
    return STOPS.get(why, text(why, why))


def _facts(found: Comparison) -> Iterator[str]:
    judged = len(found.pairs) - found.unjudged
    facts = {
        "prompts": f"{found.prompts:,}",
        "judged": f"{judged:,}",
        "cost": two(money(found.cost)),
    }
    facts |= {
        key: f"{number:,}"
        for key, number in (
            ("unanswered", found.unanswered),
            ("unjudged", found.unjudged),
            ("same", found.same),
        )
        if number
    }
    shown = "".join(
        f"<div><dt>{_word(key)}</dt><dd>{told}</dd></div>" for key, told in facts.items()
    )
    yield f'<dl class="facts">{shown}</dl>'


def _rates(found: Comparison) -> Iterator[str]:
    rows = [(_word("win_rate"), found.win_rate, "c0")]
    rows.append((_word("equal_lengths"), found.equal_lengths, "c3"))
    if len(found.judges) > 1:
        rows += [(_name(each.judge), each.win_rate, "c2") for each in found.judges]
    yield f'<h2>{_word("figures")}</h2><p class="soft">{_word("figures_note")}</p>'
    yield '<div class="wide"><table class="rates"><tbody>'
    for label, each, colour in rows:
        yield (
            f'<tr><th scope="row">{label}</th><td class="n">{rate(each)}</td>'
            f'<td class="plot">{share(each, colour, found.margin)}</td></tr>'
        )
    yield f'<tr><td></td><td></td><td class="plot">{axis()}</td></tr>'
    made = found.decision
    bar = stack((("is-won", made.wins), ("is-tied", made.ties), ("is-lost", made.losses)))
    yield (
        f'<tr><th scope="row">{_word("won_tied_lost")}</th>'
        f'<td class="n">{made.wins:,} · {made.ties:,} · {made.losses:,}</td>'
        f'<td class="plot">{bar}</td></tr></tbody></table></div>'
        f'<p class="soft">{_word("wins_note")}</p>'
    )


def _judges(found: Comparison) -> Iterator[str]:
    yield f'<h2>{_word("judges")}</h2><p class="soft">{_word("judges_note")}</p>'
    if found.agreement is not None:
        yield f"<p>{_word('agreement')}{two(text(': ', '：'))}{two(agreed(found.agreement))}</p>"
    heads = ("win_rate", "first_rate", "", "consistency", "missing", "cost")
    yield f'<div class="wide"><table class="judges"><thead><tr><th>{_word("judge")}</th>'
    yield "".join(f'<th class="n">{_word(key) if key else ""}</th>' for key in heads)
    yield "</tr></thead><tbody>"
    for each in found.judges:
        first = each.position.first_rate
        cells = (rate(each.win_rate), rate(first))
        rest = (rate(each.position.consistency), f"{each.missing:,}", two(money(each.cost)))
        yield f'<tr><th scope="row">{_name(each.judge)}</th>{"".join(map(_cell, cells))}'
        yield f'<td class="plot">{_bias(first)}</td>{"".join(map(_cell, rest))}</tr>'
    yield "</tbody></table></div>"


def _bias(first: Interval) -> str:
    fair = first.low is None or first.high is None or first.low <= 0.5 <= first.high
    return share(first, "c0" if fair else "is-warning")


def _cell(shown: str) -> str:
    return f'<td class="n">{shown}</td>'


def _lengths(found: Comparison) -> Iterator[str]:
    yield f'<h2>{_word("lengths")}</h2><div class="wide"><table><thead><tr><th></th>'
    yield f'<th class="n">{_word("characters")}</th><th class="n">{_word("cut")}</th>'
    yield "</tr></thead><tbody>"
    for side, at in (("candidate", 1), ("baseline", 0)):
        yield (
            f'<tr><th scope="row">{_word(side)}</th>{_cell(f"{found.characters[at]:,.0f}")}'
            f"{_cell(f'{found.cut[at]:,}')}</tr>"
        )
    yield "</tbody></table></div>"


def _pairs(found: Comparison) -> Iterator[str]:
    if not found.pairs:
        return
    shown = losses_first(found.pairs)[:MOST]
    yield f'<h2>{_word("answers")}</h2><p class="soft">{_word("answers_note")}'
    if len(found.pairs) > MOST:
        more = len(found.pairs) - MOST
        rest = text(
            f" {more:,} more are in `compare.json`.", f"其余 {more:,} 对见 `compare.json`。"
        )
        yield two(rest)
    yield "</p>"
    names = [each.judge for each in found.judges]
    yield from (article(each, names) for each in shown)
