"""Downloads: redirects, limits, slow and broken servers, recorded revisions."""

from __future__ import annotations

import hashlib
import io
import socket
import threading
import time
import zipfile
from contextlib import suppress

import pytest

from polyskill.platforms.sources import Limits, SourceError, fetch, parse
from polyskill.platforms.sources.model import Context
from polyskill.platforms.sources.web import _allow, download


@pytest.fixture
def pack(skill):
    def run(name="a") -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("SKILL.md", skill(name))
        return out.getvalue()

    return run


def to(url: str, code: int = 302):
    return (code, {"Location": url}, b"")


def test_a_declared_sha256_is_verified(web, get, refused, pack):
    web.pages["/p.zip"] = pack()
    right = hashlib.sha256(pack()).hexdigest()
    [got] = get(f"{web.url}/p.zip#sha256={right}")
    assert got.revision == f"sha256:{right}"
    assert got.pinned
    said = refused(f"{web.url}/p.zip#sha256={'0' * 64}", "PS909")
    assert said.args["found"] == f"sha256:{right}"


def test_what_the_cache_has_of_a_declared_sha256_is_not_fetched_again(web, get, refused, pack):
    web.pages["/p.zip"] = pack("a")
    text = f"{web.url}/p.zip#sha256={hashlib.sha256(pack('a')).hexdigest()}"
    first = get(text)
    web.pages["/p.zip"] = pack("b")
    [other] = get(f"{web.url}/p.zip")
    assert other.revision != first[0].revision
    web.asked.clear()
    assert get(text) == get(text, offline=True) == first
    assert web.asked == []
    refused(text, "PS905", revision=other.revision)
    refused(f"{web.url}/p.zip#sha256={'0' * 64}", "PS918", offline=True)


def test_a_changed_archive_is_an_error_and_not_an_update(web, get, refused, pack):
    web.pages["/p.zip"] = first = pack("a")  # packed later, it would hold another time
    [got] = get(f"{web.url}/p.zip")
    web.pages["/p.zip"] = pack("b")
    said = refused(f"{web.url}/p.zip", "PS905", revision=got.revision)
    assert said.args["wanted"] == got.revision
    web.pages["/p.zip"] = first
    assert get(f"{web.url}/p.zip", revision=got.revision) == [got]


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_redirects_are_followed(code, web, get, pack):
    web.pages |= {"/a.zip": to("/b/c", code), "/b/c": to("d.zip", code), "/b/d.zip": pack()}
    assert get(f"{web.url}/a.zip")[0].path.name == "a"


def test_five_redirects_and_no_more(web, get, refused, pack):
    web.pages |= {f"/{n}.zip": to(f"/{n + 1}.zip") for n in range(6)} | {"/6.zip": pack()}
    assert get(f"{web.url}/1.zip")
    assert "more than 5 times" in refused(f"{web.url}/0.zip", "PS907").message()


def test_a_loop_of_redirects(web, refused):
    web.pages["/a.zip"] = to("/a.zip")
    refused(f"{web.url}/a.zip", "PS907")
    assert len(web.asked) == 6


def test_the_body_of_a_redirect_is_not_read(web, get, pack):
    def pour(handler) -> None:
        handler.send_response(302)
        handler.send_header("Location", "/b.zip")
        handler.end_headers()
        with suppress(OSError):
            for _ in range(2000):
                handler.wfile.write(bytes(1_000_000))

    web.pages |= {"/a.zip": pour, "/b.zip": pack()}
    began = time.monotonic()
    assert get(f"{web.url}/a.zip")
    assert time.monotonic() - began < 1


def test_a_redirect_to_nowhere(web, refused):
    web.pages["/a.zip"] = (302, {}, b"")
    assert "nowhere" in refused(f"{web.url}/a.zip", "PS907").message()


@pytest.mark.parametrize(
    "target",
    [
        "file:///etc/passwd",
        "file:/etc/passwd",
        "ftp://127.0.0.1/x",
        "data:,x",
        "gopher:x",
    ],
)
def test_redirects_to_elsewhere_are_refused(target, web, refused):
    web.pages["/a.zip"] = to(target)
    assert "no web address" in refused(f"{web.url}/a.zip", "PS907").message()


def test_a_redirect_to_another_machine_without_encryption(web, refused):
    web.pages["/a.zip"] = to("http://example.invalid/a.zip")
    assert "not encrypted" in refused(f"{web.url}/a.zip", "PS907").message()


