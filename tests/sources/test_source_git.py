"""Git repositories: real ones, through the real git."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

import pytest

from polyskill.platforms.sources import Limits


def test_a_repository_is_fetched_at_a_full_commit(repo, get, skill, files_of):
    commit = repo.commit({"技能/SKILL.md": skill("a"), "run.sh": "x"})
    [got] = get(repo.url)
    assert got.revision == commit
    assert got.path.name == "库"
    assert files_of(got) == {"run.sh": b"x", "技能/SKILL.md": skill("a").encode()}
    assert (got.version, got.pinned, got.notes) == ("", False, ())


@pytest.mark.parametrize("spelling", ["@v1.0#技能", "#v1.0@技能", "@v1.0#%E6%8A%80%E8%83%BD"])
def test_a_tag_and_a_subfolder(repo, get, skill, files_of, spelling):
    commit = repo.commit({"技能/SKILL.md": skill("a"), "other.md": "x"}, tag="v1.0")
    repo.commit({"技能/SKILL.md": skill("b")})
    [got] = get(repo.url + spelling)
    assert (got.revision, got.version, got.pinned) == (commit, "1.0", True)
    assert files_of(got) == {"SKILL.md": skill("a").encode()}
    assert got.path.name == "技能"


def test_a_tag_called_like_a_commit_does_not_stand_for_it(repo, get):
    first = repo.commit({"a": "1"})
    second = repo.commit({"a": "2"})
    repo.git("update-ref", f"refs/tags/{first}", second)
    repo.git("update-ref", f"refs/heads/{first}", second)
    [got] = get(f"{repo.url}@{first}")
    assert got.revision == first


def test_a_version_stands_for_the_one_tag_of_it(repo, get, refused):
    first = repo.commit({"a": "1"}, tag="v1.0")
    second = repo.commit({"a": "2"}, tag="demo--v2.0")
    assert [got.revision for got in (*get(f"{repo.url}@1.0"), *get(f"{repo.url}@2.0"))] == [
        first,
        second,
    ]
    [got] = get(f"{repo.url}@1.0")
    assert (got.version, got.pinned) == ("1.0", True)
    repo.commit({"a": "3"}, tag="other--v2.0")
    refused(f"{repo.url}@2.0", "PS904")


def test_a_branch_and_a_commit_can_be_wanted(repo, get):
    first = repo.commit({"a": "1"})
    repo.git("switch", "-q", "-c", "feature/甲")
    second = repo.commit({"a": "2"})
    repo.git("switch", "-q", "main")
    [branch] = get(f"{repo.url}@feature/甲")
    [commit] = get(f"{repo.url}@{first}")
    assert (branch.revision, branch.pinned) == (second, False)
    assert (commit.revision, commit.pinned) == (first, True)


def test_a_tag_comes_before_a_branch_of_the_same_name(repo, get):
    first = repo.commit({"a": "1"}, tag="same")
    repo.git("branch", "same")
    repo.git("switch", "-q", "-C", "same")
    repo.commit({"a": "2"})
    [got] = get(f"{repo.url}@same")
    assert got.revision == first


def test_the_executable_bit_is_kept_and_others_are_not(repo, get):
    repo.commit({"run.sh": "x", "a.md": "y"})
    (repo.path / "run.sh").chmod(0o4775)
    repo.commit({})
    [got] = get(repo.url)
    assert stat.S_IMODE((got.path / "run.sh").stat().st_mode) == 0o755
    assert stat.S_IMODE((got.path / "a.md").stat().st_mode) == 0o644


def test_links_inside_become_files_and_others_are_told(repo, get, files_of):
    repo.commit({"s/SKILL.md": "text", "shared/x.md": "shared", "s/d/e.md": "e"})
    (repo.path / "s/inner.md").symlink_to("SKILL.md")
    (repo.path / "s/outer.md").symlink_to("../shared/x.md")
    (repo.path / "s/chain.md").symlink_to("inner.md")
    (repo.path / "s/through.md").symlink_to("d/../SKILL.md")
    (repo.path / "s/folder").symlink_to("d")
    (repo.path / "s/loop").symlink_to("loop2")
    (repo.path / "s/loop2").symlink_to("loop")
    repo.commit({})
    [got] = get(f"{repo.url}#s")
    assert files_of(got) == {
        "SKILL.md": b"text",
        "chain.md": b"text",
        "d/e.md": b"e",
        "inner.md": b"text",
        "outer.md": b"shared",
        "through.md": b"text",
    }
    assert not any(path.is_symlink() for path in got.path.rglob("*"))
    assert sorted(note.args["entry"] for note in got.notes) == ["s/folder", "s/loop", "s/loop2"]


TARGETS = ["/etc/passwd", "../../etc/passwd", "..\\..\\x", "C:x", "a\x1bb"]


@pytest.mark.parametrize("target", TARGETS)
def test_a_link_out_is_refused(repo, refused, target):
    repo.commit({"SKILL.md": "x"})
    (repo.path / "bad").symlink_to(target)
    repo.commit({})
    assert "leads out" in refused(repo.url, "PS911").message()


def test_what_is_outside_of_the_subfolder_does_not_matter(repo, get):
    repo.commit({"s/SKILL.md": "x"})
    (repo.path / "bad").symlink_to("/etc/passwd")
    repo.commit({})
    assert get(f"{repo.url}#s")


def test_hooks_filters_and_submodules_do_not_run(repo, new_repo, get, tmp_path, files_of):
    proof = tmp_path / "proof"
    script = f"#!/bin/sh\ntouch '{proof}'\ncat\n"
    other = new_repo("other")
    other.commit({"x": "y"})
    repo.commit(
        {
            "SKILL.md": "x",
            ".gitattributes": "*.md filter=evil diff=evil export-ignore\n",
            "hooks/post-checkout": script,
        }
    )
    for hook in ("post-checkout", "pre-receive", "post-upload-pack"):
        path = repo.path / ".git/hooks" / hook
        path.write_text(script)
        path.chmod(0o755)
    repo.git("config", "filter.evil.smudge", f"touch '{proof}'")
    repo.git("config", "core.fsmonitor", f"touch '{proof}'")
    repo.git(
        "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other.path), "m"
    )
    repo.git("commit", "-qm", "submodule")
    proof.unlink(missing_ok=True)
    [got] = get(repo.url)
    assert not proof.exists()
    assert "SKILL.md" in files_of(got)
    assert not [name for name in files_of(got) if name.startswith("m/")]
    assert [note.args["entry"] for note in got.notes] == ["m"]


def test_contents_in_lfs_are_told(repo, get):
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"
    repo.commit({"SKILL.md": "x", "big.bin": pointer})
    [got] = get(repo.url)
    assert [note.args["entry"] for note in got.notes] == ["big.bin"]


def test_a_moved_tag_is_an_error_and_not_an_update(repo, get, refused, cache):
    old = repo.commit({"SKILL.md": "1"}, tag="v1")
    [got] = get(f"{repo.url}@v1")
    assert got.revision == old
    new = repo.commit({"SKILL.md": "2"}, tag="v1")
    said = refused(f"{repo.url}@v1", "PS905", revision=old)
    assert (said.args["found"], said.args["wanted"]) == (new, old)
    [again] = get(f"{repo.url}@v1", revision=old, offline=True)
    assert again.digest == got.digest


def test_a_recorded_commit_of_a_branch_is_fetched_though_it_moved_on(repo, get, tmp_path):
    old = repo.commit({"SKILL.md": "1"})
    repo.commit({"SKILL.md": "2"})
    [got] = get(f"{repo.url}@main", revision=old, cache=tmp_path / "fresh")
    assert got.revision == old
    assert (got.path / "SKILL.md").read_text() == "1"


def test_a_recorded_commit_that_is_gone_is_an_error(repo, refused):
    repo.commit({"SKILL.md": "1"})
    refused(repo.url, "PS905", revision="0" * 40)
    refused(repo.url, "PS905", revision="--upload-pack=x")


def test_a_missing_ref_names_those_that_are_there(repo, refused):
    repo.commit({"a": "1"}, tag="v1")
    said = refused(f"{repo.url}@v2", "PS904")
    assert "`v1`" in said.args["there"]
    assert "`main`" in said.args["there"]


def test_a_missing_subfolder_names_what_is_there(repo, refused):
    repo.commit({"skills/a/SKILL.md": "1"})
    assert "`skills`" in refused(f"{repo.url}#skill", "PS901").args["there"]


def test_an_empty_repository(repo, refused):
    refused(repo.url, "PS904")


def test_no_repository(tmp_path, refused):
    assert "repository" in refused(f"git+file://{tmp_path}/nothing", "PS903").message()


def test_git_is_not_installed(repo, refused, monkeypatch, tmp_path):
    repo.commit({"a": "1"})
    monkeypatch.setenv("PATH", str(tmp_path))
    assert refused(repo.url, "PS902").args["program"] == "git"


def test_a_slow_git_is_stopped(repo, refused, monkeypatch, tmp_path):
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "git").write_text("#!/bin/sh\nexec sleep 60\n")
    (tools / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
    said = refused(repo.url, "PS903", limits=Limits(deadline=0.3))
    assert "longer than 0.3 seconds" in said.message()


def test_a_git_that_talks_without_end_is_stopped(repo, refused, monkeypatch, tmp_path):
    monkeypatch.setattr("polyskill.platforms.sources.programs._LARGEST_ANSWER", 1_000_000)
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "git").write_text('#!/bin/sh\ncase "$*" in *ls-remote*) exec yes;; esac\n')
    (tools / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
    assert "too long" in refused(repo.url, "PS903").message()


def test_a_large_repository_is_stopped(repo, refused):
    for number in range(3):
        (repo.path / f"{number}.bin").write_bytes(os.urandom(1024 * 1024))
    repo.commit({})
    refused(repo.url, "PS913", limits=Limits(file=1000))
    refused(repo.url, "PS913", limits=Limits(total=2 * 1024 * 1024))
    refused(repo.url, "PS913", limits=Limits(entries=2))
    refused(repo.url, "PS908", limits=Limits(repository=1024 * 1024))


@pytest.mark.parametrize("name", ["aux.md", "a:b", "dot.", "a\u202eb.md", "tab\tx", "q?"])
def test_names_that_not_all_systems_have_are_refused(repo, refused, name):
    repo.commit({"SKILL.md": "x", name: "y"})
    refused(repo.url, "PS911")


def test_names_that_differ_in_case_only_are_refused(repo, refused):
    repo.commit({"a/Read.md": "x", "a/read.md": "y"})
    refused(repo.url, "PS912")


def test_ext_and_plain_http_are_not_used(refused, tmp_path):
    assert "not encrypted" in refused("git+http://example.invalid/r.git", "PS907").message()
    refused("git+ext::sh -c 'touch x'", "PS900")


def test_settings_of_the_environment_do_not_redirect_git(repo, new_repo, get, monkeypatch):
    wanted = repo.commit({"a": "1"})
    other = new_repo("other")
    other.commit({"b": "2"})
    monkeypatch.setenv("GIT_DIR", str(other.path / ".git"))
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(other.path / ".git/objects"))
    [got] = get(repo.url)
    assert got.revision == wanted


def test_the_digest_is_the_same_for_the_same_files(repo, new_repo, get):
    repo.commit({"SKILL.md": "x", "技能.md": "y"})
    other = new_repo("另一个")
    other.commit({"技能.md": "y"})
    other.commit({"SKILL.md": "x"})
    [one], [two] = get(repo.url), get(other.url)
    assert one.digest == two.digest
    assert one.revision != two.revision
    other.commit({"SKILL.md": "X"})
    assert get(other.url)[0].digest != one.digest


def test_a_name_that_is_no_folder_is_replaced(new_repo, get):
    repo = new_repo("con")
    repo.commit({"a": "1"})
    assert get(repo.url)[0].path.name == "repository"
    assert Path(get(repo.url)[0].path / "a").read_text() == "1"


@pytest.fixture
def git_server(web, repo):
    """Serve the repository over http, by git's own CGI program; return its address."""

    def serve(handler) -> None:
        path, _, query = handler.path.partition("?")
        body = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        env = {
            **os.environ,
            "GIT_PROJECT_ROOT": str(repo.path.parent),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_PROTOCOL": handler.headers.get("Git-Protocol", ""),
            "PATH_INFO": path.replace("/r.git", f"/{repo.path.name}/.git"),
            "QUERY_STRING": query,
            "REQUEST_METHOD": handler.command,
            "CONTENT_TYPE": handler.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": handler.headers.get("Content-Encoding", ""),
        }
        done = subprocess.run(
            ["git", "http-backend"], input=body, env=env, capture_output=True, check=True
        )
        head, _, rest = done.stdout.partition(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        handler.send_response(int(fields.pop("Status", "200").split()[0]))
        for name, value in fields.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(rest)))
        handler.end_headers()
        handler.wfile.write(rest)

    web.pages |= {"/r.git/info/refs": serve, "/r.git/git-upload-pack": serve}
    return f"git+{web.url}/r.git"


