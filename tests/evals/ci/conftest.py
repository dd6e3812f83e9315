"""A gold set, a judge that knows it by heart, and the command line in an empty folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest


def rows(pairs: int) -> list[dict[str, Any]]:
    """Pairs whose better answer says RIGHT, half of the time as the longer one; and criteria."""
    found: list[dict[str, Any]] = []
    for number in range(pairs):
        long = " and more words" * 3
        good, bad = (f"RIGHT{long}", "WRONG") if number // 2 % 2 else ("RIGHT", f"WRONG{long}")
        better = "ab"[number % 2]
        a, b = (good, bad) if better == "a" else (bad, good)
        lang = "zh" if number % 3 == 0 else "en"
        found.append(
            {
                "id": f"pair-{number}",
                "lang": lang,
                "question": f"Question {number}?",
                "a": a,
                "b": b,
                "better": better,
            }
        )
    for number in range(10):
        met = number % 2 == 0
        found.append(
            {
                "id": f"item-{number}",
                "lang": "en",
                "question": f"Question {number}?",
                "answer": "RIGHT" if met else "WRONG",
                "criterion": "It is right.",
                "met": met,
            }
        )
    return found


@dataclass
class Judge:
    """A judge that is right, but for the questions in ``mistaken``."""

    fakes: Any
    mistaken: frozenset[int] = frozenset()
    trouble: Callable[[Any], str] = lambda asked: ""
    asked: list[Any] = field(default_factory=list)

    def __call__(self, asked: Any) -> Any:
        self.asked.append(asked)
        if fault := self.trouble(asked):
            return self.fakes.Fault(fault, times=None)
        text = asked.prompt
        right, wrong = text.find("RIGHT"), text.find("WRONG")
        mistaken = any(f"Question {number}?" in text for number in self.mistaken)
        if asked.forced == "grade":
            met = (right >= 0) != mistaken
            quote = ("RIGHT" if right >= 0 else "WRONG") if met else ""
            entry = {"number": 1, "reason": "So it is.", "quote": quote, "met": met}
            return self.fakes.Structured({"criteria": [entry]})
        first = (right < wrong) != mistaken
        verdict = "first_better" if first else "second_better"
        return self.fakes.Structured({"reason": "So it is.", "verdict": verdict})


@pytest.fixture
def judge(fakes: Any) -> Judge:
    return Judge(fakes)


@pytest.fixture
def judge_id(fake_provider: Any, judge: Judge) -> str:
    """The judge, as the command line names it."""
    return f"openai-compatible:{fake_provider(judge).openai_url}#wig"


def write_gold(path: Path, pairs: int) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows(pairs)))
    return path


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    """As many pairs as a judge needs: 100, and 10 criteria."""
    return write_gold(tmp_path / "gold.jsonl", 100)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """12 pairs and 10 criteria."""
    return write_gold(tmp_path / "small.jsonl", 12)
