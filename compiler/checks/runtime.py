"""Recipes that a canonical skill names, and the scripts that its commands run."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from ..codes import runtime as codes
from ..diagnostics import Diagnostic, report
from ..localized import Lang
from ..runtime import FOLDER, RECIPES, recipes_of, script_of
from .registry import rule
from .subject import Subject

__all__ = ["in_the_way", "undeclared", "unknown"]


@rule(codes.RECIPE_UNKNOWN, gate=True)
def unknown(subject: Subject) -> Iterator[Diagnostic]:
    """Report names under ``runtime`` that are no recipe."""
    skill = subject.skill
    written = skill.extra.get("runtime")
    if not subject.canonical or not isinstance(written, list):
        return
    entry = skill.front_matter.entry("runtime") if skill.front_matter else None
    for name in written:
        if isinstance(name, str) and name not in RECIPES:
            nearest = get_close_matches(name.casefold(), RECIPES, 1, 0.0)[0]
            place = skill.main.source if skill.main else subject.place
            at = entry.span.start if entry else None
            yield report(codes.RECIPE_UNKNOWN, place, at, name=name[:60], nearest=nearest)


@rule(codes.SCRIPT_IN_THE_WAY, gate=True)
def in_the_way(subject: Subject) -> Iterator[Diagnostic]:
    """Report files of the skill that lie where the recipes go."""
    recipes = recipes_of(subject.skill)
    if not recipes:
        return
    taken = {script_of(name) for name in recipes}
    for resource in subject.skill.resources:
        if resource.path in taken or resource.path.startswith(f"{FOLDER}/"):
            place = subject.located(resource)
            yield report(codes.SCRIPT_IN_THE_WAY, place, file=resource.path)


@rule(codes.RECIPE_UNDECLARED)
def undeclared(subject: Subject) -> Iterator[Diagnostic]:
    """Report commands that run a recipe which the skill does not bring along."""
    skill = subject.skill
    if not subject.canonical or not skill.commands:
        return
    present = {resource.path for resource in skill.resources}
    missing = [name for name in RECIPES if name not in recipes_of(skill)]
    for command in skill.commands:
        text = f"{command.body.pick(Lang.EN)}\n{command.body.pick(Lang.ZH)}"
        for name in missing:
            script = script_of(name)
            if script in text and script not in present:
                file = skill.resource(command.path)
                place = subject.located(file) if file else subject.place
                yield report(codes.RECIPE_UNDECLARED, place, file=script, name=name)
