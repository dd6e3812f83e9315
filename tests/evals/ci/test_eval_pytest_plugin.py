"""The pytest plugin, in projects of its own: cases as tests, and a case in somebody's own test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import pytest

import polyskill

pytest_plugins = ["pytester"]

ROOT = Path(__file__).resolve().parents[3]
GOOD = "It is 12 metres long."
FLAWED = "It is 12 long."


def write_skill(folder: Path, **changes: Any) -> Path:
    (folder / "evals").mkdir(parents=True)
    (folder / "SKILL.md").write_text(
        "---\nname: measuring\ndescription: Sizes. Use for sizes.\n---\n\n# Sizes\n\nGive units.\n"
    )
    case = {
        "id": "size",
        "input": {"en": "How long is it?", "zh": "它有多长？"},
        "checks": [{"kind": "regex", "value": r"\d+ (metres|米)"}],
        "answers": [
            {"label": "good", "by": "me", "text": {"en": GOOD, "zh": "长 12 米。"}},
            {
                "label": "flawed",
                "by": "me",
                "text": {"en": FLAWED, "zh": "长 12。"},
                "fails": ["check:1"],
            },
        ],
        **changes,
    }
    (folder / "evals/cases.yaml").write_text(json.dumps({"version": 1, "cases": [case]}, indent=1))
    return folder


@pytest.fixture(scope="session", autouse=True)
def everything_is_imported() -> None:
    """What is first imported while ``pytester`` is there is forgotten after it."""
    for module in walk_packages(polyskill.__path__, "polyskill."):
        if "__main__" not in module.name and ".skills" not in module.name:
            import_module(module.name)


@pytest.fixture
def inner(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run pytest here, with the plugin and no other."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)

    def call(*arguments: str) -> pytest.RunResult:
        return pytester.runpytest_inprocess("-p", "polyskill.evals.pytest_plugin", "-v", *arguments)

    return call


# -- cases as items -------------------------------------------------------------------------------


def test_a_case_is_an_item_in_each_language(inner, pytester):
    write_skill(pytester.path / "skills/measuring")
    done = inner("--polyskill")
    done.assert_outcomes(passed=2)
    done.stdout.fnmatch_lines(["*cases.yaml::size[[]en[]] PASSED*", "*::size[[]zh[]] PASSED*"])


def test_nothing_is_collected_unless_it_is_asked_for(inner, pytester):
    write_skill(pytester.path / "measuring")
    assert inner().ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_a_setting_asks_for_it(inner, pytester):
    write_skill(pytester.path / "measuring")
    pytester.makeini("[pytest]\npolyskill = true\n")
    inner().assert_outcomes(passed=2)


def test_cases_of_something_else_are_left_alone(inner, pytester):
    (pytester.path / "evals").mkdir()
    (pytester.path / "evals/cases.yaml").write_text("a: b\n")
    assert inner("--polyskill").ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_a_case_that_contradicts_its_answers_fails_where_it_stands(inner, pytester):
    write_skill(
        pytester.path / "measuring",
        checks=[{"kind": "contains", "value": "12"}],
    )
    done = inner("--polyskill", "-k", "en")
    done.assert_outcomes(failed=1, deselected=1)
    text = done.stdout.str()
    assert "PS7" in text
    assert "measuring/evals/cases.yaml:" in text
    assert "Traceback" not in text
    assert "pytest_items.py" not in text


def test_a_skill_that_cannot_be_read_is_an_error(inner, pytester):
    folder = write_skill(pytester.path / "measuring")
    (folder / "evals/cases.yaml").write_text("cases: [\n")
    done = inner("--polyskill")
    done.assert_outcomes(errors=1)
    assert "cases.yaml" in done.stdout.str()


# -- recordings -----------------------------------------------------------------------------------


@pytest.fixture
def record(fakes, fake_provider, cli, pytester):
    """``record(said)`` asks a model that says ``said`` about the skill, and keeps its answers."""

    def make(said: str, *options: str) -> Path:
        server = fake_provider(lambda asked: grade(asked, fakes) if asked.forced else said)
        model = f"openai-compatible:{server.openai_url}#tape"
        folder = write_skill(
            pytester.path / "measuring",
            criteria=[{"text": {"en": "Gives a unit.", "zh": "写明单位。"}}],
        )
        arguments = ("-m", model, "--arms", "current", "--lang", "en", "--judging", "rubric")
        done = cli("eval", str(folder), *arguments, "-o", "run", *options, "--judge", model)
        assert (Path("run") / "results.json").is_file(), done
        done = cli("eval", "record", "run", str(folder), "--name", "first")
        assert done.status == 0, done
        os.chdir(pytester.path)
        return folder

    return make


def grade(asked: Any, fakes: Any) -> Any:
    found = "metres" in asked.prompt.rpartition("It is 12")[2][:10]
    entry = {
        "number": 1,
        "reason": "The number has a unit." if found else "The number is bare.",
        "quote": "12 metres" if found else "",
        "met": found,
    }
    return fakes.Structured({"criteria": [entry]})


def test_a_recorded_answer_passes(inner, record):
    record(GOOD)
    inner("--polyskill").assert_outcomes(passed=2)


def test_a_recorded_answer_that_fails_is_shown_with_the_reason(inner, record):
    record(FLAWED)
    done = inner("--polyskill")
    done.assert_outcomes(passed=1, failed=1)
    text = done.stdout.str()
    for part in (
        "measuring/evals/cases.yaml:4: an answer that was recorded does not pass",
        "first.jsonl: answers: openai-compatible:",
        "✗ regex /",
        "✗ must: Gives a unit.",
        "The number is bare.",
        FLAWED,
    ):
        assert part in text, part


def test_what_was_recorded_of_an_older_skill_is_skipped(inner, record):
    folder = record(FLAWED)
    (folder / "SKILL.md").write_text((folder / "SKILL.md").read_text() + "\nMore.\n")
    done = inner("--polyskill", "-rs")
    done.assert_outcomes(passed=1, skipped=1)
    assert "first.jsonl: the skill has changed" in done.stdout.str()


def test_a_damaged_recording_is_named(inner, record):
    folder = record(GOOD)
    with (folder / "evals/recordings/first.jsonl").open("a") as file:
        file.write("{\n")
    done = inner("--polyskill", "-k", "en")
    done.assert_outcomes(failed=1, deselected=1)
    assert "first.jsonl:" in done.stdout.str()
    assert "Traceback" not in done.stdout.str()


# -- the fixture ----------------------------------------------------------------------------------

OWN = """
import pytest

