"""The files that go along with a view."""

from __future__ import annotations

from dataclasses import replace

from ..extract.licence import licence_of
from ..localized import Lang
from ..memo import notes
from ..model import Dialect, Resource, Skill

__all__ = ["choose_resources"]

_NOT_SHIPPED = frozenset({"evals", "component", "history"})
_TWIN = ".zh.md"
_NOTICE = "NOTICE.md"


def _notice(skill: Skill) -> tuple[Resource, ...]:
    """Return the licence section of a one-file skill, which no view's text holds, as a file."""
    if skill.dialect is not Dialect.EXPERT or skill.main is None:
        return ()
    memory = notes(skill)
    if "licence" not in memory:
        memory["licence"] = licence_of(skill.main).text
    text = memory["licence"]
    if not text or skill.resource(_NOTICE) is not None:
        return ()
    return (Resource(_NOTICE, text.encode("utf-8", "surrogateescape"), role="license"),)


def choose_resources(skill: Skill, lang: Lang, body: str) -> tuple[Resource, ...]:
    """Return the resources to ship: no tests or parts of the source, each in the right language.

    Of a file with a twin ``x.zh.md`` the English view gets ``x.md``, the Chinese one the twin (and
    under the name ``x.md`` too, where the body points at that), the bilingual view both. A file
    without a twin goes into every view.
    """
    resources = skill.resources + _notice(skill)
    if any(resource.role in _NOT_SHIPPED for resource in resources):
        resources = tuple(found for found in resources if found.role not in _NOT_SHIPPED)
    twins = {
        resource.path.removesuffix(_TWIN) + ".md": resource
        for resource in resources
        if resource.path.endswith(_TWIN)
    }
    if not twins or lang is Lang.BILINGUAL:
        return resources
    paths = {resource.path for resource in resources}
    chosen: list[Resource] = []
    for resource in resources:
        path = resource.path
        if path in twins:
            if lang is Lang.EN:
                chosen.append(resource)
            elif path in body:
                chosen.append(replace(twins[path], path=path))
        elif path.endswith(_TWIN) and lang is Lang.EN:
            if path.removesuffix(_TWIN) + ".md" not in paths:
                chosen.append(resource)
        else:
            chosen.append(resource)
    return tuple(chosen)
