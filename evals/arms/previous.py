"""The skill as it was: at a revision of its own git repository, or from any other source."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from polyskill.compiler.localized import Lang
from polyskill.compiler.model import Skill
from polyskill.compiler.readers import discover, read
from polyskill.platforms.sources import SourceError, Spec, fetch, parse

from ..errors import EvalError

__all__ = ["history", "previous_skill", "skill_at"]

_SECONDS = 60
_NO_REPOSITORY = (
    "its folder is in no git repository; name the earlier version, for example "
    "`previous:../old/skill` or `previous:v1.2`",
    "其文件夹不在 git 仓库中；请写明旧版本，例如 `previous:../old/skill` 或 `previous:v1.2`",
)


def _git(folder: Path, *args: str) -> str | None:
    """Return what git prints, or ``None`` if it fails; no pager, no prompt, no optional lock."""
    if shutil.which("git") is None:
        raise EvalError(str(folder), "the program `git` is not here", "找不到程序 `git`")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(
        ["git", "-C", os.fspath(folder), *args],
        capture_output=True,
        check=False,
        timeout=_SECONDS,
        stdin=subprocess.DEVNULL,
        env=environment | {"GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"},
    )
    return done.stdout.decode("utf-8", "surrogateescape") if done.returncode == 0 else None


def _folder(skill: Skill) -> Path:
    path = Path(skill.path).resolve()
    return path if path.is_dir() else path.parent


def history(skill: Skill, since: str = "") -> list[str]:
    """Return the commits that changed the skill, the oldest first.

    ``since`` leaves out that commit and what lies before it.

    Raises:
        EvalError: the skill is in no git repository, or there is no such revision.
    """
    folder = _folder(skill)
    revisions = f"{_commit(folder, since)}..HEAD" if since else "HEAD"
    listed = _git(
        folder, "log", "--reverse", "--format=%H", revisions, "--", str(Path(skill.path).resolve())
    )
    if listed is None:
        raise EvalError(skill.path, *_NO_REPOSITORY)
    return listed.split()


def _commit(folder: Path, revision: str) -> str:
    if _git(folder, "rev-parse", "--git-dir") is None:
        raise EvalError(str(folder), *_NO_REPOSITORY)
    found = _git(
        folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
    )
    if found is None:
        raise EvalError(
            revision,
            f"there is no revision `{revision}` in this repository; fetch it (`git fetch`), or "
            "name another source",
            f"仓库中没有版本 `{revision}`；请先 `git fetch`，或写其他来源",
        )
    return found.strip()


def _before(skill: Skill) -> str:
    """Return the last commit in which the skill was another than it is now."""
    folder, path = _folder(skill), str(Path(skill.path).resolve())
    changed = _git(folder, "status", "--porcelain", "--", path)
    if changed is None:
        raise EvalError(skill.path, *_NO_REPOSITORY)
    last = (_git(folder, "log", "-1", "--format=%H", "--", path) or "").strip()
    if changed.strip() and last:
        return last
    if last and (parent := _git(folder, "rev-parse", "--verify", "--quiet", f"{last}^")):
        parent = parent.strip()
        if (_git(folder, "ls-tree", "--name-only", parent, "--", path) or "").strip():
            return parent
    raise EvalError(
        skill.path,
        "git knows no earlier version of it; name one: `previous:REVISION`",
        "git 中没有更早的版本；请写明：`previous:版本`",
    )


def previous_skill(skill: Skill, argument: str, cache: Path) -> tuple[Skill, str]:
    """Return the earlier version that ``argument`` names, and how to call it.

    ``argument`` is a git revision of the skill's repository, or any source that ``polyskill
    install`` takes (a folder, an archive, ``name@version`` …); empty: the last version in git
    that differs.

    Raises:
        EvalError: there is no such version, or the skill is not in it.
    """
    if not argument:
        revision = _before(skill)
        return skill_at(skill, revision, cache), revision[:12]
    if not _looks_like_source(argument):
        revision = _commit(_folder(skill), argument)
        return skill_at(skill, revision, cache), argument
    try:
        spec = parse(argument, base=Path.cwd())
    except SourceError as error:
        raise _refused(argument, error) from error
    return _fetched(skill, spec, cache), argument


def _looks_like_source(argument: str) -> bool:
    return argument.startswith((".", "/", "~")) or ":" in argument or Path(argument).exists()


def skill_at(skill: Skill, revision: str, cache: Path) -> Skill:
    """Return the skill as it was in a commit of its own repository."""
    folder = _folder(skill)
    top = (_git(folder, "rev-parse", "--show-toplevel") or "").strip()
    if not top:
        raise EvalError(skill.path, *_NO_REPOSITORY)
    inside = Path(skill.path).resolve().relative_to(Path(top).resolve())
    commit = _commit(folder, revision)
    subfolder = inside.as_posix() if Path(skill.path).is_dir() else inside.parent.as_posix()
    spec = Spec(
        text=f"{skill.path}@{revision}",
        kind="git",
        location=Path(top).as_uri(),
        ref=commit,
        subfolder="" if subfolder == "." else subfolder,
    )
    return _fetched(skill, spec, cache, commit)


def _fetched(skill: Skill, spec: Spec, cache: Path, revision: str = "") -> Skill:
    try:
        fetched = fetch(spec, cache=cache, revision=revision)
    except SourceError as error:
        raise _refused(spec.text, error) from error
    found = [
        one
        for item in fetched
        for candidate in discover(item.path)
        if candidate.dialect is not None
        for one in read(candidate).skills
    ]
    named = [one for one in found if one.name == skill.name] or (found if len(found) == 1 else [])
    if not named:
        raise EvalError(
            spec.text,
            f"the skill `{skill.name}` is not in it",
            f"其中没有技能 `{skill.name}`",
        )
    return named[0]


def _refused(where: str, error: SourceError) -> EvalError:
    finding = error.diagnostic
    return EvalError(where, finding.message(Lang.EN), finding.message(Lang.ZH))
