"""``polyskill train``: the recipes of the runtime; one module a sub-command."""

from __future__ import annotations

import typer

from ..help import Command
from ..language import tr
from . import analyze, closure, compare, init, pairs, rubrics, run, scale, validate
from .group import TrainGroup

__all__ = ["HELP", "app"]

HELP = tr(
    """Train models from a configuration: check it, run it, see what happened.

polyskill train init sft > sft.yaml
polyskill train validate sft.yaml
polyskill train sft sft.yaml""",
    """按配置训练模型：先校验，再运行，最后分析结果。

polyskill train init sft > sft.yaml
polyskill train validate sft.yaml
polyskill train sft sft.yaml""",
)

app = typer.Typer(
    cls=TrainGroup,
    help=HELP,
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for _name, _function, _help in (
    ("init", init.init, init.HELP),
    ("validate", validate.validate, validate.HELP),
    *run.COMMANDS,
    ("launch", scale.scale, scale.HELP),
    ("pairs", pairs.pairs, pairs.HELP),
    ("analyze", analyze.analyze, analyze.HELP),
    ("compare", compare.compare, compare.HELP),
    ("closure", closure.closure, closure.HELP),
    ("rubrics", rubrics.rubrics, rubrics.HELP),
):
    app.command(_name, help=_help, cls=Command)(_function)
