"""Pytest plugin: skills' own cases as tests (``--polyskill``), and the fixture ``polyskill_case``.

Pytest loads this module in every run where polyskill is installed, so it imports nothing until it
is used.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .pytest_case import SkillCase
    from .pytest_items import CasesFile

__all__ = [
    "polyskill_case",
    "pytest_addoption",
    "pytest_collect_file",
    "pytest_configure",
    "pytest_generate_tests",
]

_MARKER = (
    "polyskill(skill, lang='en,zh', only=()): the cases of a skill, a path from the root folder, "
    "one after the other as the fixture polyskill_case"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--polyskill`` and the setting ``polyskill``."""
    about = "test skills by their evals/cases.yaml: reference answers and recordings, offline"
    group = parser.getgroup("polyskill")
    group.addoption("--polyskill", action="store_true", default=False, help=about)
    parser.addini("polyskill", about, type="bool", default=False)


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", _MARKER)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> CasesFile | None:
    """Collect the cases of a skill, if that is asked for."""
    if file_path.name not in ("cases.yaml", "cases.yml") or file_path.parent.name != "evals":
        return None
    if not (parent.config.getoption("polyskill") or parent.config.getini("polyskill")):
        return None
    if not any(file_path.parent.parent.glob("SKILL*.md")):
        return None
    from .pytest_items import CasesFile  # noqa: PLC0415  (the whole compiler)

    found: CasesFile = CasesFile.from_parent(parent, path=file_path)
    return found


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test that uses ``polyskill_case`` the cases that its marker names."""
    if "polyskill_case" not in metafunc.fixturenames:
        return
    from .pytest_case import parameters  # noqa: PLC0415  (the whole compiler)

    marker = metafunc.definition.get_closest_marker("polyskill")
    found = parameters(marker, metafunc.config.rootpath)
    metafunc.parametrize("polyskill_case", found, indirect=True)


@pytest.fixture
def polyskill_case(request: pytest.FixtureRequest) -> SkillCase:
    """One case of the skill that ``@pytest.mark.polyskill("path/to/skill")`` names.

    Has ``prompt`` to ask your own agent, ``check(answer)`` and ``assert_passes(answer)``.
    """
    case: SkillCase = request.param
    return case
