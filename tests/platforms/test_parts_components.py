import json
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyskill.compiler.localized import Lang, Text
from polyskill.compiler.model import (
    Agent,
    Command,
    Dialect,
    Hook,
    Kind,
    Manifest,
    McpServer,
    Resource,
    Rule,
    Skill,
)
from polyskill.compiler.view import View
from polyskill.platforms.base import Bundle, Host, Loss, ManagedBlock, Tokens
from polyskill.platforms.parts import (
    commands,
    hooks,
    losses,
    manifest,
    mcp,
    overrides,
    rules,
    subagents,
    toml,
    tools,
)
from polyskill.platforms.parts.bundle import join, piece

RUN = Resource("scripts/server.py", b"x")


def make(lang=Lang.EN, **fields) -> View:
    body = fields.pop("body", "# Demo\n\nDo it.\n")
    skill = Skill(
        fields.pop("name", "demo"), Dialect.CANONICAL, "demo", Text("Does.", "做。"), **fields
    )
    return View(skill, lang, "x", "Demo", skill.description.pick(lang), body, skill.resources)


@pytest.mark.parametrize(
    ("command", "kind", "made"),
    [
        ("review", Kind.SKILL, "demo-review"),
        ("demo-review", Kind.SKILL, "demo-review"),
        ("demo", Kind.SKILL, "demo-command"),
        ("demo", Kind.COMMAND, "demo"),
        ("Git_Commit", Kind.BUNDLE, "demo-git-commit"),
    ],
)
def test_command_names(command, kind, made):
    view = make(kind=kind)
    assert commands.command_name(view, Command(command, Text(), Text())) == made


def test_a_command_that_stands_alone_is_its_own_command():
    view = make(kind=Kind.COMMAND, extra={"syntax": "gemini", "model": "m", "other": 1})
    (command,) = commands.commands_of(view)
    assert (command.syntax, command.model, command.extra) == ("gemini", "m", {"other": 1})
    assert commands.commands_of(make()) == ()


def test_a_command_file_in_a_hosts_notation():
    command = Command(
        "go", Text("Goes.", "走。"), Text("Do $1 in references/x.md, !`date`"), syntax="canonical"
    )
    view = make(commands=(command,), resources=(Resource("references/x.md", b""),))
    host = Host(arguments="zero-based")
    data, lost = commands.command_file(
        view, command, host, base=".c/skills/demo", keys={"model": "opus"}, shell=True
    )
    assert data.decode() == (
        '---\ndescription: "Goes."\nmodel: "opus"\n---\n\n'
        "Do $0 in .c/skills/demo/references/x.md, !`date`"
    )
    assert lost == ()
    data, lost = commands.command_file(view, command, host, base="b")
    assert data.endswith(b"(run `date`)") and [loss.construct for loss in lost] == ["shell"]


def test_gemini_actions_become_the_canonical_ones():
    command = Command("go", Text("G"), Text("{{args}} !{ls -l} @{a.md}"), syntax="gemini")
    text, lost = commands.command_text(
        make(), command, Host(arguments="one-based"), base="b", shell=True, files=True
    )
    assert text == "$ARGUMENTS !`ls -l` @a.md" and lost == ()


def test_a_command_as_a_skill_says_that_it_waits_for_its_name():
    command = Command("go", Text("Goes.", "走。"), Text("Do $ARGUMENTS"), argument_hint="[x]",
                      allowed_tools=("Read",))  # fmt: skip
    bundle = commands.command_skill(
        make(Lang.ZH), command, "s", Host(arguments="appended"), base="s/demo"
    )
    text = bundle.pieces[0].piece.data.decode()
    assert 'description: "仅在用户点名要求 `demo-go` 时使用。走。"' in text
    assert "Do 命令之后的文字" in text
    assert any("allowed-tools" in loss.detail for loss in bundle.losses)
    hidden = commands.command_skill(
        make(), command, "s", Host(arguments="appended"), base="", listed=False
    )
    assert b'description: "Goes."' in hidden.pieces[0].piece.data and hidden.tokens.always == 0


