"""A skill in a repository, of which one section helps, and a model that follows it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest

RULE = "Always give the unit of a quantity."
RULE_ZH = "凡给出数量，必须写明单位。"
HEAD = "---\nname: measuring\ndescription: Answers about sizes. Use for questions on quantities.\n"
OTHER = (
    ("Tone", "Be polite.", "语气", "请礼貌。"),
    ("Form", "Use short words.", "形式", "用短词。"),
)


@dataclass(frozen=True)
class Text:
    """What the skill says: whether it has the rule, and how it words the rest."""

    rule: bool = True
    rule_zh: bool = True
    more: str = ""


def write(folder: Path, text: Text, cases: int = 12) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (tone, polite, tone_zh, polite_zh), (form, short, form_zh, short_zh) = OTHER
    rule = RULE if text.rule else "Be brief."
    rule_zh = RULE_ZH if text.rule_zh else "请简短。"
    (folder / "SKILL.md").write_text(
        f"{HEAD}---\n\n# Measuring\n\n## {tone}\n\n{polite} {text.more}\n\n## Units\n\n{rule}\n\n"
        f"## {form}\n\n{short}\n"
    )
    (folder / "SKILL.zh.md").write_text(
        "---\ndescription: 回答与数量有关的问题。\n---\n\n"
        f"# 测量\n\n## {tone_zh}\n\n{polite_zh}\n\n## 单位\n\n{rule_zh}\n\n"
        f"## {form_zh}\n\n{short_zh}\n"
    )
    rows = [
        {
            "id": f"thing-{number:02}",
            "input": {"en": f"How long is thing {number}?", "zh": f"第 {number} 号物件有多长？"},
            "checks": [{"kind": "regex", "value": r"\d+ (metres|米)"}],
        }
        for number in range(cases)
    ]
    (folder / "evals").mkdir(exist_ok=True)
    (folder / "evals" / "cases.yaml").write_text(
        json.dumps({"version": 1, "cases": rows}, ensure_ascii=False, indent=1)
    )
    return folder


def chance(*parts: object) -> float:
    """A number from 0 to 1 that depends on the parts alone."""
    digest = hashlib.sha256("\0".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64


@dataclass
class World:
    """How often the fake model gives the unit, with the rule in its prompt and without."""

    with_rule: float = 0.95
    without_rule: float = 0.1
    calls: int = 0
    systems: list[str] = field(default_factory=list)

    def __call__(self, asked: Any) -> str:
        self.calls += 1
        self.systems.append(asked.system)
        prompt = asked.messages[-1][1]
        knows = RULE in asked.system or RULE_ZH in asked.system
        draw = chance(prompt, asked.system, self.calls)
        lucky = draw < (self.with_rule if knows else self.without_rule)
        number = re.search(r"\d+", prompt)
        assert number
        unit = "米" if "号物件" in prompt else "metres"
        size = 10 + int(number[0])
        return f"It is {size} {unit} long." if lucky else f"It is {size} long."


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def model(fake_provider: Any, world: World) -> str:
    """The model under test, as the command line names it."""
    return f"openai-compatible:{fake_provider(world).openai_url}#tape"


@pytest.fixture
def cli(cli: Callable[..., Any]) -> Callable[..., Any]:
    """``polyskill eval`` with the arguments given."""
    return partial(cli, "eval")


@dataclass(frozen=True)
class Repository:
    """A repository with the skill, and its commits."""

    skill: Path
    commits: list[str]
    git: Callable[..., str]

    def commit(self, text: Text | None, cases: int = 12, message: str = "change") -> str:
        """Commit the skill; ``None`` breaks its main file."""
        if text is None:
            (self.skill / "SKILL.md").unlink(missing_ok=True)
            (self.skill / "SKILL.zh.md").unlink(missing_ok=True)
            (self.skill / "evals" / "cases.yaml").unlink()
            (self.skill / "notes.txt").write_text(message)
        else:
            write(self.skill, text, cases)
        self.git(self.skill.parent, "add", "-A")
        self.git(self.skill.parent, "commit", "-q", "--allow-empty", "-m", message)
        self.commits.append(self.git(self.skill.parent, "rev-parse", "HEAD"))
        return self.commits[-1]


@pytest.fixture
def repository(tmp_path: Path, git: Callable[..., str]) -> Repository:
    """An empty repository for the skill."""
    top = tmp_path / "repository"
    (top / "measuring").mkdir(parents=True)
    git(top, "init", "-q", "-b", "main")
    return Repository(top / "measuring", [], git)


@pytest.fixture
def text() -> type[Text]:
    return Text
