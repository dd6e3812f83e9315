"""Significance: the textbook figures, files of every kind, and false alarms that stay rare."""

from __future__ import annotations

import json
import math
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polyskill.runtime.tools.errors import ToolError
from polyskill.runtime.tools.scores import Keys, Score, read_scores
from polyskill.runtime.tools.significance import from_accuracies, from_counts, from_scores

pytest.importorskip("scipy", reason="scipy is not installed")
MMLU = 14_042


def test_two_points_of_mmlu() -> None:
    told = from_accuracies(0.70, 0.72, MMLU)
    error = math.sqrt(2 * 0.71 * 0.29 / MMLU)
    assert told.p == pytest.approx(math.erfc(0.02 / error / math.sqrt(2)), rel=1e-9)
    assert told.significant
    assert told.low == pytest.approx(0.0094, abs=1e-4)
    assert told.high == pytest.approx(0.0306, abs=1e-4)
    assert told.needed == 8077
    assert not from_accuracies(0.70, 0.702, MMLU).significant
    assert told.detectable == pytest.approx(0.0152, abs=1e-4)


def test_two_points_paired_need_fewer_questions() -> None:
    # the same accuracies; 88 % of the questions have the same outcome in both models
    told = from_counts(9_000, 830, 1_111, 3_101)
    assert told.n == MMLU
    assert told.difference == pytest.approx(0.02, abs=1e-4)
    alone = from_accuracies(told.accuracy_a, told.accuracy_b, MMLU)
    assert told.p < alone.p
    assert (told.needed or 0) < (alone.needed or 0) / 2
    assert told.high is not None
    assert told.low is not None
    assert told.high - told.low < (alone.high or 0) - (alone.low or 0)


def test_mcnemar_by_hand() -> None:
    # 2 · P(Bin(10, 1/2) ≥ 9) = 2 · 11 / 1024
    assert from_counts(50, 1, 9, 40).p == pytest.approx(22 / 1024)
    assert from_counts(50, 5, 5, 40).p == 1


@pytest.mark.parametrize(
    ("a", "b", "n"), [(56, 48, 80), (9, 3, 10), (10, 0, 10), (10_110, 9_829, MMLU)]
)
def test_against_statsmodels(a: int, b: int, n: int) -> None:
    statistics = pytest.importorskip(
        "statsmodels.stats.proportion", reason="statsmodels is not installed"
    )
    told = from_accuracies(b / n, a / n, n)
    low, high = statistics.confint_proportions_2indep(a, n, b, n, method="newcomb", compare="diff")
    assert (told.low, told.high) == (pytest.approx(low), pytest.approx(high))
    assert told.p == pytest.approx(statistics.proportions_ztest([a, b], [n, n])[1])


@given(st.floats(0, 1), st.floats(0, 1), st.integers(1, 10**6))
def test_the_two_sides_mirror_each_other(a: float, b: float, n: int) -> None:
    one, other = from_accuracies(a, b, n), from_accuracies(b, a, n)
    assert one.p == pytest.approx(other.p)
    assert one.difference == -other.difference
    assert 0 <= one.p <= 1
    assert one.low is not None
    assert one.high is not None
    assert other.low is not None
    assert -1 - 1e-9 <= one.low <= one.difference + 1e-9
    assert one.difference - 1e-9 <= one.high <= 1 + 1e-9
    assert one.high == pytest.approx(-other.low)


counts = st.integers(0, 300)


@given(counts, counts, counts, counts)
def test_any_table(both: int, only_a: int, only_b: int, neither: int) -> None:
    if both + only_a + only_b + neither == 0:
        with pytest.raises(ToolError, match="no question"):
            from_counts(both, only_a, only_b, neither)
        return
    told = from_counts(both, only_a, only_b, neither)
    other = from_counts(both, only_b, only_a, neither)
    assert told.p == other.p
    assert told.difference == -other.difference
    assert 0 <= told.p <= 1
    if told.low is not None and told.high is not None:
        assert -1 <= told.low <= told.difference <= told.high <= 1


def scores(values: list[float], clusters: list[str] | None = None) -> list[Score]:
    names = clusters or [""] * len(values)
    return [Score(f"q{k}", v, c) for k, (v, c) in enumerate(zip(values, names, strict=True))]


@settings(max_examples=30)
@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=80))
def test_files_and_tables_agree(pairs: list[tuple[bool, bool]]) -> None:
    table = [pairs.count(kind) for kind in ((True, True), (True, False), (False, True))]
    by_table = from_counts(*table, pairs.count((False, False)))
    by_file = from_scores(
        scores([float(a) for a, _ in pairs]), scores([float(b) for _, b in pairs])
    )
    assert by_file.p == pytest.approx(by_table.p)
    assert by_file.difference == pytest.approx(by_table.difference)
    assert by_file.low == pytest.approx(by_table.low)
    assert by_file.needed == by_table.needed


def test_clusters_are_what_is_independent() -> None:
    # one text with twenty questions, won twenty times, is one observation
    a = scores([0.0] * 24, ["long"] * 20 + ["a", "b", "c", "d"])
    b = scores([1.0] * 20 + [0.0, 1.0, 1.0, 0.0], ["long"] * 20 + ["a", "b", "c", "d"])
    told = from_scores(a, b)
    assert (told.n, told.clusters) == (24, 5)
    assert not told.significant
    free = from_scores(scores([one.score for one in a]), scores([one.score for one in b]))
    assert free.significant
    assert "clusters" in told.notes[0].en


