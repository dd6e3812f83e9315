"""Help in both languages: complete, short, at most 80 columns."""

from __future__ import annotations

import re

import pytest

from polyskill.cli.help import explain
from polyskill.cli.text import width

COMMANDS = ("", "build", "check", "show", "import", "new", "platforms")
CHINESE = re.compile("[\u4e00-\u9fff]")


def page(other, command: str, **variables: str) -> str:
    answer = other(*([command] if command else []), "--help", **variables)
    assert answer.status == 0
    assert answer.err == ""
    return answer.out


def options(text: str) -> dict[str, str]:
    """Names → descriptions of the options on a page."""
    found: dict[str, str] = {}
    name = ""
    body = re.split(r"^(?:Options:|选项：)\n", text, flags=re.MULTILINE)[1].split("\n\n")[0]
    for line in body.splitlines():
        begins = re.match(
            r" {2,6}((?:-\w, )?--[\w-]+(?: / --[\w-]+)?(?: [^ ]+)?)(?:  +(.*))?$", line
        )
        if begins:
            name = begins[1]
            found[name] = begins[2] or ""
        else:
            found[name] += line.strip()
    return found


@pytest.mark.parametrize("command", COMMANDS)
def test_pages_are_clean(other, command):
    for lang, usage in (("en", "Usage: polyskill"), ("zh", "用法：polyskill")):
        text = page(other, command, POLYSKILL_LANG=lang, COLUMNS="200")
        assert usage in text
        assert all(width(line) <= 80 and line == line.rstrip() for line in text.splitlines())
        assert "\x1b" not in text
        described = options(text)
        assert "-h, --help" in described
        assert all(described.values()), described
        if lang == "zh":
            assert all(CHINESE.search(value) for value in described.values()), described


@pytest.mark.parametrize("command", COMMANDS)
def test_pages_fit_a_narrow_terminal(other, command):
    text = page(other, command, COLUMNS="50")
    prose = text.partition("Examples:")[0]
    assert all(width(line) <= 50 for line in prose.splitlines())


@pytest.mark.parametrize(
    ("variables", "chinese"),
    [
        ({"POLYSKILL_LANG": "", "LC_ALL": "", "LANG": "zh_CN.UTF-8"}, True),
        ({"POLYSKILL_LANG": "", "LC_ALL": "en_GB.UTF-8", "LANG": "zh_CN.UTF-8"}, False),
        ({"POLYSKILL_LANG": "en", "LANG": "zh_CN.UTF-8"}, False),
        ({"POLYSKILL_LANG": "zh", "LANG": "de_DE.UTF-8"}, True),
        ({"POLYSKILL_LANG": "", "LC_ALL": "", "LC_MESSAGES": "", "LANG": "C"}, False),
    ],
)
def test_the_language_comes_from_the_environment(cold, variables, chinese):
    assert bool(CHINESE.search(page(cold, "", **variables))) is chinese


@pytest.mark.parametrize(
    ("said", "ours"),
    [
        ("No such option: --foo", "no option `--foo`"),
        ("No such option '--foo'.", "no option `--foo`"),
        ("No such command 'buld'.", "no command `buld`"),
        ("Got unexpected extra argument (b)", "unexpected argument `b`"),
        ("Got unexpected extra argument(s) (b c)", "unexpected argument `b c`"),
        ("Option '-o' requires an argument.", "option `-o` needs a value"),
        ("Option '--json' does not take a value.", "option `--json` takes no value"),
        ("'xx' is not one of 'en', 'zh'.", "`xx` is none of `en`, `zh`"),
        ("Value error, 'xx' is not one of 'en', 'zh'.", "`xx` is none of `en`, `zh`"),
        ("'many' is not a valid integer.", "a whole number is needed"),
        ("-1 is not in the range x>=0.", "the number must be 0 or more"),
        ("Input should be greater than or equal to 0", "the number must be 0 or more"),
        ("Something new.", "Something new."),
    ],
)
def test_what_any_version_of_typer_says_becomes_ours(said, ours):
    assert explain(said) == ours
