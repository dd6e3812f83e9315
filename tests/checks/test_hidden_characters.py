"""Clean text in any script is clean; one hidden character is one finding, at its place."""

import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polyskill.compiler.checks.unseen import _FAR, _NEAR, name_of, runs_in
from polyskill.compiler.model import FrontMatter
from polyskill.compiler.source import Span

EMOJI = [
    "👨‍👩‍👧‍👦",
    "👩🏽‍💻",
    "🏳️‍🌈",
    "🏴‍☠️",
    "❤️‍🔥",
    "👁️‍🗨️",
    "🐻‍❄️",
    "🐦‍⬛",
    "🙂‍↔️",
    "1️⃣",
    "#️⃣",
    "☺️",
    "☎︎",
    "🇨🇳",
    "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "✅",
    "⚠️",
    "🧑🏿‍🤝‍🧑🏻",
]
SCRIPTS = [
    "中文全角，标点。「引号」（括号）ＡＢＣ１２３",
    "神\U000e0101",
    "豈 更 車",
    "日本語カタカナ ﾊﾝｶｸ",
    "한국어 조합 ᄀ\u1160",
    "می\u200cخواهم",
    "क\u094d\u200dष",
    "עברית\u200f (abc)",
    "السلام\u200f",
    "ไทย\u200bไทย",
    "ខ្មែរ\u200bខ",
    "e\u0301 n\u0303",
    "①②③ Ⅳ ㎏ ㍿ ﬁ ｘ²",
    "— “quotes” … •",
    "⠓⠑⠇⠇⠕\u2800⠺",
    "\u3000全角空格",
    "a\u00a0b",
    "∩\ufe00",
    "、\ufe01",
    "ᠮᠣᠩ\u180bᠭ",
]
HIDDEN = {
    "\u202e": "PS300",
    "\u2066": "PS300",
    "\u202a": "PS300",
    "\u200b": "PS301",
    "\u200c": "PS301",
    "\u200d": "PS301",
    "\u2060": "PS301",
    "\u200e": "PS301",
    "\u200f": "PS301",
    "\u061c": "PS301",
    "\u180e": "PS301",
    "\U000e0041": "PS302",
    "\U000e0001": "PS302",
    "\U000e007f": "PS302",
    "\u00ad": "PS303",
    "\u2063": "PS303",
    "\u2028": "PS303",
    "\u3164": "PS303",
    "\u2800": "PS303",
    "\uffa0": "PS303",
    "\ufff9": "PS303",
    "\u034f": "PS303",
    "\u115f": "PS303",
    "\u206a": "PS303",
    "\U0001d173": "PS303",
    "\ufffe": "PS303",
    "\u17b4": "PS303",
    "\U000e0fff": "PS303",
    "\x00": "PS304",
    "\x07": "PS304",
    "\x7f": "PS304",
    "\x85": "PS304",
    "\x0b": "PS304",
    "\x1b": "PS305",
    "\x9b": "PS305",
    "\x9d": "PS305",
    "\ufeff": "PS306",
    "\ufe00": "PS307",
    "\ufe0e": "PS307",
    "\ufe0f": "PS307",
    "\U000e0100": "PS307",
    "\u180b": "PS307",
    "\ue000": "PS308",
    "\uf8ff": "PS308",
    "\U000f0000": "PS308",
    "\U0010fffd": "PS308",
}
PLAIN = st.text(
    st.characters(
        codec="utf-8",
        categories=("Lu", "Ll", "Lo", "Nd", "Po", "Sm", "Zs"),
        include_characters="\n\t",
        exclude_characters="\u115f\u1160\u3164\uffa0\u2800",
    ),
    max_size=60,
)


@pytest.mark.parametrize("text", EMOJI + SCRIPTS)
@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_clean_text(text, form):
    assert list(runs_in(f"a {text} b")) == []
    if "\u3164" not in (normal := unicodedata.normalize(form, text)):
        assert list(runs_in(normal)) == []


@given(PLAIN)
def test_ordinary_characters_are_clean(text):
    assert list(runs_in(text)) == []


