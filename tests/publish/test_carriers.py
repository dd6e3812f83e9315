"""Indexes, npm and Python packages, ClawHub: each read back by those who are to read it."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from polyskill.compiler.localized import Lang
from polyskill.compiler.readers import discover, read
from polyskill.platforms.publish.archive import Format
from polyskill.platforms.publish.errors import PublishError
from polyskill.platforms.publish.index import BASE
from polyskill.platforms.publish.prepared import Kind, PublishRequest
from polyskill.platforms.publish.publish import publish
from polyskill.platforms.publish.signing import Signer
from polyskill.platforms.publish.verify import verify

from .conftest import Write, tree
from .test_marketplaces import errors, load

Publishing = Callable[..., PublishRequest]


def test_an_index_lists_what_is_there(
    fixture: Path, write: Write, publishing: Publishing, tmp_path: Path
) -> None:
    assert not publish(publishing(Kind.INDEX, fixture, write())).failed
    home = tmp_path / "to" / BASE
    index = load(home / "index.json")
    assert index["$schema"] == "https://schemas.agentskills.io/discovery/0.2.0/schema.json"
    rows = {row["name"]: row for row in index["skills"]}
    assert list(rows) == ["greeter", "greeter-zh", "release-notes", "release-notes-zh"]
    for row in rows.values():
        data = (home / row["url"]).read_bytes()
        assert row["digest"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
        if row["type"] == "archive":
            assert "SKILL.md" in zipfile.ZipFile(io.BytesIO(data)).namelist()
        else:
            assert data.startswith(b"---\nname: ")
    assert {name: row["type"] for name, row in rows.items()} == {
        "greeter": "skill-md",
        "greeter-zh": "skill-md",
        "release-notes": "archive",
        "release-notes-zh": "archive",
    }
    assert "发布说明" in rows["release-notes-zh"]["description"]


def test_an_index_keeps_old_archives_and_foreign_rows(
    fixture: Path, publishing: Publishing, tmp_path: Path
) -> None:
    home = tmp_path / "to" / BASE
    home.mkdir(parents=True)
    theirs = {"name": "theirs", "type": "skill-md", "url": "/t", "digest": "sha256:0"}
    (home / "index.json").write_text(json.dumps({"$schema": "x", "skills": [theirs]}))
    request = publishing(Kind.INDEX, fixture, form=Format.TAR)
    assert not publish(request).failed
    old = home / "release-notes" / "release-notes-1.2.0.tar.gz"
    assert old.is_file()
    before = old.read_bytes()
    newer = publishing(
        Kind.INDEX, fixture, form=Format.TAR, version="1.3.0", url="https://example.org/"
    )
    assert not publish(newer).failed
    assert old.read_bytes() == before
    rows = load(home / "index.json")["skills"]
    assert rows[0] == theirs
    assert rows[1]["url"] == (
        f"https://example.org/{BASE}/release-notes/release-notes-1.3.0.tar.gz"
    )
    assert errors(publish(request)) == ["PS983", "PS983"]


def test_a_signed_index(
    fixture: Path, publishing: Publishing, signer: Signer, keys: tuple[Path, Path], tmp_path: Path
) -> None:
    assert not publish(publishing(Kind.INDEX, fixture, signer=signer)).failed
    made = verify(tmp_path / "to" / BASE, str(keys[1]))
    assert (made.signature, made.diagnostics) == ("good", [])
    assert "index.json" in made.files


def npm(fixture: Path, publishing: Publishing, *more: Path, **changes: Any) -> PublishRequest:
    values = {"name": "@me/skills", "languages": (Lang.EN,), **changes}
    return publishing(Kind.NPM, fixture, *more, **values)


def test_an_npm_package(fixture: Path, publishing: Publishing, tmp_path: Path) -> None:
    assert not publish(npm(fixture, publishing)).failed
    root = tmp_path / "to"
    package = load(root / "package.json")
    assert (package["name"], package["version"]) == ("@me/skills", "1.2.0")
    assert package["pi"] == {"skills": ["./skills"]}
    assert "pi-package" in package["keywords"]
    for plugin in package["cline"]["plugins"]:
        assert (root / plugin).is_file()
    assert load(root / "plugin.json")["version"] == "1.2.0"
    [candidate] = discover(root)
    result = read(candidate)
    assert result.diagnostics == ()
    assert "release-notes" in {skill.name for skill in result.skills}


def test_npm_packs_what_is_meant(fixture: Path, publishing: Publishing, tmp_path: Path) -> None:
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed")
    publish(npm(fixture, publishing))
    (tmp_path / "to" / "private.txt").write_text("not for others")
    done = subprocess.run(
        ["npm", "pack", "--dry-run", "--json", "--offline", "--ignore-scripts"],
        cwd=tmp_path / "to",
        capture_output=True,
        check=True,
        timeout=60,
    )
    found = json.loads(done.stdout)
    [packed] = found if isinstance(found, list) else found.values()
    names = {file["path"] for file in packed["files"]}
    assert {"package.json", "README.md", "plugin.json", "mcp.json", "opencode.js"} <= names
    assert "skills/release-notes/SKILL.md" in names
    assert not names & {"private.txt", "polyskill-published.json"}


def test_the_modules_of_an_npm_package_run(
    fixture: Path, publishing: Publishing, tmp_path: Path
) -> None:
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    publish(npm(fixture, publishing))
    script = """
