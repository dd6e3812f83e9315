"""OpenClaw: where it looks, and how to tell that it is in use.

Its project is its workspace; the folder from which it is started does not count.
"""

from __future__ import annotations

from .base import Client, Copies, Reads

__all__ = ["CLIENT"]

CLIENT = Client(
    id="openclaw",
    title="OpenClaw",
    platform="openclaw",
    project=Reads(skills=("skills", ".agents/skills"), instructions=("AGENTS.md", "SOUL.md")),
    user=Reads(
        skills=(".openclaw/skills", ".agents/skills"),
        instructions=(".openclaw/workspace/AGENTS.md", ".openclaw/workspace/SOUL.md"),
    ),
    copies=Copies.FIRST,
    source="OpenClaw 2026.9.6, run offline",
    checked="2026-11-22",
    programs=("openclaw",),
    project_signs=("SOUL.md",),
    user_signs=(".openclaw",),
    links=False,
)
