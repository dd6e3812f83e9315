"""``polyskill eval convert``: a skill's test cases in the format of another tool."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..language import tr
from ..options import Json, Quiet
from ..output import echo, fail, print_diagnostics, print_json, print_summary
from . import asked
from .init import one_skill

__all__ = ["HELP", "convert"]

HELP = tr(
    """Write a skill's test cases as another tool reads them, and say what it has no place for.

polyskill eval convert my-skill --to promptfoo -o out
polyskill eval convert my-skill --to evals.json --lang zh -o out""",
    """将技能的测试用例写成其他工具的格式，并说明哪些内容无处可放。

polyskill eval convert my-skill --to promptfoo -o out
polyskill eval convert my-skill --to evals.json --lang zh -o out""",
)
_FORMS = ("cases.yaml", "evals.json", "promptfoo", "skillgrade", "claude-plugin-eval")


def convert(
    source: Annotated[
        Path,
        typer.Argument(
            metavar=tr("SKILL", "技能"), readable=False, help=tr("The skill's folder", "技能文件夹")
        ),
    ],
    to: Annotated[
        str,
        typer.Option("--to", metavar="|".join(_FORMS), help=tr("The format", "目标格式")),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            "-o",
            metavar=tr("DIR", "文件夹"),
            help=tr("Folder to write into", "输出文件夹"),
        ),
    ],
    lang: Annotated[
        str,
        typer.Option(
            "--lang",
            metavar="en|zh",
            help=tr("Language of the prompts; default: en", "提示语的语言；默认 en"),
        ),
    ] = "en",
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Convert test cases (see :data:`HELP`)."""
    from polyskill.compiler.evals import export_cases
    from polyskill.compiler.localized import Lang
    from polyskill.platforms.deliver import atomic

    asked.one_of("--to", to, _FORMS)
    asked.one_of("--lang", lang, ("en", "zh"))
    skill, _ = one_skill(source)
    if not skill.all_tests:
        fail(tr(f"`{source}` has no test cases", f"`{source}` 没有测试用例"), status=1)
    made = export_cases(skill.all_tests, to, Lang(lang), name=skill.name)
    taken = [path for path in made.files if (out / path).exists()]
    if taken:
        fail(
            tr(
                f"`{out / taken[0]}` is there already; name another folder with `--out`",
                f"`{out / taken[0]}` 已存在；请用 `--out` 指定其他文件夹",
            ),
            status=1,
        )
    for path, data in made.files.items():
        atomic.make_directory((out / path).parent)
        atomic.write(out / path, data)
    if json:
        from polyskill.compiler.checks.as_json import to_json

        files = [str(out / path) for path in made.files]
        print_json({"files": files, "diagnostics": to_json(made.findings)})
        return
    print_diagnostics(made.findings)
    if not quiet:
        for path in made.files:
            echo(str(out / path))
        print_summary(made.findings)
