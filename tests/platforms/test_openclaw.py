"""OpenClaw's workspace, and the ClawHub package."""

from __future__ import annotations

import json

import pytest
import yaml

from polyskill.compiler.codes import merge as codes
from polyskill.compiler.document import Document
from polyskill.compiler.localized import Lang, Text
from polyskill.compiler.model import (
    Agent,
    Command,
    Content,
    Dialect,
    Entry,
    FrontMatter,
    Kind,
    McpServer,
    Persona,
    Resource,
    Rule,
    Skill,
)
from polyskill.compiler.source import Source, Span
from polyskill.compiler.view import View
from polyskill.platforms.assemble import assemble
from polyskill.platforms.openclaw import PLATFORM

BODY = "# Demo\n\nSee [the list](references/list.md).\n"
LIST = Resource("references/list.md", b"# List\n", role="references")


def view(body=BODY, lang=Lang.EN, **fields):
    fields.setdefault("description", Text("Does it. Use when asked.", "做事。"))
    skill = Skill("demo", Dialect.CANONICAL, "demo", **fields)
    return View(
        skill, lang, "openclaw", "Demo", skill.description.pick(lang), body, skill.resources
    )


def build(made, form=None, scope="project"):
    bundle = PLATFORM.lower(made, PLATFORM.form_for(made, form))
    assembled = assemble(PLATFORM, [("demo", bundle)], scope=scope)
    return {path: file.data.decode() for path, file in assembled.files.items()}, bundle


def front(text):
    return yaml.safe_load(text.split("---\n")[1])


def nested(value):
    entry = Entry("metadata", value, Span(0, 0), "")
    return FrontMatter((entry,), Span(0, 0))


def test_a_skill_without_gates_is_the_portable_one():
    project, _ = build(view(resources=(LIST,)))
    assert front(project["skills/demo/SKILL.md"]).keys() == {"name", "description", "metadata"}
    user, _ = build(view(resources=(LIST,)), scope="user")
    assert sorted(user) == [
        ".openclaw/skills/demo/SKILL.md",
        ".openclaw/skills/demo/references/list.md",
    ]


@pytest.mark.parametrize("alias", ["openclaw", "clawdbot", "clawdis"])
@pytest.mark.parametrize("as_json", [False, True])
def test_metadata_is_nested_here_and_keeps_the_rest(alias, as_json):
    gates = {"emoji": "📦", "requires": {"bins": ["git"], "env": ["TOKEN"]}, "os": ["linux"]}
    raw = {alias: json.dumps(gates) if as_json else gates}
    made = view(
        front_matter=nested(raw),
        metadata={"author": "Ann"},
        extra={"homepage": "https://x.example", "user-invocable": False},
        overrides={"openclaw": {"emoji": "🧰", "disable-model-invocation": True}},
    )
    project, _ = build(made)
    values = front(project["skills/demo/SKILL.md"])
    assert values["metadata"]["openclaw"] == {**gates, "emoji": "🧰"}
    assert values["metadata"]["author"] == "Ann"
    assert values["metadata"]["title"] == "Demo"
    assert values["homepage"] == "https://x.example"
    assert values["user-invocable"] is False
    assert values["disable-model-invocation"] is True


def test_metadata_that_is_no_json_is_left_alone():
    project, _ = build(view(metadata={"openclaw": "{not json"}))
    assert front(project["skills/demo/SKILL.md"])["metadata"]["openclaw"] == "{not json"


