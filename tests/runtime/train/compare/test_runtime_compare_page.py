"""The page and the Markdown of a comparison: what they show, and what they do not let through."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from typer.testing import CliRunner

from polyskill.compiler.model import Lang
from polyskill.runtime.judge.answers import Entry
from polyskill.runtime.judge.stats.intervals import Interval
from polyskill.runtime.judge.verdicts import Verdict
from polyskill.runtime.train.compare import draw, words
from polyskill.runtime.train.compare import page as pages
from polyskill.runtime.train.compare.markdown import MOST, markdown
from polyskill.runtime.train.compare.outcome import Pair, losses_first
from polyskill.runtime.train.compare.page import page
from polyskill.runtime.train.compare.side_by_side import article

_VOID = {"meta", "input", "img", "br", "base", "link", "hr"}
_OURS = {
    *("html", "head", "meta", "title", "style", "body", "input", "main", "div", "label"),
    *("h1", "h2", "h3", "article", "p", "ul", "li", "dl", "dt", "dd", "details", "summary"),
    *("table", "thead", "tbody", "tr", "th", "td", "svg", "rect", "line", "circle", "text"),
    *("span", "bdi", "small", "strong", "code"),
}
EVIL = (
    '</div></article><script>alert("x")</script><img src=http://evil/ onerror=alert(1)>'
    '<style>*{display:none}</style>" onmouseover="x() \x00\x1b[31m\u202e ]]> &lt;b&gt; `</code>`'
)


class Page(HTMLParser):
    """The tags of a page, in balance, with its texts."""

    def __init__(self, shown: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(shown)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return "".join(self.texts)


def harmless(shown: str) -> Page:
    read = Page(shown)
    assert {tag for tag, _ in read.tags} <= _OURS
    for tag, attributes in read.tags:
        assert not any(name.startswith("on") or name in ("style", "href") for name in attributes)
        assert "src" not in attributes, tag
    return read


def test_markup_in_answers_stays_text(made: Callable[..., Any]) -> None:
    names = (f"local/{EVIL}", "run")
    whole = made(
        {EVIL: ["lw"], "other": ["tt"]}, [(EVIL, EVIL + "!")], names=names, prompt=EVIL, reason=EVIL
    )
    doubt = {"en": f"the judge {EVIL}", "zh": f"评判模型 {EVIL}"}
    shown = page(replace(whole, doubts=(doubt,)), "en")
    read = harmless(shown)
    assert "script-src" not in shown
    assert "default-src 'none'" in shown
    clean = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "", EVIL)
    assert read.text.count(clean) >= 3 + 4 + 2  # prompt and answers, reasons, names
    assert sum(tag == "style" for tag, _ in read.tags) == 1
    assert "\x1b" not in shown


_TEXTS = st.text(st.one_of(st.sampled_from("<>/&\"'`bp \n"), st.characters()), max_size=80)


@given(_TEXTS, _TEXTS, st.sampled_from(["lw", "w-", "tt"]))
@example(EVIL, EVIL, "lw")
def test_no_answer_can_change_the_page(one: str, other: str, said: str) -> None:
    winners = {"w": "candidate", "l": "baseline", "t": "tie", "-": ""}
    entry = Entry(one, other, candidate=one, baseline=other, reference=one)
    verdict = Verdict(entry, None, None, (one, other), (), winners[said[0]], winners[said[1]])
    made = article(Pair(entry, None, (verdict,)), [other])
    plain = Entry("i", "p", candidate="c", baseline="b", reference="r")
    calm = Verdict(plain, None, None, ("x", "y"), (), winners[said[0]], winners[said[1]])
    tags = [tag for tag, _ in Page(made).tags]
    # an empty text is said to be one, and an empty reason is left out; nothing else differs
    kept = [tag for tag in tags if tag not in ("small", "span", "bdi")]
    calm_tags = [tag for tag, _ in Page(article(Pair(plain, None, (calm,)), ["j"])).tags]
    expected = [tag for tag in calm_tags if tag not in ("small", "span", "bdi")]
    if not one:  # then there is no reference either
        expected.remove("p")
        expected.remove("div")
    if other.count("\n") < 14 and one.count("\n") < 14:
        assert kept == expected


def test_markup_in_markdown_stays_text(made: Callable[..., Any]) -> None:
    evil = f"\n\n# Verdict\n\n| a | b |\n\n**won** [x](http://evil) ![i](http://evil/i) {EVIL}\n- x"
    whole = made({f"j|{evil}": ["lw"]}, [(evil, "b")], prompt=evil, reason=evil)
    for lang in ("en", "zh"):
        tokens = MarkdownIt("commonmark").enable("table").parse(markdown(whole, lang))
        kinds = [token.type for token in tokens]
        assert kinds.count("heading_open") == 4
        assert kinds.count("table_open") == 1
        assert "html_block" not in kinds
        inner = [child for token in tokens for child in token.children or ()]
        assert not {"link_open", "image", "html_inline"} & {child.type for child in inner}
        strong = [child for child in inner if child.type == "strong_open"]
        assert len(strong) == 1  # the decision


def test_losses_come_first_and_pairs_without_a_verdict_last(made: Callable[..., Any]) -> None:
    whole = made({"j": ["ww", "wl", "w-", "ll", "tl"]})
    assert [each.entry.id for each in losses_first(whole.pairs)] == ["p3", "p4", "p1", "p0", "p2"]
    shown = page(whole, "en")
    places = [shown.index(f"<bdi>p{at}</bdi>") for at in (3, 4, 1, 0, 2)]
    assert places == sorted(places)
    text = markdown(whole, "en")
    assert text.index("### p3 · lost (0.00)") < text.index("### p2 · no valid verdict")


def test_all_that_was_found_is_on_the_page(made: Callable[..., Any]) -> None:
    whole = made({"one": ["ww"] * 6 + ["wl"], "two": ["wl"] * 6 + ["="]}, stopped="budget")
    for lang in ("en", "zh"):
        shown, text = Page(page(whole, lang)).text, markdown(whole, lang)
        for told in (
            words.VERDICTS[whole.decision.verdict.value][lang],
            getattr(whole.decision.reason, lang),
            words.STOPS["budget"][lang],
            words.rate(whole.win_rate),
            words.rate(whole.equal_lengths),
            words.agreed(whole.agreement)[lang],
            *(words.rate(each.win_rate) for each in whole.judges),
            *(words.rate(each.position.first_rate) for each in whole.judges),
            *(words.rate(each.position.consistency) for each in whole.judges),
            "$0.50",
            "$1.25",
            words.WINNERS["candidate"][lang],
        ):
            assert told in shown
            assert told in text.replace("\\", "")
        assert 'id="zh" checked' in page(whole, "zh")
        assert 'id="en" checked' in page(whole, "en")
    wins = whole.decision
    assert f"{wins.wins} · {wins.ties} · {wins.losses}" in Page(page(whole, "en")).text


def test_long_answers_are_folded_and_very_long_ones_cut(made: Callable[..., Any]) -> None:
    long = "word " * 1000
    shown = page(made({"j": ["ww"]}, [(long, "x" * 30_000)]), "en")
    assert shown.count('<details class="said"') == 2
    assert long.strip() in shown
    assert "x" * 20_000 + " …" in shown
    assert "x" * 20_001 not in shown
    assert "30,000 characters" in re.sub("<[^>]+>", "", shown)
    lines = page(made({"j": ["ww"]}, [("\n".join("ab" for _ in range(40)), "short")]), "en")
    assert lines.count('<details class="said"') == 1


def test_an_empty_answer_and_the_same_answer_are_said(made: Callable[..., Any]) -> None:
    whole = made({"j": ["ll", "="]}, [("", "b"), ("c", "c")])
    shown, text = page(whole, "en"), markdown(whole, "en")
    for told in ("(an empty answer)", "Both answers are the same."):
        assert told in shown
        assert told in text


def test_many_pairs_are_cut_and_the_rest_is_counted(
    made: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "MOST", 3)
    whole = made({"j": ["ww"] * (MOST + 2) + ["ll"]})
    shown = page(whole, "en")
    assert shown.count('<article class="pair') == 3
    assert f"{MOST + 3 - 3} more are in <code>compare.json</code>" in shown
    text = markdown(whole, "en")
    assert text.count("\n### ") == MOST
    assert "3 more are in `compare.json`" in text


def test_nothing_to_compare_has_a_page_too(made: Callable[..., Any]) -> None:
    whole = made({"j": []})
    read = harmless(page(whole, "zh"))
    assert words.VERDICTS["invalid"]["zh"] in read.text
    assert "–" in markdown(whole, "zh")


def test_intervals_are_drawn_where_they_lie() -> None:
    drawn = draw.share(Interval(0.6, 0.45, 0.75, 9), "c0", 0.05)
    assert '<circle class="dot" cx="60.00%"' in drawn
    assert 'x1="45.00%" x2="75.00%"' in drawn
    assert '<rect class="band" x="45.00%" width="5.00%"' in drawn
    assert 'class="hollow"' in draw.share(Interval(1.0, None, None, 1), "c0")
    assert "<circle" not in draw.share(Interval(None, None, None, 0), "c0")
    bar = draw.stack((("won", 3), ("tied", 0), ("lost", 1)))
    assert re.findall(r'x="([\d.]+)%".*?width="([\d.]+)%"', bar) == [
        ("0.00", "75.00"),
        ("75.00", "25.00"),
    ]
    assert "<rect" not in draw.stack((("won", 0),))


@pytest.mark.parametrize(
    ("alpha", "means"),
    [
        (1.0, "they agree well"),
        (0.8, "they agree well"),
        (0.7, "tentative"),
        (0.3, "too little"),
        (-0.1, "no better than chance"),
    ],
)
def test_agreement_is_put_into_words(alpha: float, means: str) -> None:
    assert means in words.agreed(alpha)["en"]
    assert words.agreed(alpha)["zh"] != words.agreed(alpha)["en"]


def test_the_command_writes_them_beside_the_figures(
    world: Any, prompts: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from polyskill.cli.train import app

    world.answers = {"good 1": f"It is 1 m. {EVIL}"}
    told = ["compare", *(f"openai-compatible:{world.url}#{name}" for name in ("bad", "good"))]
    told += ["--prompts", str(prompts(4)), "-o", str(tmp_path / "out")]
    told += ["--judge", f"openai-compatible:{world.url}#judge"]
    monkeypatch.setattr("polyskill.cli.train.compare.message_language", lambda: Lang("zh"))
    shown = CliRunner().invoke(app, told)
    assert shown.exit_code == 0, shown.output
    assert shown.stdout.splitlines()[-2:] == [
        str(tmp_path / "out" / name) for name in ("compare.html", "compare.json")
    ]
    read = harmless((tmp_path / "out" / "compare.html").read_text("utf-8"))
    assert "<script>alert" in read.text
    assert "speak to a judge" in read.text  # text that a reader cannot see was found
    assert "对比" in (tmp_path / "out" / "compare.md").read_text("utf-8")
