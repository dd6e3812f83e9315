"""One process at a time per root; and a command that changes nothing leaves no trace."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from hashlib import sha256
from pathlib import Path

import pytest
from harness import snapshot

from polyskill.platforms.deliver.transaction import (
    Conflict,
    Put,
    TransactionError,
    exclusive,
    pending,
)

ROUNDS = 25


def sha(data: bytes) -> str:
    return sha256(data).hexdigest()


def test_the_second_waits_and_is_told(root: Path) -> None:
    with exclusive(root):
        start = time.monotonic()
        with pytest.raises(TransactionError) as caught, exclusive(root, wait=0.2):
            pytest.fail("two at once")
        assert 0.2 <= time.monotonic() - start < 5
        assert caught.value.diagnostic.code.id == "PS950"
        assert "0.2 s" in str(caught.value)
    with exclusive(root, wait=0):
        pass


def test_the_second_gets_it_when_the_first_is_done(root: Path) -> None:
    order = []
    with exclusive(root) as session:

        def second() -> None:
            with exclusive(root, wait=30) as other:
                order.append("second")
                other.commit([Put("a", b"2", before=sha(b"1"))])

        thread = threading.Thread(target=second)
        thread.start()
        time.sleep(0.1)
        order.append("first")
        session.commit([Put("a", b"1")])
    thread.join(30)
    assert order == ["first", "second"]
    assert (root / "a").read_bytes() == b"2"


def test_roots_in_one_another(root: Path) -> None:
    inner = root / "项目/内"
    inner.mkdir(parents=True)
    with exclusive(root) as outer, exclusive(inner) as session:
        session.commit([Put("a", b"1")])
        outer.commit([Put("项目/内/b", b"1"), Put("c", b"1")])
    assert [name for name, (kind, *_) in snapshot(root).items() if kind == "file"] == [
        "c",
        "项目/内/a",
        "项目/内/b",
    ]


def test_the_lock_goes_with_its_process(root: Path) -> None:
    code = (
        "import sys, time\nfrom pathlib import Path\n"
        "from polyskill.platforms.deliver.transaction import exclusive\n"
        "with exclusive(Path(sys.argv[1])):\n    print('in', flush=True)\n    time.sleep(60)\n"
    )
    other = subprocess.Popen([sys.executable, "-c", code, root], stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    with other.stdout:
        assert other.stdout.readline() == "in\n"
        with pytest.raises(TransactionError), exclusive(root, wait=0):
            pytest.fail("two at once")
        other.kill()
        other.wait(30)
    with exclusive(root, wait=5):
        pass


@pytest.fixture
def no_folder_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system that locks files only, as network file systems do."""
    real = fcntl.flock

    def flock(handle: int, how: int) -> None:
        if os.path.isdir(f"/proc/self/fd/{handle}"):  # noqa: PTH112
            raise OSError(errno.EBADF, "Bad file descriptor")
        real(handle, how)

    monkeypatch.setattr(fcntl, "flock", flock)


@pytest.mark.usefixtures("no_folder_locks")
def test_a_lock_file_where_folders_cannot_be_locked(root: Path) -> None:
    with exclusive(root) as session:
        assert (root / ".polyskill/lock").is_file()
        with pytest.raises(TransactionError) as caught, exclusive(root, wait=0.05):
            pytest.fail("two at once")
        assert caught.value.diagnostic.code.id == "PS950"
        session.commit([Put("a", b"1")])
    assert list(snapshot(root)) == ["a"]
    with exclusive(root) as session:
        session.commit([Put(".polyskill/state.json", b"1")])
    assert list(snapshot(root)) == [".polyskill", ".polyskill/state.json", "a"]


@pytest.mark.usefixtures("no_folder_locks")
def test_lock_files_are_made_and_removed_by_many(root: Path) -> None:
    inside, most = [0], [0]

    def work() -> None:
        for _ in range(ROUNDS):
            with exclusive(root, wait=60):
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                time.sleep(0)
                inside[0] -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert most == [1]
    assert not list(root.iterdir())


@pytest.mark.usefixtures("no_folder_locks")
@pytest.mark.parametrize("kind", ["file", "link"])
def test_no_lock_file_in_what_is_not_ours(root: Path, kind: str) -> None:
    if kind == "file":
        (root / ".polyskill").write_bytes(b"mine")
    else:
        (root / "elsewhere").mkdir()
        (root / ".polyskill").symlink_to("elsewhere")
    before = snapshot(root)
    with pytest.raises(TransactionError), exclusive(root):
        pytest.fail("nothing could be locked")
    assert snapshot(root) == before


NOTHING = """
import sys
from hashlib import sha256
from pathlib import Path
from polyskill.platforms.deliver.transaction import Put, RemoveFolder, exclusive, pending
root = Path(sys.argv[1])
assert not pending(root)
with exclusive(root) as session:
    assert session.commit([]) == []
    same = Put("a/b", b"1", 0o644, sha256(b"1").hexdigest())
    assert session.commit([same, RemoveFolder("a"), RemoveFolder("never/there")]) == []
print("done")
"""
WRITES = (
    "mkdir,mkdirat,rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat,rmdir,"
    "creat,chmod,fchmod,fchmodat,utimensat,ftruncate,truncate,fsync,fdatasync,syncfs,sync"
)


