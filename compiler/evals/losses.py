"""What a format has no place for, collected per case while cases are written in it."""

from __future__ import annotations

from collections.abc import Iterator

from ..localized import Lang
from ..model import Check, TestCase

__all__ = ["Losses", "Part"]

Part = tuple[str, str]  # in English, in Chinese


class Losses:
    """The parts of cases that a format does not hold."""

    def __init__(self) -> None:
        self._parts: dict[int, tuple[TestCase, list[Part]]] = {}

    @property
    def found(self) -> list[tuple[TestCase, list[Part]]]:
        """The cases that lose something, each with what it loses."""
        return list(self._parts.values())

    def add(self, case: TestCase, en: str, zh: str) -> None:
        """Note a part that is lost."""
        self._parts.setdefault(id(case), (case, []))[1].append((en, zh))

    def usual(self, case: TestCase, *, tags: bool = True) -> None:
        """Note what hardly any format has: reference answers, and tags."""
        if case.answers:
            self.add(case, "the reference answers", "参考答案")
        if tags and case.extra.get("tags"):
            self.add(case, "the tags", "标签")

    def trigger(self, case: TestCase) -> None:
        """Note a trigger, or the whole case if it has nothing else."""
        if case.trigger and not (case.criteria or case.checks):
            self.add(case, "the whole (it tests triggering alone)", "全部内容（只测试触发）")
        elif case.trigger:
            self.add(case, "the trigger", "触发要求")

    def check(self, case: TestCase, number: int) -> None:
        """Note a check."""
        kind = case.checks[number - 1].kind
        self.add(case, f"check {number} ({kind})", f"检查 {number}（{kind}）")

    @staticmethod
    def checks(case: TestCase, lang: Lang) -> Iterator[tuple[int, Check]]:
        """Yield the checks of answers in a language, with their numbers."""
        for number, check in enumerate(case.checks, 1):
            if check.lang in (None, lang):
                yield number, check
