"""The projects that agents under test are put into: one for each arm, client and language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from polyskill.compiler.localized import Lang
from polyskill.runtime.judge.base import Model

from .arms import Arm
from .plan import AGENT, place_key

if TYPE_CHECKING:
    from .agents import Workplace

__all__ = ["workplaces"]


def workplaces(
    arms: Iterable[Arm], models: Iterable[Model], langs: Iterable[str]
) -> Mapping[str, Workplace]:
    """Return the projects by :func:`.plan.place_key`.

    An agent gets a skill compiled for its own platform. So the arms of other platforms, and those
    that are texts without a skill, have no project.

    Raises:
        PlatformError: the client has no platform.
    """
    agents = [model for model in models if model.provider == AGENT]
    return {
        place_key(arm.name, model.id, lang): _workplace(arm, model, lang)
        for arm in arms
        if arm.kind == "none" or (arm.skill is not None and arm.kind != "platform")
        for model in agents
        for lang in langs
    }


def _workplace(arm: Arm, model: Model, lang: str) -> Workplace:
    from .agents import compiled  # noqa: PLC0415  (what runs clients is for those who have agents)

    client = model.name.partition(":")[0]
    return compiled([arm.skill] if arm.skill else [], Lang(lang), client)
