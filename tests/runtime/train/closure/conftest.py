"""A skill, a base that follows it by halves, students, and a judge, all on loopback."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

SKILL = """\
---
name: units
description: Answers with a unit.
---
Write every length with its unit, m.
"""


class World:
    """Whoever is asked "How long is N?" says N; with a unit if the skill has an effect there.

    With the skill in sight "base" writes the unit except for N in ``deaf``. Without it "base" does
    so for N in ``gifted``, "student" for N in ``learnt``. Outside ("Who is N?"), the unit shows
    where N is in ``leaks`` of the model. The judge sees the unit; it is ``broken`` for texts.
    """

    def __init__(self, fakes: Any) -> None:
        self.fakes = fakes
        self.asked: list[str] = []
        self.deaf: set[int] = set()
        self.gifted: set[int] = set()
        self.learnt: set[int] = set(range(100))
        self.leaks: dict[str, set[int]] = {}
        self.broken: set[str] = set()
        self.refuses: set[str] = set()
        self.marked = ""  # stands behind each answer

    def __call__(self, asked: Any) -> Any:
        self.asked.append(asked.forced or asked.model)
        if asked.forced == "grade":
            return self.grade(asked.prompt)
        if asked.forced:
            return self.compare(asked.prompt)
        number = int(re.findall(r"\d+", asked.prompt)[-1])
        taught = "with its unit" in asked.system
        if f"{asked.model} {number}" in self.refuses:
            return self.fakes.Fault("400", times=None)
        if "Who" in asked.prompt:
            return f"It is {number}{' m' if number in self.leaks.get(asked.model, ()) else ''}."
        does = {"base": self.gifted, "student": self.learnt}[asked.model]
        unit = number not in self.deaf if taught else number in does
        return f"It is {number}{' m' if unit else ''}.{self.marked}"

    def grade(self, prompt: str) -> Any:
        [answer] = re.findall(r"It is \d+(?: m)?\.", prompt)
        met = " m." in answer
        if answer in self.broken:
            return self.fakes.Structured({"criteria": []})
        entry = {"number": 1, "reason": "The unit.", "quote": answer if met else "", "met": met}
        return self.fakes.Structured({"criteria": [entry]})

    def compare(self, prompt: str) -> Any:
        del prompt
        return self.fakes.Structured({"reason": "Equal.", "verdict": "tie"})


@pytest.fixture
def world(fakes: Any) -> Iterator[World]:
    made = World(fakes)
    server = fakes.FakeProvider(made).start()
    made.url = server.openai_url
    yield made
    server.stop()


@pytest.fixture
def skill(tmp_path: Path) -> Callable[..., Path]:
    """Write a skill with ``inside`` cases and ``outside`` ones, numbered from 0."""

    def write(inside: int, outside: int = 0, *, checks: bool = False, zh: bool = False) -> Path:
        folder = tmp_path / "units"
        (folder / "evals").mkdir(parents=True, exist_ok=True)
        (folder / "SKILL.md").write_text(SKILL, "utf-8")
        lines = ["cases:"]
        for at in range(inside):
            text = f"{{en: 'How long is {at}?', zh: 'How long is {at}? 中文'}}"
            lines += [f"  - id: c{at}", f"    input: {text if zh else f'How long is {at}?'}"]
            lines += ["    criteria: [{en: It has a unit, zh: 有单位}]"]
            lines += [r"    checks: [{kind: regex, value: '\d m\.'}]"] if checks else []
        for at in range(outside):
            lines += [f"  - id: o{at}", f"    input: {{en: 'Who is {at}?'}}"]
            lines += ["    trigger: should_not"]
        (folder / "evals" / "cases.yaml").write_text("\n".join(lines) + "\n", "utf-8")
        return folder

    return write


@pytest.fixture
def command(world: Any, tmp_path: Path) -> Callable[..., Any]:
    from typer.testing import CliRunner

    from polyskill.cli.train import app

    def run(skill: Path, *more: str, student: str = "", judged: bool = True) -> Any:
        at = f"openai-compatible:{world.url}#"
        words = ["closure", student or f"{at}student", "--skill", str(skill)]
        words += [] if student else ["--base", f"{at}base"]
        words += ["--judge", f"{at}judge"] if judged else []
        return CliRunner().invoke(app, [*words, "-o", str(tmp_path / "out"), *more])

    return run
