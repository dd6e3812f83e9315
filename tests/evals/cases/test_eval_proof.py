"""Tests of the tests: what shows that a case tells good from flawed, and what does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from polyskill.compiler.localized import Lang
from polyskill.evals.cases import CaseAnswer, CaseCheck, CaseCriterion, EvalCase, Quote, cases_of
from polyskill.evals.proof import prove

GOOD = CaseAnswer(
    "plain", "good", "hand-written", "Close the main valve at 3 bar.", quotes=(Quote(1, "valve"),)
)
FLAWED = CaseAnswer("vague", "flawed", "hand-written", "Wait and see.", (1,), (1,))
CASE = EvalCase(
    id="leak",
    lang="en",
    title="",
    prompt="It leaks.",
    criteria=(CaseCriterion("Names the valve"), CaseCriterion("Guesses", "must_not")),
    checks=(CaseCheck(1, "contains", "bar"),),
    answers=(GOOD, FLAWED),
    path="evals/cases.yaml",
    line=7,
    folder="valves",
)


def codes(case: EvalCase) -> list[str]:
    found = prove(case).findings
    for one in found:
        for lang in (Lang.EN, Lang.ZH):
            assert "{" not in one.message(lang) + one.why(lang) + one.help(lang)
    return [one.code.id for one in found]


def test_a_case_that_distinguishes() -> None:
    proof = prove(CASE)
    assert proof.verdict == "distinguishes"
    assert [found.code.id for found in proof.findings] == ["PS734"]  # nobody violates criterion 2
    assert (proof.unproven, proof.unproven_checks, proof.trivial) == ((2,), (), ())
    good, flawed = proof.answers
    assert (good.passed, good.failed, good.shown, good.missing) == ((1,), (), (1,), ())
    assert (flawed.passed, flawed.failed) == ((), (1,))
    assert proof.findings[0].location == "valves/evals/cases.yaml:7:1"


def answers(*given: CaseAnswer) -> EvalCase:
    return replace(CASE, answers=given)


@pytest.mark.parametrize(
    ("case", "code", "verdict"),
    [
        (answers(replace(GOOD, text="Close the valve."), FLAWED), "PS730", "contradicted"),
        (answers(GOOD, replace(FLAWED, text="Wait at 3 bar.")), "PS731", "contradicted"),
        (answers(GOOD, replace(FLAWED, fails_checks=())), "PS732", "contradicted"),
        (answers(GOOD, replace(FLAWED, text=GOOD.text + "\n")), "PS738", "contradicted"),
        (answers(replace(GOOD, quotes=()), FLAWED), "PS735", "incomplete"),
        (answers(GOOD, replace(FLAWED, fails=(1, 2))), "PS735", "incomplete"),
        (answers(GOOD), "PS736", "incomplete"),
        (answers(FLAWED), "PS736", "incomplete"),
        (answers(), "PS736", "incomplete"),
        (answers(GOOD, replace(FLAWED, text="Leave the valve alone.")), "PS739", "incomplete"),
        (replace(CASE, checks=(CaseCheck(1, "guess", "x"),)), "PS737", "incomplete"),
    ],
)
def test_what_does_not_show_it(case: EvalCase, code: str, verdict: str) -> None:
    assert code in codes(case)
    assert prove(case).verdict == verdict


def test_a_check_that_cannot_be_run_is_told_once() -> None:
    assert codes(replace(CASE, checks=(CaseCheck(1, "guess", "x"),))).count("PS737") == 1


@pytest.mark.parametrize(
    ("check", "words"),
    [
        (CaseCheck(2, "not_contains", "acid"), "an empty answer and on the prompt itself"),
        (CaseCheck(2, "contains", "leaks"), "the prompt itself"),
        (CaseCheck(2, "length", 99), "an empty answer and on the prompt itself"),
        (CaseCheck(2, "regex", "e"), "the prompt itself"),
    ],
)
def test_trivial_checks(check: CaseCheck, words: str) -> None:
    good = replace(GOOD, text=GOOD.text + " It leaks.")
    case = replace(
        CASE, checks=(*CASE.checks, check), answers=(good, replace(FLAWED, text="It leaks."))
    )
    proof = prove(case)
    assert proof.trivial == (2,)
    (found,) = [one for one in proof.findings if one.code.id == "PS733"]
    assert found.message().endswith(f"passes on {words}")


def test_what_a_flawed_answer_fails_is_not_trivial() -> None:
    check = CaseCheck(2, "not_contains", "acid")
    flawed = replace(FLAWED, text="Pour acid.", fails_checks=(1, 2))
    assert prove(replace(CASE, checks=(*CASE.checks, check), answers=(GOOD, flawed))).trivial == ()


def test_a_check_of_the_language_cannot_but_pass_on_the_prompt() -> None:
    check = CaseCheck(2, "language", "en")
    long = "Close the main valve at three bar, then call a plumber and wait for him. "
    case = replace(
        CASE,
        prompt=long,
        checks=(check,),
        answers=(replace(GOOD, text=f"{long} Yes."), replace(FLAWED, fails_checks=())),
    )
    assert prove(case).trivial == ()


def test_checks_of_what_an_agent_did_are_left_alone() -> None:
    checks = (CaseCheck(2, "tool", "Read"), CaseCheck(3, "skill", "valves"))
    proof = prove(replace(CASE, checks=(*CASE.checks, *checks)))
    assert (proof.checks, proof.verdict) == (1, "distinguishes")


def test_a_case_without_checks() -> None:
    proof = prove(replace(CASE, checks=(), answers=(GOOD, replace(FLAWED, fails_checks=()))))
    assert (proof.verdict, proof.checks) == ("distinguishes", 0)


def test_the_bundled_skill_distinguishes_everywhere() -> None:
    from polyskill.cli.sources import bundled
    from polyskill.compiler.readers import discover, read

    (candidate,) = discover(bundled() / "llm-research-scientist")
    (skill,) = read(candidate).skills
    cases, findings = cases_of(skill)
    assert findings == []
    assert len(cases) == 20
    for case in cases:
        proof = prove(case)
        assert proof.verdict == "distinguishes", [one.message() for one in proof.findings]
        assert proof.unproven_checks == ()
        assert {answer.by for answer in proof.answers} == {"hand-written"}
    triggers = [test.trigger for test in skill.tests]
    assert triggers.count("should") >= 8
    assert triggers.count("should_not") >= 5
