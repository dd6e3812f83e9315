"""Files that belong to no skill alone: instruction files, settings, marketplaces, loose files."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import pairwise

from polyskill.compiler.codes import build as codes
from polyskill.compiler.diagnostics import Diagnostic, Severity, report, worst

from .. import assemble
from ..base import File, Piece
from ..registry import get
from .records import OWN_ROOTS, Shared, SkillRecord, Target
from .sinks import Conflict, Sink

__all__ = ["Joined", "join", "write"]


@dataclass(slots=True)
class Joined:
    """The joined files of a run: path → file, who brought it, and what went wrong."""

    files: dict[str, File] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)


def _fold(path: str) -> str:
    return unicodedata.normalize("NFC", path).casefold()


def _add_loose(
    joined: Joined,
    taken: dict[str, str],
    names: Mapping[str, str],
    skill: SkillRecord,
    item: Shared,
    piece: File,
) -> None:
    key = _fold(item.path)
    other = taken.get(key)
    if other is None:
        # A folder that bears another skill's name is that skill's own.
        other = next(
            (
                names[part]
                for root, part in pairwise(key.split("/"))
                if root in OWN_ROOTS and names.get(part, skill.name) != skill.name
            ),
            None,
        )
    if other is not None and joined.files.get(item.path) != piece:
        joined.diagnostics.append(
            report(
                codes.OUTPUT_COLLISION, skill.path, output=item.path, other=other, name=skill.name
            )
        )
        return
    taken[key] = skill.name
    joined.files[item.path] = piece
    joined.owners[item.path] = skill.path


def join(
    skills: Sequence[SkillRecord], targets: Sequence[Target], marketplace: str
) -> dict[str, Joined]:
    """Join the pieces of all skills; the result is keyed by the target's folder."""
    ordered = sorted(skills, key=lambda skill: skill.name)
    names = {skill.name.casefold(): skill.name for skill in ordered}
    result: dict[str, Joined] = {}
    taken: dict[str, str] = {}
    shared: dict[str, dict[str, list[tuple[str, Piece]]]] = {}
    entries: dict[str, list[Mapping[str, object]]] = {}
    platforms = {target.folder: target.platform for target in targets}
    for target in targets:
        joined = result.setdefault(target.folder, Joined())
        pieces = shared.setdefault(target.folder, {})
        for skill in ordered:
            record = skill.targets.get(target.key)
            if record is None:
                continue
            if record.entry is not None and not record.failed:
                entries.setdefault(target.folder, []).append(record.entry)
            for item in record.loose:
                if isinstance(item.piece, File):
                    _add_loose(joined, taken, names, skill, item, item.piece)
            for item in record.shared:
                pieces.setdefault(item.path, []).append((skill.name, item.piece))
    for folder, rows in entries.items():
        rows.sort(key=lambda row: str(row.get("name", "")))
        for placed in get(platforms[folder]).marketplace(marketplace, rows).pieces:
            path = f"{folder}/{placed.path}"
            if isinstance(placed.piece, File):
                result[folder].files[path] = placed.piece
            else:
                shared[folder].setdefault(path, []).append((marketplace, placed.piece))
    for folder, pieces in shared.items():
        for path, parts in pieces.items():
            problems: list[Diagnostic] = []
            data = assemble.join_shared(path, parts, problems)
            inside = path[len(folder) + 1 :].removeprefix("user/")
            problems += assemble.check_limits(get(platforms[folder]), inside, data, parts)
            result[folder].diagnostics += problems
            if worst(problems) is not Severity.ERROR:
                result[folder].files[path] = File(data)
    return result


def write(
    joined: Mapping[str, Joined], earlier: Mapping[str, tuple[str, int, int]], sink: Sink
) -> tuple[dict[str, tuple[str, int, int]], list[Diagnostic]]:
    """Write joined files; return what lies on disk now and the findings."""
    now: dict[str, tuple[str, int, int]] = {}
    diagnostics: list[Diagnostic] = []
    for part in joined.values():
        diagnostics += part.diagnostics
        for path, file in sorted(part.files.items()):
            owner = part.owners.get(path, path)
            digest = sha256(file.data).hexdigest()
            try:
                done = sink.put(
                    path, file.data, digest, executable=file.executable, ours=path in earlier
                )
            except Conflict:
                diagnostics.append(report(codes.IN_THE_WAY, owner, output=path))
            except OSError as error:
                reason = error.strerror or str(error)
                diagnostics.append(report(codes.NOT_WRITTEN, owner, output=path, reason=reason))
            else:
                now[path] = (digest, done.size, done.mtime_ns)
    return now, diagnostics
