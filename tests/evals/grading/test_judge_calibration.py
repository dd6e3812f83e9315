"""Gold sets, and what a judge has to show on them before it may gate."""

from __future__ import annotations

import json
import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyskill.runtime.judge.calibration import JudgedItem, JudgedPair, calibrate
from polyskill.runtime.judge.gold import (
    GoldError,
    GoldItem,
    GoldPair,
    bundled_gold,
    load_gold,
    read_gold,
)
from polyskill.runtime.judge.pairwise import PairVerdict

FIRST, SECOND, TIE = PairVerdict("first", 1), PairVerdict("second", -1), PairVerdict("tie", 0)


def pair(number: int, better: str, a: str = "aaaa", b: str = "bb", lang: str = "en") -> GoldPair:
    return GoldPair(str(number), lang, "q", a, b, better, (f"tag{number % 2}",))


def judged(gold: GoldPair, said: str) -> JudgedPair:
    """Judge a pair as one that says "a", "b", "tie", "first" or "second" in both orders."""
    orders = {
        "a": (FIRST, SECOND),
        "b": (SECOND, FIRST),
        "tie": (TIE, TIE),
        "first": (FIRST, FIRST),
        "second": (SECOND, SECOND),
        "none": (FIRST, None),
    }
    return JudgedPair(gold, *orders[said])


