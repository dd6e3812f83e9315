"""What a model is asked about triggers, and what its answers are worth."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyskill.evals.results import Estimate
from polyskill.evals.triggers import Catalogue, Entry, Limits, TriggerCase, calls, read, to_json
from polyskill.evals.triggers.choose import TOOL, none_of, request
from polyskill.evals.triggers.rates import difference, f1, rate
from polyskill.evals.triggers.table import (
    CONFUSION_HEADINGS,
    SCORE_HEADINGS,
    confusion_rows,
    score_rows,
)
from polyskill.runtime.judge.base import Call, Model

MODEL = Model("anthropic", "m", params={"max_tokens": 1})
NAMES = ("pdf-forms", "release-notes", "sql-tuning")


def oracle() -> Any:
    """The intervals of statsmodels, which is imported for the tests that need it."""
    return import_module("statsmodels.stats.proportion")


def case(
    name: str, skill: str = "release-notes", lang: str = "en", should: bool = True
) -> TriggerCase:
    return TriggerCase(skill, name, lang, f"input of {name}", should)


def suite(
    skill: str = "release-notes", langs: Sequence[str] = ("en", "zh"), n: int = 4
) -> list[TriggerCase]:
    """Half of the cases should have the skill."""
    return [
        case(f"{'yes' if should else 'no'}-{number}", skill, lang, should)
        for lang in langs
        for should in (True, False)
        for number in range(n)
    ]


@pytest.fixture
def rows(catalogue: Catalogue) -> Callable[..., list[dict[str, Any]]]:
    """Rows of a journal in which ``choose(meta)`` gave the skill, or the outcome in brackets."""

    def make(
        cases: Sequence[TriggerCase],
        choose: Callable[[Mapping[str, Any]], object],
        repeats: int = 1,
        models: Sequence[Model] = (MODEL,),
    ) -> list[dict[str, Any]]:
        return [row(each, choose(each.meta)) for each in calls(catalogue, cases, models, repeats)]

    def row(call: Call, chosen: object) -> dict[str, Any]:
        failed = isinstance(chosen, str) and chosen.startswith("[")
        return {
            "key": call.key,
            "outcome": str(chosen).strip("[]") if failed else "ok",
            "data": None if failed else {"reason": "because", "skill": chosen},
            "meta": dict(call.meta),
        }

    return make


def right(meta: Mapping[str, Any]) -> str:
    return str(meta["skill"]) if meta["should"] else "none"


def test_the_catalogue_is_listed_as_assistants_do(catalogue: Catalogue) -> None:
    asked = request(catalogue, case("a", lang="zh"))
    lines = [line for line in asked.system.splitlines() if line.startswith("- ")]
    assert sorted(lines) == [
        "- pdf-forms: 填写 PDF 表单，提取 PDF 文件中的表格。",
        "- release-notes: 根据已合并的拉取请求撰写发布说明，按受众分组。",
        "- sql-tuning: Makes slow SQL queries fast: reads plans, adds indexes.",
    ]
    assert "已安装的技能" in asked.system
    assert "input of a" in asked.messages[0].text
    [tool] = asked.tools
    assert asked.answer_with == tool.name == TOOL
    assert list(tool.schema["properties"]) == ["reason", "skill"]
    assert sorted(tool.schema["properties"]["skill"]["enum"]) == ["none", *NAMES]
    english = request(catalogue, case("a"))
    assert "installed" in english.system
    assert "撰写" not in english.system


def test_text_of_skills_is_no_template() -> None:
    odd = Catalogue((Entry("odd", {"en": "{tool} {0} {none} {listing}"}),))
    asked = request(odd, TriggerCase("odd", "c", "en", "{text} {x} {listing}", True))
    assert "- odd: {tool} {0} {none} {listing}" in asked.system
    assert "{text} {x} {listing}" in asked.messages[0].text


def test_long_descriptions_are_cut_as_clients_cut_them() -> None:
    long = Catalogue((Entry("long", {"en": "字" * 3000}), Entry("empty")))
    lines = request(long, TriggerCase("long", "c", "en", "x", True)).system.splitlines()
    [line] = [line for line in lines if line.startswith("- long: ")]
    assert len(line) == len("- long: ") + 1536
    assert line.endswith("字…")
    assert "- empty" in lines


def test_none_is_never_a_skill() -> None:
    assert none_of(NAMES) == "none"
    taken = Catalogue((Entry("none", {"en": "Does nothing."}), Entry("x", {"en": "X."})))
    asked = request(taken, TriggerCase("none", "c", "en", "x", True))
    assert "(none)" in asked.tools[0].schema["properties"]["skill"]["enum"]
    row = {
        "outcome": "ok",
        "data": {"skill": "none"},
        "meta": next(calls(taken, [TriggerCase("none", "c", "en", "x", True)], [MODEL])).meta,
    }
    assert read([row], taken.names).scores[0].hits == 1


def test_the_order_is_fixed_for_a_case_and_spread_over_cases(catalogue: Catalogue) -> None:
    def order(name: str, repeat: int = 0) -> tuple[str, ...]:
        asked = request(catalogue, case(name), repeat)
        return tuple(asked.tools[0].schema["properties"]["skill"]["enum"][:-1])

    assert order("a") == order("a")
    seen = {order(f"case-{number}") for number in range(200)}
    assert seen == set(permutations(NAMES))
    first = [order(f"case-{number}")[0] for number in range(600)]
    for name in NAMES:  # 200 expected, standard deviation 11.5
        assert 150 < first.count(name) < 250
    assert len({order("a", repeat) for repeat in range(30)}) == 6


def test_calls_are_the_grid_and_their_keys_are_their_own(catalogue: Catalogue) -> None:
    models = [MODEL, Model("openai", "n"), Model("anthropic", "m", params={"temperature": 0})]
    cases = [case("a"), case("a", lang="zh"), case("a", skill="pdf-forms")]
    made = list(calls(catalogue, cases, models, repeats=2))
    assert len(made) == len({one.key for one in made}) == 3 * 3 * 2
    assert [one.key for one in made] == [one.key for one in calls(catalogue, cases, models, 2)]
    json.dumps([dict(one.meta) for one in made])
    same = [
        TriggerCase(name, f"case-{number}", "en", "one input of all", True)
        for name in NAMES
        for number in range(10)
    ]
    assert len({one.key for one in calls(catalogue, same, models)}) == 3 * 30
    changed = Catalogue((*catalogue.entries[:2], Entry("sql-tuning", {"en": "Other."})))
    assert not {one.key for one in calls(changed, cases, models, 2)} & {one.key for one in made}
    with pytest.raises(ValueError, match="not in the catalogue"):
        list(calls(catalogue, [case("a", skill="nobody")], models))
    with pytest.raises(ValueError, match="at least 1"):
        list(calls(catalogue, cases, models, 0))


def test_all_right(rows: Callable[..., list[dict[str, Any]]]) -> None:
    report = read(rows(suite(), right), NAMES)
    assert (report.verdict, report.why, report.alarms, report.wrong) == ("ok", (), (), ())
    every = report.scores[0]
    assert (every.lang, every.skill) == ("", "release-notes")  # one skill needs no sum of its own
    assert [one.lang for one in report.scores] == ["", "en", "zh"]
    assert (every.hits, every.misses, every.intrusions, every.rests) == (8, 0, 0, 8)
    assert every.recall.value == every.precision.value == every.f1.value == 1.0
    assert every.recall.n == 4  # the same case in two languages is one case
    assert report.outcomes == {"ok": 16}
    [gap] = report.gaps
    assert (gap.first, gap.second, gap.recall.value) == ("en", "zh", 0.0)
    assert gap.recall.low == pytest.approx(-0.49, abs=0.01)
    assert read(rows(suite(), right), NAMES, Limits(strict=True)).verdict == "below"


def test_siblings_are_told_apart(rows: Callable[..., list[dict[str, Any]]]) -> None:
    cases = suite("release-notes", ("en",)) + suite("pdf-forms", ("en",))

    def choose(meta: Mapping[str, Any]) -> str:
        if meta["skill"] == "release-notes" and meta["case"] in ("yes-0", "yes-1"):
            return "pdf-forms"  # a miss of one and an intrusion of the other
        if meta["skill"] == "release-notes" and meta["case"] == "no-0":
            return "release-notes"
        if meta["skill"] == "pdf-forms" and meta["case"] == "no-0":
            return "sql-tuning"  # nobody said that this is wrong
        return right(meta)

    report = read(rows(cases, choose), NAMES)
    found = {one.skill: one for one in report.scores}
    assert list(found) == ["", "pdf-forms", "release-notes"]
    forms, notes, every = found["pdf-forms"], found["release-notes"], found[""]
    assert (forms.hits, forms.misses, forms.intrusions, forms.rests) == (4, 0, 2, 4)
    assert (notes.hits, notes.misses, notes.intrusions, notes.rests) == (2, 2, 1, 3)
    assert (every.hits, every.misses, every.intrusions, every.rests) == (6, 2, 3, 7)
    assert forms.precision.value == pytest.approx(4 / 6)
    assert notes.recall.value == pytest.approx(0.5)
    assert notes.f1.value == pytest.approx(4 / 7)
    table = {(one.skill, one.should, one.chosen): one.count for one in report.confusion}
    assert table == {
        ("pdf-forms", False, ""): 3,
        ("pdf-forms", False, "sql-tuning"): 1,
        ("pdf-forms", True, "pdf-forms"): 4,
        ("release-notes", False, ""): 3,
        ("release-notes", False, "release-notes"): 1,
        ("release-notes", True, "pdf-forms"): 2,
        ("release-notes", True, "release-notes"): 2,
    }
    assert [one.case for one in report.wrong] == ["no-0", "yes-0", "yes-1"]
    assert report.verdict == "below"
    assert [why["en"] for why in report.why] == [
        "pdf-forms (en, anthropic/m): precision 0.67 is below 0.80",
        "release-notes (en, anthropic/m): recall 0.50 is below 0.80",
        "release-notes (en, anthropic/m): precision 0.67 is below 0.80",
    ]
    assert all(why["zh"] for why in report.why)


def test_no_hit_at_all_is_the_fault_of_the_harness(
    rows: Callable[..., list[dict[str, Any]]],
) -> None:
    report = read(rows(suite(), lambda _: "none"), NAMES)
    assert report.verdict == "suspect"
    [alarm] = report.alarms
    assert (alarm.kind, alarm.model, alarm.suspect) == ("never", "anthropic/m", True)
    assert "8 answers" in alarm.why["en"]
    assert report.scores[0].recall.value == 0
    assert report.scores[0].precision.value is None
    few = read(rows(suite(n=2), lambda meta: "none" if meta["should"] else "sql-tuning"), NAMES)
    assert (few.verdict, few.alarms) == ("below", ())  # two cases may fail honestly
    often = [case("one"), case("two")]
    assert read(rows(often, lambda _: "none", 5), NAMES).verdict == "below"


def test_one_answer_to_everything_is_suspect(rows: Callable[..., list[dict[str, Any]]]) -> None:
    report = read(rows(suite(), lambda _: "release-notes"), NAMES)
    assert report.verdict == "suspect"
    assert [one.kind for one in report.alarms] == ["constant"]
    only_due = [one for one in suite() if one.should]
    assert read(rows(only_due, right), NAMES).verdict == "ok"  # the same, and always right
    never_due = [one for one in suite() if not one.should]
    assert read(rows(never_due, lambda _: "release-notes"), NAMES).verdict == "below"


def test_a_silent_language_is_the_fault_of_the_description(
    rows: Callable[..., list[dict[str, Any]]],
) -> None:
    report = read(
        rows(suite(), lambda meta: right(meta) if meta["lang"] == "en" else "none"), NAMES
    )
    assert report.verdict == "below"
    [alarm] = report.alarms
    assert (alarm.kind, alarm.lang, alarm.suspect) == ("silent-language", "zh", False)
    [gap] = report.gaps
    assert gap.recall.value == -1
    assert gap.recall.high is not None
    assert gap.recall.high < 0


def test_trouble_is_nobodys_mistake(rows: Callable[..., list[dict[str, Any]]]) -> None:
    def one_of_sixteen(meta: Mapping[str, Any]) -> object:
        return "[timeout]" if (meta["case"], meta["lang"]) == ("yes-0", "en") else right(meta)

    report = read(rows(suite(), one_of_sixteen), NAMES)
    assert report.verdict == "ok"
    assert report.outcomes == {"ok": 15, "timeout": 1}
    assert (report.scores[0].hits, report.scores[0].missing) == (7, 1)
    assert report.gaps[0].recall.n == 3
    chinese = [row for row in rows(suite(), right) if row["meta"]["lang"] == "zh"]
    english = [row for row in rows(suite(), right) if row["meta"]["lang"] == "en"]
    assert read([*chinese[1:], *english], NAMES).gaps[0].recall.n == 3

    def half(meta: Mapping[str, Any]) -> object:
        return "[server]" if meta["lang"] == "zh" else right(meta)

    broken = read(rows(suite(), half), NAMES)
    assert broken.verdict == "invalid"
    assert "8 of 16" in broken.why[0]["en"]
    assert [(one.lang, one.missing) for one in broken.scores] == [("", 8), ("en", 0), ("zh", 8)]
    assert read([], NAMES).verdict == "invalid"
    assert read(rows(suite(), lambda _: "[transport]"), NAMES).verdict == "invalid"


@pytest.mark.parametrize(
    "answer", ["nobody", "", None, 3, ["pdf-forms"], {"skill": "pdf-forms"}, "PDF-forms"]
)
def test_an_answer_that_names_no_skill_is_malformed(
    answer: object, rows: Callable[..., list[dict[str, Any]]]
) -> None:
    report = read(rows(suite(), lambda _: answer), NAMES)
    assert (report.verdict, report.outcomes) == ("invalid", {"malformed": 16})


def test_a_refusal_chose_nothing(rows: Callable[..., list[dict[str, Any]]]) -> None:
    report = read(rows(suite(n=1), lambda _: "[refusal]"), NAMES)
    assert report.outcomes == {"refusal": 4}
    assert (report.scores[0].misses, report.scores[0].rests) == (2, 2)


def test_other_rows_are_passed_over(rows: Callable[..., list[dict[str, Any]]]) -> None:
    others = [{"outcome": "ok", "meta": {"kind": "answer"}}, {"outcome": "ok", "meta": None}]
    assert read([*rows(suite(), right), *others], NAMES).outcomes == {"ok": 16}


def test_the_report_is_json_and_rows_of_text(rows: Callable[..., list[dict[str, Any]]]) -> None:
    report = read(rows(suite(), lambda meta: "pdf-forms" if meta["should"] else "none"), NAMES)
    data = json.loads(json.dumps(to_json(report)))
    assert data["verdict"] == "suspect"
    assert data["limits"]["min_recall"] == 0.8
    table = score_rows(report, "zh")
    assert {len(row) for row in table} == {len(SCORE_HEADINGS)}
    assert table[0][:5] == ("anthropic/m", "全部", "release-notes", "0.00 [0.00, 0.49]", "–")
    wrong = confusion_rows(report, "en")
    assert {len(row) for row in wrong} == {len(CONFUSION_HEADINGS)}
    assert wrong[0] == ("anthropic/m", "en", "release-notes", "use", "pdf-forms", "4")


@given(st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_rates_have_the_interval_of_wilson(found: tuple[int, int]) -> None:
    k, n = found
    mine = rate(k, n, n)
    low, high = oracle().proportion_confint(k, n, method="wilson")
    assert (mine.low, mine.high) == (pytest.approx(low), pytest.approx(high))
    assert mine.low <= mine.value <= mine.high  # type: ignore[operator]


def test_repeats_do_not_narrow_an_interval() -> None:
    found = rate(30, 40, 4)
    assert (found.value, found.n) == (0.75, 4)
    assert (found.low, found.high) == pytest.approx(
        oracle().proportion_confint(3, 4, method="wilson")
    )
    assert rate(0, 0, 0) == Estimate()


def test_f1_and_its_interval() -> None:
    found = f1(8, 1, 1, 10)
    assert found.value == pytest.approx(16 / 18)
    low, high = oracle().proportion_confint(8, 10, method="wilson")
    assert found.low == pytest.approx(2 * low / (1 + low))
    assert found.high == pytest.approx(2 * high / (1 + high))
    assert f1(0, 0, 0, 0) == Estimate()


def test_paired_differences() -> None:
    first, second = [1.0, 1.0, 0.0, 0.0] * 5, [1.0, 0.0, 1.0, 0.0] * 4 + [1.0] * 4
    plain = difference([1.0, 1.0, 0.0, 0.0] * 5, [1.0, 0.0] * 10)  # not correlated
    low, high = oracle().confint_proportions_2indep(10, 20, 10, 20, method="newcomb")
    assert (plain.value, plain.n) == (0.0, 20)
    assert (plain.low, plain.high) == pytest.approx((low, high))
    related = difference(first, second)
    assert related.value == pytest.approx(0.1)
    same = difference(first, first)
    assert same.low == pytest.approx(0)  # what goes up and down together does not differ
    with pytest.raises(ValueError, match="no pairs"):
        difference([1.0], [])
    assert difference([], []) == Estimate()


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=40))
def test_a_difference_is_inside_its_interval(pairs: list[tuple[float, float]]) -> None:
    found = difference([one for one, _ in pairs], [other for _, other in pairs])
    assert found.value is not None
    assert found.low is not None
    assert found.high is not None
    assert found.low <= found.value <= found.high
    turned = difference([other for _, other in pairs], [one for one, _ in pairs])
    assert turned.low == pytest.approx(-found.high)
    assert turned.high == pytest.approx(-found.low)
