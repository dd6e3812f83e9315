"""Folders for ClawHub, where everything is MIT-0: nothing is given away by accident."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from polyskill.compiler.codes import publish as codes
from polyskill.compiler.diagnostics import report

from ..parts.clawhub import FREE
from ..parts.skillfile import string
from ..parts.text import one_line
from ..registry import get
from .collect import Item
from .prepared import Package, Prepared, PublishRequest
from .render import named, plugin

__all__ = ["LICENCE", "prepare"]

LICENCE = "MIT-0"
_HOST = "openclaw"


def prepare(request: PublishRequest, items: Sequence[Item]) -> Prepared:
    """Return a folder for each skill and language.

    A skill whose licence asks for more than MIT-0 does, or that names none, is an error unless
    the consequence was accepted.
    """
    made = Prepared()
    for item in items:
        skill = item.skill
        licence = one_line(skill.license or string(skill.extra.get("license") or ""))
        if licence.lower() not in FREE and request.accepted != LICENCE:
            finding = report(
                codes.LICENCE_CONSEQUENCE,
                skill.path,
                name=skill.name,
                license=licence or "not stated",
                license_zh=licence or "未注明",
            )
            made.diagnostics.append(replace(finding, skill=skill.name))
            continue
        for lang in request.languages:
            one = plugin(item, get(_HOST), lang, named(item, lang, request.languages))
            made.diagnostics += one.diagnostics
            if one.files:
                files = {f"{one.name}/{path}": file for path, file in one.files.items()}
                made.add(one.name, Package(item.version, files), skill.path)
                made.losses[one.name] = one.losses
    return made
