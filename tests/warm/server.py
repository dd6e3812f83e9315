"""A process that has imported polyskill already and forks for each command.

Most of a small command's time is imports. Sessions as text (`tests/transcripts`) and the commands
of the documents start hundreds of commands, so `polyskill` is there a small program (`client.py`)
that hands its arguments, folder, environment and streams to this server; a fork of it then runs
the very entry point of the installed program and its exit status goes back. What a process of its
own is for (start-up, signals, encodings) other tests look at, with the real program.
"""

from __future__ import annotations

import gc
import importlib
import io
import json
import os
import pkgutil
import socket
import sys
import traceback

ALL_BUT_CLI = ("compiler", "platforms", "runtime", "evals")
# What only some of the commands need, or starts something when it is imported.
LEFT_OUT = ("polyskill.runtime.train", "polyskill.runtime.entries", "polyskill.evals.pytest_")


def warm_up(*packages: str) -> None:
    """Import the modules of polyskill in these packages, and with them what they are built on."""
    waiting = [f"polyskill.{package}" for package in packages]
    for name in waiting:
        if name.startswith(LEFT_OUT):
            continue
        try:
            module = importlib.import_module(name)
        except ImportError:
            continue  # an extra that is not installed: its command says so
        if hasattr(module, "__path__"):
            inside = pkgutil.iter_modules(module.__path__, f"{name}.")
            waiting += [found.name for found in inside]
    gc.collect()
    gc.freeze()


def take_over(request: dict[str, object], streams: list[int]) -> None:
    """Become the process that was asked for: its streams, its folder, its environment."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    environment = request["environment"]
    assert isinstance(environment, dict)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(str(request["folder"]))
    arguments = request["arguments"]
    assert isinstance(arguments, list)
    sys.argv = ["polyskill", *arguments]
    sys.stdin = open(0, encoding="utf-8", errors="surrogateescape", closefd=False)  # noqa: SIM115
    for number, name in ((1, "stdout"), (2, "stderr")):
        raw = io.FileIO(number, "w", closefd=False)
        errors = "backslashreplace" if number == 2 else "surrogateescape"
        lines = number == 2 or raw.isatty()
        text = io.TextIOWrapper(
            io.BufferedWriter(raw), encoding="utf-8", errors=errors, line_buffering=lines
        )
        setattr(sys, name, text)
        setattr(sys, f"__{name}__", text)


def run(request: dict[str, object], streams: list[int]) -> int:
    """Run the command as the program does; return its exit status."""
    take_over(request, streams)
    from polyskill.__main__ import main

    try:
        status = main()
    except SystemExit as stop:
        status = stop.code
        if isinstance(status, str):
            print(status, file=sys.stderr)
            status = 1
    except BaseException:
        traceback.print_exc()
        status = 1
    sys.stdout.flush()
    sys.stderr.flush()
    return int(status or 0)


def serve(connection: socket.socket) -> None:
    """Answer one client: fork, wait, tell the status."""
    data, streams, _, _ = socket.recv_fds(connection, 1 << 20, 3)
    while not data.endswith(b"\n"):
        data += connection.recv(1 << 20)
    request = json.loads(data)
    child = os.fork()
    if child == 0:
        connection.close()
        os._exit(run(request, streams))
    for stream in streams:
        os.close(stream)
    _, status = os.waitpid(child, 0)
    connection.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))


def listen(path: str) -> None:
    """Answer until the process that started this one ends it."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(16)
    os.write(1, b"ready\n")  # in one piece: two processes share the pipe
    while True:
        connection, _ = listener.accept()
        handler = os.fork()
        if handler == 0:
            listener.close()
            serve(connection)
            os._exit(0)
        connection.close()
        while True:  # handlers that ended
            try:
                if os.waitpid(-1, os.WNOHANG)[0] == 0:
                    break
            except ChildProcessError:
                break


if __name__ == "__main__":
    folder = sys.argv[1]
    warm_up(*ALL_BUT_CLI)
    # Help texts are in one language from the import of the command line on.
    language = "en" if os.fork() else "zh"
    os.environ["POLYSKILL_LANG"] = language
    warm_up("cli", "__main__")
    listen(f"{folder}/socket.{language}")
