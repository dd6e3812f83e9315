"""Skills on disk and clients of our own: small programs that read skills as a real client would."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from polyskill.platforms.verify import PINNED

PROGRAMS = Path(__file__).parent / "programs"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "项目 project"
    folder.mkdir()
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def plant() -> Callable[..., Path]:
    """Write a skill with a body and a reference; return its SKILL.md."""

    def write(
        folder: Path, name: str, description: str, body: str, *, bom: bool = False, front: str = ""
    ) -> Path:
        path = folder / name / "SKILL.md"
        (path.parent / "references").mkdir(parents=True)
        text = (
            f'---\nname: {name}\ndescription: "{description}"\n{front}---\n\n# {name}\n\n{body}\n'
        )
        path.write_bytes((b"\xef\xbb\xbf" if bom else b"") + text.encode())
        more = path.parent / "references" / "更多.md"
        more.write_text(
            f"# More\n\nThe reference of {name} says so. 参考资料。\n", encoding="utf-8"
        )
        return path

    return write


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    return tmp_path / "clients"


@pytest.fixture
def install(prefix: Path) -> Callable[..., Path]:
    """Put one of ``programs/`` where the program of a client is looked for."""

    def put(client: str, program: str, *settings: str) -> Path:
        path = prefix / client / "node_modules" / PINNED[client].program
        path.parent.mkdir(parents=True)
        source = (PROGRAMS / program).read_text("utf-8")
        head = f"#!{sys.executable}\nSETTINGS = {list(settings)!r}\n"
        path.write_text(head + source, encoding="utf-8")
        path.chmod(0o755)
        return path

    return put
