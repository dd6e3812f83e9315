"""Whole command-line sessions as text: `tests/transcripts/*.txt`.

A line `$ command` is run by `sh` in an empty folder where `fixtures` links to `tests/fixtures`;
what it prints (both streams) and, if not 0, its exit status must follow as written. `--update`
rewrites the answers. A line `#: …` is a remark.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
FIXTURES = HERE.parent / "fixtures"


def run(command: str, cwd: Path, programs: Path) -> str:
    environment = {
        "PATH": f"{programs}:{Path(sys.executable).parent}:/usr/bin:/bin",
        "HOME": str(cwd),
        "LANG": "C.UTF-8",
        "COLUMNS": "100",
        "POLYSKILL_PLUGINS": "0",
    }
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=120,
        check=False,
    )
    text = done.stdout.decode("utf-8").replace(str(cwd), "CWD")
    text = re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE)
    if text and not text.endswith("\n"):
        text += "\n"
    return text + (f"[exit {done.returncode}]\n" if done.returncode else "")


def play(script: str, cwd: Path, programs: Path) -> str:
    answers = []
    for line in script.splitlines():
        if line.startswith("#: "):
            answers.append(line + "\n")
        elif line.startswith("$ "):
            answers.append(f"{line}\n{run(line[2:], cwd, programs)}")
    return "".join(answers)


@pytest.mark.parametrize("path", sorted(HERE.glob("*.txt")), ids=lambda path: path.stem)
def test_transcript(path: Path, tmp_path: Path, programs: Path, update: bool) -> None:
    (tmp_path / "fixtures").symlink_to(FIXTURES)
    kept = path.read_text("utf-8")
    made = play(kept, tmp_path, programs)
    if update:
        path.write_text(made, "utf-8")
    assert made == path.read_text("utf-8")
