"""Find the sources below a path by looking; nothing is read that a name can tell."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from ..codes import readers as codes
from ..diagnostics import Diagnostic, report
from ..model import Dialect
from .candidate import Candidate
from .files import MAX_DEPTH, SKIPPED, encodable, leaves, link_finding, special
from .look import (
    ELSEWHERE,
    HOSTS,
    Place,
    file_dialect,
    interesting,
    peek,
    place_below,
)
from .marketplace import Row, read_marketplace
from .names import (
    AGENT_PLUGIN_SCHEMA,
    MARKETPLACES,
    PLUGIN_FOLDERS,
    inside,
    locale_of,
)
from .parallel import pair_languages
from .placed import LOCK, made, placed

__all__ = ["LOOKED_FOR", "MAX_ENTRIES", "discover"]

MAX_ENTRIES = 200_000
LOOKED_FOR = (
    "SKILL.md, *.md with name and description, plugin and marketplace manifests, "
    ".cursorrules, *.mdc, .clinerules, *.instructions.md, AGENTS.md, CLAUDE.md, GEMINI.md, "
    "commands/, agents/, *.prompt.md, *.agent.md, index.json with locales"
)
_COMPONENT_FOLDERS = ("skills", "commands", "agents", "mcp.json", "hooks")


def discover(path: Path) -> tuple[Candidate, ...]:
    """Return what there is to read at ``path``, in the order of the paths.

    The last candidate may have no dialect: it only carries what is to be said about the search.
    Links are never followed out of ``path``, and folders behind links are not searched at all.
    """
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        place = os.fspath(path)
        return (_note(path, [report(codes.NOT_READABLE, place, path=place, reason=reason)]),)
    if S_ISDIR(mode):
        search = _Search(path)
        search.folder(os.fspath(path), 0, _place_of(path))
    elif S_ISREG(mode):
        search = _named_file(path)
    else:
        return (_note(path, [special(os.fspath(path))]),)
    found = pair_languages(search.candidates)
    if not found and not search.findings:
        place = os.fspath(path)
        search.findings.append(report(codes.NOTHING_FOUND, place, path=place, looked=LOOKED_FOR))
    if search.findings:
        found.append(_note(path, search.findings))
    return tuple(found)


def _note(path: Path, findings: Iterable[Diagnostic]) -> Candidate:
    return Candidate(path, None, path, diagnostics=tuple(findings))


def _place_of(path: Path) -> Place:
    """Return what a folder is for that the user named, by the names of it and its parents."""
    place = ELSEWHERE
    for part in path.absolute().parts[-3:]:
        place = place_below(part, place)
    return place


def _named_file(path: Path) -> _Search:
    """Look at a file that the user named; some stand for the folder that they are in."""
    name, parent = path.name, path.parent
    if name.lower() in {"skill.md", "skills.md", "skill.zh.md"}:
        search = _Search(parent)
        search.skill(os.fspath(parent), {entry.name for entry in parent.iterdir()})
        return search
    home = parent.parent if parent.name in PLUGIN_FOLDERS else parent
    relative = path.relative_to(home).as_posix()
    if relative in MARKETPLACES or relative in {"kimi.plugin.json", "gemini-extension.json"}:
        search = _Search(home)
        search.folder(os.fspath(home), 0, _place_of(home))
    elif name == "plugin.json":
        search = _Search(home)
        search.add(os.fspath(home), Dialect.PLUGIN)
    elif locale_of(name) is not None:
        search = _Search(parent)
        if b'"systemRole"' in peek(os.fspath(path)):
            search.add(os.fspath(parent), Dialect.LOCALE_JSON)
    else:
        search = _Search(parent)
        search.file(name, os.fspath(path), _place_of(parent), has_original=False)
    return search


class _Search:
    """One walk; the recursion is bounded by :data:`MAX_DEPTH`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.base = os.fspath(root)
        self.candidates: list[Candidate] = []
        self.findings: list[Diagnostic] = []
        self.covered: set[str] = set()
        self.placed: frozenset[str] = frozenset()
        self.entries = 0

    def add(self, path: str, dialect: Dialect, form: str = "") -> None:
        self.candidates.append(Candidate(Path(path), dialect, self.root, form))

    def folder(self, path: str, depth: int, place: Place) -> None:
        """Look at one folder and at those below it."""
        if depth > MAX_DEPTH or self.entries > MAX_ENTRIES:
            limit = MAX_DEPTH if depth > MAX_DEPTH else MAX_ENTRIES
            self.over(path, limit)
            return
        try:
            with os.scandir(path) as found:
                entries = {entry.name: entry for entry in found}
        except OSError as error:
            reason = error.strerror or "error"
            self.findings.append(report(codes.NOT_READABLE, path, path=path, reason=reason))
            return
        self.entries += len(entries)
        if depth and made(entries):
            return  # what polyskill wrote is not what it reads
        names = entries.keys()
        path = os.path.normpath(path)
        if LOCK in names:
            self.placed |= placed(path)
        if f"{path}/SKILL.md" in self.placed:
            return  # a copy that was installed
        if self.is_package(path, names, depth, place) or self.skill(path, names):
            return
        if "index.json" in names and b'"systemRole"' in peek(f"{path}/index.json"):
            self.add(path, Dialect.LOCALE_JSON)
        for name in sorted(names):
            self.entry(entries[name], names, depth, place)

    def over(self, path: str, limit: int) -> None:
        if limit == MAX_DEPTH:
            unit, unit_zh = "levels of folders", "层文件夹"
        else:
            unit, unit_zh = "entries", "个条目"
            if any(finding.code is codes.OVER_BOUND for finding in self.findings):
                return
        self.findings.append(
            report(codes.OVER_BOUND, path, path=path, limit=limit, unit=unit, unit_zh=unit_zh)
        )

    def entry(
        self, entry: os.DirEntry[str], names: Iterable[str], depth: int, place: Place
    ) -> None:
        """Look at one entry of a folder that is neither a skill nor a plugin."""
        name = entry.name
        if name in SKIPPED or not (name.isascii() or encodable(name)):
            return
        if self.placed and os.path.normpath(entry.path) in self.placed:
            return
        if entry.is_symlink():
            self.link(entry, names, place)
        elif entry.is_dir(follow_symlinks=False):
            if (name[0] != "." or name in HOSTS) and not self.is_covered(entry.path):
                self.folder(entry.path, depth + 1, place_below(name, place))
        elif interesting(name) and entry.is_file(follow_symlinks=False):
            self.file(name, entry.path, place, has_original=_is_twin(name, names))

    def is_covered(self, path: str) -> bool:
        """Whether a marketplace row already stands for the folder."""
        return bool(self.covered) and os.path.normpath(path) in self.covered

    def link(self, entry: os.DirEntry[str], names: Iterable[str], place: Place) -> None:
        path = entry.path
        if not interesting(entry.name) and not entry.is_dir():
            return
        target, problem = link_finding(path, self.base)
        if problem is not None:
            self.findings.append(problem)
        elif entry.is_dir():
            what, what_zh = "a folder behind a symbolic link", "符号链接指向的文件夹"
            self.findings.append(
                report(codes.NOT_A_FILE, path, path=path, what=what, what_zh=what_zh)
            )
        elif os.path.isfile(target):  # noqa: PTH113
            self.file(entry.name, path, place, has_original=_is_twin(entry.name, names))

    def file(self, name: str, path: str, place: Place, *, has_original: bool) -> None:
        dialect = file_dialect(name, path, place, has_original=has_original)
        if dialect is not None:
            self.add(path, dialect, name.rpartition(".")[2])

    def skill(self, path: str, names: Iterable[str]) -> bool:
        """Add the folder if it has a SKILL.md; its content is then its own affair."""
        if "SKILL.md" not in names and not any(
            name.lower() in {"skill.md", "skills.md"} for name in names
        ):
            return False
        canonical = "SKILL.zh.md" in names or (
            "evals" in names and os.path.lexists(f"{path}/evals/cases.yaml")
        )
        self.add(path, Dialect.CANONICAL if canonical else Dialect.AGENT_SKILL)
        return True

    def is_package(self, path: str, names: Iterable[str], depth: int, place: Place) -> bool:
        """Add the plugins of a marketplace, or the plugin, that the folder is."""
        rows = self.marketplaces(path, names)
        whole = False
        for row in rows:
            self.candidates.append(
                Candidate(row.path, Dialect.PLUGIN, self.root, entry=row.entry, listing=row.listing)
            )
            carved = _carved(row)
            if carved is None:
                self.covered.add(os.path.normpath(row.path))
                whole = whole or os.path.normpath(row.path) == path
            else:
                self.covered.update(os.path.normpath(row.path / one) for one in carved)
        at_home = any(os.path.normpath(row.path) == path for row in rows)
        if not at_home and _is_plugin(path, names):
            self.add(path, Dialect.PLUGIN)
            whole = True
        if whole and "plugins" in names and not self.is_covered(f"{path}/plugins"):
            self.folder(f"{path}/plugins", depth + 1, place_below("plugins", place))
        return whole

    def marketplaces(self, path: str, names: Iterable[str]) -> list[Row]:
        """Return the rows of every marketplace of the folder; the first of a place counts."""
        rows: dict[tuple[str, bool, str], Row] = {}
        for manifest in MARKETPLACES:
            place = f"{path}/{manifest}"
            if manifest.partition("/")[0] not in names or not os.path.isfile(place):  # noqa: PTH113
                continue
            if leaves(self.base, place):
                self.findings += filter(None, [link_finding(place, self.base)[1]])
                continue
            if "/" not in manifest:
                whose = Path(path, manifest).absolute().parts[-3:]
                if "/".join(whose) in MARKETPLACES or b'"plugins"' not in peek(place):
                    continue  # Codex' file counts from the folder above, where it was read
            found, said = read_marketplace(Path(path), manifest, self.root)
            self.findings += said
            for row in found:
                carved = _carved(row)
                key = (os.fspath(row.path), carved is None, ",".join(carved or ()))
                rows.setdefault(key, row)
        return list(rows.values())


