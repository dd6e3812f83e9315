"""The tests of training are many, and more of them run where torch is: `-m training`."""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep them out of the default run, whose limit is five minutes: they are over a thousand."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.training)
