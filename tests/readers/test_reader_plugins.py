"""Plugins of every host, and marketplaces with every form of source."""

from __future__ import annotations

import pytest

SKILL = "---\nname: knots\ndescription: Ties knots.\n---\n\n# Knots\n"
HITCH = "---\nname: hitch\ndescription: Hitches.\n---\n\n# Hitch\n"
AGENT = "---\nname: tier\ndescription: A tier.\n---\nYou tie.\n"
COMMAND = "---\ndescription: Tie.\nallowed-tools: bash, python_user_visible, read\n---\nTie $1.\n"


@pytest.mark.parametrize(
    ("manifest", "host"),
    [
        (".claude-plugin/plugin.json", "claude"),
        (".cursor-plugin/plugin.json", "cursor"),
        (".codex-plugin/plugin.json", "codex"),
        (".kimi-plugin/plugin.json", "kimi"),
        ("kimi.plugin.json", "kimi"),
        ("plugin.json", "agents"),
        ("gemini-extension.json", "gemini"),
    ],
)
def test_every_manifest_makes_a_plugin(plant, one, manifest, host):
    data = {"name": "ropes", "version": "2.0.0", "license": "MIT", "keywords": ["sea"]}
    skill = one(plant({manifest: data, "skills/knots/SKILL.md": SKILL}))
    assert (skill.dialect, skill.kind, skill.name, skill.plugin) == (
        "plugin",
        "skill",
        "knots",
        "ropes",
    )
    assert skill.license == "MIT"
    assert skill.metadata == {"version": "2.0.0", "tags": "sea"}
    (kept,) = skill.manifests
    assert (kept.host, kept.kind, kept.data) == (host, "plugin", data)


def test_one_skill_gets_what_the_plugin_has(plant, one):
    root = plant(
        {
            ".claude-plugin/plugin.json": {"name": "ropes"},
            "skills/knots/SKILL.md": SKILL,
            "skills/knots/scripts/own.py": "own",
            "skills/knots/reference/both.md": "own",
            "commands/tie_it.md": COMMAND,
            "agents/tier.md": AGENT,
            "scripts/shared.py": "shared",
            "reference/both.md": "shared",
            "templates/a.yaml": "a: 1",
            "hooks/hooks.json": {"hooks": {}},
            "hooks/run.sh": "echo",
            ".mcp.json": {"mcpServers": {"rope": {"url": "https://rope.example/mcp"}}},
            "README.md": "# Ropes",
            "LICENSE": "MIT",
        }
    )
    skill = one(root)
    assert skill.path == str(root)
    (command,) = skill.commands
    assert (command.name, command.allowed_tools) == (
        "tie_it",
        ("bash", "python_user_visible", "read"),
    )
    assert [agent.name for agent in skill.agents] == ["tier"]
    assert [(server.type, server.url) for server in skill.mcp_servers] == [
        ("streamable-http", "https://rope.example/mcp")
    ]
    assert {one.path: (one.data, one.role, one.origin) for one in skill.resources} == {
        "scripts/own.py": (b"own", "scripts", "skills/knots/scripts/own.py"),
        "reference/both.md": (b"own", "references", "skills/knots/reference/both.md"),
        ".claude-plugin/plugin.json": (b'{"name": "ropes"}', "component", ""),
        ".mcp.json": (skill.resource(".mcp.json").data, "component", ""),
        "LICENSE": (b"MIT", "license", ""),
        "README.md": (b"# Ropes", "component", ""),
        "agents/tier.md": (AGENT.encode(), "component", ""),
        "commands/tie_it.md": (COMMAND.encode(), "component", ""),
        "hooks/hooks.json": (b'{"hooks": {}}', "component", ""),
        "hooks/run.sh": (b"echo", "component", ""),
        "scripts/shared.py": (b"shared", "scripts", ""),
        "templates/a.yaml": (b"a: 1", "templates", ""),
    }
    assert [finding.code.id for finding in skill.diagnostics] == ["PS099"]


def test_flat_skills_and_several_of_them(plant, read_all):
    root = plant(
        {
            ".claude-plugin/plugin.json": {"name": "ropes", "description": "All about ropes."},
            "skills/researcher.md": SKILL,
            "skills/hitch/SKILL.md": HITCH,
            "skills/hitch/SKILL.zh.md": "---\ndescription: 系绳。\n---\n# 系绳\n",
            "skills/README.md": "no skill",
            "commands/tie.md": COMMAND,
            "commands/sub/tie.toml": 'description = "Tie."\nprompt = "Tie {{args}}"\n',
            "rules/a.mdc": "---\nalwaysApply: true\n---\nTie well.\n",
        }
    )
    skills, codes = read_all(root)
    assert [(skill.name, skill.kind) for skill in skills] == [
        ("hitch", "skill"),
        ("knots", "skill"),
        ("ropes", "bundle"),
    ]
    hitch, flat, bundle = skills
    assert flat.path == str(root / "skills/researcher.md")
    assert hitch.description.zh == "系绳。"
    assert [(command.name, command.syntax) for command in bundle.commands] == [
        ("tie", "canonical"),
        ("sub-tie", "gemini"),
    ]
    assert bundle.rules[0].always
    assert bundle.description.en == "All about ropes."
    assert codes.count("PS095") == 1


