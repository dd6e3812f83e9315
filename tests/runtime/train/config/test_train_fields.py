"""The fields of the installed trainer are read from its source, with nothing imported."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest

from polyskill.platforms.parts.runtime import DEPENDENCIES
from polyskill.runtime.train import fields, libraries
from polyskill.runtime.train.config import METHODS
from polyskill.runtime.train.errors import TrainError

ROOT = Path(__file__).resolve().parents[4]

MODES = [*((method, None) for method in METHODS), ("distill", "on-policy")]


def package(site: Path, name: str, version: str, files: dict[str, str]) -> None:
    for path, text in {"__init__.py": "raise RuntimeError('imported')\n", **files}.items():
        whole = site / name / path
        whole.parent.mkdir(parents=True, exist_ok=True)
        whole.write_text(text)
    info = site / f"{name}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site-packages with a trl and a transformers that refuse to be imported."""
    arguments = "class TrainingArguments:\n    learning_rate: float = 1.0\n    save_steps: int\n"
    base = "class _BaseConfig(TrainingArguments):\n    bf16: bool | None = field(default=None)\n"
    own = (
        "class SFTConfig(_BaseConfig):\n    _VALID: list = []\n    packing: bool = False\n"
        "    derived: int = field(init=False)\n    plain = 3\n    def f(self): ...\n"
    )
    package(tmp_path, "transformers", "5.23.0", {"training_args.py": arguments})
    files = {"trainer/base_config.py": base, "trainer/sft_config.py": own}
    package(tmp_path, "trl", "1.16.0", files)
    package(tmp_path, "peft", "0.21.2", {})
    monkeypatch.syspath_prepend(tmp_path)
    for name in ("transformers", "trl", "peft"):  # the real ones, where another test used them
        monkeypatch.delitem(sys.modules, name, raising=False)
    return tmp_path


def test_fields_of_the_class_and_its_bases(site: Path) -> None:
    found = fields.installed("sft")
    assert found is not None
    assert (found.name, found.version) == ("SFTConfig", "1.16.0")
    assert found.fields == {"packing", "bf16", "learning_rate", "save_steps"}
    assert fields.installed("dpo") is None  # no such file in this trl
    assert fields.check_version() == []


@pytest.mark.parametrize(
    ("name", "version", "wanted"),
    [
        ("trl", "0.24.0", "trl>=1.16,<2"),
        ("trl", "2.0.1", "trl>=1.16,<2"),
        ("transformers", "4.57.1", "transformers>=5.17,<6"),
        ("peft", "1.0.0", "peft>=0.21,<1"),
    ],
)
def test_other_versions_are_refused(site: Path, name: str, version: str, wanted: str) -> None:
    old = next(site.glob(f"{name}-*.dist-info"))
    (old / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    old.rename(site / f"{name}-{version}.dist-info")
    (problem,) = fields.check_version()
    assert wanted in problem.en
    assert version in problem.zh


def test_the_range_of_versions_stands_in_one_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libraries, "need", lambda *_: None)
    monkeypatch.setattr(libraries, "version", lambda _name: "1.15.9")
    with pytest.raises(TrainError, match=r"pip install 'trl>=1\.16,<2'"):
        libraries.trl()
    monkeypatch.setattr(libraries, "version", lambda _name: "1.16.0rc1")
    libraries.trl()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    for package in libraries.SUPPORTED:
        wanted = libraries.wanted(package)
        assert wanted in project["optional-dependencies"]["train"]
        assert wanted in DEPENDENCIES["sft"]


def test_nothing_is_found_where_nothing_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fields, "find_spec", lambda _name: None)
    assert all(fields.installed(method, mode) is None for method, mode in MODES)


@pytest.mark.slow
@pytest.mark.skipif(find_spec("trl") is None, reason="trl is not installed")
def test_they_are_the_real_ones() -> None:
    trainers = [fields.installed(method, mode) for method, mode in MODES]
    found = {one.name: one.fields for one in trainers if one}
    assert len(found) == 6
    code = (
        "import dataclasses, json, warnings; warnings.simplefilter('ignore')\n"
        "import trl, trl.experimental.sdft as s\n"
        f"kinds = [getattr(trl, n, None) or getattr(s, n) for n in {sorted(found)}]\n"
        "names = lambda k: [f.name for f in dataclasses.fields(k) if f.init]\n"
        "print(json.dumps({k.__name__: names(k) for k in kinds}))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    real = json.loads(said.stdout)
    assert {name: set(names) for name, names in real.items()} == found
