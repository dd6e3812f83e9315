"""The schema of canonical front matter: each rule at its line and column."""

import subprocess
import sys

import pytest

from polyskill.compiler.frontmatter import read_recovering, read_strict, validate_canonical
from polyskill.compiler.source import Edit, Source, apply_edits

GOOD = """---
name: "shoe-mender"
description: "Mends shoes. Use when soles are worn."
license: "MIT"
compatibility: "Any assistant"
allowed-tools: "Read Bash(ls:*)"
metadata:
  version: "1.0"
title: "Shoe mender"
tags:
  - "craft"
triggers:
  - "mend my shoes"
platforms:
  - "claude"
kind: "skill"
globs:
  - "**/*.shoe"
always: false
tools: "Read, Write"
model: "fast"
argument-hint: "[shoe]"
runtime:
  - "judge"
attribution: "me"
overrides:
  claude:
    model: "slow"
    user-invocable: true
---
"""


def check(text, **options):
    source = Source("SKILL.md", text)
    front = read_strict(source).front
    return source, validate_canonical(front, source, **options)


def said(text, **options):
    _, found = check(text, **options)
    return [(one.code.id, one.line, one.column) for one in found]


def test_a_good_one():
    assert said(GOOD, folder_name="shoe-mender") == []
    assert said(GOOD.replace('tools: "Read, Write"', 'tools:\n  - "Read"')) == []


LINES = {
    "wrong type": ("tags: x", [("PS101", 4, 7)]),
    "wrong type in a list": ("tags:\n  - [a]", [("PS101", 5, 5)]),
    "number for text": ("version: 1.10", [("PS111", 4, 10)]),
    "boolean for text": ("tags: [a, true]", [("PS111", 4, 11)]),
    "number in metadata": ("metadata:\n  x: 'y'\n  version: 2", [("PS111", 6, 12)]),
    "list in metadata": ("metadata:\n  tags: [a]", [("PS101", 5, 9)]),
    "text for boolean": ("always: yes", [("PS101", 4, 9)]),
    "overrides": ("overrides:\n  claude: x", [("PS101", 5, 11)]),
    "tools as a number": ("tools: 3", [("PS111", 4, 8)]),
    "tools with a number": ("tools: [a, 3]", [("PS111", 4, 12)]),
    "kind": ("kind: thing", [("PS112", 4, 7)]),
    "misspelt": ("titel: x", [("PS103", 4, 1)]),
    "underscore": ("allowed_tools: x", [("PS103", 4, 1)]),
    "unknown": ("zebra: x", [("PS102", 4, 1)]),
    "empty": ("license:", [("PS106", 4, 9)]),
    "empty text": ("title: ''", [("PS106", 4, 8)]),
    "empty list item": ("tags:\n  - ''\n  -", [("PS106", 5, 5), ("PS106", 6, 4)]),
    "long compatibility": (f"compatibility: {'x' * 501}", [("PS107", 4, 16)]),
}


@pytest.mark.parametrize("name", LINES)
def test_one_line(name):
    line, findings = LINES[name]
    text = f'---\nname: "a"\ndescription: "b"\n{line}\n---\n'
    assert said(text) == findings


@pytest.mark.parametrize("name", ["A", "a--b", "-a", "a-", "a_b", "技能", "a b", "é"])
def test_bad_names(name):
    assert said(f'---\nname: "{name}"\ndescription: "b"\n---\n') == [("PS104", 2, 7)]


def test_name_length_and_folder():
    assert said(f'---\nname: "{"a" * 65}"\ndescription: "b"\n---\n') == [("PS107", 2, 7)]
    assert said('---\nname: "a"\ndescription: "b"\n---\n', folder_name="b") == [("PS105", 2, 7)]


def test_missing_keys_are_said_once():
    assert said("---\ntitle: x\n---\n") == [("PS100", 1, 1), ("PS100", 1, 1)]
    assert said("---\nname: a\ndescription:\n---\n") == [("PS106", 3, 13)]
    assert said("---\nname: a\ndescription: ' '\n---\n") == [("PS106", 3, 14)]


def test_no_front_matter():
    assert said("# Title\n") == [("PS113", 1, 1)]
    assert said("---\nname: a\n") == []  # reading has said that the fence is missing


def test_description_length_and_brackets():
    fits = "界" * 1024
    assert said(f'---\nname: a\ndescription: "{fits}"\n---\n') == []
    assert said(f'---\nname: a\ndescription: "{fits}x"\n---\n') == [("PS107", 3, 14)]
    assert said('---\nname: a\ndescription: "a <b> c"\n---\n') == [("PS108", 3, 17)]
    assert said("---\nname: a\ndescription: >\n  a\n  b > c\n---\n") == [
        ("PS109", 3, 14),
        ("PS108", 5, 5),
    ]


@pytest.mark.parametrize(
    "written",
    ["Mends shoes", ">\n  Mends\n  shoes", '|-\n  Mends shoes\n  twice: "x"\n\n', "Mends # note"],
)
def test_quoting_is_a_fix(written):
    text = f"---\nname: a\ndescription: {written}\nversion: 1.10\n---\nB\n"
    source, found = check(text)
    assert [one.code.id for one in found] == ["PS109", "PS111"]
    edits = [Edit(span, new) for one in found for span, new in one.fix]
    mended = apply_edits(text, edits)
    before = read_strict(source).front.values["description"].strip()
    after = read_strict(Source("SKILL.md", mended)).front.values
    assert (after["description"], after["version"]) == (before, "1.10")
    assert said(mended) == []


def test_a_translation():
    text = (
        '---\nname: "a"\ndescription: "修鞋"\ntitle: "鞋匠"\nmetadata:\n  title: "鞋匠"\n'
        '  version: "1"\ntriggers:\n  - "修鞋"\nlicense: "MIT"\nzebra: x\n---\n'
    )
    assert said(text, translation=True) == [
        ("PS110", 2, 1),
        ("PS110", 7, 3),
        ("PS110", 10, 1),
        ("PS102", 11, 1),
    ]
    assert said('---\ntitle: "鞋匠"\n---\n', translation=True) == []
    assert said("---\ndescription: 3\n---\n", translation=True) == [("PS111", 2, 14)]


def test_flow_mapping_at_the_top():
    assert said('---\n{name: "A", description: "b"}\n---\n') == [("PS104", 2, 8)]


def test_a_recovered_front_matter_can_be_checked():
    text = "---\nname: a\ndescription: b: c\nversion: 1.0\n---\n"
    source = Source("SKILL.md", text)
    found = validate_canonical(read_recovering(source).front, source)
    assert [(one.code.id, one.line, one.column) for one in found] == [
        ("PS109", 3, 1),
        ("PS111", 4, 10),
    ]


def test_pydantic_is_imported_late():
    code = "import sys, polyskill.compiler.frontmatter as f; sys.exit('pydantic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
