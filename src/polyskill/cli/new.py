"""``polyskill new``: a canonical bilingual skill to start from."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from .language import tr
from .output import fail, print_json

__all__ = ["HELP", "new"]

HELP = tr(
    "Start a skill: a canonical bilingual folder that passes `polyskill check`.",
    "新建技能：生成能通过 `polyskill check` 的双语规范文件夹。",
)
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_TEMPLATES = Path(__file__).with_name("templates")


def new(
    name: Annotated[
        str,
        typer.Argument(
            help=tr(
                "Name: lower-case ASCII letters, digits, hyphens.", "名称：小写字母、数字和连字符。"
            )
        ),
    ],
    directory: Annotated[
        Path,
        typer.Option("--dir", "-d", help=tr("Folder to create it in.", "在哪个文件夹中新建。")),
    ] = Path(),
    title: Annotated[
        str | None,
        typer.Option(
            help=tr("English title; default: from the name.", "英文标题；默认由名称生成。")
        ),
    ] = None,
    title_zh: Annotated[
        str | None,
        typer.Option(
            help=tr("Chinese title; default: the English one.", "中文标题；默认与英文相同。")
        ),
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            help=tr("Write nothing; tell what would be written.", "不写入，仅列出将写入的内容。"),
        ),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help=tr("Print JSON.", "输出 JSON。"))] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help=tr("Print only errors.", "只输出错误。"))
    ] = False,
) -> None:
    """Start a skill (see :data:`HELP`)."""
    if not _NAME.fullmatch(name) or len(name) > 64:
        fail(
            tr(
                f"`{name}` cannot be a skill name: use lower-case ASCII letters, digits and single "
                "hyphens, at most 64 characters, e.g. `contract-reviewer`",
                f"`{name}` 不能作为技能名：请使用小写字母、数字和单个连字符，最长 64 个字符，"
                "例如 `contract-reviewer`；中文名请写在 `--title-zh`",
            )
        )
    folder = directory / name
    if folder.exists():
        fail(
            tr(
                f"`{folder}` exists; choose another name or folder",
                f"`{folder}` 已存在，请换名称或文件夹",
            ),
            status=1,
        )
    english = title or name.replace("-", " ").capitalize()
    files = _render(name, english, title_zh or english)
    if not dry_run:
        from polyskill.platforms.deliver import atomic

        try:
            for path, text in files.items():
                atomic.make_directory((folder / path).parent)
                atomic.write(folder / path, text.encode())
        except OSError as error:
            fail(f"{error.filename or folder}: {error.strerror or error}", status=1)
    if json:
        print_json(
            {"name": name, "path": str(folder), "files": sorted(files), "written": not dry_run}
        )
    elif not quiet:
        for path in sorted(files):
            typer.echo(f"{'+ ' if dry_run else ''}{folder / path}")
        if not dry_run:
            typer.echo(
                tr(
                    f"next: edit the files, then `polyskill check {folder}`",
                    f"接下来：编辑这些文件，然后运行 `polyskill check {folder}`",
                )
            )


def _render(name: str, title: str, title_zh: str) -> dict[str, str]:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from polyskill.compiler.frontmatter import quote

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # Markdown and YAML, not HTML
    )
    environment.filters["yaml"] = quote
    names = sorted(
        str(path.relative_to(_TEMPLATES)) for path in _TEMPLATES.rglob("*.j2") if path.is_file()
    )
    return {
        template.removesuffix(".j2").replace("\\", "/"): environment.get_template(
            template.replace("\\", "/")
        ).render(name=name, title=title, title_zh=title_zh)
        for template in names
    }