@pytest.mark.polyskill("measuring"{options})
def test_agent(polyskill_case):
    assert polyskill_case.prompt
    polyskill_case.assert_passes({answer!r} if polyskill_case.lang == "en" else "长 12 米。")
"""


def test_an_own_agent_is_tested_with_the_cases_of_a_skill(inner, pytester):
    write_skill(pytester.path / "measuring")
    pytester.makepyfile(OWN.format(options="", answer=GOOD))
    done = inner("--strict-markers")
    done.assert_outcomes(passed=2)
    done.stdout.fnmatch_lines(["*test_agent[[]size-en[]] PASSED*"])


def test_an_answer_that_fails_is_explained(inner, pytester):
    write_skill(pytester.path / "measuring")
    pytester.makepyfile(OWN.format(options=', lang="en", only="si*"', answer=FLAWED))
    done = inner()
    done.assert_outcomes(failed=1)
    assert "check 1: regex /" in done.stdout.str()
    assert f"answer: {FLAWED}" in done.stdout.str()


def test_a_case_without_checks_is_skipped(inner, pytester):
    write_skill(
        pytester.path / "measuring", checks=[], answers=[], criteria=[{"text": {"en": "A unit."}}]
    )
    pytester.makepyfile(OWN.format(options=', lang="en"', answer=GOOD))
    inner().assert_outcomes(skipped=1)


def test_a_check_of_tools_needs_to_know_of_tools(inner, pytester):
    write_skill(pytester.path / "measuring", checks=[{"kind": "tool", "value": "rg"}], answers=[])
    pytester.makepyfile(
        """
        import pytest
        from polyskill.runtime.judge.checks import Answer

        @pytest.mark.polyskill("measuring", lang="en")
        def test_text(polyskill_case):
            with pytest.raises(pytest.fail.Exception, match="no check"):
                polyskill_case.assert_passes("x")
            assert [found.passed for found in polyskill_case.check("x")] == [None]
            polyskill_case.assert_passes(Answer("x", "en", tools_used=("rg",)))
            with pytest.raises(pytest.fail.Exception, match="tool"):
                polyskill_case.assert_passes(Answer("x", "en", tools_used=()))
        """
    )
    inner().assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        ("", "needs a skill"),
        ("@pytest.mark.polyskill('measuring', lung='en')", "needs a skill"),
        ("@pytest.mark.polyskill('measuring', lang='fr')", "en, zh or both"),
        ("@pytest.mark.polyskill('measuring', only=['x'])", "no case is chosen by x"),
        ("@pytest.mark.polyskill('nothing')", "No such file"),
    ],
)
def test_wrong_use_is_an_error_in_words(inner, pytester, mark, said):
    write_skill(pytester.path / "measuring")
    pytester.makepyfile(f"import pytest\n{mark}\ndef test_it(polyskill_case): pass\n")
    done = inner()
    done.assert_outcomes(errors=1)
    assert said in done.stdout.str()


# -- what it costs --------------------------------------------------------------------------------


def test_the_entry_point_is_the_plugin() -> None:
    points = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]
    [name] = points["pytest11"].values()
    assert hasattr(import_module(name), "pytest_collect_file")


def test_the_plugin_costs_nothing_unless_it_is_used() -> None:
    code = (
        "import sys, pytest; before = set(sys.modules); import polyskill.evals.pytest_plugin; "
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    own = {name for name in done.stdout.split() if name.split(".")[0] == "polyskill"}
    assert own == {"polyskill", "polyskill.evals", "polyskill.evals.pytest_plugin"}
    assert len(done.stdout.split()) <= 6
