"""Edits of the user's, files in the way, and sources that are not what they were."""

from __future__ import annotations

import http.server
import io
import json
import random
import shutil
import subprocess
import tarfile
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from lab import (
    FIXTURE,
    codes,
    fetch_and_install,
    fetch_and_update,
    remove,
    restore,
    snapshot,
    write_skill,
)

from polyskill.platforms.base import File
from polyskill.platforms.install.apply import Policy
from polyskill.platforms.install.comparing import differences, state_of
from polyskill.platforms.install.errors import InstallError
from polyskill.platforms.install.lock import SkillEntry
from polyskill.platforms.install.run import Outcome, load_lock, opened
from polyskill.platforms.install.scope import Scope
from polyskill.platforms.install.store import Store
from polyskill.platforms.install.tree import Tree

PLAIN, BACKUP, ADOPT = Policy(), Policy(backup=True), Policy(adopt=True)
SKILL = ".claude/skills/release-notes/SKILL.md"
COPY = ".agents/skills/release-notes/SKILL.md"
BODY = "\n# Release Notes\n"


@pytest.fixture
def source(root: Path) -> Path:
    """The fixture skill as a source inside of the project."""
    return Path(shutil.copytree(FIXTURE, root / "src" / "rn"))


@pytest.fixture
def installed(scope: Scope, source: Path) -> Outcome:
    outcome = fetch_and_install(scope, "./src/rn")
    assert codes(outcome) == []
    return outcome


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text, path
    path.write_text(text.replace(old, new, 1), "utf-8")


def state(scope: Scope) -> dict[str, str]:
    lock, _ = load_lock(scope)
    return {name: state_of(Tree(scope.root), entry) for name, entry in lock.skills.items()}


