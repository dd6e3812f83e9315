"""Real repositories, a real web server on this machine, and a cache of one's own."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from polyskill.platforms.sources import Fetched, SourceError, fetch, parse

SKILL = "---\nname: {name}\ndescription: Says {name} 你好.\n---\n\n# {name}\n\n内容 {name}\n"


@pytest.fixture
def skill():
    """The text of a skill of a name."""
    return lambda name: SKILL.format(name=name)


@pytest.fixture
def files_of():
    """The files of what was fetched."""

    def run(got: Fetched) -> dict[str, bytes]:
        return {
            path.relative_to(got.path).as_posix(): path.read_bytes()
            for path in sorted(got.path.rglob("*"))
            if path.is_file()
        }

    return run


class Repo:
    """A git repository made with a clean configuration."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True)
        self.git("init", "-q", "-b", "main")

    def git(self, *args: str) -> str:
        settings = (
            "-c",
            "user.name=t",
            "-c",
            "user.email=t@example.org",
            "-c",
            "tag.gpgSign=false",
        )
        done = subprocess.run(
            ["git", *settings, *args], cwd=self.path, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    def commit(self, files: dict[str, str], *, tag: str = "") -> str:
        for name, text in files.items():
            path = self.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "x")
        if tag:
            self.git("tag", "-f", "-a", tag, "-m", tag)
        return self.git("rev-parse", "HEAD")

    @property
    def url(self) -> str:
        return f"git+file://{self.path}"


Answer = tuple[int, dict[str, str], bytes] | Callable[[BaseHTTPRequestHandler], None]


class Web:
    """A threaded web server on 127.0.0.1; ``pages`` maps paths to answers."""

    def __init__(self) -> None:
        self.pages: dict[str, Answer | bytes] = {}
        self.asked: list[str] = []
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                web.asked.append(self.path)
                answer = web.pages.get(self.path.partition("?")[0], (404, {}, b"nothing"))
                if isinstance(answer, bytes):
                    answer = (200, {}, answer)
                if callable(answer):
                    answer(self)
                    return
                status, headers, body = answer
                self.send_response(status)
                for name, value in ({"Content-Length": str(len(body))} | headers).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No proxy, no configuration of the machine's git, npm or pip."""
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name.lower().startswith(("npm_config_", "pip_")):
            monkeypatch.delenv(name)
    empty = tmp_path / "empty-home"
    empty.mkdir()
    (empty / "gitconfig").write_text("")
    monkeypatch.setenv("HOME", str(empty))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(empty / "gitconfig"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


@pytest.fixture(scope="session")
def web_server():
    server = Web()
    yield server
    server.close()


@pytest.fixture
def web(web_server: Web) -> Web:
    """The web server, with no pages."""
    web_server.pages = {}
    web_server.asked = []
    return web_server


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "库")


@pytest.fixture
def new_repo(tmp_path: Path):
    """Make another repository."""
    return lambda name: Repo(tmp_path / name)


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def get(tmp_path: Path, cache: Path):
    """Parse and fetch."""

    def run(text: str, **options: object) -> list[Fetched]:
        return fetch(parse(text, base=tmp_path), **({"cache": cache} | options))

    return run


@pytest.fixture
def refused(get, cache: Path):
    """Fetch what must be refused; return the diagnostic.

    Nothing may stay in the cache, unless ``kept``.
    """

    def run(text: str, code: str, *, kept: bool = False, **options: object):
        def trees() -> set[Path]:
            found = set((cache / "trees").glob("*/*")) if (cache / "trees").exists() else set()
            return {path for path in found if path.name != "index"}  # lists that were read

        before = trees()
        with pytest.raises(SourceError) as caught:
            get(text, **options)
        assert caught.value.diagnostic.code.id == code, str(caught.value)
        assert kept or trees() == before
        work = cache / "work"
        assert not work.exists() or not list(work.iterdir())
        return caught.value.diagnostic

    return run
