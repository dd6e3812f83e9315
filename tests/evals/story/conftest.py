"""A skill whose worth can be seen, and a model that follows what the skill says."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

RULE = "Always give the unit of a quantity."
RULE_ZH = "凡给出数量，必须写明单位。"
HEAD = "---\nname: measuring\ndescription: Answers about sizes. Use for questions on quantities.\n"
CASES = 24


def write_skill(
    folder: Path, *, good: bool = True, cases: int = CASES, judged: bool = False
) -> Path:
    """Write the skill; a broken one has lost the rule that the cases test."""
    folder.mkdir(parents=True, exist_ok=True)
    rule, rule_zh = (RULE, RULE_ZH) if good else ("Be brief.", "请简短。")
    (folder / "SKILL.md").write_text(f"{HEAD}---\n\n# Measuring\n\n## Answers\n\n{rule}\n")
    (folder / "SKILL.zh.md").write_text(
        f"---\ndescription: 回答与数量有关的问题。\n---\n\n# 测量\n\n## 回答\n\n{rule_zh}\n"
    )
    rows = []
    for number in range(cases):
        row: dict[str, Any] = {
            "id": f"thing-{number:02}",
            "input": {"en": f"How long is thing {number}?", "zh": f"第 {number} 号物件有多长？"},
            "checks": [{"kind": "regex", "value": r"\d+ (metres|米)"}],
        }
        if judged:
            row["criteria"] = [
                {"text": {"en": "Gives the unit.", "zh": "写明单位。"}},
                {"kind": "must_not", "text": {"en": "Apologises.", "zh": "道歉。"}},
            ]
        rows.append(row)
    (folder / "evals").mkdir(exist_ok=True)
    text = json.dumps({"version": 1, "cases": rows}, ensure_ascii=False, indent=1)
    (folder / "evals" / "cases.yaml").write_text(text)
    return folder


def chance(*parts: object) -> float:
    """A number from 0 to 1 that depends on the parts alone."""
    digest = hashlib.sha256("\0".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64


@dataclass
class World:
    """How the fake model answers and the fake judge judges."""

    fakes: Any
    with_rule: float = 0.95
    without_rule: float = 0.25
    trouble: Callable[[Any], str] = lambda asked: ""
    asked: dict[str, int] = field(default_factory=dict)

    def __call__(self, asked: Any) -> Any:
        kind = asked.forced or "answer"
        self.asked[kind] = self.asked.get(kind, 0) + 1
        if fault := self.trouble(asked):
            return self.fakes.Fault(fault, times=None)
        if kind == "grade":
            return self.fakes.Structured(self.grade(asked))
        if kind == "compare":
            return self.fakes.Structured(self.compare(asked))
        return self.answer(asked)

    def answer(self, asked: Any) -> str:
        prompt = asked.messages[-1][1]
        number = re.search(r"\d+", prompt)
        assert number
        knows = RULE in asked.system or RULE_ZH in asked.system
        draw = chance(prompt, asked.system, self.asked["answer"] if not knows else "")
        lucky = draw < (self.with_rule if knows else self.without_rule)
        size = 10 + int(number[0])
        unit = "米" if "号物件" in prompt else "metres"
        return f"It is {size} {unit} long." if lucky else f"It is {size} long."

    def grade(self, asked: Any) -> Mapping[str, Any]:
        text = asked.messages[-1][1]
        found = re.search(r"It is \d+ (?:metres|米) long\.", text)
        items = [
            {
                "number": 1,
                "reason": "A unit follows the number." if found else "There is no unit.",
                "quote": found[0] if found else "",
                "met": bool(found),
            },
            {"number": 2, "reason": "No apology.", "quote": "", "met": False},
        ]
        return {"criteria": items}

    def compare(self, asked: Any) -> Mapping[str, Any]:
        said = re.findall(r"It is \d+ ?(metres|米)? long\.", asked.messages[-1][1])
        first, second = (bool(unit) for unit in said[:2])
        verdict = "tie" if first == second else ("first_better" if first else "second_better")
        return {"reason": "The unit.", "verdict": verdict}


@pytest.fixture
def world(fakes: Any) -> World:
    return World(fakes)


@pytest.fixture
def model(fake_provider: Any, world: World) -> str:
    """The model under test, as the command line names it."""
    return f"openai-compatible:{fake_provider(world).openai_url}#tape"


@pytest.fixture
def repository(tmp_path: Path, git: Callable[..., str]) -> Path:
    """A repository whose last commit is the good skill."""
    top = tmp_path / "repository"
    top.mkdir()
    git(top, "init", "-q", "-b", "main")
    write_skill(top / "measuring")
    git(top, "add", "-A")
    git(top, "commit", "-q", "-m", "good")
    git(top, "tag", "good")
    return top


@pytest.fixture
def skill(repository: Path) -> Path:
    return repository / "measuring"


@pytest.fixture
def writer() -> Callable[..., Path]:
    return write_skill
