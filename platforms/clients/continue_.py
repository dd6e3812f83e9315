"""Continue: where it looks, and how to tell that it is in use."""

from __future__ import annotations

from .base import Client, Copies, Reads

__all__ = ["CLIENT"]

CLIENT = Client(
    id="continue",
    title="Continue",
    platform="",
    project=Reads(
        skills=(".continue/skills", ".claude/skills"),
        instructions=("AGENTS.md", "AGENT.md", "CLAUDE.md", ".continue/rules/"),
        shadowed={"AGENT.md": ("AGENTS.md",), "CLAUDE.md": ("AGENTS.md", "AGENT.md")},
    ),
    user=Reads(skills=(".continue/skills",), instructions=(".continue/rules/",)),
    copies=Copies.ALL,
    source="Continue CLI 1.5.47, run offline",
    checked="2026-11-22",
    programs=("cn",),
    project_signs=(".continue",),
    user_signs=(".continue",),
    links=False,
)
