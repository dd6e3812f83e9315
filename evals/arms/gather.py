"""From the arms that a user names to the texts that they stand for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from polyskill.compiler.localized import Lang
from polyskill.compiler.model import Kind, Skill
from polyskill.platforms.base import PlatformError
from polyskill.platforms.registry import get

from ..errors import EvalError
from .base import NONE, Arm
from .loaded import loaded_text
from .previous import previous_skill
from .spec import ArmSpec

__all__ = ["arm_of", "arms_of"]

#: The platform whose form is the most neutral: a SKILL.md folder and AGENTS.md.
_NEUTRAL = "agents"


def arm_of(
    skill: Skill, name: str, kind: str, langs: Sequence[str], *, detail: str = "", references: bool
) -> Arm:
    """Return the arm that gives ``skill`` as the neutral layer compiles it."""
    texts = {
        lang: loaded_text(skill, get(_NEUTRAL), Lang(lang), references=references) for lang in langs
    }
    return Arm(name, kind, detail, texts, skill=skill)


def arms_of(
    skill: Skill, specs: Sequence[ArmSpec], langs: Sequence[str], cache: Path, *, references: bool
) -> tuple[Arm, ...]:
    """Return the arms of a skill in the order of ``specs``.

    Args:
        skill: the skill as it is now.
        specs: what the user named.
        langs: "en", "zh".
        cache: the folder for fetched sources.
        references: whether the reference files stand behind the skill's text.

    Raises:
        EvalError: an arm cannot be had.
    """
    found: list[Arm] = []
    for spec in specs:
        try:
            found.append(_arm(skill, spec, langs, cache, references=references))
        except PlatformError as error:
            raise EvalError(spec.name, str(error), f"无法编译：{error}") from error
    return tuple(found)


def _arm(
    skill: Skill, spec: ArmSpec, langs: Sequence[str], cache: Path, *, references: bool
) -> Arm:
    if spec.kind == "none":
        return NONE
    if spec.kind == "current":
        return arm_of(skill, spec.name, spec.kind, langs, references=references)
    if spec.kind == "previous":
        earlier, called = previous_skill(skill, spec.argument, cache)
        return arm_of(earlier, spec.name, spec.kind, langs, detail=called, references=references)
    platform = get(spec.argument)
    form = Kind(spec.form) if spec.form else None
    texts = {
        lang: loaded_text(skill, platform, Lang(lang), form=form, references=references)
        for lang in langs
    }
    return Arm(spec.name, spec.kind, spec.name.partition(":")[2], texts)