def test_agents_of_each_form():
    helper = Agent("helper", Text("Helps."), Text("Help."))
    view = make(agents=(helper,), allowed_tools=("Read",), extra={"model": "opus", "color": "red"})
    assert subagents.agents_of(view, Kind.SKILL) == (helper,)
    main, other = subagents.agents_of(view, Kind.AGENT)
    assert (main.name, main.tools, main.model, main.extra) == (
        "demo", ("Read",), "opus", {"color": "red"}
    )  # fmt: skip
    assert other is helper
    alone = make(kind=Kind.AGENT, agents=(Agent("demo", Text(), Text("x")),))
    assert subagents.agents_of(alone, Kind.SKILL) == ()
    assert subagents.agents_of(alone, Kind.AGENT) == alone.skill.agents


def test_tools_have_other_names_elsewhere():
    names, lost = tools.translate(
        ["Read", "Edit", "Write", "Bash(git:*)", "Frobnicate"], "opencode"
    )
    assert names == ("read", "edit", "bash", "Frobnicate")
    assert [loss.detail.split("`")[1] for loss in lost] == ["Bash(git:*)", "Frobnicate"]
    assert tools.translate(["Bash(git:*)"], "claude") == (("Bash(git:*)",), ())
    assert tools.translate(["WebFetch", "Task", "mcp__a__b"], "kimi")[0] == (
        "FetchURL",
        "Agent",
        "mcp__a__b",
    )
    assert tools.translate(["mcp__a__b", "mcp__c"], "opencode")[0] == ("a_b", "c_*")
    assert tools.translate(["read_file"], "claude")[0] == ("Read",)


@pytest.mark.parametrize(
    ("names", "does"),
    [((), True), (("Read", "Grep"), False), (("read", "shell"), True), (("mcp__x__y",), True)],
)
def test_which_tools_write(names, does):
    assert tools.writes(names) is does


@pytest.mark.parametrize(
    ("model", "host", "made", "lost"),
    [
        ("", "claude", "", False),
        ("opus", "claude", "opus", False),
        ("anthropic/claude-opus-5-5", "claude", "claude-opus-5-5", False),
        ("gpt-6", "claude", "", True),
        ("opus", "opencode", "", True),
        ("anthropic/claude-x", "opencode", "anthropic/claude-x", False),
        ("claude-x", "opencode", "", True),
        ("gpt-6", "codex", "gpt-6", False),
        ("inherit", "cursor", "inherit", False),
        ("inherit", "codex", "", False),
    ],
)
def test_models(model, host, made, lost):
    name, found = losses.model_for(model, host)
    assert (name, bool(found)) == (made, lost)


STDIO = McpServer(
    "local",
    "stdio",
    "python",
    ("${CLAUDE_PLUGIN_ROOT}/scripts/server.py", "--key=${KEY:-none}"),
    {"KEY": "${KEY}", "MODE": "x"},
    cwd="./",
    extra={"timeout": 5},
)
REMOTE = McpServer(
    "remote",
    "streamable-http",
    url="https://example.com/mcp",
    headers={"Authorization": "Bearer ${TOKEN}", "X-Key": "${env:XKEY}", "X-Plain": "1"},
)
SSE = McpServer("old", "sse", url="http://example.com/sse")


def mcp_view() -> View:
    return make(mcp_servers=(STDIO, REMOTE, SSE), resources=(RUN,))


def test_servers_for_claude():
    made, lost = mcp.servers(mcp_view(), "claude", root=".c/demo")
    assert made["local"] == {
        "type": "stdio",
        "command": "python",
        "args": [".c/demo/scripts/server.py", "--key=${KEY:-none}"],
        "env": {"KEY": "${KEY}", "MODE": "x"},
        "cwd": "./",
        "timeout": 5,
    }
    assert made["remote"]["type"] == "http" and made["old"]["type"] == "sse" and lost == ()
    assert made["remote"]["headers"]["X-Key"] == "${XKEY}"


def test_servers_for_the_others():
    view = mcp_view()
    made, lost = mcp.servers(view, "cursor", root="${workspaceFolder}/.cursor/skills/demo")
    assert made["local"]["env"]["KEY"] == "${env:KEY}" and lost
    assert made["local"]["args"][0].startswith("${workspaceFolder}/.cursor/skills/demo/scripts/")
    assert mcp.uses_root(view, ".cursor/skills/demo", made)
    made, _ = mcp.servers(view, "opencode", root="r")
    assert made["local"]["command"][0] == "python" and made["local"]["timeout"] == 5
    assert made["local"]["environment"]["KEY"] == "{env:KEY}" and made["local"]["enabled"] is True
    assert made["remote"]["type"] == "remote"
    made, lost = mcp.servers(view, "kimi", root="r")
    assert made["remote"]["bearerTokenEnvVar"] == "TOKEN" and made["old"]["transport"] == "sse"
    assert "Authorization" not in made["remote"]["headers"] and lost
    made, _ = mcp.servers(view, "openclaw", root="r")
    assert made["remote"]["transport"] == "streamable-http"


