"""Codex: where it looks, and how to tell that it is in use."""

from __future__ import annotations

from .base import Client, Copies, Reads

__all__ = ["CLIENT"]

CLIENT = Client(
    id="codex",
    title="Codex",
    platform="codex",
    project=Reads(
        skills=(".agents/skills", ".codex/skills"),
        instructions=("AGENTS.md",),
        agents=(".codex/agents",),
        shadowed={"AGENTS.md": ("AGENTS.override.md",)},
    ),
    user=Reads(
        skills=(".agents/skills", ".codex/skills"),
        instructions=(".codex/AGENTS.md",),
        agents=(".codex/agents",),
        shadowed={".codex/AGENTS.md": (".codex/AGENTS.override.md",)},
    ),
    copies=Copies.ALL,
    source="Codex CLI 0.169.0, run offline",
    checked="2026-11-22",
    programs=("codex",),
    project_signs=(".codex",),
    user_signs=(".codex",),
)
