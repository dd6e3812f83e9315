"""Libraries that are heavy or optional: imported when they are needed, missed in clear words."""

from __future__ import annotations

import re
import sys
import tomllib
from importlib import import_module
from pathlib import Path
from types import ModuleType

__all__ = ["MissingLibrary", "need", "requirements"]

#: What a distribution is called where its module has another name.
_DISTRIBUTIONS = {"yaml": "PyYAML"}


class MissingLibrary(ImportError):
    """A library that is not installed; the message says how to install it."""


def requirements(script: Path) -> tuple[str, ...]:
    """Return what a script says it needs in its header (PEP 723), as requirements for pip."""
    try:
        text = script.read_text("utf-8")
        block = re.search(r"(?m)^# /// script$\n((?:^#(?: .*)?$\n)+?)^# ///$", text)
        if block is None:
            return ()
        toml = "".join(line[2:] for line in block[1].splitlines(keepends=True))
        return tuple(map(str, tomllib.loads(toml).get("dependencies", ())))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return ()


def _remedy(module: str, extra: str) -> str:
    """Return what to type; a copy that travels with a skill has no polyskill around it.

    There the script that was started says in its header what it needs, which is more than the
    library that was missed first.
    """
    if __name__.startswith("polyskill."):
        return f"pip install 'polyskill[{extra}]'"
    started = getattr(sys.modules.get("__main__"), "__file__", None)
    script = Path(started) if started else Path()
    needs = list(requirements(script))
    package = _DISTRIBUTIONS.get(module, module)
    with_it = ""
    if package.lower() not in (re.split(r"[^\w.-]", one)[0].lower() for one in needs):
        needs.append(package)  # only some runs need it
        with_it = f"--with {package} "
    line = " ".join(f"'{one}'" for one in needs)
    return f"pip install {line}, or start the script with `uv run {with_it}{script.name}`"


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
