"""``polyskill publish``: prepare a marketplace, an index or a package; upload nothing."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .choices import chosen_platforms
from .language import tr
from .options import Json, Platforms, Quiet, Sources, Verbose
from .output import fail, print_json
from .publish_options import (
    Archive,
    Language,
    Sign,
    Version,
    guarded,
    languages,
    signer,
    usable_version,
)
from .sources import resolve, usable_out

if TYPE_CHECKING:
    from polyskill.platforms.publish.prepared import Kind

__all__ = ["HELP", "publish"]

HELP = tr(
    """Prepare a folder for publishing skills, and say what to run next.

polyskill publish my-skills/ --to ../marketplace --as marketplace
polyskill publish my-skills/ --to site --as index --url https://example.org
polyskill publish my-skills/ --to npm --as npm --name @me/skills""",
    """准备用于发布技能的文件夹，并给出后续命令。

polyskill publish my-skills/ --to ../marketplace --as marketplace
polyskill publish my-skills/ --to site --as index --url https://example.org
polyskill publish my-skills/ --to npm --as npm --name @me/skills""",
)


class Target(StrEnum):
    """Values of ``--as``."""

    MARKETPLACE = "marketplace"
    INDEX = "index"
    NPM = "npm"
    PYPI = "pypi"
    CLAWHUB = "clawhub"


def publish(
    to: Annotated[
        Path,
        typer.Option(
            "--to",
            metavar=tr("FOLDER", "文件夹"),
            readable=False,
            help=tr("The folder to prepare or to update", "要准备或更新的文件夹"),
        ),
    ],
    kind: Annotated[
        Target,
        typer.Option(
            "--as",
            metavar="marketplace|index|npm|pypi|clawhub",
            help=tr("What the folder is published as", "文件夹的发布形式"),
        ),
    ],
    sources: Sources = None,
    platform: Platforms = None,
    lang: Annotated[
        list[Language] | None,
        typer.Option(
            "--lang",
            "-l",
            metavar="en|zh|bilingual",
            help=tr(
                "Language; repeatable; default: en, and zh where users can choose",
                "语言；可重复；默认 en，可供选择处另加 zh",
            ),
        ),
    ] = None,
    name: Annotated[
        str,
        typer.Option(
            "--name",
            metavar=tr("NAME", "名称"),
            help=tr(
                "Name of the marketplace or package; default: that of the folder",
                "市场或软件包的名称；默认取文件夹名",
            ),
        ),
    ] = "",
    version: Version = "",
    url: Annotated[
        str,
        typer.Option(
            "--url",
            metavar="URL",
            help=tr(
                "Where an index will be served; default: relative addresses",
                "索引的访问地址；默认使用相对地址",
            ),
        ),
    ] = "",
    form: Archive = None,
    sign: Sign = None,
    accept: Annotated[
        str,
        typer.Option(
            "--accept-licence",
            metavar="MIT-0",
            help=tr(
                "Accept that everything on ClawHub becomes MIT-0",
                "接受 ClawHub 上的一切内容变为 MIT-0",
            ),
        ),
    ] = "",
    downgrade: Annotated[
        bool,
        typer.Option(
            "--allow-downgrade",
            help=tr("Publish a lower version than before", "允许发布比之前更低的版本"),
        ),
    ] = False,
    replace: Annotated[
        bool,
        typer.Option(
            "--replace",
            help=tr(
                "Replace a published version with other contents",
                "替换版本相同但内容不同的已发布内容",
            ),
        ),
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help=tr("Write nothing; tell what would change", "不写入，仅列出变化")
        ),
    ] = False,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Publish skills (see :data:`HELP`)."""
    usable_version(version)
    if url and not url.startswith(("https://", "http://localhost", "http://127.0.0.1")):
        fail(tr(f"`--url {url}`: https:// is needed", f"`--url {url}`：需要 https:// 地址"))
    if accept not in ("", "MIT-0"):
        fail(
            tr(
                f"`--accept-licence {accept}`: ClawHub knows MIT-0 alone",
                f"`--accept-licence {accept}`：ClawHub 只有 MIT-0",
            )
        )
    if kind in (Target.NPM, Target.PYPI) and len(set(lang or [])) > 1:
        fail(
            tr(
                f"{kind.value} packages hold one language: make a package for each `--lang`",
                f"一个 {kind.value} 软件包只含一种语言：请为每个 `--lang` 各做一个软件包",
            )
        )
    paths = resolve(sources or [])
    usable_out(to, paths, "--to")
    for path in paths:
        if (path / "SKILL.md").is_file() and path.resolve() in to.resolve().parents:
            fail(
                tr(
                    f"`{to}` lies inside of the skill `{path}`, and would become a part of it",
                    f"`{to}` 位于技能 `{path}` 之内，会成为它的一部分",
                )
            )

    from polyskill.platforms.publish import publish as engine
    from polyskill.platforms.publish.archive import Format
    from polyskill.platforms.publish.prepared import Kind, PublishRequest

    from .publish_report import as_json, tell

    chosen = Kind(kind.value)
    many = chosen in (Kind.MARKETPLACE, Kind.INDEX)
    with guarded(json=json):
        request = PublishRequest(
            sources=paths,
            to=to,
            kind=chosen,
            name=_named(name, to, chosen),
            platforms=chosen_platforms(platform),
            languages=languages(lang, *(("en", "zh") if many else ("en",))),
            form=form.engine() if form else Format.ZIP,
            version=version,
            url=url,
            accepted=accept,
            signer=signer(sign),
            replace=replace,
            downgrade=downgrade,
            dry_run=dry_run,
        )
        result = engine.publish(request)
    if json:
        print_json(as_json(request, result))
    else:
        tell(request, result, quiet=quiet, verbose=verbose)
    if result.failed:
        raise typer.Exit(1)


def _named(name: str, to: Path, kind: Kind) -> str:
    """Return the name to publish under; ends the command if it cannot be one."""
    from polyskill.platforms.parts.text import slug
    from polyskill.platforms.publish.ids import is_npm_name, is_pypi_name
    from polyskill.platforms.publish.marketplace import name_of

    if not name:
        there = name_of(to) if kind.value == "marketplace" else ""
        made = slug(to.resolve().name)  # of a Chinese name only its digits are left
        return there or (made if any(char.isalpha() for char in made) else "skills")
    good = {"npm": is_npm_name, "pypi": is_pypi_name}.get(kind.value)
    if not (good(name) if good else name == slug(name)):
        fail(
            tr(
                f"`--name {name}` cannot be the name of a {kind.value}: small ASCII letters, "
                "digits and hyphens",
                f"`--name {name}` 不能用作 {kind.value} 的名称：请用小写 ASCII 字母、数字和连字符",
            )
        )
    return name