const plugin = await import("./opencode.js");
const config = {};
for (const one of Object.values(plugin)) {
  const hooks = await one({});
  await hooks.config(config);
  await hooks.config(config);
}
const cline = (await import("./cline.js")).default;
cline.setup({});
console.log(JSON.stringify([config, cline.name]));
"""
    done = subprocess.run(
        ["node", "--input-type=module", "-e", script],
        cwd=tmp_path / "to",
        capture_output=True,
        check=True,
        timeout=60,
    )
    config, name = json.loads(done.stdout)
    assert config == {"skills": {"paths": [str(tmp_path.resolve() / "to" / "skills")]}}
    assert name == "skills"


def test_a_carrier_has_one_version(
    fixture: Path, write: Write, publishing: Publishing, tmp_path: Path
) -> None:
    source = write()
    result = publish(npm(fixture, publishing, source))
    assert errors(result) == ["PS982"]
    assert "1.0.0 (greeter), 1.2.0 (release-notes)" in result.diagnostics[-1].message()
    assert not (tmp_path / "to").exists()
    assert not publish(npm(fixture, publishing, source, version="2.0.0")).failed
    root = tmp_path / "to"
    assert load(root / "plugin.json")["version"] == load(root / "package.json")["version"]
    assert (root / "skills" / "greeter" / "SKILL.md").is_file()


def test_a_package_json_of_the_user(fixture: Path, publishing: Publishing, tmp_path: Path) -> None:
    root = tmp_path / "to"
    root.mkdir()
    (root / "package.json").write_text('{"name": "@me/skills", "private": false, "x": [1]}\n')
    (root / "README.md").write_text("# 我的\n", "utf-8")
    assert not publish(npm(fixture, publishing)).failed
    package = load(root / "package.json")
    assert (package["x"], package["version"]) == ([1], "1.2.0")
    assert (root / "README.md").read_text("utf-8") == "# 我的\n"
    assert publish(npm(fixture, publishing)).changes == []
    (root / "package.json").write_text('{"name": "something-else"}')
    with pytest.raises(PublishError, match="belongs to `something-else`"):
        publish(npm(fixture, publishing, version="1.3.0"))


def test_our_own_readme_is_kept_up_to_date(
    write: Write, publishing: Publishing, tmp_path: Path
) -> None:
    source = write()
    publish(npm(source, publishing))
    write("greeter", version="1.1.0", description='"Waves. Use when a wave is asked for."')
    assert not publish(npm(source, publishing)).failed
    readme = tmp_path / "to" / "README.md"
    assert "Waves." in readme.read_text()
    readme.write_text("mine")
    assert not publish(npm(source, publishing, version="1.2.0")).failed
    assert readme.read_text() == "mine"


def test_two_skills_with_one_file_name_are_refused(
    write: Write, publishing: Publishing, tmp_path: Path
) -> None:
    one = write("greet")
    (one / "commands").mkdir()
    (one / "commands" / "wave.md").write_text("---\ndescription: Wave.\n---\n\nWave.\n")
    (one / "SKILL.zh.md").write_text("# 问候\n\n问候。\n", "utf-8")
    two = write("greet-wave")
    result = publish(npm(one, publishing, two))
    assert errors(result) == ["PS601"]
    assert not (tmp_path / "to").exists()


def test_a_python_package(fixture: Path, publishing: Publishing, tmp_path: Path) -> None:
    request = publishing(Kind.PYPI, fixture, name="my.skills", languages=(Lang.ZH,))
    assert not publish(request).failed
    root = tmp_path / "to"
    data = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    assert data["project"]["name"] == "my.skills"
    assert data["project"]["version"] == "1.2.0"
    assert "发布说明" in data["project"]["description"]
    assert (root / "src/my_skills/skills/release-notes/SKILL.md").is_file()
    code = "import sys; sys.path.insert(0, 'src'); import my_skills; print(my_skills.SKILLS)"
    done = subprocess.run(
        [sys.executable, "-B", "-c", code], cwd=root, capture_output=True, check=True, timeout=30
    )
    assert done.stdout.decode().strip().endswith("skills")
    assert publish(request).changes == []
    odd = publish(replace(request, version="2.0.0-nightly.1"))
    assert errors(odd) == ["PS980"]


def test_the_python_package_builds(fixture: Path, publishing: Publishing, tmp_path: Path) -> None:
    pytest.importorskip("hatchling", reason="hatchling is not installed")
    request = publishing(
        Kind.PYPI, fixture, name="my-skills", version="2.0.0-rc.1", languages=(Lang.EN,)
    )
    assert not publish(request).failed
    code = (
        "import hatchling.build as b, os; os.makedirs('../out', exist_ok=True);"
        "print(b.build_wheel('../out'), b.build_sdist('../out'))"
    )
    subprocess.run([sys.executable, "-B", "-c", code], cwd=tmp_path / "to", check=True, timeout=60)
    [wheel] = (tmp_path / "out").glob("*.whl")
    assert wheel.name == "my_skills-2.0.0rc1-py3-none-any.whl"
    names = zipfile.ZipFile(wheel).namelist()
    assert "my_skills/skills/release-notes/SKILL.md" in names
    assert "my_skills/skills/release-notes/scripts/collect.py" in names


def test_nothing_becomes_mit_0_by_accident(
    fixture: Path, write: Write, publishing: Publishing, tmp_path: Path
) -> None:
    unsaid, free = write("unsaid"), write("free", license="CC0-1.0")
    result = publish(publishing(Kind.CLAWHUB, fixture, unsaid, free))
    found = [one for one in result.diagnostics if one.code.id == "PS988"]
    assert [(one.skill, one.args["license"]) for one in found] == [
        ("release-notes", "MIT"),
        ("unsaid", "not stated"),
    ]
    assert not (tmp_path / "to").exists()
    assert not publish(publishing(Kind.CLAWHUB, free)).failed
    accepted = publishing(Kind.CLAWHUB, fixture, unsaid, free, accepted="MIT-0")
    assert not publish(accepted).failed
    root = tmp_path / "to"
    assert (root / "release-notes" / "skill-card.md").is_file()
    assert "version: " in (root / "release-notes" / "SKILL.md").read_text("utf-8")
    assert (root / "release-notes-zh" / "SKILL.md").is_file()
    before = tree(root)
    assert publish(accepted).changes == []
    assert tree(root) == before


def test_the_version_on_clawhub_is_the_skills_own(
    write: Write, publishing: Publishing, tmp_path: Path
) -> None:
    source = write(license="MIT-0")
    text = (source / "SKILL.md").read_text("utf-8")
    text = text.replace("metadata:", 'overrides:\n  openclaw:\n    version: "9.0.0"\nmetadata:')
    (source / "SKILL.md").write_text(text, "utf-8")
    (source / "SKILL.zh.md").write_text("# 问候\n\n问候。\n", "utf-8")
    result = publish(publishing(Kind.CLAWHUB, source))
    assert errors(result) == ["PS982", "PS982"]
    assert "9.0.0 (SKILL.md)" in result.diagnostics[0].message()
    assert not (tmp_path / "to").exists()
