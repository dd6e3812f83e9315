"""``polyskill eval``: the skills' own test cases against models; one module a sub-command."""

from __future__ import annotations

import typer

from ..help import Command
from ..language import tr
from . import (
    aa,
    ablate,
    bisect,
    calibrate,
    cases,
    compare,
    convert,
    init,
    rejudge,
    report,
    run,
    triggers,
)
from .group import DEFAULT, EvalGroup

__all__ = ["HELP", "app"]

HELP = tr(
    """Test skills by their own cases: `polyskill eval SKILL` is `polyskill eval run SKILL`.

polyskill eval my-skill
polyskill eval my-skill --model anthropic/claude-sonnet-5-5 --judge openai/gpt-6-sol
polyskill eval run --help""",
    """用技能自带的用例进行评测：`polyskill eval 技能` 即 `polyskill eval run 技能`。

polyskill eval my-skill
polyskill eval my-skill --model anthropic/claude-sonnet-5-5 --judge openai/gpt-6-sol
polyskill eval run --help""",
)

app = typer.Typer(
    cls=EvalGroup,
    help=HELP,
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for _name, _function, _help in (
    (DEFAULT, run.run, run.HELP),
    ("cases", cases.cases, cases.HELP),
    ("init", init.init, init.HELP),
    ("convert", convert.convert, convert.HELP),
    ("triggers", triggers.triggers, triggers.HELP),
    ("compare", compare.compare, compare.HELP),
    ("gate", compare.gate, compare.GATE_HELP),
    ("report", report.report, report.HELP),
    ("export", report.export, report.EXPORT_HELP),
    ("record", rejudge.record, rejudge.RECORD_HELP),
    ("rejudge", rejudge.rejudge, rejudge.HELP),
    ("calibrate", calibrate.calibrate, calibrate.HELP),
    ("aa", aa.aa, aa.HELP),
    ("ablate", ablate.ablate, ablate.HELP),
    ("bisect", bisect.bisect, bisect.HELP),
):
    app.command(_name, help=_help, cls=Command)(_function)
