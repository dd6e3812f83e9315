"""Back ends that train elsewhere: they are polyskill's own, and do not travel with skills."""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from .errors import TrainError

__all__ = ["absent", "remote"]


def absent(backend: str) -> TrainError | None:
    """Return what to say where ``backend`` is not in this copy of the recipes, else nothing."""
    with suppress(ModuleNotFoundError):  # not even its package
        if find_spec(_module(backend)) is not None:
            return None
    return TrainError(
        "this copy of the recipes trains on this machine only: write `backend: trl`, or "
        "`pip install 'polyskill[tinker]'` and use `polyskill train`",
        "此份训练脚本只能在本机训练：请写 `backend: trl`，或执行 "
        "`pip install 'polyskill[tinker]'` 后使用 `polyskill train`",
    )


def remote(backend: str) -> ModuleType:
    """Return the module of a back end whose ``train`` trains elsewhere.

    Raises:
        TrainError: it is not in this copy of the recipes.
    """
    missing = absent(backend)
    if missing is not None:
        raise missing
    return import_module(_module(backend))


def _module(backend: str) -> str:
    """Return the name of a module that skills leave behind: they bring along what code names."""
    return f"{__package__}.{backend}.run"
