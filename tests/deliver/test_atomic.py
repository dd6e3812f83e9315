"""Writes are whole or not at all, whatever the umask; identical bytes are shared."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from polyskill.platforms.deliver import atomic
from polyskill.platforms.deliver.sinks import CompareSink, Conflict, DiskSink, outputs_intact


@pytest.fixture
def tight_umask():
    old = os.umask(0o077)
    yield
    os.umask(old)


def test_write_replaces_and_sets_the_mode(tmp_path: Path, tight_umask: None) -> None:
    file = tmp_path / "a.txt"
    atomic.write(file, b"one")
    assert (file.read_bytes(), file.stat().st_mode & 0o777) == (b"one", 0o644)
    atomic.write(file, b"two", executable=True)
    assert (file.read_bytes(), file.stat().st_mode & 0o777) == (b"two", 0o755)
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch) -> None:
    file = tmp_path / "a.txt"
    atomic.write(file, b"old")

    def full(_handle: int, _data: memoryview) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(atomic.os, "write", full)
    with pytest.raises(OSError, match="No space left"):
        atomic.write(file, b"new")
    assert file.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_a_short_write_is_continued(tmp_path: Path, monkeypatch) -> None:
    real = os.write
    monkeypatch.setattr(atomic.os, "write", lambda handle, data: real(handle, data[:3]))
    atomic.write(tmp_path / "a.txt", b"0123456789")
    assert (tmp_path / "a.txt").read_bytes() == b"0123456789"


def test_writing_through_a_link_replaces_the_link(tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    target.write_bytes(b"not ours")
    link = tmp_path / "link"
    link.symlink_to(target)
    atomic.write(link, b"ours")
    assert target.read_bytes() == b"not ours"
    assert not link.is_symlink()


@pytest.mark.parametrize("share", [True, False])
def test_identical_bytes_are_written_once(tmp_path: Path, share: bool) -> None:
    sink = DiskSink(tmp_path, share=share)
    for name in ("a/x", "b/x", "c/x"):
        sink.put(name, b"same", "d1", executable=False, ours=False)
    sink.put("a/run", b"same", "d1", executable=True, ours=False)
    assert [(tmp_path / name).read_bytes() for name in ("a/x", "b/x", "c/x")] == [b"same"] * 3
    assert (tmp_path / "a/run").stat().st_mode & 0o111
    assert not (tmp_path / "a/x").stat().st_mode & 0o111
    assert (sink.written, sink.shared) == ((2, 2) if share else (4, 0))
    # Rewriting one name must not reach the others.
    DiskSink(tmp_path).put("a/x", b"new", "d2", executable=False, ours=True)
    assert (tmp_path / "b/x").read_bytes() == b"same"


def test_a_foreign_file_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/x").write_bytes(b"somebody's")
    sink = DiskSink(tmp_path)
    with pytest.raises(Conflict):
        sink.put("a/x", b"ours", "d", executable=False, ours=False)
    assert (tmp_path / "a/x").read_bytes() == b"somebody's"
    DiskSink(tmp_path, force=True).put("a/x", b"ours", "d", executable=False, ours=False)
    assert (tmp_path / "a/x").read_bytes() == b"ours"


def test_what_is_right_already_is_left_alone(tmp_path: Path) -> None:
    DiskSink(tmp_path).put("a/x", b"ours", "d", executable=False, ours=False)
    before = (tmp_path / "a/x").stat()
    sink = DiskSink(tmp_path)
    done = sink.put("a/x", b"ours", "d", executable=False, ours=False)
    assert (sink.untouched, sink.written) == (1, 0)
    assert (tmp_path / "a/x").stat().st_mtime_ns == before.st_mtime_ns == done.mtime_ns
    assert outputs_intact(str(tmp_path), {"a/x": (done.size, done.mtime_ns)})
    assert not outputs_intact(str(tmp_path), {"a/x": (done.size + 1, done.mtime_ns)})
    assert not outputs_intact(str(tmp_path), {"a/y": (1, 1)})


def test_compare_tells_and_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"old")
    (tmp_path / "gone").write_bytes(b"old")
    sink = CompareSink(tmp_path)
    sink.put("x", b"new", "d", executable=False, ours=True)
    sink.put("y", b"new", "d", executable=False, ours=True)
    sink.discard("gone")
    sink.discard("never")
    assert [(c.kind, c.path) for c in sink.changes] == [
        ("update", "x"),
        ("create", "y"),
        ("remove", "gone"),
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["gone", "x"]


def test_discard_removes_the_folders_that_it_empties(tmp_path: Path) -> None:
    sink = DiskSink(tmp_path)
    sink.put("a/b/c/x", b"1", "d1", executable=False, ours=False)
    sink.put("a/y", b"2", "d2", executable=False, ours=False)
    sink.discard("a/b/c/x")
    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")) == [
        "a",
        "a/y",
    ]
