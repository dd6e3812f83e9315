"""Fixes, SARIF, GitHub annotations, JSON and the generated pages."""

import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyskill.compiler import checks
from polyskill.compiler.checks.as_json import to_json
from polyskill.compiler.checks.docs import COMMAND, rule_pages
from polyskill.compiler.checks.fix import DROP_BOM, apply, fixes
from polyskill.compiler.checks.github import to_github
from polyskill.compiler.checks.printable import printable
from polyskill.compiler.checks.sarif import to_sarif
from polyskill.compiler.codes import load_all
from polyskill.compiler.codes.content import FINAL_NEWLINE
from polyskill.compiler.codes.frontmatter import BOM
from polyskill.compiler.codes.safety import BIDI_CONTROL, ZERO_WIDTH
from polyskill.compiler.diagnostics import Diagnostic, report
from polyskill.compiler.localized import Lang
from polyskill.compiler.source import Edit, Source, Span, decode

REPOSITORY = Path(__file__).resolve().parents[2]


def repaired(make_skill, text):
    skill = make_skill(text)
    edits = fixes(checks.check_skill(skill))
    source = skill.main.source
    return apply(source, edits.get(source.path, [])).text


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ("a\u200bb\u2060c\n", "abc\n"),
        ("no newline", "no newline\n"),
        ("a\ufeffb\r\nc", "ab\r\nc\r\n"),
        ("x\ufe0fy👩\u200d💻\n", "xy👩\u200d💻\n"),
        ("keep \u202e this\n", "keep \u202e this\n"),
        ("a\u200b", "a\n"),
    ],
)
def test_fixes(make_skill, text, fixed):
    assert repaired(make_skill, text) == fixed
    assert repaired(make_skill, fixed) == fixed


@given(st.text(alphabet="ab 中\n\u200b\u200d\ufe0f\ufeff\u2060👩💻\u00ad", max_size=40))
def test_fixing_removes_every_fixable_finding(make_skill, text):
    # What a removed character kept apart may be a finding now: a few rounds reach an end.
    for _ in range(5):
        text = repaired(make_skill, text)
    left = [one for one in checks.check_skill(make_skill(text)) if one.code.fixable]
    assert [one.message() for one in left] == []
    assert repaired(make_skill, text) == text


def test_fixes_that_overlap_are_taken_one_at_a_time():
    source = Source("a.md", "abcdef")
    first = report(ZERO_WIDTH, source, Span(0, 3), fix=[(Span(0, 3), "")], character="", count=1)
    second = report(ZERO_WIDTH, source, Span(2, 4), fix=[(Span(2, 4), "")], character="", count=1)
    not_safe = report(BIDI_CONTROL, source, Span(5, 6), fix=[(Span(5, 6), "")], character="")
    assert fixes([second, first, not_safe]) == {"a.md": [Edit(Span(0, 3), "")]}


def test_a_byte_order_mark_is_dropped():
    source = decode(b"\xef\xbb\xbfhi\n", "a.md")
    edits = fixes([report(BOM, source, 0)])
    assert edits == {"a.md": [DROP_BOM]}
    assert apply(source, edits["a.md"]).encode() == b"hi\n"
    assert apply(source, []).encode() == b"\xef\xbb\xbfhi\n"


ODD = "a%b,c:d\nü/技能.md"


def test_github_commands_are_escaped():
    found = Diagnostic(ZERO_WIDTH, ODD, 2, 3, 2, 4, {"character": "U+200B\n::error", "count": 1})
    (line,) = to_github([found])
    assert line.startswith(
        "::error file=a%25b%2Cc%3Ad\\nü/技能.md,line=2,col=3,endLine=2,endColumn=4,title=PS301 "
    )
    assert "\n" not in line and "U+200B\\n::error" in line
    (whole,) = to_github([Diagnostic(FINAL_NEWLINE, "x.md")], Lang.ZH)
    assert whole.startswith("::notice file=x.md,title=PS290 final-newline::文件末尾没有换行符%0A")


@given(st.text(st.characters(categories=("Cc", "Cf", "Co", "Cs", "Ll", "Lo", "So")), max_size=30))
def test_nothing_printed_can_act_on_a_terminal(text):
    shown = printable(f"x{text}")
    shown.encode("utf-8")
    assert shown.isprintable()
    assert printable("中文，全角\u3000空格 👍") == "中文，全角\u3000空格 👍"


