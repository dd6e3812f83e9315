"""Installs the package of a client with the npm program, in its checked version, unexecuted."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from polyskill.compiler.checks.printable import printable
from polyskill.compiler.codes.verify import INSTALL_FAILED
from polyskill.compiler.diagnostics import Diagnostic

from ..deliver import atomic
from .model import Package

__all__ = ["install"]

_TIMEOUT = 900.0  # seconds; the largest package took 85 s on a slow day
_OPTIONS = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")


def install(package: Package, prefix: Path, timeout: float = _TIMEOUT) -> Path | Diagnostic:
    """Install a package below ``prefix``; return its program, or what went wrong.

    ``timeout`` is in seconds. No install script is run.
    """
    said = _run(package, prefix, timeout)
    program = prefix / "node_modules" / package.program
    if program.is_file():
        return program
    last = (said or "the package does not hold the program").splitlines()[-1]
    args = {"package": package.spec, "said": printable(last[:200])}
    return Diagnostic(INSTALL_FAILED, "", args=args)


def _run(package: Package, prefix: Path, timeout: float) -> str:
    npm = shutil.which("npm")
    if npm is None:
        return "there is no `npm` on PATH"
    atomic.make_directory(prefix)
    try:
        done = subprocess.run(
            [npm, "install", "--prefix", str(prefix), *_OPTIONS, package.spec],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout,
            check=False,
        )
    except (OSError, subprocess.SubprocessError) as error:
        return str(error)
    return done.stderr.decode("utf-8", "replace").strip()
