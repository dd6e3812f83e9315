"""`polyskill` itself is killed, or refused, at its system calls: the tree is old or new.

`tests/faults/` does this to the transaction engine at every call; here a sample of the calls of
the whole commands is taken, for six assistants at once, within a few minutes.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from lab import FIXTURE, write_skill

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "faults"))

from harness import Case, points, sweep, why_not

TO = "claude,codex,cursor,kimi,cline,opencode"
CALLS = (
    "write", "mkdir", "link", "linkat", "symlink", "rename", "renameat", "renameat2", "unlink",
    "unlinkat", "rmdir", "fsync", "fdatasync", "syncfs", "chmod", "fchmod", "copy_file_range",
    "flock",
)  # fmt: skip
PROGRAM = [sys.executable, str(Path(__file__).parent / "at_noon.py")]
POINTS = {"signal=SIGKILL": 40, "error=ENOSPC": 10, "error=EIO": 6}


@pytest.fixture(autouse=True)
def can_inject() -> None:
    reason = why_not()
    if reason:
        pytest.skip(reason)


def command(name: str, *args: str) -> list[str]:
    return [*PROGRAM, name, "--project", "{root}", *args]


STEPS = {
    "install": command("install", "{root}/rn", "--to", TO),
    "update": command("update", "release-notes"),
    "rollback": command("rollback"),
    "uninstall": command("uninstall", "release-notes"),
}
AFTER = command("install", "{root}/base", "--to", "claude")  # is there already: only recovers


def prepare(name: str, root: Path, environment: dict[str, str]) -> None:
    """Make the project as it is before the command."""

    def run(argv: list[str]) -> None:
        words = [word.replace("{root}", str(root)) for word in argv]
        subprocess.run(words, env=environment, check=True, capture_output=True, timeout=120)

    shutil.copytree(FIXTURE, root / "rn")
    write_skill(root, "base")
    (root / "AGENTS.md").write_bytes("# 我的\r\n\r\nkept".encode())
    (root / ".mcp.json").write_bytes(b'{\n  // mine\n  "mcpServers": {}\n}\n')
    run(AFTER)
    if name != "install":
        run(STEPS["install"])
        file = root / "rn/SKILL.md"
        file.write_text(file.read_text().replace("# Release Notes", "# Better Notes"))
    if name == "rollback":
        run(STEPS["update"])


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(STEPS))
def test_old_or_new(
    name: str, tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = {
        "HOME": str(home),
        "POLYSKILL_PLUGINS": "0",
        "POLYSKILL_CACHE": str(tmp_path / "cache"),
    }
    template = tmp_path / "template"
    template.mkdir()
    prepare(name, template, {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **settings})

    def make_old(root: Path) -> None:
        shutil.copytree(template, root, symlinks=True, dirs_exist_ok=True)

    case = Case(name, STEPS[name], AFTER, make_old, frozenset({1}), settings)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    found = sum(len(ordinals) for ordinals in points(case, scratch, CALLS).values())
    for fault, number in POINTS.items():
        step = max(1, found // number)
        figures = sweep(case, scratch, fault, calls=CALLS, step=step)
        with capsys.disabled():
            print("\n" + figures.row(), end="")
        assert figures.torn == []
        assert figures.hits >= number // 2
