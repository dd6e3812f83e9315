"""The journal: what was appended is there, whatever happened to the process, disk or file."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from polyskill.runtime.judge.base import Outcome, Reply, ToolCall, Usage
from polyskill.runtime.judge.engine import journal as module
from polyskill.runtime.judge.engine.journal import (
    Journal,
    JournalBusy,
    JournalError,
    JournalFull,
)
from polyskill.runtime.judge.engine.rows import (
    encode,
    load_rows,
    replies,
    reply_of,
    reply_row,
    start_row,
)


def row(key: str, outcome: Outcome = Outcome.OK, cost: float | None = 0.5, **more: Any) -> Any:
    reply = Reply(
        outcome,
        text=f"答案 {key}\nsecond line\u2028",
        data={"verdict": [1, None]},
        tool_calls=(ToolCall("t", {"a": 1}), ToolCall("u", None)),
        usage=Usage(1, 2, 3, 4),
    )
    return (
        reply_row(
            key, "m", reply, at="2026-01-01", cost=cost, attempts=1, seconds=0.1, meta={"c": key}
        )
        | more
    )


def append(journal: Journal, *rows: Any) -> None:
    async def all_at_once() -> None:
        await asyncio.gather(*(journal.append(one) for one in rows))

    asyncio.run(all_at_once())


def test_a_reply_comes_back_as_it_was(tmp_path: Path) -> None:
    said = Reply(
        Outcome.TRUNCATED,
        text="half a pair \ud83d, 中文",
        data={"x": 1},
        tool_calls=(ToolCall("t", {"a": [1]}), ToolCall("u", None)),
        stop_reason="max_tokens",
        usage=Usage(1, 2, 3, 4),
        model="m-1",
        request_id="r",
        detail="d",
    )
    kept = reply_row("k", "m", said, at="", cost=None, attempts=1, seconds=1.0, meta={})
    with Journal.open(tmp_path / "deep" / "j.jsonl") as journal:
        append(journal, kept)
        assert reply_of(journal.reply("k") or {}) == said
    assert reply_of(load_rows(tmp_path / "deep" / "j.jsonl")["k"]) == said


def test_a_row_of_another_version_is_no_reply() -> None:
    with pytest.raises(ValueError, match="not a reply of this version"):
        reply_of({"key": "k", "outcome": "ok"})
    with pytest.raises(ValueError, match="brand-new"):
        reply_of(row("k") | {"outcome": "brand-new"})


def test_rows_survive_the_process_and_are_found_again(tmp_path: Path) -> None:
    path = tmp_path / "j.jsonl"
    with Journal(path) as journal:
        append(journal, row("a"), row("b", Outcome.TIMEOUT, 0.0), row("c", cost=None))
        assert journal.spent == 0.5
    with Journal(path) as journal:
        assert [journal.outcome_is_final(key) for key in "abcd"] == [True, False, True, None]
        assert (journal.reply("b") or {})["meta"] == {"c": "b"}
        assert journal.reply("d") is None
        assert journal.problems == ()
        assert journal.spent == 0.5


def test_the_last_final_row_stands_and_trouble_never_replaces_it(tmp_path: Path) -> None:
    path = tmp_path / "j.jsonl"
    with Journal(path) as journal:
        for number, outcome in enumerate(
            [Outcome.TIMEOUT, Outcome.OK, Outcome.REFUSAL, Outcome.SERVER]
        ):
            append(journal, row("k", outcome, detail=str(number)))
        assert (journal.reply("k") or {})["detail"] == "2"
        assert journal.spent == 2.0  # all were paid
    [standing] = replies(path)
    assert standing["detail"] == "2"


def test_a_start_without_a_reply_is_money_at_risk(tmp_path: Path) -> None:
    path = tmp_path / "j.jsonl"
    with Journal(path) as journal:
        journal.write(start_row("a", "m", attempt=0, reserved=0.25))
        journal.write(start_row("a", "m", attempt=1, reserved=0.5))  # a retry of the same call
        journal.write(start_row("b", "m", attempt=0, reserved=None))
        assert journal.at_risk == 0.5
    with Journal(path) as journal:
        assert journal.at_risk == 0.5
        journal.write(start_row("a", "m", attempt=0, reserved=0.25))  # asked anew
        append(journal, row("a", cost=0.1))
        assert journal.at_risk == 0.5  # the first call may have been paid nevertheless
        assert journal.spent == 0.1


def test_many_rows_share_a_sync(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced = []
    monkeypatch.setattr(module, "_sync", lambda file: synced.append(os.fsync(file)))
    with Journal(tmp_path / "j.jsonl") as journal:
        append(journal, *(row(str(number)) for number in range(500)))
        assert 1 <= len(synced) < 50


def test_append_returns_after_the_sync(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "j.jsonl"
    at_sync = []
    monkeypatch.setattr(module, "_sync", lambda file: at_sync.append(path.read_bytes()))
    with Journal(path) as journal:
        append(journal, row("a"))
        assert at_sync == [encode(row("a"))]


LINES = [encode(row(str(number))) for number in range(4)]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(cut=st.integers(0, sum(map(len, LINES))))
def test_a_file_cut_anywhere_gives_all_complete_rows(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    path = tmp_path_factory.mktemp("cut") / "j.jsonl"
    data = b"".join(LINES)[:cut]
    path.write_bytes(data)
    ends = [sum(map(len, LINES[: number + 1])) for number in range(4)]
    complete = [str(number) for number, end in enumerate(ends) if cut >= end - 1]
    with Journal(path) as journal:
        assert [one["key"] for one in journal.replies()] == complete
        torn = cut not in {0, *ends, *(end - 1 for end in ends)}
        assert [(one.kind, one.line) for one in journal.problems] == (
            [("torn", len(complete) + 1)] if torn else []
        )
        append(journal, row("new"))
    assert [one["key"] for one in replies(path)] == [*complete, "new"]
    assert all(json.loads(line) for line in path.read_bytes().splitlines())


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(garbage=st.binary(min_size=1, max_size=60).filter(lambda data: b"\n" not in data))
def test_a_corrupt_line_is_reported_and_passed_over(
    tmp_path_factory: pytest.TempPathFactory, garbage: bytes
) -> None:
    path = tmp_path_factory.mktemp("corrupt") / "j.jsonl"
    path.write_bytes(LINES[0] + b"{" + garbage + b"\n" + LINES[1])
    with Journal(path) as journal:
        assert [one["key"] for one in journal.replies()] == ["0", "1"]
        assert [(one.kind, one.line) for one in journal.problems] == [("corrupt", 2)]
        append(journal, row("2"))
    with Journal(path) as journal:
        assert len(list(journal.replies())) == 3
        assert len(journal.problems) == 1


@pytest.mark.parametrize("line", [b"[1]", b"12", b'{"t":"reply"}', b'{"t":1}', b"[" * 100_000])
def test_what_is_no_row_is_corrupt(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "j.jsonl"
    path.write_bytes(line + b"\n\n" + LINES[0])
    with Journal(path) as journal:
        assert [one.line for one in journal.problems] == [1]
        assert len(list(journal.replies())) == 1


def test_a_second_process_is_told_who_has_the_journal(tmp_path: Path) -> None:
    path = tmp_path / "j.jsonl"
    code = (
        "import sys\nfrom polyskill.runtime.judge.engine.journal import *\n"
        "try:\n    Journal(sys.argv[1])\nexcept JournalBusy as error:\n    print(error)"
    )
    with Journal(path):
        with pytest.raises(JournalBusy, match=f"process {os.getpid()}"):
            Journal(path)
        done = subprocess.run(
            [sys.executable, "-c", code, path], capture_output=True, text=True, check=True
        )
        assert str(path) in done.stdout
        assert f"process {os.getpid()}" in done.stdout
    Journal(path).close()


def test_a_closed_journal_takes_no_rows(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.jsonl")
    journal.close()
    journal.close()
    with pytest.raises(JournalError, match="closed"):
        append(journal, row("a"))
    with pytest.raises(JournalError, match="closed"):
        journal.write(row("a"))


@contextmanager
def file_size_limit(size: int) -> Iterator[None]:
    """A disk with ``size`` bytes, as far as this process can tell."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


