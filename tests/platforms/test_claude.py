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
from polyskill.platforms.base import JsonKeys, ManagedBlock
from polyskill.platforms.claude import PLATFORM

SERVER = Resource("scripts/server.py", b"print()", role="scripts")


def full(lang=Lang.EN, **fields) -> View:
    given = {
        "commands": (
            Command(
                "review",
                Text("Reviews.", "评审。"),
                Text("Review $1 of $ARGUMENTS after !`git diff` and @README.md"),
                argument_hint="[file]",
                allowed_tools=("Read", "Bash(git:*)"),
                model="opus",
                extra={"disable-model-invocation": True, "odd": "x"},
                path="commands/review.md",
            ),
        ),
        "agents": (
            Agent("helper", Text("Helps."), Text("Help with references/a.md."), tools=("Read",),
                  model="gpt-6", extra={"color": "red"}),
        ),
        "rules": (
            Rule("style", Text("Style."), Text("Be short. See @notes.md.", "要短。"), always=True),
            Rule("py", Text("Python."), Text("Use types."), globs=("**/*.py",)),
            Rule("maybe", Text("When naming things."), Text("Name them well.")),
        ),
        "mcp_servers": (McpServer("s", "stdio", "python", ("${PLUGIN_ROOT}/scripts/server.py",)),),
        "hooks": (
            Hook("claude", "hooks/hooks.json", {"hooks": {"Stop": [{"hooks": [
                {"type": "command", "command": "python ${CLAUDE_PLUGIN_ROOT}/scripts/server.py"}
            ]}]}}),
            Hook("cursor", "hooks/cursor.json", {"hooks": {}}),
        ),
        "resources": (Resource("references/a.md", b"aaaa", role="references"), SERVER,
                      Resource("LICENSE", b"MIT", role="license")),
        "license": "MIT",
        "metadata": {"version": "1.0.0", "author": "Ann"},
        "triggers": (),
    } | fields  # fmt: skip
    skill = Skill("demo", Dialect.CANONICAL, "demo", Text("Does.", "做。"), Text("Demo", "示例"),
                  **given)  # fmt: skip
    body = "# Demo\n\nRead references/a.md. Run !`now` in ${CLAUDE_SKILL_DIR}/scripts.\n"
    return View(skill, lang, "claude", skill.title.pick(lang), skill.description.pick(lang), body,
                skill.resources)  # fmt: skip


def files(bundle) -> dict:
    return {item.path: item.piece for item in bundle.pieces if item.path}


def text(bundle, path: str) -> str:
    return files(bundle)[path].data.decode()


def front(bundle, path: str) -> dict:
    return yaml.safe_load(text(bundle, path).split("---\n")[1])


def test_a_skill_with_all_it_may_bring():
    bundle = PLATFORM.lower(full(), Kind.SKILL)
    assert list(files(bundle)) == [
        ".claude/skills/demo/SKILL.md",
        ".claude/skills/demo/references/a.md",
        ".claude/skills/demo/scripts/server.py",
        ".claude/skills/demo/LICENSE",
        "CLAUDE.md",
        ".claude/rules/demo-py.md",
        ".claude/skills/demo-maybe/SKILL.md",
        ".claude/commands/demo-review.md",
        ".claude/agents/helper.md",
        ".mcp.json",
        ".claude/settings.json",
    ]
    assert files(bundle)["CLAUDE.md"] == ManagedBlock("## Demo\n\nBe short. See `@notes.md`.")
    assert front(bundle, ".claude/rules/demo-py.md") == {"paths": ["**/*.py"]}
    assert "Run ! `now` in ${CLAUDE_SKILL_DIR}/scripts." in text(
        bundle, ".claude/skills/demo/SKILL.md"
    )
    assert bundle.diagnostics == ()


def test_arguments_count_from_zero_and_commands_keep_what_they_may_do():
    bundle = PLATFORM.lower(full(), Kind.SKILL)
    path = ".claude/commands/demo-review.md"
    assert front(bundle, path) == {
        "description": "Reviews.",
        "argument-hint": "[file]",
        "allowed-tools": "Read, Bash(git:*)",
        "model": "opus",
        "disable-model-invocation": True,
    }
    assert text(bundle, path).endswith("Review $0 of $ARGUMENTS after !`git diff` and @README.md")
    assert any("`odd: x`" in loss.detail for loss in bundle.losses)


def test_agents_keep_their_keys_and_find_the_skills_files():
    bundle = PLATFORM.lower(full(), Kind.SKILL)
    assert front(bundle, ".claude/agents/helper.md") == {
        "name": "helper", "description": "Helps.", "tools": "Read", "color": "red"
    }  # fmt: skip
    assert "Help with .claude/skills/demo/references/a.md." in text(
        bundle, ".claude/agents/helper.md"
    )
    assert any(loss.construct == "model" for loss in bundle.losses)


def test_servers_and_hooks_point_into_the_project_and_stay_there():
    bundle = PLATFORM.lower(full(), Kind.SKILL)
    placed = {item.path: item for item in bundle.pieces}
    servers = placed[".mcp.json"].piece.data["mcpServers"]
    assert servers["s"]["args"] == [".claude/skills/demo/scripts/server.py"]
    assert placed[".mcp.json"].user_path == ""
    hooks = placed[".claude/settings.json"]
    assert isinstance(hooks.piece, JsonKeys) and hooks.user_path == ""
    assert "${CLAUDE_PROJECT_DIR}/.claude/skills/demo/scripts" in json.dumps(hooks.piece.data)
    assert placed["CLAUDE.md"].user_path == ".claude/CLAUDE.md"
    assert any("cursor" in loss.detail for loss in bundle.losses if loss.construct == "hooks")


