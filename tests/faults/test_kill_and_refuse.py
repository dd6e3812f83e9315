"""The real thing: a process is killed, or refused, at each of its system calls."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from cases import cases
from harness import CALLS, Case, points, snapshot, sweep, why_not

# A tool without a transaction: removes the old file, makes the new one in place.
NAIVE = """
import os, sys
if sys.argv[2] == "go":
    for name in ("a", "b"):
        path = f"{sys.argv[1]}/{name}"
        os.unlink(path)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT)
        os.write(handle, b"new")
        os.close(handle)
"""


@pytest.fixture(autouse=True)
def can_inject() -> None:
    reason = why_not()
    if reason:
        pytest.skip(reason)


def _old(root: Path) -> None:
    for name in ("a", "b"):
        (root / name).write_bytes(b"old")


def test_the_harness_finds_a_torn_tree(tmp_path: Path) -> None:
    argv = [sys.executable, "-S", "-c", NAIVE, "{root}"]
    case = Case("naive", [*argv, "go"], [*argv, "stop"], _old, frozenset({1}))
    figures = sweep(case, tmp_path, calls=("unlink", "openat", "write"))
    assert figures.hits >= 6
    assert figures.old >= 1
    assert len(figures.torn) >= 3
    assert figures.old + figures.new + len(figures.torn) == figures.hits
    assert "against old" in figures.torn[0].difference


def test_left_overs_are_torn_too(tmp_path: Path) -> None:
    code = NAIVE.replace(
        'for name in ("a", "b")', 'open(sys.argv[1] + "/tmp", "w")\n    for name in ()'
    )
    code += 'if sys.argv[2] == "go":\n'
    code += '    os.unlink(sys.argv[1] + "/tmp"); os.mkdir(sys.argv[1] + "/d")\n'
    argv = [sys.executable, "-S", "-c", code, "{root}"]
    case = Case("left", [*argv, "go"], [*argv, "stop"], _old, frozenset({1}))
    figures = sweep(case, tmp_path, calls=("unlink", "mkdir"))
    assert figures.hits == 2
    assert len(figures.torn) == 1


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_a_sample_of_kills(case: Case, tmp_path: Path) -> None:
    figures = sweep(case, tmp_path, step=70)
    assert figures.hits >= 2
    assert not figures.torn


@pytest.mark.slow
def test_killed_at_every_call(tmp_path: Path) -> None:
    hits = 0
    for many, step in ((None, 1), (1, 3)):
        for case in cases(many):
            scratch = tmp_path / f"{case.name}-{many}"
            scratch.mkdir()
            figures = sweep(case, scratch, step=step)
            print(figures.row())
            assert not figures.torn
            assert figures.old > 5
            assert figures.new > 5
            hits += figures.hits
    assert hits >= 1000


@pytest.mark.slow
@pytest.mark.parametrize("error", ["ENOSPC", "EACCES", "EIO"])
def test_refused_at_every_third_call(tmp_path: Path, error: str) -> None:
    for case in cases():
        scratch = tmp_path / case.name
        scratch.mkdir()
        figures = sweep(case, scratch, f"error={error}", step=3)
        print(figures.row())
        assert not figures.torn
        assert figures.hits > 40
        assert figures.old > 5


def test_all_kinds_of_calls_are_struck(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    few = points(cases()[1], tmp_path / "a")
    many = points(cases(1)[1], tmp_path / "b")
    assert set(few) >= {"mkdir", "write", "fsync", "fchmod", "rename", "unlink", "rmdir"}
    assert "syncfs" in many
    assert set(few) | set(many) <= set(CALLS)
    old = tmp_path / "old"
    old.mkdir()
    cases()[1].make_old(old)
    assert len({name.split("/")[0] for name in snapshot(old) if "SKILL.md" in name}) >= 5
