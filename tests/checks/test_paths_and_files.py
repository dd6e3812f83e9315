"""Names that cannot be stored, files that are not what they say, and bombs."""

import time

import pytest


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("../x.md", "PS332"),
        ("a/../../x", "PS332"),
        ("/etc/passwd", "PS332"),
        ("C:/x.md", "PS332"),
        ("c:\\x.md", "PS332"),
        ("..\\x.md", "PS332"),
        ("~/x", "PS332"),
        ("a:b.md", "PS332"),
        ("nul", "PS330"),
        ("scripts/con.txt", "PS330"),
        ("COM1/x.md", "PS330"),
        ("assets/Lpt9.tar.gz", "PS330"),
        ("AUX .md", "PS330"),
        ("a./x.md", "PS331"),
        ("x.md ", "PS331"),
        ("ab:c.md", "PS331"),
        ("a|b", "PS331"),
        ("a\x1bb.md", "PS331"),
        ("a\u202eb.md", "PS331"),
        ("a\u200bb.md", "PS331"),
        ("a\\b", "PS331"),
    ],
)
def test_bad_paths(make_skill, find, path, code):
    found = find(make_skill(resources={path: "x\n"}), "PS330", "PS331", "PS332", gate_only=True)
    assert [one.code.id for one in found] == [code]


@pytest.mark.parametrize(
    "path",
    [
        "a.md",
        "console.md",
        "comets/x",
        "com10.md",
        "中文.md",
        "a b.md",
        "x..y.md",
        ".env",
        "nuls/x",
        "a/ⅷ.md",
    ],
)
def test_good_paths(make_skill, find, path):
    codes = ("PS330", "PS331", "PS332", "PS333")
    assert find(make_skill(resources={path: "x\n"}), *codes) == []


@pytest.mark.parametrize(
    ("one", "two", "how"),
    [("a/Æ.md", "a/æ.md", "casefold"), ("caf\u00e9", "cafe\u0301", "NFC"), ("A", "a", "casefold")],
)
def test_colliding_paths(make_skill, find, one, two, how):
    (found,) = find(make_skill(resources={one: "1", two: "2"}), "PS422")
    assert found.args["how"] == how
    assert {found.args["file"], found.args["other"]} == {one, two}


def test_a_resource_must_not_take_the_place_of_the_skill(make_skill, find):
    assert find(make_skill(resources={"skill.MD": "x"}), "PS422")


@pytest.mark.parametrize(
    ("path", "data", "code"),
    [
        ("run.py", b"print(1)\0", "PS320"),
        ("notes.md", b"PK\x03\x04zip", "PS320"),
        ("a.sh", b"\xff\xfee\0", "PS320"),
        ("a.txt", b"x" * 9000 + b"\0", "PS320"),
        ("a.png", b"\x7fELF", "PS321"),
        ("a.jpg", b"#!/bin/sh\n", "PS321"),
        ("a.pdf", b"MZ\x90" + b"\0" * 9, "PS321"),
        ("tool", b"\x7fELF\x01", "PS322"),
        ("m.pyc", b"x", "PS322"),
        ("x.zip", b"PK\x03\x04", "PS322"),
    ],
)
def test_disguises(make_skill, find, path, data, code):
    found = find(make_skill(resources={path: data}), "PS320", "PS321", "PS322", gate_only=True)
    assert [one.code.id for one in found] == [code]


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("a.png", b"\x89PNG\r\n\x1a\n\0"),
        ("a.png", b"\xff\xd8\xff\xe0"),
        ("a.md", b"MZ is a code\n"),
        ("a.docx", b"PK\x03\x04"),
        ("font.ttf", b"\0\1\0\0"),
        ("run", b"#!/bin/sh\n"),
        ("a.png", b"version https://git-lfs.github.com/spec/v1\n"),
        ("empty.py", b""),
    ],
)
def test_honest_files(make_skill, find, path, data):
    assert find(make_skill(resources={path: data}), "PS320", "PS321", "PS322") == []


@pytest.mark.parametrize("blank", ["\n", " \n", "\t\r\n"])
def test_blank_run_is_found_once_and_measured(make_skill, find, blank):
    text = "x\n" + blank * 100_000 + "\nhidden\n"
    (one,) = find(make_skill(text), "PS310", gate_only=True)
    assert (one.line, one.args["count"]) == (2, 100_001)


def test_a_short_gap_is_no_bomb(make_skill, find):
    assert find(make_skill("x\n" * 20_000 + "\n" * 400 + "y\n"), "PS310") == []


@pytest.mark.parametrize(
    "text",
    [
        "\n" * 300_000,
        "[" * 200_000,
        "> " * 100_000,
        "`" * 100_000,
        "$1 " * 50_000,
        "\u200b" * 200_000,
        "x\u200b" * 20_000,
        "|a" * 50_000,
        "- " * 50_000,
        "curl | " * 20_000,
        "!`" * 50_000,
        "@a" * 50_000,
        "<!--" * 50_000,
        "todo [" * 30_000,
        "a" * 1_000_000,
    ],
    ids=lambda text: repr(text[:6]),
)
def test_bombs_take_linear_time(make_skill, text):
    from polyskill.compiler.checks import check_skill

    skill = make_skill(f"Take notes.\n\n{text}\n", resources={"references/a.md": text})
    start = time.process_time()
    found = check_skill(skill)
    assert time.process_time() - start < 20
    assert "rule" not in {one.args.get("reason", "")[:4] for one in found}
