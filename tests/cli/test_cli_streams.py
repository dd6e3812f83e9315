"""Colours, encodings, closed pipes, interrupts: a terminal is not always there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from polyskill.cli import build as build_command
from polyskill.cli import output

QUICK = ("-p", "claude", "--no-bundles", "-l", "en")


def start(*arguments: str, cwd: Path, **options) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "polyskill", *arguments],
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options},
    )


def test_no_colours_in_a_pipe(cli, bad):
    assert "\x1b" not in cli("check", "bad").err


@pytest.mark.parametrize(
    ("variables", "coloured"),
    [({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False)],
)
def test_colours_on_request(cli, bad, monkeypatch, variables, coloured):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert ("\x1b[" in cli("check", "bad").err) is coloured
    assert ("\x1b[" in cli("platforms").out) is coloured


@pytest.mark.parametrize(("term", "coloured"), [("xterm", True), ("dumb", False)])
def test_colours_on_a_terminal(monkeypatch, term, coloured):
    monkeypatch.setenv("TERM", term)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert (output.styled("x", "red") != "x") is coloured


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals")
@pytest.mark.parametrize("term", ["xterm", "dumb"])
def test_a_bar_is_drawn_on_a_terminal_only(cli, tmp_path, term):
    import pty

    for number in range(3):
        cli("new", f"s{number}", "-d", "all", "-q")
    master, slave = pty.openpty()
    process = start(
        "build", "all", *QUICK, cwd=tmp_path, stderr=slave, env={**os.environ, "TERM": term}
    )
    process.communicate(timeout=60)
    os.close(slave)
    seen = b""
    try:
        while chunk := os.read(master, 4096):
            seen += chunk
    except OSError:  # how a pseudo-terminal ends on Linux
        pass
    os.close(master)
    assert process.returncode == 0
    assert (b"3/3" in seen) is (term == "xterm")


def test_a_reader_that_leaves_is_no_problem(cli, demo, tmp_path):
    with start("show", "demo", "-p", "claude", cwd=tmp_path) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
@pytest.mark.parametrize("arguments", [("--version",), ("--help",), ("platforms",)])
def test_a_full_disk_is_reported(tmp_path, arguments):
    with (
        Path("/dev/full").open("wb") as full,
        start(*arguments, cwd=tmp_path, stdout=full) as process,
    ):
        error = process.stderr.read().decode()
    assert process.returncode == 1
    assert "No space left" in error
    assert "Traceback" not in error
    assert "Exception ignored" not in error


def test_every_message_survives_an_ascii_stream(other):
    answer = other("build", "不存在", POLYSKILL_LANG="zh", PYTHONIOENCODING="ascii")
    assert answer.status == 2
    assert "\\u4e0d" in answer.err


def test_a_file_name_that_is_no_unicode_is_escaped(cli, tmp_path):
    name = os.fsdecode(b"\xff")
    answer = cli("build", name)
    assert answer.status == 2
    assert "Traceback" not in answer.err


def test_a_mistake_of_ours_shows_no_traceback(cli, demo, monkeypatch):
    def broken(_paths):
        msg = "one too many"
        raise ZeroDivisionError(msg)

    monkeypatch.setattr(build_command, "resolve", broken)
    answer = cli("build", "demo")
    assert answer.status == 1
    assert "polyskill itself failed (ZeroDivisionError: one too many)" in answer.err
    assert "Traceback" not in answer.err
    monkeypatch.setenv("POLYSKILL_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        cli("build", "demo")


def test_an_interrupt_ends_with_130(cli, demo, monkeypatch):
    def interrupted(_paths):
        raise KeyboardInterrupt

    monkeypatch.setattr(build_command, "resolve", interrupted)
    answer = cli("build", "demo")
    assert answer.status == 130
    assert "interrupted" in answer.err


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_watch_builds_again_and_ends_on_an_interrupt(cli, demo, tmp_path):
    # A background job of a script ignores SIGINT, and so would what it starts.
    heeds = {"preexec_fn": lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)}
    process = start("build", "demo", *QUICK, "--watch", cwd=tmp_path, **heeds)
    try:
        assert b"1 built" in process.stdout.readline()
        written = tmp_path / "dist/claude/en/.claude/skills/demo/references/details.md"
        with (demo / "references/details.md").open("a") as file:
            file.write("One more line.\n")
        assert b"1 built" in process.stdout.readline()
        assert "One more line." in written.read_text()
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
    finally:
        process.kill()
        process.communicate()
