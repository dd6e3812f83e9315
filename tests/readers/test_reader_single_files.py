"""Expert skills, rules, commands, agents and JSON agents: one file, or one a language."""

from __future__ import annotations

import pytest

EXPERT = """\
---
name: rope-expert
display_name: Rope Expert / 绳索专家
author: A. Sailor
version: 2.0.0
difficulty: expert
quality: exemplary
category: sea
tags: [rope, sea]
platforms: [claude.ai, api]
description: >
  Knows ropes.
  <!-- 懂绳子。-->
---

# Rope Expert / 绳索专家

Ties knots.

<!-- 打绳结。 -->
"""


def test_an_expert_skill(plant, one):
    skill = one(plant({"sea/rope-expert.md": EXPERT}))
    assert (skill.dialect, skill.name) == ("expert", "rope-expert")
    assert (skill.title.en, skill.title.zh) == ("Rope Expert", "绳索专家")
    assert (skill.description.en, skill.description.zh) == ("Knows ropes.", "懂绳子。")
    assert skill.metadata == {
        "author": "A. Sailor",
        "version": "2.0.0",
        "difficulty": "expert",
        "quality": "exemplary",
        "category": "sea",
        "tags": "rope, sea",
    }
    assert skill.platforms is None
    assert skill.extra == {"platforms": ["claude.ai", "api"]}
    assert skill.main is not None
    assert skill.main.tree.variants


def test_a_glued_fence_is_recovered_at_its_line(plant, one):
    text = "---\nname: a\ndescription: >\n  Ends here.---\n\n# A\n"
    skill = one(plant({"a.md": text}))
    assert skill.description.en == "Ends here."
    assert [(finding.code.id, finding.line) for finding in skill.diagnostics] == [("PS020", 4)]


@pytest.mark.parametrize(
    ("front", "globs", "always"),
    [
        ("globs: **/*.{ts,tsx}, src/*.py", ("**/*.{ts,tsx}", "src/*.py"), False),
        ('globs: ["a.py", "b.py"]', ("a.py", "b.py"), False),
        ("globs:\n  - a.py\n  - 'b.py'", ("a.py", "b.py"), False),
        ("globs:\nalwaysApply: true", (), True),
        ("description: d\nalwaysApply: false", (), False),
        ("paths: [src/**]", ("src/**",), False),
        ("applyTo: '**'", ("**",), True),
        ("applyTo: '**/*Test.java, **/*IT.java'", ("**/*Test.java", "**/*IT.java"), False),
        ("trigger: always_on", (), True),
        ("trigger: manual", (), False),
    ],
)
def test_rules_say_when_they_load(plant, one, front, globs, always):
    skill = one(plant({"style.mdc": f"---\n{front}\n---\nUse tabs.\n"}))
    assert (skill.kind, skill.name) == ("rules", "style")
    assert (skill.globs, skill.always) == (globs, always)
    assert skill.main is not None and skill.main.body == "Use tabs.\n"
    assert skill.extra == {}


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        (".cursorrules", "cursorrules"),
        (".clinerules", "clinerules"),
        ("AGENTS.md", "agents-md"),
        ("CLAUDE.md", "claude-md"),
        ("sub.instructions.md", "sub"),
    ],
)
def test_rules_without_front_matter_load_always(plant, one, name, slug):
    skill = one(plant({name: "# Style\n\nUse tabs.\n"}))
    assert (skill.name, skill.always, skill.diagnostics) == (slug, True, ())
    assert not skill.description


def test_commands_in_markdown(plant, one):
    text = """\
---
description: Runs it.
argument-hint: [config]
allowed-tools: [Bash, Read]
model: haiku
disable-model-invocation: true
---
Run $1.
"""
    skill = one(plant({"commands/run_sft.md": text}))
    assert (skill.kind, skill.name) == ("command", "run-sft")
    assert skill.metadata == {"original-name": "run_sft"}
    assert skill.extra == {
        "argument-hint": "[config]",
        "model": "haiku",
        "disable-model-invocation": True,
    }
    assert skill.allowed_tools == ("Bash", "Read")


