"""The place in which a client runs: what it sees, and that nothing of it is left."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from polyskill.platforms.verify.sandbox import box, clean_environment, namespaces
from polyskill.platforms.verify.script import Script
from polyskill.platforms.verify.server import FakeModel

NETWORKS = [
    "loopback",
    pytest.param(
        "namespace",
        marks=pytest.mark.skipif(not namespaces(), reason="this system gives no namespaces"),
    ),
]
ASK = """
import sys, urllib.request
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
print(opener.open(f"http://127.0.0.1:{sys.argv[1]}/v1/models", timeout=5).status)
print(repr(sys.stdin.read()), file=sys.stderr)
sys.exit(3)
"""
LEAVE = """
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", sys.argv[1], sys.argv[2]], start_new_session=True)
time.sleep(float(sys.argv[3]))
"""
WAIT = "import sys, time, pathlib; time.sleep(3); pathlib.Path(sys.argv[1]).touch()"


@pytest.mark.parametrize("network", NETWORKS)
def test_a_program_reaches_the_fake_model(network: str, tmp_path: Path) -> None:
    with box(network) as opened:
        model = FakeModel(opened.listener, Script())
        with model.serving():
            outcome = opened.run(
                [sys.executable, "-c", ASK, str(model.port)],
                clean_environment(tmp_path, []),
                tmp_path,
                20,
            )
    assert (outcome.code, outcome.stdout, outcome.stderr) == (3, "200\n", "''\n")
    assert [request.path for request in model.requests] == ["/v1/models"]


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("seconds", [0.0, 60.0])
def test_nothing_is_left_of_it(network: str, seconds: float, tmp_path: Path) -> None:
    """A process that left its group dies too, whether the program ended or its time was up."""
    sign = tmp_path / "sign"
    begun = time.monotonic()
    with box(network) as opened:
        outcome = opened.run(
            [sys.executable, "-c", LEAVE, WAIT, str(sign), str(seconds)],
            clean_environment(tmp_path, []),
            tmp_path,
            1.5,
        )
    assert outcome.code == (None if seconds else 0)
    assert time.monotonic() - begun < 15
    marks = [path for path in Path("/proc").glob("[0-9]*/cmdline") if _holds(path, str(sign))]
    assert not marks
    assert not sign.exists()


def _holds(path: Path, text: str) -> bool:
    try:
        return text.encode() in path.read_bytes()
    except OSError:
        return False


@pytest.mark.skipif(not namespaces(), reason="this system gives no namespaces")
def test_a_namespace_has_no_way_out(tmp_path: Path) -> None:
    """A server of the machine itself, on its loopback, cannot be reached from inside."""
    with box("loopback") as outside, box("namespace") as inside:
        port = outside.listener.getsockname()[1]
        code = f"import socket; socket.create_connection(('127.0.0.1', {port}), 2)"
        environment = clean_environment(tmp_path, [])
        outcome = inside.run([sys.executable, "-c", code], environment, tmp_path, 20)
    assert "ConnectionRefusedError" in outcome.stderr


@pytest.mark.parametrize("network", NETWORKS)
def test_the_environment_holds_nothing_of_the_user(
    network: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOME_API_KEY", "a secret")
    with box(network) as opened:
        code = "import os, json; print(sorted(os.environ), os.getcwd())"
        environment = clean_environment(tmp_path, [Path("/opt/first")])
        outcome = opened.run([sys.executable, "-I", "-c", code], environment, tmp_path, 20)
    assert "SOME_API_KEY" not in outcome.stdout
    assert outcome.stdout.rstrip().endswith(str(tmp_path))
    assert environment["PATH"].startswith(f"/opt/first{os.pathsep}")
    assert environment["HOME"] == str(tmp_path)


@pytest.mark.parametrize("network", NETWORKS)
def test_a_program_that_is_not_there(network: str, tmp_path: Path) -> None:
    with box(network) as opened:
        outcome = opened.run(["/no/such/program"], {}, tmp_path, 20)
    assert outcome.code == 127
    assert "No such file" in outcome.stderr
