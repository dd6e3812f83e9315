"""Marketplaces of Claude Code, Codex, Cursor and Kimi, and our own neutral index.

A marketplace is a folder, a git repository, an archive, or one file on the web. Of several
manifests in one place the first of :data:`MANIFESTS` counts.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from polyskill.compiler.localized import Text
from polyskill.compiler.readers.files import leaves, scan
from polyskill.compiler.readers.names import inside

from . import local
from .errors import SourceError
from .kinds import one
from .listing import Listing, Row, entries_in, invalid, load, word
from .model import Context, Fetched, Spec
from .packed import from_archive
from .repository import from_git
from .rows import Unusable, place_of
from .settle import Got, settle
from .spelling import ARCHIVES, SCP
from .tree import File, Tree, folder_digest
from .wellknown import cached_list

__all__ = ["MANIFESTS", "read_marketplace"]

MANIFESTS = (
    ".claude-plugin/marketplace.json",
    ".agents/plugins/marketplace.json",
    ".cursor-plugin/marketplace.json",
    ".codex-plugin/marketplace.json",
    ".kimi-plugin/marketplace.json",
    "marketplace.json",
    "index.json",
)
_PARTS = ("skills", "commands", "agents", "hooks", "mcpServers", "rules")
_OURS = frozenset({"source", "path", "strict", "category", "tags", "policy"})  # not of a plugin
_PAPERS = ("LICENSE", "LICENCE", "NOTICE", "README")
_OWN = (
    ".claude-plugin/plugin.json",
    ".codex-plugin/plugin.json",
    ".cursor-plugin/plugin.json",
    ".kimi-plugin/plugin.json",
    "kimi.plugin.json",
    "plugin.json",
)


@dataclass(frozen=True, slots=True)
class _Home:
    """A marketplace that is here: its folder (``None``: only its file), and its list."""

    folder: Path | None
    where: str
    data: bytes
    url: str = ""
    revision: str = ""
    version: str = ""
    pinned: bool = False
    trusted: bool = False


def read_marketplace(spec: Spec, context: Context) -> Listing:
    """Return what a marketplace lists; its plugins are fetched one by one, later.

    Raises:
        SourceError: it cannot be had, or it is not usable.
    """
    return _read(spec, context, _home(spec, context, ""))


def _home(spec: Spec, context: Context, revision: str) -> _Home:
    """Bring the marketplace itself here (at ``revision``, if it has one)."""
    address = spec.location
    if address.startswith("git+") or SCP.match(address):
        inner = replace(spec, kind="git", location=address.removeprefix("git+"))
        return _in_folder(from_git(inner, context, revision), trusted=False)
    if address.lower().endswith(ARCHIVES):
        inner = replace(spec, kind="archive")
        return _in_folder(from_archive(inner, context, revision), trusted=False)
    if "://" in address:
        return _Home(None, address, cached_list(spec, context, address, "plugins"), url=address)
    path = Path(address) / spec.subfolder
    if path.is_file():
        manifest = next((one for one in MANIFESTS if path.as_posix().endswith(f"/{one}")), "")
        folder = path.parents[manifest.count("/")] if manifest else path.parent
        data = local.read_local(os.fspath(path), context.limits.download)
        return _Home(folder, os.fspath(path), data, trusted=True)
    found = local.folder(replace(spec, kind="folder", location=os.fspath(path)), context)
    return _in_folder(found, trusted=True)


def _in_folder(got: Fetched, *, trusted: bool) -> _Home:
    for manifest in MANIFESTS:
        path = got.path / manifest
        if path.is_file() and not leaves(os.fspath(got.path), os.fspath(path)):
            where = f"{got.spec.location}/{manifest}"
            data = path.read_bytes()
            return _Home(got.path, where, data, "", got.revision, got.version, got.pinned, trusted)
    raise invalid(
        got.spec.location,
        "it has no `marketplace.json` at a place that an assistant knows",
        "在助手识别的位置没有 `marketplace.json`",
    )


def _read(spec: Spec, context: Context, home: _Home) -> Listing:
    data, plugins = entries_in(home.data, home.where, "plugins")
    meta = data.get("metadata")
    root = word(meta.get("pluginRoot")) if isinstance(meta, Mapping) else ""
    listing = Listing(home.where)
    places: dict[str, str | Spec] = {}
    rows: dict[str, Mapping[str, Any]] = {}
    for plugin in plugins:
        name = _name(plugin)
        try:
            if not name or not name.isprintable() or "/" in name:
                raise Unusable(Text("it has no usable name", "没有可用的名称"))
            if name in places:
                raise Unusable(Text("the name is listed twice", "名称重复"))
            places[name] = place_of(plugin, root, base_url=home.url, trusted=home.trusted)
            rows[name] = plugin
        except Unusable as error:
            listing.skip(name, error.reason)
    others = [place for place in places.values() if isinstance(place, str) and place]
    market = _Market(spec, context, home, others)
    for name, plugin in rows.items():
        listing.rows.append(market.row(name, plugin, places[name]))
    return listing


def _name(plugin: Any) -> str:
    return word(plugin.get("name") or plugin.get("id")) if isinstance(plugin, Mapping) else ""


class _Market:
    """Makes the rows of one marketplace; ``others`` are the folders of its plugins."""

    def __init__(self, spec: Spec, context: Context, home: _Home, others: list[str]) -> None:
        self.spec, self.context, self.home, self.others = spec, context, home, others

    def row(self, name: str, plugin: Mapping[str, Any], place: str | Spec) -> Row:
        def get(revision: str) -> Fetched:
            if isinstance(place, Spec):
                return one(place, self.context, revision)
            if revision and revision != self.home.revision:
                return self.earlier(name, revision)
            return self.local(name, plugin, place)

        about = word(plugin.get("description")) or word(plugin.get("displayName"))
        return Row(name, about, word(plugin.get("version")), "plugin", get)

    def earlier(self, name: str, revision: str) -> Fetched:
        """Return a plugin of the marketplace as it was at ``revision``."""
        listing = _read(self.spec, self.context, _home(self.spec, self.context, revision))
        row = next((row for row in listing.rows if row.name == name), None)
        if row is None:
            names = [row.name for row in listing.rows]
            raise local.missing(self.spec.text, Text("plugin", "插件"), name, names)
        return row.get(revision)

    def local(self, name: str, plugin: Mapping[str, Any], place: str) -> Fetched:
        """Return a plugin that lies in the marketplace."""
        home = self.home
        assert home.folder is not None
        path = home.folder / place
        if leaves(os.fspath(home.folder), os.fspath(path)) or not path.is_dir():
            there = sorted(one.name for one in home.folder.iterdir() if one.is_dir())
            raise local.missing(home.where, Text("folder", "文件夹"), place or "./", there)
        own = next((path / one for one in _OWN if (path / one).is_file()), None)
        version = word(plugin.get("version")) or _version(own, path)
        listed = any(key in plugin for key in _PARTS)
        declared = listed and (own is None or plugin.get("strict") is False)
        if declared or not place:
            got = self.carved(name, plugin, path, declared=declared)
        else:
            got = Fetched(self.spec, path, "", "", folder_digest(path))
        return replace(got, revision=home.revision, version=version, pinned=home.pinned)

    def carved(
        self, name: str, plugin: Mapping[str, Any], path: Path, *, declared: bool
    ) -> Fetched:
        """Return a copy of the part of a folder that is this plugin.

        A row that lists its components stands for these only, and becomes their manifest; one
        that names the whole marketplace stands for all but the other plugins.
        """
        wanted = _components(plugin) if declared else []

        def skip(folder: str, names: frozenset[str]) -> bool:
            del names
            if any(folder == one or folder.startswith(f"{one}/") for one in self.others):
                return not wanted
            return bool(wanted) and not any(
                one == folder or one.startswith(f"{folder}/") or folder.startswith(f"{one}/")
                for one in wanted
            )

        def ask() -> Got:
            tree = Tree()
            for file in scan(path, skip).files.values():
                top = "/" not in file.path
                below = any(file.path == one or file.path.startswith(f"{one}/") for one in wanted)
                paper = top and file.path.upper().startswith(_PAPERS)
                if file.path not in MANIFESTS and (not wanted or below or paper):
                    tree.files[file.path] = File(file.data, file.executable)
            if declared:
                kept = {key: value for key, value in plugin.items() if key not in _OURS}
                text = json.dumps({**kept, "name": name}, ensure_ascii=False, indent=2)
                tree.files[_OWN[0]] = File(f"{text}\n".encode())
            return Got(tree, name, "")

        key = f"{self.home.where}#{name}"
        spec = replace(self.spec, kind="part", location=key)
        return settle(spec, replace(self.context, offline=False), "", ask)


def _components(plugin: Mapping[str, Any]) -> list[str]:
    """Return the paths of the components that a row lists."""
    found: list[str] = []
    for key in _PARTS:
        value = plugin.get(key)
        values = value if isinstance(value, list) else [value]
        found += [path for one in values if isinstance(one, str) and (path := inside(one))]
    return found


def _version(own: Path | None, root: Path) -> str:
    """Return the version that the plugin's own manifest tells."""
    if own is None or leaves(os.fspath(root), os.fspath(own)):
        return ""
    try:
        return word(load(own.read_bytes(), os.fspath(own)).get("version"))
    except (SourceError, OSError):
        return ""
