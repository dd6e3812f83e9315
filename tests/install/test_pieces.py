"""What every assistant of a set finds when it looks where it looks: all of it, and once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest
import reading
from lab import BUNDLED, FIXTURE, install, skill_at, snapshot, write_skill

from polyskill.compiler.localized import Lang
from polyskill.compiler.model import Kind
from polyskill.platforms.base import JsonKeys, ManagedBlock
from polyskill.platforms.clients import Client, get, names
from polyskill.platforms.install.pieces import Made, make
from polyskill.platforms.install.roots import choose
from polyskill.platforms.install.scope import Scope

ALL = names()
ALONE = [(one,) for one in ALL]
PAIRS = list(combinations(ALL, 2))
LARGE = [
    ALL,
    ("claude", "codex", "opencode", "kimi", "cursor"),
    ("claude", "copilot", "continue", "kilo", "pi"),
    ("claude", "cline", "cursor", "opencode", "openclaw", "kimi", "codex"),
]
SCOPES = ("project", "user")
# A rule for some files, a rule for all of them.
RULES = {
    Lang.EN: ("Newest version first", "Say what the user must do"),
    Lang.ZH: ("新版本在前", "先说用户要做什么"),
    Lang.BILINGUAL: ("Newest version first", "先说用户要做什么"),
}
AGENT = {Lang.EN: "List each change of a public name", Lang.ZH: "逐条列出公开名称"}
COMMAND = {Lang.EN: "Draft the notes for version", Lang.ZH: "从 $2 之后算起"}


@cache
def made(
    ids: tuple[str, ...],
    scope: str = "project",
    lang: Lang = Lang.EN,
    form: Kind | None = None,
    there: Collection[str] = (),
    folder: Path = FIXTURE,
) -> Made:
    layout = choose([get(one) for one in ids], scope)
    return make(skill_at(folder), lang, form, layout, lambda path: path in there)


def holding(text: str, files: dict[str, bytes]) -> list[str]:
    return [path for path, data in files.items() if text.encode() in data]


def rules_seen(client: Client, scope: str, files: dict[str, bytes], text: str) -> list[str]:
    """Where a client meets a rule: in its instructions, or as a skill of its own."""
    named = reading.skills(client, scope, files)
    return holding(text, reading.instructions(client, scope, files)) + [
        name for name, copies in named.items() if any(text.encode() in copy for copy in copies)
    ]


def some(sets: Iterable[tuple[str, ...]]) -> Iterator[tuple[tuple[str, ...], str, Lang, Kind]]:
    for ids in sets:
        for scope in SCOPES:
            for lang in (Lang.EN, Lang.ZH, Lang.BILINGUAL):
                for form in (Kind.SKILL, Kind.RULES, Kind.AGENT):
                    yield ids, scope, lang, form


@pytest.mark.parametrize("folder", [FIXTURE, BUNDLED], ids=lambda path: path.name)
@pytest.mark.parametrize("sets", [LARGE, pytest.param(PAIRS, marks=pytest.mark.slow)], ids=len)
def test_no_name_is_found_twice_with_different_bytes(
    sets: list[tuple[str, ...]], folder: Path
) -> None:
    for ids, scope, lang, form in some(sets):
        files = reading.texts(made(ids, scope, lang, form, folder=folder).pieces)
        for client in map(get, ids):
            for name, copies in reading.skills(client, scope, files).items():
                assert len(set(copies)) == 1, (client.id, name, ids, scope, lang, form)


def test_the_body_reaches_everybody() -> None:
    for ids in [*ALONE, *PAIRS, *LARGE]:
        for scope in SCOPES:
            files = reading.texts(made(ids, scope).pieces)
            for client in map(get, ids):
                copies = reading.skills(client, scope, files)["release-notes"]
                assert b"Write for the people who upgrade" in copies[0], (client.id, ids, scope)
                assert b"references/categories.md\0" in copies[0], (client.id, ids, scope)


@pytest.mark.parametrize("form", [Kind.SKILL, Kind.RULES])
@pytest.mark.parametrize("scope", SCOPES)
def test_rules_reach_each_client_exactly_once(scope: str, form: Kind) -> None:
    for lang, sentences in RULES.items():
        for text in sentences:
            alone = {
                one: len(rules_seen(get(one), scope, files, text))
                for one in ALL
                for files in [reading.texts(made((one,), scope, lang, form).pieces)]
            }
            readers = {one for one, times in alone.items() if times}
            told = "Gemini" in str(made(("gemini",), scope, lang, form).diagnostics)
            assert set(ALL) - readers <= unreached(scope), (lang, text)
            assert told or "gemini" in readers
            assert set(alone.values()) <= {0, 1}
            for ids in [*PAIRS, *LARGE]:
                files = reading.texts(made(ids, scope, lang, form).pieces)
                for one in readers.intersection(ids):
                    found = rules_seen(get(one), scope, files, text)
                    assert len(found) == 1, (one, ids, scope, lang, text, found)


def unreached(scope: str) -> set[str]:
    """Who reads no instructions that the neutral form (or its platform) has a place for."""
    if scope == "project":
        return {"gemini"}
    return {"gemini", "continue", "copilot", "kilo", "pi", "qwen", "cursor"}


@pytest.mark.parametrize("scope", SCOPES)
def test_who_does_not_see_a_part_is_told(scope: str) -> None:
    """Clients of the neutral form; a platform reports what it cannot write as a loss."""
    for one in ("continue", "copilot", "gemini", "kilo", "pi", "qwen"):
        result = made((one,), scope)
        files = reading.texts(result.pieces)
        told = {(said.code.id, said.args["what"]) for said in result.diagnostics}
        sees = bool(rules_seen(get(one), scope, files, RULES[Lang.EN][0]))
        assert (("PS940", "rules") in told) is not sees, one
        sees = bool(holding(AGENT[Lang.EN], reading.agents(get(one), scope, files)))
        assert (("PS940", "sub-agents") in told) is not sees, one


@pytest.mark.parametrize("scope", SCOPES)
def test_sub_agents_and_commands_stay_in_every_set(scope: str) -> None:
    """What a client finds alone (of its own, or as a skill) it finds in company as well."""

    def meets(client: Client, files: dict[str, bytes], text: str) -> bool:
        own = reading.agents(client, scope, files) | reading.commands(client, scope, files)
        skills = reading.skills(client, scope, files).values()
        return bool(holding(text, own)) or any(text.encode() in one[0] for one in skills)

    for lang in (Lang.EN, Lang.ZH):
        for text in (AGENT[lang], COMMAND[lang]):
            for ids in [*PAIRS, *LARGE]:
                files = reading.texts(made(ids, scope, lang).pieces)
                for one in ids:
                    alone = reading.texts(made((one,), scope, lang).pieces)
                    if meets(get(one), alone, text):
                        assert meets(get(one), files, text), (one, ids, scope, lang, text)


THERE = [("CLAUDE.md",), ("AGENTS.md",), ("AGENTS.md", "CLAUDE.md"), (".claude/CLAUDE.md",)]


@pytest.mark.parametrize("there", THERE, ids="+".join)
def test_beside_files_of_the_users_rules_still_arrive_once(there: tuple[str, ...]) -> None:
    for text in RULES[Lang.EN]:
        for ids in [*ALONE, *PAIRS, *LARGE]:
            files = dict.fromkeys(there, b"") | reading.texts(made(ids, there=there).pieces)
            for one in ids:
                if one == "gemini" or (one == "copilot" and {"claude"} < {*ids} - {"copilot"}):
                    continue  # Copilot reads the files of all others, needed by them or not
                found = rules_seen(get(one), "project", files, text)
                assert len(found) == 1, (one, ids, there, found)


@pytest.mark.parametrize("there", THERE, ids="+".join)
def test_a_new_file_hides_nothing_that_could_be_spared(there: tuple[str, ...]) -> None:
    """A new CLAUDE.md never hides AGENTS.md from Claude Code, alone or in company."""
    for ids in [("claude",), *[pair for pair in PAIRS if "claude" in pair], *LARGE]:
        files = dict.fromkeys(there, b"") | reading.texts(made(ids, there=there).pieces)
        before = reading.instructions(get("claude"), "project", dict.fromkeys(there, b""))
        after = reading.instructions(get("claude"), "project", files)
        assert before.keys() <= after.keys(), (ids, there)
    for one in ALL:
        files = dict.fromkeys(there, b"") | reading.texts(made((one,), there=there).pieces)
        before = reading.instructions(get(one), "project", dict.fromkeys(there, b""))
        after = reading.instructions(get(one), "project", files)
        if one != "pi":  # it has no folder of rules; the warning PS943 says so
            assert before.keys() <= after.keys(), (one, there)


def test_pi_is_warned_of_a_hidden_file(scope: Scope, root: Path) -> None:
    (root / "CLAUDE.md").write_text("# Mine\n")
    outcome = install(scope, skill_at(FIXTURE), ["pi"])
    assert "PS943" in [found.code.id for found in outcome.diagnostics]


def one_rule(folder: Path, name: str) -> Path:
    text = f'---\ndescription: "Of {name}"\nalways: true\n---\n\nThe rule of {name} 规则.\n'
    zh = '---\ndescription: "做事"\n---\n\n# 一\n\n做。\n'  # makes it a canonical folder
    return write_skill(folder, name, files={"rules/tone.md": text, "SKILL.zh.md": zh})


def test_a_later_skill_hides_no_earlier_one(scope: Scope, root: Path, tmp_path: Path) -> None:
    """One skill for two clients in AGENTS.md, then one for Claude Code alone; both orders."""
    first, second = (skill_at(one_rule(tmp_path / "s", name)) for name in ("one", "two"))
    for order in ([(first, ["claude", "codex"]), (second, ["claude"])], ()):
        steps = order or [(second, ["claude"]), (first, ["claude", "codex"])]
        for skill, targets in steps:
            install(scope, skill, targets)
        files = {path: data for path, (kind, _, data) in snapshot(root).items() if kind == "file"}
        seen = reading.instructions(get("claude"), "project", files)
        for name in ("one", "two"):
            assert len(holding(f"The rule of {name}", seen)) == 1, (name, sorted(seen))
        for skill, _ in steps:
            install_out(scope, skill.name)
        assert snapshot(root) == {}


def install_out(scope: Scope, name: str) -> None:
    from lab import remove

    assert not remove(scope, name).failed


def test_commands_of_the_shell_are_disarmed_where_claude_reads(tmp_path: Path) -> None:
    """``!`...``` in a skill is run by Claude Code, so no copy that it reads may hold one."""
    folder = write_skill(tmp_path, "armed", "Text !`touch /tmp/x` and $ARGUMENTS here.")
    for ids in [("codex",), ("claude",), ("claude", "continue"), ("claude", "codex", "opencode")]:
        pieces = made(ids, folder=folder).pieces
        for client in map(get, ids):
            copies = reading.skills(client, "project", reading.texts(pieces))["armed"]
            assert (b"!`touch" in copies[0]) is (ids == ("codex",)), (client.id, ids)


def test_the_strictest_reader_sets_the_length_of_a_shared_body(tmp_path: Path) -> None:
    """Cline cuts a body after 8,000 characters; what is longer moves to references."""
    part = "".join(f"## Part {n}\n\n{'长文 text ' * 120}\n\n" for n in range(20))
    folder = write_skill(tmp_path, "long", part)
    for ids in [("cline",), ("cline", "codex"), ("cline", "kimi", "claude", "opencode")]:
        pieces = made(ids, folder=folder).pieces
        for place in get("cline").project.skills:
            piece = pieces.get(f"{place}/long/SKILL.md")
            if piece is not None:
                body = piece.data.decode().split("---\n", 2)[2]  # type: ignore[union-attr]
                assert len(body) < 8000, ids
    longer = made(("codex", "kimi"), folder=folder).pieces[".agents/skills/long/SKILL.md"]
    assert len(longer.data.decode()) > 8000  # type: ignore[union-attr]


def test_a_file_for_one_client_stands_in_every_copy() -> None:
    """Codex' `agents/openai.yaml` is in OpenCode's other copy too: both are byte-identical."""
    pieces = made(("claude", "codex", "opencode")).pieces
    for folder in (".agents/skills", ".claude/skills"):
        assert f"{folder}/release-notes/agents/openai.yaml" in pieces


@pytest.mark.parametrize("scope", SCOPES)
def test_settings_name_no_file_that_is_not_there(scope: str) -> None:
    """OpenCode reads AGENTS.md in company, and its settings then list no file of its own."""
    settings = ".config/opencode/opencode.json" if scope == "user" else "opencode.json"
    listed = 0
    for ids in [*ALONE, *PAIRS, *LARGE]:
        pieces = made(ids, scope).pieces
        piece = pieces.get(settings)
        for path in piece.data.get("instructions", ()) if isinstance(piece, JsonKeys) else ():
            assert path.removeprefix("~/") in pieces, (ids, path)
            listed += 1
    assert listed


def test_blocks_of_two_clients_in_one_file_are_one_block() -> None:
    pieces = made(("codex", "kimi", "openclaw", "agents")).pieces
    blocks = [path for path, piece in pieces.items() if isinstance(piece, ManagedBlock)]
    assert sorted(path for path in blocks if path.endswith(".md")) == ["AGENTS.md"]
