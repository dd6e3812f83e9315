"""What a person may write wrongly around an installation, and what is said to it."""

from __future__ import annotations

from errno import EACCES
from pathlib import Path

import pytest

from polyskill.platforms.sources import local


def test_a_version_that_a_folder_does_not_have(cli, demo):
    assert cli("install", "demo", "--to", "claude", "-q").status == 0
    answer = cli("update", "demo", "--to-version", "9")
    assert answer.status == 1
    assert "has no version `9`; there is: `0.1.0`" in answer.err
    assert cli("update", "demo", "--to-version", "0.1.0").status == 0


def test_edits_that_stay_are_not_called_as_it_should_be(cli, demo, tmp_path):
    assert cli("install", "demo", "--to", "claude", "-q").status == 0
    with (tmp_path / ".claude/skills/demo/SKILL.md").open("a", encoding="utf-8") as file:
        file.write("我的一行\n")
    answer = cli("update")
    assert answer.status == 0
    assert "nothing to do; your edits stay" in answer.out


def test_a_name_given_twice_is_one_name(cli, demo):
    assert cli("install", "demo", "--to", "claude", "-q").status == 0
    answer = cli("uninstall", "demo", "demo")
    assert (answer.status, answer.err) == (0, "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b'targets = "claude"\n', "`targets`: Input should be a list"),
        (b'lang = "neutral"\n', "`lang`: it is none of `en`, `zh`, `bilingual`"),
        (b"\xff\xfe", "skills.toml: it is not UTF-8"),
        (None, "skills.toml: there is no such file"),
    ],
)
def test_skills_toml(cli, tmp_path: Path, text: bytes | None, said: str):
    if text is not None:
        (tmp_path / "skills.toml").write_bytes(text)
    answer = cli("sync")
    assert answer.status == 1
    assert said in answer.err


def test_skills_toml_that_is_not_there_in_chinese(other):
    assert "skills.toml：没有这个文件" in other("sync", POLYSKILL_LANG="zh").err


def test_a_lock_that_is_none(cli, tmp_path: Path):
    (tmp_path / "skills.lock").write_text('{"version": 1, "skills": {}}')
    assert "no skills.lock of polyskill: `integrity` is missing" in cli("status").err
    (tmp_path / "skills.lock").unlink()
    (tmp_path / "skills.lock").mkdir()
    assert "is there and is no file" in cli("status").err


def test_a_folder_that_cannot_be_read(cli, demo, monkeypatch: pytest.MonkeyPatch):
    def refuse(folder: Path) -> str:
        raise PermissionError(EACCES, "Permission denied", str(folder / "SKILL.md"))

    monkeypatch.setattr(local, "folder_digest", refuse)
    answer = cli("info", "demo")
    assert answer.status == 1
    assert f"`{demo / 'SKILL.md'}` cannot be read: Permission denied" in answer.err
    assert "network" not in answer.err


def test_doctor_reads_skills_toml(cli, tmp_path: Path):
    (tmp_path / "skills.toml").write_text("targets = [\n")
    answer = cli("doctor")
    assert answer.status == 1
    assert "PS948" in answer.err + answer.out
    assert "nothing is wrong" not in answer.out


def test_publish_into_a_file_names_its_own_option(cli, demo, tmp_path: Path):
    (tmp_path / "file").write_text("mine")
    assert "name a folder with `--to`" in cli("publish", "demo", "--to", "file", "--as", "npm").err


def test_a_folder_with_a_chinese_name_gives_no_name_of_digits(cli, demo):
    answer = cli("publish", "demo", "--to", "技能 2", "--as", "npm")
    assert answer.status == 0
    assert "npm:skills@0.1.0" in answer.out


@pytest.mark.parametrize(
    ("lang", "said"),
    [("en", "did not write it (its bytes are the same)\n"), ("zh", "写入的（内容相同）\n")],
)
def test_the_same_bytes_in_the_way(cli, other, demo, tmp_path: Path, lang: str, said: str):
    assert cli("install", "demo", "--to", "claude", "--lang", "en", "-q").status == 0
    (tmp_path / "skills.lock").unlink()
    answer = other("install", "demo", "--to", "claude", "--lang", "en", POLYSKILL_LANG=lang)
    assert answer.status == 1
    assert said in answer.err


def test_what_is_made_inside_of_a_skill_is_no_part_of_it(cli, demo, monkeypatch):
    monkeypatch.chdir(demo)
    assert cli("install", ".", "--to", "claude", "-q").status == 0
    lock = (demo / "skills.lock").read_bytes()
    assert cli("pack", ".", "-q").status == 0
    assert cli("build", ".", "-q", "-p", "claude").status == 0
    again = cli("pack", ".")
    assert (again.status, "nothing to change" in again.out) == (0, True)
    assert "nothing to do" in cli("install", ".", "--to", "claude").out
    assert (demo / "skills.lock").read_bytes() == lock
