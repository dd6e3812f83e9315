"""``polyskill build``: skills → what every assistant reads."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from .choices import chosen_names, chosen_platforms
from .language import tr
from .options import Jobs, Json, Platforms, Quiet, Sources, Verbose
from .output import echo, fail, print_json, progress
from .sources import jobs_default, resolve, usable_out

__all__ = ["HELP", "build"]

HELP = tr(
    """Compile skills into what each assistant reads.

polyskill build
polyskill build my-skills/ -p claude -p cursor --lang zh -o out/
polyskill build my-skills/ --check""",
    """把技能编译成各个助手读取的文件。

polyskill build
polyskill build my-skills/ -p claude -p cursor --lang zh -o out/
polyskill build my-skills/ --check""",
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


def build(
    sources: Sources = None,
    platform: Platforms = None,
    lang: Annotated[
        list[Language] | None,
        typer.Option(
            "--lang",
            "-l",
            metavar="en|zh|bilingual",
            help=tr("Language; repeatable; default: en and zh", "语言；可重复；默认 en 和 zh"),
        ),
    ] = None,
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            "-o",
            metavar=tr("FOLDER", "文件夹"),
            readable=False,
            help=tr("Where to write; default: dist", "输出位置；默认 dist"),
        ),
    ] = Path("dist"),
    form: Annotated[
        Form | None,
        typer.Option(
            "--as",
            metavar="skill|rules|agent",
            help=tr(
                "What skills become; default: what each of them says",
                "技能输出成的形式；默认由技能自身决定",
            ),
        ),
    ] = None,
    bundles: Annotated[
        bool,
        typer.Option(
            "--bundles/--no-bundles",
            help=tr(
                "Also make plugins and marketplaces; default: yes", "同时生成插件和市场清单；默认是"
            ),
        ),
    ] = True,
    marketplace: Annotated[
        str,
        typer.Option(
            "--marketplace",
            metavar=tr("NAME", "名称"),
            help=tr("Name of the marketplaces; default: polyskill", "市场名称；默认 polyskill"),
        ),
    ] = "polyskill",
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help=tr(
                "Write nothing; exit 1 if the output is stale", "不写入；输出已过期则以 1 退出"
            ),
        ),
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help=tr("Write nothing; tell what would change", "不写入，仅列出变化")
        ),
    ] = False,
    watch: Annotated[
        bool,
        typer.Option(
            "--watch", "-w", help=tr("Build again on every change", "源文件变化时重新构建")
        ),
    ] = False,
    force: Annotated[
        bool,
        typer.Option(
            "--force",
            help=tr(
                "Overwrite files that polyskill did not write", "覆盖并非由 polyskill 写入的文件"
            ),
        ),
    ] = False,
    copy: Annotated[
        bool,
        typer.Option(
            "--copy",
            help=tr("Copy identical files, do not link them", "相同文件逐份复制，不作链接"),
        ),
    ] = False,
    jobs: Jobs = 0,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Compile skills (see :data:`HELP`)."""
    if watch and (check or dry_run or json):
        fail(
            tr(
                "`--watch` goes with neither `--check`, `--dry-run` nor `--json`",
                "`--watch` 不能与 `--check`、`--dry-run` 或 `--json` 同用",
            )
        )
    if verbose and watch:
        fail(tr("`--verbose` does not go with `--watch`", "`--verbose` 不能与 `--watch` 同用"))
    if quiet and verbose:
        fail(tr("`--quiet` does not go with `--verbose`", "`--quiet` 不能与 `--verbose` 同用"))
    if not (marketplace.isascii() and marketplace.replace("-", "").isalnum()):
        fail(
            tr(
                f"`--marketplace {marketplace}`: ASCII letters, digits and hyphens only",
                f"`--marketplace {marketplace}`：只能使用 ASCII 字母、数字和连字符",
            )
        )
    names = chosen_names(platform)
    paths = resolve(sources or [])
    usable_out(out, paths)

    import sqlite3

    from polyskill.platforms.base import PlatformError
    from polyskill.platforms.deliver import build as engine

    from .build_report import as_json, tell, tell_briefly

    request = engine.Request(
        sources=paths,
        out=out,
        targets=_targets(names, lang or [], bundles=bundles),
        form=_kind(form),
        jobs=jobs or jobs_default(),
        force=force,
        share=not copy,
        compare=check or dry_run,
        marketplace=marketplace,
    )
    try:
        if watch:
            from polyskill.platforms.deliver.watch import watch as watching

            echo(tr("watching; Ctrl-C ends it", "正在监视，按 Ctrl-C 结束"), err=True)
            watching(request, lambda result: tell_briefly(request, result, quiet=quiet))
            return
        with progress(tr("building", "构建"), quiet=quiet or json) as update:
            result = engine.build(request, update)
    except PlatformError as error:
        fail(str(error), status=1)
    except sqlite3.Error as error:  # a full disk, or another build that does not end
        fail(f"{out / '.polyskill' / 'build.db'}: {error}", status=1)
    if json:
        print_json(as_json(request, result))
    else:
        tell(request, result, quiet=quiet, verbose=verbose)
    if result.failed or (check and result.changes):
        raise typer.Exit(1)


def _kind(form: Form | None) -> Any:
    from polyskill.compiler.model import Kind

    return Kind(form.value) if form else None


def _targets(
    names: tuple[str, ...], languages: list[Language], *, bundles: bool
) -> tuple[Any, ...]:
    from polyskill.compiler.localized import Lang
    from polyskill.platforms.base import language_suffix
    from polyskill.platforms.deliver.records import Target

    langs = list(dict.fromkeys(Lang(lang.value) for lang in languages)) or [Lang.EN, Lang.ZH]
    targets = [Target(name, lang) for name in names for lang in langs]
    if bundles:  # only now must the platforms be loaded
        targets += [
            Target(platform.id, lang, package=True, suffix=language_suffix(lang, langs))
            for platform in chosen_platforms(names)
            if platform.packages
            for lang in langs
        ]
    return tuple(targets)
