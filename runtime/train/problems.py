"""What is wrong with a training configuration or its data, in both languages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["ConfigError", "DataError", "Problem"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    ``path`` is where: ``file:line``, or the option that said it. ``key`` is the dotted key, such
    as ``optim.batch_size``, empty where the whole file is meant. ``en`` and ``zh`` are sentences
    that say what is wrong and what to write instead.
    """

    path: str
    key: str
    en: str
    zh: str

    def __str__(self) -> str:
        return f"{self.path}: {self.key}: {self.en}" if self.key else f"{self.path}: {self.en}"


class ConfigError(ValueError):
    """A configuration that cannot be run; ``problems`` holds all that is wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class DataError(ValueError):
    """A data file, or a line of it, that cannot be used.

    ``path`` is ``file`` or ``file:line``; ``str()`` is the English sentence with the place.
    """

    def __init__(self, path: str, en: str, zh: str) -> None:
        super().__init__(f"{path}: {en}")
        self.path = path
        self.en = en
        self.zh = zh
