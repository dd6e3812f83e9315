"""Canonical folders and Agent Skills folders."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest

SKILL = '---\nname: knots\ndescription: "Ties knots. Use when a rope is loose."\n---\n\n# Knots\n'
CASES = """\
version: 1
cases:
  - id: bowline
    input: {en: "How do I tie a bowline?", zh: "称人结怎么打？"}
    criteria:
      - text: "Names the loop"
        kind: must
"""


def folder(**files):
    return {f"knots/{name}": content for name, content in files.items()}


CANONICAL = {
    "knots/SKILL.md": """\
---
name: knots
description: "Ties knots. Use when a rope is loose."
license: MIT
compatibility: "needs a rope"
allowed-tools: "Read Bash(git *)"
metadata:
  title: "Knots"
  version: "1.2"
author: "A. Sailor"
tags: [rope, sea]
triggers: ["loose rope", "a knot"]
platforms: [claude, cursor]
globs: ["**/*.rope"]
always: false
model: sonnet
argument-hint: "[rope]"
overrides:
  claude: {effort: high}
someday: [1, 2]
---

# Knots
""",
    "knots/SKILL.zh.md": """\
---
description: "打绳结。绳子松了就用。"
metadata:
  title: "绳结"
triggers: ["绳子松了", "打个结"]
---

