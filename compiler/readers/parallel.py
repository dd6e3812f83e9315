"""Skills that lie in parallel folders, one a language: ``en/x`` and ``zh-CN/x``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from ..model import Dialect
from .candidate import Candidate

__all__ = ["pair_languages"]

_CHINESE = frozenset({"cn", "zh", "zh-CN", "zh-Hans", "zh_CN", "zh-cn"})
_ENGLISH = ("en", "en-US", "en_US", "en-us")


def pair_languages(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Join skill folders whose paths differ only in the name of their language."""
    found = list(candidates)
    skills = {one.path: one for one in found if one.dialect is Dialect.AGENT_SKILL}
    twins: dict[Path, Path] = {}
    for path, one in skills.items():
        depth = len(one.root.parts)
        parts = path.parts
        for at in range(depth, len(parts) - 1):
            if parts[at] not in _CHINESE:
                continue
            for english in _ENGLISH:
                other = Path(*parts[:at], english, *parts[at + 1 :])
                if other in skills and other not in twins:
                    twins[other] = path
                    break
    taken = set(twins.values())
    return [
        replace(one, twin=twins[one.path]) if one.path in twins else one
        for one in found
        if one.path not in taken or one.dialect is not Dialect.AGENT_SKILL
    ]
