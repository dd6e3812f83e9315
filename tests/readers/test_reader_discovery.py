"""Discovery: what is there, told by looking."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

from polyskill.compiler.readers import discover, read, search

SKILL = '---\nname: knots\ndescription: "Ties knots. Use when a rope is loose."\n---\n\n# Knots\n'
EXPERT = "---\nname: knots\ndescription: Ties knots.\n---\n\n# Knots / 绳结\n"


def test_every_dialect_is_recognised(plant, looked):
    root = plant(
        {
            "a/plain/SKILL.md": SKILL,
            "a/twin/SKILL.md": SKILL,
            "a/twin/SKILL.zh.md": "---\ndescription: 打结。\n---\n",
            "a/cases/SKILL.md": SKILL,
            "a/cases/evals/cases.yaml": "version: 1\ncases: []\n",
            "b/expert.md": EXPERT,
            "b/notes.md": "# Notes\n\nname: nothing\n",
            "c/.cursorrules": "Use tabs.\n",
            "c/.windsurfrules": "Use tabs.\n",
            "c/.clinerules": "Use tabs.\n",
            "c/style.mdc": "---\nglobs: *.py\n---\nUse tabs.\n",
            "c/tests.instructions.md": "Test it.\n",
            "c/copilot-instructions.md": "Test it.\n",
            "c/AGENTS.md": "Test it.\n",
            "c/CLAUDE.md": "Test it.\n",
            "c/GEMINI.md": "Test it.\n",
            "c/QWEN.md": "Test it.\n",
            "d/commands/tie.md": "Tie $1.\n",
            "d/commands/git/push.md": "---\ndescription: Push.\n---\nPush.\n",
            "d/commands/plain/readme.md": "no command\n",
            "d/commands/fix.toml": 'prompt = "Fix {{args}}"\n',
            "d/loose.prompt.md": "Do it.\n",
            "e/agents/tier.md": "---\nname: tier\n---\nYou tie.\n",
            "e/tier.agent.md": "---\nname: tier\n---\nYou tie.\n",
            "e/.codex/agents/knot.toml": 'developer_instructions = "Tie."\n',
            "f/index.json": {"config": {"systemRole": "You tie."}},
            "f/index.zh-CN.json": {"config": {"systemRole": "你打结。"}},
            "g/.claude-plugin/plugin.json": {"name": "ropes"},
            "g/skills/knots/SKILL.md": SKILL,
            "h/package/index.json": {"name": "no agent"},
            "README.md": "---\nname: readme\ndescription: no skill\n---\n",
            "LICENSE.md": "MIT\n",
        }
    )
    assert looked(root) == {
        "a/cases": "canonical",
        "a/plain": "agent-skill",
        "a/twin": "canonical",
        "b/expert.md": "expert",
        "c/.clinerules": "rules",
        "c/.cursorrules": "rules",
        "c/.windsurfrules": "rules",
        "c/AGENTS.md": "rules",
        "c/CLAUDE.md": "rules",
        "c/GEMINI.md": "rules",
        "c/QWEN.md": "rules",
        "c/copilot-instructions.md": "rules",
        "c/style.mdc": "rules",
        "c/tests.instructions.md": "rules",
        "d/commands/fix.toml": "command",
        "d/commands/git/push.md": "command",
        "d/commands/tie.md": "command",
        "d/loose.prompt.md": "command",
        "e/.codex/agents/knot.toml": "agent",
        "e/agents/tier.md": "agent",
        "e/tier.agent.md": "agent",
        "f": "locale-json",
        "g": "plugin",
    }


def test_a_folder_of_cline_rules_gives_rules_and_workflows(plant, looked):
    root = plant(
        {
            ".clinerules/style.md": "Use tabs.\n",
            ".clinerules/more.txt": "Use spaces.\n",
            ".clinerules/workflows/ship.md": "Ship it.\n",
            ".clinerules/skills/knots/SKILL.md": SKILL,
        }
    )
    expected = {
        ".clinerules/more.txt": "rules",
        ".clinerules/skills/knots": "agent-skill",
        ".clinerules/style.md": "rules",
        ".clinerules/workflows/ship.md": "command",
    }
    assert looked(root) == expected
    inside = looked(root / ".clinerules")
    assert inside == {key.removeprefix(".clinerules/"): value for key, value in expected.items()}


def test_host_folders_are_searched_and_other_hidden_ones_are_not(plant, looked):
    root = plant(
        {
            ".claude/skills/knots/SKILL.md": SKILL,
            ".claude/rules/style.md": "Use tabs.\n",
            ".claude/agents/tier.md": "You tie.\n",
            ".github/prompts/tie.md": "Tie.\n",
            ".cache/knots/SKILL.md": SKILL,
            ".secret/knots/SKILL.md": SKILL,
            ".git/knots/SKILL.md": SKILL,
            "node_modules/knots/SKILL.md": SKILL,
            "dist/.polyskill/build.db": "x",
            "dist/claude/knots/SKILL.md": SKILL,
        }
    )
    assert looked(root) == {
        ".claude/agents/tier.md": "agent",
        ".claude/rules/style.md": "rules",
        ".claude/skills/knots": "agent-skill",
        ".github/prompts/tie.md": "command",
    }


def test_output_that_the_user_names_is_read(plant, looked):
    root = plant({".polyskill/build.db": "x", "claude/knots/SKILL.md": SKILL})
    assert looked(root) == {"claude/knots": "agent-skill"}


def test_a_skill_inside_a_skill_is_a_resource(plant, one, looked):
    root = plant({"outer/SKILL.md": SKILL, "outer/templates/inner/SKILL.md": SKILL})
    assert looked(root) == {"outer": "agent-skill"}
    assert [resource.path for resource in one(root).resources] == ["templates/inner/SKILL.md"]


def test_a_named_file_stands_for_its_folder(plant):
    root = plant(
        {
            "knots/SKILL.md": SKILL,
            "plug/.claude-plugin/plugin.json": {"name": "plug"},
            "plug/skills/knots/SKILL.md": SKILL,
            "agent/index.json": {"config": {"systemRole": "You tie."}},
        }
    )
    for name, folder in (
        ("knots/SKILL.md", "knots"),
        ("plug/.claude-plugin/plugin.json", "plug"),
        ("agent/index.json", "agent"),
    ):
        (found,) = discover(root / name)
        assert found.path == root / folder


def test_a_named_file_is_found_by_the_name_of_its_folder(plant):
    root = plant({"commands/tie.md": "Tie.\n", ".cursor/rules/style.md": "Tabs.\n"})
    assert discover(root / "commands/tie.md")[0].dialect == "command"
    assert discover(root / ".cursor/rules/style.md")[0].dialect == "rules"
    assert discover(root / "commands")[0].dialect == "command"


def test_nothing_is_said_with_what_was_looked_for(plant, tmp_path):
    root = plant({"README.md": "# Hello\n"})
    for path in (root, root / "README.md"):
        (only,) = discover(path)
        assert only.dialect is None
        (finding,) = read(only).diagnostics
        assert finding.code.id == "PS080"
        assert "SKILL.md" in finding.message()
    (missing,) = discover(tmp_path / "no such thing")
    assert [finding.code.id for finding in missing.diagnostics] == ["PS081"]


def test_candidates_are_pickled_and_ordered_by_path(plant):
    names = [f"s{number:02}" for number in range(20)]
    root = plant({f"{name}/SKILL.md": SKILL for name in reversed(names)})
    found = discover(root)
    assert [one.path.name for one in found] == names
    assert pickle.loads(pickle.dumps(found)) == found


def test_a_relative_path_works(plant, monkeypatch, one):
    root = plant({"SKILL.md": SKILL, "LICENSE": "MIT"})
    monkeypatch.chdir(root)
    skill = one(Path())
    assert skill.name == "knots"
    assert skill.resource("LICENSE") is not None


def test_parallel_language_folders_are_one_skill(plant, one):
    chinese = "---\nname: knots\ndescription: 打结。\n---\n\n# 绳结\n"
    root = plant({"en/knots/SKILL.md": SKILL, "zh-CN/knots/SKILL.md": chinese})
    skill = one(root)
    assert skill.description.complete
    assert skill.translation is not None
    assert skill.translation.body == "\n# 绳结\n"


def test_twins_of_standalone_files_are_not_listed(plant, looked, one):
    root = plant(
        {
            "commands/tie.md": "---\ndescription: Tie.\n---\nTie $1.\n",
            "commands/tie.zh.md": "---\ndescription: 打结。\n---\n系好 $1。\n",
        }
    )
    assert looked(root) == {"commands/tie.md": "command"}
    skill = one(root)
    assert (skill.description.en, skill.description.zh) == ("Tie.", "打结。")
    assert skill.translation is not None


def test_a_tree_that_is_too_deep_is_reported(plant, read_all):
    root = plant({"/".join(["d"] * 14) + "/SKILL.md": SKILL, "ok/SKILL.md": SKILL})
    skills, codes = read_all(root)
    assert [skill.name for skill in skills] == ["knots"]
    assert codes == ["PS086"]


def test_search_stops_at_too_many_entries(plant, read_all, monkeypatch):
    monkeypatch.setattr(search, "MAX_ENTRIES", 3)
    root = plant({f"s{number}/x/SKILL.md": SKILL for number in range(9)})
    skills, codes = read_all(root)
    assert codes == ["PS086"]
    assert len(skills) < 9


def test_names_that_are_not_unicode_are_passed_by(plant, read_all):
    root = plant({"knots/SKILL.md": SKILL})
    with open(os.fsencode(root / "knots") + b"/caf\xe9.txt", "wb") as file:  # noqa: PTH123
        file.write(b"x")
    skills, codes = read_all(root)
    assert len(skills) == 1
    assert codes == ["PS081"]
