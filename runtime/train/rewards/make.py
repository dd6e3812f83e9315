"""From the names of a configuration to rewards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Protocol

from .askers import Asker, ProviderAsker
from .base import Reward, RewardError
from .code import CodeReward
from .custom import CustomReward
from .form import FormatReward, LengthReward
from .mathematics import MathReward
from .rubric.reward import RubricReward
from .skill import SkillReward
from .weighted import WeightedSum

__all__ = ["NAMES", "SELF", "Makings", "make_reward", "make_rewards", "needs_policy"]

#: Rewards by name; ``custom:FILE.py:FUNCTION`` and ``skill:NAME`` say more behind the colon.
NAMES = ("math", "code", "format", "length", "rubric", "custom:FILE.py:FUNCTION", "skill:NAME")
#: The grader that is a frozen copy of the initial policy.
SELF = "self"
_ASKING = ("rubric", "skill")
_ASKER_OPTIONS = ("judge", "concurrency", "budget")


class Spec(Protocol):
    """What a configuration says of a reward."""

    @property
    def name(self) -> str:
        """Its name (see :data:`NAMES`)."""
        ...

    @property
    def weight(self) -> float:
        """What it is multiplied by."""
        ...

    @property
    def options(self) -> Mapping[str, Any]:
        """Its options."""
        ...


@dataclass(frozen=True)
class Makings:
    """What rewards are made with.

    ``folder`` is the run's, where graders keep their journals; ``base`` is where relative paths of
    the configuration begin; ``policy`` asks the frozen initial policy, ``None`` where there is no
    policy yet.
    """

    folder: Path
    base: Path = Path()
    policy: Asker | None = None


def needs_policy(specs: Sequence[Spec]) -> bool:
    """Whether a reward is graded by the initial policy."""
    return any(
        spec.name.partition(":")[0] in _ASKING
        and spec.options.get("judge", SELF) == SELF
        and not spec.options.get("checks_only")
        for spec in specs
    )


def make_rewards(specs: Sequence[Spec], makings: Makings) -> WeightedSum:
    """Return the weighted sum of the rewards of a configuration.

    Raises:
        RewardError: one of them is unknown or cannot be made, or there is none.
        MissingLibrary: a library that one needs is not installed.
    """
    if not specs:
        raise RewardError(
            f"there is no reward; `rewards` names some of {', '.join(NAMES)}",
            f"没有奖励；请在 `rewards` 中写出 {'、'.join(NAMES)} 中的若干项",
        )
    return WeightedSum(
        [(make_reward(spec.name, spec.options, makings), spec.weight) for spec in specs]
    )


def make_reward(name: str, options: Mapping[str, Any], makings: Makings) -> Reward:
    """Return one reward. Raises as :func:`make_rewards` does."""
    kind, colon, _ = name.partition(":")
    if kind in _ASKING:
        asked = {key: options[key] for key in _ASKER_OPTIONS if key in options}
        rest = {key: part for key, part in options.items() if key not in _ASKER_OPTIONS}
        checks_only = bool(rest.get("checks_only"))
        asker = None if checks_only else _asker(name, asked, makings)
        if kind == "skill" and colon:
            return SkillReward(name, rest, asker, makings.base)
        if asker is not None and not colon:
            return RubricReward(name, rest, asker)
    if kind == "custom" and colon:
        return CustomReward(name, options, makings.base)
    if not colon and kind == "math":
        return MathReward(name, options)
    if not colon and kind == "code":
        return CodeReward(name, options)
    if not colon and kind == "format":
        return FormatReward(name, options)
    if not colon and kind == "length":
        return LengthReward(name, options)
    near = get_close_matches(name, NAMES, n=1)
    raise RewardError(
        f"there is no reward `{name}`: write {', '.join(NAMES)}"
        + (f"; did you mean `{near[0]}`?" if near else ""),
        f"没有奖励 `{name}`：可写 {'、'.join(NAMES)}"
        + (f"；是否想写 `{near[0]}`？" if near else ""),
    )


def _asker(name: str, options: Mapping[str, Any], makings: Makings) -> Asker:
    judge = options.get("judge", SELF)
    if judge == SELF:
        if makings.policy is None:
            raise RewardError(
                f"reward `{name}` is graded by the policy itself, and there is none here: set "
                "`judge` to a model",
                f"奖励 `{name}` 由策略自身评分，而此处没有策略：请把 `judge` 设为某个模型",
            )
        return makings.policy
    journal = makings.folder / f"grader-{''.join(c if c.isalnum() else '-' for c in name)}.jsonl"
    budget = options.get("budget")
    return ProviderAsker(
        str(judge),
        journal,
        concurrency=int(options.get("concurrency", 16)),
        budget=None if budget is None else float(budget),
    )
