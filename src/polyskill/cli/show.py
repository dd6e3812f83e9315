"""``polyskill show``: a skill as polyskill understands it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .language import message_language, tr
from .output import fail, print_diagnostics, print_json, print_table
from .sources import resolve

if TYPE_CHECKING:
    from polyskill.compiler.diagnostics import Diagnostic

__all__ = ["HELP", "show"]

HELP = tr(
    "Show a skill as it is understood: sections, languages, tests, triggers, losses.",
    "显示解析后的技能：章节、语言、测试、触发词、资源、各平台损失。",
)


def show(
    source: Annotated[
        Path,
        typer.Argument(
            help=tr(
                "A folder, a file, or the name of a bundled skill.", "文件夹、文件或内置技能名。"
            )
        ),
    ],
    platform: Annotated[
        list[str] | None,
        typer.Option(
            "--platform",
            "-p",
            help=tr("Platform (repeatable); default: all.", "平台（可重复）；默认全部。"),
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help=tr("Print JSON.", "输出 JSON。"))] = False,
) -> None:
    """Show a skill (see :data:`HELP`)."""
    from polyskill.compiler import readers
    from polyskill.compiler.checks.as_json import to_json
    from polyskill.compiler.codes import build as codes
    from polyskill.compiler.diagnostics import Severity, report
    from polyskill.compiler.localized import Lang
    from polyskill.platforms.base import PlatformError
    from polyskill.platforms.deliver.worker import internal
    from polyskill.platforms.describe import describe
    from polyskill.platforms.registry import all_platforms, get

    try:
        chosen = [get(name) for name in platform] if platform else list(all_platforms())
    except PlatformError as error:
        fail(str(error))
    diagnostics: list[Diagnostic] = []
    shown: list[dict[str, Any]] = []
    for path in resolve([source]):
        candidates = readers.discover(path)
        if not candidates:
            diagnostics.append(report(codes.NOTHING_TO_BUILD, str(path)))
        for candidate in candidates:
            try:
                result = readers.read(candidate)
                diagnostics += result.diagnostics
                for skill in result.skills:
                    diagnostics += skill.diagnostics
                    shown.append(describe(skill, chosen, (Lang.EN, Lang.ZH)))
            except Exception as error:  # one source must not hide the others
                diagnostics.append(internal(str(candidate.path), error))
    if json:
        if len(shown) == 1:
            print_json({**shown[0], "diagnostics": to_json(diagnostics)})
        else:
            print_json({"skills": shown, "diagnostics": to_json(diagnostics)})
    else:
        for data in shown:
            _print(data)
        print_diagnostics(diagnostics)
    if any(found.severity is Severity.ERROR for found in diagnostics):
        raise typer.Exit(1)


def _pick(text: dict[str, str | None]) -> str:
    first = message_language().value
    other = "en" if first == "zh" else "zh"
    return text[first] or text[other] or ""


def _print(data: dict[str, Any]) -> None:
    typer.echo(f"{data['name']}: {_pick(data['title'])}  [{data['dialect']}, {data['kind']}]")
    typer.echo(data["path"])
    if data["description"]["en"] or data["description"]["zh"]:
        typer.echo(f"\n{_pick(data['description'])}\n")
    coverage = ", ".join(
        f"{lang} {entry['coverage']:.0%}" for lang, entry in data["languages"].items()
    )
    facts = [
        (tr("coverage", "语言覆盖"), coverage),
        (tr("triggers", "触发词"), "; ".join(_pick(item["text"]) for item in data["triggers"])),
        (tr("tests", "测试"), ", ".join(test["id"] for test in data["tests"])),
        (tr("resources", "资源"), ", ".join(item["path"] for item in data["resources"])),
        (tr("commands", "命令"), ", ".join(item["name"] for item in data["commands"])),
        (tr("agents", "代理"), ", ".join(item["name"] for item in data["agents"])),
        (tr("rules", "规则"), ", ".join(item["name"] for item in data["rules"])),
        ("MCP", ", ".join(item["name"] for item in data["mcp_servers"])),
    ]
    print_table([("", "left"), ("", "left")], [fact for fact in facts if fact[1]])
    for document in data["documents"]:
        typer.echo(document["path"])
        _tree(document["root"], 0)
    print_table(
        [
            (tr("platform", "平台"), "left"),
            (tr("language", "语言"), "left"),
            (tr("files", "文件"), "right"),
            (tr("tokens always", "常驻 token"), "right"),
            (tr("tokens on demand", "按需 token"), "right"),
            (tr("losses", "损失"), "left"),
        ],
        [
            (
                name,
                lang,
                str(len(view["files"])),
                f"{view['tokens']['always']:,}",
                f"{view['tokens']['on_demand']:,}",
                "\n".join(f"{loss['construct']}: {loss['detail']}" for loss in view["losses"]),
            )
            for name, views in data["platforms"].items()
            for lang, view in views.items()
            if isinstance(view, dict)
        ],
    )


def _tree(section: dict[str, Any], depth: int) -> None:
    if section["level"]:
        title = _pick(section["title"])
        scope = f" ({', '.join(section['platforms'])})" if section["platforms"] else ""
        typer.echo(f"  {'  ' * depth}{title}  [{section['role']}]{scope}  :{section['line']}")
    for child in section["sections"]:
        _tree(child, depth + 1)
