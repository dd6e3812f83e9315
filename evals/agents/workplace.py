"""The project that an agent finds: compiled skills where its client looks, and a case's files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256

from polyskill.compiler.localized import Lang
from polyskill.compiler.model import Skill
from polyskill.platforms.assemble import assemble
from polyskill.platforms.base import File
from polyskill.platforms.parts.runtime import view_of
from polyskill.platforms.registry import get
from polyskill.runtime.judge.base import Message, Request

__all__ = ["Workplace", "compiled", "request"]

_STARTED = frozenset({"hooks", "mcp", "settings"})  # locations of what a client executes


@dataclass(frozen=True)
class Workplace:
    """Files by path below the project, with ``/``; none for the arm without a skill.

    Raises:
        ValueError: a path leads out of the project.
    """

    files: Mapping[str, File] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for path in self.files:
            parts = path.replace("\\", "/").split("/")
            if not path or "" in parts or ".." in parts or ":" in parts[0]:
                msg = f"{path!r} is no path inside of a project"
                raise ValueError(msg)

    @cached_property
    def id(self) -> str:
        """The sha256 (hexadecimal) of all paths, modes and bytes: what an agent is given."""
        digest = sha256()
        for path, file in sorted(self.files.items()):
            mode = "x" if file.executable else "-"
            content = sha256(file.data).hexdigest()
            digest.update(f"{path}\0{mode}{content}\n".encode("utf-8", "surrogateescape"))
        return digest.hexdigest()

    def with_files(self, files: Mapping[str, bytes]) -> Workplace:
        """Return this project with a case's own files in it.

        Raises:
            ValueError: a file of the case lies where one of the skill's does, or leads out.
        """
        taken = sorted(self.files.keys() & files.keys())
        if taken:
            msg = f"the case brings {taken[0]!r}, which the compiled skill has, too"
            raise ValueError(msg)
        added = {path: File(data) for path, data in files.items()}
        return Workplace({**self.files, **added})


def compiled(
    skills: Sequence[Skill], lang: Lang, platform: str, *, programs: bool = False
) -> Workplace:
    """Return the project with the skills compiled for a platform, as ``polyskill build`` does it.

    A skill that is not for this platform is left out. Hooks, MCP servers and other settings come
    along only with ``programs``: a client starts them on this machine, outside of any sandbox.

    Raises:
        PlatformError: there is no such platform.
    """
    found = get(platform)
    parts = []
    for skill in skills:
        if skill.platforms is None or platform in skill.platforms:
            view = view_of(skill, lang, platform)
            parts.append((skill.name, found.lower(view, found.form_for(view, None))))
    started = {one.project for one in found.locations if one.what in _STARTED and one.project}
    files = assemble(found, parts).files
    return Workplace(
        {path: file for path, file in files.items() if programs or path not in started}
    )


def request(prompt: str, workplace: Workplace) -> Request:
    """Return the request that an :class:`~polyskill.evals.agents.AgentProvider` understands.

    It has no system text of ours: ``system`` holds the workplace's id, so that the digest of the
    request covers the files that the agent finds.
    """
    return Request((Message("user", prompt),), system=workplace.id)
