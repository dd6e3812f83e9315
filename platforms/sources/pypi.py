"""Packages of PyPI as carriers of skills, through pip.

Only wheels are taken, so nothing is built or run. The index and the credentials are those that pip
is set up with; pip verifies the hash that the index declares. Of the wheel the part that holds
skills or a plugin is taken.
"""

from __future__ import annotations

import os
import posixpath
import sys
from pathlib import Path

from polyskill.compiler.codes import sources as codes
from polyskill.compiler.localized import Text

from .archive import read_archive
from .errors import SourceError
from .local import missing, read_local
from .model import Context, Fetched, Spec
from .programs import run
from .settle import Got, settle
from .store import Store
from .tree import Tree, sha256

__all__ = ["from_pypi", "versions"]

_PLUGINS = ("plugin.json", "kimi.plugin.json")
_PLUGIN_FOLDERS = frozenset({".claude-plugin", ".codex-plugin", ".cursor-plugin", ".kimi-plugin"})


def _pip(spec: Spec, context: Context, folder: Path, *args: str) -> str:
    """Return what a pip command prints."""
    argv = [sys.executable, "-m", "pip", "--no-input", "--disable-pip-version-check", *args]
    env = {**os.environ, "PYTHONSAFEPATH": "1", "NO_COLOR": "1", "PIP_NO_COLOR": "1"}
    status, out, message = run(argv, where=spec.text, limits=context.limits, env=env, cwd=folder)
    if status == 0:
        return out.decode("utf-8", "replace")
    if "No module named pip" in message:
        raise SourceError(codes.PROGRAM_MISSING, spec.text, program="pip")
    if "No matching distribution" in message or "satisfies the requirement" in message:
        raise SourceError(codes.REF_NOT_FOUND, spec.text, ref=spec.ref or spec.location, there="–")
    raise SourceError(codes.PROGRAM_FAILED, spec.text, program="pip", reason=Text(message, message))


def from_pypi(spec: Spec, context: Context, revision: str = "") -> Fetched:
    """Fetch a package.

    Raises:
        SourceError: pip is missing or fails, there is no wheel of this version, or it holds no
            skill.
    """

    def ask() -> Got:
        with Store(context.cache).workplace() as folder:
            wanted = f"{spec.location}=={spec.ref}" if spec.ref else spec.location
            context.progress(spec.text, 0, 0)
            _pip(
                spec,
                context,
                folder,
                *("download", "--quiet", "--no-deps", "--only-binary", ":all:"),
                *("--no-cache-dir", "--dest", os.fspath(folder), "--", wanted),
            )
            files = sorted(folder.glob("*.whl"))
            if len(files) != 1:
                reason = Text("it fetched no wheel", "没有取得 wheel")
                raise SourceError(codes.PROGRAM_FAILED, spec.text, program="pip", reason=reason)
            data = read_local(os.fspath(files[0]), context.limits.download)
            version = files[0].name.split("-")[1]
        tree = read_archive(data, spec.text, context.limits)
        part = spec.subfolder or _part(spec, tree)
        name = posixpath.basename(part) or spec.location
        below = tree.below(part)
        if not below.files:
            there = sorted({path.rpartition("/")[0] for path in tree.files} - {""})
            raise missing(spec.text, Text("folder", "文件夹"), part, there)
        return Got(below, name, sha256(data), version, pinned=bool(spec.ref))

    return settle(spec, context, revision, ask)


def _part(spec: Spec, tree: Tree) -> str:
    """Return the folder of a wheel that holds all its skills and plugins."""
    homes = []
    for path in tree.files:
        folder, _, file = path.rpartition("/")
        if file == "SKILL.md" or file in _PLUGINS:
            home = folder
            if posixpath.basename(folder) in _PLUGIN_FOLDERS:
                home = posixpath.dirname(folder)
            homes.append(home)
    if not homes:
        raise missing(spec.text, Text("file", "文件"), "SKILL.md", [])
    return posixpath.commonpath(homes)


def versions(spec: Spec, context: Context) -> list[str]:
    """Return the versions of a package, as ``pip index versions`` lists them.

    Raises:
        SourceError: pip is missing or fails, or there is no such package.
    """
    with Store(context.cache).workplace() as folder:
        told = _pip(spec, context, folder, "index", "versions", "--", spec.location)
    for line in told.splitlines():
        head, colon, rest = line.partition(":")
        if colon and head.strip() == "Available versions":
            return [one.strip() for one in rest.split(",") if one.strip()]
    return []
