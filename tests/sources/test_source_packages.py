"""Packages of npm and PyPI, from registries on this machine, through the real npm and pip."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import shutil
import tarfile
import zipfile
from pathlib import Path

import pytest

from polyskill.platforms.sources import latest, parse

needs_npm = pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed")


def tarball(files: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(f"package/{name}")
            member.size, member.mode = len(text.encode()), 0o755 if name.endswith(".sh") else 0o644
            archive.addfile(member, io.BytesIO(text.encode()))
    return gzip.compress(out.getvalue(), mtime=0)


@pytest.fixture
def npm(web, monkeypatch, tmp_path):
    """A registry; returns how to publish into it. npm's own caches are in the test's folder."""
    monkeypatch.setenv("NPM_CONFIG_REGISTRY", f"{web.url}/npm/")
    monkeypatch.setenv("NPM_CONFIG_CACHE", str(tmp_path / "npm-cache"))
    monkeypatch.setenv("NPM_CONFIG_FETCH_RETRIES", "0")
    known: dict[str, dict] = {}

    def publish(name: str, version: str, files: dict[str, str], *, integrity: bool = True) -> bytes:
        package = {"name": name, "version": version, "scripts": {"prepack": "touch /proof"}}
        data = tarball({"package.json": json.dumps(package), **files})
        path = f"/tarballs/{name.replace('/', '-')}-{version}.tgz"
        dist = {"tarball": web.url + path, "shasum": hashlib.sha1(data).hexdigest()}
        if integrity:
            dist["integrity"] = "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode()
        about = known.setdefault(name, {"name": name, "dist-tags": {}, "versions": {}})
        about["versions"][version] = {"name": name, "version": version, "dist": dist}
        about["dist-tags"]["latest"] = version
        page = (200, {"Content-Type": "application/json"}, json.dumps(about).encode())
        web.pages[path] = data
        web.pages[f"/npm/{name.replace('/', '%2f')}"] = page
        return data

    return publish


@needs_npm
def test_a_package_of_npm(npm, get, files_of, skill):
    old = npm("@团/x".replace("团", "team"), "1.0.0", {"SKILL.md": skill("old")})
    npm("@team/x", "1.1.0", {"SKILL.md": skill("new"), "参考/a.md": "b", "run.sh": "x"})
    [got] = get("npm:@team/x")
    assert (got.version, got.pinned, got.path.name) == ("1.1.0", False, "x")
    assert set(files_of(got)) == {"SKILL.md", "参考/a.md", "package.json", "run.sh"}
    assert (got.path / "run.sh").stat().st_mode & 0o777 == 0o755
    [got] = get("npm:@team/x@1.0.0")
    assert (got.version, got.pinned) == ("1.0.0", True)
    assert got.revision == f"sha256:{hashlib.sha256(old).hexdigest()}"


@pytest.mark.slow
@needs_npm
def test_a_package_whose_bytes_changed(npm, web, refused, skill):
    npm("x", "1.0.0", {"SKILL.md": skill("x")})
    web.pages["/tarballs/x-1.0.0.tgz"] = tarball({"SKILL.md": skill("evil")})
    said = refused("npm:x@1.0.0", "PS903")
    assert "integrity" in said.message().lower() or "EINTEGRITY" in said.message()


@pytest.mark.slow
@needs_npm
def test_a_version_that_was_replaced_in_the_registry(
    npm, get, refused, skill, monkeypatch, tmp_path
):
    npm("x", "1.0.0", {"SKILL.md": skill("x")})
    [got] = get("npm:x@1.0.0")
    npm("x", "1.0.0", {"SKILL.md": skill("evil")})
    monkeypatch.setenv("NPM_CONFIG_CACHE", str(tmp_path / "another-cache"))
    refused("npm:x@1.0.0", "PS905", revision=got.revision)


@pytest.mark.slow
@needs_npm
def test_a_registry_without_integrity_is_not_trusted(npm, refused, skill):
    npm("x", "1.0.0", {"SKILL.md": skill("x")}, integrity=False)
    assert "integrity" in refused("npm:x", "PS903").message()


@pytest.mark.slow
@needs_npm
@pytest.mark.parametrize("text", ["npm:nothing", "npm:x@9.9.9"])
def test_no_such_package_or_version(text, npm, refused, skill):
    npm("x", "1.0.0", {"SKILL.md": skill("x")})
    refused(text, "PS904")


@pytest.mark.slow
@needs_npm
def test_the_versions_of_npm(npm, cache, skill):
    for version in ("1.0.0", "1.10.0", "1.9.0", "2.0.0-rc.1"):
        npm("x", version, {"SKILL.md": skill("x")})
    found = latest(parse("npm:x", base=cache), cache=cache)
    assert [one.version for one in found] == ["2.0.0-rc.1", "1.10.0", "1.9.0", "1.0.0"]


@pytest.mark.slow
@needs_npm
def test_a_marketplace_row_from_npm(npm, get, tmp_path, skill):
    npm("x", "1.2.3", {"skills/x/SKILL.md": skill("x")})
    row = {"name": "plug", "source": {"source": "npm", "package": "x", "version": "1.2.3"}}
    (tmp_path / "marketplace.json").write_text(json.dumps({"plugins": [row]}))
    [got] = get("marketplace:./marketplace.json")
    assert (got.version, got.path.name) == ("1.2.3", "x")


def test_npm_is_not_installed(refused, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert refused("npm:x", "PS902").args["program"] == "npm"


def test_pip_is_not_installed(refused, monkeypatch, tmp_path):
    python = tmp_path / "python"
    python.write_text('#!/bin/sh\necho "$0: No module named pip" >&2\nexit 1\n')
    python.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(python))
    assert refused("pypi:x", "PS902").args["program"] == "pip"


@pytest.fixture
def pypi(web, monkeypatch):
    """An index; returns how to publish into it."""
    monkeypatch.setenv("PIP_INDEX_URL", f"{web.url}/simple/")
    monkeypatch.setenv("PIP_RETRIES", "0")
    links: dict[str, list[str]] = {}

    def publish(name: str, version: str, files: dict[str, str], *, sdist: bool = False) -> bytes:
        base = name.replace("-", "_")
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            info = f"{base}-{version}.dist-info"
            about = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
            wheel = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
            extra = {f"{info}/METADATA": about, f"{info}/WHEEL": wheel, f"{info}/RECORD": ""}
            for path, text in {**files, **extra}.items():
                archive.writestr(path, text)
        data = out.getvalue()
        file = f"{base}-{version}.tar.gz" if sdist else f"{base}-{version}-py3-none-any.whl"
        web.pages[f"/files/{file}"] = data
        digest = hashlib.sha256(data).hexdigest()
        row = f'<a href="{web.url}/files/{file}#sha256={digest}">{file}</a>'
        links.setdefault(name, []).append(row)
        page = f"<!DOCTYPE html><html><body>{''.join(links[name])}</body></html>".encode()
        web.pages[f"/simple/{name}/"] = (200, {"Content-Type": "text/html"}, page)
        return data

    return publish


def test_a_package_of_pypi(pypi, get, files_of, skill):
    old = pypi("my-skills", "1.0", {"my_skills/data/技能/SKILL.md": skill("one")})
    pypi(
        "my-skills",
        "1.1",
        {
            "my_skills/__init__.py": "raise SystemExit('never run')",
            "my_skills/skills/a/SKILL.md": skill("a"),
            "my_skills/skills/b/SKILL.md": skill("b"),
        },
    )
    [got] = get("pypi:my-skills")
    assert (got.version, got.pinned, got.path.name) == ("1.1", False, "skills")
    assert set(files_of(got)) == {"a/SKILL.md", "b/SKILL.md"}
    [got] = get("pypi:my-skills==1.0")
    assert (got.version, got.pinned, got.path.name) == ("1.0", True, "技能")
    assert got.revision == f"sha256:{hashlib.sha256(old).hexdigest()}"


@pytest.mark.slow
def test_a_plugin_and_a_subfolder_in_a_wheel(pypi, get, refused, files_of, skill):
    pypi(
        "p",
        "1",
        {"p/plug/.claude-plugin/plugin.json": "{}", "p/plug/skills/a/SKILL.md": skill("a")},
    )
    [got] = get("pypi:p")
    assert set(files_of(got)) == {".claude-plugin/plugin.json", "skills/a/SKILL.md"}
    [got] = get("pypi:p#p/plug/skills/a")
    assert set(files_of(got)) == {"SKILL.md"}
    refused("pypi:p#nothing", "PS901")


@pytest.mark.slow
def test_a_wheel_whose_bytes_changed(pypi, web, refused, skill):
    pypi("p", "1", {"p/SKILL.md": skill("p")})
    web.pages["/files/p-1-py3-none-any.whl"] = b"PK evil"
    refused("pypi:p", "PS903")


@pytest.mark.slow
def test_a_wheel_without_skills(pypi, refused):
    pypi("p", "1", {"p/__init__.py": ""})
    assert refused("pypi:p", "PS901").args["name"] == "SKILL.md"


@pytest.mark.slow
def test_what_must_be_built_is_not_taken(pypi, refused, skill):
    pypi("p", "1", {"setup.py": "raise SystemExit"}, sdist=True)
    refused("pypi:p", "PS904")
    refused("pypi:nothing", "PS904")


@pytest.mark.slow
def test_the_versions_of_pypi(pypi, cache):
    for version in ("1.0", "1.10", "1.9", "2.0rc1"):
        pypi("p", version, {"p/x": ""})
    found = latest(parse("pypi:p", base=cache), cache=cache)
    assert [one.version for one in found] == ["1.10", "1.9", "1.0"]


@pytest.mark.slow
def test_offline_a_package_comes_from_the_cache(pypi, get, web, refused, skill, monkeypatch):
    pypi("p", "1", {"p/SKILL.md": skill("p")})
    online = get("pypi:p")
    monkeypatch.setattr("subprocess.Popen", None)
    assert get("pypi:p", offline=True) == online
    refused("pypi:q", "PS918", offline=True)
    assert Path(online[0].path).is_dir()
