"""Claude Code: where it looks, and how to tell that it is in use."""

from __future__ import annotations

from .base import Client, Copies, Reads

__all__ = ["CLIENT"]

CLIENT = Client(
    id="claude",
    title="Claude Code",
    platform="claude",
    project=Reads(
        skills=(".claude/skills",),
        instructions=(
            "CLAUDE.md",
            ".claude/CLAUDE.md",
            "CLAUDE.local.md",
            ".claude/rules/",
            "AGENTS.md",
        ),
        agents=(".claude/agents",),
        shadowed={"AGENTS.md": ("CLAUDE.md", ".claude/CLAUDE.md", "CLAUDE.local.md")},
    ),
    user=Reads(
        skills=(".claude/skills",),
        instructions=(".claude/CLAUDE.md", ".claude/rules/"),
        agents=(".claude/agents",),
    ),
    copies=Copies.FIRST,
    source="Claude Code 2.1.330, run offline",
    checked="2026-11-22",
    programs=("claude",),
    project_signs=(".claude", "CLAUDE.md"),
    user_signs=(".claude",),
)
