"""From what a user names to skills that may be installed: fetched, read and checked."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from polyskill.compiler import checks, readers
from polyskill.compiler.codes import build as build_codes
from polyskill.compiler.codes import install as codes
from polyskill.compiler.codes.identity import FOLDER_DIFFERS
from polyskill.compiler.codes.schema import NAME_NOT_FOLDER
from polyskill.compiler.diagnostics import Diagnostic, Severity, report
from polyskill.compiler.localized import Lang
from polyskill.compiler.model import Kind, Skill

from ..deliver.fingerprint import of_code
from ..deliver.worker import internal
from ..sources import Fetched, Progress, SourceError, Spec, fetch, parse, quiet
from ..sources.tree import folder_digest
from .lock import digest
from .run import Wish

__all__ = ["Asked", "Batch", "Resolved", "Resolver", "specs_of", "spelled"]

_SAFETY = "PS3"
_FOLDER = (FOLDER_DIFFERS, NAME_NOT_FOLDER)


@dataclass(frozen=True, slots=True)
class Asked:
    """One source, and how its skills are to be installed.

    ``revision`` is the recorded one, which must come out again (empty: the newest).
    """

    spec: Spec
    targets: tuple[str, ...]
    lang: Lang = Lang.EN
    form: Kind | None = None
    pick: tuple[str, ...] = ()
    revision: str = ""
    wanted: bool = False


@dataclass(frozen=True, slots=True)
class Batch:
    """A source that is on this machine and has not been read yet."""

    asked: Asked
    fetched: Fetched
    source: str
    allow: frozenset[str]

    @property
    def key(self) -> str:
        """A digest of all that decides what comes of it."""
        asked = self.asked
        parts = (self.fetched.digest, self.fetched.revision, sorted(self.allow), *asked.pick)
        said = (asked.targets, asked.lang.value, asked.form, asked.wanted, of_code())
        return digest(repr((parts, said)).encode())


@dataclass(slots=True)
class Resolved:
    """What was fetched, the skills that were refused so far, and what there is to say."""

    batches: list[Batch] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)


def spelled(spec: Spec, root: Path) -> str:
    """Return how a lock spells a source: what lies in the project, relative to the project."""
    if spec.kind not in ("folder", "archive") or "://" in spec.location:
        return spec.text
    relative = os.path.relpath(spec.location, root).replace(os.sep, "/")
    if relative.startswith("../") or os.path.isabs(relative):
        return spec.location
    return "." if relative == "." else f"./{relative}"


class Resolver:
    """Reads sources; one that cannot be had stops only itself."""

    def __init__(
        self,
        root: Path,
        cache: Path,
        *,
        bundled: Path | None = None,
        allow: Collection[str] = (),
        offline: bool = False,
        allow_http: bool = False,
        progress: Progress = quiet,
    ) -> None:
        self._root, self._cache, self._bundled = root, cache, bundled
        self._allow = frozenset(allow)
        self._offline, self._allow_http, self._progress = offline, allow_http, progress
        self.resolved = Resolved()
        self._names: dict[str, str] = {}

    def fetch(self, spec: Spec, revision: str = "") -> list[Fetched]:
        """Bring a source onto this machine.

        Raises:
            SourceError: it cannot be had.
        """
        return fetch(
            spec,
            cache=self._cache,
            revision=revision,
            offline=self._offline,
            bundled=self._bundled,
            allow_http=self._allow_http,
            progress=self._progress,
        )

    def add(self, asked: Asked, allow: Collection[str] = ()) -> None:
        """Fetch one source; ``allow`` are further codes that do not stop its skills."""
        try:
            fetched = self.fetch(asked.spec, asked.revision)
        except SourceError as error:
            self.resolved.diagnostics.append(error.diagnostic)
            return
        for one in fetched:
            self.resolved.diagnostics += one.notes
            source = spelled(self._named(one.spec, asked), self._root)
            self.resolved.batches.append(Batch(asked, one, source, self._allow | set(allow)))

    def read(self, batch: Batch) -> list[Wish]:
        """Read the skills of a source; what is wrong is added to the findings."""
        asked, found = batch.asked, self.resolved
        listed = batch.fetched.spec.pick  # a marketplace's entry is chosen by its own name
        skills = [
            skill
            for skill in self._skills(batch.fetched)
            if not asked.pick or listed or skill.name in asked.pick
        ]
        missing = sorted(set(asked.pick) - {skill.name for skill in skills} - set(listed))
        if not skills or missing:
            source = asked.spec.text
            named = "".join(f" `{name}`" for name in missing)
            found.diagnostics.append(report(codes.NO_SKILL, source, source=source, named=named))
        return [wish for skill in skills if (wish := self._accepted(skill, batch)) is not None]

    def _skills(self, fetched: Fetched) -> list[Skill]:
        skills: list[Skill] = []
        for candidate in readers.discover(fetched.path):
            try:
                result = readers.read(candidate)
            except Exception as error:  # the wall between one source and the rest of the run
                self.resolved.diagnostics.append(internal(str(candidate.path), error))
                continue
            self.resolved.diagnostics += [
                found for found in result.diagnostics if found.severity is not Severity.INFO
            ]
            skills += result.skills
        return skills

    def _accepted(self, skill: Skill, batch: Batch) -> Wish | None:
        other = self._names.setdefault(skill.name.casefold(), skill.path)
        if other != skill.path:
            self.resolved.diagnostics.append(
                report(build_codes.DUPLICATE_NAME, skill.path, name=skill.name, other=other)
            )
            self.resolved.refused.append(skill.name)
            return None
        asked, fetched = batch.asked, batch.fetched
        return Wish(
            skill=skill,
            source=batch.source,
            targets=asked.targets,
            lang=asked.lang,
            form=asked.form,
            revision=fetched.revision,
            digest=_digest(skill, fetched),
            version=fetched.version,
            wanted=asked.wanted,
            pinned=fetched.pinned,
        )

    def digests(self, spec: Spec) -> dict[str, str]:
        """Return the digest of each skill of a source as it is now.

        Raises:
            SourceError: it cannot be had.
        """
        return {
            skill.name: _digest(skill, fetched)
            for fetched in self.fetch(spec)
            for skill in self._skills(fetched)
        }

    def versions(self, spec: Spec) -> dict[str, str]:
        """Return the version of each skill of a source as it is now.

        Raises:
            SourceError: it cannot be had.
        """
        return {
            skill.name: fetched.version or skill.metadata.get("version", "")
            for fetched in self.fetch(spec)
            for skill in self._skills(fetched)
        }

    def safe(self, skill: Skill, allow: frozenset[str]) -> bool:
        """Check a skill; ``False`` if something that was found keeps it from being installed."""
        told = [
            one
            for one in checks.check_before_install(skill)
            # Installed folders are called like their skills, whatever the source folder is called.
            if one.code not in _FOLDER
            and (one.severity is Severity.ERROR or one.code.id.startswith(_SAFETY))
            and not (one.severity is Severity.ERROR and one.code.id in allow)
        ]
        self.resolved.diagnostics += told
        self.resolved.diagnostics += [  # what the reader had to make good, a name for example
            replace(one, skill=skill.name)
            for one in skill.diagnostics
            if one.severity is Severity.WARNING and one.code not in _FOLDER
        ]
        stopping = sorted({one.code.id for one in told if one.severity is Severity.ERROR})
        if stopping:
            names = ", ".join(f"`{code}`" for code in stopping)
            stopped = report(codes.NOT_ALLOWED, skill.path, name=skill.name, codes=names)
            self.resolved.diagnostics.append(replace(stopped, skill=skill.name))
            self.resolved.refused.append(skill.name)
        return not stopping

    @staticmethod
    def _named(fetched: Spec, asked: Asked) -> Spec:
        """Return the spec of one entry of a list, spelled so that it alone can be had again."""
        return fetched if asked.spec.kind in ("marketplace", "index") else asked.spec


def _digest(skill: Skill, fetched: Fetched) -> str:
    """Return the digest of what a skill is read from: its folder, else its whole source."""
    path = Path(skill.path)
    if path == fetched.path or not path.is_dir():
        return fetched.digest
    return folder_digest(path)


def specs_of(texts: Sequence[str], base: Path, bundled: Path | None) -> list[Spec]:
    """Return what texts name.

    Raises:
        SourceError: one of them names nothing.
    """
    names = sorted(path.name for path in bundled.iterdir() if path.is_dir()) if bundled else ()
    return [parse(text, base=base, bundled=names) for text in texts]
