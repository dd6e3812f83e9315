"""Marketplaces of all four kinds and our own, with every form of source."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from polyskill.compiler.readers import discover, read
from polyskill.platforms.sources.model import Spec
from polyskill.platforms.sources.rows import Unusable, place_of

CLAUDE = ".claude-plugin/marketplace.json"
CODEX = ".agents/plugins/marketplace.json"
CURSOR = ".cursor-plugin/marketplace.json"
SHA = "a1" * 20


def plugin(name: str, skill) -> dict[str, str]:
    return {
        f"plugins/{name}/.claude-plugin/plugin.json": json.dumps({"name": name, "version": "2.0"}),
        f"plugins/{name}/skills/{name}/SKILL.md": skill(name),
    }


def manifest(*plugins: object, **more: object) -> str:
    return json.dumps({"name": "m", "owner": {"name": "o"}, **more, "plugins": list(plugins)})


@pytest.fixture
def market(tmp_path, skill):
    """A folder to put a marketplace in, with two plugins."""
    root = tmp_path / "市场"

    def write(files: dict[str, str]) -> Path:
        for name, text in {**plugin("alpha", skill), **plugin("beta", skill), **files}.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        return root

    return write


def names_in(path: Path) -> list[str]:
    found = [skill for one in discover(path) if one.dialect for skill in read(one).skills]
    return sorted(skill.name for skill in found)


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (CLAUDE, manifest({"name": "alpha", "source": "./plugins/alpha"})),
        (CLAUDE, manifest({"name": "alpha", "source": "alpha"},
                          metadata={"pluginRoot": "./plugins"})),
        (CODEX, manifest({"name": "alpha", "source": {"source": "local",
                                                      "path": "./plugins/alpha"}})),
        (CURSOR, manifest({"name": "alpha", "source": "plugins/alpha"})),
        ("marketplace.json", json.dumps({"version": "2", "plugins": [
            {"id": "alpha", "displayName": "阿", "source": "./plugins/alpha"}]})),
        ("index.json", json.dumps({"plugins": [{"name": "alpha", "path": "plugins/alpha"}]})),
    ],
    ids=["claude", "claude-root", "codex", "cursor", "kimi", "neutral"],
)  # fmt: skip
def test_a_plugin_in_the_folder_of_its_marketplace(place, text, market, get):
    root = market({place: text})
    for spelling in ("marketplace:./市场", f"marketplace:./市场/{place}", "alpha@./市场"):
        [got] = get(spelling)
        assert got.path == root / "plugins/alpha"
        assert (got.version, got.revision, got.spec.pick) == ("2.0", "", ("alpha",))
        assert names_in(got.path) == ["alpha"]


def test_a_git_marketplace_and_its_recorded_revision(repo, get, refused, skill, tmp_path):
    files = {CLAUDE: manifest({"name": "alpha", "source": "./plugins/alpha"})}
    old = repo.commit(files | plugin("alpha", skill))
    [got] = get(f"marketplace:{repo.url}#alpha")
    assert got.revision == old
    digest = got.digest
    repo.commit({"plugins/alpha/skills/alpha/SKILL.md": skill("changed")})
    [new] = get(f"marketplace:{repo.url}#alpha")
    assert (new.revision != old, new.digest != digest) == (True, True)
    for cache in ("cache", "fresh"):
        [again] = get(f"marketplace:{repo.url}#alpha", revision=old, cache=tmp_path / cache)
        assert (again.revision, again.digest) == (old, digest)
    refused(f"marketplace:{repo.url}#alpha", "PS905", revision="0" * 40)


def test_a_moved_tag_of_a_marketplace_is_an_error(repo, get, refused, skill):
    files = {CLAUDE: manifest({"name": "alpha", "source": "./plugins/alpha"})}
    old = repo.commit(files | plugin("alpha", skill), tag="v1")
    [got] = get(f"marketplace:{repo.url}@v1#alpha")
    assert got.pinned
    repo.commit({"x": "y"}, tag="v1")
    refused(f"marketplace:{repo.url}@v1#alpha", "PS905", kept=True, revision=old)


def test_a_marketplace_of_repositories(repo, new_repo, get, refused, skill, tmp_path):
    one, two = new_repo("one"), new_repo("two")
    first = one.commit({"SKILL.md": skill("one")}, tag="v1")
    one.commit({"SKILL.md": skill("later")})
    second = two.commit({"部分/SKILL.md": skill("two")})
    rows = [
        {"name": "by-ref", "source": {"source": "url", "url": f"file://{one.path}", "ref": "v1"}},
        {"name": "by-sha", "source": {"source": "url", "url": f"file://{one.path}", "sha": first}},
        {"name": "part", "source": {"source": "git-subdir", "url": f"file://{two.path}",
                                    "path": "部分"}, "version": "3"},
    ]  # fmt: skip
    (tmp_path / "m/.claude-plugin").mkdir(parents=True)
    (tmp_path / "m" / CLAUDE).write_text(manifest(*rows))
    found = {got.spec.pick[0]: got for got in get("marketplace:./m")}
    assert {name: got.revision for name, got in found.items()} == {
        "by-ref": first,
        "by-sha": first,
        "part": second,
    }
    assert (found["by-ref"].version, found["part"].version) == ("1", "3")
    assert found["by-ref"].pinned
    assert names_in(found["part"].path) == ["two"]
    two.commit({"部分/SKILL.md": skill("newer")})
    [again] = get("marketplace:./m#part", revision=second)
    assert again.revision == second
    repo.commit({CLAUDE: manifest(*rows)})
    said = refused(f"marketplace:{repo.url}", "PS914", kept=True)
    assert "usable" in said.message()


def test_github_forms_go_to_that_host(get, new_repo, web, skill, monkeypatch, tmp_path, repo):
    """The user's own git configuration sends the address to a repository on this machine."""
    hub = new_repo("hub/owner/repo.git")
    commit = hub.commit({"sub/SKILL.md": skill("hub")})
    config = tmp_path / "gitconfig"
    config.write_text(
        f'[url "file://{tmp_path}/hub/"]\n\tinsteadOf = https://github.com/\n'
        '[protocol "file"]\n\tallow = always\n'
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    repo.commit(
        {
            CODEX: manifest(
                {"name": "a", "source": {"source": "github", "repo": "owner/repo"}},
                {"name": "b", "source": "https://github.com/owner/repo/tree/main"},
                {"name": "c", "source": {"source": "git", "url": "https://github.com/owner/repo"}},
                {
                    "name": "d",
                    "source": {"source": "git-subdir", "url": "owner/repo", "path": "sub"},
                },
                {"name": "e", "source": "github:owner/repo"},
            )
        }
    )
    found = get(f"marketplace:{repo.url}")
    assert [got.spec.pick[0] for got in found] == ["a", "b", "c", "d", "e"]
    assert {got.revision for got in found} == {commit}
    assert (found[3].path / "SKILL.md").exists()


def test_a_marketplace_file_on_the_web(web, get, refused, files_of, skill):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("alpha/SKILL.md", skill("alpha"))
    rows = [
        {"id": "alpha", "displayName": "阿尔法", "source": f"{web.url}/p/alpha.zip"},
        {"id": "near", "displayName": "N", "source": "p/alpha.zip"},
        {"id": "folder", "displayName": "F", "source": "./folder"},
    ]
    web.pages |= {
        "/kimi/marketplace.json": json.dumps({"version": "2", "plugins": rows}).encode(),
        "/p/alpha.zip": out.getvalue(),
        "/kimi/p/alpha.zip": out.getvalue(),
    }
    found = get(f"{web.url}/kimi/marketplace.json")
    assert [got.spec.pick[0] for got in found] == ["alpha", "near"]
    assert [note.args["entry"] for note in found[0].notes] == ["folder"]
    assert found[0].revision.startswith("sha256:")
    assert get(f"{web.url}/kimi/marketplace.json", offline=True) == found
    web.pages["/p/alpha.zip"] = out.getvalue().replace(b"Says", b"Lies")
    refused(f"{web.url}/kimi/marketplace.json#alpha", "PS910")


def test_a_marketplace_in_an_archive(web, get, skill):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(f"m/{CLAUDE}", manifest({"name": "alpha", "source": "./plugins/alpha"}))
        for name, text in plugin("alpha", skill).items():
            archive.writestr(f"m/{name}", text)
    web.pages["/m.zip"] = out.getvalue()
    [got] = get(f"marketplace:{web.url}/m.zip")
    assert names_in(got.path) == ["alpha"]
    assert got.revision.startswith("sha256:")


def test_rows_that_list_their_skills_stand_for_these_only(market, get, files_of, skill):
    """The form of collections: one folder of skills, several plugins that pick from it."""
    root = market(
        {
            CLAUDE: manifest(
                {"name": "docs", "description": "文档", "source": "./", "strict": False,
                 "skills": ["./skills/pdf", "./skills/docx"]},
                {"name": "art", "source": "./", "strict": False, "skills": ["./skills/画"]},
            ),
            "LICENSE": "MIT",
            "secret.md": "no",
            "skills/pdf/SKILL.md": skill("pdf"),
            "skills/docx/SKILL.md": skill("docx"),
            "skills/画/SKILL.md": skill("art"),
            "skills/画/run.py": "print()",
        }
    )  # fmt: skip
    docs, art = get("marketplace:./市场")
    assert set(files_of(docs)) == {
        ".claude-plugin/plugin.json",
        "LICENSE",
        "skills/docx/SKILL.md",
        "skills/pdf/SKILL.md",
    }
    assert names_in(docs.path) == ["docs"] or set(names_in(docs.path)) >= {"docx", "pdf"}
    assert "skills/画/run.py" in files_of(art)
    assert docs.digest != art.digest
    assert root.is_dir()


def test_a_row_that_is_the_whole_marketplace(market, get, files_of, skill):
    market(
        {
            CLAUDE: manifest(
                {"name": "root", "source": "./"},
                {"name": "alpha", "source": "./plugins/alpha"},
                {"name": "beta", "source": "./plugins/beta"},
            ),
            "skills/own/SKILL.md": skill("own"),
        }
    )
    [got] = get("marketplace:./市场#root")
    assert set(files_of(got)) == {"skills/own/SKILL.md"}


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("../../etc", "leads out"),
        ("/etc", "leads out"),
        ("~/x", "leads out"),
        ("C:\\x", "leads out"),
        (5, "no source"),
        (None, "no source"),
        ({"source": "local"}, "no path"),
        ({"source": "local", "path": "../x"}, "leads out"),
        ({"source": "magic", "path": "x"}, "unknown kind"),
        ({"source": "github"}, "no repository"),
        ({"source": "github", "repo": "--upload-pack=x"}, "fits"),
        ({"source": "url", "url": "ext::sh -c x"}, ""),
        ({"source": "url", "url": "ftp://h/x"}, "not used over"),
        ({"source": "url", "url": "https://h/x", "ref": "--x"}, "not a repository"),
        ({"source": "git-subdir", "url": "https://h/x", "path": "../y"}, "not a repository"),
        ({"source": "npm", "package": "--x"}, "npm"),
        ({"source": "npm", "package": "x", "registry": "https://h"}, "another registry"),
        ("https://h.org/marketplace.json", "is no plugin"),
        ("file:///etc", "not fetched"),
        ("git+file:///etc", "on this machine"),
        ({"source": "url", "url": "file:///etc"}, "on this machine"),
    ],
)
def test_a_bad_row_never_stops_the_others_of_a_git_marketplace(source, words, repo, get, skill):
    bad = {"name": "bad"} | ({"source": source} if source is not None else {})
    files = {CLAUDE: manifest(bad, {"name": "alpha", "source": "./plugins/alpha"}, 5, {})}
    repo.commit(files | plugin("alpha", skill))
    [got] = get(f"marketplace:{repo.url}")
    assert got.spec.pick == ("alpha",)
    assert [note.code.id for note in got.notes] == ["PS915"] * 3
    assert words in got.notes[0].message()


