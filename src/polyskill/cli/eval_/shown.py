"""What a run found, as a command prints and keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..language import message_language, tr
from ..output import echo, print_json, styled
from ..tables import Column, print_table
from ..text import plain

if TYPE_CHECKING:
    from polyskill.evals.folder import RunFolder
    from polyskill.evals.results import Comparison, Run

__all__ = ["keep", "print_runs", "show_run", "status_of", "verdict_line"]

_COLOURS = {
    "improved": "green",
    "no-regression": "green",
    "regressed": "red",
    "underpowered": "yellow",
    "invalid": "yellow",
}


def keep(folder: RunFolder, result: Run) -> None:
    """Write ``results.json`` and ``report.html``.

    Raises:
        EvalError: they cannot be written.
    """
    from polyskill.evals.report.html import render_html

    folder.save_results(result)
    folder.write(folder.report, render_html([result], message_language().value))


def status_of(result: Run, *, over_budget: bool, allow_underpowered: bool) -> int:
    """Return the exit status that a run asks for."""
    from polyskill.evals import gate

    return int(
        gate.status_of(
            gate.gated(result), over_budget=over_budget, allow_underpowered=allow_underpowered
        )
    )


def print_runs(results: Sequence[tuple[Path | None, Run]]) -> None:
    """Print runs as JSON."""
    from polyskill.evals.results import to_json

    print_json(
        {
            "runs": [
                {"folder": None if path is None else str(path), **to_json(run)}
                for path, run in results
            ]
        }
    )


def verdict_line(one: Comparison) -> str:
    """Return a verdict with its reason: ``current against none: improved — …``."""
    from polyskill.evals.report.phrases import word

    en, zh = word(one.verdict)
    place = " · ".join(part for part in (one.model, one.lang) if part)
    why = one.why.get(message_language().value, "")
    head = tr(f"{one.candidate} against {one.baseline}", f"{one.candidate} 对 {one.baseline}")
    said = f"{plain(head)}{f' ({plain(place)})' if place else ''}{tr(': ', '：')}"
    return f"{said}{styled(tr(en, zh), _COLOURS[one.verdict])}{tr(' — ', '——')}{plain(why)}"


def show_run(result: Run, folder: Path | None, *, quiet: bool) -> None:
    """Print the verdicts, tables and notes; with ``quiet`` only verdicts that are not fine."""
    if quiet:
        for one in result.comparisons:
            if one.gated and one.verdict in ("regressed", "invalid"):
                echo(verdict_line(one))
        return
    from polyskill.evals.report.text import summary

    told = summary(result, message_language().value)
    echo(styled(plain(told.headline), "bold"))
    for reason in told.reasons:
        echo(f"  {plain(reason)}")
    for table in told.tables:
        echo()
        echo(styled(plain(table.title), "bold"))
        layout = [Column(one.heading, one.right, one.wrap) for one in table.columns]
        print_table(layout, table.rows, indent=2)
    echo()
    for line in told.footer:
        echo(plain(line))
    if folder is not None:
        echo(tr(f"report: {folder / 'report.html'}", f"报告：{folder / 'report.html'}"))
