"""The other doors to a model: agents, batches, keys; and what calibration changes."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from polyskill.evals.calibrating import FILE, Counts, Kept, keep
from polyskill.runtime.judge.pairwise import PROMPT_VERSION

AGENT = """#!{python}
import json, sys
from pathlib import Path

if sys.argv[1:] == ["--version"]:
    print("9.8.7 (a client of the tests)")
    raise SystemExit
prompt = sys.stdin.read()
found = [path for path in Path(".claude/skills").glob("*/SKILL.md")]
knows = any("unit of a quantity" in path.read_text("utf-8") for path in found)

def say(**event):
    print(json.dumps(event), flush=True)

say(type="system", subtype="init", model="m-1", skills=[path.parent.name for path in found])
if found:
    call = {{"type": "tool_use", "id": "1", "name": "Skill", "input": {{"skill": "measuring"}}}}
    say(type="assistant", message={{"role": "assistant", "content": [call]}})
    result = {{"type": "tool_result", "tool_use_id": "1", "content": "Launching skill"}}
    say(type="user", message={{"role": "user", "content": [result]}})
answer = "It is 3 metres long." if knows else "It is 3 long."
text = {{"type": "text", "text": answer}}
say(type="assistant", message={{"role": "assistant", "content": [text]}})
say(type="result", subtype="success", is_error=False, stop_reason="end_turn", result=answer,
    usage={{"input_tokens": 7, "output_tokens": 3}}, total_cost_usd=0.25)
"""


@pytest.fixture
def clients(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder where our own client stands in for Claude Code."""
    from polyskill.platforms.verify import PINNED

    path = tmp_path / "clients" / "claude" / "node_modules" / PINNED["claude"].program
    path.parent.mkdir(parents=True)
    path.write_text(AGENT.format(python=sys.executable), encoding="utf-8")
    path.chmod(0o755)
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-of-the-test")
    return tmp_path / "clients"


def test_an_agent_is_a_model_whose_arms_are_projects(cli, skill, clients, writer):
    writer(skill, cases=6)
    cases = skill / "evals" / "cases.yaml"
    data = json.loads(cases.read_text())
    for case in data["cases"]:
        case["checks"].append({"kind": "skill", "value": "measuring"})
    cases.write_text(json.dumps(data, ensure_ascii=False))
    done = cli(
        "eval", str(skill), "-m", "agent/claude", "--lang", "en", "-o", "run", "--json",
        "--prefix", str(clients), "--arms", "none,previous,current",
    )  # fmt: skip
    [run] = done.data["runs"]
    assert done.status == 0, done
    by_arm = {s["arm"]: s for s in run["samples"] if s["case"] == "thing-00"}
    assert [check["passed"] for check in by_arm["current"]["checks"]] == [True, True]
    assert [check["passed"] for check in by_arm["none"]["checks"]] == [False, False]
    assert run["spend"]["cost"] == pytest.approx(0.25 * 12)  # previous is the same: not asked
    assert len(list(Path("run/transcripts").iterdir())) == 2  # as many as there are different logs
    again = cli(
        "eval", str(skill), "-m", "agent/claude", "--lang", "en", "-o", "run", "--json",
        "--arms", "none,previous,current",
    )  # fmt: skip
    assert again.data["runs"][0]["samples"] == run["samples"]  # no client is needed any more


def test_a_client_that_is_not_here_is_named(cli, skill, monkeypatch, tmp_path):
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-of-the-test")
    monkeypatch.setenv("PATH", str(tmp_path))
    done = cli("eval", str(skill), "-m", "agent/claude", "--lang", "en", "-o", "run")
    assert done.status == 3
    assert "Claude Code is not installed here" in done.err


def test_a_missing_key_is_told_before_anything_is_made(cli, skill, monkeypatch):
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    done = cli("eval", str(skill), "-m", "anthropic/claude-sonnet-5-5", "-o", "run")
    assert done.status == 3
    assert "ANTHROPIC_API_KEY" in done.err
    assert not Path("run").exists()


