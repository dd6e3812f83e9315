"""Fixtures for the tests of grading."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from polyskill.runtime.judge.checks import Answer, CheckSpec, Finding, run_check
from polyskill.runtime.judge.checks.limited import close


@pytest.fixture
def check(tmp_path: Path) -> Callable[..., Finding]:
    """``check(kind, value, text, **options)`` runs a check; its folder is ``tmp_path``."""

    def run(kind: str, value: Any, text: str | Answer, **options: Any) -> Finding:
        answer = text if isinstance(text, Answer) else Answer(text)
        return run_check(CheckSpec(kind, value, options), answer, tmp_path)

    return run


@pytest.fixture(scope="session", autouse=True)
def helper_process() -> Iterator[None]:
    yield
    close()
