"""The GitHub action and the pre-commit hooks: well formed, and their commands run."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
HOOKS = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
WORKFLOW = yaml.load((ROOT / "docs/ci/github-workflow.yml").read_text(), Loader=yaml.BaseLoader)
STEPS = {step.get("id", step["name"]): step for step in ACTION["runs"]["steps"]}


def write_skill(folder: Path, *, rule: str = "Give units.", answer: str = "12 metres") -> Path:
    (folder / "evals").mkdir(parents=True, exist_ok=True)
    (folder / "SKILL.md").write_text(
        f"---\nname: measuring\ndescription: Sizes. Use for sizes.\n---\n\n# Sizes\n\n{rule}\n"
    )
    cases = [
        {
            "id": f"thing-{number:02}",
            "input": {"en": f"How long is thing {number}?"},
            "checks": [{"kind": "regex", "value": r"\d+ metres"}],
            "answers": [
                {"label": "good", "by": "me", "text": {"en": answer}},
                {"label": "flawed", "by": "me", "text": {"en": "12"}, "fails": ["check:1"]},
            ],
        }
        for number in range(24)
    ]
    (folder / "evals/cases.yaml").write_text(json.dumps({"version": 1, "cases": cases}))
    return folder


def answer(asked: Any) -> str:
    number = int(re.findall(r"\d+", asked.prompt)[-1])
    return "12 metres" if ("Give units." in asked.system) != (number % 8 == 0) else "12"


@pytest.fixture
def model(fake_provider: Any) -> str:
    return f"openai-compatible:{fake_provider(answer).openai_url}#tape"


@pytest.fixture
def step(tmp_path: Path, programs: Path) -> Callable[..., tuple[int, str, str, dict[str, str]]]:
    """Run the step ``eval`` as GitHub does: status, output, summary, outputs."""

    def call(**inputs: str) -> tuple[int, str, str, dict[str, str]]:
        given = {name: str(one.get("default", "")) for name, one in ACTION["inputs"].items()}
        given |= {name.replace("_", "-"): value for name, value in inputs.items()}
        script = tmp_path / "step.sh"
        script.write_text(STEPS["eval"]["run"])
        summary, outputs = tmp_path / "summary.md", tmp_path / "outputs"
        for file in (summary, outputs):
            file.write_text("")
        environment = {
            name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: given[found[1]], value)
            for name, value in STEPS["eval"]["env"].items()
        }
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", script],
            cwd=tmp_path,
            env=os.environ
            | environment
            | {
                "PATH": f"{programs}:{Path(sys.executable).parent}:{os.environ['PATH']}",
                "GITHUB_STEP_SUMMARY": str(summary),
                "GITHUB_OUTPUT": str(outputs),
                "POLYSKILL_CACHE": str(tmp_path / "cache"),
            },
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        said = dict(line.split("=", 1) for line in outputs.read_text().splitlines())
        return done.returncode, done.stdout + done.stderr, summary.read_text("utf-8"), said

    return call


# -- the action -----------------------------------------------------------------------------------


def test_the_action_has_what_github_asks_of_one() -> None:
    assert {"name", "description", "runs"} <= ACTION.keys()
    assert ACTION["runs"]["using"] == "composite"
    for one in ACTION["inputs"].values():
        assert one["description"]
        assert one.get("required") or isinstance(one["default"], str)
    for one in ACTION["runs"]["steps"]:
        assert ("run" in one) != ("uses" in one)
        assert "shell" in one or "uses" in one
    ids = {one["value"] for one in ACTION["outputs"].values()}
    assert ids == {f"${{{{ steps.eval.outputs.{name} }}}}" for name in ACTION["outputs"]}


def test_no_input_is_put_into_a_script() -> None:
    for one in ACTION["runs"]["steps"]:
        assert "${{" not in one.get("run", "")
    wanted = {"skill", "model", "judge", "arms", "budget", "fail-on-underpowered"}
    used = set(re.findall(r"inputs\.([\w-]+)", (ROOT / "action.yml").read_text()))
    assert wanted <= used == set(ACTION["inputs"])


def test_a_model_is_asked_and_the_gate_decides(step, tmp_path, model):
    write_skill(tmp_path / "measuring")
    status, out, summary, said = step(skill="measuring", model=model, lang="en")
    assert status == 0, out
    assert said == {
        "status": "0",
        "folder": "polyskill-run",
        "junit": "polyskill-run/**/junit.xml",
    }
    assert "measuring" in summary
    assert "improved" in summary
    assert ET.parse(tmp_path / "polyskill-run/junit.xml").getroot().tag == "testsuites"
    assert (tmp_path / "polyskill-run/report.html").is_file()


@pytest.mark.slow
def test_a_skill_that_does_harm_stops_the_change(step, tmp_path, model):
    write_skill(tmp_path / "measuring")
    git = ["git", "-c", "user.name=n", "-c", "user.email=e@example.org"]
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "one"]):
        subprocess.run([*git, *arguments], cwd=tmp_path / "measuring", check=True)
    write_skill(tmp_path / "measuring", rule="Be brief.")
    status, out, summary, said = step(
        skill="measuring", model=model, lang="en", arms="previous,current"
    )
    assert status == 1, out
    assert said["status"] == "1"
    assert "regressed" in summary


@pytest.mark.slow
def test_a_judge_that_was_not_calibrated_stops_it(step, tmp_path, model):
    write_skill(tmp_path / "measuring")
    status, out, _, said = step(skill="measuring", model=model, lang="en", judge=model)
    assert status == 3, out
    assert said["status"] == "3"
    assert "calibrate" in out


def test_offline_without_a_model(step, tmp_path):
    write_skill(tmp_path / "measuring")
    status, out, summary, said = step(skill="measuring", lang="en")
    assert status == 0, out
    assert "24 of 24 tell good answers from flawed ones" in summary
    assert said == {"status": "0"}
    write_skill(tmp_path / "measuring", answer="12")
    assert step(skill="measuring", lang="en")[0] == 1


@pytest.mark.parametrize(
    "value", ["$(touch hacked)", "`touch hacked`", "x; touch hacked", "--help"]
)
def test_inputs_are_no_commands(step, tmp_path, value):
    write_skill(tmp_path / "measuring")
    before = set(tmp_path.iterdir()) | {tmp_path / name for name in ("step.sh", "summary.md")}
    status, out, _, said = step(skill=value, lang=value)
    assert status == 2, out
    assert said["status"] == "2"
    assert set(tmp_path.iterdir()) - before <= {tmp_path / "outputs"}


# -- the example ----------------------------------------------------------------------------------


def test_the_workflow_gives_the_action_what_it_takes() -> None:
    assert WORKFLOW["permissions"] == {"contents": "read"}
    steps = [one for job in WORKFLOW["jobs"].values() for one in job["steps"]]
    ours = [one for one in steps if one["uses"].startswith("OWNER/polyskill@")]
    assert len(ours) == 2
    for one in ours:
        assert set(one["with"]) <= set(ACTION["inputs"])
    assert all(job["timeout-minutes"] for job in WORKFLOW["jobs"].values())
    assert "pull_request_target" not in WORKFLOW["on"]


# -- the hooks ------------------------------------------------------------------------------------


def run_hook(
    hook: dict[str, Any], folder: Path, programs: Path
) -> subprocess.CompletedProcess[str]:
    path = f"{programs}:{os.environ['PATH']}"
    return subprocess.run(
        [*shlex.split(hook["entry"]), *hook["args"]],
        cwd=folder,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_hooks_have_what_pre_commit_asks_of_them() -> None:
    assert set(HOOKS) == {"polyskill-check", "polyskill-eval-cases"}
    for hook in HOOKS.values():
        assert {"id", "name", "entry", "language", "files"} <= hook.keys()
        for changed in ("SKILL.md", "skills/one/SKILL.zh.md", "skills/one/evals/cases.yaml"):
            assert re.search(hook["files"], changed), changed
        assert not re.search(hook["files"], "src/main.py")


def test_the_hooks_pass_a_good_skill_and_stop_a_bad_one(tmp_path, programs):
    write_skill(tmp_path / "skills/measuring")
    for hook in HOOKS.values():
        done = run_hook(hook, tmp_path, programs)
        assert done.returncode == 0, done
    write_skill(tmp_path / "skills/measuring", answer="12")
    assert run_hook(HOOKS["polyskill-eval-cases"], tmp_path, programs).returncode == 1
    (tmp_path / "skills/measuring/SKILL.md").write_text("---\nname: [\n---\n")
    assert run_hook(HOOKS["polyskill-check"], tmp_path, programs).returncode == 1
