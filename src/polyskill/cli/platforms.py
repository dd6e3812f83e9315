"""``polyskill platforms``: what is known about each assistant, from where and since when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from .language import tr
from .output import fail, print_json, print_table

if TYPE_CHECKING:
    from polyskill.platforms.base import Platform

__all__ = ["HELP", "platforms"]

HELP = tr(
    "Show the platforms: paths, capabilities, limits, and the source and date of every fact.",
    "列出各平台：路径、能力、限制，以及每条事实的出处和日期。",
)


def platforms(
    names: Annotated[
        list[str] | None,
        typer.Argument(help=tr("Platforms to show in full.", "要完整显示的平台。")),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help=tr("Print JSON.", "输出 JSON。"))] = False,
) -> None:
    """Show the platforms (see :data:`HELP`)."""
    from polyskill.platforms.base import PlatformError
    from polyskill.platforms.registry import all_platforms, get

    try:
        chosen = [get(name) for name in names] if names else list(all_platforms())
    except PlatformError as error:
        fail(str(error))
    if json:
        print_json([_data(platform) for platform in chosen])
    elif names:
        for platform in chosen:
            _print(platform)
    else:
        _overview(chosen)


def _data(platform: Platform) -> dict[str, Any]:
    from dataclasses import asdict

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


def _overview(chosen: list[Platform]) -> None:
    def place(platform: Platform, what: str) -> str:
        return next((item.project for item in platform.locations if item.what == what), "–")

    print_table(
        [
            (tr("id", "标识"), "left"),
            (tr("assistant", "助手"), "left"),
            (tr("checked with", "核对版本"), "left"),
            (tr("skills", "技能"), "left"),
            (tr("instructions", "指令"), "left"),
            (tr("bundle", "插件包"), "left"),
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


def _print(platform: Platform) -> None:
    typer.echo(f"{platform.id}: {platform.title} {platform.version}  {platform.homepage}")
    source, checked = (tr("source", "出处"), "left"), (tr("checked", "核对日期"), "left")
    print_table(
        [
            (tr("what", "内容"), "left"),
            (tr("project", "项目"), "left"),
            (tr("user", "用户"), "left"),
            source,
            checked,
        ],
        [
            (item.what, item.project, item.user, item.source, item.checked)
            for item in platform.locations
        ],
        title=tr("Paths", "路径"),
    )
    print_table(
        [(tr("construct", "构造"), "left"), (tr("support", "支持"), "left")],
        [(key, value.value) for key, value in platform.supports.items()],
        title=tr("Capabilities", "能力"),
    )
    print_table(
        [
            (tr("subject", "对象"), "left"),
            (tr("maximum", "上限"), "right"),
            (tr("beyond it", "超出后"), "left"),
            source,
            checked,
        ],
        [
            (item.subject, f"{item.maximum:,} {item.unit}", item.effect, item.source, item.checked)
            for item in platform.limits
        ],
        title=tr("Limits", "限制"),
    )
    print_table(
        [
            (tr("fact", "事实"), "left"),
            (tr("value", "内容"), "left"),
            (tr("how", "依据"), "left"),
            source,
            checked,
        ],
        [(item.key, item.value, item.how, item.source, item.checked) for item in platform.facts],
        title=tr("Facts", "事实"),
    )
