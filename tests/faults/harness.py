"""Kill a command, or make the system refuse, at each of its system calls; then look at the tree.

`Case` says which command (its arguments), which one runs after it, and how the old tree is made.
`sweep` runs the command under strace once per system call (the first, the second, …) that it makes
below the root or after it first touched the root, lets strace inject a SIGKILL or an error there,
runs the second command without strace and compares the tree with the old and with the new one: by
SHA-256, kind, permission bits and link target, left-overs included. What is neither is torn.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

__all__ = ["CALLS", "Case", "Figures", "Torn", "snapshot", "sweep", "why_not"]

# Every system call that changes a tree, makes it durable or opens a file.
CALLS = (
    "open", "openat", "openat2", "creat", "write", "writev", "pwrite64", "mkdir", "mkdirat",
    "link", "linkat", "symlink", "symlinkat", "rename", "renameat", "renameat2", "unlink",
    "unlinkat", "rmdir", "fsync", "fdatasync", "syncfs", "chmod", "fchmod", "fchmodat", "fchown",
    "chown", "lchown", "fchownat", "utimensat", "setxattr", "fsetxattr", "ftruncate", "truncate",
    "copy_file_range", "sendfile", "flock",
)  # fmt: skip
_TIMEOUT = 60

Snapshot = dict[str, tuple[str, int, str]]


def snapshot(root: Path) -> Snapshot:
    """Return all paths below ``root``, sorted, with kind, permission bits, SHA-256 or link."""
    found: Snapshot = {}
    folders = [str(root)]
    for folder in folders:
        with os.scandir(folder) as entries:
            for entry in entries:
                name = os.path.relpath(entry.path, root)
                mode = stat.S_IMODE(entry.stat(follow_symlinks=False).st_mode)
                if entry.is_symlink():
                    found[name] = ("link", 0, str(Path(entry.path).readlink()))
                elif entry.is_dir():
                    found[name] = ("folder", mode, "")
                    folders.append(entry.path)
                else:
                    data = Path(entry.path).read_bytes()
                    found[name] = ("file", mode, hashlib.sha256(data).hexdigest())
    return dict(sorted(found.items()))


@dataclass(frozen=True)
class Case:
    """One command to be disturbed.

    ``argv`` and ``after`` (the next command, which recovers) run with ``{root}`` replaced by a
    folder that ``make_old`` filled. ``refused`` are the exit statuses with which ``argv`` may
    end when the system refuses; 0 is always allowed.
    """

    name: str
    argv: Sequence[str]
    after: Sequence[str]
    make_old: Callable[[Path], None]
    refused: frozenset[int]
    environment: dict[str, str] = field(default_factory=dict)

    def command(self, argv: Sequence[str], root: Path) -> list[str]:
        return [part.replace("{root}", str(root)) for part in argv]

    def env(self) -> dict[str, str]:
        return {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **self.environment}


@dataclass(frozen=True)
class Torn:
    """One disturbance after which the tree was neither old nor new."""

    case: str
    what: str
    call: str
    number: int
    difference: str


@dataclass
class Figures:
    """What a sweep found. ``old`` + ``new`` + ``torn`` = ``hits``."""

    case: str
    what: str
    hits: int = 0
    old: int = 0
    new: int = 0
    torn: list[Torn] = field(default_factory=list)
    at_once: int = 0  # old or new before the next command already

    def row(self) -> str:
        return (
            f"| {self.case} | {self.what} | {self.hits} | {self.old} | {self.new} "
            f"| {len(self.torn)} |"
        )


def why_not() -> str:
    """Return why faults cannot be injected here; empty if they can."""
    if shutil.which("strace") is None:
        return "strace is not installed"
    probe = subprocess.run(
        ["strace", "-f", "-o", os.devnull, "-e", "inject=rmdir:error=EIO:when=1", "true"],
        capture_output=True,
        text=True,
        timeout=_TIMEOUT,
        check=False,
    )
    if probe.returncode != 0:
        return f"strace cannot trace here: {probe.stderr.strip().splitlines()[-1:]}"
    return ""


def _strace(log: Path | str, *expressions: str) -> list[str]:
    options = [part for expression in expressions for part in ("-e", expression)]
    # The filter makes it several times faster, but signals are not injected then (strace 6.1).
    if not any("signal=" in expression for expression in expressions):
        options.append("--seccomp-bpf")
    return ["strace", "-f", "-q", "-y", "-o", str(log), *options]


def _run(case: Case, argv: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        argv,
        env=case.env(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_TIMEOUT,
        check=False,
    )


def _fresh(case: Case, scratch: Path) -> Path:
    root = Path(tempfile.mkdtemp(dir=scratch))
    case.make_old(root)
    return root


@cache
def _known(calls: tuple[str, ...]) -> list[str]:
    """Leave out the calls that this machine's strace does not know."""
    known = []
    for call in calls:
        done = subprocess.run(
            ["strace", "-e", f"trace={call}", "-o", os.devnull, "true"],
            capture_output=True,
            timeout=_TIMEOUT,
            check=False,
        )
        if done.returncode == 0:
            known.append(call)
    return known


