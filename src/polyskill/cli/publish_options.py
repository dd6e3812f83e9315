"""What ``pack`` and ``publish`` have in common: options, keys, and how they fail."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .language import tr
from .output import fail, print_diagnostics, print_json

if TYPE_CHECKING:
    from polyskill.compiler.localized import Lang
    from polyskill.platforms.publish.archive import Format
    from polyskill.platforms.publish.signing import Signer

__all__ = [
    "Archive",
    "Language",
    "Languages",
    "Sign",
    "Version",
    "guarded",
    "languages",
    "password",
    "signer",
    "usable_version",
]

_PASSWORD = "POLYSKILL_SIGN_PASSWORD"


class Language(StrEnum):
    """Values of ``--lang``."""

    EN = "en"
    ZH = "zh"
    BILINGUAL = "bilingual"


class ArchiveForm(StrEnum):
    """Values of ``--format``."""

    ZIP = "zip"
    TAR = "tar.gz"

    def engine(self) -> Format:
        """Return the value that the engine takes."""
        from polyskill.platforms.publish.archive import Format

        return Format(self.value)


Languages = Annotated[
    list[Language] | None,
    typer.Option(
        "--lang",
        "-l",
        metavar="en|zh|bilingual",
        help=tr("Language; repeatable; default: en and zh", "语言；可重复；默认 en 和 zh"),
    ),
]
Archive = Annotated[
    ArchiveForm | None,
    typer.Option(
        "--format",
        metavar="zip|tar.gz",
        help=tr("Kind of archive; default: zip", "归档格式；默认 zip"),
    ),
]
Version = Annotated[
    str,
    typer.Option(
        "--version",
        metavar="X.Y.Z",
        help=tr(
            "One version for all manifests; default: what each skill says",
            "所有清单使用同一版本；默认取技能自身的版本",
        ),
    ),
]
Sign = Annotated[
    Path | None,
    typer.Option(
        "--sign",
        metavar=tr("KEY", "私钥"),
        readable=False,
        help=tr(
            "Sign the list of digests with a minisign secret key",
            "用 minisign 私钥为摘要清单签名",
        ),
    ),
]


def languages(chosen: list[Language] | None, *defaults: str) -> tuple[Lang, ...]:
    """Return the chosen languages in order, else the defaults (English and Chinese)."""
    from polyskill.compiler.localized import Lang

    values = [lang.value for lang in chosen or []] or list(defaults) or ["en", "zh"]
    return tuple(dict.fromkeys(Lang(value) for value in values))


def usable_version(version: str) -> None:
    """End the command if ``--version`` is none."""
    from polyskill.platforms.publish.versions import is_version

    if version and not is_version(version):
        fail(
            tr(
                f"`--version {version}`: X.Y.Z or X.Y.Z-rc.1 is needed",
                f"`--version {version}`：需要 X.Y.Z 或 X.Y.Z-rc.1 的形式",
            )
        )


def password(*, again: bool = False) -> str:
    """Return the password of a key: from ``POLYSKILL_SIGN_PASSWORD``, else asked for.

    ``again`` asks twice, for a new key; there an empty one means no password.
    """
    given = os.environ.get(_PASSWORD)
    if given is not None:
        return given
    if not sys.stdin.isatty():
        fail(
            tr(
                f"the key needs a password: set `{_PASSWORD}` (empty: none, for a new key)",
                f"密钥需要密码：请设置 `{_PASSWORD}`（新密钥可留空表示无密码）",
            ),
            status=1,
        )
    asked: str = typer.prompt(
        tr("Password of the key", "密钥密码"),
        hide_input=True,
        default="" if again else None,
        show_default=False,
        confirmation_prompt=again,
        err=True,
    )
    return asked


def signer(key: Path | None) -> Signer | None:
    """Open the key of ``--sign``, if there is one."""
    if key is None:
        return None
    from polyskill.platforms.publish.signing import load_signer

    return load_signer(key, password)


@contextmanager
def guarded(*, json: bool) -> Iterator[None]:
    """Turn what stops a whole command into its finding and exit status 1."""
    from polyskill.platforms.base import PlatformError
    from polyskill.platforms.deliver.transaction import Conflict, TransactionError
    from polyskill.platforms.publish.errors import PublishError

    try:
        yield
    except (PublishError, Conflict, TransactionError) as error:
        if json:
            from polyskill.compiler.checks.as_json import to_json

            print_json({"ok": False, "diagnostics": to_json([error.diagnostic])})
        else:
            print_diagnostics([error.diagnostic])
        raise typer.Exit(1) from None
    except PlatformError as error:
        fail(str(error), status=1)
