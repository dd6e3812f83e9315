"""What verify expects, from real folders: the right files, and lines that tell them apart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from polyskill.platforms.verify import VerifyError, expectations
from polyskill.platforms.verify.copying import copy

Plant = Callable[..., Path]


def test_the_line_is_one_that_no_other_file_has(project: Path, home: Path, plant: Plant) -> None:
    shared = "这一行在两个技能里都有，所以不能说明任何问题。"
    plant(project / ".claude/skills", "a", "描述甲", f"{shared}\n\n只属于甲的一行文字。")
    plant(project / ".claude/skills", "b", "描述乙", f"{shared}\n\n只属于乙的一行文字。")
    found = {each.skill: each for each in expectations("claude", project, home, None)}
    assert found["a"].body == "只属于甲的一行文字。"
    assert found["b"].body == "只属于乙的一行文字。"
    assert found["a"].reference == (
        "references/更多.md",
        "The reference of a says so. 参考资料。",
    )


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("Run `x` with ${HOME} at once, please.\n\nA plain line of text.", "A plain line of text."),
        ("Draft it for $0 from now on, and $ARGUMENTS[1] too", "from now on, and"),
        ("<!-- a comment that clients strip -->\nA plain line.", "A plain line."),
        ("x" * 300 + "\n\nThe line that fits here.", "The line that fits here."),
        ("Near the head it stands.\n" + "filler\n" * 300 + "A longer line stands far behind it.",
         "Near the head it stands."),
    ],
)  # fmt: skip
def test_the_line_is_one_that_clients_leave_alone(
    body: str, line: str, project: Path, home: Path, plant: Plant
) -> None:
    plant(project / ".claude/skills", "notes", "Words", body)
    [found] = expectations("claude", project, home, None)
    assert found.body == line


def test_copies_that_differ_are_told_by_what_they_share(
    project: Path, home: Path, plant: Plant
) -> None:
    both = "A line in both."
    plant(project / ".agents/skills", "n", "Words", f"The project has this longer line.\n\n{both}")
    plant(home / ".codex/skills", "n", "Words", f"The home has this longer line of text.\n\n{both}")
    [found] = expectations("codex", project, home, None)
    assert found.body == both
    assert found.copies == (".agents/skills/n", "~/.codex/skills/n")


def test_each_client_has_its_own_folders(project: Path, home: Path, plant: Plant) -> None:
    plant(project / ".claude/skills", "one", "Words", "The body of the first.")
    plant(home / ".agents/skills", "two", "Words", "The body of the second.")
    names = {
        client: [each.skill for each in expectations(client, project, home, None)]
        for client in ("claude", "codex", "opencode")
    }
    assert names == {"claude": ["one"], "codex": ["two"], "opencode": ["one", "two"]}
    [lost] = expectations("codex", project, home, ["one"])
    assert (lost.read, lost.copies) == (False, (".claude/skills/one",))
    [none] = expectations("codex", project, home, ["three"])
    assert (none.read, none.file, none.copies) == (False, None, ())


def test_instructions_that_are_shadowed_or_conditional_are_not_expected(
    project: Path, home: Path
) -> None:
    (project / "AGENTS.md").write_text("A line of AGENTS here.\n", encoding="utf-8")
    [found] = expectations("claude", project, home, None)
    assert (found.skill, found.instructions) == ("", ("A line of AGENTS here.",))
    (project / "CLAUDE.md").write_text("一行 CLAUDE 的约定文字。\n", encoding="utf-8")
    rules = project / ".claude" / "rules"
    rules.mkdir(parents=True)
    (rules / "always.md").write_text("A rule that always holds.\n", encoding="utf-8")
    (rules / "some.md").write_text('---\npaths: ["**/*.py"]\n---\nFor Python.\n', encoding="utf-8")
    [found] = expectations("claude", project, home, None)
    assert found.instructions == ("一行 CLAUDE 的约定文字。", "A rule that always holds.")


def test_no_such_client(project: Path, home: Path) -> None:
    with pytest.raises(VerifyError, match="`nobody`"):
        expectations("nobody", project, home, None)


def test_only_what_assistants_read_is_copied(
    project: Path, home: Path, tmp_path: Path, plant: Plant
) -> None:
    path = plant(project / ".claude/skills", "发布", "Words", "The body.", bom=True)
    script = path.parent / "run.sh"
    script.write_text("#!/bin/sh\n", encoding="utf-8")
    script.chmod(0o755)
    (project / "CLAUDE.md").symlink_to("AGENTS.md")
    (project / "AGENTS.md").write_text("Words.\n", encoding="utf-8")
    for left in (".mcp.json", ".claude/settings.json", ".codex/config.toml", "src/main.py", ".env"):
        (project / left).parent.mkdir(parents=True, exist_ok=True)
        (project / left).write_text("left behind", encoding="utf-8")
    (project / ".git").mkdir()
    (project / ".git" / "config").write_text("[hook]", encoding="utf-8")
    made, _ = copy(project, home, tmp_path / "made")
    files = {each.relative_to(made).as_posix() for each in made.rglob("*") if each.is_file()}
    assert files == {
        ".claude/skills/发布/SKILL.md",
        ".claude/skills/发布/references/更多.md",
        ".claude/skills/发布/run.sh",
        ".git/HEAD",
        ".git/config",
        "AGENTS.md",
        "CLAUDE.md",
    }
    copied = made / ".claude/skills/发布"
    assert (copied / "SKILL.md").read_bytes() == path.read_bytes()
    assert (copied / "run.sh").stat().st_mode & 0o777 == 0o755
    assert not (made / "CLAUDE.md").is_symlink()
    assert "[hook]" not in (made / ".git" / "config").read_text("utf-8")


def test_a_linked_skill_folder_stays_a_link(
    project: Path, home: Path, tmp_path: Path, plant: Plant
) -> None:
    real = plant(tmp_path / "store", "linked", "Words", "The body.").parent
    (real / "loop").symlink_to(real, target_is_directory=True)
    folder = project / ".claude" / "skills"
    folder.mkdir(parents=True)
    (folder / "linked").symlink_to(real, target_is_directory=True)
    made, _ = copy(project, home, tmp_path / "made")
    link = made / ".claude/skills/linked"
    assert link.is_symlink()
    assert link.resolve().is_relative_to(tmp_path / "made")
    assert (link / "SKILL.md").read_bytes() == (real / "SKILL.md").read_bytes()
