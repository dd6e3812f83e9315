"""Nothing is uploaded and nothing is started; other Pythons pack the same bytes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import tree

ROOT = Path(__file__).resolve().parents[2]
HOOK = """
import sys
seen = []
def hook(event, args):
    if event.startswith(("socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.system",
                         "os.fork", "urllib.", "webbrowser.")):
        print("DONE", event, args, file=sys.stderr, flush=True)
sys.addaudithook(hook)
from polyskill.__main__ import main
main()
"""


@pytest.mark.parametrize(
    "arguments",
    [
        ("pack",),
        *(
            ("publish", "--to", "place", "--accept-licence", "MIT-0", "--as", kind)
            for kind in ("marketplace", "index", "npm", "pypi", "clawhub")
        ),
    ],
    ids=lambda arguments: arguments[-1],
)
def test_no_connection_and_no_program(
    fixture: Path, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", HOOK, *arguments, fixture],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "DONE" not in done.stderr
    assert done.stdout


def test_the_hook_would_notice(tmp_path: Path) -> None:
    code = HOOK.partition("from polyskill")[0] + "import socket; socket.socket()"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert "DONE socket" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("minor", [12, 13, 14])
def test_another_python_packs_the_same_bytes(fixture: Path, tmp_path: Path, minor: int) -> None:
    places = [*Path.home().glob(f".pyenv/versions/3.{minor}.*/bin/python3")]
    found = shutil.which(f"python3.{minor}")
    other = str(places[-1]) if places else found
    if other is None:
        pytest.skip(f"Python 3.{minor} is not here")
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run([other, "-m", "venv", tmp_path / "venv"], check=True, timeout=300)
    done = subprocess.run(
        [python, "-m", "pip", "install", "-q", "--no-input", ROOT],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"polyskill cannot be installed for {other}: {done.stderr[-300:]}")
    for name, runner in (("here", sys.executable), ("there", python)):
        for form in ("zip", "tar.gz"):
            command = ["-m", "polyskill", "pack", fixture, "-q", "--format", form]
            subprocess.run([runner, *command, "-o", tmp_path / name], check=True, timeout=120)
    assert tree(tmp_path / "here") == tree(tmp_path / "there")