def test_agent_plugins_leave_out_what_they_forbid():
    view = make(
        mcp_servers=(
            STDIO,
            SSE,
            McpServer("two", "stdio", "node server.js"),
            McpServer("near", "streamable-http", url="http://localhost:1/mcp"),
        ),
        resources=(RUN,),
    )
    made, lost = mcp.servers(view, "agent-plugins", root="${PLUGIN_ROOT}/skills/demo")
    assert set(made) == {"local", "near"}
    assert made["local"]["env"] == {"MODE": "x"}
    assert made["local"]["args"][0] == "${PLUGIN_ROOT}/skills/demo/scripts/server.py"
    assert sum("left out" in loss.detail for loss in lost) >= 3


def test_servers_for_codex_are_toml():
    text, lost = mcp.codex_toml(mcp_view(), root="r")
    data = tomllib.loads(text)["mcp_servers"]
    assert data["local"]["env_vars"] == ["KEY"] and data["local"]["env"] == {"MODE": "x"}
    assert data["remote"] == {
        "url": "https://example.com/mcp",
        "bearer_token_env_var": "TOKEN",
        "http_headers": {"X-Plain": "1"},
        "env_http_headers": {"X-Key": "XKEY"},
    }
    assert "old" not in data and any("SSE" in loss.detail for loss in lost)


@given(st.text(max_size=60))
def test_toml_strings_read_back(text):
    expected = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    assert tomllib.loads(f"a = {toml.string(text)}\n")["a"] == expected
    # A TOML reader turns CR LF in a block into LF; ours is written escaped.
    assert tomllib.loads(f"a = {toml.block_string(text)}\n")["a"] == expected
    assert tomllib.loads(toml.table(("x", text), {text: [1, True, {"k": text}]})) == {
        "x": {expected: {expected: [1, True, {"k": expected}]}}
    }


def test_hooks_of_one_host_only():
    data = {"hooks": {"Stop": [{"hooks": [{"command": "${CLAUDE_PLUGIN_ROOT}/scripts/server.py"}]}],
                      "Bad": 1}}  # fmt: skip
    view = make(
        hooks=(Hook("claude", "hooks/hooks.json", data), Hook("cursor", "c.json", {})),
        resources=(RUN,),
    )
    events, lost = hooks.hooks_for(view, "claude", "${CLAUDE_PROJECT_DIR}/.c/demo")
    assert events == {
        "Stop": [{"hooks": [{"command": "${CLAUDE_PROJECT_DIR}/.c/demo/scripts/server.py"}]}]
    }
    assert sorted(loss.path for loss in lost) == ["c.json", "hooks/hooks.json"]
    assert json.dumps(data) == json.dumps(view.skill.hooks[0].data)


def test_rules_of_each_form():
    always = Rule("style", Text("Style.", "风格。"), Text("Be short.", "要短。"), always=True)
    some = Rule("py", Text("Py."), Text("Use types."), globs=("*.py",))
    view = make(Lang.ZH, rules=(always, some))
    assert [rule.body for rule in rules.rules_of(view, Kind.SKILL)] == ["要短。", "Use types."]
    main, *_ = rules.rules_of(view, Kind.RULES)
    assert main.always and main.body == view.body
    (alone,) = rules.rules_of(make(kind=Kind.RULES), Kind.RULES)
    assert alone.on_request
    (scoped,) = rules.rules_of(make(globs=("a/**",)), Kind.RULES)
    assert scoped.globs == ("a/**",) and not scoped.always


