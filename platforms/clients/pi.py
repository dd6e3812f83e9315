"""pi: where it looks, and how to tell that it is in use."""

from __future__ import annotations

from .base import Client, Copies, Reads

__all__ = ["CLIENT"]

CLIENT = Client(
    id="pi",
    title="pi",
    platform="",
    project=Reads(
        skills=(".pi/skills", ".agents/skills"),
        instructions=(".pi/APPEND_SYSTEM.md", "AGENTS.md", "CLAUDE.md"),
        shadowed={"CLAUDE.md": ("AGENTS.md",)},
    ),
    user=Reads(
        skills=(".pi/agent/skills", ".agents/skills"), instructions=(".pi/agent/AGENTS.md",)
    ),
    copies=Copies.FIRST,
    source="pi 0.74.2, run offline",
    checked="2026-11-22",
    programs=("pi",),
    project_signs=(".pi",),
    user_signs=(".pi",),
)
