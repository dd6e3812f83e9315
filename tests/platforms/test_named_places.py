"""What a text says about the skill's files is true where the text lies."""

import pytest

from polyskill.compiler.localized import Lang, Text
from polyskill.compiler.model import Agent, Command, Dialect, Kind, Resource, Rule, Skill
from polyskill.compiler.view import View
from polyskill.platforms.agents import PLATFORM as AGENTS
from polyskill.platforms.base import ManagedBlock
from polyskill.platforms.claude import PLATFORM as CLAUDE
from polyskill.platforms.codex import PLATFORM as CODEX
from polyskill.platforms.cursor import PLATFORM as CURSOR
from polyskill.platforms.kimi import PLATFORM as KIMI

SCRIPT = "scripts/x.py"


def view(lang=Lang.EN, body=f"Run {SCRIPT}.", **fields) -> View:
    given = {
        "rules": (Rule("style", Text("Style."), Text(body), always=True),
                  Rule("py", Text("Py.", "代码。"), Text(f"{body} Here."), globs=("a.py", "b.py")),
                  Rule("maybe", Text("Maybe."), Text(f"{body} Maybe."))),
        "commands": (Command("go", Text("Goes."), Text(body)),),
        "agents": (Agent("helper", Text("Helps."), Text(body)),),
        "resources": (Resource(SCRIPT, b"1", role="scripts"),),
    } | fields  # fmt: skip
    skill = Skill("demo", Dialect.CANONICAL, "demo", Text("Does.", "做。"), Text("Demo"), **given)
    return View(skill, lang, "x", "Demo", "Does.", "# Demo\n", skill.resources)


def said(piece) -> str:
    return piece.text if isinstance(piece, ManagedBlock) else piece.data.decode()


@pytest.mark.parametrize(
    ("platform", "folder", "texts"),
    [
        (AGENTS, ".agents/skills/demo", 4),
        (CLAUDE, ".claude/skills/demo", 5),
        (CODEX, ".agents/skills/demo", 4),
        (CURSOR, ".cursor/skills/demo", 2),  # rules have no file under the home folder
    ],
)
def test_under_the_home_folder_texts_name_the_home_folder(platform, folder, texts):
    pieces = platform.lower(view(), Kind.SKILL).pieces
    project = {item.path: said(item.piece) for item in pieces if item.path}
    home = {
        item.path if item.user_path is None else item.user_path: said(item.piece)
        for item in pieces
        if item.user_path != ""
    }
    naming = [text for path, text in home.items() if SCRIPT in text and f"/demo/{SCRIPT}" in text]
    assert len(naming) == texts
    for text in naming:
        assert text.count(f"~/{folder}/{SCRIPT}") == text.count(SCRIPT)
    assert not any("~/" in text for text in project.values())
    assert sum(f"{folder}/{SCRIPT}" in text for text in project.values()) >= texts
    assert f"{folder}/{SCRIPT}" in home  # and there it is


@pytest.mark.parametrize("platform", [AGENTS, CODEX, CURSOR, CLAUDE])
def test_texts_that_name_no_file_are_one_piece_for_both_places(platform):
    assert all(item.path for item in platform.lower(view(body="Be short."), Kind.SKILL).pieces)


@pytest.mark.parametrize(
    ("platform", "made"), [(AGENTS, 4), (CODEX, 4), (KIMI, 1)], ids=lambda value: str(value)[:6]
)
def test_a_skill_in_a_plugin_names_its_neighbours_files_from_its_own_folder(platform, made):
    pieces = platform.package(view(), "demo").bundle.pieces
    skills = [
        item
        for item in pieces
        if item.path.startswith("skills/demo-") and item.path.endswith("/SKILL.md")
    ]
    assert len(skills) == made
    assert all(f"Run ../demo/{SCRIPT}." in said(item.piece) for item in skills)
    assert any(item.path == f"skills/demo/{SCRIPT}" for item in pieces)


def test_what_a_long_rule_moved_is_found_from_its_own_folder():
    parts = "\n".join(f"## Part {n}\n\n" + "Words stand here.\n" * 400 for n in range(9))
    package = AGENTS.package(view(body=parts, commands=(), agents=()), "demo")
    pieces = {item.path: item.piece for item in package.bundle.pieces}
    moved = [path for path in pieces if path.startswith("skills/demo/references/")]
    text = said(pieces["skills/demo-style/SKILL.md"])
    assert moved and any(f"../demo{path.removeprefix('skills/demo')}" in text for path in moved)
    assert "skills/demo/" not in text


def test_a_chinese_rule_for_some_files_reads_as_chinese():
    pieces = {i.path: i.piece for i in CLAUDE.package(view(Lang.ZH), "demo").bundle.pieces}
    assert "代码。处理匹配 `a.py`、`b.py` 的文件时使用。" in said(pieces["skills/demo-py/SKILL.md"])
    pieces = {i.path: i.piece for i in AGENTS.lower(view(Lang.ZH), Kind.SKILL).pieces}
    assert "处理匹配 `a.py`、`b.py` 的文件时：" in said(pieces["AGENTS.md"])
