"""One source → its skills → their files. Runs in the parent or in a worker process."""

from __future__ import annotations

import os
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

from polyskill.compiler import checks, readers
from polyskill.compiler.codes import build as codes
from polyskill.compiler.diagnostics import Diagnostic, Severity, report, worst
from polyskill.compiler.localized import Text
from polyskill.compiler.model import Kind, Skill
from polyskill.compiler.readers import Candidate
from polyskill.compiler.view import View

from ..base import Bundle, File, Placed
from ..parts.runtime import view_of
from ..parts.text import MAX_NAME
from ..registry import get
from .records import OWN_ROOTS, Output, Shared, SkillRecord, Target, TargetRecord
from .sinks import Conflict, Sink

__all__ = ["Job", "Made", "internal", "run_job"]


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker is asked to do with one source.

    ``granted`` holds the skill names that this source may write (``None``: read only, tell the
    names). ``known`` are the paths that earlier builds wrote for it.
    """

    candidate: Candidate
    targets: tuple[Target, ...]
    granted: frozenset[str] | None
    known: frozenset[str] = frozenset()
    form: Kind | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """What came of a job."""

    candidate: Candidate
    skills: tuple[SkillRecord, ...]
    diagnostics: tuple[Diagnostic, ...] = ()


def internal(path: str, error: Exception) -> Diagnostic:
    """Return the finding for a failure of polyskill itself."""
    if os.environ.get("POLYSKILL_DEBUG"):
        traceback.print_exc()
    return report(codes.INTERNAL, path, reason=f"{type(error).__name__}: {error}")


def _texts(text: Text) -> Mapping[str, str | None]:
    return {"en": text.en, "zh": text.zh}


@dataclass
class _Digests:
    """Digests by identity: platforms hand on the same bytes objects."""

    _by_id: dict[int, str] = field(default_factory=dict)
    _alive: list[bytes] = field(default_factory=list)

    def of(self, data: bytes) -> str:
        found = self._by_id.get(id(data))
        if found is None:
            found = sha256(data).hexdigest()
            self._by_id[id(data)] = found
            self._alive.append(data)
        return found


def _owned(path: str, name: str) -> bool:
    """Whether a path lies in a folder that bears the skill's name, which nobody else may use.

    A skill may be called `agents` or `rules`: only the places for such folders count.
    """
    return path.startswith(f"{name}/") or any(f"{root}/{name}/" in path for root in OWN_ROOTS)


def _place(
    skill: Skill,
    folder: str,
    placed: Sequence[Placed],
    sink: Sink,
    digests: _Digests,
    known: frozenset[str],
    name: str,
) -> tuple[list[Output], list[Shared], list[Shared], list[Diagnostic]]:
    outputs: list[Output] = []
    loose: list[Shared] = []
    shared: list[Shared] = []
    problems: list[Diagnostic] = []
    for item in placed:
        places = [f"{folder}/{item.path}"] if item.path else []
        if item.user_path is not None and item.user_path not in ("", item.path):
            places.append(f"{folder}/user/{item.user_path}")
        for path in places:
            if not isinstance(item.piece, File):
                shared.append(Shared(path, item.piece))
            elif not _owned(path[len(folder) + 1 :], name):
                loose.append(Shared(path, item.piece))
            else:
                data, executable = item.piece.data, item.piece.executable
                digest = digests.of(data)
                try:
                    done = sink.put(path, data, digest, executable=executable, ours=path in known)
                except Conflict:
                    problems.append(report(codes.IN_THE_WAY, skill.path, output=path))
                except OSError as error:
                    reason = error.strerror or str(error)
                    problems.append(
                        report(codes.NOT_WRITTEN, skill.path, output=path, reason=reason)
                    )
                else:
                    outputs.append(Output(path, digest, done.size, done.mtime_ns, executable))
    return outputs, loose, shared, problems


def _lower(
    target: Target, view: View, form: Kind | None
) -> tuple[Bundle, Mapping[str, object] | None, str, str]:
    """Return the bundle, the marketplace row, the folder, and the name that owns the files."""
    platform = get(target.platform)
    if target.package:
        # A package's name may be that of its skill, which takes no more than 64 characters.
        name = view.name[: MAX_NAME - len(target.suffix)].rstrip("-") + target.suffix
        package = platform.package(view, name)
        return package.bundle, package.entry, f"{target.folder}/plugins/{name}", name
    chosen = platform.form_for(view, form)
    return platform.lower(view, chosen), None, target.folder, view.name


def _target(skill: Skill, target: Target, job: Job, sink: Sink, digests: _Digests) -> TargetRecord:
    wanted = skill.platforms
    if wanted is not None and target.platform not in wanted:
        return TargetRecord(skill.name)
    try:
        view = view_of(skill, target.lang, target.platform)
        bundle, entry, folder, owner = _lower(target, view, job.form)
    except Exception as error:  # the wall between one skill and the rest of the run
        return TargetRecord(skill.name, diagnostics=(internal(skill.path, error),))
    record = TargetRecord(
        skill.name,
        tokens=bundle.tokens,
        losses=bundle.losses,
        coverage={
            role.value: (share.covered, share.total)
            for role, share in view.coverage.by_role.items()
        },
        withheld=tuple((item.title, item.reason, item.line) for item in view.withheld),
        entry=entry,
        diagnostics=tuple(replace(found, skill=skill.name) for found in bundle.diagnostics),
    )
    if worst(bundle.diagnostics) is Severity.ERROR:
        return record
    if target.package:  # the plugin's folder is its own: everything in it is owned
        bundle_pieces = [replace(item, path=f"{owner}/{item.path}") for item in bundle.pieces]
        folder = folder[: -len(owner) - 1]
    else:
        bundle_pieces = list(bundle.pieces)
    outputs, loose, shared, problems = _place(
        skill, folder, bundle_pieces, sink, digests, job.known, owner
    )
    return replace(
        record,
        outputs=tuple(outputs),
        loose=tuple(loose),
        shared=tuple(shared),
        diagnostics=record.diagnostics + tuple(problems),
    )


def _skill(skill: Skill, job: Job, sink: Sink) -> SkillRecord:
    granted = job.granted is not None and skill.name in job.granted
    findings = [
        replace(found, skill=skill.name) if not found.skill else found
        for found in checks.check_skill(skill, gate_only=True)
    ]
    targets: dict[str, TargetRecord] = {}
    if granted and worst(findings) is not Severity.ERROR:
        digests = _Digests()
        for target in job.targets:
            targets[target.key] = _target(skill, target, job, sink, digests)
    return SkillRecord(
        name=skill.name,
        path=skill.path,
        dialect=skill.dialect.value,
        kind=skill.kind.value,
        title=_texts(skill.title),
        description=_texts(skill.description),
        resource_paths=tuple(resource.path for resource in skill.resources),
        diagnostics=tuple(findings),
        targets=targets,
        granted=granted,
    )


def run_job(job: Job, sink: Sink) -> Made:
    """Read a source and write what it becomes; never raises for what is in the source."""
    path = str(Path(job.candidate.path))
    try:
        result = readers.read(job.candidate)
        records: list[SkillRecord] = []
        seen: set[str] = set()
        for skill in result.skills:
            record = _skill(
                skill, job if skill.name not in seen else replace(job, granted=None), sink
            )
            seen.add(skill.name)
            records.append(record)
    except Exception as error:  # the wall between one source and the rest of the run
        return Made(job.candidate, (), (internal(path, error),))
    return Made(job.candidate, tuple(records), result.diagnostics)
