"""English against Chinese on the same cases."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence

import pytest

from polyskill.evals.parity import parity
from polyskill.evals.results import CheckResult, Sample

ENGLISH = "The answer is written in plain English prose."
CHINESE = "这个回答用的是中文，里面也有 API 这样的术语。"


def sample(
    case: str,
    lang: str,
    score: float | None,
    *,
    repeat: int = 0,
    answer: str = "",
    outcome: str = "ok",
    checks: tuple[CheckResult, ...] = (),
    arm: str = "current",
) -> Sample:
    return Sample(
        case, lang, arm, "m", repeat, f"{case}{lang}{repeat}{arm}", outcome,
        answer=answer or (ENGLISH if lang == "en" else CHINESE), score=score, checks=checks,
    )  # fmt: skip


def pairs(english: Sequence[float], chinese: Sequence[float]) -> list[Sample]:
    return [
        sample(f"case-{number}", lang, score)
        for number, both in enumerate(zip(english, chinese, strict=True))
        for lang, score in zip(("en", "zh"), both, strict=True)
    ]


def noisy(shift: float, n: int) -> list[Sample]:
    draw = random.Random(7)
    chinese = [0.4 + 0.2 * draw.random() for _ in range(n)]
    return pairs([one + shift + 0.1 * (draw.random() - 0.5) for one in chinese], chinese)


def test_a_small_difference_is_equivalent() -> None:
    [row] = parity(noisy(0.02, 60))
    assert (row["model"], row["arm"], row["n"], row["margin"]) == ("m", "current", 60, 0.1)
    assert row["equivalent"] is True
    assert row["difference"]["value"] == pytest.approx(0.02, abs=0.01)
    assert -0.1 < row["difference"]["low"] < row["difference"]["high"] < 0.1
    assert row["p"] < 0.05
    json.dumps(row)


def test_the_p_is_that_of_two_one_sided_tests() -> None:
    from scipy.stats import ttest_1samp

    samples = noisy(0.02, 60)
    [row] = parity(samples)
    by_lang = [[one.score for one in samples if one.lang == lang] for lang in ("en", "zh")]
    gaps = [english - chinese for english, chinese in zip(*by_lang, strict=True)]  # type: ignore[operator]
    one_sided = [
        ttest_1samp(gaps, -0.1, alternative="greater").pvalue,
        ttest_1samp(gaps, 0.1, alternative="less").pvalue,
    ]
    assert row["p"] == pytest.approx(max(one_sided))


def test_a_large_difference_is_none() -> None:
    [row] = parity(noisy(0.3, 30))
    assert row["equivalent"] is False
    assert "English answers score" in row["why"]["en"]
    assert "英文回答的得分高" in row["why"]["zh"]
    [other] = parity(noisy(-0.3, 30))
    assert other["difference"]["value"] < 0
    assert "Chinese answers score" in other["why"]["en"]


@pytest.mark.parametrize("n", [1, 2, 5])
def test_few_equal_cases_show_nothing(n: int) -> None:
    [row] = parity(pairs([1.0] * n, [1.0] * n))
    assert row["equivalent"] is None
    assert row["n"] == n
    assert f"{n} case" in row["why"]["en"]


def test_many_equal_cases_are_proof() -> None:
    [row] = parity(pairs([1.0] * 100, [1.0] * 100))
    assert row["equivalent"] is True


def test_only_what_is_graded_in_both_languages_is_compared() -> None:
    samples = [
        *pairs([1.0, 0.5], [0.5, 0.5]),
        sample("only-en", "en", 1.0),
        sample("no-grade", "en", 1.0),
        sample("no-grade", "zh", None),
        sample("case-0", "en", 0.0, arm="none"),
    ]
    none, current = sorted(parity(samples), key=lambda row: row["arm"] != "none")
    assert (none["n"], none["equivalent"], none["difference"]["value"]) == (0, None, None)
    assert none["why"]["zh"] == "没有用例在两种语言中都有得分。"
    assert (current["n"], current["difference"]["value"]) == (2, 0.25)
    assert parity([]) == []


def test_repeats_are_averaged() -> None:
    samples = [
        sample(case, lang, score, repeat=repeat)
        for case in ("a", "b")
        for lang in ("en", "zh")
        for repeat, score in enumerate((1.0, 0.0) if lang == "en" else (0.5, 0.5))
    ]
    [row] = parity(samples)
    assert (row["n"], row["difference"]["value"]) == (2, 0.0)


def test_answers_in_the_wrong_language_are_counted() -> None:
    translated = (CheckResult("language", "language en", True),)
    refused = (CheckResult("language", "language zh", False),)
    samples = [
        sample("a", "zh", 1.0, answer=ENGLISH),
        sample("b", "zh", 1.0),
        sample("c", "zh", 1.0, answer="```python\nprint(1)\n```"),
        sample("d", "zh", 1.0, answer=ENGLISH, checks=translated),
        sample("e", "zh", 1.0, checks=refused),
        sample("h", "zh", 1.0, checks=refused),
        sample("f", "zh", None, answer=ENGLISH, outcome="truncated"),
        sample("g", "zh", 1.0, answer=" "),
        sample("a", "en", 1.0),
    ]
    [row] = parity(samples)
    wrong = row["wrong_language"]
    assert (wrong["zh"]["value"], wrong["zh"]["n"]) == (3 / 6, 6)
    assert wrong["zh"]["low"] == pytest.approx(0.188, abs=0.001)
    assert (wrong["en"]["value"], wrong["en"]["n"]) == (0.0, 1)


def test_a_margin_must_be_possible() -> None:
    with pytest.raises(ValueError, match="margin"):
        parity(pairs([1.0], [1.0]), margin=0.0)
