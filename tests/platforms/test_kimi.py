"""Kimi Code's files and its plugin."""

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
    Trigger,
)
from polyskill.compiler.view import View
from polyskill.platforms.assemble import assemble
from polyskill.platforms.kimi import PLATFORM

BODY = "# Demo\n\nSee [the list](references/list.md).\n"
LIST = Resource("references/list.md", b"# List\n", role="references")
SKILL = ".kimi-code/skills/demo/SKILL.md"


def view(body=BODY, lang=Lang.EN, **fields):
    fields.setdefault("description", Text("Does it. Use when asked.", "做事。"))
    skill = Skill("demo", Dialect.CANONICAL, "demo", **fields)
    return View(skill, lang, "kimi", "Demo", skill.description.pick(lang), body, skill.resources)


def build(made, form=None, scope="project"):
    bundle = PLATFORM.lower(made, PLATFORM.form_for(made, form))
    assembled = assemble(PLATFORM, [("demo", bundle)], scope=scope)
    return {path: file.data.decode() for path, file in assembled.files.items()}, bundle


def front(text):
    return yaml.safe_load(text.split("---\n")[1])


def triggers(*texts, origin="front-matter"):
    return tuple(Trigger(Text(text, f"中{text}"), origin) for text in texts)


def test_a_skill_lies_at_the_same_place_in_both_scopes():
    made = view(resources=(LIST,))
    project, bundle = build(made)
    assert sorted(project) == [SKILL, ".kimi-code/skills/demo/references/list.md"]
    assert build(made, scope="user")[0] == project
    assert "whenToUse" not in front(project[SKILL])
    assert bundle.losses == ()


def test_triggers_of_the_front_matter_say_when_to_use_the_skill():
    said = triggers("release notes", "changelog", "changelog")
    project, _ = build(view(triggers=said))
    assert front(project[SKILL])["description"] == (
        "Does it. Use when asked. Triggers: release notes, changelog."
    )
    zh, _ = build(view(lang=Lang.ZH, triggers=said))
    assert front(zh[SKILL])["description"] == "做事。触发词：中release notes, 中changelog。"
    other, _ = build(view(triggers=triggers("x", origin="section")))
    assert front(other[SKILL])["description"] == "Does it. Use when asked."


def test_trigger_phrases_are_never_cut():
    phrases = [f"phrase number {n:03}" for n in range(40)]
    project, bundle = build(view(triggers=triggers(*phrases)))
    description = front(project[SKILL])["description"]
    assert 200 < len(description) <= 250
    when = description.partition("Triggers: ")[2].removesuffix(".")
    assert when.split(", ") == phrases[: len(when.split(", "))]
    left = 40 - len(when.split(", "))
    assert any(loss.detail.startswith(f"{left} ") for loss in bundle.losses)


@pytest.mark.parametrize(
    ("description", "words"),
    [
        ("x" * 250, ""),
        ("x" * 251, "251 characters"),
        ("Use when asked. " + "x" * 300, "316 characters"),
        ("x" * 260 + " Use when asked.", "character 262"),
        ("字" * 260 + "当用户要求时使用。", "character 261"),
    ],
)
def test_what_the_list_does_not_show_is_a_loss(description, words):
    _, bundle = build(view(description=Text(description)))
    details = [loss.detail for loss in bundle.losses if loss.construct == "description"]
    assert bool(details) is bool(words)
    assert not words or words in details[0]
    if details and "asked" in description[:40]:
        assert "when to use it" not in details[0]


def test_rules_stand_in_the_agents_file_of_each_scope():
    rules = (
        Rule("a", Text(), Text("Read references/list.md."), always=True),
        Rule("b", Text(), Text("Type."), globs=("*.py",)),
        Rule("late", Text("When late"), Text("Hurry.")),
    )
    made = view(rules=rules, resources=(LIST,))
    project, bundle = build(made)
    assert "Read .kimi-code/skills/demo/references/list.md." in project["AGENTS.md"]
    assert "`*.py`" in project["AGENTS.md"]
    assert "Hurry." in project[".kimi-code/skills/demo-late/SKILL.md"]
    user, _ = build(made, scope="user")
    assert "Read ~/.kimi-code/skills/demo/references/list.md." in user[".kimi-code/AGENTS.md"]
    assert {loss.construct for loss in bundle.losses} == {"globs", "rules"}


def test_commands_are_skills_that_say_to_wait_for_the_user():
    command = Command("go", Text("Go"), Text("Do $1 with $2: $ARGUMENTS"), argument_hint="[a]")
    project, bundle = build(view(commands=(command,)))
    text = project[".kimi-code/skills/demo-go/SKILL.md"]
    assert front(text)["description"] == "Use only when the user asks for `demo-go` by name. Go"
    assert text.endswith("Do $0 with $1: $ARGUMENTS")
    assert bundle.tokens.always > PLATFORM.lower(view(), Kind.SKILL).tokens.always


def test_agents_have_kimis_tools_and_no_template_variables():
    agent = Agent(
        "Code Helper",
        Text("Helps"),
        Text("Keep ${base_prompt}, ${agents_md} and ${other}."),
        tools=("Read", "WebFetch", "Bash(git:*)"),
        model="opus",
        extra={"disallowedTools": ["Write"], "color": "red"},
    )
    project, bundle = build(view(agents=(agent,)))
    text = project[".kimi-code/agents/code-helper.md"]
    assert front(text) == {
        "name": "code-helper",
        "description": "Helps",
        "tools": ["Read", "FetchURL", "Bash"],
        "disallowedTools": ["Write"],
    }
    assert "Keep $ {base_prompt}, $ {agents_md} and ${other}." in text
    constructs = [loss.construct for loss in bundle.losses]
    assert constructs.count("placeholder") == 2
    assert any("color: red" in loss.detail for loss in bundle.losses)
    assert any("model: opus" in loss.detail for loss in bundle.losses)


