"""One module a client: how it is run, found by looking at what is in this folder."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from .base import Place, Recipe

__all__ = ["Place", "Recipe", "get", "names"]


@cache
def _modules() -> dict[str, str]:
    found = (module.name for module in iter_modules(__path__))
    return {name.rstrip("_"): name for name in found if name != "base"}


def names() -> tuple[str, ...]:
    """Return the ids of the clients that can be run, sorted."""
    return tuple(sorted(_modules()))


@cache
def get(name: str) -> Recipe | None:
    """Return the recipe of a client; ``None`` if there is none."""
    if name not in _modules():
        return None
    recipe = import_module(f"{__name__}.{_modules()[name]}").RECIPE
    if not isinstance(recipe, Recipe):
        msg = f"`{__name__}.{name}.RECIPE` is not a Recipe"
        raise TypeError(msg)
    return recipe
