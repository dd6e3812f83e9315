"""The bill of materials: CycloneDX 1.6 JSON (ECMA-424), the same bytes for the same skill.

Every file of the source is a component with its digest; scripts and MCP servers are told apart, so
that a reader sees what a skill brings that can run, and which hosts it is made to talk to. There is
no time in it unless ``SOURCE_DATE_EPOCH`` is set, and the serial number comes from the content.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID, uuid5

from polyskill import __version__
from polyskill.compiler.model import McpServer, Skill

from ..base import File
from ..parts.manifest import without_empty
from ..parts.text import json_bytes, one_line
from .archive import stamp
from .collect import Item
from .sums import digest

__all__ = ["bom"]

_SPACE = UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")  # RFC 9562, names that are URLs
_SPDX = frozenset(
    {
        "0BSD", "AGPL-3.0-only", "AGPL-3.0-or-later", "Apache-2.0", "BSD-2-Clause",
        "BSD-3-Clause", "BSL-1.0", "CC-BY-4.0", "CC-BY-SA-4.0", "CC0-1.0", "EPL-2.0",
        "GPL-2.0-only", "GPL-2.0-or-later", "GPL-3.0-only", "GPL-3.0-or-later", "ISC",
        "LGPL-2.1-only", "LGPL-2.1-or-later", "LGPL-3.0-only", "LGPL-3.0-or-later", "MIT",
        "MIT-0", "MPL-2.0", "MulanPSL-2.0", "Unlicense", "Zlib",
    }
)  # fmt: skip
_SCRIPT = frozenset({".bash", ".cjs", ".js", ".mjs", ".pl", ".ps1", ".py", ".rb", ".sh", ".ts"})


def bom(item: Item, files: Mapping[str, File]) -> bytes:
    """Return the bill of materials of a skill whose source holds ``files``."""
    skill = item.skill
    parts = [_file(path, file) for path, file in sorted(files.items())]
    servers = sorted(skill.mcp_servers, key=lambda server: server.name)
    parts += [_program(server) for server in servers if not server.url]
    services = [_service(server) for server in servers if server.url]
    root = f"{item.name}@{item.version}"
    made = without_empty(
        {
            "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
            "bomFormat": "CycloneDX",
            "specVersion": "1.6",
            "serialNumber": "-",
            "version": 1,
            "metadata": without_empty(
                {
                    "timestamp": _time(),
                    "tools": {
                        "components": [
                            {"type": "application", "name": "polyskill", "version": __version__}
                        ]
                    },
                    "component": without_empty(
                        {
                            "type": "application",
                            "bom-ref": root,
                            "name": skill.name,
                            "version": item.version,
                            "description": one_line(
                                skill.description.en or skill.description.zh or ""
                            ),
                            "licenses": _licenses(skill),
                        }
                    ),
                }
            ),
            "components": parts,
            "services": services,
            "dependencies": [
                {"ref": root, "dependsOn": [part["bom-ref"] for part in (*parts, *services)]}
            ],
        }
    )
    canonical = json.dumps(made, ensure_ascii=True, sort_keys=True)
    made["serialNumber"] = f"urn:uuid:{uuid5(_SPACE, canonical)}"
    return json_bytes(made)


def _time() -> str:
    given = stamp()
    if given is None:
        return ""
    return datetime.fromtimestamp(given, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _licenses(skill: Skill) -> list[dict[str, Any]]:
    name = one_line(skill.license)
    if not name:
        return []
    return [{"license": {"id": name} if name in _SPDX else {"name": name}}]


def _properties(values: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": f"polyskill:{name}", "value": value} for name, value in values if value]


def _file(path: str, file: File) -> dict[str, Any]:
    suffix = path[path.rfind(".") :].lower() if "." in path else ""
    runs = file.executable or suffix in _SCRIPT or file.data.startswith(b"#!")
    return without_empty(
        {
            "type": "file",
            "bom-ref": f"file:{path}",
            "name": path,
            "hashes": [{"alg": "SHA-256", "content": digest(file.data)}],
            "properties": _properties(
                [
                    ("kind", "script" if runs else ""),
                    ("executable", "true" if file.executable else ""),
                ]
            ),
        }
    )


def _program(server: McpServer) -> dict[str, Any]:
    """Return a server that the client starts; of its environment the names alone."""
    return {
        "type": "application",
        "bom-ref": f"mcp:{server.name}",
        "name": server.name,
        "properties": _properties(
            [
                ("kind", "mcp-server"),
                ("command", one_line(server.command)),
                *(("argument", one_line(argument)) for argument in server.args),
                *(("environment", name) for name in sorted(server.env)),
            ]
        ),
    }


def _service(server: McpServer) -> dict[str, Any]:
    """Return a server that runs elsewhere; a password or a token in its URL stays out."""
    return without_empty(
        {
            "bom-ref": f"mcp:{server.name}",
            "name": server.name,
            "endpoints": [_plain_url(server.url)],
            "authenticated": bool(server.headers) or None,
            "x-trust-boundary": True,
            "properties": _properties(
                [
                    ("kind", "mcp-server"),
                    ("transport", server.type),
                    *(("header", name) for name in sorted(server.headers)),
                ]
            ),
        }
    )


def _plain_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return "about:invalid"
    return urlunsplit((parts.scheme, host, parts.path, "", ""))
