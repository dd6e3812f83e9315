"""Where clients are looked for, and what is said when one cannot be run."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from polyskill.platforms.verify import PINNED, Options, Status, find, known, verify
from polyskill.platforms.verify.find import locate
from polyskill.platforms.verify.model import Found
from polyskill.platforms.verify.recipes import get

Install = Callable[..., Path]


@pytest.fixture(autouse=True)
def nothing_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH with one empty folder first and no client behind it; a cache of our own."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", os.pathsep.join([str(folder), "/usr/bin", "/bin"]))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return folder


def program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def test_under_a_prefix_before_path(
    prefix: Path, install: Install, nothing_installed: Path
) -> None:
    assert find("claude", Options(prefix=prefix)) is None
    program(nothing_installed / "claude", "echo 'claude 1.2.3 (on PATH)'")
    on_path = find("claude", Options(prefix=prefix))
    assert on_path is not None
    assert (on_path.version, on_path.command) == ("1.2.3", (str(nothing_installed / "claude"),))
    ours = install("claude", "claude.py")
    for given in (prefix, prefix / "claude"):  # one folder a client, or one npm prefix
        found = find("claude", Options(prefix=given))
        assert found is not None
        assert (found.program, found.version) == (ours, "9.8.7")


def test_the_version_is_that_of_the_package(prefix: Path, install: Install) -> None:
    path = install("claude", "claude.py")
    manifest = path.parent / "package.json"
    manifest.write_text('{"name": "x", "version": "4.5.6-linux-x64"}', encoding="utf-8")
    found = find("claude", Options(prefix=prefix))
    assert found is not None
    assert found.version == "4.5.6"


def test_a_client_that_is_not_here_is_skipped_with_a_reason(project: Path, home: Path) -> None:
    [row] = verify(project, home, ["qwen"], None, Options())
    assert (row.status, row.skill, row.ok) == (Status.SKIPPED, "", True)
    assert row.reason == "Qwen Code is not installed here (looked for `qwen`)"
    assert row.reason_zh == "此处未安装 Qwen Code（查找了 `qwen`）"


@pytest.mark.parametrize(
    ("version", "fits"),
    [("v20.20.2", False), ("v22.18.0", False), ("v22.19.0", True), ("v24.1.0", True)],
)
def test_node_must_be_new_enough(
    version: str, fits: bool, prefix: Path, tmp_path: Path, nothing_installed: Path
) -> None:
    script = prefix / "kimi" / "node_modules" / PINNED["kimi"].program
    program(script, "").write_text("console.log('2.1.0')\n", encoding="utf-8")
    node = program(tmp_path / "node" / "node", f"echo {version}")
    found = locate("kimi", Options(prefix=prefix, node=node))
    if fits:
        assert isinstance(found, Found)
        assert (found.command, found.path) == ((str(node), str(script)), (node.parent,))
    else:
        assert not isinstance(found, Found)
        assert f"needs Node.js >= 22.19, which is not here (found: {version[1:]}" in found.message()


def test_node_must_not_be_too_new(prefix: Path, tmp_path: Path) -> None:
    script = prefix / "openclaw" / "node_modules" / PINNED["openclaw"].program
    program(script, "").write_text("console.log('1')\n", encoding="utf-8")
    node = program(tmp_path / "node" / "node", "echo v25.0.0")
    found = locate("openclaw", Options(prefix=prefix, node=node))
    assert not isinstance(found, Found)
    assert "Node.js >= 24.16, < 25" in found.message()


def test_a_helper_is_taken_from_another_package(prefix: Path, install: Install) -> None:
    install("kilo", "claude.py")
    missing = locate("kilo", Options(prefix=prefix))
    assert not isinstance(missing, Found)
    assert missing.message() == "Kilo Code needs `rg`, which is not here (found: -)"
    codex = install("codex", "codex.py")
    helper = program(codex.parent.parent / "codex-path" / "rg", "")
    found = find("kilo", Options(prefix=prefix))
    assert found is not None
    assert found.path == (helper.parent,)


def test_the_checked_version_is_installed_without_scripts(
    tmp_path: Path, nothing_installed: Path
) -> None:
    log, place = tmp_path / "log", PINNED["claude"].program
    program(
        nothing_installed / "npm",
        f'echo "$@" > "{log}"; mkdir -p "$3/node_modules/{Path(place).parent}"\n'
        f'printf "#!/bin/sh\\necho 7.7.7\\n" > "$3/node_modules/{place}"\n'
        f'chmod 755 "$3/node_modules/{place}"',
    )
    cache = tmp_path / "cache of ours"
    assert find("claude", Options(cache=cache)) is None
    found = find("claude", Options(cache=cache, with_npx=True))
    assert found is not None
    assert found.program == cache / "clients" / "claude" / "node_modules" / place
    asked = log.read_text("utf-8").split()
    assert asked[-1] == "@anthropic-ai/claude-code-linux-x64@2.1.330"
    assert "--ignore-scripts" in asked
    log.unlink()
    assert find("claude", Options(cache=cache)) == found  # once is enough
    assert not log.exists()


def test_an_install_that_fails_is_told(
    project: Path, home: Path, tmp_path: Path, nothing_installed: Path
) -> None:
    program(nothing_installed / "npm", "echo 'npm error 404 \x1b[31mNot Found' >&2; exit 1")
    options = Options(cache=tmp_path / "cache", with_npx=True)
    [row] = verify(project, home, ["claude"], None, options)
    assert row.status is Status.SKIPPED
    assert row.reason.endswith("could not be installed: npm error 404 \\x1b[31mNot Found")


def test_every_client_has_a_recipe_and_a_package() -> None:
    assert set(known()) == {*PINNED, "cursor"}
    for name in PINNED:
        recipe = get(name)
        assert recipe is not None
        assert recipe.id == name
