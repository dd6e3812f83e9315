"""skillgrade, promptfoo and the case folders of ``claude plugin eval``, each in its own words."""

from __future__ import annotations

import json
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polyskill.compiler.codes import evals as codes
from polyskill.compiler.codes import evaluation
from polyskill.compiler.diagnostics import Severity
from polyskill.compiler.evals import read_case_folders, read_eval_yaml
from polyskill.compiler.localized import Text
from polyskill.compiler.model import Check, Criterion, CriterionKind
from polyskill.compiler.source import decode
from polyskill.compiler.write import to_canonical


def read(text: str, files: dict[str, str] | None = None, name: str = "eval.yaml"):
    found = files or {}
    return read_eval_yaml(decode(dedent(text).encode(), f"skill/{name}"), name, found.get)


def found_codes(findings) -> list[str]:
    assert all(found.severity is not Severity.ERROR for found in findings)
    return [found.code.id for found in findings]


# -- skillgrade ---------------------------------------------------------------------------------

SKILLGRADE = """
version: "1"
defaults: {agent: claude, trials: 5}
tasks:
  - name: Fix the leak
    instruction: tasks/fix.md
    workspace:
      - src: fixtures/pipes.csv
        dest: pipes.csv
      - bin/tool
    graders:
      - {type: llm_rubric, rubric: "Did the answer name the valve?", weight: 0.3}
      - {type: llm_rubric, rubric: rubrics/plan.md}
      - {type: deterministic, run: bash graders/check.sh, weight: 0.7}
      - {type: tool_usage, expectedTools: [{name: Read}, Write]}
    trials: 10
    docker: {base: "node:20"}
  - name: nothing
    instruction: Wait.
    graders: []
  - name: no instruction
    graders: [{type: llm_rubric, rubric: x}]
  - just words
"""


def test_skillgrade() -> None:
    files = {"tasks/fix.md": "It leaks.\nFix it.\n", "rubrics/plan.md": "Has a plan:\n- steps\n"}
    (case,), findings = read(SKILLGRADE, files)
    assert (case.id, case.title) == ("fix-the-leak", Text(en="Fix the leak"))
    assert case.input == Text(en="It leaks.\nFix it.")
    assert case.files == ("fixtures/pipes.csv", "bin/tool")
    assert case.criteria == (
        Criterion(Text(en="Did the answer name the valve?"), weight=0.3),
        Criterion(Text(en="Has a plan:\n- steps")),
    )
    assert case.checks == (Check("tool", "Read"), Check("tool", "Write"))
    assert case.extra == {"trials": 10, "docker": {"base": "node:20"}}
    assert (case.form, case.path, case.line) == ("skillgrade eval.yaml", "eval.yaml", 5)
    assert found_codes(findings) == ["PS075", "PS710", "PS074", "PS074", "PS074"]
    assert "deterministic" in findings[0].message()


# -- promptfoo ----------------------------------------------------------------------------------

PROMPTFOO = """
prompts: ["Answer as a plumber: {{question}}"]
providers: [openai:gpt-5]
defaultTest:
  vars: {unit: bar}
  assert: [{type: not-contains, value: As an AI}]
tests:
  - description: Pressure of a pipe
    vars: {question: "How much {{unit}}?"}
    metadata: {id: pressure, owner: me}
    assert:
      - {type: icontains, value: "{{unit}}"}
      - {type: contains-any, value: [kPa, psi]}
      - {type: icontains-all, value: "a, b"}
      - {type: not-icontains-any, value: [acid, glue]}
      - {type: regex, value: '(?<n>\\d+)'}
      - {type: not-regex, value: 'x{3}'}
      - {type: equals, value: 3 bar.}
      - {type: starts-with, value: "3"}
      - {type: is-json}
      - {type: contains-json, value: {type: object}}
      - {type: llm-rubric, value: Names a unit, weight: 2}
      - {type: not-llm-rubric, value: Guesses}
      - {type: javascript, value: output.length}
      - {type: similar, value: x, threshold: 0.8}
      - {type: contains, value: x, weight: 0}
      - {type: not-contains-all, value: [a, b]}
      - {type: python, value: "file://check.py"}
      - type: assert-set
        assert: [{type: contains, value: inner}]
"""