def test_repeats_of_a_question_and_partial_scores() -> None:
    a = [Score(f"q{k}", 0.25 * r, "") for k in range(12) for r in range(3)]
    b = [Score(f"q{k}", 0.5 + 0.1 * r, "") for k in range(12) for r in range(3)]
    told = from_scores(a, b)
    assert told.n == 12
    assert told.test == "sign flips, exact"
    assert told.p == pytest.approx(2 / 2**12)


def test_what_only_one_side_has_is_left_out_and_told() -> None:
    told = from_scores(scores([1, 0, 1]), [*scores([0, 0]), Score("other", 1.0)])
    assert told.n == 2
    assert "2 question" in told.notes[0].en
    with pytest.raises(ToolError, match="--id"):
        from_scores(scores([1]), [Score("other", 1.0)])
    with pytest.raises(ToolError, match="more than one cluster"):
        from_scores(scores([1], ["x"]), scores([1], ["y"]))


@pytest.mark.slow
def test_false_alarms_are_as_rare_as_alpha_says() -> None:
    random.seed(7)
    alarms = 0
    for _ in range(1000):
        ease = [random.random() for _ in range(200)]
        a = [float(random.random() < e) for e in ease]
        b = [float(random.random() < e) for e in ease]
        alarms += from_scores(scores(a), scores(b)).significant
    assert alarms < 65


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x.jsonl", '{"id": "a", "score": 1}\n\n{"id": "b", "score": false}\n'),
        ("x.csv", "id,score\r\na,1\r\nb,0\r\n"),
        ("x.csv", "\ufeffid,score\na,correct\nb,no\n"),
        ("x.TSV", "id\tscore\na\tTrue\nb\t0.0\n"),
        ("x.json", '{"id": "a", "score": "1", "z": 1}\n{"score": "incorrect", "id": "b"}'),
    ],
)
def test_files(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text, "utf-8", newline="")
    assert read_scores(path, Keys()) == [Score("a", 1.0), Score("b", 0.0)]


def test_other_names_and_no_ids(tmp_path: Path) -> None:
    path = tmp_path / "结果.jsonl"
    lines = [{"正确": True, "学科": "数学"}, {"正确": False, "学科": "历史"}]
    path.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in lines), "utf-8")
    found = read_scores(path, Keys(score="正确", cluster="学科"))
    assert found == [Score("#1", 1.0, "数学"), Score("#2", 0.0, "历史")]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("x.jsonl", "", "no answer"),
        ("x.csv", "id,score\n", "no answer"),
        ("x.jsonl", '{"score": 1}\n{', ":2: is not JSON"),
        ("x.jsonl", "[1]", ":1: is no JSON object"),
        ("x.jsonl", '{"id": 1, "correct": 1}', "`id`, `correct`"),
        ("x.jsonl", '{"score": 1.5}', "1.5"),
        ("x.jsonl", '{"score": NaN}', "nan"),
        ("x.jsonl", '{"score": -0.5}', "-0.5"),
        ("x.jsonl", '{"score": -Infinity}', "-inf"),
        ("x.jsonl", '{"score": [1]}', "[1]"),
        ("x.csv", "id,score\na,maybe\n", ":2: `score` is 'maybe'"),
        ("x.csv", "id,score\na\n", ":2: has no `score`"),
        ("x.csv", "id,score\na,1,2,3\nb,x\n", ":3"),
        ("x.csv", 'id,score\n"a,1\n', "table"),
        ("x.jsonl", '{"id": "a", "score": 1}\n{"score": 1}', ":2: has no `id`"),
    ],
)
def test_files_that_are_none(tmp_path: Path, name: str, text: str, said: str) -> None:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    with pytest.raises(ToolError) as caught:
        read_scores(path, Keys())
    assert said in caught.value.en
    assert str(path) in caught.value.zh


def test_bytes_that_are_no_text_and_files_that_are_not_there(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes('{"score": 1}\n{"score": "\xff"}'.encode("latin-1"))
    with pytest.raises(ToolError, match=":2: is not UTF-8"):
        read_scores(path, Keys())
    with pytest.raises(ToolError, match="cannot be read"):
        read_scores(tmp_path / "none.csv", Keys())
    path.write_text('{"score": 1}')
    with pytest.raises(ToolError, match="cluster"):
        read_scores(path, Keys(cluster="subject"))


@pytest.mark.parametrize("bad", [-0.1, 1.1, 70.0, float("nan")])
def test_accuracies_are_shares(bad: float) -> None:
    with pytest.raises(ToolError, match="between 0 and 1"):
        from_accuracies(bad, 0.5, 100)


@pytest.mark.parametrize("bad", [0.0, 1.0, -1.0, float("nan")])
def test_levels(bad: float) -> None:
    with pytest.raises(ToolError, match="alpha"):
        from_accuracies(0.4, 0.5, 100, alpha=bad)
    with pytest.raises(ToolError, match="power"):
        from_counts(1, 2, 3, 4, power=bad)


def test_few_answers_are_called_few() -> None:
    assert "z test" in from_accuracies(0, 1, 3).notes[-1].en
    assert from_counts(5, 0, 0, 0).needed is None
    assert from_counts(0, 0, 1, 0).low is None
