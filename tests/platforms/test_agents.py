import json

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
from polyskill.platforms.agents import PLATFORM
from polyskill.platforms.claude import PLATFORM as CLAUDE


def full(**fields) -> View:
    given = {
        "commands": (Command("review", Text("Reviews."), Text("Review $1 in references/a.md")),),
        "agents": (Agent("helper", Text("Helps."), Text("Help."), tools=("Read",), model="opus"),),
        "rules": (
            Rule("style", Text("Style."), Text("Be short."), always=True),
            Rule("py", Text("Python."), Text("Use types."), globs=("**/*.py",)),
            Rule("maybe", Text("When naming things."), Text("Name them well.")),
        ),
        "mcp_servers": (McpServer("s", "stdio", "python", ("${PLUGIN_ROOT}/scripts/x.py",)),),
        "hooks": (Hook("claude", "hooks/hooks.json", {}),),
        "resources": (Resource("references/a.md", b"aaaa", role="references"),
                      Resource("scripts/x.py", b"1", role="scripts")),
        "metadata": {"version": "1.0.0", "author": "Ann"},
    } | fields  # fmt: skip
    skill = Skill("demo", Dialect.CANONICAL, "demo", Text("Does."), Text("Demo"), **given)
    return View(skill, Lang.EN, "agents", "Demo", "Does.", "# Demo\n\nDo it.\n", skill.resources)


def files(bundle) -> dict:
    return {item.path: item.piece for item in bundle.pieces if item.path}


def test_everything_has_a_neutral_place_or_is_reported():
    bundle = PLATFORM.lower(full(), Kind.SKILL)
    assert list(files(bundle)) == [
        ".agents/skills/demo/SKILL.md",
        ".agents/skills/demo/references/a.md",
        ".agents/skills/demo/scripts/x.py",
        "AGENTS.md",
        ".agents/skills/demo-maybe/SKILL.md",
        ".agents/skills/demo-review/SKILL.md",
        ".agents/agents/helper.md",
    ]
    assert files(bundle)["AGENTS.md"].text == (
        "## Demo\n\nBe short.\n\nWhen you work on files that match `**/*.py`:\n\nUse types."
    )
    assert bundle.pieces[3].user_path == ".agents/AGENTS.md"
    lost = {loss.construct for loss in bundle.losses}
    assert {"hooks", "mcp", "globs", "agent", "arguments", "rules"} <= lost


def test_a_command_waits_for_its_name():
    bundle = PLATFORM.lower(full(), Kind.SKILL)
    text = files(bundle)[".agents/skills/demo-review/SKILL.md"].data.decode()
    values = yaml.safe_load(text.split("---\n")[1])
    assert (
        values["description"] == "Use only when the user asks for `demo-review` by name. Reviews."
    )
    assert "(word 1 of the text after the command) in .agents/skills/demo/references/a.md" in text


def test_a_plain_skill_is_byte_identical_to_claudes():
    view = full(rules=(), commands=(), agents=(), hooks=(), mcp_servers=())
    neutral, claude = (p.lower(view, Kind.SKILL).pieces[0].piece.data for p in (PLATFORM, CLAUDE))
    assert neutral is claude


def test_an_agent_plugin():
    package = PLATFORM.package(full(), "demo")
    inside = files(package.bundle)
    assert json.loads(inside["plugin.json"].data) == {
        "$schema": "https://agent-plugins.org/schemas/1.0.0/plugin.schema.json",
        "name": "demo",
        "version": "1.0.0",
        "description": "Does.",
        "author": {"name": "Ann"},
    }
    servers = json.loads(inside["mcp.json"].data)["mcpServers"]
    assert servers["s"]["args"] == ["${PLUGIN_ROOT}/skills/demo/scripts/x.py"]
    assert "skills/demo-review/SKILL.md" in inside and "README.md" in inside
    assert {"agents", "hooks"} <= {loss.construct for loss in package.bundle.losses}


def test_a_sub_agent_is_a_skill_in_a_plugin():
    view = full(kind=Kind.AGENT, agents=(), rules=(), commands=(), hooks=(), mcp_servers=())
    assert "skills/demo/SKILL.md" in files(PLATFORM.package(view, "demo").bundle)


def test_the_index_and_the_marketplace():
    rows = [PLATFORM.package(full(), "demo").entry]
    inside = files(PLATFORM.marketplace("m", rows))
    assert json.loads(inside["index.json"].data)["plugins"][0]["path"] == "plugins/demo"
    row = json.loads(inside[".claude-plugin/marketplace.json"].data)["plugins"][0]
    assert row["source"] == "./plugins/demo"
