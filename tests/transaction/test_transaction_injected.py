"""Every system call of a transaction fails, or is the last one: the tree is old or new."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from child import Tree, changes, steps, write
from harness import snapshot

from polyskill.platforms.deliver.transaction import TransactionError, exclusive, pending

# What the four commands have not: a file becomes a folder, a folder becomes a file.
_SWAP: tuple[Tree, Tree] = (
    {"a": (b"1", 0o644), "b/c": (b"2", 0o600), "d": (b"3", 0o644), "e": (b"x", 0o644)},
    {"a/x/y": (b"1", 0o755), "b": (b"2", 0o644), "d": (b"3", 0o755), "e": (b"x", 0o644)},
)
SCENARIOS = {**steps((".claude",)), "swap": _SWAP}
BY_CODE = {"PS954": "old", "PS955": "new", "PS956": "old"}
MANY_CALLS = 2000


class Bench:
    """One scenario, made ready again and again."""

    def __init__(self, name: str, folder: Path) -> None:
        self.old_tree, self.new_tree = SCENARIOS[name]
        self._number = itertools.count()
        self._folder = folder
        self.changes = changes(self.old_tree, self.new_tree)
        self.old = snapshot(self.fresh())
        self.root = self.fresh()
        with exclusive(self.root) as session:
            session.commit(self.changes)
        self.new = snapshot(self.root)
        assert self.new != self.old

    def fresh(self) -> Path:
        self.root = self._folder / str(next(self._number))
        self.root.mkdir()
        write(self.root, self.old_tree)
        return self.root

    def drop(self) -> None:
        shutil.rmtree(self.root)

    def commit(self) -> None:
        with exclusive(self.root) as session:
            session.commit(self.changes)

    def visible(self) -> str:
        """``old``, ``new`` or ``mixed``, not counting the engine's own folder."""

        def outside(tree: dict[str, Any]) -> dict[str, Any]:
            own = ".polyskill/transaction"
            return {
                name: what
                for name, what in tree.items()
                if name not in (".polyskill", own) and not name.startswith(own + "/")
            }

        found = outside(snapshot(self.root))
        if found == outside(self.old):
            return "old"
        return "new" if found == outside(self.new) else "mixed"

    def recovered(self) -> str:
        """``old`` or ``new`` after the next command; there must be nothing left over."""
        with exclusive(self.root) as session:
            told = session.recovered
            assert not session.saved
        found = snapshot(self.root)
        assert found in (self.old, self.new), _difference(found, self.old, self.new)
        assert not pending(self.root)
        state = "old" if found == self.old else "new"
        assert told in (None, {"old": "undone", "new": "completed"}[state])
        return state


def _difference(found: Any, old: Any, new: Any) -> str:
    return "\n".join(
        f"against {title}: {sorted(n for n in found | other if found.get(n) != other.get(n))}"
        for title, other in (("old", old), ("new", new))
    )


# By default those that do most: an update replaces, an uninstall deletes, a swap does both.
_SLOW = ("install", "rollback")


@pytest.fixture(
    params=[
        pytest.param(name, marks=[pytest.mark.slow] if name in _SLOW else [])
        for name in sorted(SCENARIOS)
    ]
)
def bench(request: pytest.FixtureRequest, quick: Path) -> Bench:
    return Bench(request.param, quick)


def every(bench: Bench, make: Callable[[int], Any], step: int = 1) -> Iterator[Any]:
    """Yield the faults at the first, second, … call until one does not strike any more."""
    for at in range(1, MANY_CALLS, step):
        bench.fresh()
        made = make(at)
        yield made
        bench.drop()
        if not made.struck:
            assert at > 20, "hardly a system call was seen"
            return
    pytest.fail("no end")


