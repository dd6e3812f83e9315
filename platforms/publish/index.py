"""A static index that clients discover: ``/.well-known/agent-skills/index.json``, draft 0.2.0.

Format: cloudflare/agent-skills-discovery-rfc, 2026-03-12: every row has a name, a type, a
description, a URL and the SHA-256 of what is there; archives have SKILL.md at their root. A
relative URL counts from the index, so the folder can be served from anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..base import File
from .archive import make
from .collect import Item
from .listing import Listing
from .prepared import Package, Prepared, PublishRequest
from .render import named, portable
from .sums import digest

__all__ = ["BASE", "prepare"]

BASE = ".well-known/agent-skills"
_SCHEMA = "https://schemas.agentskills.io/discovery/0.2.0/schema.json"


def prepare(request: PublishRequest, items: Sequence[Item]) -> Prepared:
    """Return an archive (or the SKILL.md alone) for each skill and language, and the index."""
    made = Prepared(base=BASE, keeps_old=True)
    head = f"{request.url.rstrip('/')}/{BASE}/" if request.url else ""
    rows = []
    for item in items:
        for lang in request.languages:
            name = named(item, lang, request.languages)
            one = portable(item, lang, name)
            made.diagnostics += one.diagnostics
            if not one.files:
                continue
            if set(one.files) == {"SKILL.md"}:
                kind, file = "skill-md", one.files["SKILL.md"]
                path = f"{name}/{item.version}/SKILL.md"
            else:
                kind, file = "archive", File(make(request.form, one.files))
                path = f"{name}/{name}-{item.version}.{request.form}"
            made.add(name, Package(item.version, {f"{BASE}/{path}": file}), item.skill.path)
            made.losses[name] = one.losses
            rows.append(
                {
                    "name": name,
                    "type": kind,
                    "description": one.description,
                    "url": f"{head}{path}",
                    "digest": f"sha256:{digest(file.data)}",
                }
            )
    rows.sort(key=lambda row: row["name"])
    document = {"$schema": _SCHEMA, "skills": rows}
    if rows:
        made.listings.append(Listing(f"{BASE}/index.json", document, "skills", "name"))
    return made
