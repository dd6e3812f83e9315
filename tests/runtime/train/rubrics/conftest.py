"""A fake provider that reads papers: a model that writes goals, and one that selects."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

TOPICS = ("tides", "bees", "alloys")
GOAL = (
    "A group wants to know whether {topic} change with temperature. It has forty samples, one "
    "instrument and three months, and may not heat anything above sixty degrees."
)
ITEMS = (
    "Compares each sample with one that was kept at a constant temperature throughout.",
    "Says how many repeats are made of every reading and why so many.",
    "Randomises the order in which the instrument is given its samples.",
    "Names a confounder besides temperature and how it is held constant.",
    "Fixes the analysis before the first reading has been taken.",
    "Reports an interval for the effect instead of a bare threshold.",
)
GIVEN_AWAY = "It has forty samples, one instrument and three months."


class Reader:
    """Writes one goal a paper; ``poor`` names topics that the selecting model thinks little of."""

    def __init__(self, fakes: Any) -> None:
        self.fakes = fakes
        self.asked: list[str] = []
        self.poor: set[str] = set()
        self.fails: set[str] = set()

    def __call__(self, asked: Any) -> Any:
        self.asked.append(asked.forced)
        found = re.search("|".join(TOPICS), asked.prompt)
        topic = found[0] if found else ""
        if topic in self.fails:
            return self.fakes.Fault("400", times=None)
        if asked.forced == "record":
            rubric = [*ITEMS, GIVEN_AWAY, ITEMS[0]]
            entry = {"goal": GOAL.format(topic=topic), "rubric": rubric, "reference": "We will."}
            return self.fakes.Structured({"goals": [entry, {"goal": ""}, "no goal"]})
        quality = 2 if topic in self.poor else 5
        opinion = {"self_contained": True, "reveals": False, "keep": list(range(1, 9))}
        return self.fakes.Structured(opinion | {"quality": quality})


@pytest.fixture
def reader(fakes: Any) -> Iterator[Reader]:
    made: Any = Reader(fakes)
    server = fakes.FakeProvider(made).start()
    made.model = f"openai-compatible:{server.openai_url}#reader"
    yield made
    server.stop()
    assert not server.errors


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    folder.mkdir()
    for topic in TOPICS:
        (folder / f"{topic}.md").write_text(f"A paper about {topic}. " * 40, "utf-8")
    (folder / "again.txt").write_text("A paper about tides. " * 40, "utf-8")
    (folder / "short.md").write_text("Not a paper.", "utf-8")
    (folder / "figure.png").write_bytes(b"\x89PNG")
    return folder
