"""Cline's files."""

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
from polyskill.platforms.cline import PLATFORM

BODY = "# Demo\n\nSee [the list](references/list.md).\n"
LIST = Resource("references/list.md", b"# List\n", role="references")
SKILL = ".cline/skills/demo/SKILL.md"


def view(body=BODY, lang=Lang.EN, **fields):
    fields.setdefault("description", Text("Does it. Use when asked.", "做事。"))
    skill = Skill("demo", Dialect.CANONICAL, "demo", **fields)
    return View(skill, lang, "cline", "Demo", skill.description.pick(lang), body, skill.resources)


def build(made, form=None, scope="project"):
    bundle = PLATFORM.lower(made, PLATFORM.form_for(made, form))
    assembled = assemble(PLATFORM, [("demo", bundle)], scope=scope)
    return {path: file.data.decode() for path, file in assembled.files.items()}, bundle


def front(text):
    return yaml.safe_load(text.split("---\n")[1])


def body_of(text):
    return text.split("\n---\n", 1)[1].removeprefix("\n")


def test_paths_in_a_body_start_at_the_project_because_no_folder_is_announced():
    made = view(resources=(LIST,))
    project, _ = build(made)
    assert sorted(project) == [SKILL, ".cline/skills/demo/references/list.md"]
    assert "(.cline/skills/demo/references/list.md)" in project[SKILL]
    user, _ = build(made, scope="user")
    assert sorted(user) == sorted(project)
    assert "(~/.cline/skills/demo/references/list.md)" in user[SKILL]


def test_a_body_without_files_is_the_same_everywhere():
    _, bundle = build(view("# Demo\n\nDo it.\n"))
    assert [(item.path, item.user_path) for item in bundle.pieces] == [(SKILL, None)]


def test_files_beside_the_skill_file_are_announced():
    made = view("Fill in form.md.\n", resources=(Resource("form.md", b"x"),))
    assert body_of(build(made)[0][SKILL]).startswith(
        "Files named here lie in `.cline/skills/demo/`."
    )
    made = view("请填写 form.md。\n", Lang.ZH, resources=(Resource("form.md", b"x"),))
    assert body_of(build(made)[0][SKILL]).startswith("文中提到的文件位于")


@pytest.mark.parametrize("word", ["word ", "字词 ", "😀 "])
@pytest.mark.parametrize("described", [20, 1024])
def test_what_a_call_returns_never_exceeds_what_the_client_takes(word, described):
    parts = "".join(f"## Part {n}\n\n{word * 300}\n\n" for n in range(12))
    text = ("d" * 19 + " ") * (described // 20)
    made = view("# Demo\n\n" + parts, description=Text(text))
    project, bundle = build(made)
    body = body_of(project[SKILL])
    units = len(body.encode("utf-16-le")) // 2  # as JavaScript counts
    assert units <= 7_500
    assert units + described <= 7_700
    moved = [path for path in project if "/references/" in path]
    assert moved
    assert all(f"({path})" in body for path in moved)
    assert sum(text.count(word) for text in project.values()) == 12 * 300
    assert [found.code.id for found in bundle.diagnostics] == ["PS501"]
    user, _ = build(made, scope="user")
    assert all(f"(~/{path})" in user[SKILL] for path in moved)


def test_a_body_of_one_block_moves_as_a_whole():
    project, bundle = build(view("x" * 9_000 + "\n"))
    assert project[".cline/skills/demo/references/more.md"] == "x" * 9_000 + "\n"
    assert "(.cline/skills/demo/references/more.md)" in project[SKILL]
    assert [found.code.id for found in bundle.diagnostics] == ["PS501"]


def test_rules_have_names_of_their_own_and_globs():
    rules = (
        Rule("style", Text(), Text("Be short."), always=True),
        Rule("py", Text(), Text("Type."), globs=("**/*.py", "*.pyi")),
        Rule("late", Text("When late"), Text("Hurry.")),
    )
    project, bundle = build(view(rules=rules))
    assert project[".clinerules/demo-style.md"] == "Be short.\n"
    assert front(project[".clinerules/demo-py.md"]) == {"paths": ["**/*.py", "*.pyi"]}
    assert "Hurry." in project[".cline/skills/demo-late/SKILL.md"]
    assert {loss.construct for loss in bundle.losses} == {"globs", "rules"}
    user, _ = build(view(rules=rules), scope="user")
    assert user["Documents/Cline/Rules/demo-style.md"] == "Be short.\n"


def test_the_body_as_a_rule_does_not_take_a_name_that_users_give_their_own():
    project, _ = build(view(resources=(LIST,)), Kind.RULES)
    assert sorted(project) == [
        ".agents/resources/demo/references/list.md",
        ".clinerules/demo-rules.md",
    ]
    assert "(.agents/resources/demo/references/list.md)" in project[".clinerules/demo-rules.md"]
    user, _ = build(view(resources=(LIST,)), Kind.RULES, "user")
    assert (
        "(~/.agents/resources/demo/references/list.md)"
        in (user["Documents/Cline/Rules/demo-rules.md"])
    )


def test_workflows_are_plain_text_with_the_arguments_in_words():
    command = Command("go", Text("Go"), Text("Do $1 with $ARGUMENTS.", "用 $1 做。"))
    project, bundle = build(view(commands=(command,)))
    text = project[".clinerules/workflows/demo-go.md"]
    assert "$" not in text
    assert "the text after the command" in text
    assert not text.startswith("---")
    assert any("description of `go`" in loss.detail for loss in bundle.losses)
    zh, _ = build(view(commands=(command,), lang=Lang.ZH))
    assert "命令之后的文字" in zh[".clinerules/workflows/demo-go.md"]
    user, _ = build(view(commands=(command,)), scope="user")
    assert user["Documents/Cline/Workflows/demo-go.md"] == text


def test_agents_are_markdown_in_a_yaml_file():
    agent = Agent("helper", Text("Helps"), Text("Help."), tools=("Read",), model="opus")
    project, bundle = build(view(agents=(agent,)))
    text = project[".cline/agents/helper.yaml"]
    assert front(text) == {"name": "helper", "description": "Helps"}
    assert body_of(text) == "Help."
    assert sum(loss.construct == "agent" for loss in bundle.losses) == 2
    own, _ = build(view(allowed_tools=("Read",)), Kind.AGENT)
    assert front(own[".cline/agents/demo.yaml"])["name"] == "demo"


def test_servers_are_the_users():
    made = view(
        resources=(Resource("scripts/s.py", b""),),
        mcp_servers=(
            McpServer("a", "stdio", "npx", ("x",), {"KEY": "${KEY}"}),
            McpServer("b", "streamable-http", url="https://x.example"),
            McpServer("c", "stdio", "python3", ("${CLAUDE_PLUGIN_ROOT}/scripts/s.py",)),
        ),
    )
    project, bundle = build(made)
    assert not any(path.endswith(".json") for path in project)
    user, _ = build(made, scope="user")
    assert json.loads(user[".cline/data/settings/cline_mcp_settings.json"]) == {
        "mcpServers": {
            "a": {"command": "npx", "args": ["x"], "env": {"KEY": "${KEY}"}},
            "b": {"type": "streamableHttp", "url": "https://x.example"},
        }
    }
    assert sum(loss.construct == "mcp" for loss in bundle.losses) == 2


def test_hooks_are_a_loss():
    made = view(hooks=(Hook("claude", "hooks/hooks.json", {}),))
    assert [loss.construct for loss in build(made)[1].losses] == ["hooks"]
