"""Every rule's bad example is reported, and its good one is not."""

from pathlib import Path

import pytest

from polyskill.compiler import checks
from polyskill.compiler.checks.examples import EXAMPLES
from polyskill.compiler.checks.registry import rules
from polyskill.compiler.codes import load_all
from polyskill.compiler.readers import discover, read

# No source on disk has these: readers let no path out of the folder pass, and turn names into
# slugs. They are tested in test_paths_and_files.py and test_across.py.
UNREADABLE = {"PS332", "PS421"}


def codes_of(root: Path, files):
    for path, content in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        data = content.encode() if isinstance(content, str) else content
        target.write_bytes(data)
    skills = [skill for candidate in discover(root) for skill in read(candidate).skills]
    assert skills
    found = [one for skill in skills for one in checks.check_skill(skill)]
    found += checks.check_run([checks.summarise(skill) for skill in skills])
    assert "PS699" not in {one.code.id for one in found}, [one.message() for one in found]
    for one in found:
        assert Path(one.path).exists(), one.location
        assert one.message()
        assert "{" not in one.code.why.en + one.code.help.en + one.code.why.zh + one.code.help.zh
    return [one.code.id for one in found]


@pytest.mark.parametrize("code", sorted(EXAMPLES))
def test_example(code, tmp_path):
    example = EXAMPLES[code]
    assert code in codes_of(tmp_path / "bad", example.bad)
    good = codes_of(tmp_path / "good", example.good)
    assert code not in good


def test_every_code_of_a_rule_has_an_example():
    load_all()
    run_rules = {"PS406", "PS420", "PS421", "PS423", "PS460", "PS398"}
    wanted = {code.id for rule in rules() for code in rule.codes} | run_rules
    assert wanted - UNREADABLE <= set(EXAMPLES)


def test_files_of_a_plugin_are_named_where_they_are(tmp_path):
    files = {
        "p/.claude-plugin/plugin.json": '{"name": "p", "description": "x"}',
        "p/skills/notes/SKILL.md": '---\nname: notes\ndescription: "Use when asked."\n---\n\nHi.\n',
        "p/skills/notes/references/a.md": "a\u200bb\n",
        "p/shared/b.md": "a\u200bb\n",
    }
    assert codes_of(tmp_path, files).count("PS301") == 2