def test_hooks_without_paths_may_go_home():
    view = full(hooks=(Hook("claude", "h", {"Stop": [{"hooks": []}]}),))
    (placed,) = [
        item for item in PLATFORM.lower(view, Kind.SKILL).pieces if "settings" in item.path
    ]
    assert placed.user_path is None


def test_the_chinese_view_speaks_chinese():
    bundle = PLATFORM.lower(full(Lang.ZH), Kind.SKILL)
    assert files(bundle)["CLAUDE.md"].text == "## 示例\n\n要短。"
    assert front(bundle, ".claude/skills/demo/SKILL.md")["description"] == "做。"
    assert front(bundle, ".claude/commands/demo-review.md")["description"] == "评审。"


def test_as_rules_the_body_loads_always_and_its_files_lie_beside():
    bundle = PLATFORM.lower(full(rules=()), Kind.RULES)
    assert ".claude/skills/demo/SKILL.md" not in files(bundle)
    assert ".agents/resources/demo/references/a.md" in files(bundle)
    assert "Read .agents/resources/demo/references/a.md." in files(bundle)["CLAUDE.md"].text


def test_as_rules_with_globs_it_is_a_rule_file():
    view = full(rules=(), globs=("src/**",), overrides={"claude": {"note": "x"}})
    bundle = PLATFORM.lower(view, Kind.RULES)
    assert front(bundle, ".claude/rules/demo.md") == {"paths": ["src/**"], "note": "x"}
    assert "CLAUDE.md" not in files(bundle)


def test_as_an_agent_the_body_is_its_prompt():
    bundle = PLATFORM.lower(full(overrides={"claude": {"model": "haiku"}}), Kind.AGENT)
    values = front(bundle, ".claude/agents/demo.md")
    assert values == {"name": "demo", "description": "Does.", "model": "haiku"}
    assert ".claude/agents/helper.md" in files(bundle)
    assert "model" not in front(bundle, ".claude/agents/helper.md")


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        (Kind.AGENT, ".claude/agents/demo.md"),
        (Kind.COMMAND, ".claude/commands/demo.md"),
        (Kind.RULES, ".claude/skills/demo/SKILL.md"),  # on request: no globs, not always
        (Kind.SKILL, ".claude/skills/demo/SKILL.md"),
    ],
)
def test_each_kind_becomes_its_own_kind(kind, path):
    view = full(kind=kind, commands=(), agents=(), rules=(), mcp_servers=(), hooks=(), resources=())
    bundle = PLATFORM.lower(view, PLATFORM.form_for(view, None))
    assert list(files(bundle)) == [path]


def test_a_bundle_has_no_skill_of_its_own():
    view = full(kind=Kind.BUNDLE)
    bundle = PLATFORM.lower(view, PLATFORM.form_for(view, None))
    assert ".claude/skills/demo/SKILL.md" not in files(bundle)
    assert ".agents/resources/demo/scripts/server.py" in files(bundle)
    assert ".claude/commands/demo-review.md" in files(bundle)


def test_overrides_reach_the_skill():
    view = full(overrides={"claude": {"disable-model-invocation": True}, "codex": {"x": "y"}})
    values = front(PLATFORM.lower(view, Kind.SKILL), ".claude/skills/demo/SKILL.md")
    assert values["disable-model-invocation"] is True and "x" not in values


def test_a_plugin():
    view = full(overrides={"claude": {"plugin": {"displayName": "The Demo"}}})
    package = PLATFORM.package(view, "demo-plugin")
    inside = files(package.bundle)
    assert list(inside) == [
        "skills/demo/SKILL.md",
        "skills/demo/references/a.md",
        "skills/demo/scripts/server.py",
        "skills/demo/LICENSE",
        "skills/demo-style/SKILL.md",
        "skills/demo-py/SKILL.md",
        "skills/demo-maybe/SKILL.md",
        "commands/review.md",
        "agents/helper.md",
        ".claude-plugin/plugin.json",
        ".mcp.json",
        "hooks/hooks.json",
        "README.md",
        "LICENSE",
    ]
    values = json.loads(inside[".claude-plugin/plugin.json"].data)
    assert values["name"] == "demo-plugin" and values["displayName"] == "The Demo"
    assert b"${CLAUDE_PLUGIN_ROOT}/skills/demo/scripts/server.py" in inside[".mcp.json"].data
    assert b"${CLAUDE_PLUGIN_ROOT}/skills/demo/scripts/server.py" in inside["hooks/hooks.json"].data
    assert package.entry["source"] == "./plugins/demo-plugin"
    json.dumps(package.entry)


def test_a_marketplace_belongs_to_its_one_author():
    rows = [PLATFORM.package(full(), name).entry for name in ("a", "b")]
    (placed,) = PLATFORM.marketplace("My Market", rows).pieces
    values = json.loads(placed.piece.data)
    assert placed.path == ".claude-plugin/marketplace.json"
    assert values["name"] == "my-market" and values["owner"] == {"name": "Ann"}
    assert [row["source"] for row in values["plugins"]] == ["./plugins/a", "./plugins/b"]
    # `claude plugin validate --strict` refuses a marketplace without one.
    assert values["description"] == "2 plugins: a, b"


def test_the_same_view_gives_the_same_bundle():
    for form in PLATFORM.forms:
        assert PLATFORM.lower(full(), form) == PLATFORM.lower(full(), form)


def test_tokens_tell_what_loads_always():
    lean = full(rules=(), commands=(), agents=(), mcp_servers=(), hooks=())
    plain = PLATFORM.lower(lean, Kind.SKILL).tokens
    more = PLATFORM.lower(full(), Kind.SKILL).tokens
    assert 0 < plain.always < more.always and plain.on_demand < more.on_demand
