"""Between a crash and the next command: the user's bytes, hostile journals, damaged ones."""

from __future__ import annotations

import json
import os
from hashlib import sha256
from pathlib import Path

import pytest
from harness import snapshot

from polyskill.platforms.deliver.transaction import (
    Change,
    Conflict,
    Delete,
    Put,
    RemoveFolder,
    TransactionError,
    exclusive,
    pending,
)

OLD, NEW, USER = b"old\n", b"new\n", "用户\n".encode()
CHANGES: tuple[Change, ...] = (
    Put("replaced", NEW, before=sha256(OLD).hexdigest()),
    Put("created", NEW),
    Put("folder/技能/SKILL.md", NEW),
    Put("folder/技能/other.md", NEW),
    Delete("deleted", sha256(OLD).hexdigest()),
)
LAST = 1000


def sha(data: bytes) -> str:
    return sha256(data).hexdigest()


def make(root: Path) -> None:
    for name in ("replaced", "deleted"):
        (root / name).write_bytes(OLD)


def crashed(root: Path, faults, crash, call: str, number: int, changes=CHANGES) -> None:
    """Leave ``root`` as a crash before the ``number``-th ``call`` of a transaction leaves it."""

    class At(faults):
        seen = 0

        def hit(self, name: str) -> None:
            self.seen += name == call
            if self.seen == number and self.at == LAST:
                self.at = self.count + 1
            super().hit(name)

    with pytest.raises(crash), At("crash", LAST).armed(), exclusive(root) as session:
        session.commit(changes)


def next_command(root: Path) -> tuple[str | None, list[str]]:
    with exclusive(root) as session:
        assert [found.code.id for found in session.diagnostics] == ["PS958"] * len(session.saved)
        return session.recovered, session.saved


# The renames of a commit: 1 deletes, 2 moves the folder; links: 1 old file aside, 2 new file in.
COMMITTED = [("rename", 1), ("rename", 2), ("link", 1), ("link", 2), ("rename", 3)]


@pytest.mark.parametrize(("call", "number"), COMMITTED)
def test_nothing_happened_in_between(root: Path, faults, crash, call: str, number: int) -> None:
    make(root)
    crashed(root, faults, crash, call, number)
    assert pending(root)
    assert next_command(root) == ("completed", [])
    assert not pending(root)
    assert sorted(snapshot(root)) == [
        "created",
        "folder",
        "folder/技能",
        "folder/技能/SKILL.md",
        "folder/技能/other.md",
        "replaced",
    ]
    assert (root / "replaced").read_bytes() == NEW


@pytest.mark.parametrize(("call", "number"), COMMITTED)
@pytest.mark.parametrize(
    "path", ["replaced", "created", "deleted", "folder", "folder/技能/SKILL.md"]
)
def test_the_user_wrote_in_between(root, faults, crash, call, number, path) -> None:
    make(root)
    crashed(root, faults, crash, call, number)
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.is_dir():
        (target / "mine").write_bytes(USER)
    else:
        if target.exists():
            target.unlink()  # as editors do: a new file takes the name
        target.write_bytes(USER)
    before = [found for found in root.rglob("*") if found.is_file() and found.read_bytes() == USER]
    assert before
    done, saved = next_command(root)
    assert done == "completed"
    after = [
        found.relative_to(root).as_posix()
        for found in root.rglob("*")
        if found.is_file() and found.read_bytes() == USER
    ]
    assert len(after) == 1
    assert not set(saved) - set(after)
    assert after[0] in (path, f"{path}/mine", f"{path}.polyskill-saved-1")
    assert not (root / ".polyskill").exists()
    for name in ("replaced", "created", "folder/技能/SKILL.md", "folder/技能/other.md"):
        assert (root / name).read_bytes() in (NEW, USER)


@pytest.mark.parametrize("path", ["replaced", "deleted"])
def test_a_program_that_had_the_file_open_writes_on(root, faults, crash, path: str) -> None:
    make(root)
    with (root / path).open("r+b") as file:
        crashed(root, faults, crash, "link", 2)
        file.write(USER)
    assert next_command(root) == ("completed", [f"{path}.polyskill-saved-1"])
    assert (root / f"{path}.polyskill-saved-1").read_bytes() == USER
    assert (root / "replaced").read_bytes() == NEW


@pytest.mark.parametrize(("call", "number"), COMMITTED)
@pytest.mark.parametrize("path", ["", "replaced", "created", "deleted", "folder/技能/SKILL.md"])
def test_the_user_wrote_before_the_undo_went_on(root, faults, crash, call, number, path) -> None:
    make(root)
    before = snapshot(root)
    crashed(root, faults, crash, call, number)
    work = root / ".polyskill/transaction"
    (work / "journal.json").rename(work / "undo.json")  # as an undo begins
    assert pending(root)
    if path:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).unlink(missing_ok=True)
        (root / path).write_bytes(USER)
    done, saved = next_command(root)
    assert done == "undone"
    after = snapshot(root)
    users = {name for name, what in after.items() if what[2] == sha(USER)}
    assert len(users) == bool(path)
    assert users <= {path, f"{path}.polyskill-saved-1"}
    assert set(saved) <= users
    assert {"replaced", "deleted"} <= set(after)
    rest = {name: what for name, what in after.items() if name not in users and what[0] == "file"}
    assert rest.items() <= before.items()


