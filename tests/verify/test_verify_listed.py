"""Instruction files that a settings file lists are expected, copied, and nothing else of it."""

from __future__ import annotations

import json
from pathlib import Path

from polyskill.platforms.clients import get
from polyskill.platforms.verify.copying import copy
from polyskill.platforms.verify.files import instruction_files

SETTINGS = """{
  // comments are fine
  "instructions": ["docs/*.md", "规则.md", "../outside.md", "/etc/hosts", "missing.md"],
  "mcp": {"x": {"type": "local", "command": ["false"]}},
}
"""


def test_listed_files_are_read_and_copied_without_the_rest(tmp_path: Path) -> None:
    project, home = tmp_path / "project", tmp_path / "home"
    (project / "docs").mkdir(parents=True)
    home.mkdir()
    for name in ("docs/a.md", "docs/b.md", "规则.md"):
        (project / name).write_text(f"A line of {name}.\n", "utf-8")
    (tmp_path / "outside.md").write_text("not this\n")
    (project / "opencode.jsonc").write_text(SETTINGS, "utf-8")
    found = instruction_files(get("opencode"), project, home)
    assert [path.relative_to(project).as_posix() for path in found] == [
        "docs/a.md",
        "docs/b.md",
        "规则.md",
    ]
    made, _ = copy(project, home, tmp_path / "copies")
    assert set(json.loads((made / "opencode.jsonc").read_text("utf-8"))) == {"instructions"}
    assert instruction_files(get("opencode"), made, home) == [
        made / path.relative_to(project) for path in found
    ]


def test_settings_that_are_no_json_list_nothing(tmp_path: Path) -> None:
    (tmp_path / "opencode.json").write_text("{")
    assert instruction_files(get("opencode"), tmp_path, tmp_path) == []
    made, _ = copy(tmp_path, tmp_path, tmp_path / "copies")
    assert not (made / "opencode.json").exists()
