"""Reference answers of a canonical case: hand-labelled, so that the case itself can be tested."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..codes.evaluation import (
    ANSWER_DUPLICATE,
    ANSWER_INCOMPLETE,
    ANSWER_NO_SUCH,
    FLAWED_WITHOUT_FAILS,
    GOOD_WITH_FAILS,
    QUOTE_NOT_FOUND,
)
from ..localized import Lang, Text
from ..model import ReferenceAnswer
from .fields import Fields, Path

__all__ = ["LABELS", "AnswerReader", "quoted"]

LABELS = ("good", "flawed")
_KEYS = ("id", "label", "by", "text", "fails", "quotes")
_CHECK = re.compile(r"check:\s*([0-9]{1,4})")
_NUMBER = re.compile(r"[0-9]{1,4}")
_GAP = re.compile(r"\s*(?:\.\.\.|…+)\s*")
_LANGUAGES = {Lang.EN: ("English", "英文"), Lang.ZH: ("Chinese", "中文")}
_SHOWN = 60


def quoted(quote: str, answer: str) -> bool:
    """Return whether the words of a quote stand in an answer, its parts in their order.

    White space counts as one blank; an ellipsis stands for what is left out. Judges are read more
    leniently; words that an author copied have to be the words.
    """
    text = " ".join(answer.split())
    at = 0
    parts = [part for part in _GAP.split(" ".join(quote.split())) if part]
    for part in parts:
        found = text.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return bool(parts)


@dataclass
class AnswerReader:
    """Reads the answers of one case, whose criteria and checks are counted already."""

    fields: Fields
    case: str
    criteria: int
    checks: int

    def read(self, value: object, path: Path) -> tuple[ReferenceAnswer, ...]:
        """Return the answers under ``value``; one that says too little is reported and left out."""
        found: list[ReferenceAnswer] = []
        for place, part in self.fields.items(value, path):
            answer = self._answer(part, place)
            if answer is None:
                continue
            if answer.id and any(other.id == answer.id for other in found):
                self.fields.add(ANSWER_DUPLICATE, (*place, "id"), answer=answer.id, case=self.case)
                continue
            found.append(answer)
        return tuple(found)

    def _answer(self, value: object, path: Path) -> ReferenceAnswer | None:
        fields = self.fields
        if not isinstance(value, Mapping):
            fields.wrong(
                path, value, "a mapping with `label` and `text`", "含 `label` 与 `text` 的映射"
            )
            return None
        fields.unknown(value, _KEYS, path)
        said = len(fields.findings)
        label = fields.choice(value.get("label"), (*path, "label"), LABELS, "")
        text = fields.text(value.get("text"), (*path, "text"))
        by = fields.string(value.get("by"), (*path, "by"))
        if len(fields.findings) > said:
            return None
        for key, given in (("label", label), ("text", text), ("by", by)):
            if not given:
                fields.add(ANSWER_INCOMPLETE, path, case=self.case, key=key)
                return None
        said = len(fields.findings)
        fails, fails_checks = self._fails(value.get("fails"), (*path, "fails"))
        if len(fields.findings) > said:
            return None
        if label == "good" and (fails or fails_checks):
            fields.add(GOOD_WITH_FAILS, (*path, "fails"), case=self.case)
            return None
        if label == "flawed" and not (fails or fails_checks):
            fields.add(FLAWED_WITHOUT_FAILS, path, case=self.case)
            return None
        quotes = self._quotes(value.get("quotes"), (*path, "quotes"), text)
        name = fields.string(value.get("id"), (*path, "id"))
        return ReferenceAnswer(
            label, text, by, fails, fails_checks, quotes, name, fields.line(path)
        )

    def _fails(self, value: object, path: Path) -> tuple[tuple[int, ...], tuple[int, ...]]:
        criteria: list[int] = []
        checks: list[int] = []
        for place, part in self.fields.items(value, path):
            words = str(part) if isinstance(part, int | str) and not isinstance(part, bool) else ""
            if check := _CHECK.fullmatch(words.strip()):
                self._count(int(check[1]), place, "fails", checks, check=True)
            elif _NUMBER.fullmatch(words.strip()):
                self._count(int(words), place, "fails", criteria)
            else:
                self.fields.wrong(
                    place, part, "a number, or `check:` and a number", "编号，或 `check:` 加编号"
                )
        return tuple(dict.fromkeys(criteria)), tuple(dict.fromkeys(checks))

    def _count(
        self, number: int, path: Path, key: str, into: list[int], *, check: bool = False
    ) -> None:
        """Take a number that counts something; report one that counts nothing."""
        count = self.checks if check else self.criteria
        if 1 <= number <= count:
            into.append(number)
            return
        what, what_zh = ("check", "检查") if check else ("criterion", "判据")
        self.fields.add(
            ANSWER_NO_SUCH,
            path,
            key=key,
            what=what,
            what_zh=what_zh,
            number=number,
            case=self.case,
            count=count,
        )

    def _quotes(self, value: object, path: Path, text: Text) -> dict[int, Text]:
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            self.fields.wrong(
                path, value, "a mapping of criteria to quotes", "判据编号到引文的映射"
            )
            return {}
        found: dict[int, Text] = {}
        for key, part in value.items():
            place = (*path, key)
            numbers: list[int] = []
            if _NUMBER.fullmatch(str(key)):
                self._count(int(key), place, "quotes", numbers)
            else:
                self.fields.wrong(place, key, "the number of a criterion", "判据的编号")
            quote = self.fields.text(part, place)
            if numbers and quote and self._stands(numbers[0], quote, text, place):
                found[numbers[0]] = quote
        return found

    def _stands(self, number: int, quote: Text, text: Text, path: Path) -> bool:
        """Report a quote that an answer does not hold, in each language that there is."""
        missing: Sequence[Lang] = [
            lang
            for lang in _LANGUAGES
            if (answer := text.get(lang)) is not None and not quoted(quote.pick(lang), answer)
        ]
        for lang in missing:
            name, name_zh = _LANGUAGES[lang]
            words = " ".join(quote.pick(lang).split())
            self.fields.add(
                QUOTE_NOT_FOUND,
                (*path, lang.value) if quote.get(lang) and quote.complete else path,
                number=number,
                lang=name,
                lang_zh=name_zh,
                case=self.case,
                quote=words if len(words) <= _SHOWN else words[: _SHOWN - 1] + "…",
            )
        return not missing