def kept(root: Path) -> dict[str, bytes]:
    """What lies in the folder of backups, by the path that it came from."""
    folder = root / ".polyskill/backups"
    return {
        path.relative_to(folder).as_posix().partition("/")[2]: path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


# -- an edit meets an update ---------------------------------------------------------------------


def test_an_edit_elsewhere_is_merged(scope: Scope, source: Path, installed: Outcome) -> None:
    mine = scope.root / SKILL
    mine.write_text(mine.read_text() + "\n我自己的一行\n")
    change(source / "SKILL.md", BODY, "\n# Better Release Notes\n")
    outcome = fetch_and_update(scope)
    assert codes(outcome) == []
    assert "PS938" in [found.code.id for found in outcome.diagnostics]
    text = mine.read_text()
    assert "# Better Release Notes" in text
    assert text.endswith("\n我自己的一行\n")
    assert "我自己" not in (scope.root / COPY).read_text()
    assert state(scope) == {"release-notes": "modified"}


@pytest.mark.parametrize("policy", [PLAIN, ADOPT])
def test_an_edit_of_the_same_line_is_refused(
    scope: Scope, source: Path, installed: Outcome, policy: Policy
) -> None:
    change(scope.root / SKILL, BODY, "\n# My Notes\n")
    change(source / "SKILL.md", BODY, "\n# Better Release Notes\n")
    before = snapshot(scope.root)
    outcome = fetch_and_update(scope, policy=policy)
    assert codes(outcome) == ["PS921"]
    assert outcome.refused == ["release-notes"]
    assert snapshot(scope.root) == before


def test_backup_puts_such_an_edit_aside(scope: Scope, source: Path, installed: Outcome) -> None:
    change(scope.root / SKILL, BODY, "\n# My Notes\n")
    mine = (scope.root / SKILL).read_bytes()
    change(source / "SKILL.md", BODY, "\n# Better Release Notes\n")
    assert codes(fetch_and_update(scope, policy=BACKUP)) == []
    assert "# Better Release Notes" in (scope.root / SKILL).read_text()
    assert kept(scope.root) == {SKILL: mine}
    assert state(scope) == {"release-notes": "ok"}
    assert codes(remove(scope)) == []
    assert kept(scope.root) == {SKILL: mine}, "an edit is kept for good"


def test_an_edit_of_what_is_not_new_stays(scope: Scope, source: Path, installed: Outcome) -> None:
    change(scope.root / SKILL, BODY, "\n# My Notes\n")
    change(source / "references/categories.md", "Breaking", "Broken")
    assert codes(fetch_and_update(scope)) == []
    assert "# My Notes" in (scope.root / SKILL).read_text()
    reference = scope.root / ".claude/skills/release-notes/references/categories.md"
    assert "Broken" in reference.read_text()


def test_an_edit_of_a_block_is_merged_or_refused(
    scope: Scope, source: Path, installed: Outcome
) -> None:
    file = scope.root / "AGENTS.md"
    change(file, "- Say what", "- 请说 what")
    rule = source / "rules/changelog-format.md"
    change(rule, "Newest version first", "Newest at the top")
    assert codes(fetch_and_update(scope)) == []
    text = file.read_text()
    assert "请说 what" in text
    assert "Newest at the top" in text
    change(source / "rules/plain-words.md", "- Say what", "- Tell what")
    before = snapshot(scope.root)
    assert codes(fetch_and_update(scope)) == ["PS921"]
    assert snapshot(scope.root) == before
    assert codes(fetch_and_update(scope, policy=BACKUP)) == []
    assert "- Tell what" in file.read_text()
    assert "请说 what".encode() in kept(scope.root)["AGENTS.md"]


def test_a_changed_key_comes_out_with_the_skill_or_stays_whole(scope: Scope, source: Path) -> None:
    """The user's value of polyskill's key is an edit; his own keys are never touched."""
    fetch_and_install(scope, "./src/rn", to=("claude",))
    file = scope.root / ".mcp.json"
    change(file, '"mcpServers": {', '"mcpServers": {\n    "我的": {"command": "x"},')
    change(file, "issues.example.com", "mine.example.com")
    assert state(scope) == {"release-notes": "modified"}
    lock, _ = load_lock(scope)
    [found] = differences(Tree(scope.root), Store(scope.root), lock)
    assert (found.path, found.kind) == (".mcp.json", "modified")
    assert any(line.startswith("-") and "issues.example.com" in line for line in found.lines)
    assert not any("release-tools" in line for line in found.lines)
    mine = file.read_bytes()
    change(source / "mcp.json", "--quiet", "--loud")
    assert codes(fetch_and_update(scope)) == ["PS557"]
    assert file.read_bytes() == mine
    assert codes(remove(scope)) == []
    text = file.read_text()
    assert '"我的": {"command": "x"}' in text
    assert "mine.example.com" in text
    assert "release-tools" not in text


def test_lost_keys_come_back(scope: Scope, source: Path) -> None:
    fetch_and_install(scope, "./src/rn", to=("claude",))
    file = scope.root / ".mcp.json"
    whole = json.loads(file.read_bytes())
    for left in (b"{}\n", None):
        file.unlink() if left is None else file.write_bytes(left)
        assert state(scope) == {"release-notes": "missing" if left is None else "modified"}
        assert codes(fetch_and_update(scope)) == []
        assert json.loads(file.read_bytes()) == whole
    assert codes(remove(scope)) == []
    assert not file.exists()


# -- an edit meets uninstall and rollback --------------------------------------------------------


@pytest.mark.parametrize("path", [SKILL, "AGENTS.md"])
def test_uninstall_refuses_to_lose_an_edit(scope: Scope, installed: Outcome, path: str) -> None:
    change(scope.root / path, "what", "WHAT")
    mine = (scope.root / path).read_bytes()
    before = snapshot(scope.root)
    assert codes(remove(scope, "release-notes")) == ["PS977"]
    assert snapshot(scope.root) == before
    assert codes(remove(scope, "release-notes", policy=BACKUP)) == []
    assert kept(scope.root) == {path: mine}
    assert not (scope.root / path).exists()
    assert {path.parts[0] for path in map(Path, snapshot(scope.root))} == {"src", ".polyskill"}


def test_rollback_refuses_to_lose_an_edit(scope: Scope, source: Path, installed: Outcome) -> None:
    change(source / "SKILL.md", BODY, "\n# Better Release Notes\n")
    assert codes(fetch_and_update(scope)) == []
    change(scope.root / SKILL, "# Better Release Notes", "# My Notes")
    mine = (scope.root / SKILL).read_bytes()
    before = snapshot(scope.root)
    assert codes(restore(scope)) == ["PS921"]
    assert snapshot(scope.root) == before
    assert codes(restore(scope, BACKUP)) == []
    assert BODY in (scope.root / SKILL).read_text()
    assert kept(scope.root) == {SKILL: mine}


def test_rollback_of_the_first_install_leaves_nothing(scope: Scope, source: Path) -> None:
    before = snapshot(scope.root)
    fetch_and_install(scope, "./src/rn", to=("claude", "codex", "cursor", "kimi", "cline"))
    assert codes(restore(scope)) == []
    assert snapshot(scope.root) == before


def test_rollback_by_steps(scope: Scope, source: Path) -> None:
    seen = []
    for number in range(3):
        write_skill(scope.root / "src", "demo", f"Body {number}.", f"1.{number}.0")
        assert codes(fetch_and_install(scope, "./src/demo")) == []
        seen.append((scope.root / ".claude/skills/demo/SKILL.md").read_bytes())
    assert codes(restore(scope, steps=2)) == []
    assert (scope.root / ".claude/skills/demo/SKILL.md").read_bytes() == seen[0]
    with pytest.raises(InstallError) as caught:
        restore(scope, steps=2)
    assert caught.value.diagnostic.code.id == "PS946"


@pytest.mark.parametrize("again", ["install", "update"])
def test_what_was_deleted_comes_back(
    scope: Scope, source: Path, installed: Outcome, again: str
) -> None:
    before = snapshot(scope.root)
    (scope.root / SKILL).unlink()
    shutil.rmtree(scope.root / ".agents/skills/release-notes/references")
    assert state(scope) == {"release-notes": "missing"}
    if again == "install":
        assert codes(fetch_and_install(scope, "./src/rn")) == []
    else:
        assert codes(fetch_and_update(scope)) == []
    now = snapshot(scope.root)
    outside = {path for path in before | now if not path.startswith(".polyskill")}
    assert {path for path in outside if before.get(path) != now.get(path)} == set()


# -- files in the way ----------------------------------------------------------------------------


@pytest.mark.parametrize("policy", [PLAIN, ADOPT])
def test_a_file_in_the_way_stops_that_skill_alone(
    scope: Scope, source: Path, policy: Policy
) -> None:
    write_skill(scope.root / "src", "demo")
    (scope.root / SKILL).parent.mkdir(parents=True)
    (scope.root / SKILL).write_bytes("我的技能\r\n".encode())
    outcome = fetch_and_install(scope, "./src/rn", "./src/demo", policy=policy)
    assert codes(outcome) == ["PS920"]
    assert (scope.root / SKILL).read_bytes() == "我的技能\r\n".encode()
    assert not (scope.root / COPY).exists()
    assert state(scope) == {"demo": "ok"}


def test_backup_gives_the_file_back_in_the_end(scope: Scope, source: Path) -> None:
    (scope.root / SKILL).parent.mkdir(parents=True)
    (scope.root / SKILL).write_bytes("我的技能\r\n".encode())
    (scope.root / SKILL).chmod(0o444)
    before = snapshot(scope.root)
    assert codes(fetch_and_install(scope, "./src/rn", policy=BACKUP)) == []
    assert BODY in (scope.root / SKILL).read_text()
    change(source / "SKILL.md", BODY, "\n# Better Release Notes\n")
    assert codes(fetch_and_update(scope)) == []
    assert codes(remove(scope)) == []
    change(source / "SKILL.md", "\n# Better Release Notes\n", BODY)
    assert snapshot(scope.root) == before


def test_adopt_takes_over_the_very_bytes_only(scope: Scope, source: Path) -> None:
    fetch_and_install(scope, "./src/rn")
    files = snapshot(scope.root)
    (scope.root / "skills.lock").unlink()
    shutil.rmtree(scope.root / ".polyskill")
    outcome = fetch_and_install(scope, "./src/rn")
    assert set(codes(outcome)) == {"PS920"}
    assert codes(fetch_and_install(scope, "./src/rn", policy=ADOPT)) == []
    now = snapshot(scope.root)
    assert {path for path in files if not path.startswith(".polyskill")} <= now.keys()
    assert state(scope) == {"release-notes": "ok"}
    assert codes(remove(scope)) == []
    assert not (scope.root / SKILL).exists()


@pytest.mark.parametrize("mode", [0o600, 0o444, 0o755])
def test_a_shared_file_keeps_its_mode(scope: Scope, source: Path, mode: int) -> None:
    for name in ("AGENTS.md", ".mcp.json"):
        (scope.root / name).write_bytes(b"{}\n" if name.endswith("json") else b"mine\n")
        (scope.root / name).chmod(mode)
    assert codes(fetch_and_install(scope, "./src/rn")) == []
    change(source / "rules/plain-words.md", "- Say what", "- Tell what")
    for _ in range(2):
        for name in ("AGENTS.md", ".mcp.json"):
            assert (scope.root / name).stat().st_mode & 0o777 == mode, name
            assert (scope.root / name).stat().st_size > 10
        assert codes(fetch_and_update(scope)) == []


# -- names, versions, sources --------------------------------------------------------------------


def test_a_name_of_another_skill_needs_replace(scope: Scope) -> None:
    write_skill(scope.root / "one", "demo", "One.")
    write_skill(scope.root / "two", "demo", "Two.")
    assert codes(fetch_and_install(scope, "./one/demo")) == []
    before = snapshot(scope.root)
    assert codes(fetch_and_install(scope, "./two/demo")) == ["PS928"]
    assert snapshot(scope.root) == before
    assert codes(fetch_and_install(scope, "./two/demo", replace=True)) == []
    assert "Two." in (scope.root / ".claude/skills/demo/SKILL.md").read_text()


def test_two_names_that_differ_by_case_are_one(scope: Scope) -> None:
    write_skill(scope.root / "one", "demo")
    write_skill(scope.root / "two", "Demo")
    assert codes(fetch_and_install(scope, "./one/demo")) == []
    before = snapshot(scope.root)
    outcome = fetch_and_install(scope, "./two/Demo", allow=("PS104",))
    assert outcome.failed
    assert snapshot(scope.root) == before


@pytest.mark.parametrize("path", ["x/file.txt", "X/File.txt", "x/FILE.TXT"])
def test_a_path_belongs_to_one_skill_in_any_letter_case(scope: Scope, path: str) -> None:
    """Where upper and lower case are one, the second file would replace the first."""
    with opened(scope) as run:
        assert run.applier.apply(SkillEntry("one", "./one"), {"x/File.txt": File(b"1")})
        assert not run.applier.apply(SkillEntry("two", "./two"), {path: File(b"2")})
        assert codes(run.finish("install")) == ["PS927"]
    assert {name for name, entry in snapshot(scope.root).items() if entry[2] == b"1"} == {
        "x/File.txt"
    }


def test_an_older_version_needs_a_flag(scope: Scope) -> None:
    write_skill(scope.root, "demo", "New.", "2.0.0")
    assert codes(fetch_and_install(scope, "./demo")) == []
    write_skill(scope.root, "demo", "Old.", "1.10.0")
    before = snapshot(scope.root)
    assert codes(fetch_and_install(scope, "./demo")) == ["PS945"]
    assert codes(fetch_and_update(scope)) == ["PS945"]
    assert snapshot(scope.root) == before
    assert codes(fetch_and_update(scope, downgrade=True)) == []
    assert "Old." in (scope.root / ".claude/skills/demo/SKILL.md").read_text()


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Path) -> Callable[..., str]:
    """Run git in a new repository, with a configuration of its own."""
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, "/dev/null")
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "T")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "t@example.org")
    repository = tmp_path / "仓库"
    repository.mkdir()

    def run(*args: str) -> str:
        done = subprocess.run(["git", *args], cwd=repository, check=True, capture_output=True)
        return done.stdout.decode().strip()

    run("init", "-q", "-b", "main")
    return run


