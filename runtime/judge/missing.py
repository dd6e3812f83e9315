"""Libraries that are heavy or optional: imported when they are needed, missed in clear words."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

__all__ = ["MissingLibrary", "need"]


class MissingLibrary(ImportError):
    """A library that is not installed; the message says how to install it."""


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
        msg = f"this needs the library {package!r}: pip install 'polyskill[{extra}]'"
        raise MissingLibrary(msg, name=package) from error
