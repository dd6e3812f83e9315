"""Install the light pinned clients for ``pytest -m slow tests/verify``.

    python tests/verify/install_clients.py FOLDER [--heavy] [--seconds 600]

Prints a line a client: version, seconds, megabytes. One that cannot be installed is told and is
not fatal. Then run the tests with ``POLYSKILL_CLIENTS=FOLDER``.
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path

from polyskill.compiler.diagnostics import Diagnostic
from polyskill.platforms.verify.npm import install
from polyskill.platforms.verify.packages import NODE, PINNED


def megabytes(folder: Path) -> float:
    return (
        sum(
            (Path(base) / name).lstat().st_size
            for base, _, names in os.walk(folder)
            for name in names
        )
        / 1e6
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--heavy", action="store_true", help="OpenCode, Kilo and OpenClaw too")
    parser.add_argument("--seconds", type=float, default=600.0, help="time for all of it")
    options = parser.parse_args()
    end = time.monotonic() + options.seconds
    wanted = {"node22": NODE} | {
        name: package for name, package in PINNED.items() if options.heavy or not package.heavy
    }
    for name, package in wanted.items():
        begun = time.monotonic()
        if begun >= end:
            print(f"{name:9} left out: the time is up", flush=True)
            continue
        prefix = options.folder.absolute() / name
        made = install(package, prefix, end - begun)
        spent = time.monotonic() - begun
        if isinstance(made, Diagnostic):
            print(f"{name:9} {made.message()}", flush=True)
        else:
            size = megabytes(prefix)
            print(f"{name:9} {package.version:20} {spent:5.0f} s {size:5.0f} MB", flush=True)


if __name__ == "__main__":
    main()
