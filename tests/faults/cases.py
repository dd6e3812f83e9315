"""The commands that are disturbed: four transactions, run by `child.py`."""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path

from child import steps, write
from harness import Case

__all__ = ["REFUSED", "cases"]

HERE = Path(__file__).resolve().parent
REFUSED = frozenset({3})


def cases(many: int | None = None) -> list[Case]:
    """Return the four transactions; from ``many`` files on they sync the file system as a whole."""
    # Without site-packages a process is up in a tenth of a second.
    python = [sys.executable, "-S", str(HERE / "child.py"), "{root}"]
    paths = [str(HERE.parents[1] / "src"), *filter(None, [os.environ.get("PYTHONPATH")])]
    last = [] if many is None else [str(many)]
    return [
        Case(
            name,
            [*python, name, *last],
            [*python, "recover"],
            partial(write, tree=old),
            REFUSED,
            {"PYTHONPATH": os.pathsep.join(paths)},
        )
        for name, (old, _) in steps().items()
    ]