def test_json_has_both_languages_and_no_zero_lines(make_skill):
    found = checks.check_skill(make_skill("a\u200bb\n"))
    rows = json.loads(json.dumps(to_json([*found, Diagnostic(FINAL_NEWLINE, "x.md")])))
    first = next(row for row in rows if row["code"] == "PS301")
    assert (first["line"], first["column"], first["end"]) == (1, 2, {"line": 1, "column": 3})
    assert "U+200B" in first["message"]["en"] and "不可见" in first["message"]["zh"]
    assert (first["skill"], first["fixable"], first["severity"]) == ("notes", True, "error")
    assert rows[-1]["line"] is None and rows[-1]["fixable"] is False
    assert list(first) == [
        "code",
        "slug",
        "severity",
        "path",
        "line",
        "column",
        "end",
        "message",
        "why",
        "help",
        "skill",
        "fixable",
    ]


# The parts of the SARIF 2.1.0 schema that our logs use, with nothing else allowed.
_TEXT = {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}
_PLACE = {"type": "object", "properties": {"uri": {"type": "string", "format": "uri-reference"}}}
_ONE = {"type": "integer", "minimum": 1}
SARIF = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["tool"],
                "properties": {
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "language": {"type": "string", "pattern": "^[a-zA-Z]{2}(-[a-zA-Z]{2})?$"},
                    "results": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["message"],
                            "properties": {
                                "message": _TEXT,
                                "level": {"enum": ["none", "note", "warning", "error"]},
                                "locations": {
                                    "items": {
                                        "properties": {
                                            "physicalLocation": {
                                                "required": ["artifactLocation"],
                                                "properties": {
                                                    "artifactLocation": _PLACE,
                                                    "region": {
                                                        "properties": {
                                                            "startLine": _ONE,
                                                            "startColumn": _ONE,
                                                            "endLine": _ONE,
                                                            "endColumn": _ONE,
                                                        }
                                                    },
                                                },
                                            }
                                        }
                                    }
                                },
                            },
                        },
                    },
                },
            },
        },
    },
}


@pytest.mark.parametrize("lang", [Lang.EN, Lang.ZH])
def test_sarif(make_skill, lang):
    found = checks.check_skill(make_skill("a\u200bb \u202e TODO\n", resources={"nul": "x"}))
    log = json.loads(json.dumps(to_sarif([*found, Diagnostic(FINAL_NEWLINE, ODD)], lang)))
    jsonschema.validate(log, SARIF)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    hidden = next(one for one in run["results"] if one["ruleId"] == "PS301")
    place = hidden["locations"][0]["physicalLocation"]
    assert place["region"] == {"startLine": 1, "startColumn": 2, "endLine": 1, "endColumn": 3}
    (change,) = hidden["fixes"][0]["artifactChanges"]
    assert change["replacements"][0]["deletedRegion"] == {"charOffset": 1, "charLength": 1}
    odd = run["results"][-1]["locations"][0]["physicalLocation"]
    assert odd["artifactLocation"]["uri"] == "a%25b%2Cc%3Ad%0A%C3%BC/%E6%8A%80%E8%83%BD.md"
    assert "region" not in odd


def test_pages_are_up_to_date():
    pages = rule_pages()
    folder = REPOSITORY / "docs" / "rules"
    on_disk = {path.name: path.read_text("utf-8") for path in folder.glob("*.md")}
    stale = sorted(
        name for name in pages.keys() | on_disk.keys() if pages.get(name) != on_disk.get(name)
    )
    assert stale == [], f"regenerate them: {COMMAND}"


def test_every_code_speaks_both_languages():
    for code in load_all().values():
        for text in (code.message, code.why, code.help):
            assert text.complete, code.id
            assert not text.zh.isascii(), code.id
        assert not code.message.en.endswith("."), code.id
        assert code.why.en.endswith((".", "?")) and code.help.en.endswith("."), code.id
        for template in (code.message.en, code.message.zh):
            assert template.count("{") == template.count("}"), code.id
