import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyskill.compiler.localized import Lang, Text
from polyskill.compiler.model import Dialect, Resource, Skill
from polyskill.compiler.view import View
from polyskill.platforms.base import Host
from polyskill.platforms.parts import placeholders as p

CLAUDE = Host(
    plugin_root="${CLAUDE_PLUGIN_ROOT}",
    skill_dir="${CLAUDE_SKILL_DIR}",
    arguments="zero-based",
    expands=frozenset({"arguments", "variables", "shell"}),
)
PLAIN = Host(arguments="appended")


def view(*resources: Resource) -> View:
    skill = Skill("demo", Dialect.AGENT_SKILL, "demo", Text("d"), resources=resources)
    return View(skill, Lang.EN, "x", "Demo", "d", "body\n", resources)


RUN = Resource("scripts/run.py", b"1")
LIB = Resource("scripts/lib.py", b"1", origin="shared/lib.py")


@pytest.mark.parametrize(
    ("source", "target", "text", "made"),
    [
        ("canonical", "zero-based", "a $1 b $2 $ARGUMENTS", "a $0 b $1 $ARGUMENTS"),
        ("zero-based", "one-based", "a $0 b $1", "a $1 b $2"),
        ("zero-based", "zero-based", "a $0 b $1", "a $0 b $1"),
        ("canonical", "one-based", "$ARGUMENTS[0] $ARGUMENTS", "$1 $ARGUMENTS"),
        ("canonical", "template", "do $ARGUMENTS", "do {{args}}"),
        ("gemini", "one-based", "do {{args}} {{ args }}", "do $ARGUMENTS $ARGUMENTS"),
        ("canonical", "one-based", "keep {{args}}", "keep {{args}}"),
        ("canonical", "appended", "do $ARGUMENTS", "do the text after the command"),
        ("canonical", "zero-based", "$0 is no argument, $x, $1a", "$0 is no argument, $x, $1a"),
    ],
)
def test_arguments_are_translated(source, target, text, made):
    assert p.arguments(text, source, target, Lang.EN)[0] == made


def test_an_argument_without_a_notation_is_put_into_words_and_reported():
    text, losses = p.arguments("first $1", "canonical", "appended", Lang.ZH)
    assert text == "first （命令之后的文字中的第 1 个词）"
    assert losses and losses[0].construct == "arguments"


@given(st.text(alphabet="$012ARGUMENTS[]{}s x", max_size=60))
def test_zero_based_and_back_is_the_same(text):
    there, _ = p.arguments(text, "canonical", "zero-based", Lang.EN)
    back, _ = p.arguments(there, "zero-based", "one-based", Lang.EN)
    again, _ = p.arguments(text, "canonical", "one-based", Lang.EN)
    if "$0" not in text:
        assert back == again


def test_shell_commands_in_a_skill_are_parted_only_where_they_would_run():
    text = "Now !`git status` and\n!`ls`, but Hi!`x` and !`a\nb` and `wow!` stay"
    made, losses = p.skill_text(text, view(), CLAUDE)
    assert made == "Now ! `git status` and\n! `ls`, but Hi!`x` and !`a\nb` and `wow!` stay"
    assert [loss.construct for loss in losses] == ["placeholder"]
    assert p.skill_text(text, view(), PLAIN) == (text, ())


def test_arguments_in_a_skill_stay_and_are_reported():
    made, losses = p.skill_text("pay $5 with $ARGUMENTS", view(), CLAUDE)
    assert made == "pay $5 with $ARGUMENTS"
    assert "`$5`" in losses[0].detail


def test_a_text_without_placeholders_is_the_same_object():
    text = "nothing here; costs USD 5, run `x`, mail a@b.c"
    assert p.skill_text(text, view(), CLAUDE)[0] is text


@pytest.mark.parametrize(
    "name",
    ["${CLAUDE_SKILL_DIR}", "$CLAUDE_SKILL_DIR", "{baseDir}", "${KIMI_SKILL_DIR}", "$SKILL_DIR"],
)
def test_the_skills_own_folder_has_one_name_per_host(name):
    text = f"python {name}/scripts/run.py; ls {name}"
    assert p.own_paths(text, view(RUN), "")[0] == "python scripts/run.py; ls ."
    assert p.own_paths(text, view(RUN), "${X}")[0] == "python ${X}/scripts/run.py; ls ${X}"


def test_longer_names_and_the_authors_own_convention_are_left():
    text = "$SKILL_DIRECTORY/x ${SKILL_DIRS}"
    assert p.own_paths(text, view(), "")[0] == text
    text = "Let SKILL_DIR be this folder. Run ${SKILL_DIR}/a and $SKILL_DIR/b"
    assert p.own_paths(text, view(), "")[0] == text


def test_paths_below_a_plugin():
    text = "${CLAUDE_PLUGIN_ROOT}/skills/demo/scripts/run.py ${CLAUDE_PLUGIN_ROOT}/shared/lib.py"
    assert p.own_paths(text, view(RUN, LIB), "")[0] == "scripts/run.py scripts/lib.py"
    other = "cat ${CLAUDE_PLUGIN_ROOT}/other.txt"
    made, losses = p.own_paths(other, view(RUN), "")
    assert made == other and losses[0].construct == "path"
    assert p.own_paths(other, view(RUN), "", "${PLUGIN_ROOT}") == (
        "cat ${PLUGIN_ROOT}/other.txt",
        (),
    )


def test_a_folder_of_a_plugin():
    text = "cd ${CLAUDE_PLUGIN_ROOT}/scripts && ls"
    assert p.own_paths(text, view(RUN), ".x/demo")[0] == "cd .x/demo/scripts && ls"


def test_relative_paths_move_with_the_text():
    text = "see references/a.md, [b](./references/a.md) and my/references/a.md, references/a.mdx"
    made = p.relocate(text, view(Resource("references/a.md", b"x")), ".x/demo")
    assert made == (
        "see .x/demo/references/a.md, [b](.x/demo/references/a.md) "
        "and my/references/a.md, references/a.mdx"
    )


def test_imports_are_quoted_outside_code_only():
    text = "See @docs/a.md and `@b.md`, mail x@y.z\n```\n@c.md\n```\n- @~/d.md."
    assert p.quote_imports(text) == (
        "See `@docs/a.md` and `@b.md`, mail x@y.z\n```\n@c.md\n```\n- `@~/d.md`."
    )


@given(st.text(max_size=200))
def test_no_text_breaks_the_translators(text):
    for host in (CLAUDE, PLAIN):
        p.skill_text(text, view(RUN), host)
        p.companion_text(text, view(RUN), ".x/demo", host)
    p.quote_imports(text)
    assert p.disarm_shell(p.disarm_shell(text)) == p.disarm_shell(text)
