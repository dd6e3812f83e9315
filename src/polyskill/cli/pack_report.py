"""What ``polyskill pack`` tells about packs, and about their verification."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from polyskill.compiler.diagnostics import Severity

from .language import counted, tr
from .output import echo, print_diagnostics, print_summary, styled
from .places import print_places
from .text import pad, plain, width

if TYPE_CHECKING:
    from pathlib import Path

    from polyskill.platforms.base import Loss
    from polyskill.platforms.publish.pack import PackRequest, PackResult
    from polyskill.platforms.publish.place import Change
    from polyskill.platforms.publish.verify import Verified

__all__ = ["as_json", "print_changes", "print_losses", "tell", "tell_verified", "verified_json"]

_SIGNS = {"create": ("+", "green"), "update": ("~", "yellow"), "remove": ("-", "red")}


def print_changes(root: Path, changes: Sequence[Change]) -> None:
    """Print one line for each file that changes."""
    for change in changes:
        sign, colour = _SIGNS[change.kind]
        echo(f"{styled(sign, colour)} {plain(str(root / change.path))}")


def print_losses(losses: Mapping[str, Sequence[Loss]]) -> None:
    """Print every loss once, with all that have it."""
    found: dict[str, list[str]] = {}
    for name, lost in losses.items():
        for loss in lost:
            found.setdefault(f"{loss.construct}: {loss.detail}", []).append(plain(name))
    if found:
        echo()
        echo(styled(tr("Losses", "损失"), "bold"))
        print_places(found)


def tell(request: PackRequest, result: PackResult, *, quiet: bool, verbose: bool) -> None:
    """Print findings, then each pack with its files, then one line."""
    least = Severity.ERROR if quiet else Severity.INFO if verbose else Severity.WARNING
    print_diagnostics(result.diagnostics, least=least)
    if quiet:
        return
    print_summary(result.diagnostics, hidden_notes=not verbose)
    for one in result.packs:
        if request.dry_run:
            print_changes(one.folder, one.changes)
            continue
        echo(styled(plain(str(one.folder)), "bold"))
        room = max(width(name) for name in one.files)
        for name, size in one.files.items():
            echo(f"  {pad(name, room)}  {size:>9,}")
    if verbose:
        for one in result.packs:
            print_losses(one.losses)
    echo(_sentence(request, result))


def _sentence(request: PackRequest, result: PackResult) -> str:
    changes = sum(len(one.changes) for one in result.packs)
    packs = counted(len(result.packs), "pack", "个文件包")
    files = counted(changes, "file", "个文件")
    signed = any(one.signed for one in result.packs)
    said = packs + (tr(", signed", "，已签名") if signed else "")
    if not changes:
        what = tr("nothing to change", "无需改动")
    elif request.dry_run:
        what = tr(f"{files} would change", f"{files}会变化")
    else:
        what = tr(f"{files} written", f"写入 {files}")
    return f"{plain(str(request.out))}{tr(': ', '：')}{said}{tr('; ', '；')}{what}"


def as_json(request: PackRequest, result: PackResult) -> dict[str, Any]:
    """Return everything about the packs as plain data; keys are only ever added."""
    from polyskill.compiler.checks.as_json import to_json

    return {
        "out": str(request.out),
        "ok": not result.failed,
        "dry_run": request.dry_run,
        "packs": [
            {
                "name": one.name,
                "version": one.version,
                "folder": str(one.folder),
                "signed": one.signed,
                "files": [{"name": name, "bytes": size} for name, size in one.files.items()],
                "changes": [asdict(change) for change in one.changes],
                "losses": {
                    name: [asdict(loss) for loss in lost] for name, lost in one.losses.items()
                },
            }
            for one in result.packs
        ],
        "diagnostics": to_json(result.diagnostics),
    }


def tell_verified(made: Verified, *, quiet: bool) -> None:
    """Print findings, then one line about digests and one about the signature."""
    print_diagnostics(made.diagnostics, least=Severity.ERROR if quiet else Severity.WARNING)
    if quiet or made.failed:
        return
    files = counted(len(made.files), "file", "个文件")
    echo(
        tr(
            f"{plain(str(made.folder))}: {files} as packed",
            f"{plain(str(made.folder))}：{files}与打包时一致",
        )
    )
    comment = plain(made.comment)
    said = {
        "good": tr(f"signature holds: {comment}", f"签名有效：{comment}"),
        "unchecked": tr(
            "signed, but not checked: give the publisher's public key with `--key`",
            "已签名但未验证：请用 `--key` 提供发布者的公钥",
        ),
        "none": tr(
            "not signed: digests show damage, not who packed it",
            "未签名：摘要只能发现损坏，不能证明由谁打包",
        ),
    }
    echo(said[made.signature])


def verified_json(made: Verified) -> dict[str, Any]:
    """Return the result of a verification as plain data."""
    from polyskill.compiler.checks.as_json import to_json

    return {
        "folder": str(made.folder),
        "ok": not made.failed,
        "files": made.files,
        "signature": made.signature,
        "comment": made.comment,
        "diagnostics": to_json(made.diagnostics),
    }
