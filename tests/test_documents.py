"""What the documents say is true: commands run, links resolve, pages are up to date."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from polyskill.platforms.docs import pages

ROOT = Path(__file__).resolve().parents[1]
READMES = (ROOT / "README.md", ROOT / "README.zh.md")
DOCUMENTS = sorted(
    [*READMES, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]
)


def commands(path: Path) -> list[str]:
    """The indented lines of a document that are commands, without their comments."""
    lines = [line[4:] for line in path.read_text("utf-8").splitlines() if line.startswith("    ")]
    return [line.partition("  #")[0].strip() for line in lines]


def search_path(programs: Path) -> str:
    return f"{programs}:{Path(sys.executable).parent}:{os.environ['PATH']}"


def test_both_readmes_name_the_same_commands() -> None:
    first, second = map(commands, READMES)
    assert first == second


def test_ci_runs_what_the_readme_says() -> None:
    script = (ROOT / ".ci/run").read_text("utf-8")
    [install, test] = [
        line for line in commands(READMES[0]) if line.startswith(("python3", ".venv"))
    ]
    for command in (install, test):
        quiet = command.replace("pip install", "pip install -q")
        assert quiet in script
    assert os.access(ROOT / ".ci/run", os.X_OK)


def test_the_commands_of_the_readme_run(tmp_path: Path, programs: Path) -> None:
    (tmp_path / "old-rules").mkdir()
    (tmp_path / "old-rules" / ".cursorrules").write_text("Write short functions.\n")
    lines = [line for line in commands(READMES[0]) if line.startswith("polyskill ")]
    assert len(lines) >= 6
    environment = os.environ | {"PATH": search_path(programs)}
    for line in lines:
        done = subprocess.run(
            ["env", *shlex.split(line)],  # found by the path that is given
            cwd=tmp_path,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
    assert (tmp_path / "dist/claude/zh/.claude/skills/my-skill/SKILL.md").is_file()
    assert (tmp_path / "dist/cursor/zh/.cursor/skills/my-skill/SKILL.md").is_file()
    assert list((tmp_path / "skills").iterdir())


@pytest.mark.parametrize(
    "name", ["installing.md", "promises.md", "publishing.md", "evals.md", "tools.md"]
)
def test_the_commands_of_a_document_run(name: str, tmp_path: Path, programs: Path) -> None:
    lines = [line for line in commands(ROOT / "docs" / name) if line.startswith("polyskill ")]
    assert len(lines) >= 5
    if name == "publishing.md":
        lines.insert(0, "polyskill new my-skill -d my-skills")
    environment = os.environ | {
        "PATH": search_path(programs),
        "HOME": str(tmp_path),
        "POLYSKILL_LANG": "en",
    }
    environment["POLYSKILL_SIGN_PASSWORD"] = ""
    place = tmp_path / "project"
    for line in lines:
        if line.startswith("polyskill new") and place.exists():
            shutil.rmtree(place)  # each demonstration begins anew
        place.mkdir(exist_ok=True)
        done = subprocess.run(
            ["env", *shlex.split(line)],  # found by the path that is given
            cwd=place,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
        if line.startswith("polyskill uninstall"):
            assert [path.name for path in place.iterdir()] in (["demo"], ["my-skill"])


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_resolve(path: Path) -> None:
    text = re.sub(r"```.*?```|`[^`\n]*`", "", path.read_text("utf-8"), flags=re.DOTALL)
    text = "\n".join(line for line in text.splitlines() if not line.startswith("    "))
    for target in re.findall(r"\]\(([^)#\s]+)", text):
        if not target.startswith(("http://", "https://")):
            assert (path.parent / target).exists(), target


def test_generated_pages_are_up_to_date() -> None:
    for name, text in pages().items():
        kept = ROOT / "docs" / name
        assert kept.is_file(), f"{name}: run `python -m polyskill.platforms.docs`"
        assert kept.read_text("utf-8") == text, f"{name}: run `python -m polyskill.platforms.docs`"


def test_every_platform_has_a_row_a_golden_directory_and_sourced_facts() -> None:
    from polyskill.platforms.registry import all_platforms

    page = (ROOT / "docs/platforms.md").read_text("utf-8")
    for platform in all_platforms():
        assert f"## {platform.title} (`{platform.id}`)" in page
        assert (ROOT / "tests/golden" / platform.id).is_dir()
        assert platform.facts
        assert platform.locations
        for fact in (*platform.facts, *platform.locations, *platform.limits):
            assert fact.source, fact
            assert re.fullmatch(r"\d{4}-\d\d-\d\d", fact.checked), fact
        for known in platform.facts:
            assert known.how in {"ran", "shipped", "docs", "secondary", "unverified"}, known
