"""Marketplaces: which of their plugins lie in this folder, and which lie elsewhere."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..codes import readers as codes
from ..diagnostics import Code, Diagnostic, report
from ..source import Source, decode
from .files import leaves, read_file
from .names import inside
from .structured import load_json
from .values import as_string

__all__ = ["Row", "read_marketplace"]

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Row:
    """A plugin that lies in the marketplace's folder; ``entry`` is its row as JSON text."""

    path: Path
    entry: str
    listing: str


class _Market:
    """One marketplace file being read."""

    def __init__(self, file: Path, home: Path, root: Path) -> None:
        self.file, self.home, self.root = file, home, root
        self.path = os.fspath(file)
        self.source = Source(self.path, "")
        self.findings: list[Diagnostic] = []
        self.remote: list[str] = []

    def say(self, code: Code, needle: str, **args: Any) -> None:
        """Report at the first place where the file quotes ``needle``."""
        at = self.source.text.find(json.dumps(needle, ensure_ascii=False)) if needle else 0
        self.findings.append(report(code, self.source, max(at, 0), **args))

    def wrong(self, key: str, expected: str, expected_zh: str, needle: str = "") -> None:
        self.say(codes.BAD_MANIFEST, needle, key=key, expected=expected, expected_zh=expected_zh)

    def load(self) -> Mapping[str, Any]:
        found, said = read_file(self.file, self.root)
        self.findings += said
        if found is None:
            return {}
        self.source = decode(found.data, self.path)
        data, said = load_json(self.source)
        self.findings += said
        if isinstance(data, dict):
            return data
        if not said:
            self.wrong("the file", "an object", "对象")
        return {}

    def rows(self) -> Iterator[Row]:
        """Yield the plugins of this folder."""
        data = self.load()
        plugins = data.get("plugins")
        if not isinstance(plugins, list):
            if data:
                self.wrong("plugins", "a list", "列表")
            return
        meta = data.get("metadata")
        prefix = as_string(meta.get("pluginRoot")) if isinstance(meta, Mapping) else ""
        for index, plugin in enumerate(plugins):
            row = self.row(plugin, index, prefix) if isinstance(plugin, dict) else None
            if row is not None:
                yield row
            elif not isinstance(plugin, dict):
                self.wrong(f"plugins[{index}]", "an object", "对象")
        if self.remote:
            shown = ", ".join(self.remote[:_SHOWN]) + (", …" if self.remote[_SHOWN:] else "")
            name = as_string(data.get("name")) or self.path
            count = len(self.remote)
            self.say(codes.REMOTE_PLUGIN, "plugins", count=count, name=name, plugins=shown)

    def row(self, plugin: dict[str, Any], index: int, prefix: str) -> Row | None:
        name = as_string(plugin.get("name")) or f"plugins[{index}]"
        source = plugin.get("source", plugin.get("path"))
        if isinstance(source, Mapping):
            kind = as_string(source.get("source") or source.get("type"))
            if kind in {"local", "directory", "file", "path"}:
                source = source.get("path")
            else:
                self.remote.append(name)
                return None
        if not isinstance(source, str):
            self.wrong(f"{name}.source", "a path or an object", "路径或对象", name)
            return None
        if "://" in source or source.startswith("git@"):
            self.remote.append(name)
            return None
        local = inside(source)
        base = inside(prefix) if prefix and not source.startswith(".") else ""
        if local is None or base is None:
            self.say(codes.PATH_LEAVES, source, key=f"{name}.source", value=source)
            return None
        folder = self.home / base / local
        if leaves(os.fspath(self.root), os.fspath(folder)):
            self.say(codes.PATH_LEAVES, source, key=f"{name}.source", value=source)
            return None
        if not folder.is_dir():
            self.say(codes.MISSING_COMPONENT, source, key=f"{name}.source", value=source)
            return None
        return Row(folder, json.dumps(plugin, ensure_ascii=False), self.path)


def read_marketplace(
    home: Path, manifest: str, root: Path
) -> tuple[list[Row], tuple[Diagnostic, ...]]:
    """Read the marketplace file ``manifest`` of the folder ``home``.

    Returns:
        The plugins inside ``root``, and findings about the others.
    """
    market = _Market(home / manifest, home, root)
    rows = list(market.rows())
    return rows, tuple(market.findings)