def test_commands_agents_and_rules_on_request_are_skills_beside_the_skill():
    made = view(
        resources=(LIST,),
        commands=(Command("go", Text("Go"), Text("Read references/list.md. $ARGUMENTS")),),
        agents=(Agent("helper", Text("Helps"), Text("Help."), model="opus"),),
        rules=(Rule("late", Text("When late"), Text("Read references/list.md.")),),
    )
    project, bundle = build(made)
    command = project["skills/demo-go/SKILL.md"]
    values = front(command)
    assert values["user-invocable"] is True
    assert values["disable-model-invocation"] is True
    assert "{baseDir}/../demo/references/list.md" in command
    assert "$ARGUMENTS" not in command
    assert front(project["skills/demo-helper/SKILL.md"])["description"] == "Helps"
    assert "Read skills/demo/references/list.md." in project["skills/demo-late/SKILL.md"]
    details = [loss.detail for loss in bundle.losses if loss.construct in ("agents", "agent")]
    assert any("becomes a skill" in detail for detail in details)
    assert any("opus" in detail for detail in details)
    user, _ = build(made, scope="user")
    late = user[".openclaw/skills/demo-late/SKILL.md"]
    assert "Read ~/.openclaw/skills/demo/references/list.md." in late
    assert user[".openclaw/skills/demo-go/SKILL.md"] == command


def test_rules_stand_in_the_workspaces_agents_file():
    rules = (
        Rule("a", Text(), Text("Be short."), always=True),
        Rule("b", Text(), Text("Type."), globs=("*.py",)),
    )
    project, bundle = build(view(rules=rules))
    text = project["AGENTS.md"]
    assert text.startswith("<!-- polyskill:begin demo -->\n")
    assert "Be short." in text
    assert "`*.py`" in text
    assert [loss.construct for loss in bundle.losses] == ["globs"]
    assert build(view(rules=rules), scope="user")[0][".openclaw/workspace/AGENTS.md"] == text


def persona_view(**fields):
    persona = Content(persona=Persona(Text("You are calm.", "你很冷静。"), "section"))
    source = Source("demo/SKILL.md", BODY)
    return view(main=Document(source), analyse=lambda _skill: persona, **fields)


def test_an_agent_is_the_workspace_only_if_asked_for():
    made = persona_view(kind=Kind.AGENT, resources=(LIST,))
    project, bundle = build(made)
    assert "skills/demo/SKILL.md" in project
    assert "AGENTS.md" not in project
    assert [loss.construct for loss in bundle.losses] == ["agents"]
    project, bundle = build(made, Kind.AGENT)
    assert project["SOUL.md"].splitlines()[1] == "You are calm."
    assert "(.agents/resources/demo/references/list.md)" in project["AGENTS.md"]
    assert ".agents/resources/demo/references/list.md" in project
    assert any("whole workspace" in loss.detail for loss in bundle.losses)
    user, _ = build(made, Kind.AGENT, "user")
    assert ".openclaw/workspace/SOUL.md" in user
    assert "(~/.agents/resources/demo/references/list.md)" in user[".openclaw/workspace/AGENTS.md"]


def test_an_agent_too_long_for_its_file_is_split_and_the_file_stays_within_the_limit():
    parts = "".join(f"## Part {n}\n\n{'word ' * 500}\n\n" for n in range(20))
    project, bundle = build(view("# Demo\n\n" + parts), Kind.AGENT)
    assert len(project["AGENTS.md"]) <= 20_000
    moved = [path for path in project if path.startswith(".agents/resources/demo/references/")]
    assert moved
    assert all(f"({path})" in project["AGENTS.md"] for path in moved)
    assert [found.code.id for found in bundle.diagnostics] == ["PS501"]
    words = sum(text.count("word ") for text in project.values())
    assert words == 20 * 500


def test_many_rules_over_the_limit_are_an_error_and_nothing_is_cut():
    text = "很长" * 1_500
    bundle = PLATFORM.lower(
        view(rules=(Rule("a", Text(), Text(zh=text), always=True),), lang=Lang.ZH), Kind.SKILL
    )
    made = assemble(PLATFORM, [(f"skill-{n}", bundle) for n in range(7)])
    found = [item for item in made.diagnostics if item.code is codes.SHARED_TOO_LARGE]
    assert len(found) == 1
    assert found[0].args["maximum"] == 20_000
    assert made.files["AGENTS.md"].data.decode().count(text) == 7