def test_a_skill_inside_a_plugins_skill_is_a_resource(plant, result_of):
    root = plant(
        {
            ".claude-plugin/plugin.json": {"name": "ropes"},
            "skills/knots/SKILL.md": SKILL,
            "skills/knots/templates/inner/SKILL.md": HITCH,
            "skills/group/deep/SKILL.md": HITCH,
            "plugins/other/.claude-plugin/plugin.json": {"name": "other"},
        }
    )
    skills = {skill.name: skill for skill in result_of(root).skills}
    assert sorted(skills) == ["hitch", "knots"]
    assert skills["hitch"].path.endswith("skills/group/deep")
    assert skills["knots"].resource("templates/inner/SKILL.md") is not None


def test_a_bundle_does_not_take_the_name_of_a_skill(plant, read_all):
    root = plant(
        {
            ".claude-plugin/plugin.json": {"name": "knots"},
            "skills/knots/SKILL.md": SKILL,
            "skills/hitch/SKILL.md": HITCH,
            "commands/tie.md": COMMAND,
        }
    )
    skills, _ = read_all(root)
    assert [skill.name for skill in skills] == ["hitch", "knots", "knots-plugin"]


def test_manifest_paths_are_followed_and_checked(plant, one, read_all):
    manifest = {
        "name": "ropes",
        "skills": ["./extra/", "./missing"],
        "commands": ["./more/tie.md", "../out.md", "/etc/passwd"],
        "mcpServers": "./servers.json",
        "hooks": "./my-hooks.json",
    }
    root = plant(
        {
            "p/.claude-plugin/plugin.json": manifest,
            "p/extra/knots/SKILL.md": SKILL,
            "p/more/tie.md": COMMAND,
            "p/servers.json": {"mcpServers": {"rope": {"command": "rope"}}},
            "p/my-hooks.json": {"version": 1, "hooks": {}},
            "out.md": COMMAND,
        }
    )
    skill = one(root / "p")
    assert [command.name for command in skill.commands] == ["tie"]
    assert [server.name for server in skill.mcp_servers] == ["rope"]
    assert [hook.host for hook in skill.hooks] == ["cursor"]
    codes = [finding.code.id for finding in skill.diagnostics]
    assert codes.count("PS090") == 2
    assert "PS097" in codes


def test_inline_servers_hooks_and_bad_ones(plant, one):
    manifest = {
        "name": "ropes",
        "mcpServers": {"a": {"command": ["run", "-x"]}, "b": {"type": "odd"}, "c": 3},
        "hooks": {"SessionStart": []},
    }
    skill = one(plant({".claude-plugin/plugin.json": manifest, "skills/knots/SKILL.md": SKILL}))
    assert [(server.command, server.args) for server in skill.mcp_servers] == [("run", ("-x",))]
    assert skill.hooks[0].data == {"SessionStart": []}
    assert [finding.code.id for finding in skill.diagnostics] == ["PS088", "PS088"]


def test_a_gemini_extension_has_its_context_as_a_rule(plant, one):
    root = plant(
        {
            "gemini-extension.json": {"name": "ropes", "contextFileName": "ROPES.md"},
            "ROPES.md": "Always tie.\n",
            "commands/tie.toml": 'prompt = "Tie {{args}}"\n',
        }
    )
    bundle = one(root)
    (rule,) = bundle.rules
    assert (rule.name, rule.always, rule.body.en) == ("ropes", True, "Always tie.\n")
    assert bundle.commands[0].body.en == "Tie {{args}}\n"


def test_a_root_skill_beside_a_manifest(plant, one):
    root = plant(
        {
            ".claude-plugin/plugin.json": {"name": "ropes", "skills": ["./"]},
            "SKILL.md": SKILL,
            "references/a.md": "a",
        }
    )
    skill = one(root)
    assert (skill.dialect, skill.name) == ("plugin", "knots")
    assert [one.path for one in skill.resources if one.role != "component"] == ["references/a.md"]


def test_a_broken_manifest_is_reported_at_its_line(plant, one):
    root = plant(
        {".claude-plugin/plugin.json": '{\n  "name": "ropes",\n}', "skills/knots/SKILL.md": SKILL}
    )
    skill = one(root)
    (finding,) = skill.diagnostics
    assert (finding.code.id, finding.line) == ("PS087", 3)
    assert finding.path.endswith("plugin.json")


