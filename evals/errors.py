"""What stops an evaluation, said in both languages."""

from __future__ import annotations

__all__ = ["EvalError"]


class EvalError(Exception):
    """Something that the user has to change. ``where`` is the skill, arm, file or option."""

    def __init__(self, where: str, en: str, zh: str) -> None:
        super().__init__(f"{where}: {en}")
        self.where = where
        self.en = en
        self.zh = zh
