"""Writing: into the canonical form, where nothing changes any more, and back byte for byte."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from polyskill.compiler.localized import Lang
from polyskill.compiler.model import Skill
from polyskill.compiler.readers import discover, read
from polyskill.compiler.select import select
from polyskill.compiler.source import Source
from polyskill.compiler.write import CanonicalFolder, to_canonical, write_back

EXPERT = """\
---
name: rope-expert
display_name: Rope Expert / 绳索专家
author: A. Sailor
version: 2.0.0
tags: [rope, sea]
platforms: [claude, cursor]
description: Knows ropes.
---

# Rope Expert / 绳索专家

> **Version 2.0.0** | **Last Updated: 2026-01-01**

You know every rope there is.

<!-- 你认识所有的绳子。 -->

## 1. Work / 工作流程

Look at the rope first.

<!-- 先看绳子。 -->

## 2. 平台配置 / Platform Configuration

### 2.1 Claude Code

```bash
cat > CLAUDE.md << 'EOF'
Always look at the rope before a knot is chosen.
EOF
```

### 2.2 Cursor

```bash
curl https://ropes.example/rope-expert.md >> .cursorrules
```

## 3. Quality / 质量

- [ ] The rope is whole.

**Test Cases:**

**Test 1: Bowline**
- Input: "How do I tie a bowline?"
- Expected: names the loop; names the tail

**Test 2: Hitch**
- Input: "How do I tie a hitch?"
- Expected: names the post

## 4. Version History / 版本历史

| Version | Changes |
|---|---|
| 2.0.0 | all new |

## 5. License / 许可证

MIT, with a mention of the sailor.
"""


def reread(folder: CanonicalFolder, place: Path) -> Skill:
    """Write a canonical folder out and read it in again."""
    shutil.rmtree(place, ignore_errors=True)
    for name, data in folder.files.items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        path.chmod(0o755 if name in folder.executables else 0o644)
    (candidate,) = discover(place)
    (skill,) = read(candidate).skills
    return skill


def settled(skill: Skill, tmp: Path) -> tuple[CanonicalFolder, Skill]:
    """Return the canonical form of a skill, once it is proved that it is its own."""
    first = to_canonical(skill)
    again = reread(first, tmp / skill.name)
    second = to_canonical(again)
    assert dict(second.files) == dict(first.files)
    assert second.executables == first.executables
    assert second.dropped == ()
    return first, again


def front(folder: CanonicalFolder, name: str = "SKILL.md"):
    return yaml.safe_load(folder.files[name].decode().split("---\n")[1])


def test_an_expert_skill_is_taken_apart(plant, one, tmp_path):
    skill = one(plant({"rope-expert.md": EXPERT}))
    folder, again = settled(skill, tmp_path)
    assert sorted(folder.files) == [
        "CHANGELOG.md",
        "NOTICE.md",
        "SKILL.md",
        "SKILL.zh.md",
        "evals/cases.yaml",
    ]
    english, chinese = (folder.files[name].decode() for name in ("SKILL.md", "SKILL.zh.md"))
    assert front(folder) == {
        "name": "rope-expert",
        "description": "Knows ropes.",
        "license": "MIT, with a mention of the sailor.",
        "metadata": {
            "title": "Rope Expert",
            "version": "2.0.0",
            "author": "A. Sailor",
            "tags": "rope, sea",
            "platforms": "claude, cursor",
        },
    }
    assert front(folder, "SKILL.zh.md") == {"metadata": {"title": "绳索专家"}}
    assert "You know every rope there is.\n" in english and "你认识" not in english
    assert "你认识所有的绳子。\n" in chinese and "You know" not in chinese
    for text in (english, chinese):
        assert "- [ ] The rope is whole.\n" in text
        assert "Test" not in text and "names the loop" not in text
        assert "all new" not in text and "## 5" not in text and "curl" not in text
        assert "Last Updated" not in text
    assert "all new" in folder.files["CHANGELOG.md"].decode()
    assert "mention of the sailor" in folder.files["NOTICE.md"].decode()
    assert [len(case.criteria) for case in again.tests] == [2, 1]
    assert again.content.tests == ()
    lines = skill.main.source.text.split("\n")
    dropped = {(lost.construct, lines[lost.line - 1]) for lost in folder.dropped}
    assert dropped == {
        ("banner", "> **Version 2.0.0** | **Last Updated: 2026-01-01**"),
        ("install", "### 2.2 Cursor"),
    }
    assert all(lost.location == f"{skill.path}:{lost.line}" for lost in folder.dropped)


def test_what_is_for_one_platform_stays_under_a_directive(plant, one, tmp_path):
    folder, again = settled(one(plant({"rope-expert.md": EXPERT})), tmp_path)
    text = folder.files["SKILL.md"].decode()
    assert "<!-- polyskill: only=claude -->\n\n## 2. Platform Configuration" in text
    for lang in (Lang.EN, Lang.ZH):
        assert "before a knot is chosen" in select(again, lang, "claude").body
        assert "before a knot is chosen" not in select(again, lang, "cursor").body


def test_an_agent_skill_keeps_its_text_and_files(plant, one, tmp_path):
    text = """\