def _is_twin(name: str, names: Iterable[str]) -> bool:
    return name.endswith(".zh.md") and f"{name[:-6]}.md" in names


def _carved(row: Row) -> list[str] | None:
    """Return the skills that a row picks, or ``None`` if it stands for the whole folder."""
    data = json.loads(row.entry)
    skills = data.get("skills")
    parts = ("skills", "commands", "agents", "hooks", "mcpServers", "rules")
    whole_row = data.get("strict") is False and any(key in data for key in parts)
    if not isinstance(skills, list):
        return [] if whole_row else None
    return [path for one in skills if isinstance(one, str) and (path := inside(one))]


def _is_plugin(path: str, names: Iterable[str]) -> bool:
    """Return whether the folder has a plugin manifest (a ``plugin.json`` may be anything)."""
    if "kimi.plugin.json" in names or "gemini-extension.json" in names:
        return True
    for folder in PLUGIN_FOLDERS:
        if folder in names and os.path.isfile(f"{path}/{folder}/plugin.json"):  # noqa: PTH113
            return True
    if "plugin.json" not in names:
        return False
    head = peek(f"{path}/plugin.json")
    return AGENT_PLUGIN_SCHEMA in head or (
        b'"name"' in head and any(folder in names for folder in _COMPONENT_FOLDERS)
    )
