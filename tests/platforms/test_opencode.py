"""OpenCode's files."""

from __future__ import annotations

import json

import pytest
import yaml

from polyskill.compiler.localized import Lang, Text
from polyskill.compiler.model import (
    Agent,
    Command,
    Dialect,
    Hook,
    Kind,
    McpServer,
    Resource,
    Rule,
    Skill,
)
from polyskill.compiler.view import View
from polyskill.platforms.assemble import assemble
from polyskill.platforms.opencode import PLATFORM

BODY = "# Demo\n\nSee [the list](references/list.md).\n"
LIST = Resource("references/list.md", b"# List\n", role="references")


def view(body=BODY, lang=Lang.EN, **fields):
    fields.setdefault("description", Text("Does it. Use when asked.", "做事。用户要求时使用。"))
    skill = Skill("demo", Dialect.CANONICAL, "demo", **fields)
    description = skill.description.pick(lang)
    return View(skill, lang, "opencode", "Demo", description, body, skill.resources)


def build(made, form=None, scope="project"):
    bundle = PLATFORM.lower(made, PLATFORM.form_for(made, form))
    assembled = assemble(PLATFORM, [("demo", bundle)], scope=scope)
    return {path: file.data.decode() for path, file in assembled.files.items()}, bundle


def front(text):
    return yaml.safe_load(text.split("---\n")[1])


def test_a_skill_is_a_folder_in_both_scopes():
    made = view(resources=(LIST,))
    project, bundle = build(made)
    assert sorted(project) == [
        ".opencode/skills/demo/SKILL.md",
        ".opencode/skills/demo/references/list.md",
    ]
    assert front(project[".opencode/skills/demo/SKILL.md"])["name"] == "demo"
    assert project[".opencode/skills/demo/SKILL.md"].endswith(BODY)
    user, _ = build(made, scope="user")
    assert sorted(user) == [
        ".opencode/skills/demo/SKILL.md",
        ".opencode/skills/demo/references/list.md",
    ]
    assert bundle.losses == ()
    assert bundle.tokens.always > 0


def test_rules_are_listed_in_the_configuration_of_each_scope():
    made = view(
        rules=(
            Rule("style", Text(), Text("Be short.", "要短。"), always=True),
            Rule("py", Text(), Text("Type it."), globs=("**/*.py",)),
            Rule("late", Text("When late"), Text("Hurry.")),
        ),
    )
    project, bundle = build(made)
    text = project[".opencode/instructions/demo.md"]
    assert "Be short." in text
    assert "`**/*.py`" in text
    assert json.loads(project["opencode.json"]) == {
        "$schema": "https://opencode.ai/config.json",
        "instructions": [".opencode/instructions/demo.md"],
    }
    assert front(project[".opencode/skills/demo-late/SKILL.md"])["description"] == "When late"
    user, _ = build(made, scope="user")
    config = json.loads(user[".config/opencode/opencode.json"])
    assert config["instructions"] == ["~/.config/opencode/instructions/demo.md"]
    assert user[".config/opencode/instructions/demo.md"] == text
    assert ".opencode/skills/demo-late/SKILL.md" in user
    assert sorted(loss.construct for loss in bundle.losses) == ["globs", "rules"]


def test_a_text_beside_the_skill_names_the_skills_folder_of_its_scope():
    made = view(
        resources=(LIST,),
        commands=(Command("go", Text("Go"), Text("Read references/list.md, then $1.")),),
    )
    project, _ = build(made)
    assert (
        "Read .opencode/skills/demo/references/list.md, then $1."
        in (project[".opencode/commands/demo-go.md"])
    )
    user, _ = build(made, scope="user")
    assert (
        "Read ~/.opencode/skills/demo/references/list.md"
        in (user[".config/opencode/commands/demo-go.md"])
    )
    assert not any(path.startswith(".opencode/commands") for path in user)


def test_commands_keep_what_opencode_knows():
    command = Command(
        "go",
        Text("Go"),
        Text("Run !`date`, read @a.md, $ARGUMENTS, $2"),
        argument_hint="[x]",
        model="anthropic/claude-x",
        extra={"agent": "build", "subtask": True},
    )
    project, bundle = build(view(commands=(command,)))
    text = project[".opencode/commands/demo-go.md"]
    assert front(text) == {
        "description": "Go",
        "agent": "build",
        "model": "anthropic/claude-x",
        "subtask": True,
    }
    assert text.endswith("Run !`date`, read @a.md, $ARGUMENTS, $2")
    assert any("argument-hint" in loss.detail for loss in bundle.losses)


def test_zero_based_arguments_are_counted_from_one():
    command = Command("go", Text("Go"), Text("First $0, second $1"), syntax="zero-based")
    project, _ = build(view(commands=(command,)))
    assert "First $1, second $2" in project[".opencode/commands/demo-go.md"]


