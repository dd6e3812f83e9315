"""The real corpus: everything is read, what is malformed is said at its line."""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from polyskill.compiler.model import Skill
from polyskill.compiler.readers import discover, read
from polyskill.compiler.write import to_canonical, write_back

pytestmark = pytest.mark.corpus


@pytest.fixture(scope="module")
def skills(shared: Path) -> list[Skill]:
    roots = (shared / "corpus", shared / "sources")
    results = [read(candidate) for root in roots for candidate in discover(root)]
    assert [finding.location for result in results for finding in result.diagnostics] == []
    return [skill for result in results for skill in result.skills]


@pytest.fixture(scope="module")
def index(shared: Path) -> list[dict[str, str]]:
    with (shared / "corpus/index.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_every_entry_of_the_index_is_found(skills, index, shared):
    kinds = Counter(row["kind"] for row in index)
    found = Counter((str(skill.dialect), str(skill.kind)) for skill in skills)
    one_file = ("awesome-skills", "awesome-skills-seed-layout", "malformed")
    assert found["expert", "skill"] == sum(kinds[kind] for kind in one_file) + 2  # two in sources/
    # A pair of folders, one a language, is one skill.
    assert found["agent-skill", "skill"] == kinds["skill-folder"] - 1
    assert found["rules", "rules"] == kinds["cursor-rule"] + kinds["copilot-instructions"]
    assert found["agent", "agent"] == kinds["copilot-agent"]
    assert found["locale-json", "agent"] == kinds["lobe-agent-json"] / 2
    corpus = shared / "corpus"
    plugins = {
        Path(skill.manifests[0].path).parents[1] for skill in skills if skill.dialect == "plugin"
    }
    assert plugins == {corpus / row["path"] for row in index if row["kind"] == "plugin"}


def test_every_skill_has_a_name_a_text_and_a_source(skills):
    for skill in skills:
        assert skill.name.isascii()
        assert skill.kind == "bundle" or (skill.main is not None and skill.main.body.strip())
        if skill.kind == "skill":
            assert skill.description, skill.path
        assert all(finding.line for finding in skill.diagnostics), skill.path


WHERE = {
    "yaml-broken-unquoted-glob": ("PS028", "globs: *"),
    "closing-fence-glued": ("PS020", "---"),
    "html-comment-in-description": ("PS030", "<!--"),
}


def test_malformed_files_have_a_finding_at_the_line(skills, index, shared):
    by_path = {skill.path: skill for skill in skills}
    seen = Counter[str]()
    for row in index:
        for tag in row["tags"].split(";"):
            if "broken" not in tag and tag not in WHERE:
                continue
            seen[tag] += 1
            path = shared / "corpus" / row["path"]
            skill = by_path[str(path)]
            assert skill.front_matter is not None and skill.front_matter.recovered
            lines = path.read_text(encoding="utf-8").split("\n")
            code, needle = WHERE.get(tag, ("", ""))
            places = [
                lines[finding.line - 1]
                for finding in skill.diagnostics
                if finding.code.id == code or not code
            ]
            assert places
            assert all(needle in place for place in places), (path, places)
    assert seen["yaml-broken-unquoted-glob"] == 12
    assert len(seen) == 4


def test_reading_and_writing_back_changes_no_byte(skills):
    count = 0
    for skill in skills:
        base = Path(skill.path)
        folder = base if base.is_dir() else base.parent
        for name, data in write_back(skill).items():
            assert (folder / name).read_bytes() == data
            count += 1
    assert count > 130


def test_import_finds_a_fixed_point_and_loses_no_test(skills, tmp_path):
    for skill in skills:
        first = to_canonical(skill)
        place = tmp_path / skill.name
        shutil.rmtree(place, ignore_errors=True)
        for name, data in first.files.items():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            (place / name).write_bytes(data)
        (candidate,) = discover(place)
        (again,) = read(candidate).skills
        second = to_canonical(again)
        assert dict(second.files) == dict(first.files), skill.path
        assert len(again.all_tests) == len(skill.all_tests), skill.path
        errors = [found for found in again.diagnostics if found.severity == "error"]
        assert errors == [], skill.path
        assert all(lost.path and lost.detail for lost in first.dropped)


def test_the_number_of_tests_is_that_of_the_index(skills, index, shared):
    by_path = {skill.path: skill for skill in skills}
    for row in index:
        wanted = [part for part in row["oracle"].split(";") if part.startswith("tests=")]
        if wanted:
            skill = by_path[str(shared / "corpus" / row["path"])]
            assert len(skill.all_tests) == int(wanted[0].removeprefix("tests="))


def test_reading_a_plain_folder_loads_nothing_heavy(shared):
    code = (
        "import sys; from pathlib import Path\n"
        "from polyskill.compiler.readers import discover, read\n"
        "skill = read(discover(Path(sys.argv[1]))[0]).skills[0]\n"
        "assert skill.name == 'internal-comms'\n"
        "print(*sorted({'markdown_it', 'pydantic', 'rich', 'typer'} & sys.modules.keys()))"
    )
    folder = shared / "corpus/skills/skills/internal-comms"
    run = subprocess.run(
        [sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == ""
