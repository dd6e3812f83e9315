"""``polyskill verify``: the assistants themselves say whether a skill reaches them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from polyskill.compiler.diagnostics import Severity

from .build import Language
from .choices import code_prefixes, list_of
from .install import Allow
from .language import message_language, tr
from .options import Json, Quiet
from .output import echo, fail, print_diagnostics, print_json
from .scopes import (
    Project,
    ScopeName,
    ScopeOption,
    assistants,
    assistants_in_use,
    cache_folder,
    complete_client,
    empty_folder,
    guarded,
    scope_of,
)
from .sources import bundled
from .tables import Column, print_table
from .text import plain

if TYPE_CHECKING:
    from polyskill.platforms.install.scope import Scope
    from polyskill.platforms.verify import Options, Seen

__all__ = ["HELP", "verify"]

HELP = tr(
    """Run assistants offline against a model of our own and prove that each skill arrives.

polyskill verify
polyskill verify ./my-skill --client claude,codex --lang zh
polyskill verify ./my-skill --with-npx --json""",
    """离线运行助手并连接本机的模拟模型，证明每个技能确实送达。

polyskill verify
polyskill verify ./my-skill --client claude,codex --lang zh
polyskill verify ./my-skill --with-npx --json""",
)


@guarded
def verify(
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar=tr("SOURCE", "来源"),
            help=tr(
                "Skills to try in an empty project; default: what is installed here",
                "在空项目中试装的技能；默认验证此处已安装的技能",
            ),
        ),
    ] = None,
    client: Annotated[
        list[str] | None,
        typer.Option(
            "--client",
            "-c",
            metavar=tr("ID", "标识"),
            autocompletion=complete_client,
            help=tr(
                "Assistants, with commas or repeated; default: all that the skills are for",
                "助手，可用逗号分隔或重复；默认为技能的全部目标助手",
            ),
        ),
    ] = None,
    skill: Annotated[
        list[str] | None,
        typer.Option(
            "--skill",
            metavar=tr("NAME", "名称"),
            help=tr("Only these skills; repeatable", "仅验证这些技能；可重复"),
        ),
    ] = None,
    lang: Annotated[
        list[Language] | None,
        typer.Option(
            "--lang",
            "-l",
            metavar="en|zh|bilingual",
            help=tr(
                "Languages of skills that are tried; repeatable; default: en and zh",
                "试装技能的语言；可重复；默认 en 和 zh",
            ),
        ),
    ] = None,
    scope: ScopeOption = ScopeName.PROJECT,
    project: Project = None,
    prefix: Annotated[
        Path | None,
        typer.Option(
            "--prefix",
            metavar=tr("FOLDER", "文件夹"),
            readable=False,
            help=tr(
                "An npm prefix to look for clients in, or a folder with one for each client",
                "查找客户端的 npm 前缀，或包含各客户端前缀的文件夹",
            ),
        ),
    ] = None,
    with_npx: Annotated[
        bool,
        typer.Option(
            "--with-npx",
            help=tr(
                "Install missing clients into the cache, in the versions that were checked",
                "将缺少的客户端按已验证的版本安装到缓存",
            ),
        ),
    ] = False,
    timeout: Annotated[
        float,
        typer.Option(
            "--timeout",
            min=1,
            metavar=tr("SECONDS", "秒"),
            help=tr("For each run of a client; default: 120", "每次运行客户端的时限；默认 120"),
        ),
    ] = 120,
    keep: Annotated[
        Path | None,
        typer.Option(
            "--keep",
            metavar=tr("FOLDER", "文件夹"),
            readable=False,
            help=tr("Keep requests and output there", "将请求与输出保存到该文件夹"),
        ),
    ] = None,
    allow: Allow = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Prove that skills arrive (see :data:`HELP`)."""
    from polyskill.platforms.verify import Options, VerifyError

    place = scope_of(scope, project)
    named = assistants(client)
    options = Options(
        prefix=prefix, with_npx=with_npx, timeout=timeout, keep=keep, cache=cache_folder()
    )
    skills = list_of(skill or [])

    def progress(name: str) -> None:
        if not (quiet or json):
            from polyskill.platforms.clients import get

            echo(tr(f"running {get(name).title} …", f"正在运行 {get(name).title} …"), err=True)

    try:
        if sources:
            codes = code_prefixes(allow)
            languages = [one.value for one in lang or (Language.EN, Language.ZH)]
            rows = list(
                _tried(sources, named, languages, place, skills, replace(options), progress, codes)
            )
        else:
            if lang or allow:
                fail(
                    tr(
                        "`--lang` and `--allow` are for skills that are tried: name a source",
                        "`--lang` 与 `--allow` 仅用于试装的技能：请指定来源",
                    )
                )
            rows = [("", one) for one in _installed(place, named, skills, options, progress)]
    except VerifyError as error:
        print_diagnostics([error.diagnostic])
        raise typer.Exit(2) from error
    ok = _judged([one for _, one in rows], named)
    if json:
        print_json({"ok": ok, "results": [{"lang": lang, **_row(one)} for lang, one in rows]})
    elif not quiet or not ok:
        _tell(rows)
    if not ok:
        raise typer.Exit(1)


