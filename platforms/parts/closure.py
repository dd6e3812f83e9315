"""Which files of a package a module needs to run: found by reading the sources, not by importing.

Relative imports are followed wherever they stand, but for those under ``TYPE_CHECKING``. A relative
``import_module`` counts too; where its name is made while running, the modules of that folder that
were asked for are meant, else all of them. A string that is the name of a module beside it (a
helper that is started as a process of its own) counts as well. Files that are no modules go with
the modules beside them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

__all__ = ["closure"]

_INIT = "__init__.py"
_NO_DATA = frozenset({".py", ".pyc", ".pyo"})


def closure(root: Path, modules: Iterable[str]) -> tuple[str, ...]:
    """Return the files below ``root`` that ``modules`` need, sorted; all paths with ``/``.

    Args:
        root: the folder of a package whose modules import each other relatively.
        modules: paths of modules below it, as in ``train/main.py``.

    Raises:
        FileNotFoundError: one of ``modules`` is not there.
        SyntaxError: a module cannot be read as Python.
    """
    found: dict[str, None] = {}
    waiting = list(modules)
    asked = tuple(waiting)
    for path in waiting:
        if not (root / path).is_file():
            msg = f"there is no {path} in {root}"
            raise FileNotFoundError(msg)
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found[path] = None
        waiting += (str(parent / _INIT) for parent in PurePosixPath(path).parents)
        tree = ast.parse((root / path).read_text("utf-8"), path)
        waiting += _named(root, path, tree, asked)
    return tuple(sorted({*found, *_data(root, found)}))


def _data(root: Path, modules: Iterable[str]) -> Iterator[str]:
    """Yield the files beside modules that are none."""
    folders = {PurePosixPath(path).parent for path in modules if not path.endswith(_INIT)}
    for folder in folders:
        for file in sorted((root / folder).iterdir()):
            if file.is_file() and file.suffix not in _NO_DATA:
                yield str(folder / file.name)


def _named(root: Path, path: str, tree: ast.AST, asked: tuple[str, ...]) -> Iterator[str]:
    """Yield the modules that one module names."""
    folder = PurePosixPath(path).parent
    for node in _walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            yield from _imported(root, folder, node)
        elif isinstance(node, ast.Call) and _name(node.func) == "import_module" and node.args:
            yield from _loaded(root, folder, node.args[0], asked)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            name = node.value
            if name.endswith(".py") and "/" not in name and (root / folder / name).is_file():
                yield str(folder / name)


def _walk(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield all nodes but those that only a type checker sees."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, ast.If) and _name(node.test) == "TYPE_CHECKING":
            waiting += node.orelse
        else:
            waiting += ast.iter_child_nodes(node)


def _name(node: ast.AST) -> str:
    return str(getattr(node, "id", getattr(node, "attr", "")))


def _above(folder: PurePosixPath, level: int) -> PurePosixPath:
    for _ in range(level - 1):
        folder = folder.parent
    return folder


def _module(root: Path, place: PurePosixPath) -> str:
    """Return the file of the module or package at ``place``; an empty string if there is none."""
    for path in (f"{place}.py", str(place / _INIT)):
        if (root / path).is_file():
            return path
    return ""


def _imported(root: Path, folder: PurePosixPath, node: ast.ImportFrom) -> Iterator[str]:
    place = _above(folder, node.level).joinpath(*(node.module or "").split("."))
    wanted = [place, *(place / alias.name for alias in node.names)]
    yield from filter(None, (_module(root, one) for one in wanted))


def _loaded(
    root: Path, folder: PurePosixPath, name: ast.AST, asked: tuple[str, ...]
) -> Iterator[str]:
    """Yield what ``import_module`` may load: a name that is written out, or a folder of them."""
    parts = name.values if isinstance(name, ast.JoinedStr) else [name]
    first = parts[0] if parts else None
    written = first.value if isinstance(first, ast.Constant) else ""
    if not isinstance(written, str) or not written.startswith("."):
        return
    dots = len(written) - len(written.lstrip("."))
    bare = written.lstrip(".")
    if not isinstance(name, ast.JoinedStr):
        yield from filter(None, [_module(root, _above(folder, dots).joinpath(*bare.split(".")))])
        return
    place = _above(folder, dots).joinpath(*bare.rpartition(".")[0].split("."))
    if not any(PurePosixPath(path).parent == place for path in asked):
        yield from (str(place / file.name) for file in sorted((root / place).glob("*.py")))
