"""``skills.lock``: what is installed, to the last bit, in a form that reads well in a diff.

One line a file. ``integrity`` is the digest of everything else in the file, so a change of the lock
itself is noticed as well. Paths are relative to the root (the project, or the home folder).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from polyskill.compiler.codes import install as codes
from polyskill.compiler.diagnostics import report

from .errors import InstallError

__all__ = ["FORMAT", "BlockEntry", "FileEntry", "Lock", "SkillEntry", "digest", "parse", "render"]

FORMAT = 1


def digest(data: bytes) -> str:
    """Return the sha256 of ``data`` in hexadecimal digits."""
    return sha256(data).hexdigest()


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file that polyskill wrote: the digest of its bytes and its permission bits."""

    sha256: str
    mode: int = 0o644


@dataclass(frozen=True, slots=True)
class BlockEntry:
    """A block in a file that others write too: the digest of its text, with LF line endings."""

    sha256: str
    style: str = "html"
    header: str = ""


@dataclass(frozen=True, slots=True)
class SkillEntry:
    """One installed skill: where it comes from, for whom it is, and what it brought.

    ``source`` is as the user wrote it; ``revision`` a commit or the digest of what was downloaded
    (empty for a folder); ``digest`` that of the source tree. ``title`` is the name that the source
    gives where assistants could not take it (a Chinese one). ``compiler`` is the version of
    polyskill that wrote the files. ``wanted`` says that skills.toml asks for it.
    """

    name: str
    source: str
    title: str = ""
    revision: str = ""
    digest: str = ""
    version: str = ""
    licence: str = ""
    lang: str = "en"
    form: str = ""
    targets: tuple[str, ...] = ()
    compiler: str = ""
    wanted: bool = False
    files: Mapping[str, FileEntry] = field(default_factory=dict)
    blocks: Mapping[str, BlockEntry] = field(default_factory=dict)
    keys: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def paths(self) -> Iterator[str]:
        """All paths that the skill has a part in."""
        yield from self.files
        yield from self.blocks
        yield from self.keys


@dataclass(frozen=True, slots=True)
class Lock:
    """Everything that is installed below one root.

    ``folders`` are the outermost folders that polyskill had to create; ``created`` the shared files
    that were not there before.
    """

    skills: Mapping[str, SkillEntry] = field(default_factory=dict)
    folders: tuple[str, ...] = ()
    created: tuple[str, ...] = ()

    def with_skill(self, name: str, entry: SkillEntry | None) -> Lock:
        """Return a lock with one skill set, or without it."""
        skills = {key: value for key, value in self.skills.items() if key != name}
        if entry is not None:
            skills[name] = entry
        return replace(self, skills=skills)

    def named(self, name: str) -> str:
        """Return the name of the skill that is called so, or so in its source (empty: none)."""
        if name in self.skills:
            return name
        titled = [one.name for one in self.skills.values() if one.title and one.title == name]
        return titled[0] if len(titled) == 1 else ""

    def owner(self, path: str) -> str:
        """Return the skill that has a file of its own at ``path`` (empty: none)."""
        return next((name for name, entry in self.skills.items() if path in entry.files), "")

    def sharers(self, path: str) -> tuple[str, ...]:
        """Return the skills that have a block or keys in ``path``."""
        return tuple(
            name
            for name, entry in self.skills.items()
            if path in entry.blocks or path in entry.keys
        )


def _skill_json(entry: SkillEntry) -> dict[str, Any]:
    values: dict[str, Any] = {
        "title": entry.title,
        "source": entry.source,
        "revision": entry.revision,
        "digest": entry.digest,
        "version": entry.version,
        "licence": entry.licence,
        "lang": entry.lang,
        "form": entry.form,
        "targets": list(entry.targets),
        "polyskill": entry.compiler,
        "wanted": entry.wanted,
        "files": {
            path: f"sha256:{item.sha256} {item.mode:o}" for path, item in entry.files.items()
        },
        "blocks": {
            path: {"sha256": item.sha256, "style": item.style, "header": item.header}
            for path, item in entry.blocks.items()
        },
        "keys": dict(entry.keys),
    }
    needed = ("source", "lang", "targets", "polyskill")
    return {key: value for key, value in values.items() if value or key in needed}


def _integrity(values: Mapping[str, Any]) -> str:
    plain = json.dumps(values, sort_keys=True, separators=(",", ":"))
    return f"sha256:{sha256(plain.encode()).hexdigest()}"


def render(lock: Lock, scope: str) -> bytes:
    """Return the bytes of ``skills.lock``: the same for the same lock, whoever writes it."""
    values: dict[str, Any] = {
        "version": FORMAT,
        "scope": scope,
        "folders": sorted(lock.folders),
        "created": sorted(lock.created),
        "skills": {name: _skill_json(entry) for name, entry in sorted(lock.skills.items())},
    }
    values = {"integrity": _integrity(values), **values}
    text = json.dumps(values, ensure_ascii=False, indent=1) + "\n"
    return text.encode("utf-8", "surrogatepass")


def _file(text: str) -> FileEntry:
    digest_part, _, mode = text.partition(" ")
    kind, _, found = digest_part.partition(":")
    if kind != "sha256" or len(found) != 64:
        raise ValueError(text)
    return FileEntry(found, int(mode or "644", 8))


def _skill(name: str, data: Mapping[str, Any]) -> SkillEntry:
    return SkillEntry(
        name=name,
        source=str(data["source"]),
        title=str(data.get("title", "")),
        revision=str(data.get("revision", "")),
        digest=str(data.get("digest", "")),
        version=str(data.get("version", "")),
        licence=str(data.get("licence", "")),
        lang=str(data["lang"]),
        form=str(data.get("form", "")),
        targets=tuple(map(str, data["targets"])),
        compiler=str(data["polyskill"]),
        wanted=bool(data.get("wanted", False)),
        files={path: _file(text) for path, text in data.get("files", {}).items()},
        blocks={path: BlockEntry(**item) for path, item in data.get("blocks", {}).items()},
        keys={path: dict(item) for path, item in data.get("keys", {}).items()},
    )


def parse(data: bytes, path: str) -> Lock:
    """Read ``skills.lock``.

    Raises:
        InstallError: it is no lock, of a later format, or not as polyskill wrote it.
    """
    try:
        values = json.loads(data)
        said = values.pop("integrity")
        version = values["version"]
        if not isinstance(version, int):
            raise TypeError(version)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InstallError(report(codes.LOCK_INVALID, path, reason=_short(error))) from error
    if version > FORMAT:
        raise InstallError(report(codes.LOCK_NEWER, path, version=version, known=FORMAT))
    if _integrity(values) != said:
        raise InstallError(report(codes.LOCK_CHANGED, path))
    try:
        skills = {name: _skill(name, item) for name, item in values["skills"].items()}
        return Lock(skills, tuple(values["folders"]), tuple(values["created"]))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InstallError(report(codes.LOCK_INVALID, path, reason=_short(error))) from error


def _short(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"`{error.args[0]}` is missing"[:200]
    return f"{type(error).__name__}: {error}"[:200]
