"""What ``polyskill build`` tells about a build."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from polyskill.compiler.diagnostics import Severity

from .language import counted, tr
from .output import echo, print_diagnostics, print_summary, styled
from .places import held_back, print_places
from .tables import Column, print_table
from .text import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from polyskill.platforms.deliver.build import Request, Result
    from polyskill.platforms.deliver.records import SkillRecord

__all__ = ["as_json", "tell", "tell_briefly"]


def tell(request: Request, result: Result, *, quiet: bool, verbose: bool) -> None:
    """Print findings, then what would change or what was built."""
    least = Severity.ERROR if quiet else Severity.INFO if verbose else Severity.WARNING
    print_diagnostics(result.diagnostics, least=least)
    if quiet:
        return
    print_summary(result.diagnostics, hidden_notes=not verbose)
    if request.compare:
        _changes(request, result)
        return
    if any(skill.targets for skill in result.skills):
        _table(request, result)
        if verbose:
            _losses(result.skills)
            _withheld(result.skills)
        echo()
    echo(_sentence(request, result))


def tell_briefly(request: Request, result: Result, *, quiet: bool) -> None:
    """Print findings and one line, for builds that follow each other (``--watch``)."""
    print_diagnostics(result.diagnostics, least=Severity.ERROR if quiet else Severity.WARNING)
    if not quiet:
        echo(_sentence(request, result))
        sys.stdout.flush()


def _changes(request: Request, result: Result) -> None:
    signs = {"create": ("+", "green"), "update": ("~", "yellow"), "remove": ("-", "red")}
    for change in result.changes:
        sign, colour = signs[change.kind]
        echo(f"{styled(sign, colour)} {plain(str(request.out / change.path))}")
    if result.changes:
        files = counted(len(result.changes), "file", "个文件")
        echo(tr(f"{request.out}: {files} would change", f"{request.out}：{files}会变化"))
    elif not result.failed:
        echo(tr(f"{request.out}: up to date", f"{request.out}：已是最新"))


def _table(request: Request, result: Result) -> None:
    print_table(
        [
            Column(tr("platform", "平台")),
            Column(tr("language", "语言")),
            Column(tr("skills", "技能"), right=True),
            Column(tr("files", "文件"), right=True),
            Column(tr("tokens always", "常驻 token"), right=True),
            Column(tr("on demand", "按需 token"), right=True),
            Column(tr("coverage", "语言覆盖"), right=True),
            Column(tr("losses", "损失"), right=True),
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


def _sentence(request: Request, result: Result) -> str:
    counts = result.counts
    skills = [
        tr(f"{number:,} {en}", f"{number:,} 个{zh}")
        for number, en, zh in (
            (counts.built, "built", "已构建"),
            (counts.cached, "unchanged", "未变"),
            (counts.failed, "failed", "失败"),
        )
        if number
    ]
    written = counts.written + counts.shared
    files = [
        tr(f"{counted(number, 'file', '')} {en}", f"{zh} {number:,} 个文件")
        for number, en, zh in ((written, "written", "写入"), (counts.removed, "removed", "移除"))
        if number
    ]
    comma, semicolon = tr(", ", "，"), tr("; ", "；")
    parts = [comma.join(part) for part in (skills, files) if part]
    said = semicolon.join(parts) or tr("nothing built", "没有可构建的内容")
    return f"{request.out}{tr(': ', '：')}{said}"


def _by_skill(heading: str, found: Mapping[str, Mapping[str, Sequence[str]]]) -> None:
    shown = {skill: places for skill, places in found.items() if places}
    if shown:
        echo()
        echo(styled(heading, "bold"))
    for skill, places in shown.items():
        echo(f"  {plain(skill)}")
        print_places(places, indent=4)


def _losses(skills: Iterable[SkillRecord]) -> None:
    """Every loss once, with all targets that have it."""
    found: dict[str, dict[str, list[str]]] = {}
    for skill in skills:
        for key, record in skill.targets.items():
            for loss in record.losses:
                text = f"{loss.construct}: {loss.detail}"
                found.setdefault(skill.name, {}).setdefault(text, []).append(key)
    _by_skill(tr("Losses", "损失"), found)


def _withheld(skills: Iterable[SkillRecord]) -> None:
    """Every section that is kept out of what is loaded, once, with all targets."""
    found = {
        skill.name: held_back(
            (key, *item) for key, record in skill.targets.items() for item in record.withheld
        )
        for skill in skills
    }
    _by_skill(tr("Sections held back", "不发布的章节"), found)


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


def as_json(request: Request, result: Result) -> dict[str, Any]:
    """Return everything about a build as plain data; keys are only ever added."""
    from polyskill.compiler.checks.as_json import to_json

    return {
        "out": str(request.out),
        "ok": not result.failed,
        "stale": bool(result.changes) if request.compare else None,
        "counts": asdict(result.counts),
        "totals": _totals(request, result),
        "skills": [_skill(skill) for skill in result.skills],
        "changes": [asdict(change) for change in result.changes],
        "diagnostics": to_json(result.diagnostics),
    }


def _skill(skill: SkillRecord) -> dict[str, Any]:
    return {
        "name": skill.name,
        "path": skill.path,
        "dialect": skill.dialect,
        "kind": skill.kind,
        "targets": {
            key: {
                "files": sorted(
                    [item.path for item in record.outputs]
                    + [item.path for item in record.loose + record.shared]
                ),
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
