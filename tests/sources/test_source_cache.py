"""The cache: offline use, damage, several processes at once; and folders of this machine."""

from __future__ import annotations

import os
import random
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyskill.platforms.sources import SourceError, fetch, parse
from polyskill.platforms.sources.tree import File, Tree, digest_of, folder_digest

WORKER = """
import sys
import time
from pathlib import Path
from polyskill.platforms.sources import fetch, parse
text, cache, rounds = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
for _ in range(rounds):
    [got] = fetch(parse(text, base=cache), cache=cache)
    print(got.digest, len(list(got.path.rglob("*"))), got.path)
"""


def test_a_folder_stays_where_it_is(tmp_path, get, skill):
    (tmp_path / "技能").mkdir()
    (tmp_path / "技能/SKILL.md").write_text(skill("a"))
    [got] = get("./技能")
    assert got.path == tmp_path / "技能"
    assert (got.revision, got.version, got.pinned) == ("", "", False)
    before = got.digest
    (tmp_path / "技能/.git").mkdir()
    (tmp_path / "技能/.git/x").write_text("passed over")
    assert get("./技能")[0].digest == before
    (tmp_path / "技能/SKILL.md").chmod(0o755)
    assert get("./技能")[0].digest != before


def test_a_single_file_is_a_source(tmp_path, get, skill):
    (tmp_path / "专家.md").write_text(skill("a"))
    [got] = get("./专家.md")
    assert got.path == tmp_path / "专家.md"
    assert got.digest.startswith("sha256:")


def test_a_missing_folder_names_what_is_near(tmp_path, refused):
    (tmp_path / "my-skill").mkdir()
    assert "`my-skill`" in refused("./my-skil", "PS901").args["there"]
    refused("./nothing/below", "PS901")
    refused("./" + "x" * 300, "PS081")


def test_a_bundled_skill(tmp_path, get, refused, skill):
    (tmp_path / "home/自带").mkdir(parents=True)
    (tmp_path / "home/自带/SKILL.md").write_text(skill("a"))
    [got] = get("自带", bundled=tmp_path / "home")
    assert got.path == tmp_path / "home/自带"
    assert "`自带`" in refused("自己", "PS901", bundled=tmp_path / "home").args["there"]
    refused("自带", "PS901")


def test_offline_only_what_is_in_the_cache(repo, get, refused, skill):
    commit = repo.commit({"SKILL.md": skill("a")}, tag="v1")
    refused(repo.url, "PS918", offline=True)
    online = get(repo.url)
    repo.path.rename(repo.path.with_name("away"))
    assert get(repo.url, offline=True) == online
    assert get(repo.url, offline=True, revision=commit) == online
    refused(repo.url, "PS918", offline=True, revision="0" * 40)
    refused(f"{repo.url}@v1", "PS918", offline=True)
    refused(repo.url, "PS903")
    [kept] = get(repo.url, revision=commit)
    assert [note.code.id for note in kept.notes] == ["PS919"]


def test_nothing_is_fetched_twice(repo, get, skill, monkeypatch):
    repo.commit({"SKILL.md": skill("a")})
    [got] = get(repo.url)
    stamp = (got.path / "SKILL.md").stat().st_mtime_ns
    assert get(repo.url) == [got]
    assert (got.path / "SKILL.md").stat().st_mtime_ns == stamp


@pytest.mark.parametrize("damage", ["change", "add", "remove", "mode", "empty", "link"])
def test_a_damaged_tree_is_never_used(damage, repo, get, refused, skill, files_of):
    repo.commit({"SKILL.md": skill("a"), "b.md": "b"})
    [got] = get(repo.url)
    good, file = files_of(got), got.path / "SKILL.md"
    match damage:
        case "change":
            file.write_bytes(file.read_bytes().replace(b"a", b"e", 1))
        case "add":
            (got.path / "c.md").write_text("c")
        case "remove":
            file.unlink()
        case "mode":
            file.chmod(0o755)
        case "link":
            file.rename(got.path.parent / "moved")
            file.symlink_to(got.path.parent / "moved")
        case "empty":
            for path in got.path.iterdir():
                path.unlink()
    refused(repo.url, "PS918", offline=True, kept=True)
    [again] = get(repo.url)
    assert files_of(again) == good
    assert again.digest == got.digest
    assert stat.S_IMODE((again.path / "SKILL.md").stat().st_mode) == 0o644


def test_a_damaged_record_is_no_record(repo, get, refused, cache, skill):
    repo.commit({"SKILL.md": skill("a")})
    get(repo.url)
    for text in ("{", "[]", '{"name": "../../x"}', ""):
        for record in (cache / "records").iterdir():
            record.write_text(text)
        refused(repo.url, "PS918", offline=True)
    assert get(repo.url)


