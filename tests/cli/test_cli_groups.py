"""Groups of commands are loaded when they are asked for, and not before."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest

from polyskill.cli.groups import GROUPS


@pytest.mark.parametrize("name", GROUPS)
def test_the_line_on_the_page_is_what_the_group_says(name: str) -> None:
    module, line = GROUPS[name]
    assert import_module(f"polyskill.cli.{module}").HELP.partition("\n\n")[0] == line


@pytest.mark.parametrize("name", GROUPS)
def test_a_group_has_its_page(cli, name: str) -> None:
    answer = cli(name, "--help")
    assert answer.status == 0
    assert f"Usage: polyskill {name} " in answer.out
    wrong = cli(name, "--nonsense")
    assert wrong.status == 2


def test_other_commands_do_not_load_them() -> None:
    code = (
        "import sys; sys.argv = ['polyskill', '--help']\n"
        "from polyskill.__main__ import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print('LOADED', [n for n in ('eval_', 'train', 'tools') if f'polyskill.cli.{n}' in "
        "sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert "LOADED []" in done.stdout