@pytest.mark.parametrize(
    ("source", "kind", "location", "ref", "subfolder"),
    [
        ({"source": "github", "repo": "o/r", "ref": "v1", "path": "p"}, "git",
         "https://github.com/o/r.git", "v1", "p"),
        ({"source": "github", "repo": "o/r", "ref": "v1", "sha": SHA}, "git",
         "https://github.com/o/r.git", SHA, ""),
        ({"source": "url", "url": "https://h.org/x"}, "git", "https://h.org/x", "", ""),
        ({"source": "url", "url": "git@h.org:o/r.git"}, "git", "git@h.org:o/r.git", "", ""),
        ({"source": "git-subdir", "url": "https://h.org/x.git", "path": "./a/b/", "ref": "m"},
         "git", "https://h.org/x.git", "m", "a/b"),
        ({"source": "npm", "package": "@s/p", "version": "^2.0.0"}, "npm", "@s/p", "^2.0.0", ""),
        ({"source": "pip", "package": "p", "version": "1"}, "pypi", "p", "1", ""),
        ("https://h.org/o/r", "git", "https://h.org/o/r", "", ""),
        ("https://github.com/o/r/tree/v1", "git", "https://github.com/o/r.git", "v1", ""),
        ("https://h.org/p.zip", "archive", "https://h.org/p.zip", "", ""),
        ({"source": "archive", "url": "https://h.org/p.tgz"}, "archive", "https://h.org/p.tgz", "",
         ""),
    ],
)  # fmt: skip
def test_the_forms_of_remote_sources(source, kind, location, ref, subfolder):
    found = place_of({"name": "x", "source": source}, "")
    assert isinstance(found, Spec)
    assert (found.kind, found.location, found.ref, found.subfolder) == (
        kind,
        location,
        ref,
        subfolder,
    )


