"""The search, against a server on this machine that speaks Atom."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyskill.runtime.tools import arxiv
from polyskill.runtime.tools.atom import parse_feed
from polyskill.runtime.tools.errors import ToolError

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:o="http://a9.com/-/spec/opensearch/1.1/" '
    'xmlns:arxiv="http://arxiv.org/schemas/atom"><o:totalResults>41</o:totalResults>'
)


def entry(number: str, title: str) -> str:
    return f"""<entry><id>http://arxiv.org/abs/{number}</id><title>{escape(title)}</title>
    <summary>  A method
      for A &amp; B.</summary><published>2025-12-29T18:59:33Z</published>
    <updated>2026-01-02T00:00:00Z</updated>
    <author><name>Ada Goel</name><arxiv:affiliation>X</arxiv:affiliation></author>
    <author><name>李雷</name></author>
    <link href="https://arxiv.org/abs/{number}" rel="alternate"/>
    <link title="pdf" href="https://arxiv.org/pdf/{number}" rel="related"/>
    <arxiv:primary_category term="cs.LG"/><category term="cs.LG"/><category term="cs.CL"/>
    <arxiv:doi>10.1/x</arxiv:doi><arxiv:comment>12 pages</arxiv:comment></entry>"""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A server whose `answer(status, body, headers)` is set by the test; it keeps its requests."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked.append(parse_qs(urlsplit(self.path).query))
            made.agents.append(self.headers["User-Agent"])
            status, body, headers = made.answer
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    made: Any = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.asked, made.agents = [], []
    made.answer = (200, f"{HEAD}{entry('2512.23707v1', 'On <Rubrics>')}</feed>".encode(), {})
    thread = threading.Thread(target=made.serve_forever, args=(0.01,))
    thread.start()
    monkeypatch.setenv("ARXIV_API_URL", f"http://127.0.0.1:{made.server_port}/api/query")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(arxiv, "_last", 0.0)
    yield made
    made.shutdown()
    made.server_close()
    thread.join()


def test_a_search(server: Any) -> None:
    found = arxiv.search(
        ["rubric", "reward model"], authors=["Goel"], categories=["cs.LG", "cs.CL"]
    )
    [asked] = server.asked
    assert asked["search_query"] == [
        'all:rubric AND all:"reward model" AND au:Goel AND (cat:cs.LG OR cat:cs.CL)'
    ]
    assert asked["max_results"] == ["10"]
    assert asked["sortBy"] == ["relevance"]
    assert found.total == 41
    [paper] = found.papers
    assert paper.id == "2512.23707v1"
    assert paper.title == "On <Rubrics>"
    assert paper.authors == ("Ada Goel", "李雷")
    assert paper.summary == "A method for A & B."
    assert paper.pdf == "https://arxiv.org/pdf/2512.23707v1"
    assert (paper.category, paper.categories) == ("cs.LG", ("cs.LG", "cs.CL"))
    assert (paper.doi, paper.comment, paper.journal) == ("10.1/x", "12 pages", "")


def test_numbers_of_papers_are_looked_up(server: Any) -> None:
    arxiv.search(["2512.23707", "arXiv:1706.03762v7"], pause=0)
    arxiv.search(["cs/0112017"], pause=0)
    arxiv.search(["2512.23707", "lora"], pause=0)
    assert server.asked[0]["id_list"] == ["2512.23707,1706.03762v7"]
    assert server.asked[1]["id_list"] == ["cs/0112017"]
    assert "id_list" not in server.asked[2]


def test_order_and_place(server: Any) -> None:
    arxiv.search(["ti:lora"], order="submitted", start=20, most=5, pause=0)
    [asked] = server.asked
    assert (asked["search_query"], asked["sortBy"]) == (["ti:lora"], ["submittedDate"])
    assert (asked["start"], asked["max_results"]) == (["20"], ["5"])


def test_one_request_and_a_pause_to_the_next(server: Any) -> None:
    begun = time.monotonic()
    arxiv.search(["a"], pause=0.4)
    first = time.monotonic() - begun
    arxiv.search(["b"], pause=0.4)
    assert first < 0.39
    assert time.monotonic() - begun >= 0.4
    assert len(server.asked) == 2
    assert arxiv._PAUSE == 3.0


def test_bytes_that_are_no_text(server: Any) -> None:
    arxiv.search(["l\udcffra"])
    assert server.asked[0]["search_query"] == ["all:l?ra"]


def test_nothing_found(server: Any) -> None:
    server.answer = (200, HEAD.replace("41", "0").encode() + b"</feed>", {})
    found = arxiv.search(["zzz"])
    assert (found.total, found.papers) == (0, ())


ERROR = (
    f"{HEAD}<entry><id>http://arxiv.org/api/errors#x</id><title>Error</title>"
    "<summary>incorrect id format</summary></entry></feed>"
).encode()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((200, ERROR, {}), "incorrect id format"),
        ((400, ERROR, {}), "incorrect id format"),
        ((503, b"", {"Retry-After": "7"}), "7 seconds"),
        ((429, b"", {}), "some seconds"),
        ((500, b"oops", {}), "HTTP 500"),
        ((404, b"<html/>", {}), "HTTP 404"),
        ((200, b"<html></html>", {}), "<html>"),
        ((200, b"", {}), "no Atom feed"),
        ((200, b"\x00\xff", {}), "no Atom feed"),
        ((200, b'<?xml version="1.0" encoding="klingon"?><feed/>', {}), "no Atom feed"),
    ],
)
def test_answers_that_are_none(server: Any, answer: tuple[int, bytes, Any], said: str) -> None:
    server.answer = answer
    with pytest.raises(ToolError) as caught:
        arxiv.search(["lora"], pause=0)
    assert said in caught.value.en
    assert any("\u4e00" <= char <= "\u9fff" for char in caught.value.zh)


BOMB = """<!DOCTYPE f [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;">]><feed>&b;</feed>"""
OUTSIDE = """<!DOCTYPE f [<!ENTITY x SYSTEM "file:///etc/passwd">]><feed>&x;</feed>"""


@pytest.mark.parametrize("text", [BOMB, OUTSIDE, "<!DOCTYPE html><html/>"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused(text: str, encoding: str) -> None:
    with pytest.raises(ToolError, match="no Atom feed"):
        parse_feed(text.encode(encoding))


def test_a_document_type_is_refused_even_before_a_good_feed() -> None:
    good = f"{HEAD}</feed>"
    parse_feed(good.encode())
    with pytest.raises(ToolError, match="document type"):
        parse_feed(good.replace("<feed", "<!DOCTYPE feed><feed", 1).encode())


@given(st.binary(max_size=300))
def test_only_tool_errors_leave_the_parser(data: bytes) -> None:
    with pytest.raises(ToolError):
        parse_feed(data)


def test_an_answer_that_is_too_large(server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arxiv, "_LARGEST", 100)
    with pytest.raises(ToolError, match="100 bytes"):
        arxiv.search(["lora"])


def test_offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arxiv, "_last", 0.0)
    with pytest.raises(ToolError, match="cannot be reached") as caught:
        arxiv.search(["lora"], url="http://127.0.0.1:9/", timeout=2)
    assert "127.0.0.1:9" in caught.value.en
    assert "联网" in caught.value.zh


@pytest.mark.parametrize(
    "how",
    [
        {"words": []},
        {"words": ["", "  "]},
        {"words": ["x"], "order": "fame"},
        {"words": ["x"], "most": 0},
        {"words": ["x"], "most": 10_000},
        {"words": ["x"], "start": -1},
        {"words": ["x"], "url": "file:///etc/passwd"},
    ],
)
def test_what_cannot_be_asked(how: dict[str, Any]) -> None:
    with pytest.raises(ToolError):
        arxiv.search(**how)


@given(st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=4))
def test_no_word_breaks_out_of_its_quotes(words: list[str]) -> None:
    try:
        made = arxiv.query(words)
    except ToolError:
        assert not any(word.strip() for word in words)
        return
    assert made.get("search_query", "").count('"') % 2 == 0


def test_on_the_command_line(
    server: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from polyskill.cli.app import run

    monkeypatch.setattr("sys.argv", ["polyskill", "tools", "arxiv", "rubric", "--max", "1"])
    with pytest.raises(SystemExit) as left:
        run()
    assert not left.value.code
    said = capsys.readouterr().out
    assert "2512.23707v1  On <Rubrics>" in said
    assert "Ada Goel, 李雷; 2025-12-29; cs.LG" in said
    assert "1 of 41; `--start 1` goes on" in said


def test_an_assistant_cannot_name_the_server() -> None:
    import inspect

    from polyskill.runtime.tools import calls

    assert "url" not in inspect.signature(calls.arxiv).parameters
