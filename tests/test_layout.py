"""The tree is the architecture: packaging, layers, sizes, and the one place that writes."""

from __future__ import annotations

import ast
import importlib.util
import statistics
import subprocess
import sys
import tomllib
import zipfile
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("compiler", "platforms", "runtime", "evals", "skills")
LAYERS = {
    "compiler": {"compiler"},
    "platforms": {"compiler", "platforms"},
    "runtime": set(),
    "evals": {"compiler", "platforms", "runtime", "evals"},
}
WRITERS = {"open", "write_text", "write_bytes"}
# Who may write: the atomic module; and documentation builds, which write into the repository.
MAY_WRITE = {"platforms/deliver/atomic.py"}


def modules(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def test_the_five_folders_are_named_alike_everywhere() -> None:
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]
    wheel = tool["targets"]["wheel"]
    links = sorted(path.name for path in (ROOT / "src/polyskill").iterdir() if path.is_symlink())
    assert links == sorted(FOLDERS)
    assert sorted(tool["exclude"]) == sorted(f"/src/polyskill/{name}" for name in FOLDERS)
    assert [name for name in wheel["only-include"] if "/" not in name] == list(FOLDERS)
    assert wheel["sources"] == {"src/polyskill": "polyskill"} | {
        name: f"polyskill/{name}" for name in FOLDERS
    }
    for name in FOLDERS:
        assert (ROOT / "src/polyskill" / name).readlink() == Path("../..") / name


@pytest.mark.parametrize("name", FOLDERS)
def test_no_bare_name_is_importable(name: str) -> None:
    assert importlib.util.find_spec(name) is None
    assert importlib.util.find_spec(f"polyskill.{name}") is not None


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(_parsed(path)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names = [node.module] + [f"{node.module}.{alias.name}" for alias in node.names]
        if isinstance(node, ast.ImportFrom) and node.level:
            inside = path.relative_to(ROOT).parts[: -node.level]
            assert inside, f"{path} leaves its folder by a relative import"
        found |= {name.split(".")[1] for name in names if name.startswith("polyskill.")}
    return found & {*FOLDERS, "cli"}


@pytest.mark.parametrize("folder", sorted(LAYERS))
def test_arrows_point_one_way(folder: str) -> None:
    wrong = {
        str(path.relative_to(ROOT)): sorted(extra)
        for path in modules(folder)
        if (extra := _imports(path) - LAYERS[folder])
    }
    assert not wrong


def _writes(path: Path) -> list[int]:
    lines = []
    for node in ast.walk(_parsed(path)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name not in WRITERS:
            continue
        mode = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
        mode += [
            word.value.value
            for word in node.keywords
            if word.arg == "mode" and isinstance(word.value, ast.Constant)
        ]
        opens_to_write = any(isinstance(m, str) and set(m) & set("wax+") for m in mode)
        if name != "open" or (opens_to_write and all(len(str(m)) < 4 for m in mode)):
            lines.append(node.lineno)
    return lines


def test_only_one_module_writes_files() -> None:
    wrong = {
        f"{path.relative_to(ROOT)}:{line}"
        for path in modules("compiler", "platforms", "evals", "src/polyskill/cli")
        if str(path.relative_to(ROOT)) not in MAY_WRITE
        for line in _writes(path)
    }
    assert not wrong


def test_rooms_are_small() -> None:
    sizes = {
        str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines())
        for path in modules("compiler", "platforms", "runtime", "evals", "src/polyskill/cli")
    }
    large = {name: size for name, size in sizes.items() if size > 600}
    assert not large
    sizes_in_order = sorted(size for size in sizes.values() if size > 3)
    assert statistics.median(sizes_in_order) <= 150
    assert sizes_in_order[int(len(sizes_in_order) * 0.9)] <= 400


def test_nothing_heavy_is_imported_for_help() -> None:
    code = (
        "import sys; sys.argv = ['polyskill', '--help']\n"
        "from polyskill.__main__ import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'pydantic', 'yaml', 'jinja2', 'torch', 'polyskill.compiler.readers', "
        "'polyskill.platforms.claude', 'sqlite3', 'multiprocessing'}\n"
        "print('HEAVY', sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert "HEAVY []" in done.stdout


@pytest.mark.slow
def test_the_wheel_holds_one_package(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", tmp_path, ROOT],
        check=True,
        timeout=300,
    )
    [wheel] = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"polyskill"}
    for needed in (
        "polyskill/compiler/model.py",
        "polyskill/skills/llm-research-scientist/SKILL.zh.md",
        "polyskill/cli/templates/evals/cases.yaml.j2",
        "polyskill/py.typed",
    ):
        assert needed in names