def points(case: Case, scratch: Path, calls: Iterable[str] = CALLS) -> dict[str, range]:
    """Return, per system call, the ordinals that lie between the first and last touch of the root.

    strace counts per call and per process; the ordinals are those of the process that touches the
    root.
    """
    known = _known(tuple(calls))
    root = _fresh(case, scratch)
    log = scratch / "trace"
    argv = [*_strace(log, "trace=" + ",".join(known)), *case.command(case.argv, root)]
    done = _run(case, argv)
    if done.returncode != 0:
        raise AssertionError(f"{case.name} fails undisturbed: {done.stderr}")
    lines = [line.split(None, 1) for line in log.read_text("utf-8", "replace").splitlines()]
    owner = next(pid for pid, text in lines if str(root) in text)
    count: dict[str, int] = {}
    found: dict[str, list[int]] = {}
    for pid, text in lines:
        match = re.match(r"(\w+)\(", text)
        if pid != owner or match is None:
            continue
        call = match[1]
        count[call] = count.get(call, 0) + 1
        if str(root) in text:
            found.setdefault(call, []).append(count[call])
    shutil.rmtree(root)
    return {call: range(hit[0], hit[-1] + 1) for call, hit in found.items()}


def _difference(tree: Snapshot, old: Snapshot, new: Snapshot) -> str:
    def against(other: Snapshot) -> list[str]:
        return sorted(
            name for name in tree.keys() | other.keys() if tree.get(name) != other.get(name)
        )

    return f"against old: {against(old)[:6]}; against new: {against(new)[:6]}"


def _disturb(case: Case, scratch: Path, call: str, number: int, fault: str) -> tuple[bool, Path]:
    """Run the command with one fault; return whether it struck, and the root."""
    root = _fresh(case, scratch)
    log = scratch / f"{root.name}.log"
    argv = _strace(log, f"trace={call}", f"inject={call}:{fault}:when={number}")
    done = _run(case, [*argv, *case.command(case.argv, root)])
    text = log.read_text("utf-8", "replace")
    log.unlink()
    struck = "killed by SIGKILL" in text if "SIGKILL" in fault else "(INJECTED)" in text
    if "SIGKILL" not in fault and done.returncode not in {0, *case.refused}:
        raise AssertionError(
            f"{case.name}, {fault} at {call} {number}: status {done.returncode}\n{done.stderr}"
        )
    if "SIGKILL" in fault and not struck and done.returncode != 0:
        raise AssertionError(f"{case.name}: status {done.returncode}\n{done.stderr}")
    return struck, root


def sweep(
    case: Case,
    scratch: Path,
    fault: str = "signal=SIGKILL",
    *,
    calls: Iterable[str] = CALLS,
    step: int = 1,
    workers: int = 2,
) -> Figures:
    """Disturb ``case`` at every ``step``-th of its system calls; ``scratch`` is an empty folder.

    ``fault`` is what strace injects: ``signal=SIGKILL`` or ``error=ENOSPC``.
    """
    figures = Figures(case.name, fault.partition("=")[2])
    old_root = _fresh(case, scratch)
    old = snapshot(old_root)
    done = _run(case, case.command(case.argv, old_root))
    assert done.returncode == 0, done.stderr
    new = snapshot(old_root)
    assert new != old, f"{case.name} changes nothing"
    todo = [
        (call, number)
        for call, ordinals in points(case, scratch, calls).items()
        for number in ordinals
    ][::step]

    def one(point: tuple[str, int]) -> tuple[bool, bool, Snapshot, str]:
        struck, root = _disturb(case, scratch, *point, fault)
        before = snapshot(root)
        after = _run(case, case.command(case.after, root))
        found = snapshot(root)
        shutil.rmtree(root)
        return struck, before in (old, new), found, "" if after.returncode == 0 else after.stderr

    with ThreadPoolExecutor(workers) as pool:
        for (call, number), (struck, at_once, found, failed) in zip(
            todo, pool.map(one, todo), strict=True
        ):
            if not struck:
                continue
            figures.hits += 1
            figures.at_once += at_once
            if failed or found not in (old, new):
                why = failed or _difference(found, old, new)
                figures.torn.append(Torn(case.name, fault, call, number, why))
            elif found == old:
                figures.old += 1
            else:
                figures.new += 1
    return figures