def test_promptfoo() -> None:
    (case,), findings = read(PROMPTFOO, name="promptfooconfig.yaml")
    assert (case.id, case.title) == ("pressure", Text(en="Pressure of a pipe"))
    assert case.criteria == (
        Criterion(Text(en="Names a unit"), weight=2.0),
        Criterion(Text(en="Guesses"), CriterionKind.MUST_NOT),
    )
    assert case.checks == (
        Check("not_contains", "As an AI"),
        Check("contains", "bar", None, {"case": False}),
        Check("contains", ["kPa", "psi"], None, {"any": True}),
        Check("contains", ["a", "b"], None, {"case": False}),
        Check("not_contains", ["acid", "glue"], None, {"case": False}),
        Check("regex", r"(?P<n>\d+)"),
        Check("regex", r"\A(?![\s\S]*(?:x{3}))"),
        Check("regex", r"\A\s*3\ bar\.\s*\Z"),
        Check("regex", r"\A3"),
        Check("json_schema", {}),
        Check("json_schema", {"type": "object"}),
        Check("contains", "inner"),
    )
    assert found_codes(findings) == ["PS075"] * 5
    assert [found.args["kind"] for found in findings] == [
        "javascript",
        "similar",
        "contains (weight: 0)",
        "not-contains-all",
        "python",
    ]
    assert case.extra["metadata"] == {"id": "pressure", "owner": "me"}


def test_what_promptfoo_asks() -> None:
    (case,), findings = read(PROMPTFOO.replace('"How much {{unit}}?"', "How much?"))
    assert case.input == Text(en="Answer as a plumber: How much?")
    assert case.form == "promptfoo"
    files = {"p.txt": "说说 {{ question }}。"}
    check = "assert: [{type: contains, value: a}]"
    text = f"prompts: [file://./p.txt]\ntests: [{{vars: {{question: 水}}, {check}}}]"
    (case,), findings = read(text, files)
    assert (case.input, findings) == (Text(zh="说说 水。"), ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # no prompt of its own: the variable is what is asked
        ("tests: [{vars: {query: How?}, assert: [{type: contains, value: a}]}]", []),
        ("[{vars: {anything: How?}, assert: [{type: contains, value: a}]}]", []),
        ("tests: [{vars: {a: x, b: y}, assert: [{type: contains, value: a}]}]", ["PS074"]),
        ("tests: [{vars: {query: [a, b]}, assert: [{type: contains, value: a}]}]", ["PS074"]),
        ("tests: [{vars: {query: a}}]", ["PS074"]),
        (
            "prompts: ['{{ q | upper }}']\ntests: [{vars: {q: a}, assert: [{type: cost}]}]",
            ["PS074"],
        ),
        ("prompts: ['{{q}}']\nproviders: [x]\ntests: file://tests.csv", ["PS713", "PS068"]),
        ("prompts: ['{{q}}']\nscenarios: [{config: []}]", ["PS713", "PS068"]),
        (
            "prompts: ['{{q}}']\ntests: [file://more.yaml, {vars: {q: a}, assert: [b]}]",
            ["PS713", "PS075", "PS074"],
        ),
        (
            "prompts: [a, b]\n"
            "tests: [{vars: {q: a}, options: {}, assert: [{type: contains, value: a}]}]",
            ["PS710"],
        ),
        ("prompts: [a]\ntests: [{assert: [&x {type: contains, value: a}, *x]}]", ["PS714"]),
        ("tests: [\n", ["PS714"]),
        ("colours: [red]", ["PS072"]),
        ("", ["PS072"]),
        ("prompts: [a]\ntests: []", ["PS068"]),
    ],
)
def test_what_has_no_place_is_told(text: str, expected: list[str]) -> None:
    cases, findings = read(text)
    assert found_codes(findings) == expected
    assert len(cases) == (not expected or expected == ["PS710"])


def test_cases_with_one_name_are_told_apart() -> None:
    test = {"description": "A leak", "assert": [{"type": "contains", "value": "x"}]}
    tests = [{**test, "vars": {"q": words}} for words in ("a", "b", "c")]
    cases, findings = read(json.dumps({"tests": tests}))
    assert findings == ()
    assert [case.id for case in cases] == ["a-leak", "a-leak-2", "a-leak-3"]


def test_variables_do_not_grow_without_end() -> None:
    variables = {"a": "{{b}}" * 50_000, "b": "{{a}}" * 50_000}
    test = {"vars": variables, "assert": [{"type": "contains", "value": "x"}]}
    cases, findings = read(json.dumps({"prompts": ["{{a}}"], "tests": [test]}))
    assert cases == ()
    assert found_codes(findings) == ["PS074"]


@settings(max_examples=60)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "tests",
                        "tasks",
                        "vars",
                        "assert",
                        "type",
                        "value",
                        "prompts",
                        "graders",
                        "instruction",
                        "rubric",
                        "name",
                        "defaultTest",
                        "weight",
                        "metadata",
                    ]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=25,
    )
)
def test_any_yaml_is_survived(value: object) -> None:
    cases, findings = read(json.dumps(value))
    found_codes(findings)
    assert cases or findings


# -- claude plugin eval -------------------------------------------------------------------------


def folders(**files: str):
    return read_case_folders(
        {
            f"evals/{name}": decode(dedent(text).encode(), f"s/evals/{name}")
            for name, text in files.items()
        }
    )


