"""Analyse the folder of a run.

    python -m runtime.train.analyze runs/x
    python -m runtime.train.analyze runs/x --html report.html --lang zh
    python -m runtime.train.analyze runs/x --json

Exit status: 0 nothing grave, 1 a problem that is likely or sure, 2 wrong use.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from ..errors import TrainError
from ..record import read_run, replace
from .markdown import markdown
from .page import page
from .report import analyse, to_json

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command (see the module's docstring); return the exit status."""
    parser = argparse.ArgumentParser(
        prog="analyze",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("run", type=Path, help="the folder of a run")
    parser.add_argument("--json", action="store_true", help="print JSON, not Markdown")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write a page, too")
    parser.add_argument("--lang", choices=("en", "zh"), default="en")
    options = parser.parse_args(arguments)
    try:
        analysis = analyse(read_run(options.run))
        if options.html is not None:
            replace(options.html, page(analysis, options.lang).encode())
    except TrainError as error:
        parser.exit(2, f"{error.zh if options.lang == 'zh' else error.en}\n")
    except OSError as error:
        parser.exit(2, f"{error}\n")
    shown = (
        json.dumps(to_json(analysis), ensure_ascii=False, indent=2) + "\n"
        if options.json
        else markdown(analysis, options.lang)
    )
    sys.stdout.buffer.write(shown.encode("utf-8", "replace"))
    return int(analysis.spoilt)
