"""Libraries that are heavy or optional: imported when they are needed, missed in clear words."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

__all__ = ["MissingLibrary", "need"]


class MissingLibrary(ImportError):
    """A library that is not installed; the message says how to install it."""


def _remedy(package: str, extra: str) -> str:
    """Return what to type; a copy that travels with a skill has no polyskill around it."""
    if __name__.startswith("polyskill."):
        return f"pip install 'polyskill[{extra}]'"
    return f"pip install {package}, or start the script with `uv run`, which brings it along"


def need(module: str, extra: str) -> ModuleType:
    """Import ``module`` (a dotted name) and return it; ``extra`` is the extra that brings it.

    Raises:
        MissingLibrary: the module's distribution is not installed. A distribution that is there
            but fails in its own imports raises what it raises.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        package = module.partition(".")[0]
        if error.name not in (module, package):
            raise
        msg = f"this needs the library {package!r}: {_remedy(package, extra)}"
        raise MissingLibrary(msg, name=package) from error
