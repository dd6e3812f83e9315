"""What a run found, as lines and tables that a terminal can draw."""

from __future__ import annotations

from dataclasses import dataclass

from polyskill.compiler.checks.printable import printable

from ..results import Run
from . import arrange, figures
from .phrases import (
    failed_parts,
    lang_name,
    row_name,
    spent,
    title_of,
    trouble,
    with_gap,
    word,
)
from .words import say

__all__ = ["Column", "Summary", "Table", "summary"]

_FAILURES = 10  # failures that are listed


@dataclass(frozen=True, slots=True)
class Column:
    """A heading; figures stand ``right``; only a column that may ``wrap`` is squeezed."""

    heading: str
    right: bool = False
    wrap: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its title; a row has one text a column."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """``verdict`` is the worst of the gate ("none" without one), ``headline`` says it in words.

    ``reasons`` are sentences, ``tables`` the figures, ``footer`` lines on trouble and cost.
    """

    verdict: str
    headline: str
    reasons: tuple[str, ...]
    tables: tuple[Table, ...]
    footer: tuple[str, ...]


def summary(run: Run, lang: str) -> Summary:
    """Return what to print about ``run`` in ``lang``; the texts hold no control characters."""
    verdict = arrange.overall([run])
    tables = [_comparisons(run, lang), _rates(run, lang), _failures(run, lang)]
    return Summary(
        verdict,
        _clean(f"{run.skill}{say('colon', lang)}{word(verdict)[lang == 'zh']}"),
        tuple(map(_clean, _reasons(run, lang))),
        tuple(table for table in tables if table.rows),
        tuple(map(_clean, _footer(run, lang))),
    )


def _clean(text: str) -> str:
    return printable(" ".join(text.split()))


def _reasons(run: Run, lang: str) -> list[str]:
    zh = lang == "zh"
    found = [say("stale", lang, names=", ".join(run.stale))] if run.stale else []
    for each in arrange.shown_comparisons(run):
        why = arrange.text_in(each.why, lang)
        if why:
            versus = say("versus", lang, candidate=each.candidate, baseline=each.baseline)
            found.append(f"{word(each.verdict)[zh]} · {versus}{say('colon', lang)}{why}")
    if not run.comparisons:
        found.append(say("no_comparison", lang))
    return found + [arrange.text_in(note, lang) for note in run.notes]


def _comparisons(run: Run, lang: str) -> Table:
    zh = lang == "zh"
    names = arrange.model_names([run])
    rows = []
    for each in arrange.comparisons(run):
        rows.append(
            (
                word(each.verdict)[zh],
                _clean(say("versus", lang, candidate=each.candidate, baseline=each.baseline)),
                _clean(f"{row_name(each.model, each.lang, names)[zh]} · {word(each.metric)[zh]}"),
                with_gap(figures.points_of(each.difference), each.difference, lang),
                f"{each.wins}/{each.ties}/{each.losses}",
                figures.count(each.cases),
                figures.DASH if each.needed is None else figures.count(each.needed),
            )
        )
    columns = (
        Column(say("verdict", lang)),
        Column(say("arm", lang), wrap=True),
        Column(f"{say('model', lang)} · {say('language', lang)}", wrap=True),
        Column(say("difference", lang), wrap=True),
        Column(say("wtl", lang), right=True),
        Column("n", right=True),
        Column(say("needed_short", lang), right=True),
    )
    return Table(say("uplift", lang), columns, tuple(rows))


def _rates(run: Run, lang: str) -> Table:
    zh = lang == "zh"
    names = arrange.model_names([run])
    rows = []
    for each in arrange.rates(run):
        scope = _clean(row_name(each.model, each.lang, names)[zh])
        shown = with_gap(figures.rate_of(each.estimate), each.estimate, lang)
        rows.append((scope, _clean(each.arm), shown, figures.count(each.estimate.n)))
    columns = (
        Column(f"{say('model', lang)} · {say('language', lang)}", wrap=True),
        Column(say("arm", lang)),
        Column(say("rates", lang)),
        Column("n", right=True),
    )
    return Table(say("rates", lang), columns, tuple(rows))


def _failures(run: Run, lang: str) -> Table:
    names = arrange.model_names([run])
    titles = arrange.info(run)
    failed = arrange.failures(run)
    rows = []
    for each in failed[:_FAILURES]:
        failed_first = [part.text for part in failed_parts(each, lang)][:1]
        where = f"{names.get(each.model, each.model)} · {lang_name(each.lang)[lang == 'zh']}"
        rows.append(
            (
                _clean(title_of(each, titles)),
                _clean(f"{each.arm} · {where} · {say('repeat', lang, n=each.repeat + 1)}"),
                figures.hundred(each.score),
                _clean("".join(failed_first)),
            )
        )
    title = say("failing", lang)
    if len(failed) > _FAILURES:
        title += f" ({say('shown', lang, shown=_FAILURES, all=figures.count(len(failed)))})"
    columns = (
        Column(say("case", lang), wrap=True),
        Column(say("arm", lang), wrap=True),
        Column(say("score", lang), right=True),
        Column(say("reason", lang), wrap=True),
    )
    return Table(title, columns, tuple(rows))


def _footer(run: Run, lang: str) -> list[str]:
    found = trouble(run, lang)
    lines = [f"{say('trouble', lang)}{say('colon', lang)}{found}"] if found else []
    return [*lines, f"{say('cost', lang)}{say('colon', lang)}{spent(run, lang)}"]
