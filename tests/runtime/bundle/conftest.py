"""Skills that bring recipes along, and Pythons without polyskill to run them with."""

from __future__ import annotations

import importlib
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

SKILL = """\
---
name: lab
description: "Trains and judges models. Use when somebody wants to compare two runs."
runtime: [{recipes}]
---

Run `scripts/run_{first}.py`.
"""
COMMAND = """\
---
description: "Runs {name}."
---

    python "${{SKILL_DIR}}/scripts/run_{name}.py" $ARGUMENTS
"""


@pytest.fixture
def lab(tmp_path: Path) -> Callable[..., Path]:
    """``lab("judge", "tools")`` writes a skill with a command for each recipe."""

    def make(*recipes: str) -> Path:
        folder = tmp_path / "lab"
        (folder / "commands").mkdir(parents=True)
        text = SKILL.format(recipes=", ".join(recipes), first=recipes[0])
        (folder / "SKILL.md").write_text(text)
        chinese = '---\ndescription: "训练并评审模型。需要比较两次训练时使用。"\n---\n\n'
        (folder / "SKILL.zh.md").write_text(f"{chinese}运行 `scripts/run_{recipes[0]}.py`。\n")
        for name in recipes:
            (folder / f"commands/{name}.md").write_text(COMMAND.format(name=name))
        return folder

    return make


@pytest.fixture(scope="session")
def empty_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python with nothing installed, not even pip."""
    return _venv(tmp_path_factory.mktemp("empty"))


@pytest.fixture(scope="session")
def library_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python with the libraries of this one, and without polyskill.

    polyskill is installed by a ``.pth`` file, which counts only in the folder of a Python itself.
    """
    python = _venv(tmp_path_factory.mktemp("library"))
    [packages] = (python.parents[1] / "lib").glob("python*/site-packages")
    (packages / "libraries.pth").write_text(sysconfig.get_paths()["purelib"])
    done = subprocess.run([python, "-c", "import polyskill"], capture_output=True, check=False)
    if done.returncode == 0:
        pytest.skip("polyskill is not installed as editable, so it cannot be hidden")
    return python


def _venv(folder: Path) -> Path:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    return folder / "bin/python"


@pytest.fixture
def judge_server() -> Iterator[Callable[..., Any]]:
    """``judge_server(answer)`` starts the loopback provider of the evaluation tests."""
    folder = str(Path(__file__).parents[2] / "evals/fakes")
    if folder not in sys.path:
        sys.path.append(folder)
    provider = importlib.import_module("provider")
    started: list[Any] = []

    def start(data: Callable[[Any], Mapping[str, Any]]) -> Any:
        answer = lambda asked: provider.Structured(data(asked))  # noqa: E731
        started.append(provider.FakeProvider(answer).start())
        return started[-1]

    yield start
    for server in started:
        server.stop()
    assert not [error for server in started for error in server.errors]