def test_marketplace_sources_of_every_form(plant, read_all):
    market = {
        "name": "harbour",
        "owner": {"name": "A"},
        "plugins": [
            {"name": "a", "source": "./plugins/a"},
            {"name": "b", "source": "plugins/b"},
            {"name": "c", "source": {"source": "local", "path": "./plugins/c"}},
            {"name": "d", "source": {"source": "github", "repo": "x/d"}},
            {"name": "e", "source": {"source": "url", "url": "https://x.example/e.git"}},
            {"name": "f", "source": {"source": "git-subdir", "url": "https://x", "path": "p"}},
            {"name": "g", "source": {"source": "npm", "package": "g"}},
            {"name": "h", "source": "https://x.example/h"},
            {"name": "i", "source": "../outside"},
            {"name": "j", "source": "/etc"},
            {"name": "k", "source": "./plugins/none"},
            {"name": "l"},
            "m",
        ],
    }
    files = {
        f"repo/plugins/{name}/skills/{name}-skill/SKILL.md": SKILL.replace("knots", f"{name}-skill")
        for name in "abc"
    }
    root = plant(
        {"repo/.claude-plugin/marketplace.json": market, "outside/SKILL.md": SKILL, **files}
    )
    skills, codes = read_all(root / "repo")
    assert [skill.name for skill in skills] == ["a-skill", "b-skill", "c-skill"]
    assert {skill.plugin for skill in skills} == {"a", "b", "c"}
    assert [manifest.kind for skill in skills for manifest in skill.manifests] == [
        "marketplace"
    ] * 3
    assert sorted(codes) == ["PS088", "PS088", "PS089", "PS090", "PS090", "PS097"]


def test_remote_plugins_are_named_in_one_finding(plant, result_of):
    plugins = [{"name": f"p{n}", "source": {"source": "github", "repo": "x/y"}} for n in range(30)]
    root = plant({".claude-plugin/marketplace.json": {"name": "harbour", "plugins": plugins}})
    (finding,) = result_of(root).diagnostics
    assert finding.severity == "info"
    assert finding.args["count"] == 30
    assert "`harbour`" in finding.message() and "p19" in finding.message()
    assert "p20" not in finding.message()


def test_a_marketplace_carves_plugins_out_of_one_folder(plant, read_all):
    market = {
        "name": "harbour",
        "plugins": [
            {"name": "one", "source": "./", "strict": False, "skills": ["./skills/knots"]},
            {
                "name": "two",
                "source": "./",
                "strict": False,
                "skills": ["./skills/hitch", "./skills/gone"],
                "commands": ["./commands/tie.md"],
            },
        ],
    }
    root = plant(
        {
            ".claude-plugin/marketplace.json": market,
            "skills/knots/SKILL.md": SKILL,
            "skills/hitch/SKILL.md": HITCH,
            "skills/free/SKILL.md": SKILL.replace("knots", "free"),
            "commands/tie.md": COMMAND,
            "commands/other.md": COMMAND,
            "src/big.txt": "not for any skill",
        }
    )
    skills, codes = read_all(root)
    by_name = {skill.name: skill for skill in skills}
    assert {name: skill.plugin for name, skill in by_name.items()} == {
        "knots": "one",
        "hitch": "two",
        "free": "",
        "tie": "",
        "other": "",
    }
    assert by_name["knots"].resources == ()
    assert [command.name for command in by_name["hitch"].commands] == ["tie"]
    assert codes == ["PS097"]


def test_a_plugin_and_its_marketplace_in_one_folder(plant, one):
    root = plant(
        {
            ".claude-plugin/plugin.json": {"name": "ropes", "version": "1.0.0"},
            ".claude-plugin/marketplace.json": {
                "name": "harbour",
                "plugins": [{"name": "ropes_all", "source": "./", "category": "sea"}],
            },
            "skills/researcher.md": SKILL,
            "reference/a.md": "a",
        }
    )
    skill = one(root)
    assert (skill.plugin, skill.metadata) == ("ropes", {"version": "1.0.0", "category": "sea"})
    assert [manifest.kind for manifest in skill.manifests] == ["plugin", "marketplace"]
    assert skill.resource("reference/a.md") is not None


def test_a_plugin_root_in_the_marketplace_is_a_prefix(plant, one):
    market = {
        "name": "harbour",
        "metadata": {"pluginRoot": "./packs"},
        "plugins": [{"name": "a", "source": "a"}],
    }
    root = plant(
        {".cursor-plugin/marketplace.json": market, "packs/a/skills/knots/SKILL.md": SKILL}
    )
    assert one(root).plugin == "a"
