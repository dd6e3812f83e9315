"""The folders that a skill goes to, for every small set of assistants."""

from __future__ import annotations

from itertools import combinations

import pytest

from polyskill.platforms.clients import Client, Copies, Reads, get, names
from polyskill.platforms.install.roots import NEUTRAL, Layout, choose

ALL = names()
SETS = [ids for size in (1, 2, 3, len(ALL)) for ids in combinations(ALL, size)]


def layout(*ids: str, scope: str = "project") -> Layout:
    return choose([get(one) for one in ids], scope)


def seen(client: Client, made: Layout) -> list[str]:
    return [folder for folder in client.reads(made.scope).skills if folder in made.readers]


@pytest.mark.parametrize("scope", ["project", "user"])
def test_every_client_is_reached_and_none_lists_two_copies(scope: str) -> None:
    for ids in SETS:
        made = layout(*ids, scope=scope)
        assert [client.id for client in made.clients] == list(ids)
        for client in made.clients:
            folders = seen(client, made)
            assert folders, f"{client.id} of {ids} is not reached"
            assert made.folder[client.id] == folders[0], ids
            if client.copies is Copies.ALL:
                assert len(folders) == 1, f"{client.id} of {ids} lists two copies"
            assert made.twice.get(client.id, ()) == (tuple(folders) if len(folders) > 1 else ())
        for folder, readers in made.readers.items():
            assert readers == tuple(one for one in made.clients if folder in seen(one, made))
            assert readers, f"{folder} is written for nobody in {ids}"


@pytest.mark.parametrize("scope", ["project", "user"])
def test_a_folder_with_several_readers_is_neutral(scope: str) -> None:
    for ids in SETS:
        made = layout(*ids, scope=scope)
        several = {folder for folder, readers in made.readers.items() if len(readers) > 1}
        copied = {folder for folders in made.twice.values() for folder in folders}
        assert several | copied <= made.neutral, ids
        for folder in made.neutral - several - copied:
            [reader] = made.readers[folder]
            assert not reader.platform, f"{reader.id} alone has a form of its own, {ids}"


@pytest.mark.parametrize("scope", ["project", "user"])
def test_no_layout_has_a_folder_too_many(scope: str) -> None:
    """Without any one of the folders somebody would not be reached."""
    for ids in SETS:
        made = layout(*ids, scope=scope)
        for folder in made.readers:
            assert any(seen(client, made) == [folder] for client in made.clients), (ids, folder)


@pytest.mark.parametrize("one", ALL)
def test_a_client_alone_gets_its_own_folder(one: str) -> None:
    made = layout(one)
    assert list(made.readers) == [get(one).project.skills[0]] or one == "gemini"
    assert not made.twice


@pytest.mark.parametrize(
    ("ids", "folders", "twice"),
    [
        (("claude",), {".claude/skills"}, set()),
        (("codex", "opencode"), {NEUTRAL}, set()),
        (("codex", "kimi", "gemini", "cline", "qwen", "pi"), {NEUTRAL}, set()),
        (("claude", "codex"), {".claude/skills", NEUTRAL}, set()),
        (("claude", "opencode"), {".claude/skills"}, set()),
        (("claude", "codex", "opencode"), {".claude/skills", NEUTRAL}, {"opencode"}),
        (("claude", "continue"), {".claude/skills"}, set()),
        (("codex", "continue"), {".continue/skills", NEUTRAL}, set()),
        (("openclaw",), {"skills"}, set()),
        (("claude", "kimi"), {".claude/skills", ".kimi-code/skills"}, set()),
    ],
)
def test_examples(ids: tuple[str, ...], folders: set[str], twice: set[str]) -> None:
    made = layout(*ids)
    assert set(made.readers) == folders
    assert set(made.twice) == twice


def test_order_does_not_matter() -> None:
    for ids in combinations(ALL, 3):
        assert layout(*ids).readers.keys() == layout(*reversed(ids)).readers.keys()


def test_one_who_lists_all_copies_is_spared_whatever_it_costs() -> None:
    """Two others would read two (equal) copies rather than one client list two."""

    def client(name: str, *folders: str, copies: Copies = Copies.ANY) -> Client:
        reads = Reads(skills=folders)
        return Client(name, name, "", reads, reads, copies, "a test", "2026-11-27")

    lister = client("lister", "x", "y", copies=Copies.ALL)
    made = choose(
        [client("a", "x"), client("d", "y", "z"), lister, client("e", "z", "x"),
         client("f", "z", "x")],
        "project",
    )  # fmt: skip
    assert set(made.readers) == {"x", "z"}
    assert set(made.twice) == {"e", "f"}


def test_nobody_is_no_layout() -> None:
    with pytest.raises(ValueError, match="every client"):
        choose([], "project")
