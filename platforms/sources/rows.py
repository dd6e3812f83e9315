"""The ``source`` of a plugin in a marketplace: every form that the four hosts know.

Claude Code: a path, or an object ``{source: github | url | git-subdir | npm, …}``; Codex:
``{source: local, path}`` or the git forms; Cursor: a path or URL; Kimi: a path, the URL of a zip or
of a GitHub repository; our own neutral ``index.json``: ``path``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from polyskill.compiler.localized import Text
from polyskill.compiler.readers.names import inside

from . import web
from .errors import SourceError
from .listing import word
from .model import Spec
from .spelling import ARCHIVES, parse

__all__ = ["Unusable", "place_of"]

_LOCAL = frozenset({"local", "directory", "file", "path"})
_GIT = frozenset({"github", "url", "git", "git-subdir", "git-subdirectory"})
_PACKAGES = {"npm": "npm", "pip": "pypi", "pypi": "pypi"}
_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+\Z")
_NOWHERE = Path("/nonexistent")


class Unusable(Exception):
    """The form of a source is not known, or not allowed; ``reason`` says why."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


def place_of(
    plugin: Mapping[str, Any], root: str, *, base_url: str = "", trusted: bool = False
) -> str | Spec:
    """Return where a plugin is: a path inside the marketplace, or a source of its own.

    Args:
        plugin: the row.
        root: ``metadata.pluginRoot`` of the marketplace.
        base_url: the address of a marketplace that is one file on the web.
        trusted: the marketplace is on this machine, so it may name repositories on it.

    Raises:
        Unusable: the row names no usable place.
    """
    source = plugin.get("source", plugin.get("path"))
    if isinstance(source, Mapping):
        return _object(source, root, base_url, trusted)
    if not isinstance(source, str) or not source:
        raise Unusable(Text("it has no source", "没有来源"))
    if "://" in source or source.startswith(("git@", "github:", "git+")):
        return _address(source, trusted)
    return _path(source, root, base_url)


def _path(source: str, root: str, base_url: str) -> str | Spec:
    local = inside(source)
    prefix = inside(root) if root and not source.startswith(".") else ""
    if local is None or prefix is None:
        raise Unusable(
            Text(f"the path `{source}` leads out of it", f"路径 `{source}` 位于市场之外")
        )
    path = "/".join(filter(None, (prefix, local)))
    if not base_url:
        return path
    if path.lower().endswith(ARCHIVES):
        return Spec(source, "archive", web.absolute(base_url, path))
    raise Unusable(
        Text(
            f"`{source}` is a folder, but only the file of the marketplace was given",
            f"`{source}` 是文件夹，但只提供了市场文件",
        )
    )


def _object(source: Mapping[str, Any], root: str, base_url: str, trusted: bool) -> str | Spec:
    kind = word(source.get("source") or source.get("type"))
    path = word(source.get("path"))
    if kind in _LOCAL:
        if not path:
            raise Unusable(Text("it has no path", "没有路径"))
        return _path(path, root, base_url)
    if kind in _GIT:
        return _repository(source, trusted)
    if kind in _PACKAGES:
        return _package(source, _PACKAGES[kind])
    if kind in {"archive", "zip"} and word(source.get("url")):
        return _address(source["url"], trusted)
    raise Unusable(Text(f"its source is of the unknown kind `{kind}`", f"来源类型 `{kind}` 未知"))


def _repository(source: Mapping[str, Any], trusted: bool) -> Spec:
    """Return a repository at ``sha``, else at ``ref``, and its folder ``path``."""
    address = word(source.get("repo")) or word(source.get("url")) or word(source.get("repository"))
    if not address:
        raise Unusable(Text("it names no repository", "没有指明仓库"))
    if _SLUG.match(address):
        address = f"github:{address}"
    elif "://" in address and not address.startswith("git+"):
        address = f"git+{address}"
    spec = _address(address, trusted)
    ref = word(source.get("sha")) or word(source.get("ref")) or word(source.get("commit"))
    path = word(source.get("path")) or word(source.get("subdir"))
    folder = inside(path) if path else spec.subfolder
    if spec.kind != "git" or folder is None or ref.startswith("-"):
        raise Unusable(Text("its source is not a repository", "来源不是仓库"))
    return replace(spec, ref=ref or spec.ref, subfolder=folder)


def _package(source: Mapping[str, Any], kind: str) -> Spec:
    if word(source.get("registry")):
        raise Unusable(
            Text(
                "it wants another registry; set that one for the program itself",
                "它要求使用其他注册中心；请在相应程序中自行设置",
            )
        )
    version = word(source.get("version"))
    name = word(source.get("package")) or word(source.get("name"))
    between = {"npm": "@", "pypi": "=="}[kind]
    return _parsed(f"{kind}:{name}{between if version else ''}{version}")


def _address(text: str, trusted: bool) -> Spec:
    """Return what an address names; one that does not say so is a repository."""
    try:
        spec = _parsed(text)
    except Unusable:
        if not text.startswith(("http://", "https://")):
            raise
        spec = _parsed(f"git+{text}")
    if spec.kind not in {"git", "archive"}:
        raise Unusable(Text(f"`{text}` is no plugin", f"`{text}` 不是插件"))
    if spec.location.startswith("file:") and not trusted:
        raise Unusable(
            Text(
                f"`{text}` is on this machine, where a marketplace of others has no business",
                f"`{text}` 位于本机，外部市场无权指定",
            )
        )
    return spec


def _parsed(text: str) -> Spec:
    try:
        return parse(text, base=_NOWHERE)
    except SourceError as error:
        said = error.diagnostic.args
        raise Unusable(Text(str(said["reason"]), str(said["reason_zh"]))) from None
