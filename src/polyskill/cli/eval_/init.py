"""``polyskill eval init``: first test cases out of a skill's own prose."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..language import counted, tr
from ..options import Json, Quiet
from ..output import echo, fail, print_diagnostics, print_json
from ..sources import resolve
from .loading import read_skills

if TYPE_CHECKING:
    from polyskill.compiler.diagnostics import Diagnostic
    from polyskill.compiler.model import Skill

__all__ = ["HELP", "init", "one_skill"]

HELP = tr(
    """Draft test cases from what a skill says, and say what a person has to add.

polyskill eval init my-skill --dry-run
polyskill eval init my-skill --append""",
    """根据技能内容起草测试用例，并说明哪些部分需要人来补充。

polyskill eval init my-skill --dry-run
polyskill eval init my-skill --append""",
)


def init(
    source: Annotated[
        Path,
        typer.Argument(
            metavar=tr("SKILL", "技能"),
            readable=False,
            help=tr(
                "A skill's folder or file, or the name of a bundled skill",
                "技能文件夹、技能文件或内置技能名",
            ),
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar=tr("FILE", "文件"),
            readable=False,
            help=tr(
                "Where to write; default: SKILL/evals/cases.yaml",
                "写到何处；默认 技能/evals/cases.yaml",
            ),
        ),
    ] = None,
    append: Annotated[
        bool,
        typer.Option(
            "--append",
            help=tr(
                "Add the cases that the file does not have; what is in it stays as it is",
                "在现有文件末尾添加其中没有的用例，原有内容不变",
            ),
        ),
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help=tr("Write nothing; print the cases", "不写入，仅打印用例")),
    ] = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Draft test cases (see :data:`HELP`)."""
    from polyskill.evals.cases import folder_of
    from polyskill.evals.draft import draft_cases
    from polyskill.evals.draft_file import appended, written

    skill, findings = one_skill(source)
    draft = draft_cases(skill)
    target = out or Path(folder_of(skill)) / "evals" / "cases.yaml"
    if out is None and Path(skill.path).is_file() and not dry_run:
        fail(
            tr(
                f"`{skill.path}` is a single file; name the file for its cases with `--out`",
                f"`{skill.path}` 是单个文件；请用 `--out` 指定用例文件",
            )
        )
    exists = target.exists() or target.is_symlink()
    if exists and append and draft.cases:
        text = appended(_bytes(target), draft.cases)
        if text is None:
            fail(
                tr(
                    f"cases cannot be added at the end of `{target}`: `cases` must be its last key,"
                    " a list in block style; `--dry-run` prints them",
                    f"无法在 `{target}` 末尾添加用例：`cases` 必须是最后一个键，且为块状列表；"
                    "`--dry-run` 可打印用例",
                ),
                status=1,
            )
    else:
        text = written(draft.cases)
    write = bool(draft.cases) and not dry_run and (append or not exists)
    if write:
        _write(target, text)
    if json:
        from polyskill.compiler.checks.as_json import to_json

        print_json(
            {
                "path": str(target),
                "written": write,
                "cases": [case.id for case in draft.cases],
                "text": text,
                "diagnostics": to_json([*findings, *draft.findings]),
            }
        )
    elif not quiet:
        _report(target, text, draft.findings, len(draft.cases), write=write, exists=exists)
    if not draft.cases:
        raise typer.Exit(1)


def one_skill(source: Path) -> tuple[Skill, list[Diagnostic]]:
    """Return the one skill that is meant; ends the command if there is another number of them."""
    skills, findings = read_skills(resolve([source]))
    if len(skills) != 1:
        print_diagnostics(findings)
        fail(
            tr(
                f"`{source}` holds {counted(len(skills), 'skill', '')}; name one",
                f"`{source}` 中有 {len(skills)} 个技能，请指定其中一个",
            ),
            status=1,
        )
    return skills[0], findings


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        fail(tr(f"`{path}` cannot be read: {reason}", f"`{path}` 无法读取：{reason}"), status=1)


def _write(path: Path, text: str) -> None:
    from polyskill.platforms.deliver import atomic

    try:
        atomic.make_directory(path.parent)
        atomic.write(path, text.encode("utf-8", "surrogateescape"))
    except OSError as error:
        reason = error.strerror or str(error)
        fail(tr(f"`{path}` cannot be written: {reason}", f"`{path}` 无法写入：{reason}"), status=1)


def _report(
    target: Path,
    text: str,
    findings: tuple[Diagnostic, ...],
    count: int,
    *,
    write: bool,
    exists: bool,
) -> None:
    if not count:
        echo(
            tr(
                "the skill has no dialogue, test or trigger that is not a case already",
                "技能中的对话、测试和触发语都已有用例，没有可起草的内容",
            ),
            err=True,
        )
        return
    if not write:
        echo(text.rstrip("\n"))
    print_diagnostics(findings)
    drafts = counted(count, "draft", "个草稿")
    if write:
        echo(f"{tr('written', '已写入')} {target}{tr(': ', '：')}{drafts}", err=True)
        echo(
            tr(
                "next: review them, add reference answers, then `polyskill eval cases`",
                "接下来：审阅草稿，补上参考答案，然后运行 `polyskill eval cases`",
            ),
            err=True,
        )
    elif exists:
        echo(
            tr(
                f"`{target}` exists and stays as it is; `--append` adds the {drafts}",
                f"`{target}` 已存在，未作改动；`--append` 可添加这 {drafts}",
            ),
            err=True,
        )
