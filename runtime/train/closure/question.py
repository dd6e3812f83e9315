"""Whose learning is measured, by what, and who grades it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...judge.base import Model
from ..compare.prompts import Prompt
from ..compare.subjects import Subject
from .scope import Scope

__all__ = ["Question"]


@dataclass(frozen=True)
class Question:
    """Whose, what, and by whom: ``texts`` are the skill's by language; no judge, only checks."""

    base: Subject
    student: Subject
    skill: str
    texts: Mapping[str, str]
    scope: Scope
    known: bool
    judge: Model | None = None
    others: Sequence[Prompt] = ()

    @property
    def paid(self) -> list[Model]:
        """The models that do not answer on this machine."""
        models = [each.model for each in (self.base, self.student) if not each.local]
        return models + ([self.judge] if self.judge else [])
