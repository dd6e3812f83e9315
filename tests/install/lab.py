"""Skills, places to install into, and the commands on them, in this process."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from polyskill.compiler import readers
from polyskill.compiler.localized import Lang
from polyskill.compiler.model import Kind, Skill
from polyskill.platforms.install.apply import Policy
from polyskill.platforms.install.installing import Installation, install_all
from polyskill.platforms.install.removing import roll_back, uninstall
from polyskill.platforms.install.resolve import Asked, Resolver, specs_of
from polyskill.platforms.install.run import Outcome, Wish, opened
from polyskill.platforms.install.scope import Scope
from polyskill.platforms.install.updating import Update, update

__all__ = [
    "BUNDLED",
    "FIXTURE",
    "Snapshot",
    "codes",
    "fetch_and_install",
    "fetch_and_update",
    "install",
    "project",
    "remove",
    "restore",
    "skill_at",
    "skill_text",
    "snapshot",
    "write_skill",
]

ROOT = Path(__file__).resolve().parents[2]
FIXTURE = ROOT / "tests" / "fixtures" / "release-notes"
BUNDLED = ROOT / "skills" / "llm-research-scientist"

Snapshot = dict[str, tuple[str, int, bytes]]


def snapshot(root: Path) -> Snapshot:
    """Return what is below ``root``: path → (kind, permission bits, bytes or link target)."""
    found: Snapshot = {}
    folders = [str(root)]
    for folder in folders:
        with os.scandir(folder) as entries:
            for entry in entries:
                name = os.path.relpath(entry.path, root)
                mode = stat.S_IMODE(entry.stat(follow_symlinks=False).st_mode)
                if entry.is_symlink():
                    found[name] = ("link", 0, os.fsencode(Path(entry.path).readlink()))
                elif entry.is_dir():
                    found[name] = ("folder", mode, b"")
                    folders.append(entry.path)
                else:
                    found[name] = ("file", mode, Path(entry.path).read_bytes())
    return found


@cache
def skill_at(folder: Path) -> Skill:
    """Return the one skill of a folder that does not change during the tests."""
    [candidate] = readers.discover(folder)
    [skill] = readers.read(candidate).skills
    return skill


def skill_text(name: str, body: str = "Do the thing.", version: str = "1.0.0") -> str:
    """Return a small SKILL.md."""
    return (
        f'---\nname: {name}\ndescription: "Does it. Use when {name} is asked for."\n'
        f'license: MIT\nmetadata:\n  version: "{version}"\n---\n\n# {name}\n\n{body}\n'
    )


def write_skill(
    folder: Path,
    name: str,
    body: str = "Do the thing.",
    version: str = "1.0.0",
    files: dict[str, str] | None = None,
) -> Path:
    """Write a skill folder ``folder/name`` with ``files`` beside its text."""
    place = folder / name
    for path, text in {"SKILL.md": skill_text(name, body, version), **(files or {})}.items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_bytes(text.encode())
    return place


def project(root: Path, home: Path | None = None, scope: str = "project") -> Scope:
    """Return the scope of a folder; in the scope "user" the folder is the home folder."""
    return Scope(scope, root, root if scope == "user" else home or root.parent / "no-home")


def install(
    scope: Scope,
    skill: Skill,
    targets: Iterable[str],
    *,
    lang: Lang = Lang.EN,
    form: Kind | None = None,
    policy: Policy | None = None,
    source: str = "./source",
) -> Outcome:
    """Install a skill that is read already."""
    wish = Wish(skill, source, tuple(targets), lang, form, digest=f"{skill.path} {lang} {form}")
    with opened(scope, policy or Policy()) as run:
        run.install(wish)
        return run.finish(f"install {skill.name}")


def remove(scope: Scope, *names: str, policy: Policy | None = None) -> Outcome:
    """Take skills out; all, if none is named."""
    return uninstall(scope, names, policy or Policy())


def restore(scope: Scope, policy: Policy | None = None, steps: int = 1) -> Outcome:
    """Go back to what was before the last command."""
    return roll_back(scope, policy or Policy(), steps=steps)


def _resolver(scope: Scope, **options: object) -> Resolver:
    cache_folder = scope.root.parent / "cache"
    return Resolver(scope.root, cache_folder, allow_http=True, **options)  # type: ignore[arg-type]


def fetch_and_install(
    scope: Scope,
    *sources: str,
    to: tuple[str, ...] = ("claude", "codex"),
    lang: Lang = Lang.EN,
    policy: Policy | None = None,
    allow: tuple[str, ...] = (),
    **how: bool,
) -> Outcome:
    """What ``polyskill install SOURCE... --to ...`` does, with the checks of the compiler."""
    resolver = _resolver(scope, allow=allow)
    for spec in specs_of(sources, scope.root, None):
        resolver.add(Asked(spec, to, lang))
    return install_all(Installation(scope, policy or Policy(), **how), resolver)


def fetch_and_update(
    scope: Scope, *names: str, version: str = "", policy: Policy | None = None, **how: bool
) -> Outcome:
    """What ``polyskill update`` does."""
    asked = Installation(scope, policy or Policy(), **how)
    return update(asked, Update(names, version), _resolver(scope), None)


def codes(outcome: Outcome) -> list[str]:
    """Return the codes of all errors, sorted."""
    return sorted(one.code.id for one in outcome.diagnostics if one.severity == "error")
