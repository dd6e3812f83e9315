"""Recipes that travel with a skill: what a canonical ``SKILL.md`` names under ``runtime``.

The compiler knows only the names and where each one's script will lie. The files themselves are
put in by the platforms, which read them out of the installed package.
"""

from __future__ import annotations

from .model import Dialect, Skill

__all__ = ["FOLDER", "RECIPES", "recipes_of", "script_of"]

#: What ``runtime`` may name: training methods, then what is done before and after training.
RECIPES = (
    "sft",
    "dpo",
    "reward",
    "grpo",
    "rloo",
    "distill",
    "validate",
    "judge",
    "analyze",
    "tools",
)
#: Where the modules that the scripts import lie, in the skill's folder.
FOLDER = "scripts/polyskill_runtime"


def script_of(recipe: str) -> str:
    """Return the path of a recipe's script in the skill's folder."""
    return f"scripts/run_{recipe}.py"


def recipes_of(skill: Skill) -> tuple[str, ...]:
    """Return the recipes that a skill brings along, each once, in the order of :data:`RECIPES`.

    Only canonical skills have any: elsewhere a key ``runtime`` means what its author meant by it.
    Names that are no recipe are left out here; ``polyskill check`` reports them.
    """
    written = skill.extra.get("runtime")
    if skill.dialect is not Dialect.CANONICAL or not isinstance(written, list):
        return ()
    return tuple(name for name in RECIPES if name in written)
