"""A grader on loopback that says what it is told to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest


class Script:
    """Finds every item met; ``fault`` is the kind of trouble it gives instead."""

    def __init__(self, fakes: Any) -> None:
        self.fakes = fakes
        self.fault = ""
        self.asked = 0
        self.model = ""

    def __call__(self, asked: Any) -> Any:
        self.asked += 1
        if self.fault:
            return self.fakes.Fault(self.fault, times=None)
        item = {"number": 1, "reason": "r", "violated": [], "met": True}
        return self.fakes.Structured({"weaknesses": "none", "items": [item]})


@pytest.fixture
def grader(fakes: Any) -> Iterator[Script]:
    script = Script(fakes)
    server = fakes.FakeProvider(script).start()
    script.model = f"openai-compatible:{server.openai_url}#grader"
    yield script
    server.stop()
    assert not server.errors
