"""Shell completion: scripts for every shell, and answers to what they ask."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from polyskill.cli import completion


@pytest.mark.parametrize("shell", completion.SHELLS)
def test_scripts(cli, shell):
    answer = cli("--show-completion", shell)
    assert answer.status == 0
    assert "polyskill" in answer.out
    assert "_POLYSKILL_COMPLETE" in answer.out


def test_without_a_name_the_shell_is_looked_up(cli, monkeypatch):
    import shellingham

    monkeypatch.setattr(shellingham, "detect_shell", lambda: ("fish", "/usr/bin/fish"))
    assert cli("--show-completion").out == cli("--show-completion", "fish").out

    def unknown() -> tuple[str, str]:
        raise shellingham.ShellDetectionFailure

    monkeypatch.setattr(shellingham, "detect_shell", unknown)
    monkeypatch.setenv("SHELL", "/bin/zsh")
    assert cli("--show-completion").out == cli("--show-completion", "zsh").out
    monkeypatch.delenv("SHELL")
    assert cli("--show-completion").status == 2


@pytest.mark.parametrize(
    ("words", "answers"),
    [
        ("polyskill b", {"build"}),
        ("polyskill build -p c", {"claude", "cline", "codex", "cursor"}),
        ("polyskill build --lang ", {"en", "zh", "bilingual"}),
        ("polyskill check --format s", {"sarif"}),
        ("polyskill platforms k", {"kimi"}),
        ("polyskill --show-completion z", {"zsh"}),
    ],
)
def test_answers_to_bash(other, words, answers):
    parts = words.split(" ")
    answer = other(
        COMP_WORDS=words,
        COMP_CWORD=str(len(parts) - 1),
        _POLYSKILL_COMPLETE="complete_bash",
    )
    assert answer.status == 0
    assert set(answer.out.split()) == answers


@pytest.mark.skipif(not shutil.which("bash"), reason="bash is not here")
def test_bash_takes_the_script(cli, tmp_path):
    script = tmp_path / "polyskill.sh"
    script.write_text(cli("--show-completion", "bash").out)
    environment = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "POLYSKILL_LANG": "en"}
    asked = (
        f"source {script}; COMP_WORDS=(polyskill che); COMP_CWORD=1; "
        "_polyskill_completion polyskill; echo ${COMPREPLY[@]}"
    )
    done = subprocess.run(
        ["bash", "--norc", "-c", asked],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout == "check\n"


def test_installing_writes_below_the_home_folder(cli, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    answer = cli("--install-completion", "fish")
    assert answer.status == 0
    assert (tmp_path / ".config/fish/completions/polyskill.fish").is_file()