def test_instructions_name_the_skill_and_keep_their_limit():
    rule = rules.RuleText("style", "", "See @docs/x.md", always=True)
    some = rules.RuleText("py", "", "Use types.", globs=("*.py", "*.pyi"))
    bundle = rules.instructions(make(), [rule, some], "AGENTS.md", limit=1000)
    block = bundle.pieces[0].piece
    assert isinstance(block, ManagedBlock)
    assert block.text == (
        "## Demo\n\nSee `@docs/x.md`\n\n"
        "When you work on files that match `*.py`, `*.pyi`:\n\nUse types."
    )
    assert [loss.construct for loss in bundle.losses] == ["globs"]
    large = rules.instructions(make(), [rule], "AGENTS.md", limit=10)
    assert large.diagnostics[0].code.id == "PS503" and "10" in large.diagnostics[0].message()
    assert rules.instructions(make(), [], "AGENTS.md") == Bundle()


def test_a_long_rule_is_split_below_the_base():
    body = "# T\n\n" + "".join(f"## S{n}\n\n{'w ' * 3000}\n\n" for n in range(6))
    found, moved = rules.prepared(
        make(body=body), Kind.RULES, Host(), "x", ".agents/resources/demo"
    )
    assert moved.pieces and moved.diagnostics[0].code.id == "PS501"
    for placed in moved.pieces:
        assert placed.path.startswith(".agents/resources/demo/references/")
        assert placed.path in found[0].body


def test_a_rule_as_a_skill():
    rule = rules.RuleText("demo", "When naming.", "Names.", globs=("*.py",))
    bundle = rules.as_skill(make(license="MIT"), rule, "s")
    assert bundle.pieces[0].path == "s/demo-rules/SKILL.md"
    assert b"files that match `*.py`" in bundle.pieces[0].piece.data
    assert bundle.losses[0].construct == "rules"


def test_what_manifests_need_is_found_or_made_up_and_reported():
    view = make(
        metadata={"version": "1.2.3", "author": "Ann <ann@example.org> (https://example.org)"},
        extra={"homepage": "http://insecure.example", "tags": ["a", "b", "a"]},
        license="MIT",
    )
    info = manifest.info(view, "demo-zh")
    assert (info.name, info.version, info.homepage) == ("demo-zh", "1.2.3", "")
    assert info.author == manifest.Author("Ann", "ann@example.org", "https://example.org")
    assert info.author.mapping(url=False) == {"name": "Ann", "email": "ann@example.org"}
    assert info.keywords == ("a", "b") and info.losses == ()
    bare = manifest.info(make(metadata={"version": "1.0"}), "demo")
    assert bare.version == "0.0.0" and [loss.construct for loss in bare.losses] == [
        "version",
        "author",
    ]
    data = {"author": {"name": "Bo"}, "repository": {"url": "https://x.org/r"}, "version": "2.0.0"}
    own = manifest.info(make(manifests=(Manifest("claude", "plugin", "p", data),)), "demo")
    assert (own.author.name, own.repository, own.version) == ("Bo", "https://x.org/r", "2.0.0")


@pytest.mark.parametrize("lang", [Lang.EN, Lang.ZH, Lang.BILINGUAL])
def test_a_readme_has_forty_words_in_every_language(lang):
    view = make(lang, extra={"attribution": "Based on the work of Ann"})
    text = manifest.readme(view, manifest.info(view, "demo"), [("demo", "")]).decode()
    assert len([word for word in text.split() if word.isascii()]) >= 40
    assert "Based on the work of Ann" in text


def test_licences_go_to_the_root():
    view = make(resources=(Resource("LICENSE", b"L", role="license"), Resource("x/LICENSE", b"n")))
    assert [placed.path for placed in manifest.license_files(view)] == ["LICENSE"]


def test_overrides_are_sorted_by_where_they_go():
    view = make(
        overrides={"codex": {"name": "no", "model": "m", "plugin": {"a": 1}, "policy": {"b": 2}}}
    )
    assert overrides.front_matter(view, "codex") == {"model": "m"}
    assert overrides.manifest(view, "codex") == {"a": 1}
    assert overrides.manifest(view, "codex", "policy") == {"b": 2}
    assert overrides.front_matter(view, "claude") == {}


def test_bundles_are_joined_without_repeats():
    one = Bundle((piece("a", b"1"),), (Loss("x", "y"),), Tokens(1, 2))
    both = join(one, Bundle(), one)
    assert both.pieces == one.pieces and both.losses == one.losses
    assert both.tokens == Tokens(2, 4)
    assert join(Bundle(), one) is one
