"""Measuring for the benchmarks: CPU seconds, wall seconds and peak memory of whole commands."""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

SHARED_CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"


@dataclass(frozen=True)
class Cost:
    """What a command cost: CPU and wall time in seconds, peak memory in MiB of its processes."""

    cpu: float
    wall: float
    rss: float
    status: int


def _tree_rss(root: int) -> int:
    """Sum of the proportional set sizes of a process and its descendants, in KiB."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    total, stack = 0, [root]
    while stack:
        pid = stack.pop()
        stack += children.get(pid, [])
        try:
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
        except OSError:
            continue
    return total


def run(command: Sequence[str | Path], cwd: Path, *, memory: bool = False) -> Cost:
    """Run a command and return its cost; with ``memory`` sample its memory too."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    peak = 0
    with subprocess.Popen(
        [str(part) for part in command],
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as process:
        if memory:
            while process.poll() is None:
                peak = max(peak, _tree_rss(process.pid))
                time.sleep(0.02)
        _, errors = process.communicate()
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if process.returncode not in (0, 1):
        sys.stderr.write(errors.decode("utf-8", "replace")[-2000:])
    return Cost(cpu, wall, peak / 1024, process.returncode)


def best(times: int, prepare: Callable[[], None], command: Callable[[], Cost]) -> Cost:
    """Return the cheapest of several runs: what the machine's other work added is not ours."""
    costs = []
    for _ in range(times):
        prepare()
        costs.append(command())
    return min(costs, key=lambda cost: cost.cpu)


def empty(folder: Path) -> None:
    """Remove a folder with all that it holds."""
    shutil.rmtree(folder, ignore_errors=True)


def make_skills(target: Path, number: int) -> int:
    """Copy real skill folders, renamed, until there are ``number``; return the bytes written.

    The folders come from the shared corpus; where it is absent, from the bundled skills.
    """
    sources = sorted(path.parent for path in SHARED_CORPUS.rglob("SKILL.md"))
    if not sources:
        bundled = Path(__file__).resolve().parents[2] / "skills"
        sources = sorted(path.parent for path in bundled.glob("*/SKILL.md"))
    total = 0
    for index in range(number):
        source = sources[index % len(sources)]
        name = f"skill-{index:05d}"
        for file in sorted(source.rglob("*")):
            if not file.is_file():
                continue
            data = file.read_bytes()
            if file.name == "SKILL.md" and file.parent == source:
                data = _renamed(data, name)
            place = target / name / file.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
            total += len(data)
    return total


def _renamed(data: bytes, name: str) -> bytes:
    lines = data.split(b"\n")
    for number, line in enumerate(lines):
        if line.startswith(b"name:"):
            lines[number] = b"name: " + name.encode()
            break
    return b"\n".join(lines)
