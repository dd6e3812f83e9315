"""Gemini CLI: where it looks, and how to tell that it is in use."""

from __future__ import annotations

from .base import Client, Copies, Reads

__all__ = ["CLIENT"]

CLIENT = Client(
    id="gemini",
    title="Gemini CLI",
    platform="",
    project=Reads(
        skills=(".agents/skills", ".gemini/skills"),
        instructions=("GEMINI.md",),
        agents=(".gemini/agents",),
    ),
    user=Reads(
        skills=(".agents/skills", ".gemini/skills"),
        instructions=(".gemini/GEMINI.md",),
        agents=(".gemini/agents",),
    ),
    copies=Copies.FIRST,
    source="Gemini CLI 0.61.0, run offline",
    checked="2026-11-22",
    programs=("gemini",),
    project_signs=(".gemini", "GEMINI.md"),
    user_signs=(".gemini",),
)
