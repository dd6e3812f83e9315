"""Any tree, any changes, any interruption: what is on disk is what a model in memory says."""

from __future__ import annotations

import os
import shutil
import tempfile
from hashlib import sha256
from pathlib import Path

import hypothesis.strategies as st
import pytest
from child import folders_of
from harness import snapshot
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from polyskill.platforms.deliver.transaction import (
    Change,
    Conflict,
    Delete,
    Put,
    RemoveFolder,
    TransactionError,
    exclusive,
)

Model = dict[str, tuple[bytes, int]]

# Few names, so that files become folders and folders files all the time.
NAMES = st.sampled_from(["a", "b", "技能", "SKILL.md"])
PATHS = st.lists(NAMES, min_size=1, max_size=4).map("/".join)
BYTES = st.sampled_from([b"", b"1", b"22\r\n", "三".encode(), b"\xff" * 4097])
MODES = st.sampled_from([0o644, 0o755, 0o600, 0o444])
FILES = st.dictionaries(PATHS, st.tuples(BYTES, MODES), max_size=12)


def possible(files: Model) -> Model:
    """Leave out what lies below a file."""
    return {
        path: what
        for path, what in files.items()
        if not any(path[:at] in files for at, char in enumerate(path) if char == "/")
    }


class Transactions(RuleBasedStateMachine):
    """One root. The model is its files and its folders."""

    faults: type
    crash: type[BaseException]

    def __init__(self) -> None:
        super().__init__()
        memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        self.root = Path(tempfile.mkdtemp(dir=memory, prefix="polyskill-"))
        self.files: Model = {}
        self.folders: set[str] = set()

    def teardown(self) -> None:
        shutil.rmtree(self.root)

    @initialize(files=FILES)
    def user_files(self, files: Model) -> None:
        self.files = possible(files)
        self.folders = folders_of(self.files)
        for folder in sorted(self.folders):
            (self.root / folder).mkdir()
        for path, (data, mode) in self.files.items():
            (self.root / path).write_bytes(data)
            (self.root / path).chmod(mode)

    def _changes(self, wanted: Model, keep: set[str]) -> tuple[list[Change], Model, set[str]]:
        """Return changes towards ``wanted`` that leave ``keep`` alone, and their result."""
        new = {path: self.files[path] for path in keep if path in self.files}
        new.update({path: what for path, what in wanted.items() if path not in new})
        new = possible(new)
        folders = folders_of(new)
        gone = sorted(self.folders - folders)
        changes: list[Change] = []
        for path, (data, _) in self.files.items():
            if path not in new:
                changes.append(Delete(path, sha256(data).hexdigest()))
        for path, (data, mode) in new.items():
            old = self.files.get(path)
            if old != (data, mode) or len(path) % 2:
                before = None if old is None else sha256(old[0]).hexdigest()
                changes.append(Put(path, data, mode, before))
        changes += map(RemoveFolder, gone)
        return changes, new, folders

    @rule(wanted=FILES, keep=st.sets(PATHS), order=st.randoms(use_true_random=False))
    def commit(self, wanted: Model, keep: set[str], order) -> None:
        changes, files, folders = self._changes(wanted, keep)
        order.shuffle(changes)
        with exclusive(self.root) as session:
            made = session.commit(changes)
        assert set(made) == folders - self.folders | {
            path for path in folders & self.folders if path in made and path in self.files
        }
        assert [name.count("/") for name in made] == sorted(name.count("/") for name in made)
        self.files, self.folders = files, folders

    @rule(
        wanted=FILES,
        keep=st.sets(PATHS),
        at=st.integers(1, 120),
        kind=st.sampled_from(["crash", "ENOSPC", "EIO!", "EACCES", "interrupt"]),
    )
    def disturbed(self, wanted: Model, keep: set[str], at: int, kind: str) -> None:
        changes, files, folders = self._changes(wanted, keep)
        fault = self.faults(kind, at)
        expected = None
        try:
            with fault.armed(), exclusive(self.root) as session:
                session.commit(changes)
            expected = "new"
        except TransactionError as error:
            expected = "new" if error.diagnostic.code.id == "PS955" else "old"
        except (self.crash, KeyboardInterrupt):
            pass
        with exclusive(self.root) as session:
            assert not session.saved
        if expected == "new" or (expected is None and self._is(files, folders)):
            self.files, self.folders = files, folders

    @rule(wanted=FILES, wrong=PATHS)
    def refused(self, wanted: Model, wrong: str) -> None:
        changes, _, _ = self._changes(wanted, set())
        bad = Delete(wrong, sha256(b"not these bytes").hexdigest())
        with exclusive(self.root) as session, pytest.raises(Conflict):
            session.commit([*changes, bad])

    @rule(path=PATHS, data=BYTES)
    def the_user_edits(self, path: str, data: bytes) -> None:
        if path in self.files:
            (self.root / path).chmod(0o644)
            (self.root / path).write_bytes(data)
            self.files[path] = (data, 0o644)

    @rule(path=PATHS)
    def the_user_makes_a_folder(self, path: str) -> None:
        if not (self.root / path).exists() and (self.root / path).parent.is_dir():
            (self.root / path).mkdir()
            self.folders.add(path)

    def _is(self, files: Model, folders: set[str]) -> bool:
        found = snapshot(self.root)
        expected = {
            path: ("file", mode, sha256(data).hexdigest()) for path, (data, mode) in files.items()
        }
        kinds = {path for path, (kind, _, _) in found.items() if kind == "folder"}
        return kinds == folders and {p: w for p, w in found.items() if w[0] != "folder"} == expected

    @invariant()
    def disk_is_model(self) -> None:
        assert self._is(self.files, self.folders), (snapshot(self.root), self.files, self.folders)


def _run(faults, crash, examples: int, steps: int) -> None:
    machine = type("Machine", (Transactions,), {"faults": faults, "crash": crash})
    machine.TestCase.settings = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    machine.TestCase("runTest").runTest()


def test_random_transactions(faults, crash) -> None:
    _run(faults, crash, 25, 15)


@pytest.mark.slow
def test_many_random_transactions(faults, crash) -> None:
    _run(faults, crash, 600, 30)
