"""``polyskill new``: a canonical bilingual skill to start from."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from .language import tr
from .options import Json, Quiet
from .output import echo, fail, print_json

__all__ = ["HELP", "new"]

HELP = tr(
    """Start a skill: a bilingual folder that passes `polyskill check`.

polyskill new contract-reviewer
polyskill new contract-reviewer --title-zh 合同审查 -d skills/""",
    """新建技能：生成能通过 `polyskill check` 的双语文件夹。

polyskill new contract-reviewer
polyskill new contract-reviewer --title-zh 合同审查 -d skills/""",
)
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_TEMPLATES = Path(__file__).with_name("templates")


def new(
    name: Annotated[
        str,
        typer.Argument(
            metavar=tr("NAME", "名称"),
            help=tr("Lower-case ASCII letters, digits and hyphens", "小写字母、数字和连字符"),
        ),
    ],
    directory: Annotated[
        Path,
        typer.Option(
            "--dir",
            "-d",
            metavar=tr("FOLDER", "文件夹"),
            readable=False,
            help=tr("Where to create it; default: here", "在何处新建；默认当前文件夹"),
        ),
    ] = Path(),
    title: Annotated[
        str | None,
        typer.Option(
            "--title",
            metavar=tr("TEXT", "文字"),
            help=tr("English title; default: from the name", "英文标题；默认由名称生成"),
        ),
    ] = None,
    title_zh: Annotated[
        str | None,
        typer.Option(
            "--title-zh",
            metavar=tr("TEXT", "文字"),
            help=tr("Chinese title; default: the English one", "中文标题；默认与英文相同"),
        ),
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            help=tr("Write nothing; tell what would be written", "不写入，仅列出将写入的内容"),
        ),
    ] = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Start a skill (see :data:`HELP`)."""
    if not _NAME.fullmatch(name) or len(name) > 64:
        fail(
            tr(
                f"`{name}` cannot be a skill name: use lower-case ASCII letters, digits and single "
                "hyphens, at most 64 characters, e.g. `contract-reviewer`; a Chinese name goes "
                "into `--title-zh`",
                f"`{name}` 不能作为技能名：请使用小写字母、数字和单个连字符，最长 64 个字符，"
                "例如 `contract-reviewer`；中文名请写在 `--title-zh`",
            )
        )
    folder = directory / name
    if folder.exists() or folder.is_symlink():
        fail(
            tr(
                f"`{folder}` exists; choose another name or folder",
                f"`{folder}` 已存在，请换名称或文件夹",
            ),
            status=1,
        )
    english = _title(title, "--title") or name.replace("-", " ").capitalize()
    files = _render(name, english, _title(title_zh, "--title-zh") or english)
    if not dry_run:
        _write(folder, files)
    if json:
        print_json(
            {"name": name, "path": str(folder), "files": sorted(files), "written": not dry_run}
        )
    elif not quiet:
        for path in sorted(files):
            echo(f"{'+ ' if dry_run else ''}{folder / path}")
        if not dry_run:
            echo(
                tr(
                    f"next: edit the files, then `polyskill check {folder}`",
                    f"接下来：编辑这些文件，然后运行 `polyskill check {folder}`",
                )
            )


def _title(text: str | None, option: str) -> str:
    """Return a title that fits on one line of a heading."""
    if text is None:
        return ""
    if not text.strip() or not text.isprintable():
        fail(tr(f"`{option}` must be one line of text", f"`{option}` 必须是一行文字"))
    return text.strip()


def _write(folder: Path, files: dict[str, str]) -> None:
    from polyskill.platforms.deliver import atomic

    for path, text in files.items():
        atomic.make_directory((folder / path).parent)
        atomic.write(folder / path, text.encode())


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
    templates = sorted(path.relative_to(_TEMPLATES).as_posix() for path in _TEMPLATES.rglob("*.j2"))
    return {
        template.removesuffix(".j2"): environment.get_template(template).render(
            name=name, title=title, title_zh=title_zh
        )
        for template in templates
    }