# 绳结
""",
    "knots/evals/cases.yaml": CASES,
    "knots/references/bowline.md": "# Bowline\n",
    "knots/references/bowline.zh.md": "# 称人结\n",
    "knots/rules/safety.md": "---\ndescription: Stay safe.\nglobs: ['a.{ts,js}']\n---\nNo haste.\n",
    "knots/rules/safety.zh.md": "---\ndescription: 注意安全。\n---\n不要慌。\n",
    "knots/commands/tie.md": "---\ndescription: Tie.\nargument-hint: '[rope]'\n---\nTie $1.\n",
    "knots/agents/tier.md": "---\nname: tier\ndescription: A.\ntools: Read, Bash\n---\nYou tie.\n",
    "knots/mcp.json": {"mcpServers": {"rope": {"command": "rope-server", "args": ["-v"]}}},
    "knots/hooks/hooks.json": {"hooks": {"SessionStart": []}},
    "knots/hooks/start.sh": "echo hi\n",
    "knots/scripts/tie.py": "print()\n",
    "knots/LICENSE": "MIT\n",
    "knots/CHANGELOG.md": "# Changes\n",
}


def test_a_canonical_folder_with_everything(plant, one):
    root = plant(CANONICAL)
    (root / "knots/scripts/tie.py").chmod(0o755)
    skill = one(root)
    assert skill.dialect == "canonical"
    assert (skill.title.en, skill.title.zh) == ("Knots", "绳结")
    assert (skill.description.en, skill.description.zh) == (
        "Ties knots. Use when a rope is loose.",
        "打绳结。绳子松了就用。",
    )
    assert (skill.license, skill.compatibility) == ("MIT", "needs a rope")
    assert skill.allowed_tools == ("Read", "Bash(git *)")
    assert skill.metadata == {"version": "1.2", "author": "A. Sailor", "tags": "rope, sea"}
    assert [(t.text.en, t.text.zh) for t in skill.triggers] == [
        ("loose rope", "绳子松了"),
        ("a knot", "打个结"),
    ]
    assert skill.platforms == {"claude", "cursor"}
    assert skill.globs == ("**/*.rope",)
    assert skill.overrides == {"claude": {"effort": "high"}}
    assert skill.extra == {"model": "sonnet", "argument-hint": "[rope]", "someday": [1, 2]}
    assert skill.main is not None and skill.main.lang == "en"
    assert skill.translation is not None and skill.translation.lang == "zh"
    (rule,) = skill.rules
    assert (rule.name, rule.globs, rule.body.zh) == ("safety", ("a.{ts,js}",), "不要慌。\n")
    assert rule.description.zh == "注意安全。"
    (command,) = skill.commands
    assert (command.name, command.argument_hint, command.body.en) == ("tie", "[rope]", "Tie $1.\n")
    (agent,) = skill.agents
    assert (agent.name, agent.tools) == ("tier", ("Read", "Bash"))
    (server,) = skill.mcp_servers
    assert (server.name, server.type, server.command, server.args) == (
        "rope",
        "stdio",
        "rope-server",
        ("-v",),
    )
    assert [hook.host for hook in skill.hooks] == ["claude"]
    assert [case.id for case in skill.tests] == ["bowline"]
    assert {resource.path: resource.role for resource in skill.resources} == {
        "CHANGELOG.md": "history",
        "LICENSE": "license",
        "agents/tier.md": "component",
        "commands/tie.md": "component",
        "evals/cases.yaml": "evals",
        "hooks/hooks.json": "component",
        "hooks/start.sh": "component",
        "mcp.json": "component",
        "references/bowline.md": "references",
        "references/bowline.zh.md": "references",
        "rules/safety.md": "component",
        "rules/safety.zh.md": "component",
        "scripts/tie.py": "scripts",
    }
    assert [resource.path for resource in skill.resources if resource.executable] == [
        "scripts/tie.py"
    ]
    assert {finding.code.id for finding in skill.diagnostics} == {"PS102"}


def test_a_canonical_front_matter_is_read_strictly(plant, one):
    bad = SKILL.replace('"Ties knots. Use when a rope is loose."', "Ties: knots")
    skill = one(plant(folder(**{"SKILL.md": bad, "evals/cases.yaml": CASES})))
    assert any(finding.severity == "error" for finding in skill.diagnostics)
    assert all(finding.path.endswith("SKILL.md") for finding in skill.diagnostics)
    assert {finding.line for finding in skill.diagnostics} == {3}


def test_a_canonical_folder_without_front_matter_lacks_its_keys(plant, one):
    skill = one(plant(folder(**{"SKILL.md": "# Knots\n", "evals/cases.yaml": CASES})))
    assert [finding.code.id for finding in skill.diagnostics].count("PS100") == 2


def test_a_key_of_ours_makes_a_folder_canonical(plant, one):
    text = SKILL.replace("name: knots\n", "name: knots\nkind: rules\n")
    skill = one(plant(folder(**{"SKILL.md": text})))
    assert (skill.dialect, skill.kind) == ("canonical", "rules")
    other = one(
        plant({"knots/SKILL.md": SKILL.replace("name: knots\n", "name: knots\nkind: [a]\n")})
    )
    assert other.dialect == "agent-skill"


def test_a_translation_may_hold_only_what_is_translated(plant, one):
    twin = "---\ndescription: 打结。\nlicense: MIT\n---\n"
    skill = one(plant(folder(**{"SKILL.md": SKILL, "SKILL.zh.md": twin})))
    assert [(finding.code.id, finding.line) for finding in skill.diagnostics if finding.line == 3]


def test_an_agent_skill_keeps_what_the_specification_does_not_know(plant, one):
    text = """\
