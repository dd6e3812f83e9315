"""A skill that names recipes brings them to every platform, and its texts say where they lie."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace

import pytest

from polyskill.compiler.localized import Lang
from polyskill.compiler.model import Dialect, Kind
from polyskill.compiler.readers import discover, read
from polyskill.compiler.runtime import recipes_of
from polyskill.platforms.base import File, ManagedBlock
from polyskill.platforms.deliver.build import Request, build
from polyskill.platforms.deliver.records import Target
from polyskill.platforms.parts.runtime import view_of
from polyskill.platforms.registry import all_platforms

SCRIPT = "scripts/run_judge.py"
FOR_COMMAND = f'python "${{SKILL_DIR}}/{SCRIPT}" $ARGUMENTS'
FRONT = '---\nname: lab\ndescription: "Judges. Use when two runs are compared."\n'


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "lab"
    (folder / "commands").mkdir(parents=True)
    (folder / "SKILL.md").write_text(f"{FRONT}runtime: [judge]\n---\n\nRun `{SCRIPT}`.\n")
    chinese = '---\ndescription: "评审。比较两次训练时使用。"\n---\n\n'
    (folder / "SKILL.zh.md").write_text(f"{chinese}运行 `{SCRIPT}`。\n")
    command = f'---\ndescription: "Judges."\n---\n\n    {FOR_COMMAND}\n'
    (folder / "commands/run-eval.md").write_text(command)
    return folder


@pytest.fixture
def skill(source):
    [candidate] = discover(source)
    [found] = read(candidate).skills
    return found


def texts(bundle):
    """Return the text files of a bundle by path, those for the home folder left out."""
    found = {}
    for placed in bundle.pieces:
        if isinstance(placed.piece, File) and placed.path.endswith((".md", ".toml")):
            found[placed.path] = placed.piece.data.decode()
        elif isinstance(placed.piece, ManagedBlock) and placed.path:
            found[placed.path] = placed.piece.text
    return found


def places(bundle):
    """Yield each place that a text outside of the package gives for the script, with its file."""
    for path, text in texts(bundle).items():
        for found in re.findall(rf'[^\s"`（(]*{re.escape(SCRIPT)}', text):
            yield path, found


def resolved(path, place, skill_folder):
    """Return where a place is, as the client or the assistant resolves it."""
    for variable in ("${CLAUDE_PLUGIN_ROOT}", "${CURSOR_PLUGIN_ROOT}", "${PLUGIN_ROOT}"):
        if place.startswith(variable):
            return place.removeprefix(f"{variable}/")
    for variable in ("${CLAUDE_SKILL_DIR}", "${KIMI_SKILL_DIR}", "{baseDir}"):
        if place.startswith(variable):
            return posixpath.normpath(posixpath.dirname(path) + place.removeprefix(variable))
    if path.endswith("SKILL.md") and not place.startswith(skill_folder):
        inside = posixpath.normpath(posixpath.join(posixpath.dirname(path), place))
        return inside if place.startswith("..") or path.startswith(skill_folder) else place
    return place


@pytest.mark.parametrize("platform", all_platforms(), ids=lambda one: one.id)
def test_every_text_names_a_place_where_the_script_lies(platform, skill):
    view = view_of(skill, Lang.EN, platform.id)
    bundles = [platform.lower(view, Kind.SKILL)]
    if platform.packages:
        bundles.append(platform.package(view, "lab").bundle)
    for bundle in bundles:
        files = {placed.path for placed in bundle.pieces if isinstance(placed.piece, File)}
        [script] = [path for path in files if path.endswith(SCRIPT)]
        folder = script.removesuffix(SCRIPT)
        assert f"{folder}scripts/polyskill_runtime/judge/verdicts.py" in files
        named = [(path, place) for path, place in places(bundle) if "README" not in path]
        assert named
        for path, place in named:
            assert resolved(path, place, folder) == script, (path, place)


def test_recipes_are_a_canonical_skills_own_key(skill):
    assert recipes_of(skill) == ("judge",)
    assert recipes_of(replace(skill, dialect=Dialect.AGENT_SKILL)) == ()
    assert recipes_of(replace(skill, extra={"runtime": "judge"})) == ()
    bare = replace(skill, extra={})
    assert not [one for one in view_of(bare, Lang.EN, "claude").resources if "scripts" in one.path]


def test_two_builds_write_the_same_bytes(source, tmp_path):
    target = Target("claude", Lang.EN, package=True)
    made = []
    for name in ("one", "two"):
        out = tmp_path / name
        build(Request((source,), out, (target,)))
        files = [path for path in sorted(out.rglob("*")) if path.is_file()]
        made.append(
            {
                str(path.relative_to(out)): path.read_bytes()
                for path in files
                if ".polyskill" not in path.parts
            }
        )
    assert made[0] == made[1]
    assert any(path.endswith(SCRIPT) for path in made[0])


def test_a_change_of_the_runtime_is_built_again():
    from polyskill.platforms.deliver import fingerprint
    from polyskill.platforms.parts.runtime import sources

    before = fingerprint.of_code()
    fingerprint.of_code.cache_clear()
    probe = sources() / "judge/gold/probe-of-a-test.txt"
    probe.write_text("x")
    try:
        assert fingerprint.of_code() != before
    finally:
        probe.unlink()
        fingerprint.of_code.cache_clear()