@pytest.mark.parametrize("state", [False, True])
def test_no_change_makes_no_write(root: Path, tmp_path: Path, state: bool) -> None:
    with exclusive(root) as session:
        session.commit([Put("a/b", b"1")])
        if state:
            session.commit([Put(".polyskill/state.json", b"{}")])
    before = {path: path.stat().st_mtime_ns for path in (root, *root.rglob("*"))}
    argv = [sys.executable, "-B", "-c", NOTHING, str(root)]
    log = tmp_path / "log"
    traced = shutil.which("strace") is not None
    if traced:
        calls = ["-e", f"trace=openat,open,{WRITES}"]
        argv = ["strace", "-f", "--seccomp-bpf", "-y", *calls, "-o", str(log), *argv]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)
    if traced and "ptrace" in done.stderr:
        pytest.skip("strace cannot trace here")
    assert done.stdout == "done\n", done.stderr
    assert {path: path.stat().st_mtime_ns for path in (root, *root.rglob("*"))} == before
    if traced:
        lines = [line for line in log.read_text("utf-8", "replace").splitlines() if "{" not in line]
        here = [line for line in lines if str(root.parent) in line]
        assert any("O_DIRECTORY" in line for line in here), "the lock is taken on the folder"
        bad = [
            line
            for line in here
            if "open" not in line.split("(")[0] or any(f in line for f in ("O_WR", "O_RDWR", "O_C"))
        ]
        assert not [line for line in bad if "O_CLOEXEC" not in line or "O_WR" in line], bad


def test_a_root_that_may_not_be_written(root: Path) -> None:
    """Reading commands work there; a commit is refused. As another user, for root may do all."""
    code = """
import fcntl, os, sys  # another user may not read where these lie
from pathlib import Path
import polyskill.compiler.checks.printable
from polyskill.platforms.deliver.transaction import Put, TransactionError, exclusive
root = Path(sys.argv[1])
if os.geteuid() == 0:
    os.setgid(65534); os.setuid(65534)
with exclusive(root) as session:
    assert session.commit([]) == []
    try:
        session.commit([Put("a", b"1")])
    except TransactionError as error:
        print(error.diagnostic.code.id)
with exclusive(root / "unreadable") as session:
    session.commit([Put("a", b"1")])
print((root / "unreadable/a").read_text())
with exclusive(root / "open") as session:
    try:
        session.commit([Put("shut/new", b"1"), Put("fine", b"1")])
    except TransactionError as error:
        print(error.diagnostic.code.id, error.diagnostic.args["output"])
print(sorted(os.listdir(root / "open")))
"""
    for name, mode in (("unreadable", 0o333), ("open", 0o777), ("open/shut", 0o555)):
        (root / name).mkdir()
        (root / name).chmod(mode)
    root.chmod(0o555)
    for folder in root.parents:
        if os.geteuid() == 0 and "pytest" in str(folder):
            folder.chmod(0o755)
    argv = [sys.executable, "-B", "-c", code, str(root)]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)
    root.chmod(0o755)
    (root / "unreadable").chmod(0o755)
    assert done.stderr == ""
    assert done.stdout.splitlines() == ["PS954", "1", "PS954 shut/new", "['shut']"]
    assert [path.name for path in (root / "unreadable").iterdir()] == ["a"]


def _serial(root: Path, processes: int, rounds: int) -> None:
    (root / "state.json").write_bytes(b'{"count": 0, "order": []}')
    counter = Path(__file__).resolve().parents[1] / "faults/counter.py"
    running = [
        subprocess.Popen([sys.executable, str(counter), str(root), str(worker), str(rounds)])
        for worker in range(processes)
    ]
    assert [process.wait(240) for process in running] == [0] * processes
    state = json.loads((root / "state.json").read_bytes())
    assert state["count"] == processes * rounds
    for worker in range(processes):
        assert [n for who, n in state["order"] if who == worker] == list(range(rounds))
    names = {path.name for path in (root / "skills").iterdir()}
    assert names == {f"技能-{worker}" for worker in range(processes)}  # the last round puts it
    assert sorted(path.name for path in root.iterdir()) == ["skills", "state.json"]
    assert not pending(root)


def test_three_processes_equal_a_serial_order(root: Path) -> None:
    _serial(root, 3, 5)


@pytest.mark.slow
def test_eight_processes_equal_a_serial_order(root: Path) -> None:
    _serial(root, 8, 201)


def test_a_conflict_between_plan_and_commit(root: Path) -> None:
    """Who planned before it had the lock is told when another was faster."""
    plan = [Put("a", b"mine")]
    with exclusive(root) as session:
        session.commit([Put("a", b"theirs")])
    with exclusive(root) as session, pytest.raises(Conflict) as caught:
        session.commit(plan)
    assert caught.value.reason == "exists"
    assert (root / "a").read_bytes() == b"theirs"
