"""``polyskill pack``: skills → reproducible archives, bundles, sums; and their verification."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .choices import chosen_platforms
from .language import tr
from .options import Json, Platforms, Quiet, Sources, Verbose
from .output import echo, fail, print_json, progress
from .publish_options import (
    Archive,
    Languages,
    Sign,
    Version,
    guarded,
    languages,
    password,
    signer,
    usable_version,
)
from .sources import resolve, usable_out
from .text import plain

__all__ = ["HELP", "pack"]

HELP = tr(
    """Pack skills into reproducible archives with digests and a bill of materials.

polyskill pack my-skills/ -o packs/
polyskill pack my-skills/ --sign polyskill.key
polyskill pack --verify packs/my-skill-1.0.0 --key polyskill.key.pub""",
    """把技能打包为可重现的归档文件，附摘要和物料清单。

polyskill pack my-skills/ -o packs/
polyskill pack my-skills/ --sign polyskill.key
polyskill pack --verify packs/my-skill-1.0.0 --key polyskill.key.pub""",
)


def pack(
    sources: Sources = None,
    platform: Platforms = None,
    lang: Languages = None,
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            "-o",
            metavar=tr("FOLDER", "文件夹"),
            readable=False,
            help=tr("Where to write; default: packs", "输出位置；默认 packs"),
        ),
    ] = Path("packs"),
    form: Archive = None,
    version: Version = "",
    sign: Sign = None,
    new_key: Annotated[
        Path | None,
        typer.Option(
            "--new-key",
            metavar=tr("FILE", "文件"),
            readable=False,
            help=tr(
                "Make a pair of keys, FILE and FILE.pub, and do nothing else",
                "生成密钥对（文件与 .pub），不做其他事",
            ),
        ),
    ] = None,
    verify: Annotated[
        Path | None,
        typer.Option(
            "--verify",
            metavar=tr("PATH", "路径"),
            readable=False,
            help=tr(
                "Check a pack (or one file of it) instead of packing",
                "验证文件包（或其中一个文件），不打包",
            ),
        ),
    ] = None,
    key: Annotated[
        str,
        typer.Option(
            "--key",
            metavar=tr("PUBLIC", "公钥"),
            help=tr(
                "Public key or its file: with `--verify`, the signature must hold",
                "公钥或公钥文件：与 `--verify` 同用时要求签名有效",
            ),
        ),
    ] = "",
    replace: Annotated[
        bool,
        typer.Option(
            "--replace",
            help=tr(
                "Replace a pack of the same version with other contents",
                "替换版本相同但内容不同的文件包",
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
    """Pack skills (see :data:`HELP`)."""
    if verify is not None or new_key is not None:
        if sources or sign or (verify is not None and new_key is not None):
            fail(
                tr(
                    "`--verify` and `--new-key` stand alone: no sources, no `--sign`",
                    "`--verify` 和 `--new-key` 须单独使用：不带来源和 `--sign`",
                )
            )
        if verify is not None:
            _verify(verify, key, json=json, quiet=quiet)
        elif new_key is not None:
            _new_key(new_key, json=json, quiet=quiet)
        return
    if key:
        fail(tr("`--key` goes with `--verify`", "`--key` 须与 `--verify` 同用"))
    usable_version(version)
    paths = resolve(sources or [])
    usable_out(out, paths)

    from polyskill.platforms.publish import pack as engine
    from polyskill.platforms.publish.archive import Format

    from .pack_report import as_json, tell

    with guarded(json=json):
        request = engine.PackRequest(
            sources=paths,
            out=out,
            platforms=chosen_platforms(platform),
            languages=languages(lang),
            form=form.engine() if form else Format.ZIP,
            version=version,
            signer=signer(sign),
            replace=replace,
            dry_run=dry_run,
        )
        with progress(tr("packing", "打包"), quiet=quiet or json) as update:
            result = engine.pack(request, update)
    if json:
        print_json(as_json(request, result))
    else:
        tell(request, result, quiet=quiet, verbose=verbose)
    if result.failed:
        raise typer.Exit(1)


def _verify(path: Path, key: str, *, json: bool, quiet: bool) -> None:
    from polyskill.platforms.publish.verify import verify

    from .pack_report import tell_verified, verified_json

    with guarded(json=json):
        made = verify(path, key)
    if json:
        print_json(verified_json(made))
    else:
        tell_verified(made, quiet=quiet)
    if made.failed:
        raise typer.Exit(1)


def _new_key(path: Path, *, json: bool, quiet: bool) -> None:
    from polyskill.platforms.publish.keys import write_pair

    with guarded(json=json):
        public, word = write_pair(path, password(again=True))
    if json:
        print_json({"ok": True, "secret": str(path), "public": str(public), "key": word})
    elif not quiet:
        echo(
            tr(
                f"{plain(str(path))}: secret key; keep it to yourself",
                f"{plain(str(path))}：私钥，请妥善保管",
            )
        )
        echo(
            tr(
                f"{plain(str(public))}: public key {word}",
                f"{plain(str(public))}：公钥 {word}",
            )
        )
