"""Kilo Code: where it looks, and how to tell that it is in use."""

from __future__ import annotations

from .base import Client, Copies, Reads

__all__ = ["CLIENT"]

CLIENT = Client(
    id="kilo",
    title="Kilo Code",
    platform="",
    project=Reads(
        skills=(".kilo/skills", ".kilocode/skills", ".agents/skills", ".claude/skills"),
        instructions=(
            "AGENTS.md",
            "CLAUDE.md",
            ".kilo/rules/",
            ".kilocode/rules/",
            ".kilocoderules",
        ),
        agents=(".kilo/agents",),
        shadowed={"CLAUDE.md": ("AGENTS.md",)},
    ),
    user=Reads(
        skills=(
            ".kilo/skills",
            ".config/kilo/skills",
            ".kilocode/skills",
            ".agents/skills",
            ".claude/skills",
        ),
        instructions=(".config/kilo/AGENTS.md", ".kilo/rules/", ".kilocode/rules/"),
        agents=(".config/kilo/agent",),
    ),
    copies=Copies.ANY,
    source="Kilo CLI 7.7.7, run offline",
    checked="2026-11-22",
    programs=("kilo",),
    project_signs=(".kilo", ".kilocode", ".kilocoderules"),
    user_signs=(".kilo", ".config/kilo"),
    links=False,
)
