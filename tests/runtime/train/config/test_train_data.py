"""Examples are read under one set of names, and a broken line is named."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from polyskill.runtime.train.data import (
    DataError,
    Example,
    digest,
    read_examples,
    to_columns,
)
from polyskill.runtime.train.sections import DataSection

Write = Callable[[str, Any], Path]
PLAIN = DataSection(train="t")


def read(path: Path, section: DataSection = PLAIN) -> list[Example]:
    return list(read_examples(path, section))


def columns(path: Path) -> list[dict[str, Any]]:
    return [dict(example.columns) for example in read(path)]


@pytest.mark.parametrize(
    ("row", "wanted"),
    [
        ({"prompt": "a", "completion": "b"}, {"prompt": "a", "completion": "b"}),
        ({"input": "a", "output": "b"}, {"prompt": "a", "completion": "b"}),
        ({"question": "a", "answer": "4"}, {"prompt": "a", "answer": "4"}),
        ({"text": "a"}, {"text": "a"}),
        (
            {"instruction": "a", "input": "x", "output": "b"},
            {"prompt": "a\n\nx", "completion": "b"},
        ),
        ({"instruction": "a", "input": "", "output": "b"}, {"prompt": "a", "completion": "b"}),
        ({"prompt": "a", "input": "kept", "rubric": None}, {"prompt": "a", "input": "kept"}),
        (
            {"conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}]},
            {
                "messages": [
                    {"role": "user", "content": "a"},
                    {"role": "assistant", "content": "b"},
                ]
            },
        ),
    ],
)
def test_names_of_others(write: Write, row: dict[str, Any], wanted: dict[str, Any]) -> None:
    assert columns(write("a.jsonl", [row])) == [wanted]


def test_the_same_rows_in_three_forms(write: Write) -> None:
    rows = [{"prompt": "one, two\nthree", "completion": "“四”"}, {"prompt": "b", "completion": ""}]
    cells = io.StringIO()
    writer = csv.DictWriter(cells, ["prompt", "completion"])
    writer.writeheader()
    writer.writerows(rows)
    files = [
        write("a.jsonl", rows),
        write("a.json", json.dumps(rows)),
        write("b.json", json.dumps({"data": rows})),
        write("a.csv", cells.getvalue().encode("utf-8-sig")),
        write("b.jsonl", "﻿" + "\r\n\r\n".join(json.dumps(row) for row in rows)),
    ]
    assert [columns(path) for path in files] == [rows] * len(files)
    assert [Path(one.where).name for one in read(files[0])] == ["a.jsonl:1", "a.jsonl:2"]
    assert [Path(one.where).name for one in read(files[3])] == ["a.csv:2", "a.csv:4"]
    assert [Path(one.where).name for one in read(files[4])] == ["b.jsonl:1", "b.jsonl:3"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.jsonl", '{"text": "a"}\n{"text": \n', "a.jsonl:2: is not JSON"),
        ("a.jsonl", '{"text": "a"}\n["b"]\n', "a.jsonl:2: must be an object"),
        ("a.jsonl", b'{"text": "a"}\n{"text": "\xff"}\n', "a.jsonl:2: is not UTF-8"),
        ("a.jsonl", '{"prompt": 3}', "a.jsonl:1: `prompt` must be text or messages, not 3"),
        ("a.jsonl", '{"messages": "x"}', "a.jsonl:1: `messages` must be messages"),
        ("a.jsonl", '{"messages": []}', "a.jsonl:1: `messages` must be messages"),
        ("a.jsonl", '{"messages": [{"role": "bot"}]}', "message 1: must have a `role`"),
        ("a.jsonl", '{"messages": [{"role": "user", "content": 1}]}', "`content` must be text"),
        ("a.jsonl", "[" * 100_000, "a.jsonl:1: is not JSON"),
        ("a.json", '{"text": "a"}', "a.json: must hold a list"),
        ("a.json", '[{"text": "a"}, 3]', "a.json#2: must be an object"),
        ("a.json", "[\n1,\n", "line 3"),
        ("a.csv", "prompt,completion\na,b\nc\n", "a.csv:3: has not the 2 cells"),
        ("a.csv", "prompt,completion\na,b,c\n", "a.csv:2: has not the 2 cells"),
        ("a.csv", "prompt,prompt\na,b\n", "a.csv:1: names a column twice"),
        ("a.csv", 'prompt\na\n"b\n', "a.csv:3: is not CSV"),
        ("a.parquet", "x", "unknown kind (`.parquet`)"),
    ],
)
def test_what_is_broken_is_named(write: Write, name: str, content: str | bytes, said: str) -> None:
    with pytest.raises(DataError) as caught:
        read(write(name, content))
    assert said in str(caught.value)
    assert caught.value.zh


def test_reading_may_go_on_behind_broken_lines(write: Write) -> None:
    path = write("a.jsonl", '{"text": "a"}\nx\n{"text": 1}\n{"text": "b"}\n')
    broken: list[DataError] = []
    found = [one.get("text") for one in read_examples(path, PLAIN, broken.append)]
    assert found == ["a", "b"]
    assert [Path(one.path).name for one in broken] == ["a.jsonl:2", "a.jsonl:3"]


def test_absent_files_and_folders(place: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        read(place / "nothing.jsonl")
    with pytest.raises(DataError, match="is a folder"):
        read(place)
    with pytest.raises(DataError, match="cannot be read"):
        digest(place / "nothing.jsonl")


def test_columns_may_be_mapped(write: Write) -> None:
    path = write("a.jsonl", [{"问": "a", "答": "b"}, {"问": "c"}])
    section = DataSection(train="t", fields={"prompt": "问", "completion": "答"})
    examples = read_examples(path, section)
    assert dict(next(examples).columns) == {"prompt": "a", "completion": "b"}
    with pytest.raises(DataError, match=r"a\.jsonl:2: has no column `答`"):
        next(examples)


def test_a_digest_is_that_of_the_bytes(write: Write) -> None:
    content = "数据\n".encode() * 100_000
    assert digest(write("a.jsonl", content)) == hashlib.sha256(content).hexdigest()


TURNS = [
    {"role": "system", "content": "s"},
    {"role": "user", "content": "a"},
    {"role": "assistant", "content": "b"},
]


def made(*rows: dict[str, Any]) -> list[Example]:
    return [Example(row, f"a:{number}") for number, row in enumerate(rows, 1)]


def test_messages_are_split_before_the_answer() -> None:
    found = to_columns(made({"messages": TURNS}), "sft")
    assert found == {"prompt": [TURNS[:2]], "completion": [TURNS[2:]]}
    assert to_columns(made({"messages": TURNS}), "sft", loss_on="assistant") == {
        "messages": [TURNS]
    }
    assert to_columns(made({"messages": TURNS}), "grpo")["prompt"] == [TURNS[:2]]
    with pytest.raises(DataError, match="must end with an answer"):
        to_columns(made({"messages": TURNS[:2]}), "sft")


def test_texts_become_chats_where_one_is_or_where_asked() -> None:
    plain, spoken = {"prompt": "a", "completion": "b"}, {"prompt": TURNS[:2], "completion": "b"}
    assert to_columns(made(plain), "sft")["prompt"] == ["a"]
    asked = to_columns(made(plain), "sft", chat=True)
    assert asked["prompt"] == [[{"role": "user", "content": "a"}]]
    assert asked["completion"] == [[{"role": "assistant", "content": "b"}]]
    mixed = to_columns(made(plain, spoken), "sft")
    assert mixed["prompt"] == [[{"role": "user", "content": "a"}], TURNS[:2]]


def test_text_stays_text_even_in_a_chat() -> None:
    assert to_columns(made({"text": "a"}), "sft", chat=True) == {"text": ["a"]}


def test_policies_keep_what_rewards_read() -> None:
    found = to_columns(made({"prompt": "a", "answer": "4"}, {"prompt": "b", "unit": "m"}), "grpo")
    assert found == {"prompt": ["a", "b"], "answer": ["4", None], "unit": [None, "m"]}
    pairs = {"prompt": "a", "chosen": "b", "rejected": "c", "note": "dropped"}
    assert set(to_columns(made(pairs), "dpo")) == {"prompt", "chosen", "rejected"}


@pytest.mark.parametrize(
    ("method", "rows", "said"),
    [
        ("sft", [], "no example"),
        ("sft", [{"prompt": "a"}], "a:1: `sft` needs `prompt`, `completion` or `messages`"),
        ("dpo", [{"prompt": "a", "chosen": "b"}], "a:1: `dpo` needs `chosen`, `rejected`"),
        ("grpo", [{"text": "a"}], "columns here: `text`"),
        ("sft", [{"text": "a"}, {"prompt": "a", "completion": "b"}], "a:2: has"),
    ],
)
def test_what_a_method_needs(method: str, rows: list[dict[str, Any]], said: str) -> None:
    with pytest.raises(DataError) as caught:
        to_columns(made(*rows), method)
    assert said in str(caught.value)


texts = st.text(st.characters(codec="utf-8"), min_size=1)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.fixed_dictionaries({"prompt": texts, "completion": texts}), min_size=1))
def test_any_text_comes_through(tmp_path: Path, rows: list[dict[str, str]]) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    found = to_columns(read(path), "sft")
    assert found == {key: [row[key] for row in rows] for key in ("prompt", "completion")}
