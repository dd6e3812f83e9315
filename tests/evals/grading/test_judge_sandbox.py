"""Scripts of checks: their verdicts, and everything that they must not be able to do."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from polyskill.runtime.judge.base import ToolCall
from polyskill.runtime.judge.checks import Answer
from polyskill.runtime.judge.checks import sandbox as sandbox_module
from polyskill.runtime.judge.checks.sandbox import Ended, run_script

LINUX = sys.platform.startswith("linux")
linux = pytest.mark.skipif(not LINUX, reason="namespaces and Landlock are Linux's")
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")


@pytest.fixture
def script(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "check.py"
        path.write_text(textwrap.dedent(text), "utf-8")
        return path

    return write


@pytest.fixture(params=["isolated", "bare"])
def ways(request, monkeypatch) -> str:
    """Every system: with namespaces where there are any, and as where there are none."""
    if request.param == "bare":
        monkeypatch.setattr(sandbox_module, "_namespaces", tuple)
    return str(request.param)


@pytest.mark.parametrize(
    ("body", "passed", "said"),
    [
        ("", True, ""),
        ("print('fine')", True, "fine"),
        ("import sys; sys.exit(0)", True, ""),
        ("import sys; sys.exit(1)", False, ""),
        ("import sys; sys.exit('要写 10 GiB')", False, "要写 10 GiB"),
        ("assert 1 == 2, 'one is not two'", False, "one is not two"),
        ("assert False", False, "AssertionError"),
        ("import sys; sys.exit(2)", None, "status 2"),
        ("import os; os._exit(1)", None, "70"),
        ("import ctypes; ctypes.string_at(0)", None, ""),
        ("1 / 0", None, "ZeroDivisionError"),
        ("raise KeyboardInterrupt", None, "KeyboardInterrupt"),
        ("def", None, "SyntaxError"),
        ("import no_such_module", None, "no_such_module"),
        ("print('x' * 1000); raise ValueError('the end is shown')", None, "the end is shown"),
    ],
)
def test_verdicts(check, script, body: str, passed: bool | None, said: str) -> None:
    found = check("python", script(body).name, "an answer")
    assert found.passed is passed
    assert said in found.detail
    assert said in found.detail_zh


def test_a_script_gets_all_that_is_known(check, script) -> None:
    script(
        """
        import json, sys
        given = json.load(sys.stdin)
        assert given == {
            "answer": "答案 😀\\n", "lang": "zh", "input": "问题",
            "tool_calls": [{"name": "bash", "arguments": {"a": 1}}],
            "tools_used": ["bash"], "skills_used": None,
        }, given
        """
    )
    answer = Answer("答案 😀\n", "zh", "问题", (ToolCall("bash", {"a": 1}),), ("bash",))
    assert check("python", "check.py", answer).passed


def test_a_script_may_read_what_lies_beside_it(check, script, tmp_path) -> None:
    (tmp_path / "wanted.txt").write_text("42")
    script("assert open(__file__.replace('check.py', 'wanted.txt')).read() == '42'")
    assert check("python", "check.py", "x").passed


def test_a_link_out_of_the_folder_is_not_followed(check, tmp_path) -> None:
    (tmp_path / "check.py").symlink_to(os.__file__)
    assert check("python", "check.py", "x").passed is None


def test_nothing_of_the_environment_is_seen(script, monkeypatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "secret-of-the-user")
    ended = run_script(script("import os, sys; print(dict(os.environ), sys.path, os.getcwd())"), {})
    assert ended.code == 0
    assert "secret-of-the-user" not in ended.output
    assert str(Path.home()) not in ended.output.partition("}")[0]


def test_time_runs_out(script) -> None:
    begun = time.monotonic()
    ended = run_script(script("import time; time.sleep(60)"), {}, wall=1.5)
    assert ended.code is None
    assert time.monotonic() - begun < 20


@posix
def test_an_endless_loop_is_stopped(script, ways) -> None:
    ended = run_script(script("while True: pass"), {}, cpu=1, wall=15)
    assert ended.code not in (0, 1)


@posix
def test_memory_is_limited(check, script) -> None:
    script("hog = bytearray(4 << 30)")
    found = check("python", "check.py", "x")
    assert found.passed is None
    assert "MemoryError" in found.detail


def test_endless_output_is_forgotten(script) -> None:
    ended = run_script(script("while True: print('x' * 100_000)"), {}, cpu=1, wall=1)
    assert ended.code not in (0, 1)
    assert len(ended.output) <= 64 << 10


@posix
def test_a_huge_file_is_cut(script) -> None:
    ended = run_script(script("open('big', 'wb').write(b'x' * (64 << 20))"), {})
    assert ended.code == 70
    assert "File too large" in ended.output


FORKS = """
import os, time
made = 0
try:
    while made < 2000:
        if os.fork() == 0:
            time.sleep(30)
            os._exit(0)
        made += 1
except OSError as error:
    print(error)
