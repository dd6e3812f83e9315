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
from polyskill.platforms.cursor import PLATFORM


def full(lang=Lang.EN, **fields) -> View:
    given = {
        "commands": (Command("review", Text("Reviews."), Text("Review $ARGUMENTS")),),
        "agents": (Agent("helper", Text("Helps."), Text("Help."), tools=("Read",)),),
        "rules": (
            Rule("style", Text("Style: short."), Text("Be short."), always=True),
            Rule("ts", Text("TS."), Text("Use types."), globs=("**/*.ts", "**/*.tsx")),
            Rule("maybe", Text("When naming."), Text("Name well.")),
        ),
        "mcp_servers": (McpServer("s", "stdio", "python", ("${PLUGIN_ROOT}/scripts/x.py",)),),
        "hooks": (Hook("cursor", "hooks/cursor.json", {"version": 1, "hooks": {"stop": []}}),),
        "resources": (Resource("scripts/x.py", b"1", role="scripts"),),
        "metadata": {"version": "1.0.0", "author": "Ann <a@b.org> (https://b.org)"},
    } | fields  # fmt: skip
    skill = Skill("demo", Dialect.CANONICAL, "demo", Text("Does.", "做。"), Text("Demo"), **given)
    body = "# Demo\n\nDo it.\n"
    return View(skill, lang, "cursor", "Demo", skill.description.pick(lang), body, skill.resources)


def files(bundle) -> dict:
    return {item.path: item.piece for item in bundle.pieces}


def front(bundle, path: str) -> dict:
    return yaml.safe_load(files(bundle)[path].data.decode().split("---\n")[1])


def test_a_skill_with_all_it_may_bring():
    bundle = PLATFORM.lower(full(), Kind.SKILL)
    assert list(files(bundle)) == [
        ".cursor/skills/demo/SKILL.md",
        ".cursor/skills/demo/scripts/x.py",
        ".cursor/rules/demo-style.mdc",
        ".cursor/rules/demo-ts.mdc",
        ".cursor/rules/demo-maybe.mdc",
        ".cursor/commands/demo-review.md",
        ".cursor/agents/helper.md",
        ".cursor/mcp.json",
        ".cursor/hooks.json",
    ]
    assert front(bundle, ".cursor/agents/helper.md") == {
        "name": "helper", "description": "Helps.", "model": "inherit", "readonly": True
    }  # fmt: skip
    servers = files(bundle)[".cursor/mcp.json"].data["mcpServers"]
    assert servers["s"]["args"] == ["${workspaceFolder}/.cursor/skills/demo/scripts/x.py"]
    assert files(bundle)[".cursor/hooks.json"].data == {"version": 1, "hooks": {"stop": []}}


def test_rules_say_when_they_apply():
    bundle = PLATFORM.lower(full(), Kind.SKILL)
    assert front(bundle, ".cursor/rules/demo-style.mdc") == {
        "description": "Style: short.", "alwaysApply": True
    }  # fmt: skip
    assert front(bundle, ".cursor/rules/demo-ts.mdc") == {
        "description": "TS.", "globs": "**/*.ts,**/*.tsx", "alwaysApply": False
    }  # fmt: skip
    assert front(bundle, ".cursor/rules/demo-maybe.mdc") == {
        "description": "When naming.", "alwaysApply": False
    }  # fmt: skip
    assert all(item.user_path == "" for item in bundle.pieces if item.path.endswith(".mdc"))


def test_as_rules_the_text_is_written_once_and_the_legacy_file_points_to_it():
    bundle = PLATFORM.lower(full(Lang.ZH, rules=()), Kind.RULES)
    assert files(bundle)[".cursor/rules/demo.mdc"].data.decode().endswith("\n# Demo\n\nDo it.\n")
    legacy = files(bundle)[".cursorrules"].text
    assert legacy == "## Demo\n\n请阅读并遵守 `.cursor/rules/demo.mdc` 中的规则。"
    assert ".cursorrules" not in files(PLATFORM.lower(full(), Kind.SKILL))
    assert ".cursorrules" not in files(PLATFORM.lower(full(rules=(), globs=("a",)), Kind.RULES))


def test_a_plugin():
    package = PLATFORM.package(full(), "demo")
    inside = files(package.bundle)
    values = json.loads(inside[".cursor-plugin/plugin.json"].data)
    assert values["author"] == {"name": "Ann", "email": "a@b.org"}
    assert {"rules/demo-style.mdc", "commands/review.md", "agents/helper.md", "mcp.json",
            "hooks/hooks.json", "README.md", "skills/demo/SKILL.md"} <= set(inside)  # fmt: skip
    assert b"${CURSOR_PLUGIN_ROOT}/skills/demo/scripts/x.py" in inside["mcp.json"].data
    assert front(package.bundle, "commands/review.md") == {
        "description": "Reviews.", "name": "review"
    }  # fmt: skip
    (placed,) = PLATFORM.marketplace("m", [package.entry]).pieces
    assert json.loads(placed.piece.data) == {
        "name": "m",
        "owner": {"name": "m"},
        "plugins": [{"name": "demo", "source": "./plugins/demo", "description": "Does."}],
    }