---
name: knots
description: Ties knots.
version: 1.10
tags: [rope, sea]
user-invocable: false
platforms: [linux]
kind: local
metadata: {"clawdbot": {"requires": {"bins": ["rope"]}}}
---


# Knots

**Test 1: stays**
- Input: "a"
- Expected: b
"""
    root = plant(
        {
            "knots/SKILL.md": text.replace("\n", "\r\n"),
            "knots/scripts/a.py": "x",
            "knots/rules/style.md": "plain file",
            "knots/evals/evals.json": {
                "skill_name": "knots",
                "evals": [{"id": 1, "prompt": "p", "expected_output": "e", "expectations": ["x"]}],
            },
            "knots/evals/files/in.csv": "1,2",
        }
    )
    (root / "knots/scripts/a.py").chmod(0o755)
    skill = one(root)
    folder, again = settled(skill, tmp_path)
    assert front(folder) == {
        "name": "knots",
        "description": "Ties knots.",
        "metadata": {
            "version": "1.10",
            "tags": "rope, sea",
            "platforms": "linux",
            "kind": "local",
            "dialect": "agent-skill",
        },
        "user-invocable": False,
        "overrides": {"openclaw": {"requires": {"bins": ["rope"]}}},
    }
    assert (
        folder.files["SKILL.md"]
        .decode()
        .endswith('---\n\n# Knots\n\n**Test 1: stays**\n- Input: "a"\n- Expected: b\n')
    )
    assert set(folder.files) == {
        "SKILL.md",
        "evals/cases.yaml",
        "evals/files/in.csv",
        "rules/style.md",
        "scripts/a.py",
    }
    assert folder.executables == {"scripts/a.py"}
    assert again.dialect == "canonical"
    assert again.rules == ()
    assert again.resource("rules/style.md").role == "other"


def test_a_plugin_with_one_skill(plant, one, tmp_path):
    root = plant(
        {
            "ropes/.claude-plugin/plugin.json": {"name": "ropes", "version": "1.0.0", "icon": "x"},
            "ropes/skills/knots.md": "---\nname: knots\ndescription: Ties.\n---\nTie.\n",
            "ropes/commands/tie.md": "---\ndescription: Tie.\n---\nTie $1.\n",
            "ropes/agents/tier.md": "---\nname: tier\ndescription: d\ncolor: red\n---\nYou tie.\n",
            "ropes/hooks/hooks.json": {"hooks": {"Stop": []}},
            "ropes/hooks/run.sh": "echo",
            "ropes/.mcp.json": {"mcpServers": {"rope": {"command": "rope", "timeout": 3}}},
            "ropes/scripts/a.py": "x",
            "ropes/README.md": "# Ropes",
        }
    )
    folder, again = settled(one(root / "ropes"), tmp_path)
    assert front(folder)["kind"] == "skill"
    assert (again.dialect, again.metadata["version"]) == ("canonical", "1.0.0")
    assert set(folder.files) == {
        "SKILL.md",
        "agents/tier.md",
        "commands/tie.md",
        "hooks/hooks.json",
        "hooks/run.sh",
        "mcp.json",
        "scripts/a.py",
    }
    assert again.agents[0].extra == {"color": "red"}
    assert again.mcp_servers[0].extra == {"timeout": 3}
    assert {(lost.construct, lost.detail) for lost in folder.dropped} == {
        ("file", "README.md"),
        ("plugin", "claude: icon"),
    }


def test_other_dialects(plant, read_all, tmp_path):
    root = plant(
        {
            "style.mdc": "---\nglobs: '*.py, *.pyi'\n---\nUse tabs.\n",
            "AGENTS.md": "# House rules\n\nUse tabs.\n",
            "commands/fix.toml": 'description = "修复。"\nprompt = "Fix {{args}}"\n',
            "commands/tie.md": "---\ndescription: Tie.\nargument-hint: '[rope]'\n---\nTie $1.\n",
            "commands/tie.zh.md": "---\ndescription: 打结。\n---\n系好 $1。\n",
            "a.agent.md": "---\ndescription: d\ntools: [Read, Bash]\nmodel: m\n---\nYou tie.\n",
            "lobe/index.json": {
                "config": {"systemRole": "You tie."},
                "meta": {"title": "Tier", "description": "Ties."},
            },
            "lobe/index.zh-CN.json": {
                "config": {"systemRole": "你打结。"},
                "meta": {"title": "系绳人", "description": "打结。"},
            },
            "lobe/index.fr.json": {"config": {"systemRole": "Tu noues."}},
        }
    )
    skills, _ = read_all(root)
    made = {skill.name: settled(skill, tmp_path) for skill in skills}
    folder, again = made["style"]
    assert front(folder)["globs"] == ["*.py", "*.pyi"]
    assert (again.kind, again.globs) == ("rules", ("*.py", "*.pyi"))
    assert front(made["agents-md"][0])["always"] is True
    assert made["fix"][1].extra == {"syntax": "gemini"}
    assert made["fix"][1].description.zh == "修复。"
    assert made["tie"][1].extra == {"argument-hint": "[rope]"}
    assert made["tie"][1].description.zh == "打结。"
    assert made["tie"][0].files["SKILL.zh.md"].decode().endswith("\n\n系好 $1。\n")
    assert made["a"][1].allowed_tools == ("Read", "Bash")
    folder, again = made["lobe"]
    assert again.title.zh == "系绳人"
    assert again.translation.body == "\n# 系绳人\n\n你打结。\n"
    assert [(lost.construct, lost.detail) for lost in folder.dropped] == [("file", "index.fr.json")]


def test_a_bundle_without_text(plant, one, tmp_path):
    root = plant(
        {
            "ropes/.claude-plugin/plugin.json": {"name": "ropes"},
            "ropes/commands/a.md": "A.\n",
            "ropes/commands/b.md": "B.\n",
            "ropes/commands/c/b.md": "CB.\n",
        }
    )
    folder, again = settled(one(root), tmp_path)
    assert front(folder) == {"name": "ropes", "description": "ropes", "kind": "bundle"}
    assert [command.name for command in again.commands] == ["a", "b", "c-b"]


def test_a_chinese_body_that_begins_with_a_rule(plant, one, tmp_path):
    root = plant(
        {
            "knots/SKILL.md": '---\nname: knots\ndescription: "Ties."\n---\n\nTie.\n',
            "knots/SKILL.zh.md": "---\n---\n\n---\n\n系好。\n\n---\n",
        }
    )
    _, again = settled(one(root), tmp_path)
    assert again.translation.body == "\n---\n\n系好。\n\n---\n"


def test_a_file_that_is_no_case_file_is_not_lost(plant, one, tmp_path):
    text = '---\nname: knots\ndescription: "Ties."\n---\n\nTie.\n'
    skill = one(plant({"knots/SKILL.md": text, "knots/evals/cases.yaml": "cases: ]\n"}))
    folder, _ = settled(skill, tmp_path)
    assert folder.files["evals/cases.yaml"] == b"cases: ]\n"


def test_a_replaced_text_is_what_is_written_back(plant, one):
    skill = one(
        plant({"knots/SKILL.md": "---\nname: knots\ndescription: d\n---\nA\n", "knots/x": "x"})
    )
    source = skill.main.source
    edited = replace(
        skill, main=replace(skill.main, source=Source(source.path, source.text + "B\r\n", bom=True))
    )
    assert write_back(edited) == {
        "SKILL.md": b"\xef\xbb\xbf---\nname: knots\ndescription: d\n---\nA\nB\r\n",
        "x": b"x",
    }


def test_plugins_are_written_back_where_their_files_lay(plant, one):
    files = {
        ".claude-plugin/plugin.json": '{"name":   "ropes"}',
        "skills/knots/SKILL.md": "---\nname: knots\ndescription: d\n---\nA\n",
        "skills/knots/SKILL.zh.md": "---\ndescription: 打结\n---\n",
        "skills/knots/references/a.md": "a",
        "references/b.md": "b",
    }
    assert write_back(one(plant(files))) == {
        name: text.encode() for name, text in sorted(files.items())
    }


WORDS = st.sampled_from(
    [
        "knot",
        "绳子",
        "a / 绳",
        '"q"',
        "---",
        "#x",
        "é",
        "\\",
        ": ",
        "|",
        "- [ ] x",
        "<!-- 绳 -->",
        "~",
    ]
)
LINES = st.lists(st.lists(WORDS, min_size=1, max_size=4).map(" ".join), max_size=8).map("\n".join)
PHRASE = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    dialect=st.sampled_from(
        ["expert.md", "knots/SKILL.md", "x.mdc", "commands/x.md", "x.agent.md"]
    ),
    values=st.fixed_dictionaries(
        {"name": PHRASE, "description": PHRASE},
        optional={
            "title": PHRASE,
            "triggers": st.lists(PHRASE, max_size=3),
            "tags": st.lists(PHRASE, max_size=2),
            "allowed-tools": PHRASE,
            "globs": PHRASE,
            "license": PHRASE,
            "odd": st.one_of(PHRASE, st.integers(), st.lists(PHRASE, max_size=2)),
            "metadata": st.dictionaries(PHRASE, PHRASE, max_size=2),
        },
    ),
    body=LINES,
)
def test_the_canonical_form_is_a_fixed_point(tmp_path_factory, dialect, values, body):
    root = tmp_path_factory.mktemp("random")
    path = root / "in" / dialect
    path.parent.mkdir(parents=True)
    head = yaml.safe_dump(values, allow_unicode=True, sort_keys=False)
    path.write_text(f"---\n{head}---\n\n{body}\n", encoding="utf-8")
    found = [skill for one in discover(root / "in") for skill in read(one).skills]
    assert found
    for skill in found:
        settled(skill, root / "out")


FRONT = [
    "name: a\n",
    "description: b\n",
    "description: 打结 / Ties\n",
    "kind: rules\n",
    "kind: command\n",
    "metadata: {openclaw: [1], a: {b: c}}\n",
    "overrides: {claude: {a: 1}}\n",
    "triggers: [a, 绳, 'b / 绳']\n",
    "globs: ['a.{x,y}', b]\n",
    "tools: {a: true}\n",
    "tools: Read, Bash(git a, b)\n",
    "title: X / 标题\n",
    "model: [x]\n",
    "argument-hint: [a]\n",
    "syntax: gemini\n",
]
BODY = [
    *FRONT,
    "---\n",
    "# H / 标题\n",
    "text here\n",
    "<!-- 中文 -->\n",
    "中文一段话。\n",
    "**Test 1: x**\n\n- Input: a\n- Expected: b; c\n",
    "## Tests / 测试\n",
    "## License / 许可\n",
    "## Platform Configuration / 平台配置\n",
    "### Claude Code\n",
    "```bash\ncat > CLAUDE.md << 'EOF'\nhello rope\nEOF\n```\n",
    "> quote\n> <!-- 引 -->\n",
    "| a / 甲 | b |\n|---|---|\n| c | d |\n",
]
TREE = {
    "SKILL.md": "",
    "SKILL.zh.md": "",
    "expert.md": "---\nname: a\ndescription: b\n---\n",
    "commands/t.md": "",
    "commands/t.zh.md": "",
    "commands/q.toml": 'prompt="a {{args}}"\n',
    "agents/r.md": "",
    "rules/u.md": "",
    "rules/u.zh.md": "",
    "rules/x.mdc": "",
    "hooks/hooks.json": '{"hooks":{}}',
    "mcp.json": '{"mcpServers":{"a":{"command":"b"}}}',
    "evals/cases.yaml": "cases:\n  - {id: a, input: b, criteria: [c]}\n",
    "evals/evals.json": '{"evals":[{"id":"a","prompt":"p","expectations":["x"]}]}',
    "references/r.md": "",
    "CHANGELOG.md": "",
    "skills/k.md": "",
    "skills/j/SKILL.md": "",
    ".claude-plugin/plugin.json": '{"name":"pp","description":"d"}',
}


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(random=st.randoms(use_true_random=False))
def test_any_tree_becomes_canonical_and_stays_so(tmp_path_factory, random):
    top = tmp_path_factory.mktemp("random")
    root = top / "a"
    for name in random.sample(sorted(TREE), random.randint(1, 7)):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = TREE[name]
        if not text or name == "expert.md":
            head = "".join(random.sample(FRONT, random.randint(0, 6)))
            text = text or (f"---\n{head}---\n" if random.random() < 0.8 else "")
            text += "\n".join(random.choices(BODY, k=random.randint(0, 9)))
        path.write_text(text, encoding="utf-8")
    for skill in (skill for one in discover(root) for skill in read(one).skills):
        settled(skill, top / "out")


def test_the_whole_tree_has_skills_to_settle(plant, tmp_path):
    root = plant({name: text or "---\nname: a\n---\n" for name, text in TREE.items()})
    found = [skill for one in discover(root) for skill in read(one).skills]
    assert len(found) >= 3
    for skill in found:
        settled(skill, tmp_path / "out")


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_line_endings_and_marks_come_back(plant, one, ending, bom):
    raw = bom + EXPERT.replace("\n", ending).encode()
    skill = one(plant({"rope-expert.md": raw}))
    assert write_back(skill) == {"rope-expert.md": raw}
    assert skill.title.zh == "绳索专家"
