"""``polyskill build``: skills → what every assistant reads."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from polyskill.compiler.diagnostics import Severity

from .language import tr
from .output import fail, print_diagnostics, print_json, print_summary, print_table, progress
from .sources import jobs_default, resolve

if TYPE_CHECKING:
    from polyskill.platforms.deliver.build import Request, Result

__all__ = ["HELP", "build"]

HELP = tr(
    "Compile skills into what each assistant reads. Without SOURCES: the bundled skills.",
    "把技能编译成各个助手读取的文件。不给出来源时编译内置技能。",
)


class Language(StrEnum):
    """Values of ``--lang``."""

    EN = "en"
    ZH = "zh"
    BILINGUAL = "bilingual"


class Form(StrEnum):
    """Values of ``--as``."""

    SKILL = "skill"
    RULES = "rules"
    AGENT = "agent"


def _complete_platform(incomplete: str) -> list[str]:
    from polyskill.platforms.registry import names

    return [name for name in names() if name.startswith(incomplete)]


def build(
    sources: Annotated[
        list[Path] | None,
        typer.Argument(
            help=tr("Folders, files, or names of bundled skills.", "文件夹、文件或内置技能名。")
        ),
    ] = None,
    platform: Annotated[
        list[str] | None,
        typer.Option(
            "--platform",
            "-p",
            autocompletion=_complete_platform,
            help=tr("Platform (repeatable); default: all.", "平台（可重复）；默认全部。"),
        ),
    ] = None,
    lang: Annotated[
        list[Language] | None,
        typer.Option(
            help=tr("Language (repeatable); default: en and zh.", "语言（可重复）；默认 en 和 zh。")
        ),
    ] = None,
    out: Annotated[
        Path, typer.Option("--out", "-o", help=tr("Output folder.", "输出文件夹。"))
    ] = Path("dist"),
    form: Annotated[
        Form | None,
        typer.Option(
            "--as", help=tr("Form, where a platform has several.", "平台支持多种形式时选用的形式。")
        ),
    ] = None,
    bundles: Annotated[
        bool,
        typer.Option(
            help=tr("Also make plugin bundles and marketplaces.", "同时生成插件包和市场清单。")
        ),
    ] = True,
    marketplace: Annotated[
        str, typer.Option(help=tr("Name of the marketplaces (ASCII).", "市场清单的名称（ASCII）。"))
    ] = "polyskill",
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help=tr(
                "Write nothing; exit 1 if the output is stale.", "不写入；输出过期则以 1 退出。"
            ),
        ),
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help=tr("Write nothing; tell what would change.", "不写入，仅列出变化。")
        ),
    ] = False,
    watch: Annotated[
        bool,
        typer.Option(
            "--watch", "-w", help=tr("Build again on every change.", "源文件变化时自动重新构建。")
        ),
    ] = False,
    force: Annotated[
        bool,
        typer.Option(
            "--force",
            help=tr(
                "Overwrite files that polyskill did not write.", "覆盖不是 polyskill 写入的文件。"
            ),
        ),
    ] = False,
    copy: Annotated[
        bool,
        typer.Option(
            "--copy",
            help=tr(
                "Copy identical files instead of linking them.", "相同文件逐份复制，不使用链接。"
            ),
        ),
    ] = False,
    jobs: Annotated[
        int,
        typer.Option(
            "--jobs", "-j", min=0, help=tr("Processes; 0: all cores.", "进程数；0 表示全部核心。")
        ),
    ] = 0,
    json: Annotated[bool, typer.Option("--json", help=tr("Print JSON.", "输出 JSON。"))] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help=tr("Print only errors.", "只输出错误。"))
    ] = False,
) -> None:
    """Compile skills (see :data:`HELP`)."""
    from polyskill.platforms.base import PlatformError
    from polyskill.platforms.deliver import build as engine

    if watch and (check or dry_run or json):
        fail(
            tr(
                "`--watch` goes with neither `--check`, `--dry-run` nor `--json`",
                "`--watch` 不能与 `--check`、`--dry-run` 或 `--json` 同用",
            )
        )
    if not marketplace.isascii() or not marketplace.replace("-", "").isalnum():
        fail(
            tr(
                f"`--marketplace {marketplace}`: letters, digits and hyphens only",
                f"`--marketplace {marketplace}`：只能使用字母、数字和连字符",
            )
        )
    try:
        request = engine.Request(
            sources=resolve(sources or []),
            out=out,
            targets=_targets(platform or [], lang or [], bundles=bundles),
            form=_kind(form),
            jobs=jobs or jobs_default(),
            force=force,
            share=not copy,
            compare=check or dry_run,
            marketplace=marketplace,
        )
        if watch:
            from polyskill.platforms.deliver.watch import watch as watching

            watching(request, lambda result: _report(request, result, quiet=quiet))
            return
        with progress(tr("building", "构建"), quiet=quiet or json) as update:
            result = engine.build(request, update)
    except PlatformError as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.filename or out}: {error.strerror or error}", status=1)
    if json:
        print_json(_json(request, result))
    else:
        _report(request, result, quiet=quiet)
    if result.failed or (check and result.changes):
        raise typer.Exit(1)


def _kind(form: Form | None) -> Any:
    from polyskill.compiler.model import Kind

    return Kind(form.value) if form else None


def _targets(platforms: list[str], languages: list[Language], *, bundles: bool) -> tuple[Any, ...]:
    from polyskill.compiler.localized import Lang
    from polyskill.platforms.base import language_suffix
    from polyskill.platforms.deliver.records import Target
    from polyskill.platforms.registry import get, names

    langs = list(dict.fromkeys(Lang(lang.value) for lang in languages)) or [Lang.EN, Lang.ZH]
    chosen = list(dict.fromkeys(platforms)) or list(names())
    targets = [Target(name, lang) for name in chosen for lang in langs]
    if bundles:
        targets += [
            Target(name, lang, package=True, suffix=language_suffix(lang, langs))
            for name in chosen
            if get(name).packages
            for lang in langs
        ]
    return tuple(targets)


def _report(request: Request, result: Result, *, quiet: bool) -> None:
    print_diagnostics(result.diagnostics, least=Severity.ERROR if quiet else Severity.WARNING)
    if quiet:
        return
    print_summary(result.diagnostics)
    if request.compare:
        names = {"create": "+", "update": "~", "remove": "-"}
        for change in result.changes:
            typer.echo(f"{names[change.kind]} {request.out / change.path}")
        if not result.changes:
            typer.echo(tr(f"{request.out}: up to date", f"{request.out}：已是最新"))
        return
    print_table(
        [
            (tr("platform", "平台"), "left"),
            (tr("language", "语言"), "left"),
            (tr("skills", "技能"), "right"),
            (tr("files", "文件"), "right"),
            (tr("tokens always", "常驻 token"), "right"),
            (tr("tokens on demand", "按需 token"), "right"),
            (tr("coverage", "语言覆盖"), "right"),
            (tr("losses", "损失"), "right"),
        ],
        [
            (
                row["platform"],
                row["language"],
                f"{row['skills']:,}",
                f"{row['files']:,}",
                f"{row['tokens_always']:,}",
                f"{row['tokens_on_demand']:,}",
                f"{row['coverage']:.0%}",
                f"{row['losses']:,}",
            )
            for row in _totals(request, result)
        ],
    )
    counts = result.counts
    typer.echo(
        tr(
            f"{request.out}: {counts.built} built, {counts.cached} unchanged, "
            f"{counts.failed} failed; {counts.written} files written, {counts.shared} shared, "
            f"{counts.removed} removed",
            f"{request.out}：构建 {counts.built} 个，未变 {counts.cached} 个，"
            f"失败 {counts.failed} 个；"
            f"写入 {counts.written} 个文件，共享 {counts.shared} 个，移除 {counts.removed} 个",
        )
    )


def _totals(request: Request, result: Result) -> list[dict[str, Any]]:
    """One row per target: sums over all skills; coverage in characters of prose."""
    rows = []
    for target in request.targets:
        records = [
            skill.targets[target.key] for skill in result.skills if target.key in skill.targets
        ]
        shares = [share for record in records for share in record.coverage.values()]
        total = sum(share[1] for share in shares)
        rows.append(
            {
                "platform": f"bundles/{target.platform}" if target.package else target.platform,
                "language": target.lang.value,
                "skills": sum(
                    1 for record in records if record.outputs or record.shared or record.loose
                ),
                "files": result.files.get(target.key, 0),
                "tokens_always": sum(record.tokens.always for record in records),
                "tokens_on_demand": sum(record.tokens.on_demand for record in records),
                "coverage": sum(share[0] for share in shares) / total if total else 1.0,
                "losses": sum(len(record.losses) for record in records),
            }
        )
    return rows


def _json(request: Request, result: Result) -> dict[str, Any]:
    from dataclasses import asdict

    from polyskill.compiler.checks.as_json import to_json

    counts = result.counts
    return {
        "out": str(request.out),
        "ok": not result.failed,
        "stale": bool(result.changes) if request.compare else None,
        "counts": asdict(counts),
        "totals": _totals(request, result),
        "skills": [
            {
                "name": skill.name,
                "path": skill.path,
                "dialect": skill.dialect,
                "kind": skill.kind,
                "targets": {
                    key: {
                        "files": sorted(item.path for item in record.outputs + record.loose)
                        + sorted(item.path for item in record.shared),
                        "tokens": asdict(record.tokens),
                        "coverage": {
                            role: {"covered": share[0], "total": share[1]}
                            for role, share in sorted(record.coverage.items())
                        },
                        "losses": [asdict(loss) for loss in record.losses],
                        "withheld": [
                            {"title": title, "reason": reason, "line": line}
                            for title, reason, line in record.withheld
                        ],
                    }
                    for key, record in skill.targets.items()
                },
            }
            for skill in result.skills
        ],
        "changes": [asdict(change) for change in result.changes],
        "diagnostics": to_json(result.diagnostics),
    }
