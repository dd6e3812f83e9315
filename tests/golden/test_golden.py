"""Two canonical skills through every platform; the result is kept where a reviewer can read it.

`pytest tests/golden --update` rewrites `tests/golden/<platform>/`; read the diff.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from polyskill.compiler.localized import Lang
from polyskill.platforms.deliver.build import Request, build
from polyskill.platforms.deliver.records import Target
from polyskill.platforms.registry import get, names

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
BUNDLED = ROOT / "skills" / "llm-research-scientist"
FIXTURE = HERE.parent / "fixtures" / "release-notes"  # small, with every construct


def tree(folder: Path) -> dict[str, tuple[bytes, bool]]:
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), bool(path.stat().st_mode & 0o100))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".polyskill" not in path.parts
    }


def compile_for(platform: str, out: Path) -> None:
    files = tuple(Target(platform, lang) for lang in (Lang.EN, Lang.ZH))
    packages = (
        Target(platform, Lang.EN, package=True),
        Target(platform, Lang.ZH, package=True, suffix="-zh"),
    )
    runs = [Request((BUNDLED, FIXTURE), out, files)]
    if get(platform).packages:
        runs.append(Request((FIXTURE,), out, packages, marketplace="golden"))
    for request in runs:
        result = build(request)
        assert not result.failed, [found.message() for found in result.diagnostics]


@pytest.mark.parametrize("platform", names())
def test_golden(platform: str, tmp_path: Path, update: bool) -> None:
    compile_for(platform, tmp_path / "out")
    made = tree(tmp_path / "out")
    golden = HERE / platform
    if update:
        shutil.rmtree(golden, ignore_errors=True)
        shutil.copytree(tmp_path / "out", golden, ignore=lambda *_: {".polyskill"})
    assert golden.is_dir(), f"no golden directory for {platform}: run pytest tests/golden --update"
    kept = tree(golden)
    assert made.keys() == kept.keys()
    different = [name for name in made if made[name] != kept[name]]
    assert not different


def test_every_golden_directory_has_a_platform() -> None:
    folders = {path.name for path in HERE.iterdir() if path.is_dir() and path.name[0] not in "_."}
    assert folders == set(names())