print("made", made)
"""


@linux
def test_processes_are_limited_and_none_is_left(script) -> None:
    if os.geteuid() == 0 and os.uname().release < "6.14" and not sandbox_module._namespaces():
        pytest.skip("nothing limits the superuser here")
    ended = run_script(script(FORKS), {})
    made = int(ended.output.split("made")[1])
    assert made < 500
    assert not _running(str(script(FORKS)))


def _running(name: str) -> list[str]:
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if name.encode() in entry.read_bytes():
                found.append(entry.parent.name)
        except OSError:
            continue
    return found


@linux
def test_what_leaves_the_session_dies_with_the_namespace(script) -> None:
    if not sandbox_module._namespaces():
        pytest.skip("no namespaces here")
    path = script(
        """
        import os, time
        if os.fork() == 0:
            os.setsid()
            time.sleep(60)
        """
    )
    assert run_script(path, {}, wall=10).code == 0
    deadline = time.monotonic() + 5
    while _running(str(path)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _running(str(path))


@linux
def test_nothing_outside_can_be_written(script, ways, tmp_path) -> None:
    kept = tmp_path / "kept.txt"
    kept.write_text("as it was")
    ended = run_script(
        script(
            f"""
            import os
            from pathlib import Path
            here = Path({str(tmp_path)!r})
            acts = [
                lambda: (here / "new.txt").write_text("x"),
                lambda: (here / "kept.txt").write_text("x"),
                lambda: os.truncate(here / "kept.txt", 0),
                lambda: (here / "kept.txt").unlink(),
                lambda: os.rename(here / "kept.txt", here / "gone.txt"),
                lambda: os.mkdir(here / "folder"),
                lambda: os.symlink("x", here / "link"),
                lambda: os.link(here / "kept.txt", "mine.txt"),
                lambda: Path("/tmp/polyskill-escape").write_text("x"),
                lambda: Path("/dev/shm/polyskill-escape").write_text("x"),
            ]
            for act in acts:
                try:
                    act()
                    print("DONE")
                except OSError as error:
                    pass
            Path("own.txt").write_text("may")
            print(Path("own.txt").read_text())
            """
        ),
        {},
    )
    if "files" in ended.open:
        pytest.skip("the kernel has no Landlock")
    assert ended == Ended(0, "may\n", ended.open)
    assert kept.read_text() == "as it was"


CONNECT = """
import socket
for address in (("127.0.0.1", {port}), ("192.0.2.1", 80)):
    try:
        socket.create_connection(address, 1).close()
        print("CONNECTED")
    except OSError:
        pass
"""


@linux
def test_no_network_is_reached(script, ways) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        ended = run_script(script(CONNECT.format(port=server.getsockname()[1])), {})
    if "network" in ended.open:
        pytest.skip("neither namespaces nor a Landlock that knows TCP")
    assert ended == Ended(0, "", ended.open)


@linux
def test_processes_outside_get_no_signals(script, ways) -> None:
    got: list[int] = []
    before = signal.signal(signal.SIGUSR1, lambda number, _: got.append(number))
    try:
        ended = run_script(script(f"import os; os.kill({os.getpid()}, {int(signal.SIGUSR1)})"), {})
    finally:
        signal.signal(signal.SIGUSR1, before)
    if ended.code == 0 and "files" in ended.open:
        pytest.skip("the kernel has no Landlock")
    assert not got


def test_what_is_not_isolated_is_said(check, script, monkeypatch) -> None:
    script("print('fine')")
    monkeypatch.setattr(
        "polyskill.runtime.judge.checks.script.run_script",
        lambda *_: Ended(0, "fine", ("network", "files")),
    )
    found = check("python", "check.py", "x")
    assert found.detail == "fine (not cut off from: network, files)"
    assert found.detail_zh == "fine（未隔离：网络、文件）"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs another user")
@pytest.mark.skipif(not LINUX, reason="namespaces and Landlock are Linux's")
def test_an_ordinary_user_without_namespaces_starts_no_process() -> None:
    """The superuser of this test becomes somebody else, whom the limit of processes binds."""
    setpriv = shutil.which("setpriv") or pytest.skip("no setpriv")
    other = [setpriv, "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all"]
    inside = Path(sandbox_module.__file__).with_name("inside.py")
    pythons = (sys.executable, shutil.which("python3", path=os.defpath))
    python = next((one for one in pythons if one and _may_run(other, one, inside)), None)
    if python is None:
        pytest.skip("the other user can run no Python, or cannot read this checkout")
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "work").mkdir()
        (Path(name) / "check.py").write_text(FORKS)
        for folder in (Path(name), Path(name, "work")):
            folder.chmod(0o777)
        command = [*other, python, "-I", str(inside), f"{name}/check.py", name, "5", "0"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert "made 0" in done.stdout, done.stderr


def _may_run(other: list[str], python: str, script: Path) -> bool:
    command = [*other, python, "-I", "-c", f"open({str(script)!r})"]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False