def test_a_local_repository_may_be_named_by_a_local_marketplace_only():
    row = {"source": {"source": "url", "url": "file:///x/r"}}
    assert place_of(row, "", trusted=True).location == "file:///x/r"
    with pytest.raises(Unusable):
        place_of(row, "")


def test_a_plugin_behind_a_link_out_is_not_read(market, get, refused, tmp_path):
    root = market({CLAUDE: manifest({"name": "x", "source": "./plugins/x"})})
    (tmp_path / "outside").mkdir()
    (root / "plugins/x").symlink_to(tmp_path / "outside")
    refused("marketplace:./市场", "PS901")


def test_a_manifest_behind_a_link_out_is_not_read(tmp_path, refused):
    (tmp_path / "m/.claude-plugin").mkdir(parents=True)
    (tmp_path / "secret.json").write_text('{"plugins": []}')
    (tmp_path / "m" / CLAUDE).symlink_to(tmp_path / "secret.json")
    refused("marketplace:./m", "PS914")


@pytest.mark.parametrize("text", ["", "[]", "{", '{"plugins": {}}', '{"plugins": []}', "[" * 5000])
def test_a_broken_marketplace(text, market, refused):
    market({CLAUDE: text})
    refused("marketplace:./市场", "PS914")


def test_no_marketplace(market, refused):
    market({})
    refused("marketplace:./市场", "PS914")


