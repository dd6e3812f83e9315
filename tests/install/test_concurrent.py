"""Eight processes at once in one project: what comes out is what some order of them gives.

`-m slow` plays 200 rounds.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path

import pytest
from lab import Snapshot, install, project, remove, skill_at, snapshot, write_skill

from polyskill.platforms.install.comparing import state_of
from polyskill.platforms.install.run import load_lock
from polyskill.platforms.install.tree import Tree

PROCESSES = 8
NAMES = ("alpha", "beta", "gamma")
TARGETS = "claude,codex,cursor"
ZH = '---\ndescription: "做事"\n---\n\n# 一\n\n做。\n'


@dataclass(frozen=True)
class Step:
    """Install ``skill`` in a version, or take it out (0)."""

    skill: str
    version: int


class Crowd:
    """Processes that begin their commands at the same moment."""

    def __init__(self, sources: Path) -> None:
        self.sources = sources
        program = [sys.executable, str(Path(__file__).parent / "worker.py")]
        self.members = [
            subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for _ in range(PROCESSES)
        ]

    def source(self, step: Step) -> Path:
        return self.sources / str(step.version) / step.skill

    def play(self, root: Path, steps: list[Step]) -> list[dict[str, list[str]]]:
        for member, step in zip(self.members, steps, strict=True):
            asked = {
                "root": str(root),
                "do": "install" if step.version else "remove",
                "skill": step.skill,
                "source": str(self.source(step)),
                "to": TARGETS,
            }
            assert member.stdin is not None
            member.stdin.write(json.dumps(asked) + "\n")
        for member in self.members:
            assert member.stdin is not None
            member.stdin.flush()
        answers = []
        for member in self.members:
            assert member.stdout is not None
            line = member.stdout.readline()
            assert line, "a process died"
            answers.append(json.loads(line))
        return answers

    def end(self) -> None:
        for member in self.members:
            assert member.stdin is not None
            member.stdin.close()
        for member in self.members:
            assert member.wait(60) == 0
            assert member.stdout is not None
            member.stdout.close()


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crowd]:
    sources = tmp_path_factory.mktemp("sources")
    for version in (1, 2):
        for name in NAMES:
            files = {
                "SKILL.zh.md": ZH,
                "rules/tone.md": f"---\nalways: true\n---\n\nRule {name} {version} 规则.\n",
                "references/facts.md": f"{name} {version}\n",
                "mcp.json": json.dumps({"mcpServers": {f"{name}-{version}": {"command": "x"}}}),
            }
            write_skill(sources / str(version), name, f"Body {version}.", "1.0.0", files)
    made = Crowd(sources)
    yield made
    made.end()


def explained(steps: list[Step], answers: list[dict[str, list[str]]], start: int, end: int) -> bool:
    """Whether one order of the steps of one skill gives these answers and this end."""
    done = [(step.version, bool(answer["refused"])) for step, answer in zip(steps, answers)]  # noqa: B905
    for order in set(permutations(done)):
        state, fits = start, True
        for version, refused in order:
            fits = fits and refused == (version == 0 and state == 0)
            state = version
        if fits and state == end:
            return True
    return False


def content(tree: Snapshot) -> Snapshot:
    """Return a tree without polyskill's own files, and shared files without the order of parts.

    An update leaves a block in its place but puts changed keys last.
    """
    own = (".polyskill", "skills.lock")
    found: Snapshot = {}
    for path, (kind, mode, data) in tree.items():
        if path.endswith(("AGENTS.md", ".json", ".toml")):
            data = b" ".join(sorted(re.split(rb"[\s,{}]+", data)))  # noqa: PLW2901
        if not path.startswith(own):
            found[path] = (kind, mode, data)
    return found


def serial(crowd: Crowd, place: Path, end: dict[str, int]) -> list[Snapshot]:
    """What the project looks like after installing the skills one by one, in every order."""
    found = []
    wanted = [Step(name, version) for name, version in end.items() if version]
    for number, order in enumerate(permutations(wanted)):
        root = place / str(number)
        start(root)
        for step in order:
            install(project(root), skill_at(crowd.source(step)), TARGETS.split(","))
        found.append(content(snapshot(root)))
    return found


def start(root: Path) -> None:
    root.mkdir(parents=True)
    (root / "AGENTS.md").write_bytes("# 我的\r\n\r\nkept".encode())
    (root / ".mcp.json").write_bytes(b'{\n  // mine\n  "mcpServers": {}\n}\n')


def play(crowd: Crowd, place: Path, choice: random.Random) -> None:
    root = place / "together"
    start(root)
    before = snapshot(root)
    scope = project(root)
    begun = {name: choice.choice([0, 1]) for name in NAMES}
    for name, version in begun.items():
        if version:
            install(scope, skill_at(crowd.source(Step(name, version))), TARGETS.split(","))
    steps = [Step(choice.choice(NAMES), choice.choice([0, 1, 2])) for _ in range(PROCESSES)]
    answers = crowd.play(root, steps)
    assert [answer for answer in answers if "error" in answer] == []

    lock, _ = load_lock(scope)  # its digest is right, or this raises
    end = dict.fromkeys(NAMES, 0)
    for name, entry in lock.skills.items():
        assert state_of(Tree(root), entry) == "ok", name
        text = (root / f".claude/skills/{name}/references/facts.md").read_text()
        end[name] = int(text.split()[1])
    for name in NAMES:
        mine = [number for number, step in enumerate(steps) if step.skill == name]
        assert explained(
            [steps[number] for number in mine],
            [answers[number] for number in mine],
            begun[name],
            end[name],
        ), (name, steps, answers, begun, end)
    assert content(snapshot(root)) in serial(crowd, place / "serial", end), "no order gives this"
    assert not list((root / ".polyskill").glob("transaction*")), "the engine left something"
    assert not remove(scope).refused
    assert snapshot(root) == before


def test_eight_at_once(crowd: Crowd, tmp_path: Path) -> None:
    choice = random.Random(8)
    for number in range(5):
        play(crowd, tmp_path / str(number), choice)


@pytest.mark.slow
def test_eight_at_once_two_hundred_times(
    crowd: Crowd, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    choice = random.Random(200)
    for number in range(200):
        play(crowd, tmp_path / str(number), choice)
    with capsys.disabled():
        print("\n200 rounds of 8 processes: each equals some order, nothing torn")
