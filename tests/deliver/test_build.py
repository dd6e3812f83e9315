"""Builds: complete, incremental, isolated, and the same on every machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from polyskill.compiler.localized import Lang
from polyskill.platforms.deliver.build import Request, Result, build
from polyskill.platforms.deliver.records import Target
from polyskill.platforms.deliver.watch import watch

FIXTURE = Path(__file__).resolve().parents[1] / "fixtures" / "release-notes"
TARGETS = (
    Target("claude", Lang.EN),
    Target("codex", Lang.ZH),
    Target("claude", Lang.EN, package=True),
)


def skill(folder: Path, name: str, body: str = "Do the thing.", **extra: str) -> Path:
    keys = "".join(f"{key}: {value}\n" for key, value in extra.items())
    (folder / name).mkdir(parents=True)
    (folder / name / "SKILL.md").write_text(
        f'---\nname: {name}\ndescription: "Use when {name} is asked for."\n{keys}---\n\n'
        f"# {name}\n\n{body}\n"
    )
    return folder / name


def old(folder: Path) -> None:
    """Make everything older than the clock's tick, as sources usually are."""
    for path in [folder, *folder.rglob("*")]:
        os.utime(path, ns=(10**18, 10**18))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    for name in ("alpha", "beta", "gamma"):
        skill(folder, name)
    shutil.copytree(FIXTURE, folder / "release-notes")
    old(folder)
    return folder


@pytest.fixture
def run(source: Path, tmp_path: Path) -> Callable[..., Result]:
    def go(**changes: object) -> Result:
        return build(replace(Request((source,), tmp_path / "out", TARGETS), **changes))

    return go


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".polyskill" not in path.parts
    }


def stamps(folder: Path) -> dict[str, tuple[int, int]]:
    return {
        name: ((folder / name).stat().st_mtime_ns, (folder / name).stat().st_ino)
        for name in tree(folder)
    }


def codes(result: Result) -> list[str]:
    return sorted(found.code.id for found in result.diagnostics if found.severity == "error")


def settle(seconds: float = 0.05) -> None:
    """ctime cannot be set: let the sources become older than the clock's tick."""
    time.sleep(seconds)


def test_an_unchanged_rebuild_writes_nothing(run, tmp_path: Path) -> None:
    settle()
    first = run()
    assert not first.failed
    assert (first.counts.built, first.counts.cached) == (4, 0)
    before = stamps(tmp_path / "out")
    second = run()
    assert (second.counts.built, second.counts.cached) == (0, 4)
    assert (second.counts.written, second.counts.shared, second.counts.removed) == (0, 0, 0)
    assert stamps(tmp_path / "out") == before
    assert second.files == first.files


def test_one_changed_skill_is_one_skill_rebuilt(run, source: Path, tmp_path: Path) -> None:
    settle()
    run()
    before = stamps(tmp_path / "out")
    file = source / "beta" / "SKILL.md"
    file.write_text(file.read_text() + "\nOne more line.\n")
    settle()
    result = run()
    assert (result.counts.built, result.counts.cached) == (1, 3)
    after = stamps(tmp_path / "out")
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed
    assert all("/beta/" in name for name in changed)
    assert (
        b"One more line." in (tmp_path / "out/claude/en/.claude/skills/beta/SKILL.md").read_bytes()
    )


def test_a_removed_skill_takes_its_output_along(run, source: Path, tmp_path: Path) -> None:
    run()
    shutil.rmtree(source / "release-notes")
    result = run()
    left = [name for name in tree(tmp_path / "out") if "release-notes" in name]
    assert not left
    assert result.counts.removed > 0
    assert b"release-notes" not in b"".join(tree(tmp_path / "out").values())
    assert not (tmp_path / "out/claude/en/CLAUDE.md").exists()


