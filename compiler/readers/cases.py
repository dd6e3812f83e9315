"""The eval files beside a skill, in all of their formats."""

from __future__ import annotations

from collections.abc import Mapping

from ..diagnostics import Diagnostic
from ..model import TestCase
from ..source import Source, decode
from .files import Found

__all__ = ["CASES", "read_tests"]

CASES = "evals/cases.yaml"
_FOLDERS = ("evals/", "evaluations/")
_AT_TOP = frozenset({"evals.json", "trigger_eval.json", "trigger_evals.json"})
_YAML_AT_TOP = frozenset({"eval.yaml", "promptfooconfig.yaml", "promptfooconfig.yml"})
_RESULTS = "evals/results/"  # what `claude plugin eval` writes


def read_tests(
    files: Mapping[str, Found], base: str
) -> tuple[tuple[TestCase, ...], list[Diagnostic]]:
    """Return the test cases of a skill's eval files; ``base`` is the skill's folder.

    The cases' ``path`` is relative to the folder, as the resources' are.
    """
    wanted = [path for path in files if _is_json(path) or _is_yaml(path)]
    if not wanted and not any(path.endswith("/prompt.md") for path in files):
        return (), []
    from ..evals import (  # noqa: PLC0415  (few skills have any)
        folders_of,
        read_case_folders,
        read_cases,
        read_eval_json,
        read_eval_yaml,
    )

    def source(path: str) -> Source:
        return decode(files[path].data, f"{base}/{path}")

    def texts(path: str) -> str | None:
        found = files.get(path) or files.get(f"evals/{path}")
        return None if found is None else decode(found.data, found.path).text

    cases: list[TestCase] = []
    findings: list[Diagnostic] = []
    folders = folders_of(files)
    for path in wanted:
        if path.startswith(tuple(f"{folder}/" for folder in folders)):
            continue
        if path == CASES:
            read, said = read_cases(source(path), path)
        elif path.endswith(".json"):
            read, said = read_eval_json(source(path), path)
        else:
            read, said = read_eval_yaml(source(path), path, texts)
        cases += read
        findings += said
    if folders:
        parts = [path for listed in folders.values() for path in listed]
        read, said = read_case_folders({path: source(path) for path in parts})
        cases += read
        findings += said
    return tuple(cases), findings


def _is_json(path: str) -> bool:
    listed = path.startswith(_FOLDERS) and path.endswith(".json")
    return path in _AT_TOP or (listed and not path.startswith(_RESULTS))


def _is_yaml(path: str) -> bool:
    return path in _YAML_AT_TOP or (
        path.startswith("evals/") and path.count("/") == 1 and path.endswith((".yaml", ".yml"))
    )
