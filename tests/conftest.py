"""Options and fixtures that all tests share."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from polyskill.compiler.readers import Candidate, ReadResult, discover, read

ROOT = Path(__file__).resolve().parents[1]

# Some machines keep no byte code; the thousand processes that the tests start would then compile
# polyskill anew each time, which doubles what the whole suite takes.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


# A machine that stands still for a second is no fault of an example that was being drawn.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

# jsonschema imports a library that compiles 38 grammars, which takes seconds in each worker. Few
# tests have an IRI checked; the first of them loads it.
_IRIS = "rfc3987_syntax"


@cache
def _iris() -> Any:
    del sys.modules[_IRIS]
    return import_module(_IRIS)


if find_spec(_IRIS) is not None:
    _late: Any = ModuleType(_IRIS)
    _late.is_valid_syntax = lambda rule, value: _iris().is_valid_syntax(rule, value)
    sys.modules[_IRIS] = _late


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite golden files and transcripts")


def pytest_collection_finish() -> None:
    """Collect garbage less often, and without the tests themselves: it took 8 % of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of facts and corpora beside the repository."""
    folder = ROOT.parent / "shared"
    if not (folder / "corpus" / "index.csv").is_file():
        pytest.skip("../shared is not here: tests on the real corpus need it")
    return folder


@pytest.fixture(scope="session")
def corpus_read(shared: Path) -> list[tuple[Candidate, ReadResult]]:
    """What is found in ../shared, and what the readers make of it: read and parsed once for all.

    Nobody changes it: skills are frozen.
    """
    return [
        (candidate, read(candidate))
        for folder in (shared / "corpus", shared / "sources")
        for candidate in discover(folder)
    ]


@pytest.fixture(autouse=True)
def quiet_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages in English, no third-party platforms, whatever the machine's settings."""
    monkeypatch.setenv("POLYSKILL_LANG", "en")
    monkeypatch.setenv("POLYSKILL_PLUGINS", "0")
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def programs() -> Iterator[Path]:
    """A folder for the front of PATH, where `polyskill` starts in no time (tests/warm)."""
    installed = Path(sys.executable).parent
    if not hasattr(os, "fork"):
        yield installed
        return
    with tempfile.TemporaryDirectory(prefix="warm-") as made:
        folder = Path(made)
        client = (ROOT / "tests" / "warm" / "client.py").read_text("utf-8")
        client = client.replace("@SERVER@", str(folder / "socket"))
        client = client.replace("@PROGRAM@", str(installed / "polyskill"))
        program = folder / "polyskill"
        program.write_text(f"#!{sys.executable} -SE\n{client}", "utf-8")
        program.chmod(0o755)
        server = subprocess.Popen(
            [sys.executable, ROOT / "tests/warm/server.py", folder],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        try:
            assert server.stdout is not None
            for _ in ("en", "zh"):
                assert server.stdout.readline() == b"ready\n"
            yield folder
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.communicate()
