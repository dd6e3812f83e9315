"""Skills of a web site, in both versions of the well-known index."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import zipfile

import pytest

NEW = "/.well-known/agent-skills/index.json"
OLD = "/.well-known/skills/index.json"
SCHEMA = "https://schemas.agentskills.io/discovery/0.2.0/schema.json"


def digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def zipped(**files: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("_", "."), text)
    return out.getvalue()


def tarred(text: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        member = tarfile.TarInfo("SKILL.md")
        member.size = len(text)
        archive.addfile(member, io.BytesIO(text))
    return out.getvalue()


@pytest.fixture
def site(web, skill):
    """An index of version 0.2.0 with three skills; returns its rows, to be changed."""
    page, pack, tar = skill("alpha").encode(), zipped(SKILL_md=skill("beta")), tarred(b"gamma")
    web.pages |= {"/.well-known/agent-skills/a.md": page, "/b.zip": pack, "/c.tar.gz": tar}
    rows = [
        {"name": "alpha", "type": "skill-md", "url": "a.md", "digest": digest(page),
         "description": "第一个"},
        {"name": "beta", "type": "archive", "url": "/b.zip", "digest": digest(pack),
         "description": "B", "version": "1.2.0"},
        {"name": "gamma", "type": "archive", "url": f"{web.url}/c.tar.gz", "digest": digest(tar),
         "description": "C"},
    ]  # fmt: skip

    def publish() -> None:
        web.pages[NEW] = json.dumps({"$schema": SCHEMA, "skills": rows}).encode()

    publish()
    web.rows, web.publish = rows, publish
    return web


def test_all_skills_of_an_index(site, get, files_of, skill):
    found = get(f"index:{site.url}")
    assert [got.path.name for got in found] == ["alpha", "beta", "gamma"]
    assert files_of(found[0]) == {"SKILL.md": skill("alpha").encode()}
    assert [got.revision for got in found] == [row["digest"] for row in site.rows]
    assert [got.version for got in found] == ["", "1.2.0", ""]
    assert [got.spec.text for got in found] == [
        f"index:{site.url}#{name}" for name in ("alpha", "beta", "gamma")
    ]
    assert found[1].spec.pick == ("beta",)


def test_one_skill_is_picked_and_no_other_is_fetched(site, get):
    [got] = get(f"{site.url}{NEW}#beta")
    assert got.path.name == "beta"
    assert site.asked == [NEW, "/b.zip"]


def test_an_unknown_skill_names_the_known(site, refused):
    assert "`beta`" in refused(f"index:{site.url}#bata", "PS901").args["there"]


def test_a_wrong_digest_stops_that_skill_only(site, get, refused):
    site.pages["/b.zip"] = zipped(SKILL_md="evil")
    found = get(f"index:{site.url}")
    assert [got.path.name for got in found] == ["alpha", "gamma"]
    [note] = found[0].notes
    assert (note.code.id, note.args["entry"]) == ("PS915", "beta")
    assert "digest" in note.message()
    refused(f"index:{site.url}#beta", "PS909")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"digest": None}, "no digest"),
        ({"digest": "sha256:12"}, "no digest"),
        ({"digest": "md5:1234"}, "no digest"),
        ({"type": "exe"}, "type"),
        ({"url": None}, "no URL"),
        ({"url": 5}, "no URL"),
        ({"name": "../x"}, "folder"),
        ({"name": "a/b"}, "folder"),
        ({"name": "con"}, "folder"),
        ({"name": ""}, "no name"),
        ({"name": "gamma"}, "listed twice"),
    ],
)
def test_a_bad_row_never_stops_the_others(change, words, site, get):
    site.rows.reverse()
    site.rows[1] |= change
    site.publish()
    found = get(f"index:{site.url}")
    assert [got.path.name for got in found] == ["gamma", "alpha"]
    assert words in found[0].notes[-1].message()


def test_a_row_leads_elsewhere(site, refused):
    site.rows[0]["url"] = "file:///etc/passwd"
    site.publish()
    refused(f"index:{site.url}#alpha", "PS907")


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"skills": 5}', b"<html>", b'{"skills":[]}'])
def test_a_broken_index(data, site, refused):
    site.pages[NEW] = data
    refused(f"index:{site.url}", "PS914")


def test_a_site_without_an_index(web, refused):
    assert "not found" in refused(f"index:{web.url}", "PS906").message()
    assert web.asked == [NEW, OLD]


def test_a_changed_entry_is_an_error(site, get, refused, skill):
    [got] = get(f"index:{site.url}#alpha")
    page = skill("evil").encode()
    site.pages["/.well-known/agent-skills/a.md"] = page
    site.rows[0]["digest"] = digest(page)
    site.publish()
    refused(f"index:{site.url}#alpha", "PS905", revision=got.revision)


@pytest.fixture
def old_site(web):
    rows = [
        {"name": "alpha", "description": "A", "files": ["SKILL.md", "参考/中 文.md"]},
        {"name": "bad", "description": "B", "files": ["SKILL.md", "../../etc/passwd"]},
        {"name": "empty", "description": "C", "files": []},
    ]
    web.pages |= {
        OLD: json.dumps({"skills": rows}).encode(),
        "/.well-known/skills/alpha/SKILL.md": b"text",
        "/.well-known/skills/alpha/%E5%8F%82%E8%80%83/%E4%B8%AD%20%E6%96%87.md": b"more",
        "/.well-known/skills/bad/SKILL.md": b"text",
    }
    return web


def test_the_old_version_has_no_digests_and_that_is_told(old_site, get, files_of):
    [got] = get(f"index:{old_site.url}")
    assert files_of(got) == {"SKILL.md": b"text", "参考/中 文.md": b"more"}
    assert [note.code.id for note in got.notes] == ["PS917", "PS915", "PS915"]
    assert got.revision == got.digest


def test_a_file_of_the_old_version_that_leads_out(old_site, refused):
    refused(f"index:{old_site.url}#bad", "PS911")
    assert not any("passwd" in path for path in old_site.asked)


def test_a_skill_of_the_old_version_without_its_text(old_site, refused):
    assert "SKILL.md" in refused(f"index:{old_site.url}#empty", "PS914").message()


def test_too_many_files_of_the_old_version(old_site, refused):
    row = {"name": "many", "files": ["SKILL.md", *map(str, range(2000))]}
    old_site.pages[OLD] = json.dumps({"skills": [row]}).encode()
    refused(f"index:{old_site.url}#many", "PS913")
    assert len(old_site.asked) < 5


def test_a_changed_file_of_the_old_version(old_site, get, refused):
    [got] = get(f"index:{old_site.url}#alpha")
    assert get(f"index:{old_site.url}#alpha", revision=got.revision)[0].digest == got.digest
    old_site.pages["/.well-known/skills/alpha/SKILL.md"] = b"evil"
    refused(f"index:{old_site.url}#alpha", "PS905", revision=got.revision)


def test_offline_the_digest_of_the_index_counts(site, get, refused, skill):
    get(f"index:{site.url}#alpha")
    site.rows[0]["digest"] = digest(b"other")
    site.publish()
    get(f"index:{site.url}#beta")
    refused(f"index:{site.url}#alpha", "PS918", offline=True)


def test_offline_an_index_is_as_it_was(site, get, refused):
    online = get(f"index:{site.url}")
    site.pages.clear()
    assert get(f"index:{site.url}", offline=True) == online
    refused(f"{site.url}/other/.well-known/agent-skills/index.json", "PS918", offline=True)
