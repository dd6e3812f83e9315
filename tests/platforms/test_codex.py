import json
import tomllib

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
from polyskill.platforms.codex import PLATFORM


def full(lang=Lang.EN, **fields) -> View:
    body = fields.pop("body", "# Demo\n\nDo it.\n")
    given = {
        "title": Text("Demo Skill", "示例"),
        "commands": (Command("review", Text("Reviews."), Text("Review $ARGUMENTS")),),
        "agents": (Agent("helper", Text("Helps."), Text('Say """hi""" \\ there.\n'),
                         tools=("Read", "Grep"), model="opus"),),
        "rules": (Rule("style", Text("Style."), Text("Be short."), always=True),),
        "mcp_servers": (McpServer("s", "stdio", "python", ("${PLUGIN_ROOT}/scripts/x.py",)),),
        "hooks": (Hook("codex", "hooks/codex.json", {"hooks": {"SessionStart": []}}),),
        "resources": (Resource("scripts/x.py", b"1", role="scripts"),),
        "metadata": {"version": "1.0.0", "author": "Ann"},
    } | fields  # fmt: skip
    skill = Skill("demo", Dialect.CANONICAL, "demo", Text("Does. More.", "做。"), **given)
    return View(skill, lang, "codex", skill.title.pick(lang), skill.description.pick(lang), body,
                skill.resources)  # fmt: skip


def files(bundle) -> dict:
    return {item.path: item.piece for item in bundle.pieces}


def test_a_skill_with_all_it_may_bring():
    bundle = PLATFORM.lower(full(), Kind.SKILL)
    assert list(files(bundle)) == [
        ".agents/skills/demo/SKILL.md",
        ".agents/skills/demo/scripts/x.py",
        ".agents/skills/demo/agents/openai.yaml",
        "AGENTS.md",
        ".agents/skills/demo-review/SKILL.md",
        ".agents/skills/demo-review/agents/openai.yaml",
        ".codex/agents/helper.toml",
        ".codex/config.toml",
        ".codex/hooks.json",
    ]
    placed = {item.path: item for item in bundle.pieces}
    assert placed["AGENTS.md"].user_path == ".codex/AGENTS.md"
    config = placed[".codex/config.toml"]
    assert config.piece.style == "hash" and config.user_path == ""
    data = tomllib.loads(config.piece.text)
    assert data["mcp_servers"]["s"]["args"] == [".agents/skills/demo/scripts/x.py"]


def test_metadata_for_the_user_interface():
    inside = files(PLATFORM.lower(full(), Kind.SKILL))
    assert yaml.safe_load(inside[".agents/skills/demo/agents/openai.yaml"].data) == {
        "interface": {"display_name": "Demo Skill", "short_description": "Does. More."}
    }
    assert yaml.safe_load(inside[".agents/skills/demo-review/agents/openai.yaml"].data) == {
        "policy": {"allow_implicit_invocation": False}
    }
    plain = full(title=Text(), rules=(), commands=(), agents=(), mcp_servers=(), hooks=())
    assert len(PLATFORM.lower(plain, Kind.SKILL).pieces) == 2


def test_a_skill_that_waits_for_its_name_says_so_in_codex_own_way():
    view = full(extra={"disable-model-invocation": True}, overrides={"codex": {"policy": {"x": 1}}})
    inside = files(PLATFORM.lower(view, Kind.SKILL))
    values = yaml.safe_load(inside[".agents/skills/demo/agents/openai.yaml"].data)
    assert values["policy"] == {"allow_implicit_invocation": False, "x": 1}


def test_agents_are_toml():
    inside = files(PLATFORM.lower(full(), Kind.SKILL))
    assert tomllib.loads(inside[".codex/agents/helper.toml"].data.decode()) == {
        "name": "helper",
        "description": "Helps.",
        "sandbox_mode": "read-only",
        "developer_instructions": 'Say """hi""" \\ there.\n',
    }


