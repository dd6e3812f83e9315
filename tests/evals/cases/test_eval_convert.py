"""``polyskill eval convert``: what is written can be read again, and what is lost is said."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SKILL = str(ROOT / "skills" / "llm-research-scientist")


@pytest.fixture
def polyskill():
    """The whole command line: `tests/evals/conftest.py` has it, the folder's own is narrower."""
    from typer.testing import CliRunner

    from polyskill.cli.app import app

    runner = CliRunner()
    return lambda *arguments: runner.invoke(app, ["eval", "convert", *arguments])


@pytest.mark.parametrize(
    "form", ["cases.yaml", "evals.json", "promptfoo", "skillgrade", "claude-plugin-eval"]
)
def test_every_format_is_written_once(polyskill, tmp_path, form):
    done = polyskill(SKILL, "--to", form, "-o", str(tmp_path / "out"))
    assert done.exit_code == 0, done.output
    files = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert files
    assert "FlashAttention" in "".join(path.read_text("utf-8") for path in files)
    again = polyskill(SKILL, "--to", form, "-o", str(tmp_path / "out"))
    assert again.exit_code == 1
    assert "is there already" in again.output


def test_what_has_no_place_is_said(polyskill, tmp_path):
    done = polyskill(SKILL, "--to", "promptfoo", "--lang", "zh", "-o", str(tmp_path))
    assert "PS7" in done.output
    assert "显存" in "".join(
        path.read_text("utf-8") for path in tmp_path.rglob("*") if path.is_file()
    )


def test_wrong_use(polyskill, tmp_path):
    done = polyskill(SKILL, "--to", "excel", "-o", str(tmp_path))
    assert done.exit_code == 2
    assert "`excel` is none of" in done.output
