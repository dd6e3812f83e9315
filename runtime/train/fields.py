"""What the installed trainer's configuration takes, read from its source: nothing is imported.

Importing trl costs seconds and brings torch; its configurations are plain dataclasses, so their
fields stand in the source for anyone to read.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from .libraries import SUPPORTED, numbers, wanted
from .problems import Problem

__all__ = ["Trainer", "check_version", "installed"]

#: The class of each method, and the file that holds it (trl 1.16).
_CLASSES: Mapping[str, tuple[str, str]] = {
    "sft": ("SFTConfig", "trainer/sft_config.py"),
    "dpo": ("DPOConfig", "trainer/dpo_config.py"),
    "reward": ("RewardConfig", "trainer/reward_config.py"),
    "grpo": ("GRPOConfig", "trainer/grpo_config.py"),
    "rloo": ("RLOOConfig", "trainer/rloo_config.py"),
    "distill": ("SFTConfig", "trainer/sft_config.py"),
    "on-policy": ("SDFTConfig", "experimental/sdft/sdft_config.py"),
}
_BASES = (
    ("trl", "trainer/base_config.py", "_BaseConfig"),
    ("transformers", "training_args.py", "TrainingArguments"),
)


@dataclass(frozen=True, slots=True)
class Trainer:
    """A trainer's configuration class, as it is installed, and the names of its fields."""

    name: str
    version: str
    fields: frozenset[str]


def installed(method: str, mode: str | None = None) -> Trainer | None:
    """Return the configuration of the trainer of a method; None where it cannot be found.

    ``mode`` is that of distillation: ``on-policy`` has a trainer of its own.
    """
    name, file = _CLASSES["on-policy" if mode == "on-policy" else method]
    folders = {package: _folder(package) for package in ("trl", "transformers")}
    sources = [("trl", file, name), *_BASES]
    found: set[str] = set()
    for package, path, class_name in sources:
        folder = folders[package]
        fields = _fields(folder / path, class_name) if folder else None
        if fields is None:
            return None
        found |= fields
    return Trainer(name, version("trl"), frozenset(found))


def _folder(package: str) -> Path | None:
    """Return where a package lies; a top-level name is found without importing it."""
    spec = find_spec(package)
    return Path(spec.origin).parent if spec and spec.origin else None


@cache
def _fields(path: Path, class_name: str) -> frozenset[str] | None:
    try:
        tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return None
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name == class_name:
            return frozenset(_names(node))
    return None


def _names(node: ast.ClassDef) -> Iterator[str]:
    """Yield the names that a dataclass takes: annotated, public, and not switched off."""
    for line in node.body:
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name):
            given = line.value
            off = isinstance(given, ast.Call) and any(
                word.arg == "init"
                and isinstance(word.value, ast.Constant)
                and word.value.value is False
                for word in given.keywords
            )
            if not off and not line.target.id.startswith("_"):
                yield line.target.id


def check_version() -> list[Problem]:
    """Return a problem for each library that is of a version these recipes do not work with."""
    problems = []
    for package, (first, last) in SUPPORTED.items():
        try:
            found = version(package)
        except PackageNotFoundError:
            continue
        known = numbers(found)
        if known and not first <= known < last:
            fitting = wanted(package)
            problems.append(
                Problem(
                    package,
                    "",
                    f"version {found} is installed, these recipes work with {fitting}: pip "
                    f"install '{fitting}'",
                    f"已安装的版本为 {found}，训练脚本适用于 {fitting}：pip install '{fitting}'",
                )
            )
    return problems
