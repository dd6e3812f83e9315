"""``polyskill platforms``: what is known about each assistant, from where and since when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .choices import chosen_platforms
from .language import tr
from .options import Json, complete_platform
from .output import echo, print_json, styled
from .tables import Column, print_table

if TYPE_CHECKING:
    from polyskill.platforms.base import Platform

__all__ = ["HELP", "platforms"]

HELP = tr(
    """Show each assistant's paths, abilities and limits, with sources.

polyskill platforms
polyskill platforms claude""",
    """列出各助手的路径、能力、限制，以及每条事实的出处。

polyskill platforms
polyskill platforms claude""",
)


def platforms(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar=tr("ID", "标识"),
            autocompletion=complete_platform,
            help=tr("Platforms to show in full", "要完整显示的平台"),
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Show the platforms (see :data:`HELP`)."""
    chosen = chosen_platforms(names)
    if json:
        print_json([_data(platform) for platform in chosen])
    elif names:
        for at, platform in enumerate(chosen):
            if at:
                echo()
            _print(platform)
    else:
        _overview(chosen)


def _data(platform: Platform) -> dict[str, Any]:
    return {
        "id": platform.id,
        "title": platform.title,
        "version": platform.version,
        "homepage": platform.homepage,
        "forms": [form.value for form in platform.forms],
        "bundles": platform.packages,
        "locations": [asdict(item) for item in platform.locations],
        "supports": {key: value.value for key, value in platform.supports.items()},
        "limits": [asdict(item) for item in platform.limits],
        "facts": [asdict(item) for item in platform.facts],
    }


def _overview(chosen: Sequence[Platform]) -> None:
    def place(platform: Platform, what: str) -> str:
        return next((item.project for item in platform.locations if item.what == what), "–")

    print_table(
        [
            Column(tr("id", "标识")),
            Column(tr("assistant", "助手"), wrap=True),
            Column(tr("checked with", "核对版本"), wrap=True),
            Column(tr("skills", "技能"), wrap=True),
            Column(tr("instructions", "指令"), wrap=True),
            Column(tr("plugin", "插件")),
        ],
        [
            (
                platform.id,
                platform.title,
                platform.version,
                place(platform, "skills"),
                place(platform, "instructions"),
                tr("yes", "有") if platform.packages else "–",
            )
            for platform in chosen
        ],
    )


class _Sources:
    """Numbers the sources in the order in which they are quoted."""

    def __init__(self) -> None:
        self.numbers: dict[tuple[str, str], int] = {}

    def mark(self, item: Any) -> str:
        number = self.numbers.setdefault((item.source, item.checked), len(self.numbers) + 1)
        return f"[{number}]"


def _section(title: str, layout: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
    if rows:
        echo()
        echo(styled(title, "bold"))
        print_table(layout, rows, indent=2)


def _print(platform: Platform) -> None:
    sources = _Sources()
    echo(f"{styled(platform.id, 'bold')}  {platform.title} {platform.version}")
    echo(platform.homepage)
    _section(
        tr("Paths", "路径"),
        [
            Column(tr("what", "内容")),
            Column(tr("project", "项目"), wrap=True),
            Column(tr("home folder", "主目录"), wrap=True),
            Column(""),
        ],
        [
            (
                item.what,
                item.project or "–",
                f"~/{item.user}" if item.user else "–",
                sources.mark(item),
            )
            for item in platform.locations
        ],
    )
    words = {
        "native": tr("native", "原生"),
        "translated": tr("translated", "转换"),
        "none": tr("none", "不支持"),
    }
    how = {
        "ran": tr("seen running", "实测"),
        "shipped": tr("in its package", "见于安装包"),
        "docs": tr("documented", "见于文档"),
        "secondary": tr("second hand", "转述"),
        "unverified": tr("unverified", "未验证"),
    }
    _section(
        tr("Abilities", "能力"),
        [Column(""), Column("")],
        [(key, words.get(value.value, value.value)) for key, value in platform.supports.items()],
    )
    _section(
        tr("Limits", "限制"),
        [Column("", wrap=True), Column("", right=True), Column("", wrap=True), Column("")],
        [
            (item.subject, f"{item.maximum:,} {item.unit}", item.effect, sources.mark(item))
            for item in platform.limits
        ],
    )
    _section(
        tr("Facts", "事实"),
        [Column(""), Column("", wrap=True), Column(""), Column("")],
        [
            (item.key, item.value, how.get(item.how, item.how), sources.mark(item))
            for item in platform.facts
        ],
    )
    _section(
        tr("Sources", "出处"),
        [Column("", right=True), Column("", wrap=True), Column("")],
        [(f"[{number}]", *pair) for pair, number in sources.numbers.items()],
    )