def test_the_body_can_be_a_rule_or_an_agent():
    made = view(resources=(LIST,))
    rules, _ = build(made, Kind.RULES)
    assert sorted(rules) == [".agents/resources/demo/references/list.md", "AGENTS.md"]
    agent, _ = build(made, Kind.AGENT)
    assert "(.agents/resources/demo/references/list.md)" in agent[".kimi-code/agents/demo.md"]


def test_servers_lie_in_both_scopes_but_for_those_that_run_the_skills_files():
    server = McpServer("a", "stdio", "npx", ("x",))
    project, _ = build(view(mcp_servers=(server,)))
    expected = {"mcpServers": {"a": {"command": "npx", "args": ["x"]}}}
    assert json.loads(project[".kimi-code/mcp.json"]) == expected
    assert build(view(mcp_servers=(server,)), scope="user")[0].keys() == project.keys()
    run = Resource("scripts/s.py", b"")
    local = McpServer("a", "stdio", "python3", ("${CLAUDE_PLUGIN_ROOT}/scripts/s.py",))
    made = view(mcp_servers=(local,), resources=(run,))
    project, bundle = build(made)
    assert ".kimi-code/skills/demo/scripts/s.py" in project[".kimi-code/mcp.json"]
    assert ".kimi-code/mcp.json" not in build(made, scope="user")[0]
    assert any("for projects only" in loss.detail for loss in bundle.losses)


def package(made, name="demo"):
    found = PLATFORM.package(made, name)
    return {item.path: item.piece.data.decode() for item in found.bundle.pieces}, found


def test_a_plugin_names_what_it_holds():
    made = view(
        resources=(LIST, Resource("scripts/s.py", b""), Resource("LICENSE", b"MIT")),
        license="MIT",
        extra={"version": "1.2.3", "author": "Ann", "homepage": "https://x.example"},
        rules=(Rule("a", Text(), Text("Be short."), always=True),),
        commands=(Command("go", Text("Go"), Text("Do $1: $ARGUMENTS"), argument_hint="[a]"),),
        agents=(Agent("helper", Text("Helps"), Text("Help.")),),
        mcp_servers=(
            McpServer("s", "stdio", "python3", ("${CLAUDE_PLUGIN_ROOT}/scripts/s.py",)),
            McpServer("t", "stdio", "npx", cwd="/tmp"),
        ),
        hooks=(Hook("claude", "hooks/hooks.json", {}),),
        overrides={"kimi": {"plugin": {"skillInstructions": "Be kind."}}},
    )
    files, found = package(made, "demo-zh")
    manifest = json.loads(files["kimi.plugin.json"])
    assert manifest == {
        "name": "demo-zh",
        "version": "1.2.3",
        "description": "Does it. Use when asked.",
        "author": {"name": "Ann"},
        "homepage": "https://x.example",
        "license": "MIT",
        "interface": {
            "displayName": "Demo",
            "shortDescription": "Does it. Use when asked.",
            "developerName": "Ann",
            "websiteURL": "https://x.example",
        },
        "skills": "./skills/",
        "agents": "./agents/",
        "commands": "./commands/",
        "systemPromptPath": "./SYSTEM.md",
        "mcpServers": {
            "s": {
                "command": "python3",
                "args": ["./skills/demo/scripts/s.py"],
                "cwd": "./",
            },
            "t": {"command": "npx"},
        },
        "skillInstructions": "Be kind.",
    }
    assert sorted(files) == [
        "LICENSE",
        "README.md",
        "SYSTEM.md",
        "agents/helper.md",
        "commands/go.md",
        "kimi.plugin.json",
        "skills/demo/LICENSE",
        "skills/demo/SKILL.md",
        "skills/demo/references/list.md",
        "skills/demo/scripts/s.py",
    ]
    assert "polyskill:begin" not in files["SYSTEM.md"]
    assert files["commands/go.md"].endswith("Do (word 1 of $ARGUMENTS): $ARGUMENTS")
    assert {"hooks", "mcp", "arguments"} <= {loss.construct for loss in found.bundle.losses}


def test_a_plugin_of_a_bare_skill_says_no_more_than_that():
    files, _ = package(view("Do.\n", description=Text("Does.")))
    manifest = json.loads(files["kimi.plugin.json"])
    assert manifest["skills"] == "./skills/"
    assert not {"agents", "commands", "systemPromptPath", "mcpServers"} & manifest.keys()


def test_a_system_prompt_beyond_the_limit_is_an_error():
    # Many rules, each within its own budget, together more than 32 KB.
    text = "".join(f"Line {n} says a little.\n" for n in range(400))
    rules = tuple(
        Rule(f"r{n}", Text(), Text(f"# Rule {n}\n\n{text}"), always=True) for n in range(4)
    )
    files, found = package(view(rules=rules))
    assert len(files["SYSTEM.md"]) > 32 * 1024
    assert [item.code.id for item in found.bundle.diagnostics] == ["PS503"]


def test_the_marketplace_lists_the_folders():
    entries = [package(view(), name)[1].entry for name in ("demo-zh", "demo")]
    made = PLATFORM.marketplace("all", entries)
    assert [item.path for item in made.pieces] == ["marketplace.json"]
    assert json.loads(made.pieces[0].piece.data) == {
        "version": "2",
        "plugins": [
            {"id": "demo", "displayName": "Demo", "source": "./plugins/demo"},
            {"id": "demo-zh", "displayName": "Demo", "source": "./plugins/demo-zh"},
        ],
    }
