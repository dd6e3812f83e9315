"""Skills, keys and requests for the tests of packing and publishing."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from polyskill.platforms.publish.pack import PackRequest
from polyskill.platforms.publish.prepared import Kind, PublishRequest
from polyskill.platforms.publish.signing import Signer, load_signer
from polyskill.platforms.registry import all_platforms

FIXTURE = Path(__file__).resolve().parents[1] / "fixtures" / "release-notes"


def tree(folder: Path) -> dict[str, tuple[str, int]]:
    """Every file with its digest and its mode; folders too, so that left-overs show."""
    return {
        path.relative_to(folder).as_posix(): (
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder",
            path.stat().st_mode & 0o777,
        )
        for path in sorted(folder.rglob("*"))
    }


Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a small skill; ``version=None`` leaves the version out."""

    def make(
        name: str = "greeter",
        body: str = "Greet people warmly.",
        version: str | None = "1.0.0",
        folder: str = "sources",
        **keys: str,
    ) -> Path:
        place = tmp_path / folder / name
        place.mkdir(parents=True, exist_ok=True)
        head = {"name": name, "description": f'"Greets. Use when {name} is asked for."', **keys}
        lines = [f"{key}: {value}" for key, value in head.items()]
        if version is not None:
            lines += ["metadata:", f'  version: "{version}"', '  author: "Ann"']
        text = "\n".join(["---", *lines, "---", "", f"# {name}", "", body, ""])
        (place / "SKILL.md").write_text(text, "utf-8")
        return place

    return make


@pytest.fixture
def fixture(tmp_path: Path) -> Path:
    """A copy of the fixture skill, which has everything."""
    return Path(shutil.copytree(FIXTURE, tmp_path / "release-notes"))


@pytest.fixture
def packing(tmp_path: Path) -> Callable[..., PackRequest]:
    base = PackRequest((), tmp_path / "packs", all_platforms())

    def make(*sources: Path, **changes: object) -> PackRequest:
        return replace(base, sources=sources, **changes)

    return make


@pytest.fixture
def publishing(tmp_path: Path) -> Callable[..., PublishRequest]:
    def make(kind: Kind, *sources: Path, **changes: object) -> PublishRequest:
        base = PublishRequest(sources, tmp_path / "to", kind, "market", all_platforms())
        return replace(base, **changes)

    return make


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A secret key without a password, and its public key."""
    pytest.importorskip("minisign", reason="py-minisign (extra `sign`) is not installed")
    from polyskill.platforms.publish.keys import write_pair

    place = tmp_path_factory.mktemp("keys") / "key"
    public, _ = write_pair(place, "")
    return place, public


@pytest.fixture
def signer(keys: tuple[Path, Path]) -> Signer:
    return load_signer(keys[0], lambda: pytest.fail("the key has no password"))
