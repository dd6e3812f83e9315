"""The files that test cases live in: our own, and those of other tools."""

from .answers import quoted
from .canonical import CASES_PATH, read_cases
from .foreign import read_eval_json
from .write import statement, write_cases, write_evals_json

__all__ = [
    "CASES_PATH",
    "quoted",
    "read_cases",
    "read_eval_json",
    "statement",
    "write_cases",
    "write_evals_json",
]
