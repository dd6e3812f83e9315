"""What must arrive in a client: one expectation a skill, from what lies in the client's folders."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from polyskill.compiler.codes.verify import UNKNOWN_CLIENT

from ..base import PlatformError
from ..clients import get, names
from .files import SkillFile, everywhere, instruction_files, skill_folders, skills_in
from .model import Expected, VerifyError
from .text import flat

__all__ = ["expectations"]

_NEAR = 1500  # characters of a body within which a line survives every client's preview
_SHORTEST, _LONGEST = 8, 200  # characters of a line that can tell one file from another
_EXPANDED = re.compile(
    r"\$\{[^}]*\}|\$\w+(?:\[\d+\])?|[$`@!<>&\\{}\"]"
)  # a client may expand, escape or strip these
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_TEXT_FILES = {".md", ".txt", ".csv", ".py"}
_MAX_REFERENCE = 256 * 1024  # bytes


def expectations(
    client_id: str, project: Path, home: Path, skills: Sequence[str] | None
) -> list[Expected]:
    """Return what must reach the model in this client, sorted by skill.

    ``skills`` names the skills to look for, wherever they lie; ``None`` means every skill in the
    client's own folders. If there is no skill but there are instructions, one entry without a
    skill carries them.

    Raises:
        VerifyError: there is no such client.
    """
    try:
        client = get(client_id)
    except PlatformError as error:
        raise VerifyError(UNKNOWN_CLIENT, name=client_id, known=", ".join(names())) from error
    own: dict[str, list[SkillFile]] = {}
    for folder, shown in skill_folders(client, project, home):
        for file in skills_in(folder, shown):
            own.setdefault(file.name, []).append(file)
    all_files = everywhere(project, home)
    texts = instruction_files(client, project, home)
    seen_elsewhere = _Lines(all_files, texts)
    instructions = tuple(line for path in texts if (line := seen_elsewhere.choose(_read(path))))
    wanted = list(dict.fromkeys(skills)) if skills is not None else sorted(own)
    made = []
    for name in wanted:
        files = own.get(name) or [
            file for found in own.values() for file in found if file.path.parent.name == name
        ]
        read = bool(files)
        files = files or [f for f in all_files if name in (f.name, f.path.parent.name)]
        made.append(_expected(name, files, instructions, seen_elsewhere, read))
    if not made and instructions:
        made.append(Expected("", "", "", None, instructions))
    return made


def _expected(
    name: str,
    files: list[SkillFile],
    instructions: tuple[str, ...],
    lines: _Lines,
    read: bool,
) -> Expected:
    if not files:
        return Expected(name, "", "", None, instructions, None, read=False)
    first = files[0]
    return Expected(
        first.name,
        flat(first.description),
        lines.choose(first.body, [file.body for file in files[1:]]),
        _reference(first, lines),
        instructions,
        first.path,
        read,
        tuple(file.shown for file in files),
    )


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_MAX_REFERENCE).decode("utf-8", "replace")
    except OSError:
        return ""


def _plain_lines(text: str) -> list[str]:
    return [flat(line) for line in _COMMENT.sub("", text).splitlines()]


class _Lines:
    """Knows how many owners each line has, so that a line can be chosen which tells one file."""

    def __init__(self, skills: Iterable[SkillFile], texts: Iterable[Path]) -> None:
        owners: dict[str, set[str]] = {}
        for skill in skills:
            owners.setdefault(skill.name, set()).update(_plain_lines(skill.body))
            owners[skill.name] |= set(re.split(r"(?<=[.。]) ", flat(skill.description)))
        for path in texts:
            owners.setdefault(str(path), set()).update(_plain_lines(_read(path)))
        self._count = Counter(line for lines in owners.values() for line in lines)

    def choose(self, text: str, others: Sequence[str] = ()) -> str:
        """Return the line of ``text`` that tells it best, one near its head if there is one.

        ``others`` are copies of it: a line that stands in all of them is better.
        """
        lines = [line for line in _plain_lines(text) if line]
        common = set(lines).intersection(*map(_plain_lines, others))
        near, length = [], 0
        for line in lines:
            length += len(line) + 1
            if length <= _NEAR and line in common:
                near.append(line)
        for some in (near, [line for line in lines if line in common], lines):
            good = [line for line in some if self._tells(line)]
            if good:
                return max(good, key=lambda line: len(line.encode("utf-8")))
        pieces = [piece.strip() for line in lines for piece in _EXPANDED.split(line)]
        return max(pieces, key=len, default="")[:_LONGEST]

    def _tells(self, line: str) -> bool:
        fits = _SHORTEST <= len(line) <= _LONGEST and not _EXPANDED.search(line)
        return fits and self._count[line] <= 1


def _reference(skill: SkillFile, lines: _Lines) -> tuple[str, str] | None:
    folder = skill.path.parent
    found = [
        path
        for path in sorted(folder.rglob("*"))
        if path.suffix in _TEXT_FILES and path != skill.path and path.is_file()
    ]
    found.sort(key=lambda path: ("references" not in path.parts, path.suffix != ".md"))
    for path in found:
        line = lines.choose(_read(path))
        if len(line) >= _SHORTEST and line not in skill.source.text:
            return path.relative_to(folder).as_posix(), line
    return None
