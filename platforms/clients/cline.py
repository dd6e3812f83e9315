"""Cline: where it looks, and how to tell that it is in use."""

from __future__ import annotations

from .base import Client, Copies, Reads

__all__ = ["CLIENT"]

CLIENT = Client(
    id="cline",
    title="Cline",
    platform="cline",
    project=Reads(
        skills=(".cline/skills", ".clinerules/skills", ".agents/skills"),
        instructions=(".clinerules/", ".cline/rules/", "AGENTS.md"),
        agents=(".cline/agents",),
    ),
    user=Reads(
        skills=(".cline/skills", ".agents/skills"),
        instructions=("Documents/Cline/Rules/", ".cline/rules/", ".agents/AGENTS.md"),
        agents=(".cline/agents",),
    ),
    copies=Copies.FIRST,
    source="Cline CLI 3.0.65, run offline",
    checked="2026-11-22",
    programs=("cline",),
    project_signs=(".clinerules", ".cline"),
    user_signs=(".cline", "Documents/Cline"),
)