def test_a_git_server(repo, git_server, get, refused, skill, files_of, web, tmp_path):
    old = repo.commit({"技能/SKILL.md": skill("a")}, tag="v1")
    [got] = get(f"{git_server}@v1#技能")
    assert (got.revision, set(files_of(got))) == (old, {"SKILL.md"})
    new = repo.commit({"技能/SKILL.md": skill("b")})
    [again] = get(f"{git_server}#技能", revision=old, cache=tmp_path / "fresh")
    assert again.revision == old
    repo.git("tag", "-f", "v1", new)
    refused(f"{git_server}@v1#技能", "PS905", revision=old)
    web.pages.clear()
    assert "not found" in refused(f"{git_server}@v1", "PS903").message()


def test_a_git_server_that_wants_a_password(web, refused, monkeypatch):
    monkeypatch.setenv("GIT_ASKPASS", "/bin/false")
    web.pages["/r.git/info/refs"] = (401, {"WWW-Authenticate": 'Basic realm="x"'}, b"")
    said = refused(f"git+{web.url}/r.git", "PS903")
    assert "could not read Username" in said.message() or "Authentication failed" in said.message()


def test_a_git_server_does_not_lead_to_another_protocol(web, refused, repo):
    repo.commit({"a": "b"})
    web.pages["/r.git/info/refs"] = (302, {"Location": f"file://{repo.path}/info/refs"}, b"")
    refused(f"git+{web.url}/r.git", "PS903")
