"""What the system sees: no write without a change, no program started, nobody called."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from lab import FIXTURE, write_skill

PROGRAM = Path(sys.executable).parent / "polyskill"
WRITING = (
    "creat", "mkdir", "mkdirat", "rename", "renameat", "renameat2", "unlink", "unlinkat", "rmdir",
    "link", "linkat", "symlink", "symlinkat", "write", "writev", "pwrite64", "ftruncate",
    "truncate", "chmod", "fchmod", "fchmodat", "chown", "fchown", "lchown", "fchownat", "utimensat",
    "setxattr", "fsetxattr", "mknod", "mknodat",
)  # fmt: skip


def why_not() -> str:
    if shutil.which("strace") is None:
        return "strace is not installed"
    probe = subprocess.run(
        ["strace", "-f", "--seccomp-bpf", "true"], capture_output=True, check=False
    )
    return "" if probe.returncode == 0 else "strace cannot trace here"


REASON = why_not()
traced = pytest.mark.skipif(bool(REASON), reason=REASON)


@pytest.fixture
def environment(home: Path, tmp_path: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "POLYSKILL_PLUGINS": "0",
        "POLYSKILL_CACHE": str(tmp_path / "cache"),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
    }


class Place:
    """A project with the fixture skill installed, and commands run in it."""

    def __init__(self, root: Path, environment: dict[str, str], programs: Path) -> None:
        self.root, self.environment, self.quick = root, environment, programs / "polyskill"
        shutil.copytree(FIXTURE, root / "rn")
        (root / "skills.toml").write_text('targets = ["claude"]\n[[skill]]\nsource = "./rn"\n')

    def run(self, *args: str, calls: str = "", status: int = 0) -> list[str]:
        """Run polyskill; return the lines of its trace."""
        log = self.root.parent / "trace"
        strace = ["strace", "-f", "--seccomp-bpf", "-y", "-s", "300", "-o", str(log)]
        strace += ["-e", f"trace={calls}"]
        done = subprocess.run(
            [*(strace if calls else []), str(PROGRAM if calls else self.quick), *args],
            cwd=self.root,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == status, done.stdout + done.stderr
        return log.read_text("utf-8", "replace").splitlines() if calls else []

    def stamps(self) -> dict[str, tuple[int, int, int]]:
        found = {}
        for path in [self.root, *sorted(self.root.rglob("*"))]:
            known = path.lstat()
            found[str(path)] = (known.st_ino, known.st_mtime_ns, known.st_ctime_ns)
        return found


@pytest.fixture
def place(root: Path, environment: dict[str, str], programs: Path) -> Place:
    return Place(root, environment, programs)


def _writes(lines: list[str], root: Path) -> list[str]:
    """Return the calls that change something below ``root`` (strace writes names in octal)."""
    octal = "".join(rf"\{byte:o}" if byte > 126 else chr(byte) for byte in str(root).encode())
    named = (str(root), octal)
    found = []
    for line in lines:
        call = re.match(r"\d+ +(\w+)\(", line)
        if call is None or not any(name in line for name in named):
            continue
        opened = re.search(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC", line)
        if call[1] in WRITING or (call[1].startswith("open") and opened):
            found.append(line)
    return found


COMMANDS = {
    "install": ("install", "./rn", "--to", "claude,codex,cursor"),
    "sync": ("sync",),
    "update": ("update",),
}


@traced
@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_second_time_nothing_is_written(place: Place, name: str) -> None:
    first = COMMANDS["install" if name == "update" else name]
    calls = ",".join((*WRITING, "open", "openat"))
    assert _writes(place.run(*first, calls=calls), place.root), "the trace shows no write at all"
    before = place.stamps()
    assert _writes(place.run(*COMMANDS[name], calls=calls), place.root) == []
    assert place.stamps() == before


@pytest.mark.parametrize("name", ["status", "diff", "doctor"])
def test_looking_writes_nothing(place: Place, name: str) -> None:
    place.run(*COMMANDS["install"])
    before = place.stamps()
    place.run(name)
    assert place.stamps() == before


def test_a_dry_run_writes_nothing(place: Place) -> None:
    before = place.stamps()
    place.run(*COMMANDS["install"], "--dry-run")
    assert place.stamps() == before
    place.run(*COMMANDS["install"])
    before = place.stamps()
    for args in (("uninstall", "release-notes"), ("rollback",), ("sync",)):
        place.run(*args, "--dry-run")
        assert place.stamps() == before, args


@traced
def test_nothing_is_executed_and_nobody_is_called(place: Place) -> None:
    """The fixture brings scripts, hooks and MCP servers; a git hook lies beside them."""
    (place.root / "rn/scripts/collect.py").chmod(0o755)
    steps = [COMMANDS["install"], ("update",), ("uninstall", "--all")]
    for number, args in enumerate(steps):
        if number == 1:
            file = place.root / "rn/SKILL.md"
            file.write_text(file.read_text().replace("# Release", "# New Release", 1))
        lines = place.run(*args, calls="execve,execveat,connect,sendto")
        started = [line for line in lines if re.search(r"\bexecve(at)?\(", line)]
        assert len(started) == 1, started  # polyskill itself
        assert [line for line in lines if "connect(" in line or "sendto(" in line] == []


@traced
def test_a_git_source_starts_git_alone(place: Place, tmp_path: Path) -> None:
    """Hooks and filters of the repository and its skill do not run."""
    repository = tmp_path / "repo"
    write_skill(repository, "demo", files={".gitattributes": "* filter=evil\n"})
    who = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    for args in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "x"]):
        subprocess.run(["git", *who, *args], cwd=repository, env=place.environment, check=True)
    spec = f"git+file://{repository}#demo"
    lines = place.run("install", spec, "--to", "claude", calls="execve,execveat,connect")
    started = [found[1] for line in lines if (found := re.search(r'execve\("([^"]+)"', line))]
    assert len(started) > 1
    assert {Path(one).name for one in started} <= {"polyskill", "git", "git-upload-pack", "sh"}
    assert [line for line in lines if "connect(" in line and "AF_UNIX" not in line] == []
