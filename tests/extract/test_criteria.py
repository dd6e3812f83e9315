"""How a description of a good answer is cut into criteria."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyskill.compiler.extract.criteria import (
    criteria_of,
    criterion,
    is_negative,
    split_prose,
)
from polyskill.compiler.localized import Text
from polyskill.compiler.model import CriterionKind


@pytest.mark.parametrize(
    ("prose", "parts"),
    [
        ("Names the valve; gives the pressure", ["Names the valve", "gives the pressure"]),
        ("说明原因；给出压力值。", ["说明原因", "给出压力值"]),
        ("Names the valve. Gives the pressure.", ["Names the valve", "Gives the pressure"]),
        ("先说明原因。再给出压力。", ["先说明原因", "再给出压力"]),
        (
            "Asks for the model →\nchecks the seal →\nnames a part",
            ["Asks for the model", "checks the seal", "names a part"],
        ),
        (
            "A pressure estimate in bar, two likely causes, a safe next step",
            ["A pressure estimate in bar", "two likely causes", "a safe next step"],
        ),
        (
            "Cites the manual, names the part, and gives a price",
            ["Cites the manual", "names the part", "gives a price"],
        ),
        (
            "给出压力估计，说明两个原因，建议安全步骤",
            ["给出压力估计", "说明两个原因", "建议安全步骤"],
        ),
    ],
)
def test_cut(prose: str, parts: list[str]) -> None:
    assert split_prose(prose) == parts


@pytest.mark.parametrize(
    "clause",
    [
        "Considers pressure, flow and temperature",
        "Compares brass, steel, and plastic valves",
        "Converts bar → kPa before answering",
        "Uses the right formula (p = F / A; A in square metres), not a guess",
        'Says "close the valve; then wait" to the user',
        "Explains the limit of 2.5 bar, e.g. for old pipes",
        "检查压力、流量、温度",
    ],
)
def test_one_clause_stays_whole(clause: str) -> None:
    assert split_prose(clause) == [clause]


@pytest.mark.parametrize(
    "words",
    [
        "Should not invent a part number",
        "Must not recommend opening the housing",
        "The answer does not guess",
        "Never quotes a price",
        "Avoids medical advice",
        "不应编造型号",
        "回答不得建议拆开外壳",
        "禁止给出价格",
    ],
)
def test_negative_clauses_forbid_and_keep_their_words(words: str) -> None:
    made = criterion(words)
    assert made.kind is CriterionKind.MUST_NOT
    assert words in (made.text.en, made.text.zh)
    assert is_negative(words)


@pytest.mark.parametrize("words", ["Notes the pressure", "Prefers steel, not brass", "不锈钢优先"])
def test_other_clauses_are_musts(words: str) -> None:
    assert criterion(words).kind is CriterionKind.MUST


def test_optional_clauses_are_shoulds() -> None:
    assert criterion("Ideally shows a sketch").kind is CriterionKind.SHOULD
    assert criterion("给出示意图（可选）").kind is CriterionKind.SHOULD


def test_each_criterion_is_in_its_language() -> None:
    english, chinese = criteria_of("Names the seal; 说明密封圈的型号")
    assert english.text == Text(en="Names the seal")
    assert chinese.text == Text(zh="说明密封圈的型号")
    assert criterion("Names the seal / 说出密封圈").text == Text("Names the seal", "说出密封圈")


@given(st.text(alphabet='ab ,;.→()"`、，。；\n要压力', max_size=200))
def test_no_word_is_lost(prose: str) -> None:
    def letters(text: str) -> list[str]:
        return [char for char in text if char.isalpha()]

    assert letters("".join(split_prose(prose))) == letters(prose)
