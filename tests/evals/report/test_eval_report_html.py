"""The page: whole, closed, safe, in both languages, and the same in a real browser."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
import time
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyskill.evals.report import figures
from polyskill.evals.report.draw import scale_for
from polyskill.evals.report.html import PLAIN_CELLS, render_html
from polyskill.evals.report.payload import ANSWER_LIMIT, embedded
from polyskill.evals.report.words import WORDS
from polyskill.evals.results import Estimate, Run, from_json, to_json

SOURCES = Path(figures.__file__).parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
BROWSER = next((found for name in BROWSERS if (found := shutil.which(name))), None)


class Page(HTMLParser):
    """The elements of a page, with the text of scripts, styles and everything else."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inside: list[str] = []
        self.scripts: list[str] = []
        self.styles: list[str] = []
        self.shown: list[str] = []
        self.feed(text)
        self.text = "".join(self.shown)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.inside.append("")

    def handle_data(self, data: str) -> None:
        if self.inside and self.inside[-1] == "script":
            self.scripts.append(data)
        elif self.inside and self.inside[-1] == "style":
            self.styles.append(data)
        else:
            self.shown.append(data)


@pytest.fixture(scope="module")
def page(rich_run: Run) -> str:
    return render_html([rich_run], "en")


@pytest.fixture(scope="module")
def parsed(page: str) -> Page:
    return Page(page)


def test_nothing_is_fetched(parsed: Page) -> None:
    fetching = {"src", "srcset", "action", "formaction", "poster", "background", "data", "cite"}
    for tag, attributes in parsed.tags:
        assert not fetching & set(attributes), tag
        target = attributes.get("href")
        assert target is None or target.startswith("#") or target == "data:,", tag
    [style] = parsed.styles
    assert "url(" not in style
    assert "@import" not in style


def test_only_our_own_script_may_run(parsed: Page) -> None:
    [policy] = [
        attributes["content"] or ""
        for tag, attributes in parsed.tags
        if attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    digests = [
        "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        for text in (parsed.scripts[1], parsed.styles[0])
    ]
    assert policy.startswith("default-src 'none'; ")
    assert f"script-src '{digests[0]}';" in policy
    assert f"style-src '{digests[1]}';" in policy
    assert "unsafe" not in policy


def test_no_text_of_a_run_becomes_markup(parsed: Page, rich_run: Run) -> None:
    names = [tag for tag, _ in parsed.tags]
    assert names.count("script") == 2
    assert not {"img", "i", "b", "iframe", "object", "embed"} & set(names)
    handlers = [a for _, attributes in parsed.tags for a in attributes if a.startswith("on")]
    styled = [tag for tag, attributes in parsed.tags if "style" in attributes]
    assert not handlers
    assert not styled
    data = json.loads(parsed.scripts[0])
    answers = {
        s["answer"] for cell in data["cells"] for s in cell["arms"].values() if "answer" in s
    }
    assert answers == {sample.answer for sample in rich_run.samples if sample.answer}


EVIL = """x"'></script></style></noscript><script>pwned()</script><img src=x onerror=pwned()>"""
KEPT = {"kind", "first", "second", "created", "source", "lang", "languages"}


def spoiled(data: Any, key: str = "") -> Any:
    """Return the JSON of a run in which every text, but for a few codes, is an attack."""
    if isinstance(data, str):
        return data if key in KEPT else EVIL
    if isinstance(data, dict):
        return {name: spoiled(value, name) for name, value in data.items()}
    return [spoiled(each, key) for each in data] if isinstance(data, list) else data


def test_a_forged_run_is_harmless(rich_run: Run) -> None:
    forged = from_json(spoiled(json.loads(json.dumps(to_json(rich_run)))))
    text = render_html([forged, forged], "en")
    for part in (text, text.partition("<noscript>")[2].partition("</noscript>")[0]):
        tags = Page(part).tags
        assert not {"img", "b", "i"} & {tag for tag, _ in tags}
        assert not [name for _, attributes in tags for name in attributes if name.startswith("on")]
    assert [tag for tag, _ in Page(text).tags].count("script") == 2


@given(st.dictionaries(st.text(), st.text(st.characters()) | st.text("<>&/!-script\u2028")))
def test_embedded_json_is_the_same_and_holds_no_markup(data: dict[str, str]) -> None:
    text = embedded(data)
    assert not re.search("[<>&\u2028\u2029\ud800-\udfff]", text)
    assert json.loads(text) == data


def test_every_label_is_there_in_both_languages(page: str) -> None:
    assert page.count('class="en"') == page.count('class="zh"') > 100


def test_words_are_used_and_filled_alike() -> None:
    source = "".join(
        path.read_text("utf-8")
        for path in SOURCES.rglob("*")
        if path.suffix in {".py", ".j2", ".js"} and path.name != "words.py"
    )
    for key, (en, zh) in WORDS.items():
        fields = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in (en, zh)]
        assert fields[0] == fields[1], key
        assert re.search("[\u4e00-\u9fff]", zh) or key in {"shown", "colon"}, key
    from_data = {"ok", "refusal", "truncated", "malformed", "rate-limited", "timeout", "server"}
    from_data |= {"transport", "rejected", "judge-invalid", "budget", "live", "recorded", "score"}
    from_data |= {"must", "should", "must_not", "pairwise"}
    unused = {key for key in WORDS if not re.search(f"""["']{key}["']|\\b{key}:""", source)}
    assert unused <= from_data | {"lang_en", "lang_zh"}