def test_from_https_to_http_is_never_followed(tmp_path):
    context = Context(tmp_path, allow_http=True)
    _allow("https://h.org/x", context, "x", "https://h.org")
    _allow("http://h.org/x", context, "x", "http://h.org")
    with pytest.raises(SourceError, match="from https to http"):
        _allow("http://127.0.0.1/x", context, "x", "https://h.org")
    with pytest.raises(SourceError, match="from https to http"):
        download("http://127.0.0.1/x", context, "https://h.org/index.json")


def test_plain_http_from_another_machine_needs_a_flag(refused):
    refused("http://example.invalid/a.zip", "PS907")
    refused("http://example.invalid/a.zip", "PS906", allow_http=True)


@pytest.mark.parametrize(
    ("status", "words"), [(404, "not found"), (403, "forbidden"), (500, "500")]
)
def test_an_error_of_the_server_is_told(status, words, web, refused):
    web.pages["/a.zip"] = (status, {}, b"no")
    assert words in refused(f"{web.url}/a.zip", "PS906").message()


def test_nobody_listens(refused):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert "refused" in refused(f"http://127.0.0.1:{port}/a.zip", "PS906").message()


def test_a_truncated_answer(web, refused, pack):
    web.pages["/a.zip"] = (200, {"Content-Length": "9999"}, pack())
    said = refused(f"{web.url}/a.zip", "PS906", limits=Limits(silence=0.3))
    assert "cut short" in said.message() or "no answer" in said.message()


def test_a_connection_that_breaks_off(refused):
    def serve(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(4096)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nPK")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,), daemon=True)
        thread.start()
        said = refused(f"http://127.0.0.1:{listener.getsockname()[1]}/a.zip", "PS906")
        thread.join(5)
    assert "cut short after 2 of 99" in said.message()


def test_a_silent_server(web, refused):
    web.pages["/a.zip"] = lambda _: time.sleep(1)
    began = time.monotonic()
    said = refused(f"{web.url}/a.zip", "PS906", limits=Limits(silence=0.2))
    assert "0.2 seconds" in said.message()
    assert time.monotonic() - began < 1


def test_a_server_that_drips(web, refused):
    def drip(handler) -> None:
        handler.send_response(200)
        handler.end_headers()
        with suppress(OSError):
            for _ in range(40):
                handler.wfile.write(b"x")
                handler.wfile.flush()
                time.sleep(0.05)

    web.pages["/a.zip"] = drip
    said = refused(f"{web.url}/a.zip", "PS906", limits=Limits(silence=1, deadline=0.3))
    assert "longer than 0.3" in said.message()


def test_an_answer_without_end_is_cut_at_the_limit(web, refused):
    sent = []

    def pour(handler) -> None:
        handler.send_response(200)
        handler.end_headers()
        with suppress(OSError):
            for _ in range(400):
                handler.wfile.write(bytes(100_000))
                sent.append(100_000)

    web.pages["/a.zip"] = pour
    refused(f"{web.url}/a.zip", "PS908", limits=Limits(download=1024 * 1024))
    assert sum(sent) < 40_000_000


def test_a_declared_size_over_the_limit_is_not_read(web, refused, pack):
    web.pages["/a.zip"] = (200, {"Content-Length": str(65 * 1024 * 1024)}, pack())
    refused(f"{web.url}/a.zip", "PS908")


def test_garbage_instead_of_http(refused):
    def serve(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(4096)
            connection.sendall(b"\0\1\2 what\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,), daemon=True)
        thread.start()
        refused(f"http://127.0.0.1:{listener.getsockname()[1]}/a.zip", "PS906")
        thread.join(5)


def test_chinese_addresses_are_encoded(web, get, pack):
    web.pages["/%E5%8C%85/a%20b.zip"] = pack()
    assert get(f"{web.url}/包/a b.zip")
    assert get(f"{web.url}/%E5%8C%85/a%20b.zip")


def test_progress_is_told(web, tmp_path, cache, pack):
    web.pages["/a.zip"] = pack()
    told = []
    fetch(
        parse(f"{web.url}/a.zip", base=tmp_path),
        cache=cache,
        progress=lambda *what: told.append(what),
    )
    assert told[-1] == (f"{web.url}/a.zip", len(pack()), len(pack()))


def test_the_recorded_bytes_are_used_when_the_server_is_away(web, get, refused, pack):
    web.pages["/a.zip"] = pack()
    [got] = get(f"{web.url}/a.zip")
    web.pages["/a.zip"] = (503, {}, b"")
    [again] = get(f"{web.url}/a.zip", revision=got.revision)
    assert again.digest == got.digest
    assert [note.code.id for note in again.notes] == ["PS919"]
    refused(f"{web.url}/a.zip", "PS906")
