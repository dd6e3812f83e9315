"""What a transaction refuses before it writes anything, and what it leaves exactly as it was."""

from __future__ import annotations

import os
import stat
import unicodedata
from hashlib import sha256
from pathlib import Path

import pytest
from harness import snapshot

from polyskill.compiler.localized import Lang
from polyskill.platforms.deliver.transaction import (
    Change,
    Conflict,
    Delete,
    Put,
    RemoveFolder,
    TransactionError,
    exclusive,
)


def sha(data: bytes) -> str:
    return sha256(data).hexdigest()


def commit(root: Path, *changes: Change) -> list[str]:
    with exclusive(root) as session:
        return session.commit(changes)


def refused(root: Path, *changes: Change) -> Conflict:
    """The changes are refused, and the tree is as it was."""
    before = snapshot(root)
    with pytest.raises(Conflict) as caught:
        commit(root, Put("另一个.md", b"other"), *changes)
    assert snapshot(root) == before
    for lang in Lang:
        assert caught.value.diagnostic.message(lang)
    return caught.value


def test_everything_is_put_and_the_new_folders_are_told(root: Path) -> None:
    (root / ".claude").mkdir()
    made = commit(
        root,
        Put(".claude/skills/技能/SKILL.md", "# 技能\n".encode()),
        Put(".claude/skills/技能/scripts/run.sh", b"#!/bin/sh\n", 0o755),
        Put(".polyskill/state.json", b"{}"),
        Put(".polyskill/packs/v1/a.pack", b"p"),
        Put("AGENTS.md", b"", 0o600),
    )
    assert made == [
        ".polyskill",
        ".claude/skills",
        ".polyskill/packs",
        ".claude/skills/技能",
        ".polyskill/packs/v1",
        ".claude/skills/技能/scripts",
    ]
    assert (root / ".claude/skills/技能/SKILL.md").read_text("utf-8") == "# 技能\n"
    assert sorted(path.name for path in (root / ".polyskill").iterdir()) == ["packs", "state.json"]
    modes = {name: mode for name, (_, mode, _) in snapshot(root).items()}
    assert modes[".claude/skills/技能/scripts/run.sh"] == 0o755
    assert modes["AGENTS.md"] == 0o600


def test_uninstalling_leaves_the_tree_as_it_was(root: Path) -> None:
    (root / "docs/empty").mkdir(parents=True)
    (root / "CLAUDE.md").write_bytes(b"mine\r\n")
    before = snapshot(root)
    made = commit(
        root,
        Put("CLAUDE.md", b"mine\r\nours", before=sha(b"mine\r\n")),
        Put("docs/empty/a/b.md", b"1"),
        Put(".polyskill/state.json", b"{}"),
    )
    commit(
        root,
        Put("CLAUDE.md", b"mine\r\n", before=sha(b"mine\r\nours")),
        Delete("docs/empty/a/b.md", sha(b"1")),
        Delete(".polyskill/state.json", sha(b"{}")),
        *map(RemoveFolder, made),
    )
    assert snapshot(root) == before


def test_a_folder_with_something_in_it_stays(root: Path) -> None:
    commit(root, Put("a/b/c", b"1"))
    (root / "a/mine").write_bytes(b"mine")
    commit(
        root,
        Delete("a/b/c", sha(b"1")),
        RemoveFolder("a"),
        RemoveFolder("a/b"),
        RemoveFolder("never"),
    )
    assert list(snapshot(root)) == ["a", "a/mine"]


@pytest.mark.parametrize(
    ("change", "reason", "code"),
    [
        (Put("there", b"x"), "exists", "PS952"),
        (Put("there", b"x", before=sha(b"wrong")), "changed", "PS951"),
        (Put("missing", b"x", before=sha(b"x")), "missing", "PS951"),
        (Put("missing/too", b"x", before=sha(b"x")), "missing", "PS951"),
        (Delete("missing", sha(b"x")), "missing", "PS951"),
        (Delete("missing/too", sha(b"x")), "missing", "PS951"),
        (Delete("there", sha(b"wrong")), "changed", "PS951"),
        (Put("folder", b"x"), "not-a-file", "PS952"),
        (Delete("folder", sha(b"x")), "not-a-file", "PS952"),
        (Put("there/below", b"x"), "not-a-folder", "PS952"),
        (Put("link", b"x"), "symlink", "PS953"),
        (Put("link", b"x", before=sha(b"there")), "symlink", "PS953"),
        (Put("dangling", b"x"), "symlink", "PS953"),
        (Delete("link", sha(b"there")), "symlink", "PS953"),
        (Put("out/new", b"x"), "symlink", "PS953"),
        (Put("out/a/b/new", b"x"), "symlink", "PS953"),
        (Delete("out/secret", sha(b"secret")), "symlink", "PS953"),
        (RemoveFolder("out/empty"), "symlink", "PS953"),
    ],
)
def test_a_precondition_does_not_hold(root: Path, change: Change, reason: str, code: str) -> None:
    outside = root.with_name("outside")
    (outside / "empty").mkdir(parents=True)
    (outside / "secret").write_bytes(b"secret")
    (root / "there").write_bytes(b"there")
    (root / "folder").mkdir()
    (root / "folder/x").write_bytes(b"x")
    (root / "link").symlink_to("there")
    (root / "dangling").symlink_to("nowhere")
    (root / "out").symlink_to(outside)
    kept = snapshot(outside)
    found = refused(root, change)
    assert (found.reason, found.diagnostic.code.id) == (reason, code)
    assert snapshot(outside) == kept
    if change.path.startswith("out/"):
        assert found.diagnostic.args["link"] == "out"