def test_what_is_unknown_is_a_dash_with_its_reason(page: str, rich_run: Run) -> None:
    shown = Page(page.partition("<noscript>")[0]).text
    assert not re.search(r"\b(nan|NaN|None|inf|undefined)\b", shown)
    assert "–(nothing graded" in re.sub(r"\s+", "", shown).replace(
        "nothinggraded", "nothing graded"
    )
    broken = replace(
        rich_run.comparisons[0],
        difference=Estimate(float("nan"), float("-inf"), float("inf"), 4),
        p_worse=float("nan"),
        missing=float("nan"),
    )
    text = Page(render_html([replace(rich_run, comparisons=(broken,))], "en")).text
    assert not re.search(r"\b(nan|NaN|inf)\b", text)


def test_what_is_known_of_judges_and_repeats(page: str) -> None:
    english = re.sub('<span class="zh".*?</span>', "", page.partition("<noscript>")[0])
    shown = " ".join(re.sub("<[^>]+>", " ", english).split())
    assert "openai/judge-test ( not calibrated )" in shown
    assert "current +1.12 [+0.31, +1.93] n = 24" in shown
    assert "claude-test-1 ( regularised: an arm never lost" in shown
    assert "none −1.17 ( no interval ) n = 24" in shown
    assert "openai/judge-test 64% [42%, 81%] 46% [25%, 69%] 14" in shown
    assert "openai/judge-test 57% [33%, 79%] – ( nothing graded ) 14" in shown
    assert "Judged side by side +0.41" in shown
    assert "Criteria – ( nothing was judged twice" in shown
    [table] = re.findall("pass@k pass\\^k n (.*?) Judges", shown)
    rows = re.findall(r"(current|none) (\S+) (English|Chinese) 2 (\d+%) (\d+%) 5", table)
    assert [row[0] + row[2] for row in rows[:4]] == [
        *("noneEnglish", "currentEnglish", "noneChinese", "currentChinese")
    ]
    assert {row[3:] for row in rows} == {("100%", "80%"), ("30%", "0%")}
    assert len(rows) == 8


def test_what_nobody_measured_is_not_shown(rich_run: Run) -> None:
    plain = replace(
        rich_run,
        samples=rich_run.samples[:12],
        judges=(replace(rich_run.judges[0], may_gate=True),),
        strengths=(),
        lengths=(),
        agreement={},
        reliability=(),
    )
    shown = Page(render_html([plain], "en")).text
    for key in ("strengths", "lengths", "agreement", "reliability", "uncalibrated", "not_cleared"):
        assert not any(text in shown for text in WORDS[key]), key
    failed = replace(plain, judges=(replace(rich_run.judges[0], may_gate=False),))
    assert "failed its calibration" in Page(render_html([failed], "en")).text


@pytest.mark.parametrize("runs", [1, 2])
def test_no_heading_leaves_out_a_level(rich_run: Run, runs: int) -> None:
    small = replace(rich_run, samples=rich_run.samples[:12])
    page = Page(render_html([small] * runs, "en"))
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@given(
    st.lists(st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False), max_size=4)
)
def test_an_axis_has_few_ticks_whatever_a_run_claims(values: list[float]) -> None:
    scale = scale_for([Estimate(each) for each in values], None)
    assert 2 <= len(scale.ticks) <= 9
    assert scale.low <= 0 <= scale.high
    assert all(scale.low <= each <= scale.high for each in values if abs(each) <= 100)


def test_parity_tells_of_answers_in_another_language(page: str) -> None:
    shown = " ".join(Page(page).text.split())
    assert "Equal within 10 points." in shown
    assert "in another language: 10% [2%, 40%]" in shown


def test_the_page_is_the_same_from_json(page: str, rich_run: Run) -> None:
    again = from_json(json.loads(json.dumps(to_json(rich_run))))
    assert render_html([again], "en") == page


def test_several_runs_are_told_apart(rich_run: Run) -> None:
    rich_run = replace(rich_run, samples=rich_run.samples[:12])
    later = replace(rich_run, created="2026-11-29T08:00:00Z")
    text = render_html([rich_run, later, later], "zh")
    assert '<html lang="zh-Hans"' in text
    assert "3 次评测汇总" in text
    for name in ("1. llm-research-scientist · 2026-11-28", "3. llm-research-scientist"):
        assert name in text


def test_a_run_without_anything(empty_run: Run) -> None:
    text = Page(render_html([empty_run], "en")).text
    assert "Nothing to compare" in text
    assert "recorded by录制者 hand-written" in text
    assert "Recorded for another text than today's: current" in text
    with pytest.raises(ValueError, match="at least one run"):
        render_html([], "en")


