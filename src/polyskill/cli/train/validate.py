"""``polyskill train validate``: what is wrong with a run, before it is begun."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..language import counted, tr
from ..options import Json, Quiet
from ..output import echo, print_json, styled
from ..text import plain
from .ask import agreed, must_be_a_terminal
from .facts import facts_shown

if TYPE_CHECKING:
    from polyskill.runtime.train.validate import Finding, Report

__all__ = ["HELP", "validate"]

HELP = tr(
    """Check a configuration, its data and its model before a minute of GPU is spent.

polyskill train validate sft.yaml
polyskill train validate grpo.yaml --set optim.batch_size=64 --json
polyskill train validate sft.yaml --ask""",
    """在占用 GPU 之前，校验配置、数据与模型。

polyskill train validate sft.yaml
polyskill train validate grpo.yaml --set optim.batch_size=64 --json
polyskill train validate sft.yaml --ask""",
)
_STYLES = {"error": "red", "warning": "yellow", "advice": "cyan"}


def validate(
    config: Annotated[
        Path,
        typer.Argument(
            metavar=tr("CONFIG", "配置"),
            readable=False,
            help=tr("The configuration file of a run", "训练配置文件"),
        ),
    ],
    changes: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar=tr("KEY=VALUE", "键=值"),
            help=tr(
                "Put a value over that of the file; repeatable",
                "覆盖文件中的取值；可重复",
            ),
        ),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help=tr("Warnings count as errors", "警告视为错误"))
    ] = False,
    ask: Annotated[
        bool,
        typer.Option(
            "--ask",
            help=tr(
                "Show examples with what is learnt of them, and ask if that is meant",
                "展示样本及其中要学习的部分，并询问是否符合预期",
            ),
        ),
    ] = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Validate a run (see :data:`HELP`)."""
    from polyskill.runtime.train.overrides import parse_override
    from polyskill.runtime.train.validate import Level
    from polyskill.runtime.train.validate import validate as check

    if ask:
        must_be_a_terminal(json=json)
    overrides = dict(parse_override(one) for one in changes or [])
    report = check(config, overrides)
    bad = {Level.ERROR, Level.WARNING} if strict else {Level.ERROR}
    ok = not any(found.level in bad for found in report.findings)
    if json:
        print_json(_as_json(report, ok=ok))
    else:
        _show(report, quiet=quiet)
        if ok and not quiet:
            echo(tr("nothing stands against this run", "未发现阻碍训练的问题"))
    if not ok or (ask and not agreed(config, overrides)):
        raise typer.Exit(1)


def _show(report: Report, *, quiet: bool) -> None:
    for level in _STYLES:
        for found in report.findings:
            if found.level == level and not (quiet and level != "error"):
                echo(_line(found), err=True)
    if quiet:
        return
    for line in facts_shown(report.facts):
        echo(line)
    levels = [found.level.value for found in report.findings]
    parts = [
        counted(levels.count("error"), "error", "个错误"),
        counted(levels.count("warning"), "warning", "条警告"),
        tr(f"{levels.count('advice')} advice", f"{levels.count('advice')} 条建议"),
    ]
    said = [part for part in parts if not part.startswith("0 ")]
    if said:
        echo(tr(", ", "，").join(said), err=True)


def _line(found: Finding) -> str:
    names = {
        "error": tr("error", "错误"),
        "warning": tr("warning", "警告"),
        "advice": tr("advice", "建议"),
    }
    kind = styled(names[found.level.value], _STYLES[found.level.value], err=True)
    place = styled(f"{plain(found.where)}:", "bold", err=True)
    return f"{place} {kind} [{found.code}] {plain(tr(found.en, found.zh))}"


def _as_json(report: Report, *, ok: bool) -> dict[str, object]:
    findings = [
        {
            "level": found.level.value,
            "code": found.code,
            "where": found.where,
            "message": {"en": found.en, "zh": found.zh},
        }
        for found in report.findings
    ]
    return {"ok": ok, "findings": findings, "facts": report.facts}
