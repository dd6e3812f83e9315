"""What the readers of other tools' formats share: cases with ids of their own, lenient checks."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from ..codes.evals import BAD_CASE, UNKNOWN_VERIFIER
from ..codes.evaluation import FOREIGN_KEPT, FOREIGN_YAML
from ..diagnostics import Severity, report
from ..extract.drafts import slug
from ..localized import Lang, Text
from ..model import Check, Criterion, CriterionKind, TestCase
from ..source import Source
from ..yamlsafe import YamlResult
from .checks import KINDS, read_check
from .fields import Fields, Path, plain_text

__all__ = [
    "Collector",
    "Texts",
    "absent",
    "borrowed_check",
    "sound",
    "statement_of",
    "unsupported",
    "weight_of",
]

#: Returns the text of a file of the skill (paths from its folder), ``None`` if there is none.
Texts = Callable[[str], str | None]

REASONS = {
    "prompt": ("it has no prompt", "缺少提示语"),
    "grade": ("there is nothing to grade the answer by", "没有评判依据"),
    "mapping": ("it is not a mapping", "不是映射"),
    "template": (
        "its prompt is a template that cannot be filled in here",
        "其提示语是无法在此填充的模板",
    ),
    "several": ("its variables stand for several cases", "其变量代表多个用例"),
}


class Collector:
    """The cases of a file while it is being read; ids are told apart."""

    def __init__(self, fields: Fields, form: str, path: str) -> None:
        self.fields = fields
        self.form = form
        self.path = path
        self.cases: dict[str, TestCase] = {}
        self.count = 0

    def skip(self, path: Path, why: str) -> None:
        """Leave a case out."""
        reason, reason_zh = REASONS[why]
        self.fields.add(BAD_CASE, path, number=self.count, reason=reason, reason_zh=reason_zh)

    def add(self, case: TestCase, path: Path) -> None:
        """Take a case; one without anything to grade its answer by is left out."""
        if not (case.criteria or case.checks or case.trigger):
            self.skip(path, "grade")
            return
        self.cases[case.id] = case

    def name(self, *wanted: object) -> str:
        """Return an id from the first usable word of ``wanted``, else a number; no case has it yet.

        One word is an id as it is; several words are made one.
        """
        words = [str(word).strip() for word in wanted if isinstance(word, str | int)]
        stems = [word if len(word.split()) == 1 else slug(Text(en=word)) for word in words]
        stem = next(filter(None, stems), f"case-{self.count}")
        name, at = stem, 2
        while name in self.cases:
            name, at = f"{stem}-{at}", at + 1
        return name

    def kept(self, case: str, value: Mapping[str, Any], path: Path, *keys: str) -> None:
        """Tell that parts of a case do not take part in a run."""
        for key in keys:
            if key in value:
                self.fields.add(FOREIGN_KEPT, (*path, key), on_key=True, case=case, part=key)


def sound(source: Source, result: YamlResult, fields: Fields) -> bool:
    """Return whether the YAML of another tool's file can be trusted; report the first reason."""
    bad = [found for found in result.diagnostics if found.severity is Severity.ERROR]
    if bad:
        first = bad[0]
        offset = source.line_starts[first.line - 1] + first.column - 1 if first.line else 0
        fields.findings.append(
            report(
                FOREIGN_YAML,
                source,
                offset,
                reason=first.message(Lang.EN),
                reason_zh=first.message(Lang.ZH),
            )
        )
    return not bad


def unsupported(fields: Fields, path: Path, kind: object) -> None:
    """Report a grader that cannot be run here; it takes no part in the verdict."""
    fields.add(UNKNOWN_VERIFIER, path, kind=kind)


def borrowed_check(raw: Mapping[str, Any], path: Path, fields: Fields, name: object) -> list[Check]:
    """Read a check that was translated from another tool; report it if it makes none here."""
    # What would be an error in a source of ours is a warning in another tool's file.
    strict = Fields(fields.source, fields.places)
    check = read_check(raw, path, strict) if raw.get("kind") in KINDS else None
    if check is None:
        unsupported(fields, path, name)
        return []
    return [check]


def absent(pattern: str) -> str:
    """Return a pattern that is found where ``pattern`` is found nowhere."""
    return rf"\A(?![\s\S]*(?:{pattern}))"


def weight_of(value: object) -> float:
    """Return a grader's weight; what is no number above 0 counts as 1."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 1.0
    return float(value) if math.isfinite(value) and value > 0 else 1.0


def statement_of(words: str, weight: object = None, *, negative: bool = False) -> Criterion:
    """Return a rubric's words, whole, as one criterion."""
    kind = CriterionKind.MUST_NOT if negative else CriterionKind.MUST
    return Criterion(plain_text(words.strip()), kind, weight_of(weight))
