"""What is on offer: skills and plugins for `search` and `info`, versions for `update`."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyskill.platforms.sources import Offer, SourceError, fetch, latest, offers, parse
from polyskill.platforms.sources.versions import newest_first, older, plain

NEW = "/.well-known/agent-skills/index.json"
ROW = {"type": "skill-md", "url": "a.md", "digest": f"sha256:{'0' * 64}"}


@pytest.fixture
def offered(tmp_path, cache):
    return lambda text, **more: offers(parse(text, base=tmp_path), cache=cache, **more)


@pytest.fixture
def versions(tmp_path, cache):
    return lambda text, **more: latest(parse(text, base=tmp_path), cache=cache, **more)


def test_an_index_is_listed_without_fetching_its_skills(web, offered):
    rows = [
        {"name": "甲", "description": "第一\u202e个", "version": "1.0", **ROW},
        {"name": "b", "description": "B", **ROW},
        {"name": "bad"},
    ]
    web.pages[NEW] = json.dumps({"skills": rows}).encode()
    assert offered(f"index:{web.url}") == [
        Offer("甲", "第一\\u202e个", "1.0", "skill", f"index:{web.url}#%E7%94%B2"),
        Offer("b", "B", "", "skill", f"index:{web.url}#b"),
    ]
    assert web.asked == [NEW]
    assert [one.name for one in offered(f"index:{web.url}#b")] == ["b"]
    web.pages.clear()
    assert [one.name for one in offered(f"index:{web.url}", offline=True)] == ["甲", "b"]


def test_a_marketplace_is_listed_and_each_entry_can_be_fetched(tmp_path, cache, offered, skill):
    for name in ("alpha", "b c"):
        (tmp_path / "m" / name).mkdir(parents=True)
        (tmp_path / "m" / name / "SKILL.md").write_text(skill(name))
    rows = [
        {"name": "alpha", "description": "A", "version": "1", "source": "./alpha"},
        {"name": "b c", "description": "B", "source": "./b c"},
        {"name": "away", "source": {"source": "github", "repo": "o/r"}},
    ]
    (tmp_path / "m/marketplace.json").write_text(json.dumps({"plugins": rows}))
    for text in ("marketplace:./m", "marketplace:./m/marketplace.json", "alpha@./m"):
        found = offered(text)
        assert [one.kind for one in found] == ["plugin"] * len(found)
        [got] = fetch(parse(found[0].where, base=tmp_path), cache=cache)
        assert got.path.name == "alpha"
        assert got.spec.text == found[0].where
    found = offered("marketplace:./m")
    assert [one.name for one in found] == ["alpha", "b c", "away"]
    [got] = fetch(parse(found[1].where, base=tmp_path), cache=cache)
    assert got.path.name == "b c"


def test_the_skills_of_other_sources_are_read(repo, offered, skill):
    repo.commit({"skills/a/SKILL.md": skill("a"), "skills/乙/SKILL.md": skill("b")}, tag="v1")
    found = offered(f"{repo.url}@v1")
    assert sorted((one.name, one.version) for one in found) == [("a", "1"), ("b", "1")]
    assert {one.where for one in found} == {f"{repo.url}@v1"}
    assert found[0].description == "Says a 你好."


def test_the_tags_of_a_repository(repo, versions):
    commits = {
        tag: repo.commit({"a": tag}, tag=tag)
        for tag in ("v1.0.0", "v1.10.0", "v1.9.0", "v2.0.0-rc.1", "latest", "demo--v3.1.0")
    }
    found = versions(repo.url)
    assert [one.version for one in found] == [
        "3.1.0",
        "2.0.0-rc.1",
        "1.10.0",
        "1.9.0",
        "1.0.0",
        "latest",
    ]
    assert {one.ref: one.revision for one in found} == commits
    with pytest.raises(SourceError):
        versions(repo.url, offline=True)


def test_the_version_of_an_entry(web, versions):
    web.pages[NEW] = json.dumps({"skills": [{"name": "a", "version": "1.5", **ROW}]}).encode()
    assert [one.version for one in versions(f"index:{web.url}#a")] == ["1.5"]
    assert versions(f"index:{web.url}") == []
    assert versions("./folder") == []


def test_the_order_of_versions():
    order = [
        "10.0",
        "2.0.1",
        "v2.0.0",
        "2.0.0-rc.10",
        "2.0.0-rc.9",
        "2.0.0-beta.2",
        "2.0.0-alpha",
        "name--v1.2.3",
        "1.2",
        "0.9",
        "main",
    ]
    for seed in range(20):
        mixed = order.copy()
        random.Random(seed).shuffle(mixed)
        assert newest_first(mixed) == order
    assert [plain(tag) for tag in ("v1.2", "name--v1.2.3", "1.0rc1", "main")] == [
        "1.2",
        "1.2.3",
        "1.0rc1",
        "main",
    ]


@given(st.lists(st.text("v0123.-+abrcpost", max_size=12)))
def test_any_tags_have_an_order(tags):
    assert sorted(newest_first(tags)) == sorted(tags)
    assert newest_first(tags) == newest_first(tags[::-1])


@pytest.mark.parametrize(
    ("version", "installed", "expected"),
    [
        ("1.2", "1.10", True),
        ("v1.9.0", "1.10.0", True),
        ("1.0.0-rc.1", "1.0.0", True),
        ("1.0.0-alpha.2", "1.0.0-alpha.10", True),
        ("1.0", "1.0.0", False),
        ("1.0.0", "1.0.0-rc.1", False),
        ("2.0", "1.0", False),
        ("", "1.0", False),
        ("main", "1.0", False),
    ],
)
def test_older(version: str, installed: str, expected: bool) -> None:
    assert older(version, installed) is expected
