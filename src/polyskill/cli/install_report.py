"""What a command that changes an installation tells: to a person, and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from polyskill.compiler.diagnostics import Diagnostic, Severity

from .differences import print_difference
from .language import counted, tr
from .output import echo, print_diagnostics, print_summary, styled
from .places import room
from .text import pad, plain, width, wrap

if TYPE_CHECKING:
    from polyskill.platforms.install.preview import Preview
    from polyskill.platforms.install.run import Outcome
    from polyskill.platforms.install.scope import Scope

__all__ = ["as_json", "previews_json", "tell", "tell_previews"]

_SHOWN = 8
_LINES = 40  # of an edit that keeps a skill from being changed


def size_of(number: int) -> str:
    """Return a number of bytes as people write it: ``214 B``, ``6.0 KiB``, ``1.2 MiB``."""
    if number < 1024:
        return f"{number} B"
    return f"{number / 1024:.1f} KiB" if number < 1024**2 else f"{number / 1024**2:.1f} MiB"


def _some(names: Sequence[str], verbose: bool) -> str:
    shown = [plain(name) for name in (names if verbose else names[:_SHOWN])]
    more = len(names) - len(shown)
    return tr(", ", "、").join(shown) + (
        tr(f" and {more} more", f" 等 {more + len(shown)} 个") if more else ""
    )


def _brings(item: Preview, verbose: bool) -> list[tuple[str, str]]:
    scripts = list(dict.fromkeys(path.rpartition(f"{item.name}/")[2] for path in item.scripts))
    size = tr(
        f"{counted(item.files, 'file', '')}, {size_of(item.size)}",
        f"{item.files:,} 个文件，{size_of(item.size)}",
    )
    rows = [
        (tr("files", "文件"), size),
        (tr("scripts", "脚本"), _some(scripts, verbose)),
        (tr("MCP servers", "MCP 服务器"), _some(item.servers, verbose)),
        (tr("hooks", "钩子"), _some(item.hooks, verbose)),
        (tr("mentions hosts", "提及主机"), _some(item.hosts, verbose)),
        (tr("mentions commands", "提及命令"), _some(item.commands, verbose)),
    ]
    return [(name, text) for name, text in rows if text]


def _preview(item: Preview, *, verbose: bool) -> None:
    from polyskill.platforms.clients import get

    licence = item.licence or tr("no licence given", "未注明许可证")
    told = tr(", ", "，").join(plain(part) for part in (item.title, licence, item.lang) if part)
    name = " ".join(filter(None, (item.name, item.version)))
    echo(f"{styled(plain(name), 'bold')} ({told}) ← {plain(item.source)}")
    costs: dict[tuple[int, int], list[str]] = {}
    for client, tokens in item.tokens.items():
        costs.setdefault((tokens.always, tokens.on_demand), []).append(get(client).title)
    rows = [
        (
            tr("for", "用于"),
            tr(
                f"{', '.join(titles)}: about {always:,} tokens a session, {used:,} when used",
                f"{'、'.join(titles)}：每次会话约 {always:,} 词元，使用时 {used:,}",
            ),
        )
        for (always, used), titles in costs.items()
    ]
    rows.append((tr("in", "位置"), _some(item.places, verbose)))
    rows += _brings(item, verbose)
    left = max(width(name) for name, _ in rows) + 2
    for label, text in rows:
        lines = wrap(text, room() - left - 2)
        echo(f"  {styled(pad(label, left), 'dim')}{lines[0]}")
        for line in lines[1:]:
            echo(" " * (left + 2) + line)


def tell_previews(previews: Sequence[Preview], *, verbose: bool = False) -> None:
    """Print what each skill brings."""
    for item in previews:
        _preview(item, verbose=verbose)


def previews_json(previews: Sequence[Preview]) -> list[dict[str, Any]]:
    """Return what each skill brings as plain data."""
    return [asdict(item) for item in previews]


def tell(
    scope: Scope,
    outcome: Outcome,
    verb: tuple[str, str],
    *,
    dry_run: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    """Print what was done. ``verb`` is what happened to the skills, in both languages."""
    least = Severity.ERROR if quiet else Severity.INFO if verbose else Severity.WARNING
    print_diagnostics(outcome.diagnostics, least=least)
    for edit in outcome.edits:
        print_difference(edit, most=None if verbose else _LINES)
    if quiet:
        return
    tell_previews(outcome.previews, verbose=verbose)
    _recovered(outcome)
    if dry_run or verbose:
        _actions(outcome)
    print_summary(outcome.diagnostics, hidden_notes=not verbose)
    echo(_line(scope, outcome, verb, dry_run=dry_run))


def _recovered(outcome: Outcome) -> None:
    said = {
        "completed": tr("an interrupted command was completed first", "已先完成之前被中断的命令"),
        "undone": tr("an interrupted command was undone first", "已先撤销之前被中断的命令"),
        "pending": tr(
            "a command was interrupted here; the next one that writes will finish it",
            "此处有命令被中断；下一条写入命令会先完成它",
        ),
    }
    if outcome.recovered:
        echo(said[outcome.recovered], err=True)
    kept = [action.path for action in outcome.actions if action.kind == "aside"]
    for path in [*outcome.saved, *kept]:
        name = plain(path)
        echo(tr(f"your version is kept as `{name}`", f"您的版本保存为 `{name}`"), err=True)


def _actions(outcome: Outcome) -> None:
    marks = {"create": "+", "update": "~", "merge": "~", "remove": "-", "keep": "=", "adopt": "=",
             "restore": "~", "replace": "~", "aside": ">"}  # fmt: skip
    for action in sorted(set(outcome.actions), key=lambda one: (one.path, one.kind)):
        echo(f"  {marks[action.kind]} {plain(action.path)}")


def _line(scope: Scope, outcome: Outcome, verb: tuple[str, str], *, dry_run: bool) -> str:
    touched = {action.skill for action in outcome.actions if action.kind != "keep"} | {
        name
        for name in {*outcome.before.skills, *outcome.after.skills}
        if outcome.before.skills.get(name) != outcome.after.skills.get(name)
    }
    done = touched - set(outcome.unchanged)
    where = (
        tr("under the home folder", "主目录")
        if scope.name == "user"
        else tr(f"in {scope.root}", str(scope.root))
    )
    if not done and not outcome.refused and not outcome.failed:
        if any(action.kind == "keep" for action in outcome.actions):
            return tr(
                "nothing to do; your edits stay (`polyskill diff` shows them)",
                "无需改动；您的修改保持不变（`polyskill diff` 可查看）",
            )
        return tr("nothing to do: everything is as it should be", "无需改动：一切就绪")
    kinds = Counter(action.kind for action in set(outcome.actions))
    changed = sum(kinds[kind] for kind in ("update", "merge", "adopt", "replace", "restore"))
    files = tr(
        f"files: {kinds['create']} new, {changed} changed, {kinds['remove']} removed",
        f"文件：新增 {kinds['create']}，修改 {changed}，移除 {kinds['remove']}",
    )
    if not done:
        return tr(f"nothing was changed {where}", f"未作任何改动：{where}")
    said = tr(
        f"{'would be ' if dry_run else ''}{verb[0]}: {counted(len(done), 'skill', '')} ({files}) "
        f"{where}",
        f"{'将' if dry_run else '已'}{verb[1]} {len(done)} 个技能（{files}）：{where}",
    )
    refused = len(outcome.refused)  # of two skills of one name, one may be done
    if refused:
        said += tr(f"; {refused} not", f"；{refused} 个未执行")
    return said


def as_json(scope: Scope, outcome: Outcome, *, dry_run: bool) -> dict[str, Any]:
    """Return an outcome as plain data."""
    from polyskill.compiler.checks.as_json import to_json

    return {
        "ok": not outcome.failed,
        "scope": scope.name,
        "root": str(scope.root),
        "dry_run": dry_run,
        "skills": previews_json(outcome.previews),
        "actions": [asdict(action) for action in outcome.actions],
        "unchanged": outcome.unchanged,
        "refused": outcome.refused,
        "installed": {
            name: {"version": entry.version, "source": entry.source, "targets": list(entry.targets)}
            for name, entry in outcome.after.skills.items()
        },
        "recovered": outcome.recovered,
        "saved": outcome.saved,
        "edits": [asdict(edit) for edit in outcome.edits],
        "diagnostics": to_json(_once(outcome.diagnostics)),
    }


def _once(found: Sequence[Diagnostic]) -> list[Diagnostic]:
    kept: list[Diagnostic] = []
    for one in found:
        if one not in kept:
            kept.append(one)
    return kept