def test_batches_answer_as_single_calls_do(skill, fake_provider, world, tmp_path):
    from polyskill.compiler.readers import discover, read
    from polyskill.evals.analysis import analyse
    from polyskill.evals.arms import parse_arms
    from polyskill.evals.execute import Executor, Options
    from polyskill.evals.folder import RunFolder
    from polyskill.evals.prepare import Wanted, prepare
    from polyskill.runtime.judge.engine.prices import Prices
    from polyskill.runtime.judge.providers import open_provider
    from polyskill.runtime.judge.spec import parse_model

    server = fake_provider(world)
    model = parse_model(f"anthropic-compatible:{server.anthropic_url}#tape")
    [one] = [s for candidate in discover(skill) for s in read(candidate).skills]
    wanted = Wanted((model,), arms=parse_arms("none,current"), languages=("en",))
    plan = prepare(one, wanted, tmp_path / "cache", "0").plan
    made = Executor(open_provider, Options(batch=True, poll=0.01), Prices())
    done = made.run(plan, RunFolder(tmp_path / "run"), lambda _phase, _now: None)
    run = analyse(plan, done.rows)
    assert run.outcomes == {"ok": 48}
    assert all(asked.batched for asked in server.requests if asked.messages)
    [gated] = [each for each in run.comparisons if each.gated]
    assert gated.verdict == "improved"


def test_a_judge_that_was_cleared_may_gate_and_its_errors_are_corrected(cli, skill, model, writer):
    writer(skill, judged=True)
    run = ("eval", str(skill), "-m", model, "--judge", model, "--lang", "en", "-o", "run")
    assert cli(*run, "--json").data["runs"][0]["corrected"] == {}
    assert cli("eval", "gate", "run").status == 3
    known = Kept(
        date="2026-11-29", polyskill="0", prompts=PROMPT_VERSION, gold="0" * 64, n=120,
        accuracy=0.95, low=0.9, may_gate=True, languages=("en",),
        sensitivity=Counts(45, 50), specificity=Counts(48, 50),
    )  # fmt: skip
    keep(Path(FILE), {model: known})
    assert cli("eval", "gate", "run").status == 0  # what judges.json says now counts
    found = cli(*run, "--json").data["runs"][0]
    assert found["judges"][0]["may_gate"] is True
    place = f"current|{model}|en"
    assert found["corrected"][place]["value"] >= found["rates"][place]["value"]
    page = Path("run/report.html").read_text("utf-8")
    assert "Rogan and Gladen" in page


def test_one_bad_skill_does_not_stop_the_others(cli, skill, model, writer, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "SKILL.md").write_text("---\nname: empty\ndescription: Empty.\n---\n\n# Empty\n")
    done = cli("eval", str(empty), str(skill), "-m", model, "--lang", "en", "-o", "run", "--json")
    assert done.status == 1
    assert "no test case" in done.err
    assert [one["skill"] for one in done.data["runs"]] == ["measuring"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--margin", "0"), "`--margin` lies between 0 and 1"),
        (("--alpha", "0.5"), "`--alpha` lies between 0 and 0.5"),
        (("--metric", "pairwise"), "needs a judge"),
        (("--gate-by", "week"), "none of `each`, `model`, `all`"),
        (("--arms", "nobody"), "no arm `nobody`"),
        (("--lang", "fr"), "`fr` is none of"),
        (("--param", "temperature"), "KEY=VALUE"),
        (("--judging", "vibes"), "`vibes` is none of"),
        (("--model", "gpt"), "names no model"),
        (("--prices", "none.json"), "none.json"),
    ],
)
def test_wrong_use_is_told_before_anything_is_asked(cli, skill, model, world, arguments, said):
    done = cli("eval", str(skill), "-m", model, *arguments)
    assert done.status == 2
    assert said in done.err
    assert not world.asked