def test_an_unknown_plugin_names_the_known(market, refused):
    market({CLAUDE: manifest({"name": "alpha", "source": "./plugins/alpha"})})
    assert "`alpha`" in refused("marketplace:./市场#alfa", "PS901").args["there"]


def test_a_missing_folder_is_told_and_the_others_come(market, get):
    market(
        {
            CLAUDE: manifest(
                {"name": "gone", "source": "./plugins/gone"},
                {"name": "alpha", "source": "./plugins/alpha"},
                {"name": "alpha", "source": "./plugins/beta"},
            )
        }
    )
    [got] = get("marketplace:./市场")
    assert got.path.name == "alpha"
    assert {note.args["entry"] for note in got.notes} == {"gone", "alpha"}


def test_the_marketplaces_that_polyskill_builds(tmp_path, get, skill):
    """Every host's marketplace, as our own build writes it, gives the skill back."""
    (tmp_path / "alpha").mkdir()
    (tmp_path / "alpha/SKILL.md").write_text(skill("alpha"), "utf-8")
    subprocess.run(
        [sys.executable, "-m", "polyskill", "build", "alpha", "-o", "out", "-l", "en", "-q"],
        cwd=tmp_path,
        check=True,
        timeout=120,
    )
    places = [
        *(tmp_path / "out").rglob("marketplace.json"),
        *(tmp_path / "out").rglob("index.json"),
    ]
    hosts = {path.relative_to(tmp_path / "out/bundles").parts[0] for path in places}
    assert hosts == {"agents", "claude", "codex", "cursor", "kimi"}
    for place in places:
        [got] = get(f"marketplace:{place}")
        assert got.spec.pick == ("alpha",)
        assert names_in(got.path) == ["alpha"]
    for host in hosts:
        assert get(f"alpha@./out/bundles/{host}")