def test_a_huge_answer_is_cut_and_says_so(rich_run: Run) -> None:
    huge = replace(rich_run.samples[0], answer="x" * (ANSWER_LIMIT + 1234))
    text = render_html([replace(rich_run, samples=(huge,), pairs=())], "en")
    cell = json.loads(Page(text).scripts[0])["cells"][0]
    assert len(cell["arms"]["none"]["answer"]) == ANSWER_LIMIT
    assert cell["arms"]["none"]["cut"] == 1234


def test_without_scripts_the_cases_are_there(page: str) -> None:
    plain = Page(page.partition("<noscript>")[2].partition("</noscript>")[0])
    assert [tag for tag, _ in plain.tags].count("article") == 40
    assert "Step number 120" in plain.text
    assert "speaks to the judge" in plain.text
    [style] = Page(page).styles
    assert "html:not(.ready) .scripted { display: none; }" in style


def test_ten_thousand_answers(rich_run: Run) -> None:
    samples = tuple(replace(each, repeat=at) for at in range(84) for each in rich_run.samples)
    start = time.process_time()
    text = render_html([replace(rich_run, samples=samples, repeats=84)], "en")
    assert time.process_time() - start < 10
    assert len(text) < 40_000_000
    assert text.count('<article class="cell plain">') == PLAIN_CELLS


# In a browser -----------------------------------------------------------------------------------

browser = pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine")


def run_browser(tmp_path: Path, page: str, *arguments: str, fragment: str = "") -> tuple[str, str]:
    """Return the page after its script has run, and what the browser wrote to its console."""
    file = tmp_path / "report.html"
    file.write_text(page, "utf-8")
    done = subprocess.run(
        [
            *(str(BROWSER), "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"),
            *("--disable-background-networking", "--enable-logging=stderr"),
            *("--virtual-time-budget=2000", f"--user-data-dir={tmp_path / 'profile'}"),
            *arguments,
            f"{file.as_uri()}{fragment}",
        ],
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=True,
    )
    console = "\n".join(line for line in done.stderr.splitlines() if "CONSOLE" in line)
    return done.stdout, console


@browser
def test_a_browser_shows_it_without_a_complaint(tmp_path: Path, page: str, rich_run: Run) -> None:
    dom, console = run_browser(tmp_path, page, "--dump-dom")
    assert not console
    assert "data-error" not in dom.partition("<script")[0]
    assert dom.count('<details class="cell">') == 40
    assert 'data-overall="regressed"' in dom
    assert re.findall('data-tongue="(..)"[^>]*aria-pressed="true"', dom) == ["en"]


@browser
@pytest.mark.slow
def test_filters_and_language_come_from_the_address(tmp_path: Path, page: str) -> None:
    dom, console = run_browser(
        tmp_path, page, "--dump-dom", fragment="#lang=zh&only=failures&ui=zh"
    )
    assert not console
    assert '<html lang="zh-Hans"' in dom
    assert "<title>llm-research-scientist 评测报告</title>" in dom
    listed = dom.partition('<div id="list">')[2].partition('<p class="scripted" id="more"')[0]
    assert listed.count("<details") == 2  # the hostile case by the local model, twice
    assert "恶意答案" in listed
    assert "2 / 40" in dom
    dom, _ = run_browser(tmp_path, page, "--dump-dom", fragment="#q=PARIS+capital&arm=none&only=x")
    listed = dom.partition('<div id="list">')[2].partition('<p class="scripted" id="more"')[0]
    assert listed.count("<details") == 2  # one model answered it, twice
    assert "previous" not in re.sub("<[^>]+>", " ", listed)


@browser
@pytest.mark.slow
def test_open_cases_show_text_as_text(tmp_path: Path, page: str) -> None:
    # Without the policy, so that escaping alone must hold; with a script that opens all cases.
    open_page = re.sub("<meta http-equiv[^>]+>", "", page).replace(
        "</body>",
        "<script>document.getElementById('open-all').click();"
        "document.title = String(window.pwned)</script></body>",
    )
    dom, console = run_browser(tmp_path, open_page, "--dump-dom")
    assert not console
    assert "<title>undefined</title>" in dom
    shown = dom.partition("<noscript>")[0] + dom.partition("</noscript>")[2]
    assert "<img" not in shown
    assert "<mark>A rank of r = 16 is enough" in shown
    assert "words that nobody wrote" in shown
    assert 'class="answer folded" dir="auto" lang="zh-Hans"' in shown
    assert "current second" in shown
    assert "[object" not in shown
    assert "undefined</" not in shown.partition("</title>")[2]


@browser
@pytest.mark.slow
def test_paper_has_every_case(tmp_path: Path, page: str) -> None:
    target = tmp_path / "report.pdf"
    run_browser(tmp_path, page, f"--print-to-pdf={target}")
    assert len(re.findall(rb"/Type\s*/Page\b", target.read_bytes())) > 20
