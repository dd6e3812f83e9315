"""Plugin manifests of every host: which there are, and what paths and facts they declare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..codes import readers as codes
from ..diagnostics import Diagnostic, report
from ..model import Manifest
from .files import Found
from .meta import FOLDED, plain_metadata
from .names import inside
from .structured import load_object
from .values import as_string

__all__ = [
    "PLUGIN_MANIFESTS",
    "Declared",
    "read_manifests",
]

# In the order in which they are believed where they differ.
PLUGIN_MANIFESTS = {
    ".claude-plugin/plugin.json": "claude",
    ".cursor-plugin/plugin.json": "cursor",
    ".codex-plugin/plugin.json": "codex",
    "kimi.plugin.json": "kimi",
    ".kimi-plugin/plugin.json": "kimi",
    "plugin.json": "agents",
    "gemini-extension.json": "gemini",
}


@dataclass(slots=True)
class Declared:
    """What the manifests of one plugin say together; the first that has a key is believed."""

    manifests: list[Manifest] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def values(self, key: str) -> Iterator[tuple[Manifest, Any]]:
        """Yield every value of ``key``."""
        for manifest in self.manifests:
            value = manifest.data.get(key)
            if value is not None:
                yield manifest, value

    def first(self, key: str) -> Any:
        """Return the value of ``key`` that is believed."""
        return next((value for _, value in self.values(key)), None)

    def text(self, key: str) -> str:
        """Return the value of ``key`` as text, also from Codex's and Kimi's ``interface``."""
        value = self.first(key)
        if value is None:
            interface = self.first("interface")
            value = interface.get(key) if isinstance(interface, Mapping) else None
        return as_string(value).strip()

    def metadata(self) -> dict[str, str]:
        """Return what describes the plugin, as metadata of its skills."""
        found: dict[str, str] = {}
        for key, folded in FOLDED.items():
            value = self.first(key)
            if folded != "title" and value is not None and (text := plain_metadata(folded, value)):
                found.setdefault(folded, text)
        return found

    def paths(self, key: str) -> Iterator[tuple[Manifest, str]]:
        """Yield the paths that ``key`` lists, and report those that leave the plugin.

        A value is a path, a list of paths, or a mapping of names to ``{"source": path}``.
        """
        for manifest, value in self.values(key):
            items = value if isinstance(value, list) else [value]
            if isinstance(value, Mapping):
                items = [item.get("source") for item in value.values() if isinstance(item, Mapping)]
            for item in items:
                if not isinstance(item, str):
                    continue
                path = inside(item)
                if path is None:
                    where = (codes.PATH_LEAVES, manifest.path)
                    self.diagnostics.append(report(*where, key=key, value=item))
                else:
                    yield manifest, path


def read_manifests(files: Mapping[str, Found], base: str) -> Declared:
    """Read every plugin manifest among ``files``."""
    declared = Declared()
    for path, host in PLUGIN_MANIFESTS.items():
        found = files.get(path)
        if found is None:
            continue
        data, findings = load_object(f"{base}/{path}", found.data)
        declared.diagnostics += findings
        if data is not None:
            declared.manifests.append(Manifest(host, "plugin", f"{base}/{path}", data))
    return declared
