"""Recipes that travel with a skill: their scripts, and the modules that these import.

A skill that names recipes under ``runtime`` gets, beside its own files, ``scripts/run_<name>.py``
for each of them and one folder ``scripts/polyskill_runtime/`` with exactly the modules that these
need, copied byte for byte out of the installed package. Nothing of polyskill has to be installed
where they run: each script says in a PEP 723 header what it needs, for ``uv run`` or for pip.

To the platforms these are files of the skill like any others, so texts that name
``${SKILL_DIR}/scripts/run_sft.py`` get each host's own words for that folder.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from polyskill.compiler.runtime import FOLDER, recipes_of, script_of
from polyskill.compiler.select import select

from .closure import closure
from .text import to_bytes

if TYPE_CHECKING:
    from polyskill.compiler.localized import Lang
    from polyskill.compiler.model import Resource, Skill
    from polyskill.compiler.view import View

__all__ = ["DEPENDENCIES", "carried", "sources", "view_of"]

# What was run together is in the versions below; a next major version renames settings.
_TRAIN = (
    "torch>=2.6",
    "trl>=1.16,<2",
    "transformers>=5.17,<6",
    "peft>=0.21,<1",
    "accelerate>=1.10.1",
    "datasets>=4.7",
    "PyYAML>=6.0.1",
)
_JUDGE = ("anthropic>=0.70", "openai>=1.100", "scipy>=1.13")
_LICENSE = "LICENSE"
_PACKAGE = FOLDER.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class _Recipe:
    """A script: what it is for, what it is given, the modules it starts from, what it needs.

    ``call`` is its last line but one: ``main`` comes from the first of ``modules``.
    """

    purpose: str
    usage: str
    modules: tuple[str, ...]
    call: str
    needs: tuple[str, ...] = ()


def _training(method: str, purpose: str, more: tuple[str, ...] = ()) -> _Recipe:
    return _Recipe(
        purpose,
        "run.yaml",
        ("train/main.py", f"train/recipes/{method}.py"),
        f'main("{method}", sys.argv[1:])',
        _TRAIN + more,
    )


def _command(name: str, purpose: str, usage: str, needs: tuple[str, ...] = ()) -> _Recipe:
    return _Recipe(purpose, usage, (f"entries/{name}.py",), "main(sys.argv[1:])", needs)


_RECIPES = {
    "sft": _training("sft", "Supervised fine-tuning with LoRA."),
    "dpo": _training("dpo", "Direct preference optimisation; the reference is the base model."),
    "reward": _training("reward", "A reward model from preference pairs.", _JUDGE[2:]),
    "grpo": _training("grpo", "Reinforcement learning with group-relative advantages.", _JUDGE),
    "rloo": _training("rloo", "Reinforcement learning with a leave-one-out baseline.", _JUDGE),
    "distill": _training("distill", "A skill's behaviour put into an adapter.", _JUDGE),
    "validate": _command(
        "validate", "Checks a configuration and its data before training.", "run.yaml", _TRAIN
    ),
    "judge": _command(
        "judge",
        "Answers judged by a model: pairs in both orders, or one by one against criteria.",
        "answers.jsonl --judge anthropic/MODEL -o verdicts.jsonl",
        _JUDGE,
    ),
    "analyze": _command("analyze", "What happened in a run, what is wrong, what to do.", "runs/x"),
    "tools": _command(
        "tools", "Calculators: LoRA size, rates, FLOPs, memory, significance.", "--help", _JUDGE[2:]
    ),
}
#: What a recipe brings along beside its own script, under the name of the script.
_ALSO = {
    "tools": {
        "tools_server": _command(
            "serve", "The calculators as an MCP server.", "", (*_JUDGE[2:], "mcp>=1.23")
        )
    }
}
#: What each recipe's script needs, as requirements for pip.
DEPENDENCIES = {name: recipe.needs for name, recipe in _RECIPES.items()}

_SCRIPT = Template('''\
# /// script
# requires-python = ">=3.11"
# dependencies = [$header]
# ///
"""$purpose

    uv run $line

$otherwise

Part of polyskill; its licence is $package/LICENSE.
"""

import os
import sys
from pathlib import Path

# An installed skill stays as it was installed: no caches beside it, here or in other processes.
sys.dont_write_bytecode = True
os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
sys.path.insert(0, str(Path(__file__).resolve().parent))

from $package.$module import main  # noqa: E402

if __name__ == "__main__":
    sys.exit($call)
''')


def sources() -> Path:
    """Return the folder of the runtime's own modules."""
    return Path(__file__).resolve().parents[2] / "runtime"


def _script(name: str, recipe: _Recipe) -> bytes:
    file = script_of(name).rpartition("/")[2]
    line = f"{file} {recipe.usage}".rstrip()
    header = "".join(f'\n#   "{need}",' for need in recipe.needs)
    otherwise = f"Without uv: python {line}"
    if recipe.needs:
        listed = " ".join(f"'{need}'" for need in recipe.needs)
        otherwise = f"Without uv: pip install {listed}\nthen: python {line}"
    text = _SCRIPT.substitute(
        header=f"{header}\n# " if header else "",
        purpose=recipe.purpose,
        line=line,
        otherwise=otherwise,
        package=_PACKAGE,
        module=recipe.modules[0].removesuffix(".py").replace("/", "."),
        call=recipe.call,
    )
    return to_bytes(text)


@lru_cache(maxsize=16)
def carried(recipes: Sequence[str]) -> tuple[Resource, ...]:
    """Return the files that recipes bring into a skill's folder, by path.

    Raises:
        FileNotFoundError: the installed package lacks a module that a recipe starts from.
    """
    from polyskill.compiler.model import Resource  # noqa: PLC0415

    root = sources()
    scripts = {name: _RECIPES[name] for name in recipes}
    for name in recipes:
        scripts |= _ALSO.get(name, {})
    modules = [module for recipe in scripts.values() for module in recipe.modules]
    files = {f"{FOLDER}/{path}": (root / path).read_bytes() for path in closure(root, modules)}
    files[f"{FOLDER}/{_LICENSE}"] = (root / _LICENSE).read_bytes()
    files |= {script_of(name): _script(name, recipe) for name, recipe in scripts.items()}
    return tuple(Resource(path, data, role="scripts") for path, data in sorted(files.items()))


def view_of(skill: Skill, lang: Lang, platform: str) -> View:
    """Return the view that a platform gets: the skill's own, with the recipes that it names."""
    view = select(skill, lang, platform)
    recipes = recipes_of(skill)
    if not recipes:
        return view
    return replace(view, resources=(*view.resources, *carried(recipes)))
