"""A comparison as Markdown, for an agent or a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..escaped import one_line
from .outcome import Comparison, Pair, losses_first
from .words import OUTCOMES, STOPS, VERDICTS, WINNERS, WORDS, agreed, money, of_pair, rate

__all__ = ["MOST", "markdown"]

#: Pairs that are shown; the rest is in ``compare.json``.
MOST = 20


def markdown(found: Comparison, lang: str) -> str:
    """Return the report in ``lang`` ("en" or "zh"); no text of a model can pass for markup."""
    return "\n".join(_lines(found, lang)) + "\n"


def _lines(found: Comparison, lang: str) -> Iterator[str]:
    colon = "：" if lang == "zh" else ": "
    made = found.decision
    yield f"# {one_line(found.candidate)} {WORDS['against'][lang]} {one_line(found.baseline)}"
    yield ""
    why = made.reason.zh if lang == "zh" else made.reason.en
    yield f"**{VERDICTS[made.verdict.value][lang]}**{colon}{one_line(why)}"
    yield ""
    if found.stopped:
        yield f"**{STOPS[found.stopped][lang] if found.stopped in STOPS else found.stopped}**"
        yield ""
    facts = [
        ("win_rate", rate(found.win_rate)),
        ("equal_lengths", rate(found.equal_lengths)),
        ("won_tied_lost", f"{made.wins:,}, {made.ties:,}, {made.losses:,}"),
        ("consistency", rate(found.consistency)),
        ("characters", f"{found.characters[0]:,.0f} → {found.characters[1]:,.0f}"),
        ("cost", money(found.cost)[lang]),
        ("prompts", f"{found.prompts:,}"),
    ]
    if found.agreement is not None:
        facts.append(("agreement", agreed(found.agreement)[lang]))
    for key in ("unanswered", "unjudged", "same"):
        if number := getattr(found, key):
            facts.append((key, f"{number:,}"))
    if any(found.cut):
        facts.append(("cut", f"{sum(found.cut):,}"))
    yield from (f"- {WORDS[key][lang]}{colon}{shown}" for key, shown in facts)
    yield ""
    if found.doubts:
        yield f"## {WORDS['doubts'][lang]}"
        yield ""
        yield from (f"- {one_line(each[lang])}" for each in found.doubts)
        yield ""
    yield from _judges(found, lang)
    yield from _pairs(found, lang, colon)


def _judges(found: Comparison, lang: str) -> Iterator[str]:
    yield f"## {WORDS['judges'][lang]}"
    yield ""
    heads = ("judge", "win_rate", "first_rate", "consistency", "missing", "cost")
    yield "| " + " | ".join(WORDS[key][lang] for key in heads) + " |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: |"
    for each in found.judges:
        cells = (
            one_line(each.judge),
            rate(each.win_rate),
            rate(each.position.first_rate),
            rate(each.position.consistency),
            f"{each.missing:,}",
            money(each.cost)[lang],
        )
        yield "| " + " | ".join(cells) + " |"
    yield ""


def _pairs(found: Comparison, lang: str, colon: str) -> Iterator[str]:
    if not found.pairs:
        return
    yield f"## {WORDS['answers'][lang]}"
    yield ""
    yield WORDS["answers_note"][lang]
    yield ""
    names = [each.judge for each in found.judges]
    for pair in losses_first(found.pairs)[:MOST]:
        yield from _pair(pair, names, lang, colon)
    if len(found.pairs) > MOST:
        more = len(found.pairs) - MOST
        yield (
            f"其余 {more:,} 对见 `compare.json`。"
            if lang == "zh"
            else f"{more:,} more are in `compare.json`."
        )


def _pair(pair: Pair, judges: Sequence[str], lang: str, colon: str) -> Iterator[str]:
    entry = pair.entry
    score = "" if pair.score is None else f" ({pair.score:.2f})"
    yield f"### {one_line(entry.id)} · {OUTCOMES[of_pair(pair)][lang]}{score}"
    yield ""
    yield f"- {WORDS['prompt'][lang]}{colon}{one_line(entry.prompt)}"
    for side, said in (("candidate", entry.candidate), ("baseline", entry.baseline or "")):
        yield f"- {WORDS[side][lang]}{colon}{one_line(said) or WORDS['empty'][lang]}"
    if pair.same:
        yield f"- {WORDS['identical'][lang]}"
        yield ""
        return
    for name, one in zip(judges, pair.opinions, strict=True):
        yield f"- {one_line(name)}"
        reasons = one.reasons or ("", "")
        orders = (("ahead", one.first), ("behind", one.second))
        for (order, winner), reason in zip(orders, reasons, strict=True):
            dash = "——" if lang == "zh" else " — "
            why = f"{dash}{one_line(reason)}" if reason else ""
            yield f"  - {WORDS[order][lang]}{colon}{WINNERS[winner][lang]}{why}"
    yield ""