@pytest.mark.parametrize(
    ("tools", "permission"),
    [
        ((), None),
        (("*",), None),
        (("Read", "Write", "Edit"), {"*": "deny", "read": "allow", "edit": "allow"}),
        (
            ("Bash(git log:*)", "Bash(ls)"),
            {"*": "deny", "bash": {"*": "deny", "git log *": "allow", "ls": "allow"}},
        ),
        (("Bash(ls)", "Bash"), {"*": "deny", "bash": "allow"}),
        (("mcp__tracker__find",), {"*": "deny", "tracker_find": "allow"}),
    ],
)
def test_a_list_of_tools_becomes_permissions_that_are_no_wider(tools, permission):
    agent = Agent("Helper", Text("Helps"), Text("Help."), tools=tools)
    project, _ = build(view(agents=(agent,)))
    assert front(project[".opencode/agents/helper.md"]).get("permission") == permission


def test_agents_never_carry_a_value_that_stops_the_client():
    agent = Agent(
        "helper",
        Text("Helps"),
        Text("Help."),
        model="sonnet",
        extra={"mode": "nope", "temperature": "hot", "steps": True, "hidden": True, "top_p": 0.5},
    )
    project, bundle = build(view(agents=(agent,)))
    values = front(project[".opencode/agents/helper.md"])
    assert values == {
        "description": "Helps",
        "mode": "subagent",
        "hidden": True,
        "top_p": 0.5,
    }
    assert any(loss.construct == "model" for loss in bundle.losses)
    assert any("temperature" in loss.detail for loss in bundle.losses)


def test_servers_take_the_shape_and_the_variables_of_opencode():
    made = view(
        mcp_servers=(
            McpServer("a", "stdio", "npx", ("-y", "x"), {"KEY": "${KEY}"}),
            McpServer("b", "streamable-http", url="https://x.example/mcp"),
        )
    )
    project, _ = build(made)
    assert json.loads(project["opencode.json"])["mcp"] == {
        "a": {
            "type": "local",
            "command": ["npx", "-y", "x"],
            "environment": {"KEY": "{env:KEY}"},
            "enabled": True,
        },
        "b": {"type": "remote", "url": "https://x.example/mcp", "enabled": True},
    }
    user, _ = build(made, scope="user")
    assert json.loads(user[".config/opencode/opencode.json"])["mcp"].keys() == {"a", "b"}


def test_a_server_that_runs_a_file_of_the_skill_is_for_projects_only():
    run = Resource("scripts/serve.py", b"")
    server = McpServer("a", "stdio", "python3", ("${CLAUDE_PLUGIN_ROOT}/scripts/serve.py",))
    made = view(resources=(run,), mcp_servers=(server,))
    project, bundle = build(made)
    assert ".opencode/skills/demo/scripts/serve.py" in project["opencode.json"]
    assert ".config/opencode/opencode.json" not in build(made, scope="user")[0]
    assert any("for projects only" in loss.detail for loss in bundle.losses)


def test_the_body_can_be_a_rule_or_an_agent():
    made = view(resources=(LIST,), allowed_tools=("Read",))
    rules, _ = build(made, Kind.RULES)
    assert sorted(rules) == [
        ".agents/resources/demo/references/list.md",
        ".opencode/instructions/demo.md",
        "opencode.json",
    ]
    link = "[the list](.agents/resources/demo/references/list.md)"
    assert link in rules[".opencode/instructions/demo.md"]
    agent, _ = build(made, Kind.AGENT)
    values = front(agent[".opencode/agents/demo.md"])
    assert values["mode"] == "subagent"
    assert values["permission"] == {"*": "deny", "read": "allow"}
    assert link in agent[".opencode/agents/demo.md"]
    user, _ = build(made, Kind.AGENT, "user")
    assert "~/.agents/resources/demo/references/list.md" in user[".config/opencode/agents/demo.md"]


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        (Kind.SKILL, ".opencode/skills/demo/SKILL.md"),
        (Kind.RULES, ".opencode/skills/demo/SKILL.md"),
        (Kind.AGENT, ".opencode/agents/demo.md"),
        (Kind.COMMAND, ".opencode/commands/demo.md"),
    ],
)
def test_each_kind_becomes_its_own_kind(kind, path):
    project, _ = build(view(kind=kind, description=Text("Does.")))
    assert list(project) == [path]


def test_an_authors_overrides_go_into_the_main_file():
    own = {"opencode": {"temperature": 0.1, "mode": "all"}}
    agent, _ = build(view(overrides=own), Kind.AGENT)
    assert front(agent[".opencode/agents/demo.md"])["mode"] == "all"
    skill, _ = build(view(overrides=own))
    assert front(skill[".opencode/skills/demo/SKILL.md"])["temperature"] == 0.1


def test_hooks_and_shell_in_a_skill_are_losses():
    made = view("Run !`date` now.\n", hooks=(Hook("claude", "hooks/hooks.json", {"hooks": {}}),))
    project, bundle = build(made)
    assert "! `date`" in project[".opencode/skills/demo/SKILL.md"]
    assert {loss.construct for loss in bundle.losses} == {"hooks", "placeholder"}


def test_chinese_reads_chinese():
    rule = Rule("style", Text("Style"), Text("Be short.", "要短。"), always=True)
    project, _ = build(view(lang=Lang.ZH, rules=(rule,)))
    assert "要短。" in project[".opencode/instructions/demo.md"]
    assert front(project[".opencode/skills/demo/SKILL.md"])["description"].startswith("做事")