def test_commands_in_toml(plant, one):
    text = 'description = "修复。"\nprompt = """\nFix {{args}}\n!{git diff}\n"""\nx = 1\n'
    skill = one(plant({"commands/fix.toml": text}))
    assert (skill.name, skill.extra) == ("fix", {"syntax": "gemini", "x": 1})
    assert skill.description.zh == "修复。"
    assert skill.main is not None and skill.main.body == "Fix {{args}}\n!{git diff}\n"


def test_broken_toml_has_a_line(plant, result_of):
    result = result_of(plant({"commands/fix.toml": 'prompt = "a"\nx = = 1\n'}))
    assert result.skills == ()
    assert [(found.code.id, found.line, found.column) for found in result.diagnostics] == [
        ("PS087", 2, 5)
    ]


def test_agents_in_markdown_and_toml(plant, read_all):
    copilot = (
        "---\nname: 'Rope Specialist'\ndescription: d\ntools: ['a/b', 'c']\nmodel: [x, y]\n---\n"
    )
    codex = 'name = "tier"\ndescription = "d"\nmodel = "m"\ndeveloper_instructions = "Tie."\n'
    opencode = "---\ndescription: d\ntools: {write: true, bash: false}\nmode: subagent\n---\nTie.\n"
    skills, codes = read_all(
        plant(
            {
                "a.agent.md": copilot,
                ".codex/agents/tier.toml": codex,
                ".opencode/agent/knot.md": opencode,
            }
        )
    )
    by_name = {skill.name: skill for skill in skills}
    assert by_name["rope-specialist"].allowed_tools == ("a/b", "c")
    assert by_name["rope-specialist"].extra == {"model": "x"}
    assert by_name["rope-specialist"].metadata == {"original-name": "Rope Specialist"}
    assert by_name["tier"].extra == {"model": "m"}
    assert by_name["tier"].main.body == "Tie.\n"
    assert by_name["knot"].allowed_tools == ("write",)
    assert by_name["knot"].extra == {"mode": "subagent"}
    assert {skill.kind for skill in skills} == {"agent"}
    assert codes == ["PS091"]


def agent(role, title, **more):
    return {
        "config": {"systemRole": role, "openingQuestions": ["Q?"], "temperature": 0.5},
        "meta": {"title": title, "description": f"{title}.", "tags": ["rope"]},
        "examples": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Ahoy"}],
        **more,
    }


def test_json_agents_in_two_languages(plant, one):
    root = plant(
        {
            "tier/index.json": agent("You tie knots.", "Tier", author="A"),
            "tier/index.zh-CN.json": agent("你打绳结。", "系绳人"),
            "tier/index.fr.json": agent("Tu noues.", "Noueur"),
        }
    )
    skill = one(root)
    assert (skill.name, skill.kind) == ("tier", "agent")
    assert (skill.title.en, skill.title.zh) == ("Tier", "系绳人")
    assert skill.metadata == {"tags": "rope", "author": "A"}
    assert skill.extra == {"config": {"temperature": 0.5}}
    assert skill.main.body == (
        "# Tier\n\nYou tie knots.\n\n## Opening questions\n\n- Q?\n\n## Examples\n\n"
        "**User:** Hi\n\n**Assistant:** Ahoy\n"
    )
    assert skill.translation.body.startswith("# 系绳人\n\n你打绳结。\n\n## 开场问题\n")
    assert skill.main.source.path.endswith("tier/index.json")


def test_a_json_agent_may_be_chinese_at_its_base(plant, one):
    root = plant(
        {
            "tier/index.json": agent("你打绳结，也懂绳子。", "系绳人"),
            "tier/index.en-US.json": agent("You tie.", "Tier"),
        }
    )
    skill = one(root)
    assert skill.main.body.startswith("# Tier\n")
    assert skill.translation.source.path.endswith("index.json")
    only = one(plant({"other/index.json": agent("你打绳结，也懂绳子。", "系绳人")}) / "other")
    assert (only.title.en, only.title.zh, only.translation) == (None, "系绳人", None)


def test_a_broken_locale_does_not_hide_the_other(plant, one):
    root = plant(
        {
            "tier/index.json": agent("You tie.", "Tier"),
            "tier/index.zh-CN.json": '{"config": {"systemRole": "你",}}',
        }
    )
    skill = one(root)
    assert skill.translation is None
    assert [(found.code.id, found.line) for found in skill.diagnostics] == [("PS087", 1)]
