"""Print the figures of docs/promises.md: `python tests/faults/run.py [--quick]`."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from cases import cases
from harness import Figures, sweep, why_not

# What is injected, from how many files on one sync of the file system replaces those of the files
# (None: as installed), and at which calls: each, each third.
SWEEPS = (
    ("signal=SIGKILL", None, 1),
    ("signal=SIGKILL", 1, 3),
    ("error=ENOSPC", None, 3),
    ("error=EACCES", None, 3),
    ("error=EIO", None, 3),
)


def main() -> int:
    """Run all sweeps; the exit status is 1 if anything was torn."""
    reason = why_not()
    if reason:
        print(f"not run: {reason}")
        return 0
    start = time.monotonic()
    total: dict[str, Figures] = {}
    print("| command | injected | hit | old state | new state | torn |")
    print("| --- | --- | ---: | ---: | ---: | ---: |")
    quick = 5 if "--quick" in sys.argv else 1
    for fault, many, step in SWEEPS:
        for case in cases(many):
            with tempfile.TemporaryDirectory() as scratch:
                figures = sweep(case, Path(scratch), fault, step=step * quick)
            print(figures.row(), flush=True)
            for torn in figures.torn:
                print("  torn:", torn, file=sys.stderr)
            kind = "SIGKILL" if fault.startswith("signal") else "errors"
            sum_ = total.setdefault(kind, Figures("all", kind))
            sum_.hits += figures.hits
            sum_.old += figures.old
            sum_.new += figures.new
            sum_.torn += figures.torn
    for figures in total.values():
        print(figures.row())
    print(f"\n{time.monotonic() - start:.0f} s")
    return 1 if any(figures.torn for figures in total.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
