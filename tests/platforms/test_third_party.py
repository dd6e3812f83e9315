"""A platform of another distribution: one module and an entry point, nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

FIXTURE = Path(__file__).resolve().parents[1] / "fixtures" / "release-notes"
MODULE = '''
from polyskill.compiler.model import Kind
from polyskill.compiler.view import View
from polyskill.platforms.base import Bundle, Fact, Host, JsonKeys, Location, Placed
from polyskill.platforms.base import Platform, Support
from polyskill.platforms.parts import mcp, rules
from polyskill.platforms.parts.bundle import join
from polyskill.platforms.parts.folder import main_bundle


class Toy(Platform):
    """An assistant that reads `.toy/skills` and `TOY.md`."""

    id = "toy"
    title = "Toy"
    version = "1.0"
    homepage = "https://toy.example.com"
    host = Host(arguments="appended")
    locations = (Location("skills", ".toy/skills", ".toy/skills", "its manual", "2026-11-22"),)
    supports = {"skills": Support.NATIVE}
    limits = ()
    facts = (Fact("skills.read", ".toy/skills", "its manual", "2026-11-22", "docs"),)

    def lower(self, view: View, form: Kind) -> Bundle:
        main, base = main_bundle(view, form, ".toy/skills", host=self.host, platform=self.id)
        found, moved = rules.prepared(view, form, self.host, self.id, base)
        made, losses = mcp.servers(view, "claude", root=base)
        servers = Bundle((Placed(".toy/mcp.json", JsonKeys({"mcpServers": made})),), losses)
        return join(main, moved, rules.instructions(view, found, "TOY.md"), servers)


PLATFORM = Toy()
'''


def test_a_platform_of_another_distribution(tmp_path: Path) -> None:
    (tmp_path / "toy_platform.py").write_text(MODULE)
    info = tmp_path / "toy-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: toy\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[polyskill.platforms]\ntoy = toy_platform:PLATFORM\n")
    environment = os.environ | {"PYTHONPATH": str(tmp_path), "POLYSKILL_PLUGINS": "1"}

    def polyskill(*arguments: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "polyskill", *map(str, arguments)],
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    done = polyskill("build", FIXTURE, "-p", "toy", "--lang", "zh", "-o", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    root = tmp_path / "out/toy/zh"
    assert "# 发布说明" in (root / ".toy/skills/release-notes/SKILL.md").read_text("utf-8")
    assert "先说用户要做什么" in (root / "TOY.md").read_text("utf-8")
    assert "release-tools" in (root / ".toy/mcp.json").read_text("utf-8")
    assert "toy" in polyskill("platforms").stdout
    environment["POLYSKILL_PLUGINS"] = "0"
    assert polyskill("build", FIXTURE, "-p", "toy", "-o", tmp_path / "other").returncode == 2


def test_a_platform_that_cannot_be_loaded_says_so(tmp_path: Path) -> None:
    (tmp_path / "toy_platform.py").write_text("raise RuntimeError('not today')\n")
    info = tmp_path / "toy-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: toy\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[polyskill.platforms]\ntoy = toy_platform:PLATFORM\n")
    done = subprocess.run(
        [sys.executable, "-m", "polyskill", "build", FIXTURE, "-p", "toy", "-o", tmp_path / "out"],
        env=os.environ | {"PYTHONPATH": str(tmp_path), "POLYSKILL_PLUGINS": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    assert "not today" in done.stderr
    assert "Traceback" not in done.stderr
