"""Qwen Code: where it looks, and how to tell that it is in use."""

from __future__ import annotations

from .base import Client, Copies, Reads

__all__ = ["CLIENT"]

CLIENT = Client(
    id="qwen",
    title="Qwen Code",
    platform="",
    project=Reads(
        skills=(".qwen/skills", ".agents/skills"),
        instructions=("QWEN.md", "AGENTS.md", ".qwen/rules/"),
        agents=(".qwen/agents",),
    ),
    user=Reads(
        skills=(".qwen/skills", ".agents/skills"),
        instructions=(".qwen/QWEN.md", ".qwen/AGENTS.md", ".qwen/rules/"),
        agents=(".qwen/agents",),
    ),
    copies=Copies.FIRST,
    source="Qwen Code 0.24.4, run offline",
    checked="2026-11-22",
    programs=("qwen",),
    project_signs=(".qwen", "QWEN.md"),
    user_signs=(".qwen",),
)