def test_a_removed_file_goes_too(run, source: Path, tmp_path: Path) -> None:
    run()
    shipped = tmp_path / "out/claude/en/.claude/skills/release-notes/assets/template.csv"
    assert shipped.exists()
    (source / "release-notes/assets/template.csv").unlink()
    run()
    assert not shipped.parent.exists()


def test_damaged_output_is_made_good(run, tmp_path: Path) -> None:
    settle()
    run()
    good = tree(tmp_path / "out")
    (tmp_path / "out/claude/en/.claude/skills/alpha/SKILL.md").unlink()
    (tmp_path / "out/codex/zh/.agents/skills/beta/SKILL.md").write_bytes(b"edited")
    run()
    assert tree(tmp_path / "out") == good


def test_a_lost_or_broken_cache_costs_only_time(run, tmp_path: Path) -> None:
    run()
    good = tree(tmp_path / "out")
    (tmp_path / "out/.polyskill/build.db").write_bytes(b"no database at all" * 100)
    assert run().counts.built == 4
    shutil.rmtree(tmp_path / "out/.polyskill")
    result = run()
    assert result.counts.built == 4
    assert result.counts.written == 0
    assert tree(tmp_path / "out") == good


def test_a_bad_skill_does_not_stop_the_others(run, source: Path, tmp_path: Path) -> None:
    (source / "bad").mkdir()
    (source / "bad/SKILL.md").write_text("---\nname: bad\n---\n\nNo description.\n")
    (source / "bad/evals").mkdir()
    (source / "bad/evals/cases.yaml").write_text("version: 1\ncases: []\n")
    result = run()
    assert result.failed
    assert result.counts.built == 4
    assert result.counts.failed == 1
    assert all("bad" in found.path for found in result.diagnostics if found.severity == "error")
    assert not list((tmp_path / "out").rglob("bad"))


def test_the_last_good_output_of_a_broken_skill_is_kept(run, source: Path, tmp_path: Path) -> None:
    run()
    shipped = tmp_path / "out/claude/en/.claude/skills/release-notes/SKILL.md"
    before = shipped.read_bytes()
    (source / "release-notes/SKILL.md").write_text("---\nname: [\n---\n\nbroken\n")
    result = run()
    assert result.failed
    assert "PS604" in [found.code.id for found in result.diagnostics]
    assert shipped.read_bytes() == before
    assert run().failed  # and it stays an error


@pytest.mark.parametrize("jobs", [1, 2])
def test_two_skills_of_one_name(run, source: Path, tmp_path: Path, jobs: int) -> None:
    skill(source / "more", "alpha", "The other one.")
    result = run(jobs=jobs)
    assert codes(result) == ["PS600"]
    [found] = [found for found in result.diagnostics if found.code.id == "PS600"]
    assert "more" in found.path
    shipped = tmp_path / "out/claude/en/.claude/skills/alpha/SKILL.md"
    assert b"Do the thing." in shipped.read_bytes()
    shutil.rmtree(source / "alpha")
    result = run(jobs=jobs)
    assert not result.failed
    assert b"The other one." in shipped.read_bytes()


def test_a_skill_may_be_called_like_a_folder(run, source: Path) -> None:
    for name in ("agents", "rules", "commands", "skills", "references"):
        skill(source, name)
    result = run()
    assert codes(result) == []
    assert result.counts.built == 9


def test_a_command_in_the_place_of_another_skill(run, source: Path, tmp_path: Path) -> None:
    """Where commands are skills, `release-notes` writes a skill `release-notes-draft`."""
    skill(source, "release-notes-draft", "My own.")
    result = run()
    assert set(codes(result)) == {"PS601"}
    shipped = tmp_path / "out/codex/zh/.agents/skills/release-notes-draft/SKILL.md"
    assert b"My own." in shipped.read_bytes()


