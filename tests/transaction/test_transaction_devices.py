"""Folders of the root that lie on another device: files wait beside their target."""

from __future__ import annotations

import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from harness import snapshot

from polyskill.platforms.deliver.transaction import (
    Change,
    Delete,
    Put,
    TransactionError,
    exclusive,
)

OLD, NEW = b"old", b"new"
LAST = 1000
CHANGES: tuple[Change, ...] = (
    Put("挂/replaced", NEW, before=sha256(OLD).hexdigest()),
    Put("挂/created", NEW, 0o600),
    Put("挂/folder/技能/SKILL.md", NEW),
    Delete("挂/deleted", sha256(OLD).hexdigest()),
    Put("here", NEW),
)
# Runs in a mount namespace of its own, so nothing of it is left when it ends.
IN_NAMESPACE = """
import os, sys
from hashlib import sha256
from pathlib import Path
from polyskill.platforms.deliver.transaction import Delete, Put, exclusive
root, kind = Path(sys.argv[1]), sys.argv[2]
there = root / "挂 载"
there.mkdir()
(root / "source").mkdir()
how = "-t tmpfs t" if kind == "other" else f"--bind '{root}/source'"
if os.system(f"mount {how} '{there}'") != 0:
    sys.exit(77)
before = sha256(b"old").hexdigest()
for name in ("replaced", "deleted"):
    (there / name).write_bytes(b"old")
try:
    os.link(root / "挂 载/replaced", root / "x")
except OSError as error:
    assert error.errno == 18, error
else:
    sys.exit("that is no border")
base = "挂 载/"
with exclusive(root) as session:
    made = session.commit([
        Put(base + "replaced", b"new", before=before), Put(base + "created", b"new"),
        Put(base + "folder/技能/SKILL.md", b"new"), Delete(base + "deleted", before),
    ])
assert made == [base + "folder", base + "folder/技能"], made
found = sorted(path.relative_to(there).as_posix() for path in there.rglob("*"))
assert found == ["created", "folder", "folder/技能", "folder/技能/SKILL.md", "replaced"], found
assert all(path.read_bytes() == b"new" for path in there.rglob("*") if path.is_file())
assert not (root / ".polyskill").exists()
print("crossed")
"""


@pytest.mark.parametrize("kind", ["other", "bound"])
def test_a_real_mount(root: Path, kind: str) -> None:
    """Another file system, and a bound folder of the same one (renames are refused there too)."""
    if shutil.which("unshare") is None:
        pytest.skip("unshare is not installed")
    done = subprocess.run(
        ["unshare", "-m", sys.executable, "-c", IN_NAMESPACE, str(root), kind],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if "unshare" in done.stderr or done.returncode == 77:
        pytest.skip(f"mounting is not allowed here: {done.stderr.strip()}")
    assert (done.returncode, done.stdout) == (0, "crossed\n"), done.stderr


def _make(root: Path) -> None:
    (root / "挂").mkdir(parents=True)
    for name in ("replaced", "deleted"):
        (root / "挂" / name).write_bytes(OLD)


@pytest.mark.parametrize("kind", ["crash", "ENOSPC", "interrupt"])
def test_a_fault_at_every_call(quick: Path, faults, crash, monkeypatch, kind: str) -> None:
    """The same steps with a folder that only pretends, so that every call can be disturbed."""
    monkeypatch.setattr(
        "polyskill.platforms.deliver.transaction.stage.mount_points", lambda _root: ["挂"]
    )
    root = quick / "root"
    _make(root)
    old = snapshot(root)
    with exclusive(root) as session:
        session.commit(CHANGES)
    new = snapshot(root)
    assert "挂/folder/技能/SKILL.md" in new
    seen, outside = set(), 0
    for at in range(1, LAST):
        shutil.rmtree(root)
        _make(root)
        fault = faults(kind, at)
        try:
            with fault.armed(), exclusive(root) as session:
                session.commit(CHANGES)
        except (crash, TransactionError, KeyboardInterrupt):
            pass
        outside += any(path.name.startswith(".polyskill-") for path in (root / "挂").iterdir())
        with exclusive(root):
            pass
        found = snapshot(root)
        assert found in (old, new)
        seen.add(found == old)
        if not fault.struck:
            break
    assert seen == {True, False}
    assert outside > 20 or kind != "crash"
