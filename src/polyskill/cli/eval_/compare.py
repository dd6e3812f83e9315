"""``polyskill eval compare OLD NEW`` and ``polyskill eval gate RUN``: runs against each other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..language import message_language, tr
from ..options import Json, Quiet
from ..output import echo, fail, print_json
from ..text import plain
from . import asked, shown
from .options import AllowUnderpowered, Alpha, Folder, GateBy, Margin, MaxMissing

if TYPE_CHECKING:
    from polyskill.evals.across import Across
    from polyskill.evals.plan import Settings
    from polyskill.evals.results import Run

__all__ = ["GATE_HELP", "HELP", "compare", "gate", "load"]

HELP = tr(
    """Compare an arm of one run with the same arm of an earlier run.

polyskill eval compare runs/before runs/after
polyskill eval compare runs/before runs/after --arm platform:cursor --json""",
    """将一次运行的某个对照组与更早一次运行的同一对照组比较。

polyskill eval compare runs/before runs/after
polyskill eval compare runs/before runs/after --arm platform:cursor --json""",
)
GATE_HELP = tr(
    """Decide about a run: exit 0 fine, 1 regressed, 3 invalid, 4 too few cases.

polyskill eval gate runs/after
polyskill eval gate runs/after --baseline runs/before --margin 0.03""",
    """对一次运行下结论：0 正常，1 退化，3 无效，4 用例太少。

polyskill eval gate runs/after
polyskill eval gate runs/after --baseline runs/before --margin 0.03""",
)
_ArmOption = Annotated[
    str,
    typer.Option(
        "--arm",
        metavar=tr("ARM", "对照组"),
        help=tr("The arm to compare; default: current", "要比较的对照组；默认 current"),
    ),
]


def load(folder: Path) -> Run:
    """Read the results of a run; ends the command if there are none."""
    from polyskill.evals.errors import EvalError
    from polyskill.evals.folder import RunFolder

    try:
        return RunFolder(folder).load_results()
    except EvalError as error:
        fail(asked.say(error))


def compare(
    old: Folder,
    new: Folder,
    arm: _ArmOption = "",
    margin: Margin = 0.1,
    alpha: Alpha = 0.05,
    max_missing: MaxMissing = 0.1,
    gate_by: GateBy = "each",
    allow_underpowered: AllowUnderpowered = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Compare two runs (see :data:`HELP`)."""
    before, after = load(old), load(new)
    settings = _settings(after, margin, alpha, max_missing, gate_by)
    found = _across(before, after, settings, arm)
    _conclude(found, None, allow_underpowered=allow_underpowered, json=json, quiet=quiet)


def gate(
    folder: Folder,
    baseline: Annotated[
        Path | None,
        typer.Option(
            "--baseline",
            metavar=tr("RUN", "运行"),
            help=tr(
                "An earlier run to compare with; default: the arms of the run itself",
                "作为基线的更早运行；默认比较该运行自身的各对照组",
            ),
        ),
    ] = None,
    arm: _ArmOption = "",
    margin: Margin = 0.1,
    alpha: Alpha = 0.05,
    max_missing: MaxMissing = 0.1,
    gate_by: GateBy = "each",
    uncalibrated: Annotated[
        bool,
        typer.Option(
            "--uncalibrated",
            help=tr(
                "Believe a judge that no calibration has cleared",
                "采信未通过校准的评判模型",
            ),
        ),
    ] = False,
    allow_underpowered: AllowUnderpowered = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Decide about a run (see :data:`GATE_HELP`)."""
    from polyskill.evals.across import Across
    from polyskill.evals.analysis import compared_again

    run = load(folder)
    settings = _settings(run, margin, alpha, max_missing, gate_by)
    if baseline is not None:
        found = _across(load(baseline), run, settings, arm)
    else:
        found = Across(compared_again(run, settings), run.notes)
    _conclude(
        found,
        None if uncalibrated else run,
        allow_underpowered=allow_underpowered,
        json=json,
        quiet=quiet,
    )


def _settings(run: Run, margin: float, alpha: float, max_missing: float, gate_by: str) -> Settings:
    from polyskill.evals.across import settings_of

    kept = settings_of(run)
    asked.check_gate(gate_by, margin, alpha, max_missing, kept.metric)
    return replace(kept, margin=margin, alpha=alpha, max_missing=max_missing, gate_by=gate_by)


def _across(old: Run, new: Run, settings: Settings, arm: str) -> Across:
    from polyskill.evals.across import compare_runs
    from polyskill.evals.errors import EvalError

    try:
        return compare_runs(old, new, settings, arm=arm)
    except EvalError as error:
        fail(asked.say(error))


def _conclude(
    found: Across, judged: Run | None, *, allow_underpowered: bool, json: bool, quiet: bool
) -> None:
    """Print the verdicts and end the command; ``judged`` is a run whose judges must be cleared."""
    from dataclasses import asdict

    from polyskill.evals.calibrating import FILE, load_cleared
    from polyskill.evals.errors import EvalError
    from polyskill.evals.gate import Status, status_of, uncleared

    gated = [one for one in found.comparisons if one.gated]
    status = status_of(gated, allow_underpowered=allow_underpowered)
    try:
        doubtful = uncleared(judged, load_cleared(Path(FILE))) if judged is not None else ()
    except EvalError as error:
        fail(asked.say(error), status=int(Status.INVALID))
    if doubtful and status is not Status.REGRESSED:
        status = Status.INVALID
    if json:
        print_json(
            {
                "status": int(status),
                "comparisons": [asdict(one) for one in found.comparisons],
                "notes": list(found.notes),
                "uncalibrated": list(doubtful),
            }
        )
        raise typer.Exit(int(status))
    for note in found.notes:
        if not quiet:
            echo(f"{tr('note: ', '提示：')}{plain(note[message_language().value])}")
    for one in gated:
        if not quiet or one.verdict in ("regressed", "invalid"):
            echo(shown.verdict_line(one))
    if not gated:
        echo(tr("nothing to compare: the texts are the same", "没有可比较的内容：文本相同"))
    for judge in doubtful:
        echo(
            tr(
                f"{judge} may not gate: no calibration has cleared it; "
                f"`polyskill eval calibrate --judge {judge}`, or `--uncalibrated`",
                f"{judge} 不能用于门禁：尚未通过校准；"
                f"请运行 `polyskill eval calibrate --judge {judge}`，或使用 `--uncalibrated`",
            )
        )
    raise typer.Exit(int(status))
