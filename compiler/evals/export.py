"""Test cases in the formats of other tools, and what these have no place for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from ..codes.evaluation import EXPORT_LOST
from ..diagnostics import Diagnostic
from ..localized import Lang
from ..model import TestCase
from .export_folders import as_case_folders
from .export_promptfoo import as_promptfoo
from .export_skillgrade import as_skillgrade
from .losses import Losses
from .write import check_statement, write_cases, write_evals_json

__all__ = ["FORMS", "Export", "export_cases"]

_Writer = Callable[[Sequence[TestCase], Lang, str, Losses], Mapping[str, bytes]]


@dataclass(frozen=True)
class Export:
    """Files by path (from the skill's folder), and findings about what they do not say."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    findings: tuple[Diagnostic, ...] = ()


def _canonical(
    cases: Sequence[TestCase], _lang: Lang, _name: str, _lost: Losses
) -> dict[str, bytes]:
    return {"evals/cases.yaml": write_cases(cases).encode("utf-8", "surrogateescape")}


def _evals_json(cases: Sequence[TestCase], lang: Lang, name: str, lost: Losses) -> dict[str, bytes]:
    for case in cases:
        lost.usual(case)
        lost.trigger(case)
        for number, check in lost.checks(case, lang):
            if check_statement(check) is None:
                lost.check(case, number)
    text = write_evals_json(name, cases, lang)
    return {"evals/evals.json": text.encode("utf-8", "surrogateescape")}


#: The formats, each with its writer; promptfoo and skillgrade look for their files at the top.
FORMS: Mapping[str, _Writer] = {
    "cases.yaml": _canonical,
    "evals.json": _evals_json,
    "promptfoo": as_promptfoo,
    "skillgrade": as_skillgrade,
    "claude-plugin-eval": as_case_folders,
}


def export_cases(
    cases: Sequence[TestCase], form: str, lang: Lang = Lang.EN, *, name: str = ""
) -> Export:
    """Return test cases as another tool reads them.

    Args:
        cases: the cases; their ids differ.
        form: one of :data:`FORMS`.
        lang: the language of prompts and criteria (but for ``cases.yaml``, which has both); a text
            that is there in the other one only is taken from it.
        name: the skill's name.

    Raises:
        KeyError: there is no such format.
    """
    lost = Losses()
    files = FORMS[form](cases, lang, name, lost)
    findings = tuple(
        Diagnostic(
            EXPORT_LOST,
            case.path,
            case.line,
            args={
                "case": case.id,
                "form": form,
                "what": ", ".join(en for en, _ in parts),
                "what_zh": "、".join(zh for _, zh in parts),
            },
        )
        for case, parts in lost.found
    )
    return Export(files, findings)
