"""What ``polyskill publish`` tells: findings, changes, and what to run next."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from polyskill.compiler.diagnostics import Severity

from .language import counted, tr
from .output import echo, print_diagnostics, print_summary, styled
from .pack_report import print_changes, print_losses
from .text import plain

if TYPE_CHECKING:
    from polyskill.platforms.publish.prepared import PublishRequest
    from polyskill.platforms.publish.publish import PublishResult

__all__ = ["as_json", "tell"]

_SHOWN = 12


def tell(request: PublishRequest, result: PublishResult, *, quiet: bool, verbose: bool) -> None:
    """Print findings, what changed, and the next commands."""
    least = Severity.ERROR if quiet else Severity.INFO if verbose else Severity.WARNING
    print_diagnostics(result.diagnostics, least=least)
    if quiet:
        return
    print_summary(result.diagnostics, hidden_notes=not verbose)
    root = plain(str(request.to))
    if result.failed:
        echo(tr(f"{root}: nothing written", f"{root}：未写入任何内容"))
        return
    if request.dry_run:
        print_changes(request.to, result.changes)
    if verbose:
        print_losses(result.losses)
    echo(_sentence(request, result))
    if not request.dry_run:
        _next(request, result)


def _sentence(request: PublishRequest, result: PublishResult) -> str:
    packages = counted(len(result.packages), "package", "个包")
    signed = tr(", signed", "，已签名") if result.signed else ""
    files = counted(len(result.changes), "file", "个文件")
    if not result.changes:
        what = tr("nothing to change", "无需改动")
    elif request.dry_run:
        what = tr(f"{files} would change", f"{files}会变化")
    else:
        what = tr(f"{files} changed", f"{files}已变化")
    root = plain(str(request.to))
    return f"{root}{tr(': ', '：')}{packages}{signed}{tr('; ', '；')}{what}"


def _next(request: PublishRequest, result: PublishResult) -> None:
    from polyskill.platforms.publish.after import after

    made = after(request, result)
    for heading, commands in (
        (tr("Nothing was uploaded. To publish:", "尚未上传任何内容。发布请运行："), made.publisher),
        (tr("Users then run one of:", "之后用户可运行以下之一："), made.users),
    ):
        if commands:
            echo()
            echo(styled(heading, "bold"))
            for command in commands[:_SHOWN]:
                echo(f"  {plain(command)}")
            if len(commands) > _SHOWN:
                more = len(commands) - _SHOWN
                echo(
                    tr(f"  … {more} more (`--json` has all)", f"  … 另有 {more} 条（见 `--json`）")
                )


def as_json(request: PublishRequest, result: PublishResult) -> dict[str, Any]:
    """Return everything about a publication as plain data; keys are only ever added."""
    from polyskill.compiler.checks.as_json import to_json
    from polyskill.platforms.publish.after import after

    done = after(request, result) if result.packages else None
    return {
        "to": str(request.to),
        "as": request.kind.value,
        "name": request.name,
        "ok": not result.failed,
        "dry_run": request.dry_run,
        "signed": result.signed,
        "packages": result.packages,
        "changes": [asdict(change) for change in result.changes],
        "losses": {
            name: [asdict(loss) for loss in lost] for name, lost in result.losses.items() if lost
        },
        "next": list(done.publisher) if done else [],
        "users": list(done.users) if done else [],
        "diagnostics": to_json(result.diagnostics),
    }