@pytest.mark.parametrize("many", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_a_crash_at_every_call(bench: Bench, faults, crash, many: bool, monkeypatch) -> None:
    if many:
        monkeypatch.setattr("polyskill.platforms.deliver.transaction.stage.MANY", 1)
    seen = set()
    for fault in every(bench, lambda at: faults("crash", at)):
        try:
            with fault.armed():
                bench.commit()
        except crash:
            pass
        else:
            assert not fault.struck
        seen.add(bench.recovered())
    assert seen == {"old", "new"}


@pytest.mark.parametrize(
    "kinds",
    [
        pytest.param(("ENOSPC", "EIO", "EACCES"), id="in-turn"),
        *(pytest.param((kind,), marks=pytest.mark.slow) for kind in ("ENOSPC", "EIO", "EACCES")),
    ],
)
def test_an_error_at_every_call(bench: Bench, faults, kinds: tuple[str, ...]) -> None:
    refused = 0
    for fault in every(bench, lambda at: faults(kinds[at % len(kinds)], at)):
        try:
            with fault.armed():
                bench.commit()
        except TransactionError as error:
            expected = BY_CODE[error.diagnostic.code.id]
            refused += 1
            if error.diagnostic.code.id == "PS954":
                assert bench.visible() == "old"
        else:
            expected = "new"
            assert bench.visible() == "new"
        assert bench.recovered() == expected
    assert refused > 10


@pytest.mark.parametrize("kind", ["ENOSPC!", pytest.param("EIO!", marks=pytest.mark.slow)])
def test_from_some_call_on_nothing_can_be_written(bench: Bench, faults, kind: str) -> None:
    codes = set()
    for fault in every(bench, lambda at: faults(kind, at)):
        try:
            with fault.armed():
                bench.commit()
        except TransactionError as error:
            codes.add(error.diagnostic.code.id)
            expected = BY_CODE[error.diagnostic.code.id]
        else:
            expected = "new"
        assert bench.recovered() == expected
    assert codes == {"PS954", "PS955"}


def test_an_interrupt_at_every_call(bench: Bench, faults) -> None:
    seen = []
    for fault in every(bench, lambda at: faults("interrupt", at)):
        try:
            with fault.armed():
                bench.commit()
        except KeyboardInterrupt:
            assert fault.struck
        else:
            assert not fault.struck
        state = bench.visible()
        seen.append(state)
        assert bench.recovered() == state
    assert seen[-1] == "new"
    assert seen.count("old") > 20


@pytest.mark.parametrize(
    ("distances", "step"),
    [
        pytest.param((1, 4), 11, id="some"),
        pytest.param(range(1, 31), 3, id="more", marks=pytest.mark.slow),
    ],
)
@pytest.mark.parametrize("second", ["crash", "EIO", "EIO!"])
def test_a_second_fault_while_undoing(bench, faults, crash, distances, step, second) -> None:
    codes = set()
    for distance in distances:
        for fault in every(bench, lambda at, d=distance: faults("ENOSPC", at, (second, d)), step):
            expected = None
            try:
                with fault.armed():
                    bench.commit()
            except TransactionError as error:
                codes.add(error.diagnostic.code.id)
                expected = BY_CODE[error.diagnostic.code.id]
            except crash:
                pass
            else:
                expected = "new"
            state = bench.recovered()
            assert expected in (None, state)
    assert second == "crash" or codes >= {"PS954", "PS956"}


@pytest.mark.parametrize(
    "step", [pytest.param(13, id="some"), pytest.param(4, id="more", marks=pytest.mark.slow)]
)
@pytest.mark.parametrize("kind", ["crash", "ENOSPC", "EIO!"])
def test_recovery_is_disturbed_too(bench: Bench, faults, crash, kind: str, step: int) -> None:
    """A crash at each call, then each call of the recovery crashes or fails."""
    for first in every(bench, lambda at: faults("crash", at), step):
        with suppress(crash), first.armed():
            bench.commit()
        left = bench.root.with_name("left")
        bench.root.rename(left)
        for at in range(1, MANY_CALLS, step):
            shutil.copytree(left, bench.root, symlinks=True)
            again = faults(kind, at)
            try:
                with again.armed(), exclusive(bench.root):
                    pass
            except (TransactionError, crash):
                pass
            bench.recovered()
            shutil.rmtree(bench.root)
            if not again.struck:
                break
        left.rename(bench.root)
