"""The cases found in real files agree with an independent count."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from polyskill.compiler.document import Document
from polyskill.compiler.extract import analyse
from polyskill.compiler.markdown import parse
from polyskill.compiler.model import Dialect, Skill
from polyskill.compiler.source import decode

SHARED = Path(__file__).resolve().parents[3] / "shared"
CORPUS = SHARED / "corpus"

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not CORPUS.is_dir(), reason="../shared/corpus is not here"),
]

# File id → number of cases that are right, where the prototype counted otherwise, and why.
EXPLAINED: dict[str, tuple[int, str]] = {}


def load(path: Path) -> Skill:
    source = decode(path.read_bytes(), str(path))
    fence = re.match(r"\A---\n.*?\n?---[ \t]*\n", source.text, re.DOTALL)
    start = fence.end() if fence else 0
    document = Document(source, start, parse=parse)
    return Skill(path.stem, Dialect.EXPERT, str(path), main=document, analyse=analyse)


def rows() -> list[dict[str, str]]:
    if not CORPUS.is_dir():
        return []
    with (CORPUS / "index.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


COUNTED = [
    (row["id"], row["path"], int(count[1]))
    for row in rows()
    if (count := re.search(r"\btests=(\d+)", row["oracle"]))
]


@pytest.mark.parametrize(("name", "path", "count"), COUNTED, ids=lambda value: str(value)[-40:])
def test_cases_agree_with_the_count(name: str, path: str, count: int) -> None:
    content = load(CORPUS / path).content
    wanted, _reason = EXPLAINED.get(name, (count, ""))
    assert len(content.tests) == wanted
    assert content.diagnostics == ()
    for case in content.tests:
        assert len(case.criteria) >= 2, case
        for criterion in case.criteria:
            words = criterion.text.en or criterion.text.zh or ""
            assert 4 <= len(words) <= 240, words
            # Brackets and back-ticks are never cut apart.
            assert words.count("(") == words.count(")")
            assert words.count("`") % 2 == 0


def test_the_seed_skill() -> None:
    path = SHARED / "sources" / "llm-research-scientist.md"
    content = load(path).content
    assert [len(case.criteria) for case in content.tests] == [4, 4, 4]
    assert {case.form for case in content.tests} == {"A1"}
    assert len(content.scenarios) == 3
    assert [len(scenario.triggers) for scenario in content.scenarios] == [5, 6, 7]
    assert len(content.dialogues) == 6
    assert [len(checklist.items) for checklist in content.checklists] == [6]
    assert content.persona is not None
    assert content.persona.source == "section"


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["id"])
def test_every_text_of_the_corpus_is_read(row: dict[str, str]) -> None:
    root = CORPUS / row["path"]
    files = [root] if root.is_file() else sorted(root.rglob("*.md"))
    for path in files:
        if path.suffix in (".md", ".mdc"):
            content = load(path).content
            text = path.read_text(encoding="utf-8", errors="replace")
            assert all(link.span.end <= len(text) + 1 for link in content.links)
