"""The report in its forms: a page that can run nothing, Markdown, JSON, and the commands."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from polyskill.runtime.train.analyze.curves import Curve
from polyskill.runtime.train.analyze.markdown import markdown
from polyskill.runtime.train.analyze.page import page
from polyskill.runtime.train.analyze.plots import Mark, plot
from polyskill.runtime.train.analyze.report import analyse, to_json
from polyskill.runtime.train.record import Recorded

NASTY = "<script>alert(1)</script>\"'&\x00\x1b[31m `x` \ud800 中文"


class Tags(HTMLParser):
    """Collects tags with their attributes, and checks that they are closed in order."""

    VOID = frozenset({"meta", "input", "br"})

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def nasty(runs: Any) -> Recorded:
    rows = runs.collapse()
    for row in rows:
        row |= {f"items/{NASTY}": 1.0, f"judge/{NASTY}": 0.5, f"rewards/{NASTY}": 1.0}
    found = runs.recorded(rows, "grpo")
    samples = [{"step": NASTY, "prompt": [{"role": NASTY}], "completion": NASTY * 900}]
    run = found.run | {"versions": {NASTY: NASTY}, "state": NASTY, "error": NASTY}
    return Recorded(Path(f"runs/{NASTY[:8]}"), run, found.metrics, tuple(samples), (NASTY,))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_is_well_formed_and_can_run_nothing(runs: Any, lang: str) -> None:
    text = page(analyse(nasty(runs)), lang)
    tags = Tags()
    tags.feed(text)
    assert not tags.open
    assert not {"script", "link", "img", "iframe", "object"} & {tag for tag, _ in tags.seen}
    for _, attributes in tags.seen:
        assert not {"src", "style", "onclick", "onload"} & set(attributes)
        assert not (attributes.get("href") or "").startswith("http")
    [style] = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in text
    assert "default-src 'none'" in text
    assert not re.search("[\x00-\x08\x1b\ud800-\udfff]", text)
    assert f'id="{lang}" checked' in text


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_markdown_holds_no_markup_of_the_run(runs: Any, lang: str) -> None:
    text = markdown(analyse(nasty(runs)), lang)
    assert "<script>" not in text.replace("\\<", "")
    assert all(sign.isprintable() or sign == "\n" for sign in text.replace("\ud800", ""))
    assert "`collapse`" in text
    assert ("回答长度坍缩" in text) == (lang == "zh")
    tables = [line for line in text.splitlines() if line.startswith("|")]
    assert {line.replace("\\|", "").count("|") for line in tables} == {6}


@given(
    st.lists(st.floats(-1e300, 1e300), max_size=60),
    st.lists(st.integers(0, 10**9), max_size=5),
)
def test_every_curve_can_be_drawn(values: list[float], broken: list[int]) -> None:
    curve = Curve("loss", tuple(range(1, len(values) + 1)), tuple(values), tuple(broken))
    drawn = plot([curve, Curve("none")], [Mark(1, 0, 7, "is-note")], "a & b")
    assert bool(drawn) == bool(values)
    if drawn:
        root = ET.fromstring(drawn)
        assert root.get("aria-label") == "a & b"
        for line in root.iter("polyline"):
            for point in (line.get("points") or "").split():
                x, y = map(float, point.split(","))
                assert 0 <= x <= 640
                assert 0 <= y <= 220


def test_a_long_run_is_drawn_with_its_extremes_in_a_small_page(runs: Any) -> None:
    rows = [{"step": at, "loss": 1.0 + (at == 70_001)} for at in range(1, 100_001)]
    text = page(analyse(runs.recorded(rows)), "en")
    assert len(text) < 200_000
    [thin] = re.findall(r'class="thin c0" points="([^"]*)"', text)
    heights = [float(point.split(",")[1]) for point in thin.split()]
    assert heights.count(min(heights)) == 1


def test_json_is_strict_json(runs: Any) -> None:
    rows = runs.sft(1, 60)
    for row in rows[40:]:
        row["loss"] = float("nan")
    data = json.loads(json.dumps(to_json(analyse(runs.recorded(rows))), allow_nan=False))
    assert data["spoilt"] is True
    assert data["findings"][0]["kind"] == "divergence"
    assert data["metrics"]["loss"]["not_a_number"] == 20
    assert "collapse" not in data["no_data_for"]


@pytest.fixture
def command() -> Callable[..., Any]:
    import typer

    from polyskill.cli.train.analyze import analyze

    app = typer.Typer()
    app.command()(analyze)
    return lambda *arguments: CliRunner().invoke(app, [str(each) for each in arguments])


def test_the_command_tells_and_writes(
    command: Callable[..., Any], written: Callable[..., Path], runs: Any, tmp_path: Path
) -> None:
    folder = written(runs.collapse(), "grpo")
    shown = command(folder, "-o", tmp_path / "report.html")
    assert shown.exit_code == 1
    assert "problem (sure): The answers collapsed" in shown.stdout
    text = (tmp_path / "report.html").read_text("utf-8")
    assert "Because of &lt;b&gt;10&lt;/b&gt;." in text
    assert json.loads(command(folder, "--json").stdout)["findings"][0]["kind"] == "collapse"
    assert command(folder, "--md").stdout.startswith("# Training run run\n")
    assert command(folder, "--md", "--json").exit_code == 2


def test_the_command_says_what_is_wrong(command: Callable[..., Any], tmp_path: Path) -> None:
    shown = command(tmp_path)
    assert shown.exit_code == 2
    assert "holds no run" in shown.stderr
    assert command(tmp_path / "none").exit_code == 2


def test_a_healthy_run_ends_with_zero(
    command: Callable[..., Any], written: Callable[..., Path], runs: Any
) -> None:
    shown = command(written(runs.sft(2, 60)))
    assert shown.exit_code == 0
    assert "Nothing wrong was found." in shown.stdout


def test_it_runs_where_it_is_copied_without_polyskill(
    written: Callable[..., Path], runs: Any, tmp_path: Path
) -> None:
    import shutil

    from polyskill import runtime

    target = tmp_path / "elsewhere" / "carried"
    shutil.copytree(Path(str(runtime.__file__)).parent, target)
    folder = written(runs.collapse(), "grpo")
    line = [sys.executable, "-I", "-c"]
    code = (
        f"import sys; sys.path.insert(0, {str(target.parent)!r}); sys.modules['polyskill'] = None\n"
        "from carried.train.analyze.markdown import markdown\n"
        "from carried.train.analyze.page import page\n"
        "from carried.train.analyze.report import analyse\n"
        "from carried.train.record import read_run\n"
        f"found = analyse(read_run({str(folder)!r}))\n"
        "assert page(found, 'zh').startswith('<!doctype html>')\n"
        "sys.stdout.buffer.write(markdown(found, 'zh').encode())\n"
    )
    done = subprocess.run([*line, code], capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert "回答长度坍缩" in done.stdout.decode("utf-8")
