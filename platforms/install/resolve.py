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

from ..deliver.worker import internal
from ..sources import Fetched, Progress, SourceError, Spec, fetch, parse, quiet
from .run import Wish

__all__ = ["Asked", "Resolved", "Resolver", "specs_of", "spelled"]

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


@dataclass(slots=True)
class Resolved:
    """The skills that may be installed, those that may not, and what there is to say."""

    wishes: list[Wish] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)


def spelled(spec: Spec, root: Path) -> str:
    """Return how a lock spells a source: what lies in the project, relative to the project."""
    if spec.kind not in ("folder", "archive") or "://" in spec.location:
        return spec.text
    relative = os.path.relpath(spec.location, root).replace(os.sep, "/")
    if relative.startswith("../") or os.path.isabs(relative):
        return spec.location
    return f"./{relative}"


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
        """Resolve one source; ``allow`` are further codes that do not stop its skills."""
        try:
            fetched = self.fetch(asked.spec, asked.revision)
        except SourceError as error:
            self.resolved.diagnostics.append(error.diagnostic)
            return
        found = 0
        for one in fetched:
            self.resolved.diagnostics += one.notes
            for skill in self._read(one):
                if asked.pick and skill.name not in asked.pick and one.spec.pick == ():
                    continue
                found += 1
                self._accept(skill, one, asked, self._allow | set(allow))
        missing = set(asked.pick) - self._names.keys() if asked.pick else set()
        if not found or missing:
            named = "".join(f" `{name}`" for name in sorted(missing))
            source = asked.spec.text
            self.resolved.diagnostics.append(
                report(codes.NO_SKILL, source, source=source, named=named)
            )

    def _read(self, fetched: Fetched) -> list[Skill]:
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

    def _accept(self, skill: Skill, fetched: Fetched, asked: Asked, allow: frozenset[str]) -> None:
        key = skill.name.casefold()
        if key in {name.casefold() for name in self._names}:
            other = next(path for name, path in self._names.items() if name.casefold() == key)
            self.resolved.diagnostics.append(
                report(build_codes.DUPLICATE_NAME, skill.path, name=skill.name, other=other)
            )
            self.resolved.refused.append(skill.name)
            return
        self._names[skill.name] = skill.path
        # Installed folders are called like their skills, whatever the source folder is called.
        found = [one for one in checks.check_skill(skill) if one.code not in _FOLDER]
        told = [
            one
            for one in found
            if one.severity is Severity.ERROR or one.code.id.startswith(_SAFETY)
        ]
        stopping = sorted({one.code.id for one in told if one.severity is Severity.ERROR} - allow)
        allowed = [one for one in told if one.severity is Severity.ERROR and one.code.id in allow]
        self.resolved.diagnostics += [
            replace(one, skill=skill.name) for one in told if one not in allowed
        ]
        if stopping:
            self.resolved.diagnostics.append(
                replace(
                    report(
                        codes.NOT_ALLOWED,
                        skill.path,
                        name=skill.name,
                        codes=", ".join(f"`{code}`" for code in stopping),
                    ),
                    skill=skill.name,
                )
            )
            self.resolved.refused.append(skill.name)
            return
        self.resolved.wishes.append(
            Wish(
                skill=skill,
                source=spelled(self._named(fetched.spec, asked), self._root),
                targets=asked.targets,
                lang=asked.lang,
                form=asked.form,
                revision=fetched.revision,
                digest=fetched.digest,
                version=fetched.version,
                wanted=asked.wanted,
                pinned=fetched.pinned,
            )
        )

    @staticmethod
    def _named(fetched: Spec, asked: Asked) -> Spec:
        """Return the spec of one entry of a list, spelled so that it alone can be had again."""
        if asked.spec.kind in ("marketplace", "index") and not asked.spec.pick:
            return replace(fetched, text=f"{asked.spec.text}#{','.join(fetched.pick)}")
        return asked.spec


def specs_of(texts: Sequence[str], base: Path, bundled: Path | None) -> list[Spec]:
    """Return what texts name.

    Raises:
        SourceError: one of them names nothing.
    """
    names = sorted(path.name for path in bundled.iterdir() if path.is_dir()) if bundled else ()
    return [parse(text, base=base, bundled=names) for text in texts]
