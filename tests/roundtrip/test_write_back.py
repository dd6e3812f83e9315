"""What is read and written back without a change is the same, byte for byte."""

from __future__ import annotations

import codecs
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from polyskill.compiler.model import Skill
from polyskill.compiler.readers import discover, read
from polyskill.compiler.readers.files import SKIPPED
from polyskill.compiler.source import decode
from polyskill.compiler.write import write_back


def written_back(skill: Skill) -> dict[Path, bytes]:
    """The files that a skill is written back to."""
    folder = Path(skill.path)
    base = folder if folder.is_dir() else folder.parent
    return {Path(os.path.normpath(base / name)): data for name, data in write_back(skill).items()}


def files_of(path: Path) -> set[Path]:
    if path.is_file():
        return {path}
    files = (file for file in path.rglob("*") if file.is_file())
    return {file for file in files if not SKIPPED.intersection(file.parts)}


@pytest.mark.corpus
def test_every_file_of_the_corpus(originals) -> None:
    count = 0
    for candidate, skills in originals:
        made: dict[Path, bytes] = {}
        for skill in skills:
            made |= written_back(skill)
        wanted = files_of(candidate.path)
        if candidate.twin is not None:
            wanted |= files_of(candidate.twin)
        assert made.keys() == wanted, candidate.path
        for path, data in made.items():
            assert data == path.read_bytes(), path
        count += len(made)
    assert count > 190


WORDS = st.sampled_from(
    [
        "# A", "## B / 乙", "> quoted", "> <!-- 引用 -->", "- item / 条目", "- [x] done",
        "| a | b |", "|---|---|", "```", "~~~py", "<!-- 中文 -->", "<!--", "---", "text  ",
        "text\t", "   ", "", "\ufeff", "\u200b", "e\u0301", "词语。", "**Test 1: a**",
        "- Input: \"x\"", "- Expected: y", "name: again", "a: b: c", "\x0c", "\x1c", "\u2028",
        "\x85", "\x00", "***", "1. one", "\\",
    ]
)  # fmt: skip
KEYS = st.sampled_from(
    [
        "name: thing", "description: Does it.", "description: >", "  folded", "globs: **/*",
        "x: 'y", "tags: [a, b]", "# remark", "Triggers: \"a\", \"b\"", "note: a: b", "  dedented",
        "---", "", "description: <!-- 说明 -->", "\tname: x", "名称: 值", "name: thing",
        "d: 2020-01-01", "&a b",
    ]
)  # fmt: skip
NOISE = st.sampled_from([b"\xff", b"\xc3", b"\xe4\xb8", b"\xed\xa0\x80", b"\xf0\x9f\x98", b"\x80"])
ENDINGS = st.sampled_from([b"\n", b"\r\n", b"\r", b" \n", b"\n\n"])


@st.composite
def texts(draw) -> bytes:
    """A file as bytes: odd line endings, perhaps a mark, perhaps no UTF-8, perhaps no last line."""
    head = ["---", *draw(st.lists(KEYS, max_size=6)), draw(st.sampled_from(["---", "", "--- "]))]
    lines = (head if draw(st.booleans()) else []) + draw(st.lists(WORDS, max_size=12))
    if draw(st.booleans()):
        ending = draw(ENDINGS)
        made = b"".join(line.encode() + ending for line in lines)
    else:
        made = b"".join(line.encode() + draw(ENDINGS) for line in lines)
    if draw(st.booleans()):
        made = made.rstrip()
    if draw(st.integers(0, 3)) == 0:
        at = draw(st.integers(0, len(made)))
        made = made[:at] + draw(NOISE) + made[at:]
    match draw(st.integers(0, 9)):
        case 0:
            made = codecs.BOM_UTF8 + made
        case 1:
            made = made.decode("utf-8", "replace").encode("utf-16")
        case 2:
            made = made[: draw(st.integers(0, len(made)))]
    return made


TREES = st.one_of(
    st.fixed_dictionaries({"thing-expert.md": texts()}),
    st.fixed_dictionaries({"thing/SKILL.md": texts()}, optional={"thing/references/a.md": texts()}),
    st.fixed_dictionaries(
        {"thing/SKILL.md": texts(), "thing/SKILL.zh.md": texts()},
        optional={
            "thing/evals/cases.yaml": texts(),
            "thing/commands/go.md": texts(),
            "thing/agents/a.md": texts(),
            "thing/rules/r.md": texts(),
            "thing/rules/r.zh.md": texts(),
            "thing/mcp.json": texts(),
            "thing/x.bin": st.binary(max_size=40),
        },
    ),
    st.fixed_dictionaries({".claude-plugin/plugin.json": st.just(b'{ "name":"pack" }'),
                           "skills/one/SKILL.md": texts(), "commands/go.md": texts()}),
    st.fixed_dictionaries({"style.mdc": texts()}),
    st.fixed_dictionaries({"AGENTS.md": texts()}),
    st.fixed_dictionaries({"x.agent.md": texts()}),
    st.fixed_dictionaries({"commands/go.md": texts()}, optional={"commands/go.zh.md": texts()}),
)  # fmt: skip


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(tree=TREES)
def test_any_file(tmp_path_factory, tree: dict[str, bytes]) -> None:
    root = tmp_path_factory.getbasetemp() / "any"
    shutil.rmtree(root, ignore_errors=True)
    for name, data in tree.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    skills = [skill for candidate in discover(root) for skill in read(candidate).skills]
    made: dict[Path, bytes] = {}
    for skill in skills:
        for path, data in written_back(skill).items():
            assert made.setdefault(path, data) == data == path.read_bytes(), path
    # Whatever was read as a skill's folder comes back whole.
    if "thing/SKILL.md" in tree and skills:
        assert made.keys() == {root / name for name in tree}


@given(st.binary(max_size=200))
def test_any_bytes(raw: bytes) -> None:
    source = decode(raw, "x")
    assert source.encode() == raw
    ends = {source.position(offset).line for offset in range(len(source.text) + 1)}
    assert ends == set(range(1, max(ends) + 1))
