"""Neutral (.agents): where it looks, and how to tell that it is in use.

No program of its own: whoever reads the neutral folders.
"""

from __future__ import annotations

from .base import Client, Copies, Reads

__all__ = ["CLIENT"]

CLIENT = Client(
    id="agents",
    title="Neutral (.agents)",
    platform="agents",
    project=Reads(
        skills=(".agents/skills",), instructions=("AGENTS.md",), agents=(".agents/agents",)
    ),
    user=Reads(
        skills=(".agents/skills",), instructions=(".agents/AGENTS.md",), agents=(".agents/agents",)
    ),
    copies=Copies.ANY,
    source="agentskills.io specification",
    checked="2026-11-22",
    project_signs=(".agents",),
)
