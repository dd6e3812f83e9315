"""Which modules a recipe brings along."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from polyskill.compiler.runtime import FOLDER, RECIPES, script_of
from polyskill.platforms.parts.closure import closure
from polyskill.platforms.parts.runtime import DEPENDENCIES, carried, sources

ROOT = Path(__file__).resolve().parents[3]
#: Asked for only by who has such an answer to check, or such a model.
OPTIONAL = {"jsonschema", "referencing", "gguf"}


@pytest.fixture
def package(tmp_path: Path):
    def write(**files: str) -> Path:
        for name, text in files.items():
            path = tmp_path / name.replace("__", "/", 1) if "__" in name else tmp_path / name
            path = path.with_suffix(".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            (path.parent / "__init__.py").touch()
        (tmp_path / "__init__.py").touch()
        return tmp_path

    return write


def test_relative_imports_are_followed_wherever_they_stand(package):
    root = package(
        main="import os\nfrom .a import x\n\ndef f():\n    from . import b\n",
        a="from .deep.one import y\n",
        b="",
        unused="",
        deep__one="from ..c import z\n",
        c="",
    )
    assert closure(root, ["main.py"]) == (
        "__init__.py", "a.py", "b.py", "c.py", "deep/__init__.py", "deep/one.py", "main.py",
    )  # fmt: skip


def test_what_only_a_type_checker_sees_stays_behind(package):
    root = package(
        main="if TYPE_CHECKING:\n    from .a import x\nelse:\n    from .b import x\n", a="", b=""
    )
    assert closure(root, ["main.py"]) == ("__init__.py", "b.py", "main.py")


def test_modules_loaded_by_name_come_along(package):
    root = package(
        main='import_module(f".deep.{kind}", __package__)\nimport_module(".a")\nrun("b.py")\n',
        a="",
        b="",
        c="",
        deep__one="",
        deep__two="",
    )
    found = closure(root, ["main.py"])
    assert {"a.py", "b.py", "deep/one.py", "deep/two.py"} <= set(found)
    assert "c.py" not in found
    chosen = closure(root, ["main.py", "deep/one.py"])
    assert "deep/one.py" in chosen
    assert "deep/two.py" not in chosen


def test_data_goes_with_the_modules_beside_it(package):
    root = package(main="", deep__one="")
    (root / "deep/prices.json").write_text("{}")
    assert "deep/prices.json" not in closure(root, ["main.py"])
    assert "deep/prices.json" in closure(root, ["deep/one.py"])


def test_a_missing_module_is_named(package):
    with pytest.raises(FileNotFoundError, match=r"no gone\.py"):
        closure(package(main=""), ["gone.py"])


def test_every_recipe_has_its_script_and_its_requirements():
    assert set(DEPENDENCIES) == set(RECIPES)


def files_of(name: str) -> dict[str, bytes]:
    try:
        return {one.path: one.data for one in carried((name,))}
    except FileNotFoundError as error:
        pytest.skip(f"the recipe is not written yet: {error}")


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_brings_all_that_it_imports(name):
    files = files_of(name)
    for path, data in files.items():
        if not path.endswith(".py"):
            continue
        for node in ast.walk(ast.parse(data)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            assert not any(one.partition(".")[0] == "polyskill" for one in names), path
    assert f"{FOLDER}/LICENSE" in files
    header = files[script_of(name)].decode().partition("# ///\n")[0]
    block = "".join(line[2:] for line in header.splitlines(keepends=True)[1:])
    assert tomllib.loads(block)["dependencies"] == list(DEPENDENCIES[name])


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_lists_the_libraries_that_it_asks_for(name):
    scripts = [data for path, data in files_of(name).items() if path.startswith("scripts/run_")]
    headers = [needed for one in scripts for needed in re.findall(rb'(?m)^#   "(.*)",$', one)]
    provided = {re.split(r"[<>=\[]", need.decode())[0].lower() for need in headers}
    provided |= {"safetensors"} if "transformers" in provided else set()
    provided |= {"numpy"} if provided & {"scipy", "torch"} else set()
    provided |= {"yaml"} if "pyyaml" in provided else set()
    wanted = set()
    for data in files_of(name).values():
        for found in re.findall(rb'need\(\s*"([\w.]+)"', data):
            wanted.add(found.decode().partition(".")[0])
    assert wanted - provided <= OPTIONAL


def test_requirements_are_those_of_the_extras():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    known = {need for group in extras["optional-dependencies"].values() for need in group}
    known |= set(extras["dependencies"])
    named = {re.split(r"[<>=\[]", need)[0] for need in known}
    for needs in DEPENDENCIES.values():
        for need in needs:
            assert need in known or re.split(r"[<>=\[]", need)[0] not in named


def test_the_licence_is_that_of_the_whole():
    assert (sources() / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()


def test_no_recipe_brings_the_other_back_end():
    """It would bring rewards and judges into each; ``remote.py`` says so where it is asked for."""
    assert not [
        path for name in RECIPES for path in files_of(name) if path.endswith("tinker/run.py")
    ]


@pytest.mark.parametrize("name", ["validate", "sft"])
def test_a_recipe_says_that_the_other_back_end_stayed_behind(name, tmp_path):
    for path, data in files_of(name).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    config = {"method": "sft", "backend": "tinker", "model": {"path": "Qwen/Qwen3-8B"}}
    config |= {"data": {"train": "t.jsonl"}, "optim": {"steps": 1}, "out": str(tmp_path / "run")}
    (tmp_path / "t.jsonl").write_text('{"prompt": "a", "completion": "b"}\n')
    (tmp_path / "run.yaml").write_text(json.dumps(config))
    done = subprocess.run(
        [sys.executable, script_of(name), "run.yaml"],
        cwd=tmp_path,
        env=os.environ | {"POLYSKILL_LANG": "en"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    assert "trains on this machine only: write `backend: trl`" in done.stdout + done.stderr
