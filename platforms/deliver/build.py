"""Build: sources → output folder, doing only what has changed since the last time."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from polyskill.compiler.codes import build as codes
from polyskill.compiler.diagnostics import Diagnostic, report
from polyskill.compiler.readers import Candidate, discover

from ..registry import origin
from .claims import Claims, peek
from .fingerprint import Fingerprint, of_code, of_source
from .outputs import below, broken, count_files, outputs, shown, unexpected
from .records import SkillRecord, Target
from .request import Request, Result
from .sinks import CompareSink, DiskSink, outputs_intact
from .store import Row, Store

if TYPE_CHECKING:  # reading and lowering are imported when there is something to build
    from .worker import Job, Made

__all__ = ["Request", "Result", "build"]

Progress = Callable[[int, int], None]
_TICK_NS = 20_000_000  # a file changed this shortly before the build may change again unnoticed
_RETRIED = frozenset({codes.IN_THE_WAY.id, codes.NOT_WRITTEN.id, codes.INTERNAL.id})


@dataclass(slots=True)
class _Source:
    """A candidate with all that is known about it in this run."""

    candidate: Candidate
    key: str
    root: str
    fingerprint: Fingerprint
    row: Row | None
    stale: tuple[Target, ...] = ()
    names: tuple[str, ...] = ()
    granted: frozenset[str] = frozenset()
    skills: list[SkillRecord] = field(default_factory=list)
    diagnostics: tuple[Diagnostic, ...] = ()


def _key(candidate: Candidate) -> str:
    detail = f"{candidate.dialect} {candidate.form} {candidate.entry}"
    # A path that is not UTF-8 has lone surrogates, which no database takes.
    path = os.path.realpath(candidate.path).encode("utf-8", "surrogateescape")
    return f"{path.decode('utf-8', 'backslashreplace')}#{detail}"


def _fingerprint(candidate: Candidate) -> Fingerprint:
    """The fingerprint of all that a candidate is read from; an empty one is never fresh."""
    places = [str(candidate.path)]
    places += [str(candidate.twin)] if candidate.twin is not None else []
    places += [candidate.listing] if candidate.listing else []
    try:
        found = [of_source(place) for place in places]
    except OSError:
        return Fingerprint("", 0)  # the reader will say what is wrong
    return Fingerprint(" ".join(found), max(item.newest for item in found))


def _config(target: Target, request: Request) -> str:
    form = request.form.value if request.form else ""
    return f"{of_code()} {origin(target.platform)} {form}"


class _Build:
    """One run. The steps of :func:`build`, in order, on common ground."""

    def __init__(self, request: Request, store: Store, progress: Progress) -> None:
        self.request = request
        self.store = store
        self.progress = progress
        self.started = time.time_ns()
        self.result = Result()
        self.claims = Claims()
        self.configs = {target.key: _config(target, request) for target in request.targets}
        self.sink: DiskSink | CompareSink = (
            CompareSink(request.out)
            if request.compare
            else DiskSink(
                request.out,
                share=request.share,
                force=request.force,
                since=store.unfinished(),
            )
        )
        self.others: list[Row] = []

    # -- 1. what is there ---------------------------------------------------------------------

    def sources(self) -> list[_Source]:
        """Look at every source path; a path without a skill is a finding."""
        found: dict[str, _Source] = {}
        for root in self.request.sources:
            candidates = discover(root)
            if not candidates:
                self.result.diagnostics.append(report(codes.NOTHING_TO_BUILD, str(root)))
            for candidate in candidates:
                key = _key(candidate)
                if candidate.dialect is None:
                    self.result.diagnostics += candidate.diagnostics
                    continue
                if key in found:
                    continue
                fingerprint = _fingerprint(candidate)
                row = None if self.request.compare else self.store.get(key)
                found[key] = _Source(candidate, key, os.path.realpath(root), fingerprint, row)
        return list(found.values())

    def prune(self, sources: Sequence[_Source]) -> None:
        """Forget sources that are gone, with their output; keep those of other roots."""
        present = {source.key for source in sources}
        roots = {os.path.realpath(root) for root in self.request.sources}
        for key, root in self.store.sources():
            if key in present:
                continue
            row = self.store.get(key)
            if row is not None and root not in roots and os.path.exists(key.partition("#")[0]):
                self.others.append(row)
                self.claims.claim(key, [skill.name for skill in row.skills if skill.targets])
                continue
            if not self.request.compare:
                self.discard(outputs(row.skills if row else ()))
                self.store.drop(key)

    def discard(self, paths: Iterable[str]) -> None:
        """Remove output that nothing stands for any more."""
        for path in sorted(paths):
            self.sink.discard(path)
            self.result.counts.removed += 1

    # -- 2. what must be done -----------------------------------------------------------------

    def plan(self, sources: Sequence[_Source]) -> None:
        """Give out the names, and decide which targets of which source are stale."""
        unknown = []
        for source in sources:
            if source.row is not None and source.row.fingerprint == source.fingerprint:
                source.names = tuple(skill.name for skill in source.row.skills)
            else:
                name = peek(source.candidate)
                if name is None:
                    unknown.append(source)
                else:
                    source.names = (name,)
        if unknown:
            jobs = [self.job(source, None) for source in unknown]
            for source, made in zip(unknown, self.run(jobs), strict=True):
                source.names = tuple(skill.name for skill in made.skills)
        for source in sources:
            source.granted = self.claims.claim(source.key, source.names)
            source.stale = tuple(
                target for target in self.request.targets if not self.fresh(source, target)
            )

    def fresh(self, source: _Source, target: Target) -> bool:
        """Whether a target of a source is on disk exactly as this run would write it."""
        row = source.row
        if row is None or not row.fingerprint or row.fingerprint != source.fingerprint:
            return False
        for skill in row.skills:
            record = skill.targets.get(target.key)
            granted = skill.name in source.granted
            if record is None:
                if granted and not broken(skill):
                    return False
                continue
            if not granted or row.configs.get((skill.name, target.key)) != self.configs[target.key]:
                return False
            stats = {item.path: (item.size, item.mtime_ns) for item in record.outputs}
            if not outputs_intact(str(self.request.out), stats):
                return False
        return True

    # -- 3. doing it --------------------------------------------------------------------------

    def run(self, jobs: Sequence[Job]) -> list[Made]:
        """Run jobs here or in worker processes; the results are in the order of the jobs."""
        if not jobs:
            return []
        from . import pool  # noqa: PLC0415

        done = pool.run(jobs, self.sink, self.request.jobs, self.progress)
        counts = self.result.counts
        counts.written += done.written
        counts.shared += done.shared
        counts.untouched += done.untouched
        self.result.changes += done.changes
        return done.made

    def make(self, sources: Sequence[_Source]) -> None:
        """Build what is stale, and take the rest from the cache."""
        stale = [source for source in sources if source.stale]
        if stale and not self.request.compare:
            self.store.begin_writing(self.started)
        jobs = [self.job(source, source.granted) for source in stale]
        again: list[_Source] = []
        for source, made in zip(stale, self.run(jobs), strict=True):
            self.take(source, made)
            mistaken = {
                skill.name
                for skill in source.skills
                if not skill.granted and skill.name not in source.names
            }
            if mistaken:  # the peek was wrong: the true name may be free
                source.granted |= self.claims.claim(source.key, mistaken)
                again.append(source)
        for source, made in zip(
            again, self.run([self.job(source, source.granted) for source in again]), strict=True
        ):
            self.take(source, made)
        for source in sources:
            if not source.stale and source.row is not None:
                source.skills = list(source.row.skills)

    def job(self, source: _Source, granted: frozenset[str] | None) -> Job:
        """Return the job that builds the stale targets of a source (or only tells its names)."""
        from .worker import Job  # noqa: PLC0415

        known = frozenset(outputs(source.row.skills)) if source.row else frozenset()
        return Job(source.candidate, source.stale, granted, known, self.request.form)

    def take(self, source: _Source, made: Made) -> None:
        """Join what was built now with the targets that were still good."""
        old = {skill.name: skill for skill in source.row.skills} if source.row else {}
        source.diagnostics = made.diagnostics
        source.skills = []
        for skill in made.skills:
            kept = dict(old[skill.name].targets) if skill.name in old else {}
            if not skill.granted:
                kept = {}
            source.skills.append(replace(skill, targets=kept | dict(skill.targets)))

    # -- 4. remembering -----------------------------------------------------------------------

    def remember(self, source: _Source) -> None:
        """Store a source that was built, and remove what it no longer writes."""
        if not source.stale or self.request.compare:
            return
        racy = source.fingerprint.newest > self.started - _TICK_NS
        configs: dict[tuple[str, str], str] = {}
        built = {target.key for target in source.stale}
        for skill in source.skills:
            for key, record in skill.targets.items():
                old = source.row.configs.get((skill.name, key), "") if source.row else ""
                if key in built:
                    retry = any(found.code.id in _RETRIED for found in record.diagnostics)
                    configs[skill.name, key] = "" if retry else self.configs[key]
                else:
                    same = source.row and source.row.fingerprint == source.fingerprint
                    configs[skill.name, key] = old if same else ""
        internal = any(found.code is codes.INTERNAL for found in source.diagnostics)
        fingerprint = "" if racy or internal else str(source.fingerprint)
        row = Row(
            source.key,
            source.root,
            fingerprint,
            source.fingerprint.newest,
            tuple(source.skills),
            configs,
        )
        if source.row is not None:
            self.discard(outputs(source.row.skills) - outputs(source.skills))
        self.store.put(row)

    def tell(self, source: _Source) -> None:
        """Collect the findings and the figures of a source."""
        result = self.result
        result.diagnostics += source.diagnostics
        wanted = {target.key for target in self.request.targets}
        for skill in source.skills:
            if skill.name not in source.granted:
                other = self.claims.owner(skill.name) or ""
                result.diagnostics.append(
                    report(
                        codes.DUPLICATE_NAME,
                        skill.path,
                        name=skill.name,
                        other=shown(other.partition("#")[0] if other != source.key else skill.path),
                    )
                )
            targets = {key: record for key, record in skill.targets.items() if key in wanted}
            result.skills.append(replace(skill, targets=targets))
            result.diagnostics += skill.diagnostics
            for record in targets.values():
                result.diagnostics += record.diagnostics
            bad = broken(skill) or any(record.failed for record in targets.values())
            if bad or skill.name not in source.granted:
                result.counts.failed += 1
            elif source.stale:
                result.counts.built += 1
            else:
                result.counts.cached += 1
            if broken(skill) and any(record.outputs for record in targets.values()):
                result.diagnostics.append(
                    report(codes.PREVIOUS_OUTPUT_KEPT, skill.path, name=skill.name)
                )

    def join(self, skills: Sequence[SkillRecord]) -> set[str]:
        """Write the files that several skills share; return their paths."""
        request = self.request
        earlier = self.store.joined()
        if not earlier and not any(
            record.shared or record.loose or record.entry is not None
            for skill in skills
            for record in skill.targets.values()
        ):
            return set()
        from . import joined  # noqa: PLC0415

        made = joined.join(skills, request.targets, request.marketplace)
        now, diagnostics = joined.write(made, earlier, self.sink)
        self.result.diagnostics += diagnostics
        if not request.compare:
            ours = below(earlier, made)
            self.discard(ours - set(now))
            kept = {path: values for path, values in earlier.items() if path not in ours}
            self.store.set_joined(kept | now)
        return {path for part in made.values() for path in part.files}

    def go(self) -> Result:
        """Run all steps."""
        sources = self.sources()
        self.prune(sources)
        self.plan(sources)
        self.make(sources)
        for source in sources:
            self.remember(source)
            self.tell(source)
        skills = [skill for source in sources for skill in source.skills]
        skills += [skill for row in self.others for skill in row.skills]
        paths = self.join([skill for skill in skills if skill.granted])
        self.result.files = count_files(self.request.targets, self.result.skills, paths)
        if isinstance(self.sink, CompareSink):
            expected = outputs(skills) | paths
            self.result.changes += self.sink.changes + unexpected(self.request, expected)
            self.result.changes.sort(key=lambda change: change.path)
        else:
            self.result.counts.written += self.sink.written
            self.result.counts.shared += self.sink.shared
            self.result.counts.untouched += self.sink.untouched
        return self.result


def build(request: Request, progress: Progress = lambda _done, _all: None) -> Result:
    """Build what is stale; never raises for what is in the sources.

    Raises:
        PlatformError: there is no platform of that name, or it cannot be loaded.
        OSError: the output folder cannot be created or read.
    """
    with Store(request.out, read_only=request.compare) as store:
        return _Build(request, store, progress).go()