def test_a_record_cannot_lead_out_of_the_cache(repo, get, refused, cache, skill, tmp_path):
    repo.commit({"SKILL.md": skill("a")})
    get(repo.url)
    for record in (cache / "records").iterdir():
        text = record.read_text("utf-8")
        record.write_text(text.replace('"库"', '"../../../库"'), "utf-8")
    refused(repo.url, "PS918", offline=True)


def test_a_cache_that_cannot_be_written_is_told(repo, get, tmp_path, skill):
    repo.commit({"SKILL.md": skill("a")})
    (tmp_path / "file").write_text("")
    with pytest.raises(SourceError) as caught:
        get(repo.url, cache=tmp_path / "file")
    said = caught.value.diagnostic
    assert said.code.id == "PS603"
    assert str(tmp_path / "file") in said.message()


def test_work_of_a_killed_process_is_cleared_after_a_day(repo, get, cache, skill):
    repo.commit({"SKILL.md": skill("a")})
    for name, age in (("old", 25), ("new", 23)):
        (cache / "work" / name).mkdir(parents=True)
        stamp = time.time() - age * 3600
        os.utime(cache / "work" / name, (stamp, stamp))
    get(repo.url)
    assert [path.name for path in (cache / "work").iterdir()] == ["new"]


def test_what_a_killed_process_left_is_not_a_tree(repo, get, cache, skill, files_of):
    commit = repo.commit({"SKILL.md": skill("a"), "b.md": "b"})
    [got] = get(repo.url)
    half = cache / "trees" / got.digest.removeprefix("sha256:") / got.path.name
    (half / "b.md").unlink()
    (cache / "work/half").mkdir()
    [again] = get(repo.url)
    assert again.revision == commit
    assert set(files_of(again)) == {"SKILL.md", "b.md"}


def _at_once(text: str, cache: Path, rounds: int, count: int) -> None:
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, text, str(cache), str(rounds)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(count)
    ]
    said = [worker.communicate(timeout=120) for worker in workers]
    assert [worker.returncode for worker in workers] == [0] * count, said
    assert len({line for out, _ in said for line in out.splitlines()}) == 1


def test_two_processes_at_once(repo, cache, skill):
    repo.commit({"SKILL.md": skill("a")} | {f"{n}.md": str(n) for n in range(50)})
    _at_once(repo.url, cache, 1, 2)
    assert not list((cache / "work").iterdir())


@pytest.mark.slow
def test_many_processes_at_once(web, cache, skill):
    import io
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("SKILL.md", skill("a"))
        for number in range(200):
            archive.writestr(f"{number}.md", str(number))
    web.pages["/a.zip"] = out.getvalue()
    _at_once(f"{web.url}/a.zip", cache, 10, 6)
    assert not list((cache / "work").iterdir())


PATHS = st.lists(
    st.text("ab中é.", min_size=1, max_size=4).map(lambda part: f"x{part}"), min_size=1, max_size=3
).map("/".join)
TREES = st.dictionaries(PATHS, st.tuples(st.binary(max_size=9), st.booleans()), max_size=6)


@given(TREES)
def test_the_digest_on_disk_is_that_in_memory(tmp_path_factory, files):
    files = {
        path: file
        for path, file in files.items()
        if not any(other.startswith(f"{path}/") for other in files)
    }
    tree = Tree({path: File(*file) for path, file in files.items()})
    root = tmp_path_factory.mktemp("tree")
    names = list(files)
    random.Random(0).shuffle(names)
    for path in names:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(files[path][0])
        (root / path).chmod(0o755 if files[path][1] else 0o600)
    assert folder_digest(root) == tree.digest()
    bits = [path for path in files if files[path][1]]
    assert folder_digest(root, bits) == tree.digest()


@given(TREES, TREES)
def test_other_trees_have_other_digests(one, two):
    first, second = (
        Tree({path: File(*file) for path, file in files.items()}).digest() for files in (one, two)
    )
    assert (first == second) == (one == two)


def test_the_digest_is_the_documented_one():
    import hashlib

    a, b = hashlib.sha256(b"1").hexdigest(), hashlib.sha256(b"2").hexdigest()
    text = f"{a} x a/z\0{b} - 技\0".encode()
    expected = f"sha256:{hashlib.sha256(text).hexdigest()}"
    assert digest_of([("技", b, False), ("a/z", a, True)]) == expected


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such pipes")
def test_an_archive_that_became_a_pipe_is_not_waited_for(tmp_path, cache):
    (tmp_path / "a.zip").write_bytes(b"")
    spec = parse("./a.zip", base=tmp_path)
    (tmp_path / "a.zip").unlink()
    for _ in range(2):
        with pytest.raises(SourceError) as caught:
            fetch(spec, cache=cache)
        assert caught.value.diagnostic.code.id == "PS901"
        if not (tmp_path / "a.zip").exists():
            os.mkfifo(tmp_path / "a.zip")