def test_servers_are_the_users():
    made = view(
        resources=(Resource("scripts/s.py", b""),),
        mcp_servers=(
            McpServer("a", "stdio", "npx", ("x",)),
            McpServer("b", "sse", url="https://x.example"),
            McpServer("c", "stdio", "python3", ("${CLAUDE_PLUGIN_ROOT}/scripts/s.py",)),
        ),
    )
    project, bundle = build(made)
    assert not any(path.endswith(".json") for path in project)
    user, _ = build(made, scope="user")
    assert json.loads(user[".openclaw/openclaw.json"]) == {
        "mcp": {
            "servers": {
                "a": {"command": "npx", "args": ["x"]},
                "b": {"url": "https://x.example", "transport": "sse"},
            }
        }
    }
    assert any("`c`" in loss.detail for loss in bundle.losses if loss.construct == "mcp")


def package(made, name="demo"):
    found = PLATFORM.package(made, name)
    return {item.path: item.piece.data for item in found.bundle.pieces}, found


def test_a_package_is_one_skill_with_its_card():
    made = view(
        resources=(LIST,),
        license="MIT-0",
        extra={"version": "1.2.3", "author": "Ann"},
        front_matter=nested({"openclaw": {"requires": {"env": ["TOKEN"]}}}),
        commands=(Command("go", Text("Go"), Text("Go.")),),
    )
    files, found = package(made, "demo-zh")
    assert sorted(files) == [".clawhubignore", "SKILL.md", "references/list.md", "skill-card.md"]
    values = front(files["SKILL.md"].decode())
    assert (values["name"], values["version"]) == ("demo-zh", "1.2.3")
    card = files["skill-card.md"].decode()
    for words in ("1.2.3", "Ann", "env: TOKEN", "`references/list.md`"):
        assert words in card
    assert found.entry == {"slug": "demo-zh", "displayName": "Demo", "version": "1.2.3"}
    assert found.bundle.diagnostics == ()
    assert [loss.construct for loss in found.bundle.losses] == ["commands"]
    assert PLATFORM.marketplace("all", [found.entry]).pieces == ()


@pytest.mark.parametrize(("license", "said"), [("Apache-2.0", True), ("mit-0", False), ("", False)])
def test_the_license_of_the_registry_is_said(license, said):
    _, found = package(view(license=license))
    assert any(item.code is codes.PACKAGE_LICENSE for item in found.bundle.diagnostics) is said
    assert any(loss.construct == "license" for loss in found.bundle.losses) is said


@pytest.mark.parametrize(
    ("resources", "subjects"),
    [
        ([Resource(f"assets/{n}.txt", b"") for n in range(300)], ["files"]),
        ([Resource("assets/a.bin", b"\0" * (1 << 20))], []),
        ([Resource("assets/a.bin", b"\0" * ((1 << 20) + 1))], ["assets/a.bin"]),
        ([Resource(f"assets/{n}.bin", b"\0" * (1 << 20)) for n in range(8)], ["all files"]),
    ],
)
def test_what_the_registry_refuses_is_an_error_with_figures(resources, subjects):
    _, found = package(view(resources=tuple(resources)))
    large = [item for item in found.bundle.diagnostics if item.code is codes.PACKAGE_TOO_LARGE]
    assert [item.args["subject"] for item in large] == subjects
    for item in large:
        assert item.args["size"] > item.args["maximum"]
        assert str(item.args["size"]) in item.message(Lang.ZH)


def test_what_has_no_skill_of_its_own_is_not_published():
    made = view("", kind=Kind.BUNDLE, commands=(Command("go", Text("Go"), Text("Go.")),))
    files, found = package(made)
    assert files == {}
    assert [loss.construct for loss in found.bundle.losses] == ["package", "commands"]