@pytest.mark.parametrize("spare", [0, 1, 100, len(LINES[0]) - 1])
def test_a_full_disk_keeps_what_fits_and_says_so(tmp_path: Path, spare: int) -> None:
    path = tmp_path / "j.jsonl"
    kept, refused = [], []

    async def fill(journal: Journal) -> None:
        async def one(number: int) -> None:
            try:
                await journal.append(row(str(number)))
                kept.append(str(number))
            except JournalFull as error:
                refused.append(str(error))

        await asyncio.gather(*(one(number) for number in range(10)))

    with Journal(path) as journal, file_size_limit(3 * len(LINES[0]) + spare):
        asyncio.run(fill(journal))
        with pytest.raises(JournalFull):
            journal.write(row("late"))
    assert kept == ["0", "1", "2"]
    assert len(refused) == 7
    assert "make room" in refused[0]
    assert str(path) in refused[0]
    with Journal(path) as journal:  # after making room
        assert journal.problems == ()
        assert [one["key"] for one in journal.replies()] == kept
        append(journal, row("next"))
    assert len(list(replies(path))) == 4


def test_a_failing_disk_is_told_to_all_who_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(file: int) -> None:
        raise OSError(5, "Input/output error")

    with Journal(tmp_path / "j.jsonl") as journal:
        monkeypatch.setattr(module, "_sync", broken)
        with pytest.raises(JournalError, match="Input/output error"):
            append(journal, row("a"), row("b"))


def test_a_row_that_is_no_json_is_refused_before_it_is_written(tmp_path: Path) -> None:
    with Journal(tmp_path / "j.jsonl") as journal:
        with pytest.raises(TypeError):
            append(journal, row("a", meta={"x": object()}))
        append(journal, row("b"))
        assert [one["key"] for one in journal.replies()] == ["b"]


def test_a_writer_whose_loop_is_gone_goes_on(tmp_path: Path) -> None:
    async def start_and_leave(journal: Journal) -> None:
        task = asyncio.ensure_future(journal.append(row("a")))
        await asyncio.sleep(0)
        task.cancel()

    with Journal(tmp_path / "j.jsonl") as journal:
        asyncio.run(start_and_leave(journal))
        append(journal, row("b"))
    assert {one["key"] for one in replies(tmp_path / "j.jsonl")} == {"a", "b"}
