"""A light process that runs one transaction: `child.py ROOT install|update|rollback|uninstall`.

`child.py ROOT recover` is the next command. Exit status: 0 done, 3 the system refused, 4 conflict.
The trees are those of a project with a skill of six assistants, two instruction files, a settings
file and the lock, in English and Chinese, around files of the user's.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from polyskill.platforms.deliver.transaction import (
    Change,
    Conflict,
    Delete,
    Put,
    RemoveFolder,
    TransactionError,
    exclusive,
)

Tree = dict[str, tuple[bytes, int]]

USER: Tree = {
    "CLAUDE.md": ("# 我的说明\r\n".encode(), 0o644),
    "AGENTS.md": (b"\xef\xbb\xbf# Mine\n", 0o600),
    ".mcp.json": (b'{\n  "mcpServers": {}\n}\n', 0o644),
    ".claude/settings.json": (b"{}", 0o444),
    "src/main.py": (b"print()\n", 0o755),
}
FOLDERS = (".claude", ".cursor", ".codex", ".agents", ".kimi", ".openclaw")


def _skill(version: int, folders: Sequence[str]) -> Tree:
    body = f"# 发布说明 {version}\n".encode() * 40
    tree: Tree = {}
    for folder in folders:
        base = f"{folder}/skills/发布说明"
        tree[f"{base}/SKILL.md"] = (body, 0o644)
        tree[f"{base}/scripts/collect.sh"] = (b"#!/bin/sh\n" * version, 0o755)
        if version == 1:
            tree[f"{base}/references/旧.md"] = (b"old", 0o644)
        else:
            tree[f"{base}/references/新/细节.md"] = (b"new", 0o644)
    return tree


def _with(version: int, folders: Sequence[str]) -> Tree:
    lines = f"\nskill {version}\n".encode()
    tree = {**USER, **_skill(version, folders)}
    for name in ("CLAUDE.md", "AGENTS.md"):
        tree[name] = (USER[name][0] + lines, USER[name][1])
    tree[".mcp.json"] = (b'{"mcpServers": {"x": %d}}\n' % version, 0o644)
    tree["skills.lock"] = (lines * 3, 0o644)
    tree[".polyskill/state.json"] = (b'{"version": %d}' % version, 0o644)
    return tree


def steps(folders: Sequence[str] = FOLDERS) -> dict[str, tuple[Tree, Tree]]:
    """Return the old and the new tree of each command, for a skill in these folders."""
    one, two = _with(1, folders), _with(2, folders)
    return {
        "install": (USER, one),
        "update": (one, two),
        "rollback": (two, one),
        "uninstall": (two, USER),
    }


def folders_of(tree: Tree) -> set[str]:
    """Return all folders that the files of ``tree`` lie in."""
    found = set()
    for path in tree:
        folder = path.rpartition("/")[0]
        while folder:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return found


def changes(old: Tree, new: Tree) -> list[Change]:
    """Return what makes ``new`` of ``old``."""

    def sha(path: str) -> str:
        return hashlib.sha256(old[path][0]).hexdigest()

    puts = [
        Put(path, data, mode, sha(path) if path in old else None)
        for path, (data, mode) in new.items()
        if old.get(path) != (data, mode)
    ]
    deletes = [Delete(path, sha(path)) for path in old if path not in new]
    gone = [RemoveFolder(path) for path in sorted(folders_of(old) - folders_of(new))]
    return [*puts, *deletes, *gone]


def write(root: Path, tree: Tree) -> None:
    """Make the tree, plainly."""
    for folder in sorted(folders_of(tree)):
        (root / folder).mkdir()
    for path, (data, mode) in tree.items():
        (root / path).write_bytes(data)
        (root / path).chmod(mode)


def main() -> int:
    """Run one step."""
    root, what = Path(sys.argv[1]), sys.argv[2]
    if len(sys.argv) > 3:  # make every transaction a large one
        from polyskill.platforms.deliver.transaction import stage

        stage.MANY = int(sys.argv[3])
    try:
        with exclusive(root) as session:
            if what != "recover":
                session.commit(changes(*steps()[what]), note=what)
    except TransactionError as error:
        print(error.diagnostic.code.id, error, file=sys.stderr)
        return 3
    except Conflict as error:
        print(error.diagnostic.code.id, error, file=sys.stderr)
        return 4
    return 0


if __name__ == "__main__":
    status = main()
    sys.stderr.flush()
    os._exit(status)  # nothing that is to come needs the interpreter