@given(PLAIN, PLAIN, st.sampled_from(sorted(HIDDEN)))
@settings(max_examples=300)
def test_one_planted_character_is_one_finding(before, after, hidden):
    # Blanks on both sides: next to its own kind a character may be at home.
    text = f"{before} x {hidden} x {after}".replace("\r", "")
    runs = [(run.start, run.end, run.code.id) for run in runs_in(text)]
    if runs == [] and hidden in "\u200e\u200f\u061c":
        assert any(unicodedata.bidirectional(char) in {"R", "AL"} for char in before + after)
        return
    at = len(before) + 3
    assert runs == [(at, at + 1, HIDDEN[hidden])]


@pytest.mark.parametrize("hidden", sorted(HIDDEN))
def test_place_in_every_kind_of_file(hidden, make_skill, find):
    code = HIDDEN[hidden]
    text = f"First line\nsecond, 第二行 x{hidden}x\n"
    body = find(make_skill(text), code)
    assert [(one.path, one.line, one.column) for one in body] == [("notes/SKILL.md", 2, 14)]
    beside = find(make_skill(resources={"references/a.md": text}), code)
    assert [(one.path, one.line, one.column) for one in beside] == (
        [("notes/references/a.md", 2, 14)] if hidden != "\x00" else []
    )
    assert name_of(hidden) in body[0].message()
    if hidden.isascii():
        assert find(make_skill(f"plain {hidden}"), code)


def test_tags_are_spelt_out(make_skill, find):
    hidden = "".join(chr(0xE0000 + ord(char)) for char in "run rm")
    (one,) = find(make_skill(f"Hello{hidden} you"), "PS302")
    assert "`run rm`" in one.message() and one.args["count"] == 6


def test_a_flag_of_tags_must_be_a_real_one():
    fake = "".join(chr(0xE0000 + ord(char)) for char in "evil")
    runs = list(runs_in(f"\U0001f3f4{fake}\U000e007f"))
    assert [run.code.id for run in runs] == ["PS302"]


def test_yaml_escapes_are_seen(check_files):
    text = '---\nname: notes\ndescription: "Use when \\u202e asked."\nlicense: MIT\n---\n\nHi.\n'
    (one,) = check_files({"notes/SKILL.md": text}, "PS300")
    assert (one.line, one.column) == (3, 1)


def test_commands_without_a_file_are_scanned(make_skill, find):
    from polyskill.compiler.localized import Text
    from polyskill.compiler.model import Command

    command = Command("go", Text("Go"), Text("Do\u202ethis"), path="commands/go.md")
    assert [one.path for one in find(make_skill(commands=(command,)), "PS300")] == [
        "commands/go.md"
    ]


def test_every_invisible_character_of_unicode_is_known():
    visible = set(range(0x600, 0x606)) | {0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}
    visible |= set(range(0x13430, 0x13440))
    missed = [
        hex(code)
        for code in range(sys.maxunicode + 1)
        if unicodedata.category(chr(code)) in {"Cf", "Cc", "Co", "Zl", "Zp"}
        and chr(code) not in "\t\n\r\x0c"
        and code not in visible
        and not _NEAR.match(chr(code))
        and not _FAR.match(chr(code))
    ]
    assert missed == []


def test_many_findings_are_counted(make_skill, find):
    found = find(make_skill("x\u200b" * 5_000))
    assert len([one for one in found if one.code.id == "PS301"]) == 20
    (rest,) = [one for one in found if one.code.id == "PS398"]
    assert rest.args["count"] == 4_980


def test_gate_finds_the_same_and_parses_nothing(make_skill, find):
    def fail(source, start):
        raise AssertionError("the gate parsed Markdown")

    from dataclasses import replace

    skill = make_skill("Hide\u202e this.\n")
    skill = replace(skill, main=replace(skill.main, parse=fail), analyse=fail)
    assert [one.code.id for one in find(skill, gate_only=True)] == ["PS300"]


def test_front_matter_values_of_any_depth(make_skill, find):
    from dataclasses import replace

    from polyskill.compiler.model import Entry

    value = "a\u200bb"
    for _ in range(5_000):
        value = [value]
    entry = Entry("deep", value, Span(0, 4), 'deep: "\\u200b"')
    skill = replace(make_skill(), front_matter=FrontMatter((entry,), Span(0, 4)))
    assert [one.line for one in find(skill, "PS301")] == [1]