FOLDER = {
    "leak/prompt.md": (
        "---\ndescription: A leak\ntags: [water]\nruns: 2\nenv: {EVAL_X: a}\n---\n\nIt leaks.\n"
    ),
    "leak/graders/plan.md": "---\ntype: llm\nweight: 2\n---\nPASS if there is a plan.\n",
    "leak/graders/skill.md": "---\ntype: tool_used\ntool: Skill\ninput_match: valves\n---\n",
    "leak/graders/read.md": "---\ntype: tool_used\ntool: Read\n---\n",
    "leak/graders/unit.md": (
        "---\ntype: regex\npattern: '\\d+ bar'\nflags: gi\n---\nSays the pressure.\n"
    ),
    "leak/graders/no-acid.md": "---\ntype: regex\nmatch: not_contains\npattern: acid\n---\n",
}


def test_a_case_folder() -> None:
    (case,), findings = folders(**FOLDER)
    assert (case.id, case.title, case.input) == ("leak", Text(en="A leak"), Text(en="It leaks."))
    assert case.trigger == "should"
    assert case.criteria == (Criterion(Text(en="PASS if there is a plan."), weight=2.0),)
    assert case.checks == (
        Check("regex", r"\A(?![\s\S]*(?:acid))"),
        Check("tool", "Read"),
        Check("regex", r"\d+ bar", None, {"flags": "i"}),
    )
    assert case.extra == {"runs": 2, "env": {"EVAL_X": "a"}, "tags": ["water"]}
    assert (case.form, case.path) == ("claude plugin eval", "evals/leak/prompt.md")
    assert found_codes(findings) == ["PS710"]


def test_a_case_in_one_file() -> None:
    (case,), findings = folders(
        **{
            "group/drip/case.yaml": """
                schema_version: "1.1"
                name: drip
                context: {scaffold_script: make.sh}
                execution: {prompt: "It drips.", max_turns: 5}
                graders:
                  - {name: a, type: llm, criteria: Has a plan}
                  - {name: b, type: tool_used, tool: Skill, min: 0, max: 0}
                  - {name: c, type: tool_order, before: Read, after: Edit}
                  - {name: d, type: regex, pattern: a, match: "count:2"}
                  - {name: e, type: regex, pattern: a, target: trace}
                  - {name: f, type: llm, criteria: x, focus: files}
                  - {name: g, type: file_exists, path: "*.md"}
                  - {name: h, type: tool_used, tool: Edit, max: 0}
                  - {name: i, type: baseline, baseline_file: a.jsonl}
                  - nothing
            """,
            "results/2026/case.yaml": "name: old",
        }
    )
    assert (case.id, case.input, case.trigger) == ("drip", Text(en="It drips."), "should_not")
    assert [one.text.en for one in case.criteria] == ["Has a plan"]
    assert case.checks == ()
    assert found_codes(findings) == ["PS075"] * 8 + ["PS710"]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"a/prompt.md": "---\nname: a\n---\n"}, ["PS074"]),
        ({"a/prompt.md": "Do it.\n"}, ["PS074"]),
        ({"a/case.yaml": "name: a\n"}, ["PS074"]),
        ({"a/prompt.md": "---\nname: [\n---\nDo it.\n"}, ["PS714", "PS074"]),
        ({"a/prompt.md": "Do.\n", "a/graders/x.md": "no front matter\n"}, ["PS074", "PS075"]),
    ],
)
def test_folders_without_a_case(files, expected) -> None:
    cases, findings = folders(**files)
    assert cases == ()
    assert sorted(found_codes(findings)) == sorted(expected)


# -- as part of a skill -------------------------------------------------------------------------


def test_all_formats_of_one_skill_are_read_and_become_canonical(make_skill) -> None:
    skill = make_skill(
        **{f"evals/{name}": text for name, text in FOLDER.items()},
        **{
            "eval.yaml": SKILLGRADE,
            "tasks/fix.md": "It leaks badly.\n",
            "promptfooconfig.yaml": PROMPTFOO,
            "evals/results/2026/aggregate-result.json": '{"cases": [{"prompt": "x"}]}',
        },
    )
    assert {case.form for case in skill.tests} == {
        "claude plugin eval",
        "promptfoo",
        "skillgrade eval.yaml",
    }
    assert [case.input.en for case in skill.tests if case.form.startswith("skillgrade")] == [
        "It leaks badly."
    ]
    folder = to_canonical(skill)
    assert "evals/cases.yaml" in folder.files
    assert not [path for path in folder.files if path.startswith("evals/leak/")]


def test_codes_are_stable() -> None:
    assert codes.UNKNOWN_VERIFIER.id == "PS075"
    assert evaluation.FOREIGN_KEPT.severity is Severity.INFO
