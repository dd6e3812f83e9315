"""OpenCode: where it looks, and how to tell that it is in use."""

from __future__ import annotations

from .base import Client, Copies, Reads

__all__ = ["CLIENT"]

CLIENT = Client(
    id="opencode",
    title="OpenCode",
    platform="opencode",
    project=Reads(
        skills=(".opencode/skills", ".opencode/skill", ".claude/skills", ".agents/skills"),
        instructions=("AGENTS.md", "CLAUDE.md"),
        agents=(".opencode/agents",),
        shadowed={"CLAUDE.md": ("AGENTS.md",)},
        listing={"opencode.json": "instructions", "opencode.jsonc": "instructions"},
    ),
    user=Reads(
        skills=(
            ".opencode/skills",
            ".config/opencode/skills",
            ".config/opencode/skill",
            ".claude/skills",
            ".agents/skills",
        ),
        instructions=(".config/opencode/AGENTS.md", ".claude/CLAUDE.md"),
        agents=(".config/opencode/agents",),
        shadowed={".claude/CLAUDE.md": (".config/opencode/AGENTS.md",)},
    ),
    copies=Copies.ANY,
    source="OpenCode 1.18.33, run offline",
    checked="2026-11-22",
    programs=("opencode",),
    project_signs=(".opencode", "opencode.json", "opencode.jsonc"),
    user_signs=(".config/opencode",),
)
