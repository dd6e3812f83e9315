"""Installing many skills for four assistants: cold, unchanged, one changed, out again.

    python tests/bench/install.py [--skills 1000] [--tmp FOLDER]

The yardstick is `cp -r` of what was installed. Everything is measured in one run on one machine;
look at the ratios, not at the seconds. The skills are copies of the shared corpus with other names
(of the bundled skill, where the corpus is absent); findings of the safety checks are allowed, so
that all of them are installed.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from measure import Cost, best, empty, make_skills, run

CLIENTS = "claude,cursor,codex,opencode"
RUNS = 3
PROGRAM = shutil.which("polyskill") or str(Path(sys.executable).with_name("polyskill"))


def blockers(source: Path) -> list[str]:
    """Return the codes that would keep a skill of the corpus from being installed."""
    done = subprocess.run(
        [PROGRAM, "check", source, "--json"], capture_output=True, text=True, check=False
    )
    found = json.loads(done.stdout)["diagnostics"]
    return sorted({one["code"] for one in found if one["severity"] == "error"})


def files_in(project: Path) -> int:
    """Count the files that were installed."""
    own = project / ".polyskill"
    return sum(path.is_file() and own not in path.parents for path in project.rglob("*"))


def main() -> None:
    """Measure and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--skills", type=int, default=1000)
    parser.add_argument("--tmp", help="where to work (a tmpfs keeps the disk out of it)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.tmp) as folder:
        work = Path(folder).resolve()
        source, project, copy = work / "source", work / "project", work / "copy"
        make_skills(source, arguments.skills)
        allow = [part for code in blockers(source) for part in ("--allow", code)]

        def fresh() -> None:
            empty(project)
            project.mkdir()

        def install() -> Cost:
            options = ["--to", CLIENTS, "--lang", "en", "-q", *allow]
            return run([PROGRAM, "install", source, *options], project)

        cold = best(RUNS, fresh, install)
        same = best(RUNS, lambda: None, install)
        changed = source / "skill-00000" / "SKILL.md"
        one = best(
            RUNS,
            lambda: changed.write_bytes(changed.read_bytes() + b"\nOne more line.\n"),
            install,
        )
        files = files_in(project)
        installed = [project / ".agents", project / ".claude"]

        def plain() -> Cost:
            copy.mkdir()
            return run(["cp", "-r", *installed, copy], work)

        yardstick = best(RUNS, lambda: empty(copy), plain)
        out = run([PROGRAM, "uninstall", "--all", "-q"], project)
        left = files_in(project)
        print(
            json.dumps(
                {
                    "skills": arguments.skills,
                    "files": files,
                    "cold_cpu_s": round(cold.cpu, 3),
                    "cold_over_cp": round(cold.cpu / yardstick.cpu, 2),
                    "unchanged_over_cp": round(same.cpu / yardstick.cpu, 2),
                    "one_changed_over_cp": round(one.cpu / yardstick.cpu, 2),
                    "uninstall_over_cp": round(out.cpu / yardstick.cpu, 2),
                    "cp_cpu_s": round(yardstick.cpu, 3),
                    "files_left": left,
                    "exit_status": cold.status,
                },
                indent=2,
            )
        )


if __name__ == "__main__":
    main()
