"""The files that test cases live in: our own, and those of other tools."""

from .answers import quoted
from .canonical import CASES_PATH, read_cases
from .casefolder import folders_of, read_case_folders
from .export import FORMS, Export, export_cases
from .foreign import read_eval_json
from .foreignyaml import read_eval_yaml
from .write import statement, write_cases, write_evals_json

__all__ = [
    "CASES_PATH",
    "FORMS",
    "Export",
    "export_cases",
    "folders_of",
    "quoted",
    "read_case_folders",
    "read_cases",
    "read_eval_json",
    "read_eval_yaml",
    "statement",
    "write_cases",
    "write_evals_json",
]
