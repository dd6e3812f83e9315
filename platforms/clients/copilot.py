"""Copilot CLI: where it looks, and how to tell that it is in use."""

from __future__ import annotations

from .base import Client, Copies, Reads

__all__ = ["CLIENT"]

CLIENT = Client(
    id="copilot",
    title="Copilot CLI",
    platform="",
    project=Reads(
        skills=(".github/skills", ".agents/skills", ".claude/skills"),
        instructions=(
            ".github/copilot-instructions.md",
            "AGENTS.md",
            "CLAUDE.md",
            "GEMINI.md",
            ".claude/rules/",
        ),
        agents=(".github/agents", ".claude/agents"),
    ),
    user=Reads(
        skills=(".copilot/skills", ".agents/skills"),
        instructions=(".copilot/copilot-instructions.md",),
        agents=(".copilot/agents",),
    ),
    copies=Copies.FIRST,
    source="Copilot CLI 1.0.102, run offline",
    checked="2026-11-22",
    programs=("copilot",),
    project_signs=(".github/copilot-instructions.md", ".github/instructions", ".github/skills"),
    user_signs=(".copilot",),
)
