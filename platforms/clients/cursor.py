"""Cursor: where it looks, and how to tell that it is in use."""

from __future__ import annotations

from .base import Client, Copies, Reads

__all__ = ["CLIENT"]

CLIENT = Client(
    id="cursor",
    title="Cursor",
    platform="cursor",
    project=Reads(
        skills=(".cursor/skills", ".agents/skills", ".claude/skills", ".codex/skills"),
        instructions=(".cursor/rules/", ".cursorrules", "AGENTS.md"),
        agents=(".cursor/agents", ".claude/agents"),
    ),
    user=Reads(
        skills=(".cursor/skills", ".agents/skills", ".claude/skills", ".codex/skills"),
        agents=(".cursor/agents", ".claude/agents"),
    ),
    copies=Copies.ANY,
    source="secondary: no Cursor client can be run here",
    checked="2026-11-22",
    programs=("cursor", "cursor-agent"),
    project_signs=(".cursor", ".cursorrules"),
    user_signs=(".cursor",),
)
