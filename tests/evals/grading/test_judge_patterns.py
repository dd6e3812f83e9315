"""Regular expressions and JSON schemas, on answers that mean harm, too."""

from __future__ import annotations

import json
import os
import time
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyskill.runtime.judge.checks import Answer, CheckSpec, limited, pattern, run_check
from polyskill.runtime.judge.checks.schema import json_of


@pytest.mark.parametrize(
    ("value", "text", "flags", "passed"),
    [
        ("HBM|SRAM", "in SRAM", "", True),
        ("hbm", "HBM", "", False),
        ("hbm", "HBM", "i", True),
        ("^b$", "a\nb", "", False),
        ("^b$", "a\nb", "m", True),
        ("a.b", "a\nb", "s", True),
        ("a  b # comment", "ab", "x", True),
        ("caf\u00e9", "cafe\u0301", "", True),
        (r"\d{3}", "３２０", "", True),
        (r"显存.*线性", "显存随长度线性增长", "", True),
        ("x", "", "", False),
    ],
)
def test_regex(check, value, text, flags, passed) -> None:
    found = check("regex", value, text, **({"flags": flags} if flags else {}))
    assert found.passed is passed


def test_a_pattern_that_never_ends_is_stopped_and_the_next_one_runs(check, monkeypatch) -> None:
    monkeypatch.setattr(pattern, "limited", partial(limited.limited, seconds=0.5))
    begun = time.monotonic()
    found = check("regex", "(a+)+$", "a" * 60 + "!")
    assert found.passed is None
    assert "stopped" in found.detail
    assert "中止" in found.detail_zh
    assert time.monotonic() - begun < 10
    assert check("regex", "b", "abc").passed


def test_a_killed_helper_is_replaced(check) -> None:
    assert check("regex", "b", "abc").passed
    helper = limited._keeper.helper
    assert helper is not None
    helper.process.kill()
    helper.process.wait()
    assert check("regex", "b", "abc").passed is None
    assert check("regex", "b", "abc").passed


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a system with fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_fork_has_a_helper_of_its_own(check) -> None:
    assert check("regex", "b", "abc").passed
    child = os.fork()
    if child == 0:
        good = check("regex", "c", "abc").passed
        limited.close()
        os._exit(0 if good else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert check("regex", "a", "abc").passed


SCHEMA = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string"}, "size": {"$ref": "#/$defs/size"}},
    "$defs": {"size": {"type": "integer", "minimum": 1}},
}


@pytest.mark.parametrize(
    ("text", "passed"),
    [
        ('{"name": "a", "size": 3}', True),
        ('{"name": "a", "size": 0}', False),
        ('{"size": 3}', False),
        ('Here it is:\n```json\n{"name": "甲"}\n```\nDone.', True),
        ('```\n{"name": "a"}\n```', True),
        ('~~~json\r\n{"name": "a"}\r\n~~~', True),
        ('```json\n{"name": "a"}\n```\n```json\n{"name": "b"}\n```', False),
        ('```python\nprint()\n```\n```json\n{"name": "b"}\n```', True),
        ('\ufeff{"name": "a"}', True),
        ('{"name": "a"', False),
        ('{"name": NaN}', False),
        ('{"name": "a", "size": 1e999}', False),
        ("[" * 100_000, False),
        ("no JSON at all", False),
        ("", False),
    ],
)
def test_json_schema(check, text, passed) -> None:
    assert check("json_schema", SCHEMA, text).passed is passed


def test_a_schema_in_a_file_may_refer_to_its_neighbour_only(check, tmp_path) -> None:
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / "size.json").write_text('{"type": "integer"}')
    (tmp_path / "schemas" / "a b.json").write_text(
        json.dumps({"type": "object", "properties": {"size": {"$ref": "size.json"}}})
    )
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "schema.json").write_text('{"$ref": "link.json"}')
    (tmp_path / "inner" / "link.json").symlink_to(tmp_path / "schemas" / "size.json")
    outside = CheckSpec("json_schema", "schema.json")
    assert run_check(outside, Answer("1"), tmp_path / "inner").passed is None
    assert check("json_schema", "schemas/a b.json", '{"size": 1}').passed
    assert check("json_schema", "schemas/a b.json", '{"size": "1"}').passed is False
    for address in ("http://127.0.0.1:9/x.json", "../../outside.json", "file:///etc/hostname", "x"):
        found = check("json_schema", {"$ref": address}, "{}")
        assert found.passed is None
        assert "leads nowhere" in found.detail


@pytest.mark.parametrize("schema", [{"type": "objekt"}, {"pattern": "("}, {"$ref": 3}])
def test_a_broken_schema_is_not_the_answers_fault(check, schema) -> None:
    assert check("json_schema", schema, '"x"').passed is None


def test_a_schema_file_that_is_no_json(check, tmp_path) -> None:
    (tmp_path / "s.json").write_text("{")
    assert check("json_schema", "s.json", "{}").passed is None


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(JSON)
def test_any_document_is_read_back_from_a_fence(document) -> None:
    text = json.dumps(document, ensure_ascii=False, indent=1)
    assert json_of(text) == document
    assert json_of(f"So:\n\n```json\n{text}\n```\n") == document
    assert run_check(CheckSpec("json_schema", True), Answer(text)).passed in (True, False)
