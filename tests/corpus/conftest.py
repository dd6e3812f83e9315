"""The corpus, read once and built once in memory, for every test of this folder."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pytest

from polyskill.compiler.diagnostics import Diagnostic
from polyskill.compiler.localized import Lang
from polyskill.compiler.model import Kind, Skill
from polyskill.compiler.readers import Candidate, ReadResult, discover, read
from polyskill.platforms import registry
from polyskill.platforms.deliver import joined, worker
from polyskill.platforms.deliver.records import SkillRecord, Target
from polyskill.platforms.deliver.sinks import Written
from polyskill.platforms.deliver.worker import Job, run_job

ROOT = Path(__file__).resolve().parents[2]
VIEWS = (Lang.EN, Lang.ZH, Lang.BILINGUAL)
FORMS = (Kind.SKILL, Kind.RULES, Kind.AGENT)


@dataclass(frozen=True)
class Source:
    """A candidate of the corpus, and what the readers make of it."""

    candidate: Candidate
    result: ReadResult
    base: Path

    @property
    def path(self) -> str:
        """Where it lies, relative to ../shared."""
        return self.candidate.path.relative_to(self.base).as_posix()

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """What reading found, of the source and of its skills."""
        own = [found for skill in self.result.skills for found in skill.diagnostics]
        return [*self.result.diagnostics, *own]


@dataclass(frozen=True)
class Emitted:
    """One file that a build would write."""

    source: str
    target: str
    form: Kind
    path: str
    data: bytes = field(repr=False)

    @cached_property
    def name(self) -> str:
        """The file's name."""
        return self.path.rpartition("/")[2]

    @property
    def platform(self) -> str:
        """The platform that it is for."""
        return self.target.removeprefix("bundles/").partition("/")[0]


@dataclass
class Memory:
    """A sink that keeps what is put into it."""

    files: dict[str, bytes] = field(default_factory=dict)

    def put(self, path: str, data: bytes, digest: str, *, executable: bool, ours: bool) -> Written:
        del digest, executable, ours
        assert path not in self.files, path
        self.files[path] = data
        return Written(len(data), 0)

    def discard(self, path: str) -> None:
        raise AssertionError(path)


@dataclass
class Built:
    """All files of all skills, each skill built alone, and what was found while building."""

    files: list[Emitted] = field(default_factory=list)
    records: list[SkillRecord] = field(default_factory=list)
    diagnostics: list[tuple[str, Kind, Diagnostic]] = field(default_factory=list)

    def named(self, *names: str) -> Iterator[Emitted]:
        """Yield the files of these names (or paths' ends), each content once."""
        seen: set[tuple[str, bytes]] = set()
        for file in self.files:
            if any(file.path.endswith(name) for name in names):
                key = file.path.rpartition("/")[0].rpartition("/")[2], file.data
                if key not in seen:
                    seen.add(key)
                    yield file


def targets(form: Kind) -> tuple[Target, ...]:
    """Every platform in every language; as packages too, which have but one form."""
    made = [Target(name, lang) for name in registry.names() for lang in VIEWS]
    if form is Kind.SKILL:
        made += [
            Target(name, lang, package=True, suffix="" if lang is Lang.EN else f"-{lang.value}")
            for name in registry.names()
            if registry.get(name).packages
            for lang in VIEWS
        ]
    return tuple(made)


@pytest.fixture(scope="session")
def rows(shared: Path) -> list[dict[str, str]]:
    """The lines of the corpus' index."""
    with (shared / "corpus" / "index.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="session")
def sources(shared: Path, corpus_read: list[tuple[Candidate, ReadResult]]) -> list[Source]:
    """Everything that is found in the corpus and among the sources."""
    return [Source(candidate, result, shared) for candidate, result in corpus_read]


@pytest.fixture(scope="session")
def skills(sources: list[Source]) -> list[Skill]:
    """All their skills."""
    return [skill for source in sources for skill in source.result.skills]


@pytest.fixture(scope="session")
def built(sources: list[Source]) -> Built:
    """Every skill for every platform, in every language and form, through the build's worker.

    Our own skills are among them: the corpus has no servers, and few commands and rules.
    """
    made = Built()
    sources = sources + [
        Source(candidate, read(candidate), ROOT)
        for folder in (ROOT / "tests" / "fixtures", ROOT / "skills")
        for candidate in discover(folder)
    ]
    plans = {form: targets(form) for form in FORMS}
    for source in sources:
        origin = source.path
        names = frozenset(skill.name for skill in source.result.skills)
        for form in FORMS:
            sink = Memory()
            with pytest.MonkeyPatch.context() as patch:  # a source is read once for all its forms
                patch.setattr(worker.readers, "read", lambda _, known=source.result: known)
                done = run_job(Job(source.candidate, plans[form], names, form=form), sink)
            together = joined.join(done.skills, plans[form], "market")
            _, problems = joined.write(together, {}, sink)
            for skill in done.skills:
                problems += skill.diagnostics
                for record in skill.targets.values():
                    problems += record.diagnostics
            made.records += done.skills
            made.diagnostics += [(origin, form, found) for found in problems]
            for path, data in sink.files.items():
                parts = path.split("/", 2)
                target = "/".join(parts[:2])
                made.files.append(Emitted(origin, target, form, parts[2], data))
    return made
