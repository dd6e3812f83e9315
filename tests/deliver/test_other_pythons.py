"""The same bytes from every Python at hand (3.11 and newer): a slow test, one venv each."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = (ROOT / "skills", ROOT / "tests" / "fixtures" / "release-notes")


def interpreters() -> list[Path]:
    """Other interpreters: on PATH, or where pyenv keeps them."""
    found = [shutil.which(f"python3.{minor}") for minor in range(11, 16)]
    places = [Path(path) for path in found if path]
    places += sorted(Path.home().glob(".pyenv/versions/3.*/bin/python3"))
    versions: dict[str, Path] = {}
    for place in places:
        done = subprocess.run(
            [place, "-c", "import sys; print(*sys.version_info[:2])"],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode == 0:
            major, minor = map(int, done.stdout.split())
            if (major, minor) >= (3, 11) and (major, minor) != sys.version_info[:2]:
                versions.setdefault(f"{major}.{minor}", place)
    return list(versions.values())


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".polyskill" not in path.parts
    }


@pytest.mark.slow
def test_every_python_writes_the_same_bytes(tmp_path: Path) -> None:
    others = interpreters()
    if not others:
        pytest.skip("no other Python from 3.11 up is here")
    command = ["-m", "polyskill", "build", *SOURCES, "-q", "-o"]
    subprocess.run([sys.executable, *command, tmp_path / "here"], check=True, timeout=300)
    here = tree(tmp_path / "here")
    for number, other in enumerate(others):
        venv = tmp_path / f"venv{number}"
        subprocess.run([other, "-m", "venv", venv], check=True, timeout=300)
        python = venv / "bin" / "python"
        installed = subprocess.run(
            [python, "-m", "pip", "install", "-q", "--no-input", ROOT],
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        if installed.returncode:
            pytest.skip(f"polyskill cannot be installed for {other}: {installed.stderr[-300:]}")
        out = tmp_path / f"out{number}"
        subprocess.run([python, "-W", "error", *command, out], check=True, timeout=300)
        assert tree(out) == here, other