def test_a_pipe_is_not_waited_for(root: Path) -> None:
    os.mkfifo(root / "pipe")
    for change in (Put("pipe", b"x", before=sha(b"")), Delete("pipe", sha(b""))):
        with pytest.raises(Conflict) as caught:
            commit(root, change)
        assert caught.value.reason == "not-a-file"
    assert [path.name for path in root.iterdir()] == ["pipe"]


@pytest.mark.parametrize(
    "path",
    [
        "", ".", "..", "/etc/passwd", "a//b", "a/../b", "./a", "a/.", "a/", "a\0b", "../up",
        ".polyskill/transaction", ".polyskill/transaction/journal.json", ".polyskill/lock",
        ".Polyskill/TRANSACTION/new", ".polyskill/lock/a", "a/..", "..\0",
    ],
)  # fmt: skip
def test_a_path_that_is_none(root: Path, path: str) -> None:
    for change in (Put(path, b"x"), Delete(path, sha(b"x")), RemoveFolder(path)):
        with pytest.raises(Conflict) as caught:
            commit(root, Put(".polyskill/fine", b""), Put("a/fine", b""), change)
        assert caught.value.reason == "path"
    assert not list(root.iterdir())


@pytest.mark.parametrize(
    "changes",
    [
        (Put("a", b"1"), Put("a", b"2")),
        (Put("a", b"1"), Delete("a", sha(b"1"))),
        (Put("a", b"1"), Put("a/b", b"2")),
        (Put("a", b"1"), Put("a/b/c/d", b"2")),
        (RemoveFolder("a"), RemoveFolder("a")),
    ],
)
def test_a_path_stands_once(root: Path, changes: tuple[Change, ...]) -> None:
    assert refused(root, *changes).reason == "path"


@pytest.mark.parametrize("name", [".polyskill", ".polyskill/transaction"])
@pytest.mark.parametrize("kind", ["file", "link"])
def test_the_name_of_our_folder_is_taken(root: Path, kind: str, name: str) -> None:
    """Nothing behind a link is touched, not even what bears the engine's names."""
    elsewhere = root.with_name("elsewhere")
    for folder in ("new", "old", "transaction/new", "transaction/old"):
        (elsewhere / folder).mkdir(parents=True)
        (elsewhere / folder / "0").write_bytes(b"mine")
    (elsewhere / "done.json").write_bytes(b"mine")
    if "/" in name:
        (root / ".polyskill").mkdir()
        (root / ".polyskill/state.json").write_bytes(b"{}")
    if kind == "file":
        (root / name).write_bytes(b"mine")
    else:
        (root / name).symlink_to(elsewhere)
    before = snapshot(elsewhere)
    found = refused(root, Put("a", b"1"))
    assert (found.path, found.reason) == (name, "symlink" if kind == "link" else "not-a-folder")
    assert snapshot(elsewhere) == before


def test_a_file_becomes_a_folder_and_back(root: Path) -> None:
    commit(root, Put("a", b"1"), Put("b/c/d", b"2"))
    commit(
        root,
        Delete("a", sha(b"1")),
        Put("a/x", b"3"),
        Delete("b/c/d", sha(b"2")),
        RemoveFolder("b/c"),
        RemoveFolder("b"),
        Put("b", b"4"),
    )
    assert {name: kind for name, (kind, _, _) in snapshot(root).items()} == {
        "a": "folder",
        "a/x": "file",
        "b": "file",
    }
    (root / "a/mine").write_bytes(b"mine")
    assert refused(root, Delete("a/x", sha(b"3")), RemoveFolder("a"), Put("a", b"5")).path == "a"


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077, 0o777])
def test_bits_are_exact_whatever_the_umask(root: Path, umask: int) -> None:
    (root / "old").write_bytes(b"old")
    (root / "old").chmod(0o604)
    before = os.umask(umask)
    try:
        commit(
            root,
            Put("a", b"1", 0o644),
            Put("b", b"1", 0o755),
            Put("c", b"1", 0o444),
            Put("old", b"2", 0o640, sha(b"old")),
            *([Put("d/e", b"1", 0o755)] if umask != 0o777 else []),
        )
    finally:
        os.umask(before)
    modes = {name: mode for name, (_, mode, _) in snapshot(root).items()}
    assert [modes[name] for name in ("a", "b", "c", "old")] == [0o644, 0o755, 0o444, 0o640]
    if umask != 0o777:
        assert (modes["d"], modes["d/e"]) == (0o777 & ~umask, 0o755)


