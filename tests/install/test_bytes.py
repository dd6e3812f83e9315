"""The user's bytes: whatever a tree holds, taking out what was installed gives it back.

Random trees of a user's files go through sequences of commands on the real transaction engine.
After the last skill is out, every byte, mode, link and empty folder is as before; a command that
refuses leaves everything as it was. `-m slow` tries 10,000 trees.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lab import Snapshot, install, project, remove, restore, skill_at, snapshot, write_skill

from polyskill.compiler.localized import Lang
from polyskill.compiler.model import Skill
from polyskill.platforms.clients import names
from polyskill.platforms.deliver.transaction import Conflict, TransactionError
from polyskill.platforms.install.apply import Policy
from polyskill.platforms.install.errors import InstallError
from polyskill.platforms.install.run import Outcome
from polyskill.platforms.install.scope import Scope

Tree = dict[str, tuple[str, bytes, int]]

MEMORY = Path("/dev/shm")
SCRATCH = str(MEMORY) if os.access(MEMORY, os.W_OK) else None
NAMES = ("demo", "中文技能")
ZH = '---\ndescription: "做事。需要{name}时使用。"\n---\n\n# 一\n\n做{name}。\n'
SERVER = {"command": "python3", "args": ["${SKILL}/serve.py"]}


def files_of(name: str, version: int) -> dict[str, str]:
    """A skill with a part for every kind of file; the second version differs in each of them."""
    hook = {"hooks": [{"type": "command", "command": f"echo {name} {version}"}]}
    return {
        "SKILL.zh.md": ZH.format(name=name),
        "references/facts.md": f"# Facts {version}\n\n事实。\n",
        "scripts/run.py": f"#!/usr/bin/env python3\nprint({version})\n",
        "rules/tone.md": f'---\ndescription: "T"\nalways: true\n---\n\nBe kind {name} {version}.\n',
        "rules/logs.md": f'---\ndescription: "L"\nglobs: ["*.log"]\n---\n\nShort {version}.\n',
        "agents/finder.md": f'---\nname: {name}-finder\ndescription: "F"\n---\n\nFind {version}.\n',
        "commands/draft.md": f'---\ndescription: "D"\n---\n\nDraft {version}: $ARGUMENTS\n',
        "mcp.json": json.dumps({"mcpServers": {f"{name}-{version}": SERVER, "common": SERVER}}),
        "hooks/hooks.json": json.dumps({"hooks": {"SessionStart": [hook]}}),
    }


SKILLS: dict[tuple[str, int], Skill] = {}


@pytest.fixture(scope="module", autouse=True)
def skills(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("sources")
    for name in NAMES:
        for version in (1, 2):
            place = folder / str(version)
            write_skill(place, name, f"Body {version}.", f"{version}.0.0", files_of(name, version))
            (place / name / "scripts/run.py").chmod(0o755)
            SKILLS[name, version] = skill_at(place / name)


# -- trees of a user's files -----------------------------------------------------------------------

TEXTS = (
    "AGENTS.md", "CLAUDE.md", ".claude/CLAUDE.md", ".agents/AGENTS.md", ".codex/AGENTS.md",
    ".kimi-code/AGENTS.md", "SOUL.md", ".cursorrules", ".openclaw/workspace/AGENTS.md",
    ".config/opencode/AGENTS.md", "GEMINI.md", "CLAUDE.local.md", ".codex/config.toml",
    ".clinerules/mine.md", ".claude/rules/我的.md", ".gitignore",
)  # fmt: skip
SETTINGS = (
    ".mcp.json", ".claude/settings.json", "opencode.json", "opencode.jsonc", ".cursor/mcp.json",
    ".kimi-code/mcp.json", ".config/opencode/opencode.json", ".openclaw/openclaw.json",
    ".cline/data/settings/cline_mcp_settings.json", ".cursor/hooks.json",
)  # fmt: skip
OWN = (
    ".claude/skills/mine/SKILL.md", ".agents/skills/我的/SKILL.md", ".cursor/rules/mine.mdc",
    ".agents/skills/demo/notes.md", ".claude/skills/demo/SKILL.md", ".claude/agents/demo-finder.md",
    ".claude/skills/mine/empty", "skills/mine/SKILL.md", "src/main.py", ".claude/skills",
    ".claude/skills/demo", ".agents",
)  # fmt: skip
FOLDERS = (
    ".claude", ".claude/skills", ".claude/skills/demo", ".agents/skills", ".cursor/rules", ".codex",
    ".github", ".clinerules", "skills", ".config/opencode", ".openclaw", "空",
)  # fmt: skip
LINKS = (
    ("CLAUDE.md", "AGENTS.md"), ("AGENTS.md", "docs/AGENTS.md"), (".claude", "dot/claude"),
    (".agents/skills", "../skills"), (".claude/skills", "../.agents/skills"),
    (".agents", ".claude"), ("AGENTS.md", "nowhere"), ("CLAUDE.md", "CLAUDE.md"),
    (".cursor", "OUTSIDE"), (".claude/skills/demo", "../mine"), (".mcp.json", ".cursor/mcp.json"),
)  # fmt: skip
MODES = (0o644, 0o644, 0o444, 0o600, 0o755, 0o664)
LINES = (
    b"# Title", b"", b"  - item \xe4\xb8\xad\xe6\x96\x87", b"\xff\xfe bad", b"text\t ",
    b"\xe2\x80\x8b",
    b"<!-- polyskill:begin foreign -->\nkept\n<!-- polyskill:end foreign -->", b"# comment",
    b"<!-- polyskill:begin broken -->", b'key = "value"', b"[table]", b"\x0c", b"a\rb",
)  # fmt: skip


@st.composite
def texts(draw: st.DrawFn) -> bytes:
    ending = draw(st.sampled_from([b"\n", b"\r\n", b"\n", b"\r"]))
    weights = [*LINES[:8], *LINES]  # damaged markers are rare
    lines = draw(st.lists(st.sampled_from(weights) | st.binary(max_size=9), max_size=6))
    text = ending.join(lines)
    if draw(st.booleans()):
        text += ending * draw(st.integers(1, 2))
    head = draw(st.sampled_from([b"", b"", b"", b"\xef\xbb\xbf", b"\xff\xfe"]))
    return head + text


KEYS = st.sampled_from(
    ["mcpServers", "mcp", "hooks", "SessionStart", "instructions", "common", "键", "x", "skills"]
)
VALUES = st.recursive(
    st.sampled_from([None, True, 0, -1.5e300, "", "中文", "a/b", "//no comment", '\\"x']),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)


@st.composite
def settings_files(draw: st.DrawFn) -> bytes:
    if draw(st.integers(0, 9)) == 0:
        return draw(st.sampled_from([b"", b"{", b"[]", b"{}", b" \n", b"null", b"{'a': 1}"]))
    data = draw(st.dictionaries(KEYS, VALUES, max_size=4))
    if draw(st.booleans()):
        data["mcpServers"] = {"mine": {"command": "x"}}
    indent = draw(st.sampled_from([None, 2, 4, "\t"]))
    text = json.dumps(data, indent=indent, ensure_ascii=draw(st.booleans()))
    if indent is not None and draw(st.booleans()):
        text = text.replace("{\n", "{ // 说明\n", 1)
    if indent is not None and draw(st.booleans()):
        text = text[:-2].rstrip("\n") + ("," if data else "") + "\n/* end */ }"
    if draw(st.booleans()):
        text += "\n"
    raw = text.encode("utf-8", "surrogatepass")
    if draw(st.integers(0, 3)) == 0:
        raw = raw.replace(b"\n", b"\r\n")
    return (b"\xef\xbb\xbf" if draw(st.integers(0, 5)) == 0 else b"") + raw


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    made: Tree = {}
    modes = st.sampled_from(MODES)
    for path, target in draw(st.lists(st.sampled_from(LINKS), max_size=2)):
        made.setdefault(path, ("link", target.encode(), 0))
    for path in draw(st.lists(st.sampled_from(TEXTS), max_size=4, unique=True)):
        made.setdefault(path, ("file", draw(texts()), draw(modes)))
    for path in draw(st.lists(st.sampled_from(SETTINGS), max_size=3, unique=True)):
        made.setdefault(path, ("file", draw(settings_files()), draw(modes)))
    for path in draw(st.lists(st.sampled_from(OWN), max_size=2, unique=True)):
        made.setdefault(path, ("file", b"mine \xe6\x88\x91\r\n", draw(modes)))
    for path in draw(st.lists(st.sampled_from(FOLDERS), max_size=3, unique=True)):
        made.setdefault(path, ("folder", b"", draw(st.sampled_from([0o755, 0o700]))))
    return made


def plant(root: Path, tree: Tree, outside: Path) -> None:
    """Write a tree; what does not fit (a file where a folder is) is left out."""
    for path, (kind, data, mode) in tree.items():
        place = root / path
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            if kind == "link":
                target = str(outside) if data == b"OUTSIDE" else data.decode()
                place.symlink_to(target)
            elif kind == "folder":
                place.mkdir(mode)
            elif not os.path.lexists(place):
                place.write_bytes(data)
                place.chmod(mode)
        except OSError:
            continue


@contextmanager
def planted(tree: Tree) -> Iterator[Path]:
    base = Path(tempfile.mkdtemp(prefix="polyskill-bytes-", dir=SCRATCH))
    try:
        (base / "root").mkdir()
        (base / "outside").mkdir()
        plant(base / "root", tree, base / "outside")
        before = snapshot(base / "outside")
        yield base / "root"
        assert snapshot(base / "outside") == before, "written behind a link that leads out"
    finally:
        shutil.rmtree(base)


# -- commands --------------------------------------------------------------------------------------


WHAT = ("one", "two", "update", "moved", "rollback", "steps", "edit")


@st.composite
def plans(draw: st.DrawFn) -> dict[str, object]:
    clients = st.lists(st.sampled_from(names()), min_size=1, max_size=4, unique=True)
    return {
        "scope": draw(st.sampled_from(["project", "project", "user"])),
        "to": (draw(clients), draw(clients)),
        "lang": draw(st.sampled_from([Lang.EN, Lang.ZH, Lang.BILINGUAL])),
        "policy": Policy(backup=draw(st.booleans())),
        "what": draw(st.sampled_from(WHAT)),
        "order": draw(st.booleans()),
        "seed": draw(st.integers(0, 9)),
    }


class Bench:
    """A planted tree and the commands on it; a refusal must change nothing."""

    def __init__(self, root: Path, plan: dict) -> None:
        self.root, self.plan = root, plan
        self.scope: Scope = project(root, scope=plan["scope"])
        self.installed: list[str] = []

    def attempt(self, command: object, *args: object, **how: object) -> Outcome | None:
        before = snapshot(self.root)
        try:
            outcome: Outcome = command(self.scope, *args, policy=self.plan["policy"], **how)
        except (InstallError, Conflict, TransactionError):
            assert snapshot(self.root) == before, "a command that was refused changed something"
            return None
        if outcome.refused:
            assert snapshot(self.root) == before, "a skill that was refused left something"
        return outcome

    def install(self, which: int, version: int = 1, to: int | None = None) -> bool:
        skill = SKILLS[NAMES[which], version]
        targets = self.plan["to"][which if to is None else to]
        name = skill.name  # of a Chinese one, what assistants can take
        outcome = self.attempt(install, skill, targets, lang=self.plan["lang"])
        if outcome is None or outcome.refused:
            return False
        if name not in self.installed:
            self.installed.append(name)
        return True

    def remove_all(self) -> None:
        for name in sorted(self.installed, reverse=self.plan["order"]):
            outcome = self.attempt(remove, name)
            assert outcome is not None, f"{name} cannot be taken out"
            assert not outcome.refused, [one.message() for one in outcome.diagnostics]

    def go(self) -> None:
        what = self.plan["what"]
        first = self.install(0)
        if what in ("two", "steps"):
            self.install(1)
        if what == "update" and first:
            self.install(0, version=2)
        if what == "moved" and first:  # for other assistants, and back
            self.install(0, to=1)
            self.install(0)
        if what == "rollback" and first:
            assert self.attempt(restore) is not None
            self.installed.clear()
        if what == "steps":
            while self.installed:
                assert self.attempt(restore) is not None
                self.installed.pop()
        self.remove_all()


def differing(left: Snapshot, right: Snapshot) -> dict[str, object]:
    return {
        path: (left.get(path), right.get(path))
        for path in sorted({*left, *right})
        if left.get(path) != right.get(path)
    }


def check(tree: Tree, plan: dict) -> None:
    with planted(tree) as root:
        before = snapshot(root)
        bench = Bench(root, plan)
        if plan["what"] == "edit":
            check_edit(bench, before, random.Random(plan["seed"]))
            return
        bench.go()
        assert differing(before, snapshot(root)) == {}


ADDED = b"\nwritten by hand \xe6\x89\x8b\xe5\x86\x99\n"


def check_edit(bench: Bench, before: Snapshot, choice: random.Random) -> None:
    """The user goes on working between install and uninstall; what he wrote stays."""
    if not bench.install(0):
        return
    now = snapshot(bench.root)
    shared = sorted(
        path
        for path in bench_shared(bench)
        if now.get(path, ("", 0, b""))[0] == "file" and path.endswith((".md", ".toml", "rules"))
    )
    edited = choice.sample(shared, min(len(shared), 2))
    for path in edited:
        place = bench.root / path
        place.chmod(place.stat().st_mode | 0o200)
        place.write_bytes(now[path][2] + ADDED)
    fresh = bench.root / ".claude/skills/demo/my-notes.md"
    if fresh.parent.is_dir() and not fresh.exists():
        fresh.write_bytes(ADDED)
    else:
        fresh = bench.root / "new.txt"
        fresh.write_bytes(ADDED)
    bench.remove_all()
    after = snapshot(bench.root)
    assert fresh.read_bytes() == ADDED
    for path in edited:
        squeezed = b"".join((before.get(path, ("", 0, b""))[2] + ADDED).split())
        assert b"".join(after[path][2].split()) == squeezed, path
    for path, entry in before.items():
        if path not in edited:
            assert after.get(path) == entry, path


def bench_shared(bench: Bench) -> set[str]:
    from polyskill.platforms.install.run import load_lock

    lock, _ = load_lock(bench.scope)
    return {path for entry in lock.skills.values() for path in entry.blocks}


QUICK = settings(
    max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), database=None
)
THOROUGH = settings(QUICK, max_examples=10_000)


@QUICK
@given(trees(), plans())
def test_trees_come_back(tree: Tree, plan: dict) -> None:
    check(tree, plan)


@pytest.mark.slow
def test_ten_thousand_trees_come_back(capsys: pytest.CaptureFixture[str]) -> None:
    count = 0

    @THOROUGH
    @given(trees(), plans())
    def run(tree: Tree, plan: dict) -> None:
        nonlocal count
        count += 1
        check(tree, plan)

    run()
    with capsys.disabled():
        print(f"\n{count:,} random trees came back byte for byte")
    assert count >= 10_000
