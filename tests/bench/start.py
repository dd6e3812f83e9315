"""Start-up: `polyskill --version` and `--help` against a bare interpreter, in CPU seconds.

python tests/bench/start.py
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

from measure import best, run

AIMS = {"--version": 0.10, "--help": 0.20}


def main() -> None:
    """Measure and print JSON; exit 1 if an aim is missed."""
    here = Path.cwd()
    command = shutil.which("polyskill") or str(Path(sys.executable).with_name("polyskill"))
    bare = best(7, lambda: None, lambda: run([sys.executable, "-c", "pass"], here)).cpu
    result: dict[str, object] = {"bare_python_cpu_s": round(bare, 4)}
    missed = []
    for option, aim in AIMS.items():
        cpu = best(7, lambda: None, lambda option=option: run([command, option], here)).cpu
        result[option] = {"cpu_s": round(cpu, 4), "over_bare_s": round(cpu - bare, 4), "aim_s": aim}
        if cpu - bare > aim:
            missed.append(option)
    result["missed"] = missed
    print(json.dumps(result, indent=2))
    sys.exit(bool(missed))


if __name__ == "__main__":
    main()