def test_instructions_beyond_the_chain_are_refused_with_the_figure():
    view = full(rules=(Rule("long", Text(), Text("x" * 40_000), always=True),))
    found = PLATFORM.lower(view, Kind.SKILL).diagnostics
    # One block of this size moves whole into a file, and a pointer stays.
    assert [item.code.id for item in found] == ["PS501"]
    many = tuple(Rule(f"r{n}", Text(), Text(f"{n} " + "字" * 3000), always=True) for n in range(5))
    (large,) = PLATFORM.lower(full(rules=many), Kind.SKILL).diagnostics
    assert large.code.id == "PS503" and "32768" in large.message()


def test_a_plugin():
    view = full(triggers=(Trigger(Text("do the demo", "做示例"), "front-matter"),))
    package = PLATFORM.package(view, "demo")
    inside = files(package.bundle)
    values = json.loads(inside[".codex-plugin/plugin.json"].data)
    assert values["interface"]["defaultPrompt"] == ["do the demo"]
    assert values["mcpServers"] == "./.mcp.json" and values["skills"] == "./skills/"
    assert "skills/demo-style/SKILL.md" in inside and "skills/demo-review/SKILL.md" in inside
    assert {"agents", "hooks"} <= {loss.construct for loss in package.bundle.losses}
    (placed,) = PLATFORM.marketplace("m", [package.entry]).pieces
    assert placed.path == ".agents/plugins/marketplace.json"
    assert json.loads(placed.piece.data)["plugins"][0] == {
        "name": "demo",
        "source": {"source": "local", "path": "./plugins/demo"},
        "policy": {"installation": "AVAILABLE", "authentication": "ON_INSTALL"},
        "category": "Productivity",
    }


def test_a_plugins_servers_have_codex_own_keys_and_run_in_the_plugins_folder():
    # `${…}` is replaced nowhere, and `headers` are read by nobody (run with codex mcp list).
    servers = (
        McpServer("own", "stdio", "python", ("${PLUGIN_ROOT}/scripts/x.py",),
                  env={"KEY": "${KEY}", "LEVEL": "3"}),
        McpServer("moved", "stdio", "./scripts/x.py", cwd="data"),
        McpServer("npx", "stdio", "npx", ("-y", "it"), cwd="data"),
        McpServer("far", "streamable-http", url="https://x.test/mcp",
                  headers={"Authorization": "Bearer ${KEY}", "X-A": "b", "X-K": "${KEY}"}),
    )  # fmt: skip
    package = PLATFORM.package(full(mcp_servers=servers), "demo")
    assert json.loads(files(package.bundle)[".mcp.json"].data)["mcpServers"] == {
        "own": {
            "command": "python",
            "args": ["./skills/demo/scripts/x.py"],
            "env": {"LEVEL": "3"},
            "env_vars": ["KEY"],
            "cwd": ".",
        },
        "moved": {"command": "./skills/demo/scripts/x.py", "cwd": "."},
        "npx": {"command": "npx", "args": ["-y", "it"], "cwd": "data"},
        "far": {
            "url": "https://x.test/mcp",
            "bearer_token_env_var": "KEY",
            "http_headers": {"X-A": "b"},
            "env_http_headers": {"X-K": "KEY"},
        },
    }
    lost = [loss.detail for loss in package.bundle.losses if loss.construct == "mcp"]
    assert lost == ["`moved`: the working folder `data` gives way to the plugin's"]


@pytest.mark.parametrize("lang", [Lang.EN, Lang.ZH, Lang.BILINGUAL])
def test_a_prompt_is_made_up_in_the_views_language(lang):
    package = PLATFORM.package(full(lang), "demo")
    values = json.loads(files(package.bundle)[".codex-plugin/plugin.json"].data)
    (prompt,) = values["interface"]["defaultPrompt"]
    assert "$demo" in prompt and ("任务" in prompt) is (lang is not Lang.EN)