def commit(git: Callable[..., str], folder: Path, body: str, version: str, tag: str) -> str:
    write_skill(folder, "demo", body, version)
    git("add", "-A")
    git("commit", "-q", "-m", version)
    git("tag", "-f", tag)
    return git("rev-parse", "HEAD")


def test_a_tag_that_moved_is_an_error(
    scope: Scope, git: Callable[..., str], tmp_path: Path
) -> None:
    folder = tmp_path / "仓库"
    first = commit(git, folder, "First.", "1.0.0", "v1")
    spec = f"git+file://{folder}@v1#demo"
    assert codes(fetch_and_install(scope, spec)) == []
    lock, _ = load_lock(scope)
    assert lock.skills["demo"].revision == first
    commit(git, folder, "Moved.", "1.0.0", "v1")
    before = snapshot(scope.root)
    for outcome in (fetch_and_update(scope), fetch_and_install(scope, spec)):
        assert outcome.failed
        assert outcome.refused == ["demo"]
    assert snapshot(scope.root) == before
    assert codes(fetch_and_update(scope, replace=True)) == []
    assert "Moved." in (scope.root / ".claude/skills/demo/SKILL.md").read_text()


def test_to_another_version_and_back(scope: Scope, git: Callable[..., str], tmp_path: Path) -> None:
    folder = tmp_path / "仓库"
    commit(git, folder, "First.", "1.0.0", "v1")
    commit(git, folder, "Second.", "2.0.0", "v2")
    file = scope.root / ".claude/skills/demo/SKILL.md"
    assert codes(fetch_and_install(scope, f"git+file://{folder}@v1#demo")) == []
    assert codes(fetch_and_update(scope, "demo", version="v2")) == []
    assert "Second." in file.read_text()
    assert codes(fetch_and_update(scope, "demo", version="v1")) == ["PS945"]
    assert codes(fetch_and_update(scope, "demo", version="v1", downgrade=True)) == []
    assert "First." in file.read_text()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A web server on this machine, and the folder that it serves."""
    folder = tmp_path / "www"
    folder.mkdir()

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(Quiet, directory=str(folder))
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}", folder
    server.shutdown()
    thread.join()
    server.server_close()


def archive(place: Path, body: str, version: str = "1.0.0") -> None:
    text = write_skill(place.parent.parent / "pack", "demo", body, version) / "SKILL.md"
    with tarfile.open(place, "w:gz") as packed:
        info = tarfile.TarInfo("demo/SKILL.md")
        info.size = text.stat().st_size
        packed.addfile(info, io.BytesIO(text.read_bytes()))


def test_an_archive_that_changed_is_an_error(
    scope: Scope, served: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    url, folder = served
    archive(folder / "demo.tar.gz", "First.")
    assert codes(fetch_and_install(scope, f"{url}/demo.tar.gz")) == []
    archive(folder / "demo.tar.gz", "Exchanged.")
    before = snapshot(scope.root)
    outcome = fetch_and_update(scope)
    assert outcome.failed
    assert snapshot(scope.root) == before
    assert codes(fetch_and_update(scope, replace=True)) == []
    assert "Exchanged." in (scope.root / ".claude/skills/demo/SKILL.md").read_text()


# -- links, and what was lost --------------------------------------------------------------------


@pytest.mark.parametrize("link", [".claude", ".claude/skills", ".claude/skills/release-notes"])
def test_a_link_that_leads_out_is_refused(
    scope: Scope, source: Path, tmp_path: Path, link: str
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (scope.root / link).parent.mkdir(parents=True, exist_ok=True)
    (scope.root / link).symlink_to(outside)
    before = snapshot(scope.root)
    outcome = fetch_and_install(scope, "./src/rn")
    assert set(codes(outcome)) == {"PS922"}
    assert snapshot(scope.root) == before
    assert not list(outside.iterdir())


def test_without_the_store_uninstall_is_right_all_the_same(scope: Scope, source: Path) -> None:
    (scope.root / "AGENTS.md").write_bytes(b"# Mine\r\n\r\nkept")
    (scope.root / ".mcp.json").write_bytes(b'{\n  // mine\n  "mcpServers": {}\n}\n')
    before = snapshot(scope.root)
    assert codes(fetch_and_install(scope, "./src/rn", to=("claude", "codex", "cursor"))) == []
    shutil.rmtree(scope.root / ".polyskill")
    assert codes(remove(scope)) == []
    assert snapshot(scope.root) == before


# -- one bit -------------------------------------------------------------------------------------


def noticed(scope: Scope) -> bool:
    """Whether status is not "ok", or the lock cannot be used."""
    try:
        return set(state(scope).values()) != {"ok"}
    except InstallError:
        return True


def test_every_flipped_bit_is_noticed(scope: Scope, source: Path) -> None:
    """600 flips: of skills.lock, and of all installed files and blocks."""
    fetch_and_install(scope, "./src/rn", to=("claude", "codex"))
    lock, _ = load_lock(scope)
    entry = lock.skills["release-notes"]
    assert not noticed(scope)
    choice = random.Random(20261127)
    whole = ["skills.lock", *entry.files]
    for number in range(600):
        path = "skills.lock" if number % 3 == 0 else choice.choice(whole)
        place = scope.root / path
        good = place.read_bytes()
        bad = bytearray(good)
        at = choice.randrange(len(bad))
        bad[at] ^= 1 << choice.randrange(8)
        place.write_bytes(bad)
        assert noticed(scope), f"bit in byte {at} of {path}"
        place.write_bytes(good)
    assert not noticed(scope)


def test_damaged_notes_stop_a_command(scope: Scope, source: Path) -> None:
    """They say which files of the user's to give back, and with which permissions."""
    (scope.root / SKILL).parent.mkdir(parents=True)
    (scope.root / SKILL).write_bytes("我的技能\r\n".encode())
    before = snapshot(scope.root)
    fetch_and_install(scope, "./src/rn", policy=BACKUP)
    notes = scope.root / ".polyskill/state.json"
    good = notes.read_bytes()
    choice = random.Random(7)
    for _ in range(200):
        bad = bytearray(good)
        bad[choice.randrange(len(bad))] ^= 1 << choice.randrange(8)
        notes.write_bytes(bad)
        with pytest.raises(InstallError) as caught:
            remove(scope)
        assert caught.value.diagnostic.code.id == "PS999"
        assert notes.read_bytes() == bad
    notes.write_bytes(good)
    assert codes(remove(scope)) == []
    assert snapshot(scope.root) == before


def test_every_flipped_bit_of_a_block_is_noticed(scope: Scope, source: Path) -> None:
    fetch_and_install(scope, "./src/rn", to=("codex",))
    place = scope.root / "AGENTS.md"
    good = place.read_bytes()
    for at in range(len(good)):
        bad = bytearray(good)
        bad[at] ^= 1 << (at % 8)
        place.write_bytes(bad)
        first, last = good.index(b"\n") + 1, good.rindex(b"<!-- polyskill:end")
        if first <= at < last:
            assert noticed(scope), f"byte {at}"
    place.write_bytes(good)
    assert not noticed(scope)
