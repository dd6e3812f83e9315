"""Packs: what is in them, that they never change by themselves, and the bill of materials."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from polyskill.compiler.readers import discover, read
from polyskill.platforms.publish.archive import Format
from polyskill.platforms.publish.pack import PackRequest, pack
from polyskill.platforms.publish.signing import Signer

from .conftest import FIXTURE, Write, tree

Packing = Callable[..., PackRequest]


def entries(path: Path) -> list[str]:
    return zipfile.ZipFile(path).namelist()


def codes(result: object) -> list[str]:
    return [found.code.id for found in result.diagnostics if found.severity == "error"]  # type: ignore[attr-defined]


def test_a_pack_has_an_archive_for_every_host(fixture: Path, packing: Packing) -> None:
    result = pack(packing(fixture))
    assert not result.failed
    [made] = result.packs
    assert (made.name, made.version) == ("release-notes", "1.2.0")
    folder = made.folder
    assert entries(folder / "release-notes-1.2.0-en-upload.zip")[0].startswith("release-notes/")
    assert "release-notes/SKILL.md" in entries(folder / "release-notes-1.2.0-en-upload.zip")
    assert "SKILL.md" in entries(folder / "release-notes-1.2.0-zh-root.zip")
    for host, manifest in {
        "claude": ".claude-plugin/plugin.json",
        "codex": ".codex-plugin/plugin.json",
        "cursor": ".cursor-plugin/plugin.json",
        "kimi": "kimi.plugin.json",
        "agents": "plugin.json",
        "openclaw": "SKILL.md",
    }.items():
        for lang, name in (("en", "release-notes"), ("zh", "release-notes-zh")):
            place = folder / f"release-notes-1.2.0-{lang}-{host}.zip"
            assert manifest in entries(place)
            if manifest.endswith(".json"):
                data = json.loads(zipfile.ZipFile(place).read(manifest))
                assert (data["name"], data["version"]) == (name, "1.2.0")


def test_the_source_archive_is_the_source(fixture: Path, packing: Packing, tmp_path: Path) -> None:
    [made] = pack(packing(fixture)).packs
    with zipfile.ZipFile(made.folder / "release-notes-1.2.0-source.zip") as archive:
        archive.extractall(tmp_path / "unpacked")
    [candidate] = discover(tmp_path / "unpacked")
    [again] = read(candidate).skills
    [candidate] = discover(FIXTURE)
    [first] = read(candidate).skills
    assert again.description == first.description
    assert [item.path for item in again.resources] == [item.path for item in first.resources]
    assert again.tests == first.tests


def test_packing_again_writes_nothing(fixture: Path, packing: Packing, signer: Signer) -> None:
    request = packing(fixture, signer=signer)
    [made] = pack(request).packs
    before = {path: path.stat().st_mtime_ns for path in [made.folder, *made.folder.rglob("*")]}
    [again] = pack(request).packs
    assert again.changes == ()
    assert before == {
        path: path.stat().st_mtime_ns for path in [made.folder, *made.folder.rglob("*")]
    }


def test_other_contents_under_the_same_version_are_refused(write: Write, packing: Packing) -> None:
    source = write()
    [made] = pack(packing(source)).packs
    before = tree(made.folder)
    write(body="Greet people coldly.")
    refused = pack(packing(source))
    assert codes(refused) == ["PS984"]
    assert refused.packs == []
    assert tree(made.folder) == before
    assert not pack(packing(source, replace=True)).failed
    assert tree(made.folder) != before
    write(body="Greet people coldly.", version="1.0.1")
    assert [one.folder.name for one in pack(packing(source)).packs] == ["greeter-1.0.1"]


def test_a_second_run_for_fewer_hosts_keeps_the_others(write: Write, packing: Packing) -> None:
    source = write()
    request = packing(source)
    [made] = pack(request).packs
    before = tree(made.folder)
    few = packing(source, platforms=request.platforms[:1])
    assert pack(few).packs[0].changes == ()
    assert tree(made.folder) == before


def test_a_users_file_in_the_way_stays(write: Write, packing: Packing, tmp_path: Path) -> None:
    source = write()
    mine = tmp_path / "packs" / "greeter-1.0.0" / "greeter-1.0.0-source.zip"
    mine.parent.mkdir(parents=True)
    mine.write_bytes("我的文件".encode())
    result = pack(packing(source, replace=True))
    assert codes(result) == ["PS985"]
    assert tree(tmp_path / "packs" / "greeter-1.0.0").keys() == {mine.name}
    assert mine.read_bytes() == "我的文件".encode()


def test_a_dry_run_writes_nothing(fixture: Path, packing: Packing, tmp_path: Path) -> None:
    [made] = pack(packing(fixture, dry_run=True)).packs
    assert len(made.changes) == 19
    assert not (tmp_path / "packs").exists()


def test_one_broken_skill_leaves_the_others_alone(
    write: Write, packing: Packing, tmp_path: Path
) -> None:
    write("good")
    write("bad", body="Ring the bell.\x07")
    result = pack(packing(tmp_path / "sources"))
    assert result.failed
    assert [one.name for one in result.packs] == ["good"]


def test_versions_that_disagree_are_refused(write: Write, packing: Packing, tmp_path: Path) -> None:
    source = write()
    text = (source / "SKILL.md").read_text("utf-8")
    text = text.replace(
        "metadata:", 'overrides:\n  codex:\n    plugin:\n      version: "2.0.0"\nmetadata:'
    )
    (source / "SKILL.md").write_text(text, "utf-8")
    (source / "SKILL.zh.md").write_text("# 问候\n\n热情问候。\n", "utf-8")
    result = pack(packing(source))
    assert set(codes(result)) == {"PS982"}
    assert "2.0.0 (.codex-plugin/plugin.json)" in result.diagnostics[-1].message()
    assert not (tmp_path / "packs").exists()


def test_a_plugin_whose_manifests_disagree_is_refused(packing: Packing, tmp_path: Path) -> None:
    plugin = tmp_path / "plugin"
    for host, version in (("claude", "1.0.0"), ("codex", "1.1.0")):
        (plugin / f".{host}-plugin").mkdir(parents=True)
        manifest = {"name": "two", "version": version, "description": "Two."}
        (plugin / f".{host}-plugin" / "plugin.json").write_text(json.dumps(manifest))
    (plugin / "skills" / "two").mkdir(parents=True)
    (plugin / "skills" / "two" / "SKILL.md").write_text(
        "---\nname: two\ndescription: Two. Use for two.\n---\n\n# Two\n\nTwo.\n"
    )
    assert set(codes(pack(packing(plugin)))) == {"PS982"}
    made = pack(packing(plugin, version="3.0.0"))
    assert {one.version for one in made.packs} == {"3.0.0"}
    assert not made.failed


def test_one_version_for_all_manifests(write: Write, packing: Packing) -> None:
    source = write(version=None)
    [without] = pack(packing(source)).packs
    assert without.version == "0.0.0"
    [made] = pack(packing(source, version="4.5.6")).packs
    for name in made.files:
        if not name.endswith(".zip"):
            continue
        with zipfile.ZipFile(made.folder / name) as archive:
            for entry in archive.namelist():
                if entry.endswith("plugin.json"):
                    assert json.loads(archive.read(entry))["version"] == "4.5.6"
                if entry.endswith("SKILL.md"):
                    assert b'"4.5.6"' in archive.read(entry), (name, entry)


def test_chinese_names_and_contents(tmp_path: Path, packing: Packing) -> None:
    place = tmp_path / "sources" / "合同审查"
    (place / "references").mkdir(parents=True)
    (place / "SKILL.md").write_text(
        "---\nname: 合同审查\ndescription: 审查合同。用于用户要求审合同时。\n"
        "metadata:\n  version: '1.0.0'\n---\n\n# 合同审查\n\n见[术语](references/术语.md)。\n",
        "utf-8",
    )
    (place / "references" / "术语.md").write_text("# 术语\n\n定金。\n", "utf-8")
    for form in Format:
        [made] = pack(packing(place, form=form)).packs
        assert made.name.isascii()
        assert all(name.isascii() for name in made.files)
    names = entries(made.folder / f"{made.name}-1.0.0-source.zip")
    assert f"{made.name}/references/术语.md" in names
    upload = entries(made.folder / f"{made.name}-1.0.0-zh-upload.zip")
    assert f"{made.name}-zh/SKILL.md" in upload
    bom = json.loads((made.folder / f"{made.name}-1.0.0.cdx.json").read_text("utf-8"))
    assert bom["metadata"]["component"]["description"] == "审查合同。用于用户要求审合同时。"
    assert "references/术语.md" in {part["name"] for part in bom["components"]}


ENVIRONMENTS = [
    {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "4242", "TZ": "Asia/Shanghai", "LC_ALL": "C.UTF-8"},
    {"PYTHONHASHSEED": "7", "TZ": "America/St_Johns", "LC_ALL": "zh_CN.UTF-8", "PYTHONUTF8": "0"},
]


def packed(fixture: Path, out: Path, cwd: Path, umask: int, *more: str, **env: str) -> None:
    inherited = {key: value for key, value in os.environ.items() if key != "SOURCE_DATE_EPOCH"}
    code = f"import os; os.umask({umask}); from polyskill.__main__ import main; main()"
    subprocess.run(
        [sys.executable, "-c", code, "pack", fixture, "-o", out, "-q", *more],
        cwd=cwd,
        env={**inherited, **env},
        check=True,
        timeout=120,
    )


@pytest.mark.parametrize("form", list(Format))
def test_the_same_bytes_on_every_machine(fixture: Path, tmp_path: Path, form: Format) -> None:
    trees = []
    for number, env in enumerate(ENVIRONMENTS):
        cwd = tmp_path / f"cwd{number}"
        cwd.mkdir()
        out = tmp_path / f"out{number}"
        source = os.path.relpath(fixture, cwd) if number == 1 else fixture
        packed(Path(source), out, cwd, (0o022, 0o077, 0o000)[number], "--format", form, **env)
        trees.append({path: item for path, item in tree(out).items() if item[0] != "folder"})
    assert trees[0] == trees[1] == trees[2]
    assert len(trees[0]) == 19
    assert {mode for _, mode in trees[0].values()} == {0o644}


def test_the_bill_of_materials_is_valid_cyclonedx(fixture: Path, packing: Packing) -> None:
    schema = pytest.importorskip(
        "cyclonedx.validation.json", reason="cyclonedx-python-lib is not installed"
    )
    from cyclonedx.schema import SchemaVersion

    [made] = pack(packing(fixture)).packs
    text = (made.folder / "release-notes-1.2.0.cdx.json").read_text("utf-8")
    strict = schema.JsonStrictValidator(SchemaVersion.V1_6)
    assert strict.validate_str(text) is None
    assert strict.validate_str(text.replace('"SHA-256"', '"SHA-257"')) is not None
    data = json.loads(text)
    names = {part["name"] for part in data["components"] if part["type"] == "file"}
    with zipfile.ZipFile(made.folder / "release-notes-1.2.0-source.zip") as archive:
        assert names == {name.partition("/")[2] for name in archive.namelist()}
    kinds = {
        part["name"]: {item["name"]: item["value"] for item in part.get("properties", [])}
        for part in data["components"]
    }
    assert kinds["scripts/collect.py"]["polyskill:kind"] == "script"
    assert "polyskill:kind" not in kinds["SKILL.md"]
    assert "timestamp" not in data["metadata"]


def test_what_a_bill_of_materials_says_of_servers(
    write: Write, packing: Packing, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = write(license="Custom-1.0")
    servers = {
        "near": {"type": "stdio", "command": "npx", "args": ["x"], "env": {"TOKEN": "geheim"}},
        "far": {
            "type": "streamable-http",
            "url": "https://me:geheim@example.org/mcp?key=geheim",
            "headers": {"Authorization": "Bearer geheim"},
        },
    }
    (source / "mcp.json").write_text(json.dumps({"mcpServers": servers}))
    (source / "SKILL.zh.md").write_text("# 问候\n\n热情问候。\n", "utf-8")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    [made] = pack(packing(source)).packs
    text = (made.folder / "greeter-1.0.0.cdx.json").read_text("utf-8")
    data = json.loads(text)
    assert "geheim" not in text
    assert data["services"][0]["endpoints"] == ["https://example.org/mcp"]
    assert [part["name"] for part in data["components"] if part["type"] == "application"] == [
        "near"
    ]
    assert data["metadata"]["component"]["licenses"] == [{"license": {"name": "Custom-1.0"}}]
    assert data["metadata"]["timestamp"] == "2023-11-14T22:13:20Z"
