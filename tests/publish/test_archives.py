"""Archives: the same bytes everywhere, and readable by everyone."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyskill.platforms.base import File
from polyskill.platforms.publish.archive import EPOCH, Format, make

FILES = {
    "SKILL.md": File(b"# x\n"),
    "scripts/run.py": File(b"#!/usr/bin/env python3\n", executable=True),
    "references/术语表.md": File("内容\n".encode()),
    "leer": File(b""),
    "a/" * 60 + "long.txt": File(b"x" * 200_000),
}


def unzip(data: bytes) -> dict[str, File]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {
            info.filename: File(archive.read(info), bool(info.external_attr >> 16 & 0o100))
            for info in archive.infolist()
        }


def untar(data: bytes) -> dict[str, File]:
    found = {}
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as archive:
        for info in archive:
            file = archive.extractfile(info)
            assert file is not None
            found[info.name] = File(file.read(), bool(info.mode & 0o100))
    return found


def test_a_zip_gives_back_what_went_in() -> None:
    data = make(Format.ZIP, FILES, "top")
    assert unzip(data) == {f"top/{path}": file for path, file in FILES.items()}


def test_a_tar_gives_back_what_went_in() -> None:
    assert untar(make(Format.TAR, FILES)) == FILES


def test_nothing_of_the_machine_is_in_an_archive() -> None:
    with zipfile.ZipFile(io.BytesIO(make(Format.ZIP, FILES))) as archive:
        for info in archive.infolist():
            assert info.date_time == (1980, 1, 1, 0, 0, 0)
            assert info.create_system == 3
            assert info.compress_type == zipfile.ZIP_STORED
            assert info.external_attr >> 16 in (0o100644, 0o100755)
        assert archive.namelist() == sorted(FILES)
    raw = make(Format.TAR, FILES)
    assert raw[4:8] == bytes(4)
    with tarfile.open(fileobj=io.BytesIO(raw), mode="r:gz") as archive:
        for info in archive:
            assert (info.uid, info.gid, info.uname, info.gname) == (0, 0, "", "")
            assert info.mtime == EPOCH
            assert info.mode in (0o644, 0o755)


def test_the_order_of_files_does_not_matter() -> None:
    backwards = dict(reversed(FILES.items()))
    for form in Format:
        assert make(form, FILES) == make(form, backwards)


def test_source_date_epoch_is_the_time_of_all_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    with tarfile.open(fileobj=io.BytesIO(make(Format.TAR, FILES)), mode="r:gz") as archive:
        assert {info.mtime for info in archive} == {1_700_000_000}
    with zipfile.ZipFile(io.BytesIO(make(Format.ZIP, FILES))) as archive:
        assert {info.date_time for info in archive.infolist()} == {(2023, 11, 14, 22, 13, 20)}


@pytest.mark.parametrize("value", ["0", "99999999999999", "-5", "soon", "٣"])
def test_times_that_a_zip_cannot_hold_are_no_crash(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", value)
    for form in Format:
        assert make(form, FILES)


@pytest.mark.parametrize("size", [0, 1, 65_534, 65_535, 65_536, 131_070, 131_071])
def test_gzip_blocks_end_where_they_should(size: int) -> None:
    files = {"f": File(b"z" * size)}
    assert untar(make(Format.TAR, files)) == files


@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["C"], exclude_characters="/"), min_size=1).filter(
            lambda name: name not in (".", "..") and len(name.encode()) < 200
        ),
        st.builds(File, st.binary(max_size=2000), st.booleans()),
        max_size=5,
    )
)
def test_any_files_survive_both_forms(files: dict[str, File]) -> None:
    assert unzip(make(Format.ZIP, files)) == files
    assert untar(make(Format.TAR, files)) == files


@pytest.mark.parametrize(
    ("form", "command"),
    [(Format.TAR, ["tar", "-xzf"]), (Format.ZIP, ["unzip", "-q"])],
    ids=["tar", "unzip"],
)
def test_the_usual_tools_unpack_them(tmp_path: Path, form: Format, command: list[str]) -> None:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    archive = tmp_path / f"pack.{form}"
    archive.write_bytes(make(form, FILES))
    out = tmp_path / "out"
    out.mkdir()
    subprocess.run([*command, archive], cwd=out, check=True, timeout=60)
    for path, file in FILES.items():
        assert (out / path).read_bytes() == file.data
        assert bool((out / path).stat().st_mode & 0o100) is file.executable