@pytest.mark.parametrize("saved", [0, 1, 2])
def test_the_users_version_gets_a_free_and_short_name(root, faults, crash, saved: int) -> None:
    name = "技" * 85
    changes = [Put(name, NEW, before=sha(OLD))]
    (root / name).write_bytes(OLD)
    crashed(root, faults, crash, "link", 1, changes)
    (root / name).write_bytes(USER)
    short = "技" * 79  # 237 bytes, and 18 of the ending
    for number in range(1, saved + 1):
        (root / f"{short}.polyskill-saved-{number}").write_bytes(b"earlier")
    assert next_command(root) == ("completed", [f"{short}.polyskill-saved-{saved + 1}"])
    assert (root / f"{short}.polyskill-saved-{saved + 1}").read_bytes() == USER
    assert (root / name).read_bytes() == NEW


def test_a_write_in_the_last_moment_is_not_lost(root: Path, monkeypatch) -> None:
    """Somebody writes to a file after it was checked: the transaction is undone."""
    make(root)
    real = os.replace

    def late(source: str, target: str) -> None:
        if target.endswith("/replaced"):
            (root / "replaced").write_bytes(USER)
        real(source, target)

    monkeypatch.setattr(os, "replace", late)
    with exclusive(root) as session, pytest.raises(Conflict) as caught:
        session.commit(CHANGES)
    assert (caught.value.path, caught.value.reason) == ("replaced", "changed")
    assert sorted(path.name for path in root.iterdir()) == ["deleted", "replaced"]
    assert (root / "replaced").read_bytes() == USER
    assert (root / "deleted").read_bytes() == OLD


@pytest.mark.parametrize("path", ["created", "folder"])
def test_a_file_appears_in_the_last_moment(root: Path, monkeypatch, path: str) -> None:
    make(root)
    real = os.replace

    def late(source: str, target: str) -> None:
        if target.endswith("/journal.json"):
            (root / path).write_bytes(USER)
        real(source, target)

    monkeypatch.setattr(os, "replace", late)
    with exclusive(root) as session, pytest.raises(Conflict) as caught:
        session.commit(CHANGES)
    assert (caught.value.path, caught.value.reason) == (path, "exists")
    assert sorted(found.name for found in root.iterdir()) == sorted(["deleted", "replaced", path])
    assert (root / path).read_bytes() == USER


def test_no_reader_finds_a_replaced_file_missing(root: Path, monkeypatch) -> None:
    make(root)
    seen = []
    for name in ("open", "replace", "rename", "link", "unlink", "rmdir"):
        real = getattr(os, name)

        def watched(*args, real=real, **kwargs):
            found = real(*args, **kwargs)
            seen.append((root / "replaced").exists())
            return found

        monkeypatch.setattr(os, name, watched)
    with exclusive(root) as session:
        session.commit(CHANGES)
    assert len(seen) > 20
    assert all(seen)