---
name: knots
description: Ties knots.
version: 1.10
author: {name: A. Sailor, email: a@sea}
tags: [rope, sea]
homepage: https://knots.example
triggers: "loose rope", "绳子松了"
disable-model-invocation: true
dependencies: [rope>=2]
allowed-tools: Read(**), Exec(git fetch, git tag), Write()
metadata: {"clawdbot": {"emoji": "x", "requires": {"bins": ["rope"]}}, "short": "s", "n": [1]}
---
# Knots
"""
    skill = one(plant(folder(**{"SKILL.md": text, "rules/a.md": "a", "agents/openai.yaml": "b"})))
    assert skill.dialect == "agent-skill"
    assert skill.metadata == {
        "short": "s",
        "n": "1",
        "version": "1.10",
        "author": "A. Sailor <a@sea>",
        "tags": "rope, sea",
        "homepage": "https://knots.example",
    }
    assert skill.overrides == {"openclaw": {"emoji": "x", "requires": {"bins": ["rope"]}}}
    assert skill.extra == {"disable-model-invocation": True, "dependencies": ["rope>=2"]}
    assert skill.allowed_tools == ("Read(**)", "Exec(git fetch, git tag)", "Write()")
    assert skill.rules == () and skill.agents == ()
    assert {resource.role for resource in skill.resources} == {"other"}
    assert "PS096" in {finding.code.id for finding in skill.diagnostics}


def test_openclaw_metadata_may_be_json_in_a_string(plant, one):
    text = (
        '---\nname: knots\ndescription: Ties.\nmetadata: \'{"moltbot": {"always": true}}\'\n---\n'
    )
    assert one(plant(folder(**{"SKILL.md": text}))).overrides == {"openclaw": {"always": True}}


@pytest.mark.parametrize(
    ("front", "name", "code"),
    [
        ("description: Ties.", "knots", "PS092"),
        ("name: Knots And Ropes\ndescription: Ties.", "knots-and-ropes", "PS091"),
        ("name: 绳结\ndescription: Ties.", "knots", "PS091"),
        ("name: Sjömansknopar\ndescription: Ties.", "knots", "PS091"),
    ],
)
def test_names_become_slugs(plant, one, front, name, code):
    skill = one(plant(folder(**{"SKILL.md": f"---\n{front}\n---\nText.\n"})))
    assert skill.name == name
    assert [finding.code.id for finding in skill.diagnostics] == [code]
    if code == "PS091":
        assert skill.metadata["original-name"] in front


def test_a_chinese_name_in_a_chinese_folder_gets_a_digest(plant, one):
    text = "---\nname: 绳结\ndescription: 打结。\n---\n"
    first = one(plant({"绳结/SKILL.md": text}))
    assert first.name == f"skill-{sha256('绳结'.encode()).hexdigest()[:8]}"
    assert first.metadata["original-name"] == "绳结"
    assert (first.description.en, first.description.zh) == (None, "打结。")


def test_a_missing_description_is_the_first_paragraph(plant, one):
    text = "---\nname: knots\n---\n\n# Knots\n\n```\nno\n```\n\n> Ties knots\n> well.\n\nMore.\n"
    skill = one(plant(folder(**{"SKILL.md": text})))
    assert skill.description.en == "Ties knots well."
    assert [finding.code.id for finding in skill.diagnostics] == ["PS093"]


def test_wrong_case_is_accepted_and_said(plant, one):
    skill = one(plant(folder(**{"skill.md": SKILL, "a.txt": "a"})))
    assert [finding.code.id for finding in skill.diagnostics] == ["PS094"]
    assert [resource.path for resource in skill.resources] == ["a.txt"]


def test_eval_files_of_other_tools_become_tests(plant, one):
    evals = {
        "skill_name": "knots",
        "evals": [{"id": 1, "prompt": "Tie?", "expected_output": "a loop", "expectations": ["x"]}],
    }
    smoke = {"cases": [{"input": "Tie?", "verifiers": [{"type": "contains", "values": ["loop"]}]}]}
    skill = one(
        plant(folder(**{"SKILL.md": SKILL, "evals/evals.json": evals, "evals/smoke.json": smoke}))
    )
    assert {case.path for case in skill.tests} == {"evals/evals.json", "evals/smoke.json"}
    assert skill.dialect == "agent-skill"


def test_broken_metadata_json_is_kept_as_text(plant, one):
    text = "---\nname: knots\ndescription: Ties.\nmetadata: '{\"a\": '\n---\n"
    skill = one(plant(folder(**{"SKILL.md": text})))
    assert skill.extra == {"metadata": '{"a": '}
    assert json.dumps(skill.metadata) == "{}"
