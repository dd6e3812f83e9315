"""Building many skills: cold, warm, one changed; against `cp -r` and, if at hand, against peers.

    python tests/bench/build.py [--skills 1000] [--ruler path/to/ruler]
        [--skills-cli path/to/skills] [--rulesync path/to/rulesync] [--scale 20000]

Everything is measured in one run on one machine; look at the ratios, not at the seconds. The
peers are the npm packages `@intellectronica/ruler` 0.3.44, `skills` and `rulesync`; they are
skipped, with a note, where their programs are not found. The skills are copies of the shared
corpus with other names; four platforms, one language, no plugin bundles: what the peers write.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path

from measure import Cost, best, empty, make_skills, run

PLATFORMS = ("claude", "cursor", "codex", "opencode")
RUNS = 3


def polyskill(source: Path, out: Path, *options: str, memory: bool = False) -> Cost:
    """Build once and return the cost."""
    command = shutil.which("polyskill") or str(Path(sys.executable).with_name("polyskill"))
    platforms = [part for name in PLATFORMS for part in ("-p", name)]
    fixed = ["--lang", "en", "--no-bundles", "-q", "-o", out]
    return run(
        [command, "build", source, *platforms, *fixed, *options],
        source.parent,
        memory=memory,
    )


def measure_ruler(program: str, source: Path, work: Path) -> Cost:
    """Let ruler distribute the same skills to the same four assistants."""
    project = work / "ruler"

    def prepare() -> None:
        empty(project)
        (project / ".ruler").mkdir(parents=True)
        (project / ".ruler" / "AGENTS.md").write_text("# Project\n")
        shutil.copytree(source, project / ".ruler" / "skills")

    options = [
        "apply",
        "--agents",
        ",".join(PLATFORMS),
        "--no-mcp",
        "--no-gitignore",
        "--local-only",
    ]
    return best(RUNS, prepare, lambda: run([program, *options], project))


def measure_skills(program: str, source: Path, work: Path) -> Cost:
    """Let the `skills` installer copy the same skills for the same four assistants."""
    project = work / "skills-cli"

    def prepare() -> None:
        empty(project)
        project.mkdir()

    agents = ["claude-code", "cursor", "codex", "opencode"]
    options = ["add", str(source), "--copy", "-y", "-s", "*", "-a", *agents]
    return best(1, prepare, lambda: run([program, *options], project))


def measure_rulesync(program: str, source: Path, work: Path) -> Cost:
    """Let rulesync generate the same skills for the same four assistants."""
    project = work / "rulesync"

    def prepare() -> None:
        empty(project)
        (project / ".rulesync").mkdir(parents=True)
        shutil.copytree(source, project / ".rulesync" / "skills")

    targets = "claudecode,cursor,codexcli,opencode"
    options = ["generate", "--targets", targets, "--features", "skills"]
    return best(1, prepare, lambda: run([program, *options], project))


def peers(arguments: argparse.Namespace, source: Path, work: Path) -> dict[str, object]:
    """Measure the peers that are at hand."""
    found: dict[str, object] = {}
    for name, given, measure in (
        ("ruler", arguments.ruler, measure_ruler),
        ("skills", arguments.skills_cli, measure_skills),
        ("rulesync", arguments.rulesync, measure_rulesync),
    ):
        program = given or (shutil.which(name) if name != "skills" else None)
        if program is None:
            found[name] = "skipped: program not found"
            continue
        cost = measure(program, source, work)
        found[name] = {"cpu_s": round(cost.cpu, 3), "wall_s": round(cost.wall, 3)}
    return found


def main() -> None:
    """Measure and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--skills", type=int, default=1000)
    parser.add_argument("--scale", type=int, default=0, help="also build this many skills once")
    parser.add_argument("--ruler")
    parser.add_argument("--skills-cli")
    parser.add_argument("--rulesync")
    parser.add_argument("--tmp", help="where to work (a tmpfs keeps the disk out of it)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.tmp) as folder:
        work = Path(folder)
        source, out = work / "source", work / "out"
        size = make_skills(source, arguments.skills)
        result: dict[str, object] = {"skills": arguments.skills, "source_mb": round(size / 1e6, 1)}
        cold = best(RUNS, lambda: empty(out), lambda: polyskill(source, out))
        warm = best(RUNS, lambda: None, lambda: polyskill(source, out))
        changed = source / "skill-00000" / "SKILL.md"
        one = best(
            RUNS,
            lambda: changed.write_bytes(changed.read_bytes() + b"\nOne more line.\n"),
            lambda: polyskill(source, out),
        )
        copy = work / "copy"
        plain = best(RUNS, lambda: empty(copy), lambda: run(["cp", "-r", out, copy], work))
        empty(copy)
        empty(out)
        memory = polyskill(source, out, memory=True).rss
        result |= {
            "cold_cpu_s": round(cold.cpu, 3),
            "cold_wall_s": round(cold.wall, 3),
            "cold_over_cp": round(cold.cpu / plain.cpu, 2),
            "warm_cpu_s": round(warm.cpu, 3),
            "one_changed_cpu_s": round(one.cpu, 3),
            "cp_cpu_s": round(plain.cpu, 3),
            "peak_memory_mb": round(memory),
            "exit_status": cold.status,
            "files": sum(1 for path in out.rglob("*") if path.is_file()),
        }
        empty(out)
        compared = peers(arguments, source, work)
        for entry in compared.values():
            if isinstance(entry, dict):
                entry["ours_over_theirs"] = round(cold.cpu / entry["cpu_s"], 2)
        result["peers"] = compared
        if arguments.scale:
            large, large_out = work / "large", work / "large-out"
            make_skills(large, arguments.scale)
            cost = polyskill(large, large_out, memory=True)
            result["scale"] = {
                "skills": arguments.scale,
                "cpu_s_per_1000": round(cost.cpu / arguments.scale * 1000, 3),
                "wall_s": round(cost.wall, 1),
                "peak_memory_mb": round(cost.rss),
            }
        print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
