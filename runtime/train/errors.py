"""What training says when it cannot go on, in both languages."""

from __future__ import annotations

__all__ = ["TrainError"]


class TrainError(Exception):
    """A run that cannot be begun or go on: what is wrong, where, and what to do.

    ``en`` and ``zh`` are whole sentences; ``str()`` is the English one.
    """

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.en = en
        self.zh = zh
