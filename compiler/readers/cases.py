"""The eval files beside a skill, in all of their formats."""

from __future__ import annotations

from collections.abc import Mapping

from ..diagnostics import Diagnostic
from ..model import TestCase
from ..source import decode
from .files import Found

__all__ = ["CASES", "read_tests"]

CASES = "evals/cases.yaml"
_FOLDERS = ("evals/", "evaluations/")
_AT_TOP = frozenset({"evals.json", "trigger_eval.json", "trigger_evals.json"})


def read_tests(
    files: Mapping[str, Found], base: str
) -> tuple[tuple[TestCase, ...], list[Diagnostic]]:
    """Return the test cases of a skill's eval files; ``base`` is the skill's folder.

    The cases' ``path`` is relative to the folder, as the resources' are.
    """
    wanted = [
        found
        for path, found in files.items()
        if path == CASES
        or path in _AT_TOP
        or (path.startswith(_FOLDERS) and path.endswith(".json"))
    ]
    if not wanted:
        return (), []
    from ..evals import read_cases, read_eval_json  # noqa: PLC0415  (few skills have any)

    cases: list[TestCase] = []
    findings: list[Diagnostic] = []
    for found in wanted:
        source = decode(found.data, f"{base}/{found.path}")
        if found.path == CASES:
            read, said = read_cases(source, found.path)
        else:
            read, said = read_eval_json(source, found.path)
        cases += read
        findings += said
    return tuple(cases), findings
