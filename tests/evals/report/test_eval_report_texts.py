"""Markdown, JUnit, the terminal: the same figures, safe in each place."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from polyskill.cli import tables
from polyskill.evals.report import figures
from polyskill.evals.report.arrange import command, overall
from polyskill.evals.report.junit import render_junit
from polyskill.evals.report.markdown import escaped, fenced, render_markdown
from polyskill.evals.report.text import summary
from polyskill.evals.results import Estimate, Run

GOLDEN = Path(__file__).parent / "golden"


def drawn(run: Run, lang: str) -> str:
    """Return the summary as the command line draws it, 100 columns wide."""
    told = summary(run, lang)
    lines = [told.headline, *told.reasons]
    for table in told.tables:
        layout = [tables.Column(each.heading, each.right, each.wrap) for each in table.columns]
        lines += ["", table.title, *tables.table(layout, table.rows, room=100)]
    return "\n".join([*lines, "", *told.footer]) + "\n"


def _texts(run: Run) -> dict[str, str]:
    return {
        "report.en.md": render_markdown(run, "en"),
        "report.zh.md": render_markdown(run, "zh"),
        "report.en.xml": render_junit(run, "en"),
        "report.zh.xml": render_junit(run, "zh"),
        "summary.en.txt": drawn(run, "en"),
        "summary.zh.txt": drawn(run, "zh"),
    }


def test_golden_files(rich_run: Run, update: bool) -> None:
    small = replace(rich_run, samples=tuple(each for each in rich_run.samples if not each.repeat))
    texts = _texts(small)
    if update:
        for name, text in texts.items():
            (GOLDEN / name).write_text(text, "utf-8", newline="\n")
    assert {path.name for path in GOLDEN.iterdir()} == set(texts)
    for name, text in texts.items():
        assert text == (GOLDEN / name).read_text("utf-8"), name


# Markdown ----------------------------------------------------------------------------------------


def test_markdown_cannot_be_broken_out_of(rich_run: Run) -> None:
    text = render_markdown(rich_run, "en")
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    raw = [token.content for token in tokens if token.type == "html_block"]
    raw += [
        child.content
        for token in tokens
        for child in token.children or ()
        if child.type == "html_inline"
    ]
    assert {re.sub("<summary>.*</summary>", "<summary>", part.strip()) for part in raw} == {
        "<details><summary>",
        "</details>",
    }
    assert not any("<" in re.sub("</?(details|summary)>", "", part) for part in raw)
    rows = [at for at, token in enumerate(tokens) if token.type == "tr_open"]
    cells = [token.type for token in tokens].count("td_open")
    assert cells == 7 * (len(rows) - 1)
    outside = re.sub(r"(?ms)^(`{3,}).*?^\1$", "", text)
    assert "@octocat" not in outside
    assert not re.search(r"#\d(?!\d*;)", outside)
    assert "\u202e" not in text


@given(st.text())
def test_an_escaped_line_shows_its_text_and_nothing_else(text: str) -> None:
    line = escaped(text)
    assert "\n" not in line
    [token] = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(f"x{line}x")[1:2]
    assert {child.type for child in token.children or ()} <= {"text", "text_special"}
    assert not re.search(r"(?<!\\)\|", line)


def test_nobody_is_called_and_nothing_is_linked() -> None:
    line = escaped("@octocat a@b.org fixes #12 GH-3 https://example.org www.example.org &lt;")
    assert not re.search(r"@\w|#\d(?!\d*;)|GH-\d|://|www\.", line)
    text = "".join(MarkdownIt("commonmark").render(line).split("\u200b"))
    assert "@octocat a@b.org fixes #12 GH-3 https://example.org www.example.org &amp;lt;" in text


@given(st.text("`~\n\r ab<\u202e") | st.text(), st.integers(1, 40))
def test_a_code_block_is_one_block(text: str, most: int) -> None:
    tokens = MarkdownIt("commonmark").parse(fenced(text, most, "en"))
    kinds = [token.type for token in tokens]
    note = ["paragraph_open", "inline", "paragraph_close"]
    assert kinds in (["fence"], ["fence", *note])


@pytest.mark.parametrize(
    ("lang", "judge", "length", "alpha"),
    [
        (
            "en",
            "- ⚠️ openai/judge-test: not calibrated",
            "current wins 64% of the pairs with none, but 46% at equal lengths",
            "agree too little (Judged side by side: Krippendorff's alpha +0.41)",
        ),
        (
            "zh",
            "- ⚠️ openai/judge-test：未经校准",
            "current 对 none 的胜率为 64%，但按等长回答计为 46%",
            "一致性过低（成对评判：Krippendorff α 为 +0.41）",
        ),
    ],
)
def test_markdown_says_why_to_doubt_the_judges(
    rich_run: Run, lang: str, judge: str, length: str, alpha: str
) -> None:
    text = render_markdown(rich_run, lang)
    assert judge in text
    assert length in text
    assert alpha in text
    assert text.count("⚠️ openai/judge-test") == 2
    cleared = replace(rich_run.judges[0], may_gate=True)
    sure = replace(rich_run, judges=(cleared,), agreement={"pairs": 0.8}, lengths=())
    assert "⚠️" not in render_markdown(sure, lang).partition("\n\n|")[0]


@pytest.mark.parametrize("limit", [1_000, 1_700, 2_500, 4_000])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_markdown_keeps_to_its_length_and_says_what_is_missing(
    rich_run: Run, lang: str, limit: int
) -> None:
    text = render_markdown(rich_run, lang, limit)
    assert len(text) <= limit
    assert text.startswith("## ❌ ")
    assert ("Left out" in text) or ("因篇幅省略" in text)


def test_markdown_of_everything_says_nothing_of_length(rich_run: Run, empty_run: Run) -> None:
    assert "Left out" not in render_markdown(rich_run, "en")
    assert "Nothing to compare" in render_markdown(empty_run, "en")
    huge = replace(rich_run, skill="s" * 90_000)
    assert len(render_markdown(huge, "en")) <= 60_000
    with pytest.raises(ValueError, match="at least 1,000"):
        render_markdown(rich_run, "en", 10)


# JUnit -------------------------------------------------------------------------------------------


def test_junit_has_a_case_a_cell_and_tells_trouble_from_failure(rich_run: Run) -> None:
    root = ET.fromstring(render_junit(rich_run, "en"))
    cells = [case for case in root.iter("testcase") if ".gate" not in case.get("classname", "")]
    assert len(cells) == len(rich_run.samples)
    assert sum(case.find("error") is not None for case in cells) == 12
    failed = [case for case in cells if case.find("failure") is not None]
    assert len(failed) == 4
    assert all(case.get("classname", "").startswith("current.") for case in failed)
    assert all("hostile" in case.get("name", "") for case in failed)
    gates = [suite for suite in root if suite.get("name", "").endswith("gate")]
    assert [(s.get("tests"), s.get("failures"), s.get("skipped")) for s in gates] == [
        ("3", "1", "1")
    ]
    assert root.get("tests") == str(len(cells) + 3)


def test_what_could_not_be_graded_is_skipped(rich_run: Run) -> None:
    one = replace(rich_run.samples[0], outcome="ok", passed=None, score=None)
    root = ET.fromstring(render_junit(replace(rich_run, samples=(one,), comparisons=()), "zh"))
    [case] = root.iter("testcase")
    assert case.find("skipped") is not None
    assert root.get("skipped") == "1"


@given(st.text())
def test_junit_is_xml_whatever_a_model_says(text: str) -> None:
    from polyskill.evals.results import Sample

    sample = Sample(text, "en", text, text, 0, "k", "ok", answer=text, score=0.0, passed=False)
    run = Run(text, "", "", text, "", "live", (), (), (), ("en",), 1, (), (sample,))
    [case] = ET.fromstring(render_junit(run, "en").encode()).iter("testcase")
    assert case.find("failure") is not None


# The terminal ------------------------------------------------------------------------------------


def test_the_summary_is_safe_to_print(rich_run: Run) -> None:
    told = summary(replace(rich_run, skill="evil\x1b[31m\u202e", stale=("current",)), "en")
    assert told.verdict == "regressed"
    parts = [told.headline, *told.reasons, *told.footer]
    parts += [cell for table in told.tables for row in table.rows for cell in row]
    assert all(part.isprintable() for part in parts)
    assert "Record again" in told.reasons[0]


def test_trouble_is_told_as_it_was_first_met(rich_run: Run) -> None:
    wild = "Connection to [evil](https://example.org) \x1b[31m " + "lost " * 100
    met = replace(rich_run.samples[0], outcome="transport", detail=wild, passed=None, score=None)
    later = replace(met, detail="something else", repeat=1)
    run = replace(rich_run, samples=(met, later), outcomes={"transport": 2, "timeout": 1})
    line = summary(run, "en").footer[0]
    assert line.startswith("Trouble: connection failed 2 (Connection to [evil]")
    assert line.endswith("…), timed out 1")
    assert line.isprintable()
    assert len(line) < 300
    text = render_markdown(run, "zh")
    assert r"**异常情况**：连接失败 2 (Connection to \[evil\](https:&#8203;//" in text
    assert "https://example.org" not in text


def test_a_long_list_of_failures_is_counted(rich_run: Run) -> None:
    bad = next(each for each in rich_run.samples if each.arm == "current" and not each.passed)
    many = tuple(replace(bad, passed=False, score=0.0, repeat=at) for at in range(25))
    table = summary(replace(rich_run, samples=many), "en").tables[-1]
    assert len(table.rows) == 10
    assert "10 of 25" in table.title


# Figures -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("show", "value", "text"),
    [
        (figures.points, 0.1249, "+12.5"),
        (figures.points, -0.0001, "0.0"),
        (figures.points, None, "–"),
        (figures.percent, 0.9999, ">99.9%"),
        (figures.percent, 0.996, "99.6%"),
        (figures.percent, 0.0001, "<0.1%"),
        (figures.percent, 1.0, "100%"),
        (figures.dollars, 0.0, "$0.00"),
        (figures.dollars, 1234.5, "$1,234.50"),
        (figures.dollars, -0.02, "−$0.020"),
        (figures.dollars, 0.00081, "$0.00081"),
        (figures.dollars, 0.00000123, "$1.2e-06"),
        (figures.probability, 0.0, "<0.001"),
        (figures.probability, float("nan"), "–"),
        (figures.hundred, 2 / 3, "66.7"),
        (figures.hundred, 1.0, "100"),
    ],
)
def test_figures(show: object, value: float | None, text: str) -> None:
    assert callable(show)
    assert show(value) == text


def test_an_estimate_from_json_or_with_nan(rich_run: Run) -> None:
    mapping = {"value": 0.5, "low": float("nan"), "high": 0.7, "n": 3}
    assert figures.estimate_of(mapping) == Estimate(0.5, None, 0.7, 3)
    assert figures.estimate_of(None) == Estimate()
    assert figures.gap(Estimate(0.5, None, 0.7, 1)) == (
        "no interval: one case",
        "无区间：仅一个用例",
    )
    assert figures.gap(Estimate(0.5, 0.1, 0.7, 3)) is None


def test_verdicts_and_commands(rich_run: Run, empty_run: Run) -> None:
    assert overall([rich_run, empty_run]) == "regressed"
    assert overall([empty_run]) == "none"
    assert command(empty_run) == "polyskill eval bare"
    assert "--budget 2.00" in command(rich_run)
    assert "'openai-compatible:http://127.0.0.1:8080/v1#qwen-test'" in command(rich_run)