def test_two_skills_with_an_agent_of_one_name(run, source: Path, tmp_path: Path) -> None:
    shutil.copytree(FIXTURE, source / "other-notes")
    file = source / "other-notes/SKILL.md"
    file.write_text(file.read_text().replace("name: release-notes", "name: other-notes"))
    agent = source / "other-notes/agents/breaking-change-finder.md"
    agent.write_text(agent.read_text() + "\nAnother text.\n")
    result = run()
    assert set(codes(result)) >= {"PS601"}
    shipped = tmp_path / "out/claude/en/.claude/agents/breaking-change-finder.md"
    assert b"Another text." in shipped.read_bytes()  # the first by name keeps the place
    [*_, found] = [item for item in result.diagnostics if item.code.id == "PS601"]
    assert "release-notes" in found.message()
    assert "other-notes" in found.message()


def test_somebody_elses_file_is_in_the_way(run, tmp_path: Path) -> None:
    mine = tmp_path / "out/claude/en/.claude/skills/alpha/SKILL.md"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    result = run()
    assert codes(result) == ["PS602"]
    assert mine.read_text() == "mine"
    assert codes(run()) == ["PS602"]  # asked again, told again
    assert not run(force=True).failed
    assert mine.read_text() != "mine"


def test_compare_writes_nothing_and_sees_everything(run, source: Path, tmp_path: Path) -> None:
    first = run(compare=True)
    assert {change.kind for change in first.changes} == {"create"}
    assert not (tmp_path / "out").exists()
    run()
    assert run(compare=True).changes == []
    shutil.rmtree(tmp_path / "out/.polyskill")
    assert run(compare=True).changes == []
    edited = tmp_path / "out/claude/en/.claude/skills/alpha/SKILL.md"
    size = len(edited.read_bytes())
    stat = edited.stat()
    edited.write_bytes(b"x" * size)  # same size, same time: only a comparison can tell
    os.utime(edited, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    extra = tmp_path / "out/claude/en/stray.md"
    extra.write_text("stray")
    changes = {(change.kind, change.path) for change in run(compare=True).changes}
    assert ("update", "claude/en/.claude/skills/alpha/SKILL.md") in changes
    assert ("remove", "claude/en/stray.md") in changes


def test_building_another_source_keeps_the_first(run, source: Path, tmp_path: Path) -> None:
    run()
    skill(tmp_path / "second", "delta")
    result = run(sources=(tmp_path / "second",))
    assert not result.failed
    names = tree(tmp_path / "out")
    assert any("/delta/" in name for name in names)
    assert any("/alpha/" in name for name in names)
    assert "release-notes" in (tmp_path / "out/claude/en/CLAUDE.md").read_text()


def test_an_interrupted_build_is_taken_up(
    run, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C in the middle, then the sources change: what was written is known as ours."""
    from polyskill.platforms.deliver import joined

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    mine = tmp_path / "out/codex/zh/.agents/skills/gamma/SKILL.md"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    old(tmp_path / "out")
    with monkeypatch.context() as patch:
        patch.setattr(joined, "write", interrupted)
        with pytest.raises(KeyboardInterrupt):
            run()
    shipped = tmp_path / "out/claude/en/.claude/skills/alpha/SKILL.md"
    assert b"Do the thing." in shipped.read_bytes()
    file = source / "alpha" / "SKILL.md"
    file.write_text(file.read_text().replace("Do the thing.", "Do another thing."))
    result = run()
    assert codes(result) == ["PS602"]  # somebody's own file is still nobody else's
    assert mine.read_text() == "mine"
    assert b"Do another thing." in shipped.read_bytes()
    shipped.write_text("edited, and the cache is lost")
    shutil.rmtree(tmp_path / "out/.polyskill")
    found = run().diagnostics  # no interruption is on record: it may be anybody's
    assert sum(".claude/skills/alpha" in item.message() for item in found) == 1
    assert shipped.read_text().startswith("edited")


def test_text_that_is_not_utf8_does_not_stop_the_build(run, source: Path, tmp_path: Path) -> None:
    skill(source, "gbk")
    (source / "gbk/SKILL.md").write_bytes(
        '---\nname: gbk\ndescription: "当用户提问时使用"\n---\n\n正文\n'.encode("gbk")
    )
    result = run()
    assert "PS001" in codes(result)
    assert result.counts.built == 4
    assert "PS001" in codes(run())


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_does_not_hang_the_build(run, source: Path) -> None:
    (source / "pipe").mkdir()
    os.mkfifo(source / "pipe/SKILL.md")
    assert run().failed


def test_output_inside_the_skill_is_not_read_again(source: Path) -> None:
    """Somebody runs `polyskill build .` in the folder of the skill."""
    folder = source / "alpha"
    request = Request((folder,), folder / "dist", TARGETS)
    settle()
    assert not build(request).failed
    first = tree(folder)
    result = build(request)
    assert (result.counts.built, result.counts.cached) == (0, 1)
    assert tree(folder) == first
    assert not [name for name in first if name.count("dist/") > 1]


def test_many_skills_in_two_processes_are_the_same(source: Path, tmp_path: Path) -> None:
    for number in range(60):
        skill(source, f"skill-{number}", f"Body {number % 7}.")
    trees = []
    for jobs in (1, 2):
        out = tmp_path / f"out{jobs}"
        result = build(Request((source,), out, TARGETS, jobs=jobs))
        assert not result.failed
        assert result.counts.built == 64
        trees.append(tree(out))
    assert trees[0] == trees[1]


def test_identical_bytes_share_an_inode(run, tmp_path: Path) -> None:
    run()
    one = tmp_path / "out/claude/en/.claude/skills/release-notes/assets/template.csv"
    two = tmp_path / "out/codex/zh/.agents/skills/release-notes/assets/template.csv"
    source = FIXTURE / "assets/template.csv"
    assert one.stat().st_ino == two.stat().st_ino or one.stat().st_nlink == 1  # linked or cloned
    assert one.stat().st_ino != source.stat().st_ino


def test_output_does_not_depend_on_the_machine(source: Path, tmp_path: Path) -> None:
    reference = None
    for number, (seed, zone, locale, umask) in enumerate(
        [("0", "UTC", "C.UTF-8", 0o022), ("1", "Asia/Shanghai", "C", 0o077)]
    ):
        elsewhere = tmp_path / f"cwd{number}"
        elsewhere.mkdir()
        moved = tmp_path / f"moved{number}"
        files = sorted(path for path in source.rglob("*") if path.is_file())
        for path in files if number else reversed(files):  # other order of directory entries
            place = moved / path.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, place)
        out = tmp_path / f"machine{number}"
        environment = os.environ | {
            "PYTHONHASHSEED": seed,
            "TZ": zone,
            "LC_ALL": locale,
            "LANG": locale,
        }
        command = [sys.executable, "-m", "polyskill", "build", moved, "-o", out, "-q"]
        done = subprocess.run(
            command,
            cwd=elsewhere,
            env=environment,
            capture_output=True,
            timeout=120,
            check=False,
            preexec_fn=lambda umask=umask: os.umask(umask),
        )
        assert done.returncode == 0, done.stderr.decode()
        made = tree(out)
        modes = {name: (out / name).stat().st_mode for name in made}
        reference = reference or (made, modes)
        assert (made, modes) == reference


def test_watch_builds_again(source: Path, tmp_path: Path) -> None:
    told: list[Result] = []
    request = Request((source,), tmp_path / "out", TARGETS)

    def on_build(result: Result) -> None:
        told.append(result)
        if len(told) == 1:
            file = source / "alpha" / "SKILL.md"
            file.write_text(file.read_text() + "\nSeen by the watch.\n")

    watch(request, on_build, interval=0.05, rounds=20)
    assert len(told) == 2
    shipped = tmp_path / "out/claude/en/.claude/skills/alpha/SKILL.md"
    assert b"Seen by the watch." in shipped.read_bytes()
