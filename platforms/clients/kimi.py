"""Kimi Code: where it looks, and how to tell that it is in use."""

from __future__ import annotations

from .base import Client, Copies, Reads

__all__ = ["CLIENT"]

CLIENT = Client(
    id="kimi",
    title="Kimi Code",
    platform="kimi",
    project=Reads(
        skills=(".kimi-code/skills", ".agents/skills"),
        instructions=(".kimi-code/AGENTS.md", "AGENTS.md"),
        agents=(".kimi-code/agents", ".agents/agents"),
    ),
    user=Reads(
        skills=(".kimi-code/skills", ".agents/skills"),
        instructions=(".kimi-code/AGENTS.md", ".agents/AGENTS.md"),
        agents=(".kimi-code/agents", ".agents/agents"),
    ),
    copies=Copies.FIRST,
    source="Kimi Code 2.1.0, run offline",
    checked="2026-11-22",
    programs=("kimi",),
    project_signs=(".kimi-code",),
    user_signs=(".kimi-code",),
)
