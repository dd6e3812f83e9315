"""The commits that changed a skill, and the skill as it was in each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from polyskill.compiler.model import Skill
from polyskill.platforms.base import PlatformError

from ..errors import EvalError
from .base import Arm
from .gather import arm_of
from .previous import history, skill_at

__all__ = ["arm_at", "commits_between"]


def commits_between(skill: Skill, good: str, bad: str) -> tuple[str, ...]:
    """Return the commits after ``good`` up to ``bad`` that changed the skill, the oldest first.

    Raises:
        EvalError: there are none, there is no such revision, or the skill is in no repository.
    """
    later = set(history(skill, bad))
    found = tuple(commit for commit in history(skill, good) if commit not in later)
    if not found:
        raise EvalError(
            skill.path,
            f"no commit after `{good}` and up to `{bad}` changed the skill",
            f"在 `{good}` 之后、`{bad}` 之前（含）没有改动该技能的提交",
        )
    return found


def arm_at(
    skill: Skill,
    commit: str,
    langs: Sequence[str],
    cache: Path,
    *,
    references: bool,
    name: str = "",
) -> Arm:
    """Return the skill as it was in a commit, as an arm that is called ``name`` or by the commit.

    Raises:
        EvalError: the skill was not there, or cannot be compiled.
    """
    earlier = skill_at(skill, commit, cache)
    try:
        return arm_of(
            earlier, name or commit[:12], "previous", langs, detail=commit, references=references
        )
    except PlatformError as error:
        raise EvalError(commit, str(error), f"无法编译：{error}") from error