def balanced(n: int) -> list[GoldPair]:
    """Return pairs in which the longer answer is the better one every other time."""
    return [
        pair(i, "ab"[i % 2], *(("aaaa", "bb") if i // 2 % 2 else ("aa", "bbbb"))) for i in range(n)
    ]


# -- the gate -------------------------------------------------------------------------------------


def test_a_good_judge_may_gate() -> None:
    found = calibrate([judged(gold, gold.better) for gold in balanced(100)])
    assert found.may_gate
    assert found.accuracy.value == found.one_order.value == found.decided.value == 1
    assert found.consistency.value == 1
    assert found.first_rate.value == 0.5
    assert found.longer_wins.value == found.shorter_wins.value == 0.5
    assert "above" in found.why["en"] and "高于" in found.why["zh"]


@pytest.mark.parametrize("said", ["first", "second", "tie"])
def test_a_judge_of_positions_may_not(said: str) -> None:
    found = calibrate([judged(gold, said) for gold in balanced(400)])
    assert not found.may_gate
    assert found.accuracy.value == 0.5
    assert found.decided.n == 0
    assert found.consistency.value == (1 if said == "tie" else 0)
    assert found.first_rate.value == {"first": 1, "second": 0, "tie": None}[said]
    assert found.one_order.value == 0.5


def test_a_judge_of_length_may_not_however_often_it_is_right() -> None:
    """Where the shorter (or the longer) answer is nearly always better, length is no judgement."""
    for texts, name, name_zh in (
        (("aaaa", "bb"), "shorter", "短者胜"),
        (("aa", "bbbb"), "longer", "长者胜"),
    ):
        gold = [pair(i, "b" if i % 10 else "a", *texts) for i in range(200)]
        found = calibrate([judged(one, "b") for one in gold])
        rival = found.shorter_wins if name == "shorter" else found.longer_wins
        assert found.accuracy.value == rival.value == pytest.approx(0.9)
        assert not found.may_gate
        assert name in found.why["en"] and name_zh in found.why["zh"]
        assert calibrate([judged(one, one.better) for one in gold]).may_gate


def test_chance_may_not() -> None:
    gold = balanced(300)
    said = random.Random(7)
    found = calibrate([judged(one, said.choice("ab")) for one in gold])
    assert not found.may_gate
    assert "chance" in found.why["en"] and "随机" in found.why["zh"]


def test_too_few_pairs_say_too_few() -> None:
    gold = [judged(one, one.better) for one in balanced(99)]
    found = calibrate(gold)
    assert not found.may_gate
    assert found.why["en"] == "too few: 99 gold pairs were judged, 100 are needed"
    assert calibrate(gold, needed=99).may_gate
    nothing = calibrate([], needed=0)
    assert not nothing.may_gate
    assert nothing.accuracy.value is None


def test_a_judge_that_often_gives_no_verdict_may_not() -> None:
    gold = balanced(130)
    said = [judged(one, "none" if i < 14 else one.better) for i, one in enumerate(gold)]
    found = calibrate(said)
    assert (found.asked, found.n) == (130, 116)
    assert not found.may_gate
    assert "14 of 130" in found.why["en"] and "14" in found.why["zh"]


def test_what_a_verdict_is_worth() -> None:
    """Right 1, undecided one half, wrong 0; a tie is right where people saw one."""
    tie = pair(0, "tie", "xx", "yy")
    for gold, said, worth in [
        (pair(0, "a"), "a", 1.0),
        (pair(0, "a"), "b", 0.0),
        (pair(0, "a"), "tie", 0.5),
        (pair(0, "a"), "first", 0.5),
        (tie, "tie", 1.0),
        (tie, "first", 0.5),
        (tie, "a", 0.0),
    ]:
        assert calibrate([judged(gold, said)]).accuracy.value == worth, (gold, said)
    half = JudgedPair(pair(0, "a"), FIRST, TIE)
    assert calibrate([half]).accuracy.value == 1.0


def test_figures_by_language_and_tag() -> None:
    gold = [pair(i, "a", lang="zh" if i < 4 else "en") for i in range(8)]
    found = calibrate([judged(one, "a" if one.lang == "zh" else "b") for one in gold])
    assert found.by_lang["zh"].value == 1 and found.by_lang["en"].value == 0
    assert {tag: one.n for tag, one in found.by_tag.items()} == {"tag0": 4, "tag1": 4}


def test_sensitivity_and_specificity() -> None:
    def item(number: int, met: bool) -> GoldItem:
        return GoldItem(str(number), "en", "q", "a", "c", met)

    opinions = [JudgedItem(item(i, True), i < 3) for i in range(4)]
    opinions += [JudgedItem(item(i, False), i == 4) for i in range(4, 9)]
    opinions += [JudgedItem(item(9, False), None)]
    found = calibrate([], opinions)
    assert (found.sensitivity.value, found.sensitivity.n) == (0.75, 4)
    assert (found.specificity.value, found.specificity.n) == (0.8, 5)
    assert calibrate([]).sensitivity.value is None


@given(st.lists(st.tuples(st.sampled_from(["a", "b", "tie"]), st.integers(0, 5)), max_size=60))
def test_names_of_the_answers_make_no_difference(cases) -> None:
    """Swapping a and b everywhere changes nothing that a gate looks at."""
    says = ["a", "b", "tie", "first", "second", "none"]
    mirror = {"a": "b", "b": "a"}
    here, there = [], []
    for number, (better, said) in enumerate(cases):
        gold = pair(number, better, "a" * (number % 5 + 1), "bbb")
        other = pair(number, mirror.get(better, better), gold.b, gold.a)
        one = judged(gold, says[said])
        here.append(one)
        there.append(JudgedPair(other, one.b_first, one.a_first))
    one, other = calibrate(here, needed=10), calibrate(there, needed=10)
    assert one.accuracy == other.accuracy
    assert one.may_gate == other.may_gate
    assert (one.longer_wins, one.shorter_wins) == (other.longer_wins, other.shorter_wins)
    assert (one.first_rate, one.consistency) == (other.first_rate, other.consistency)


# -- gold sets ------------------------------------------------------------------------------------


def test_the_bundled_set_favours_no_length_and_no_place() -> None:
    gold = bundled_gold()
    for lang in ("en", "zh"):
        pairs = [one for one in gold.pairs if one.lang == lang]
        longer = sum((len(one.a) > len(one.b)) == (one.better == "a") for one in pairs)
        assert len(pairs) >= 20
        assert longer == len(pairs) / 2
        assert Counter(one.better for one in pairs) == {"a": len(pairs) / 2, "b": len(pairs) / 2}
        assert all(len(one.a) != len(one.b) for one in pairs)
        items = [one for one in gold.items if one.lang == lang]
        assert Counter(one.met for one in items) == {True: 5, False: 5}
    assert {one.by for one in (*gold.pairs, *gold.items)} == {"hand-written"}
    assert len({tag for one in gold.pairs for tag in one.tags}) >= 8


def test_the_bundled_set_is_too_small_to_gate_by() -> None:
    found = calibrate([judged(one, one.better) for one in bundled_gold().pairs])
    assert not found.may_gate
    assert "too few" in found.why["en"]
    assert found.longer_wins.value == found.shorter_wins.value == 0.5


GOOD = {"id": "1", "lang": "en", "question": "q", "a": "x", "b": "y", "better": "a"}
ITEM = {"id": "2", "lang": "zh", "question": "q", "answer": "x", "criterion": "c", "met": True}


def lines(*parts: object) -> str:
    return "\n".join(part if isinstance(part, str) else json.dumps(part) for part in parts)


def test_pairs_and_items_in_one_file() -> None:
    text = "\ufeff" + lines(GOOD, "", ITEM | {"tags": ["t"], "by": "me", "more": 1}) + "\r\n"
    gold = read_gold(text, "g.jsonl")
    assert gold.pairs == (GoldPair(**GOOD),)
    assert gold.items == (GoldItem(**ITEM, tags=("t",), by="me"),)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "no JSON"),
        ("[1]", "a JSON object"),
        ("3", "a JSON object"),
        (GOOD | {"better": "c"}, "`better`"),
        (GOOD | {"better": ["a"]}, "`better`"),
        (GOOD | {"a": ""}, "`a`"),
        (GOOD | {"a": 3}, "`a`"),
        (GOOD | {"a": "y "}, "the same"),
        (GOOD | {"lang": "fr"}, "`lang`"),
        (GOOD | {"tags": "t"}, "`tags`"),
        (GOOD | {"by": 3}, "`by`"),
        ({"id": "x"}, "`lang`"),
        (ITEM | {"met": "yes"}, "`met`"),
        (ITEM | {"criterion": " "}, "`criterion`"),
        (ITEM, "twice"),
    ],
)
def test_errors_name_the_line(line, why: str) -> None:
    with pytest.raises(GoldError) as caught:
        read_gold(lines(ITEM, "", line), "gold.jsonl")
    [problem] = caught.value.problems
    assert problem.startswith("gold.jsonl:3: ")
    assert why in problem


def test_many_errors_are_told_at_once(tmp_path) -> None:
    path = tmp_path / "g.jsonl"
    path.write_text("{\n" * 50)
    with pytest.raises(GoldError) as caught:
        load_gold(path)
    assert len(caught.value.problems) == 20
    with pytest.raises(GoldError, match="empty"):
        read_gold("\n", "g")
    with pytest.raises(GoldError, match="cannot be read"):
        load_gold(tmp_path / "absent.jsonl")
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(GoldError, match="cannot be read"):
        load_gold(path)
