"""The report as a comment of a pull request: the verdict first, and never longer than allowed."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping

from ..results import CaseInfo, Comparison, Run, Sample
from . import arrange, figures
from .judged import doubts
from .phrases import (
    failed_parts,
    flags_of,
    lang_name,
    row_name,
    spent,
    title_of,
    trouble,
    with_gap,
    word,
)
from .words import say

__all__ = ["escaped", "fenced", "render_markdown"]

_SIGNS = {
    "improved": "✅",
    "no-regression": "🔵",
    "regressed": "❌",
    "underpowered": "🟡",
    "invalid": "⚠️",
}
_ANSWER = 1_500  # characters of an answer in the details of a failure
_PROMPT = 500
_NOTE = 400  # characters kept for the note on what was left out
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_SPECIAL = re.compile(r"[\\`*_{}\[\]|~$]")
# What GitHub turns into a mention, a reference to an issue, or a link.
_LIVE = re.compile(r"(@|#|://|www\.|GH-)")


def render_markdown(run: Run, lang: str, limit: int = 60_000) -> str:
    """Return the report as GitHub-flavoured Markdown of at most ``limit`` characters.

    GitHub takes 65,536 in a comment. What did not fit is counted in a note at the end; the verdict,
    its reasons, the cost and the command go before the table, the table before failures. Text of
    cases and answers is escaped: no HTML, no table is broken, and nobody is mentioned.

    Raises:
        ValueError: ``limit`` is below 1,000, too little for a verdict.
    """
    if limit < 1_000:
        msg = f"a report in Markdown needs at least 1,000 characters, not {limit}"
        raise ValueError(msg)
    names = arrange.model_names([run])
    room = _Room(limit - _NOTE)
    head = room.take([_title(run, lang)], clip=True)
    reasons = _reasons(run, lang, names)
    why = room.take(reasons)
    tail = room.take([_cost(run, lang), *_trouble(run, lang), _reproduce(run, lang)])
    rows = _rows(run, lang, names)
    table = room.take(rows[:1]) and [*rows[:1], *room.take(rows[1:])]
    failures = arrange.failures(run)
    titles = arrange.info(run)
    graded = any(each.passed for each in run.samples if each.arm in arrange.candidates(run))
    heading = []
    if failures or graded:
        heading = room.take([f"### {say('failing' if failures else 'no_failing', lang)}"])
    details = room.take(
        (_detail(each, titles, lang, names) for each in failures) if heading else ()
    )
    left = [
        say(key, lang, n=number)
        for key, number in (
            ("left_notes", len(reasons) - len(why)),
            ("left_rows", len(rows) - len(table)),
            ("left_failures", len(failures) - len(details)),
        )
        if number
    ]
    blocks = [*head, "\n".join(why), "\n".join(table), *heading, *details, *tail]
    if left:
        between = "，" if lang == "zh" else ", "
        blocks.append(f"*{say('left_out', lang, what=between.join(left))}*")
    return "\n\n".join(block for block in blocks if block) + "\n"


class _Room:
    """How many characters are left."""

    def __init__(self, characters: int) -> None:
        self.left = characters

    def take(self, blocks: Iterable[str], *, clip: bool = False) -> list[str]:
        """Return the first blocks, as many as fit; with ``clip`` the first is cut to fit."""
        taken: list[str] = []
        for block in blocks:
            if clip and len(block) + 2 > self.left // 2:
                block = block[: self.left // 2 - 3] + "…"  # noqa: PLW2901 - the same block, shorter
            if len(block) + 2 > self.left:
                break
            self.left -= len(block) + 2
            taken.append(block)
        return taken


def escaped(text: str) -> str:
    """Return text as one line of Markdown that shows just that text, and calls nobody."""
    flat = " ".join(_visible(text).split())
    flat = _SPECIAL.sub(lambda found: "\\" + found[0], flat)
    return _dead(html.escape(flat, quote=False))


def _dead(text: str) -> str:
    return _LIVE.sub(lambda found: f"{found[0][:1]}&#8203;{found[0][1:]}", text)


def _visible(text: str) -> str:
    """Return text with control characters, also those that turn its direction, as escapes."""
    return _HIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text.replace("\r\n", "\n"))


def fenced(text: str, most: int, lang: str, info: str = "text") -> str:
    """Return text as a code block that nothing inside of it can close, cut at ``most``."""
    shown = _visible(text[:most])
    ticks = "`" * max(3, 1 + max(map(len, re.findall("`+", shown)), default=0))
    block = f"{ticks}{info}\n{shown}\n{ticks}"
    if len(text) > most:
        block += f"\n\n*… {say('cut', lang, n=figures.count(len(text) - most))}*"
    return block


def _label(verdict: str, lang: str) -> str:
    return f"{_SIGNS.get(verdict, '')} {word(verdict)[lang == 'zh']}".strip()


def _title(run: Run, lang: str) -> str:
    verdict = arrange.overall([run])
    return f"## {_label(verdict, lang)} · {escaped(run.skill)}"


def _scope(each: Comparison, lang: str, names: Mapping[str, str]) -> str:
    versus = say("versus", lang, candidate=each.candidate, baseline=each.baseline)
    scope = row_name(each.model, each.lang, names)[lang == "zh"]
    return f"{escaped(versus)} · {escaped(scope)} · {word(each.metric)[lang == 'zh']}"


def _reasons(run: Run, lang: str, names: Mapping[str, str]) -> list[str]:
    found = []
    if run.stale:
        found.append(f"- ⚠️ {escaped(say('stale', lang, names=', '.join(run.stale)))}")
    for each in arrange.shown_comparisons(run):
        why = arrange.text_in(each.why, lang)
        line = f"- **{_label(each.verdict, lang)}** {_scope(each, lang, names)}{say('colon', lang)}"
        line += _difference(each, lang)
        found.append(f"{line} – {escaped(why)}" if why else line)
    if not run.comparisons:
        found.append(f"- {say('no_comparison', lang)}")
    found += [f"- ⚠️ {escaped(doubt)}" for doubt in doubts(run, lang, names)]
    return found + [f"- {escaped(arrange.text_in(note, lang))}" for note in run.notes]


def _difference(each: Comparison, lang: str) -> str:
    return escaped(with_gap(figures.points_of(each.difference), each.difference, lang))


def _rows(run: Run, lang: str, names: Mapping[str, str]) -> list[str]:
    """Return the table of comparisons: its heading with its rule, then a line a comparison."""
    known = arrange.comparisons(run)
    if not known:
        return []
    heads = [
        *(
            say("verdict", lang),
            f"{say('arm', lang)} · {say('model', lang)} · {say('language', lang)}",
        ),
        *(say("difference", lang), say("wtl", lang)),
        *("n", say("needed_short", lang), say("missing_share", lang)),
    ]
    rows = [f"| {' | '.join(heads)} |\n| --- | --- | ---: | ---: | ---: | ---: | ---: |"]
    for each in known:
        cells = [
            *(_label(each.verdict, lang), _scope(each, lang, names), _difference(each, lang)),
            *(f"{each.wins}/{each.ties}/{each.losses}", figures.count(each.cases)),
            figures.DASH if each.needed is None else figures.count(each.needed),
            figures.percent(each.missing),
        ]
        rows.append(f"| {' | '.join(cells)} |")
    return rows


def _detail(
    sample: Sample, titles: Mapping[tuple[str, str], CaseInfo], lang: str, names: Mapping[str, str]
) -> str:
    where = [
        *(names.get(sample.model, sample.model), lang_name(sample.lang)[lang == "zh"], sample.arm),
        *(say("repeat", lang, n=sample.repeat + 1), figures.hundred(sample.score)),
    ]
    summary = " ".join(_visible(f"{title_of(sample, titles)} · {' · '.join(where)}").split())
    summary = _dead(html.escape(summary, quote=False))
    lines = [f"<details><summary>{summary}</summary>", "", *_failed(sample, lang), ""]
    case = titles.get((sample.case, sample.lang))
    if case and case.prompt:
        lines += [f"**{say('prompt', lang)}**", "", fenced(case.prompt, _PROMPT, lang), ""]
    lines += [f"**{escaped(sample.arm)}**", "", fenced(sample.answer, _ANSWER, lang), ""]
    return "\n".join([*lines, "</details>"])


def _failed(sample: Sample, lang: str) -> list[str]:
    found = []
    for each in failed_parts(sample, lang):
        found.append(f"- ✗ {escaped(each.text)}")
        found += [f"  - {escaped(f'{who}: {text}' if who else text)}" for who, text in each.said]
    if sample.flags:
        found.append(f"- {say('flags', lang)}{say('colon', lang)}{escaped(flags_of(sample, lang))}")
    return found


def _trouble(run: Run, lang: str) -> list[str]:
    found = trouble(run, lang)
    return [f"**{say('trouble', lang)}**{say('colon', lang)}{escaped(found)}"] if found else []


def _cost(run: Run, lang: str) -> str:
    return f"**{say('cost', lang)}**{say('colon', lang)}{escaped(spent(run, lang))}"


def _reproduce(run: Run, lang: str) -> str:
    command = fenced(arrange.command(run), 4_000, lang, "sh")
    origin = f"{escaped(run.created)} · polyskill {escaped(run.polyskill)}"
    if run.recorded_by:
        origin += f" · {say('recorded_by', lang)} {escaped(run.recorded_by)}"
    return f"**{say('reproduce', lang)}** ({origin})\n\n{command}"
