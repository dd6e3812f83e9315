"""Which of a plugin's files belong to which skill, and which are shared."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field

from ..codes import readers as codes
from ..diagnostics import report
from .files import Found
from .manifests import Declared
from .names import is_page

__all__ = ["Layout", "lay_out", "listed"]


@dataclass(slots=True)
class Layout:
    """``folders`` maps a skill's folder ("" is the root) to its files, by path inside it."""

    folders: dict[str, dict[str, Found]] = field(default_factory=dict)
    flat: list[Found] = field(default_factory=list)
    rest: dict[str, Found] = field(default_factory=dict)


def _below(files: Iterable[str], folder: str) -> list[str]:
    prefix = f"{folder}/" if folder else ""
    return [path for path in files if path.startswith(prefix)]


def listed(
    declared: Declared, files: Mapping[str, Found], key: str, *defaults: str
) -> list[Found] | None:
    """Return the files that ``key`` declares, after those of the ``defaults``.

    Returns:
        ``None`` if no manifest has the key.
    """
    chosen: dict[str, Found] = {}
    any_declared = False
    for folder in defaults:
        chosen.update((path, files[path]) for path in _below(files, folder))
    for manifest, path in declared.paths(key):
        any_declared = True
        found = [path] if path in files else _below(files, path)
        if not found:
            where = (codes.MISSING_COMPONENT, manifest.path)
            declared.diagnostics.append(report(*where, key=key, value=path))
        chosen.update((name, files[name]) for name in found)
    return list(chosen.values()) if any_declared else None


def _owner(path: str, folders: Container[str]) -> str | None:
    """Return the outermost of ``folders`` that holds ``path``."""
    at = path.find("/")
    while at >= 0:
        if path[:at] in folders:
            return path[:at]
        at = path.find("/", at + 1)
    return None


def _skill_folders(files: Mapping[str, Found], places: Iterable[str]) -> list[str]:
    """Return the folders that hold a SKILL.md, at or below ``places``; none inside another."""
    wanted = frozenset(places)
    holders = {
        path.rpartition("/")[0]: None
        for path in files
        if path.rpartition("/")[2].lower() == "skill.md"
    }
    return [
        folder
        for folder in holders
        if folder
        and _owner(folder, holders) is None
        and ("" in wanted or _owner(folder + "/", wanted) is not None)
    ]


def lay_out(
    files: Mapping[str, Found], declared: Declared, carved: tuple[str, ...] | None
) -> Layout:
    """Sort the files of a plugin.

    Args:
        files: all of them, by path.
        declared: what the manifests say; paths that lead nowhere are reported there.
        carved: the skills that a marketplace row picks (then no others count).
    """
    layout = Layout()
    places = ["skills"]
    for manifest, path in declared.paths("skills") if carved is None else ():
        if path:
            places.append(path)
            if path not in files and not _below(files, path):
                where = (codes.MISSING_COMPONENT, manifest.path)
                declared.diagnostics.append(report(*where, key="skills", value=path))
    if carved is not None:
        places = list(carved)
    folders = _skill_folders(files, places)
    if "SKILL.md" in files and (carved is None or "" in carved):
        folders.insert(0, "")
    flat = {
        path
        for path in files
        if path.endswith(".md") and is_page(path) and path.rpartition("/")[0] in places
    }
    if carved is not None:
        flat |= {path for path in files if path in carved and path.endswith(".md")}
    layout.folders = {folder: {} for folder in folders}
    for path, found in files.items():
        owner = _owner(path, layout.folders)
        if owner is not None:
            inner = path[len(owner) + 1 :]
            layout.folders[owner][inner] = Found(inner, found.data, found.executable)
        elif path == "SKILL.md" and "" in layout.folders:
            layout.folders[""][path] = found
        elif path in flat:
            layout.flat.append(found)
        else:
            layout.rest[path] = found
    return layout