def _installed(
    place: Scope,
    named: Sequence[str],
    skills: Sequence[str],
    options: Options,
    progress: Any,
) -> list[Seen]:
    """Verify what is installed here."""
    from polyskill.platforms.install.errors import InstallError
    from polyskill.platforms.install.removing import not_installed
    from polyskill.platforms.install.run import load_lock
    from polyskill.platforms.verify import known
    from polyskill.platforms.verify import verify as run

    lock, _ = load_lock(place)
    for name in skills:
        if name not in lock.skills:
            raise InstallError(not_installed(name, lock))
    wanted = [lock.skills[name] for name in skills or lock.skills]
    if not wanted:
        fail(
            tr(
                "no skill is installed here; name a source to try one",
                "此处没有安装技能；可指定来源进行试装",
            ),
            status=1,
        )
    project = place.root if place.name == "project" else None
    rows: list[Seen] = []
    runnable = set(known())
    targets = named or tuple(sorted({name for entry in wanted for name in entry.targets}))
    with empty_folder() as empty:
        for name in targets:
            if name not in runnable:
                continue
            mine = [entry.name for entry in wanted if named or name in entry.targets]
            rows += run(project or empty, place.home, [name], mine, options, progress)
    return rows


def _tried(
    sources: Sequence[str],
    named: Sequence[str],
    languages: Sequence[str],
    place: Scope,
    skills: Sequence[str],
    options: Options,
    progress: Any,
    codes: Sequence[str],
) -> Iterator[tuple[str, Seen]]:
    """Install the sources into an empty project for each client and language, and verify them."""
    from polyskill.compiler.localized import Lang
    from polyskill.platforms.install.resolve import Asked, specs_of
    from polyskill.platforms.verify import known
    from polyskill.platforms.verify import verify as run
    from polyskill.platforms.verify.trial import trial

    specs = specs_of(sources, Path.cwd(), bundled())
    runnable = known()
    for name in named or assistants_in_use(place) or runnable:
        if name not in runnable:
            continue
        for lang in languages:
            asked = [Asked(spec, (name,), Lang(lang), pick=tuple(skills)) for spec in specs]
            kept = options
            if options.keep is not None and len(languages) > 1:
                kept = replace(options, keep=options.keep / lang)
            with trial(asked, cache_folder(), bundled(), place.name, codes) as (
                project,
                home,
                done,
            ):
                if done.failed:
                    print_diagnostics(done.diagnostics, least=Severity.ERROR)
                    raise typer.Exit(1)
                wanted = sorted(done.after.skills)
                for one in run(project, home, [name], wanted, kept, progress):
                    yield lang, one


def _judged(rows: Sequence[Seen], named: Sequence[str]) -> bool:
    """Whether everything that could be verified is right, and anything could be at all."""
    from polyskill.platforms.verify import Status

    absent = [one for one in rows if one.status is Status.SKIPPED and not one.skill]
    if named and absent:
        return False  # what was asked for by name must be proved
    rest = [one for one in rows if one.status is not Status.SKIPPED]
    return bool(rest) and all(one.ok for one in rest)


def _row(one: Seen) -> dict[str, Any]:
    return {**asdict(one), "ok": one.ok}


def _tell(rows: Sequence[tuple[str, Seen]]) -> None:
    from polyskill.platforms.clients import get

    words = {
        "arrived": tr("arrived", "已送达"),
        "body": tr("body only", "仅正文"),
        "listed": tr("listed only", "仅列出"),
        "truncated": tr("truncated", "被截断"),
        "duplicated": tr("duplicated", "重复"),
        "not-seen": tr("not seen", "未出现"),
        "schema-only": tr("schema only", "仅格式检查"),
        "skipped": tr("skipped", "跳过"),
        "failed": tr("failed", "失败"),
    }
    chinese = message_language().value == "zh"
    table = []
    for lang, one in rows:
        parts = {
            tr("listing", "列表"): one.listed,
            tr("description", "描述"): one.description,
            tr("body", "正文"): one.body,
            tr("reference", "参考"): one.reference,
            tr("rules", "规则"): one.instructions,
        }
        missing = [name for name, arrived in parts.items() if arrived is False]
        table.append(
            (
                get(one.client).title,
                plain(one.version),
                plain(one.skill),
                lang,
                words[one.status.value],
                tr(", ", "、").join(missing),
                plain(one.reason_zh if chinese else one.reason),
            )
        )
    print_table(
        [
            Column(tr("client", "客户端"), wrap=True),
            Column(tr("version", "版本"), wrap=True),
            Column(tr("skill", "技能"), wrap=True),
            Column(tr("language", "语言") if any(lang for lang, _ in rows) else ""),
            Column(tr("result", "结果"), wrap=True),
            Column(tr("not arrived", "未送达") if any(row[5] for row in table) else "", wrap=True),
            Column(tr("why", "原因") if any(row[6] for row in table) else "", wrap=True),
        ],
        table,
    )
