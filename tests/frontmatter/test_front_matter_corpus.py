"""Every front matter of the shared corpus is read, the broken ones with a word on each repair."""

import time
from pathlib import Path

import pytest

from polyskill.compiler.frontmatter import read_recovering, read_strict
from polyskill.compiler.source import decode

CORPUS = Path(__file__).resolve().parents[2] / "../shared/corpus"
pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not CORPUS.is_dir(), reason="../shared is absent"),
]


def sources(under=""):
    for path in sorted((CORPUS / under).rglob("*")):
        if path.suffix in {".md", ".mdc"}:
            yield decode(path.read_bytes(), str(path.relative_to(CORPUS)))


def test_nothing_is_left_unread():
    count = 0
    for source in sources():
        result = read_recovering(source)
        if not source.text.startswith("---"):
            assert result.front is None, source.path
            continue
        count += 1
        values = result.front.values
        assert not {"name", "description", "applyTo"}.isdisjoint(values), source.path
        assert result.front.recovered == bool(result.diagnostics), source.path
        for entry in result.front.entries:
            assert source.slice(entry.span) == entry.raw
    assert count > 90


def test_expert_skills_have_name_and_description():
    recovered = 0
    for source in sources():
        if not source.path.startswith("awesome-skills"):
            continue
        result = read_recovering(source)
        assert result.front.values["name"] == Path(source.path).stem
        description = result.front.values["description"]
        assert isinstance(description, str)
        assert not description.rstrip().endswith("---")
        assert "<!--" not in description
        assert "\n# " in source.text[result.body_start - 1 :][:500]
        recovered += result.front.recovered
    assert recovered == 12  # 5 dedented, 5 glued, 2 with comments: all that index.csv calls broken


def test_cursor_rules_have_globs():
    for source in sources("awesome-cursorrules"):
        assert read_strict(source).front is None
        result = read_recovering(source)
        assert result.front.values["globs"].startswith("**/*")
        assert result.front.values["alwaysApply"] is False
        (found,) = result.diagnostics
        assert (found.code.id, found.column) == ("PS028", 8)


def test_strict_reading_is_fast():
    texts = list(sources("skills"))
    started = time.process_time()
    for _ in range(20):
        for source in texts:
            read_strict(source)
    spent = (time.process_time() - started) / (20 * len(texts))
    assert spent < 0.002  # 0.05 ms on an idle machine