def test_without_hard_links(root: Path, faults, crash, monkeypatch) -> None:
    def no_links(*_args: object, **_kwargs: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    make(root)
    (root / "replaced").chmod(0o600)
    old = snapshot(root)
    times = (root / "replaced").stat().st_mtime_ns
    states = []
    for at in range(1, LAST):
        fault = faults("ENOSPC", at)
        fault_root = root.with_name(str(at))
        fault_root.mkdir()
        make(fault_root)
        (fault_root / "replaced").chmod(0o600)
        os.utime(fault_root / "replaced", ns=(times, times))
        try:
            with fault.armed(), exclusive(fault_root) as session:
                monkeypatch.setattr(os, "link", no_links)
                session.commit(CHANGES)
        except TransactionError:
            next_command(fault_root)
            assert snapshot(fault_root) == old
            assert (fault_root / "replaced").stat().st_mtime_ns == times
            states.append("old")
        else:
            next_command(fault_root)
            assert (fault_root / "replaced").read_bytes() == NEW
            assert (fault_root / "created").read_bytes() == NEW
            assert not (fault_root / ".polyskill").exists()
            states.append("new")
        if not fault.struck:
            break
    assert states.count("old") > 20
    assert states[-1] == "new"


def test_a_journal_from_elsewhere_cannot_reach_out(root: Path, faults, crash) -> None:
    """A cloned repository may bring a journal along."""
    make(root)
    crashed(root, faults, crash, "link", 2)
    journal = root / ".polyskill/transaction/journal.json"
    good = json.loads(journal.read_bytes())
    outside = root.with_name("outside")
    outside.mkdir()
    (outside / "secret").write_bytes(b"secret")
    (root / "way").symlink_to(outside)
    for path in ("../outside/secret", str(outside / "secret"), "a/../../outside/secret", ""):
        bad = json.loads(json.dumps(good))
        bad["removals"][0]["path"] = path
        bad["removals"][0]["before"] = sha(b"secret")
        journal.write_text(json.dumps(bad))
        with pytest.raises(TransactionError) as caught, exclusive(root):
            pytest.fail("that journal must not be followed")
        assert caught.value.diagnostic.code.id == "PS957"
    for field in ("new", "old"):
        for path in ("../outside/x", ".polyskill/transaction/new/../../x", "created", "new/0", 7):
            bad = json.loads(json.dumps(good))
            bad["files"][0][field] = path
            journal.write_text(json.dumps(bad))
            with pytest.raises(TransactionError, match="cannot be read"), exclusive(root):
                pytest.fail("that journal must not be followed")
    bad = json.loads(json.dumps(good))
    bad["removals"][0] = {
        "path": "way/secret",
        "before": sha(b"secret"),
        "old": bad["removals"][0]["old"],
    }
    journal.write_text(json.dumps(bad))
    with pytest.raises(Conflict, match="symbolic link"), exclusive(root):
        pytest.fail("that journal must not be followed")
    assert (outside / "secret").read_bytes() == b"secret"
    assert [path.name for path in outside.iterdir()] == ["secret"]
    journal.write_text(json.dumps(good))
    assert next_command(root)[0] == "completed"


def test_a_staged_link_does_not_bring_a_system_file_in(root: Path, faults, crash) -> None:
    make(root)
    crashed(root, faults, crash, "link", 2)
    secret = root.with_name("secret")
    secret.write_bytes(b"secret")
    work = root / ".polyskill/transaction"
    step = json.loads((work / "journal.json").read_bytes())["files"][1]
    staged = root / step["new"]
    assert staged.read_bytes() == NEW
    staged.unlink()
    staged.symlink_to(secret)
    assert next_command(root)[0] == "undone"
    assert sorted(path.name for path in root.iterdir()) == ["deleted", "replaced"]
    assert (root / "replaced").read_bytes() == OLD
    assert secret.read_bytes() == b"secret"


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b'{"version": 2}', b"\xff", b"{}"])
def test_a_damaged_journal_is_not_guessed_at(root: Path, faults, crash, content: bytes) -> None:
    make(root)
    crashed(root, faults, crash, "link", 2)
    journal = root / ".polyskill/transaction/journal.json"
    journal.write_bytes(content)
    before = snapshot(root)
    with pytest.raises(TransactionError) as caught, exclusive(root):
        pytest.fail("nobody knows the state")
    assert caught.value.diagnostic.code.id == "PS957"
    assert snapshot(root) == before


def test_a_journal_that_is_a_link(root: Path, faults, crash) -> None:
    make(root)
    crashed(root, faults, crash, "link", 2)
    journal = root / ".polyskill/transaction/journal.json"
    journal.rename(root / "elsewhere.json")
    journal.symlink_to(root / "elsewhere.json")
    with pytest.raises(TransactionError, match="no regular file"), exclusive(root):
        pytest.fail("it is not followed")


def test_a_link_to_a_working_folder_is_not_ours(root: Path, faults, crash) -> None:
    elsewhere = root.with_name("elsewhere")
    elsewhere.mkdir()
    make(elsewhere)
    crashed(elsewhere, faults, crash, "link", 2)
    (root / ".polyskill").symlink_to(elsewhere / ".polyskill")
    before = snapshot(elsewhere)
    assert not pending(root)
    assert next_command(root) == (None, [])
    assert snapshot(elsewhere) == before


def test_a_removed_folder_comes_back_as_it_was(root: Path, faults) -> None:
    commit = [Delete("a/b/c", sha(OLD)), RemoveFolder("a/b"), RemoveFolder("a"), Put("z", NEW)]
    for at in range(1, LAST):
        fault_root = root / str(at)
        (fault_root / "a/b").mkdir(parents=True)
        (fault_root / "a/b/c").write_bytes(OLD)
        (fault_root / "a/b/c").chmod(0o440)
        (fault_root / "a/b").chmod(0o750)
        (fault_root / "a").chmod(0o2711)
        before = snapshot(fault_root)
        fault = faults("EIO", at)
        try:
            with fault.armed(), exclusive(fault_root) as session:
                session.commit(commit)
        except TransactionError:
            assert snapshot(fault_root) == before
        if not fault.struck:
            break
    assert list(snapshot(fault_root)) == ["z"]
    assert at > 30


def test_a_session_goes_on_after_a_refusal(root: Path, faults) -> None:
    make(root)
    with exclusive(root) as session:
        fault = faults("ENOSPC!", 1)
        with fault.armed(), pytest.raises(TransactionError) as caught:
            session.commit(CHANGES)
        assert caught.value.diagnostic.code.id == "PS954"
        assert session.commit(CHANGES) == ["folder", "folder/技能"]
    assert not (root / ".polyskill").exists()