def test_only_the_bits_change(root: Path) -> None:
    commit(root, Put("a", b"1", 0o644))
    commit(root, Put("a", b"1", 0o755, sha(b"1")))
    assert stat.S_IMODE((root / "a").stat().st_mode) == 0o755


def test_names_of_any_kind(root: Path) -> None:
    names = [
        "技" * 85,  # 255 bytes
        "x" * 255,
        unicodedata.normalize("NFD", "é"),
        " leading",
        "new\nline",
        "back\\slash",
        "colon:name",
        os.fsdecode(b"not-utf8-\xff"),
        "👩‍🔬.md",
    ]
    commit(
        root, *(Put(name, b"1") for name in names), *(Put(f"{n}x"[-80:] + "/f", b"") for n in names)
    )
    commit(root, *(Put(name, b"22", before=sha(b"1")) for name in names))
    assert all((root / name).read_bytes() == b"22" for name in names)
    commit(root, *(Delete(name, sha(b"22")) for name in names))
    assert not any((root / name).exists() for name in names)


def test_both_forms_of_a_letter(root: Path) -> None:
    """On a file system that takes them for one name the second is refused; else both are there."""
    changes = [Put(unicodedata.normalize(form, "é/a"), form.encode()) for form in ("NFC", "NFD")]
    try:
        commit(root, *changes)
    except Conflict:
        assert not list(root.iterdir())
    else:
        assert all((root / put.path).read_bytes() == put.data for put in changes)


def test_a_hard_link_keeps_the_old_bytes(root: Path) -> None:
    (root / "a").write_bytes(b"old")
    (root / "b").hardlink_to(root / "a")
    commit(root, Put("a", b"new", before=sha(b"old")))
    assert ((root / "a").read_bytes(), (root / "b").read_bytes()) == (b"new", b"old")
    assert (root / "b").stat().st_nlink == 1


def test_attributes_and_owner_are_kept(root: Path) -> None:
    (root / "a").write_bytes(b"old")
    try:
        os.setxattr(root / "a", "user.polyskill", "值".encode())
    except OSError:
        pytest.skip("this file system has no extended attributes")
    if os.geteuid() == 0:
        os.chown(root / "a", 1234, 1235)
    commit(root, Put("a", b"new", 0o640, sha(b"old")))
    assert os.getxattr(root / "a", "user.polyskill") == "值".encode()
    if os.geteuid() == 0:
        found = (root / "a").stat()
        assert (found.st_uid, found.st_gid) == (1234, 1235)
    assert stat.S_IMODE((root / "a").stat().st_mode) == 0o640


def test_a_group_that_the_folder_hands_down(root: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can make a folder of another group")
    (root / "team").mkdir()
    os.chown(root / "team", -1, 1235)
    (root / "team").chmod(0o2775)
    commit(root, Put("team/a", b"1"), Put("team/new/b", b"1"), Put("mine", b"1"))
    groups = [(root / name).stat().st_gid for name in ("team/a", "team/new", "team/new/b")]
    assert groups == [1235, 1235, 1235]
    assert (root / "mine").stat().st_gid != 1235
    assert sorted(path.name for path in (root / "team").iterdir()) == ["a", "new"]


def test_a_root_behind_a_link(root: Path) -> None:
    link = root.with_name("link")
    link.symlink_to(root)
    with exclusive(link) as session:
        session.commit([Put("a/b", b"1")])
        assert session.root == root
    assert (root / "a/b").read_bytes() == b"1"


@pytest.mark.parametrize("kind", ["missing", "file"])
def test_a_root_that_is_no_folder(root: Path, kind: str) -> None:
    if kind == "file":
        (root / "x").write_bytes(b"")
    with pytest.raises(TransactionError) as caught, exclusive(root / "x"):
        pytest.fail("there is nothing to change")
    assert caught.value.diagnostic.code.id == "PS954"


def test_a_large_file_and_many_small_ones(root: Path) -> None:
    large = os.urandom(1 << 20) * 5
    commit(root, Put("large", large), *(Put(f"s/{n % 30}/{n}", b"%d" % n) for n in range(300)))
    assert sha((root / "large").read_bytes()) == sha(large)
    assert all((root / f"s/{n % 30}/{n}").read_bytes() == b"%d" % n for n in range(300))
    commit(
        root, *(Delete(f"s/{n % 30}/{n}", sha(b"%d" % n)) for n in range(300)), RemoveFolder("s")
    )
    assert len(list((root / "s").iterdir())) == 30  # those were not to go


def test_writes_that_are_cut_short(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: real(handle, data[:7]))
    commit(root, Put("a", b"0123456789" * 5), Put("b/c", b"0123456789"))
    assert (root / "a").read_bytes() == b"0123456789" * 5
    assert (root / "b/c").read_bytes() == b"0123456789"


def test_hostile_names_are_escaped_in_messages(root: Path) -> None:
    found = refused(root, Delete("\x1b[31m\u202e", sha(b"")))
    assert found.path == "\x1b[31m\u202e"
    assert "\x1b" not in str(found) + found.diagnostic.path
    assert "\u202e" not in str(found) + found.diagnostic.path
