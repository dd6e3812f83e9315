"""All the codes that polyskill reports, one module a family."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from ..diagnostics import CATALOGUE, Code

__all__ = ["load_all"]


def load_all() -> dict[str, Code]:
    """Import every module of codes; return all codes, in order."""
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
    return {code: CATALOGUE[code] for code in sorted(CATALOGUE)}
