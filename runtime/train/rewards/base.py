"""What a reward is given, and what it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from ..errors import TrainError

__all__ = [
    "Grade",
    "ItemFinding",
    "Reward",
    "RewardError",
    "Sample",
    "Taken",
    "absent",
    "text_of",
]


class RewardError(TrainError):
    """A reward that cannot be made or used."""


@dataclass(frozen=True)
class Sample:
    """A completion to grade; ``columns`` holds the other columns of its row of the data.

    ``tokens`` is the completion's length in tokens, ``None`` where nobody counted.
    """

    prompt: str
    completion: str
    columns: Mapping[str, Any] = field(default_factory=dict)
    tokens: int | None = None


@dataclass(frozen=True, slots=True)
class ItemFinding:
    """Whether an item of a rubric passed; ``key`` names it in metrics."""

    key: str
    text: str
    passed: bool


@dataclass(frozen=True, slots=True)
class Grade:
    """What a reward says of one sample.

    ``value`` is ``None`` where the sample could not be graded, which ``why`` explains: such a
    sample is left out of training, it never counts as 0. Where the row has nothing that this reward
    could grade by, it does not apply (``applies`` is false): it is left out of a sum, as for the
    rows of another task. ``items`` holds what was found of each item of a rubric.
    """

    value: float | None
    items: tuple[ItemFinding, ...] = ()
    why: str = ""
    applies: bool = True


def absent(why: str) -> Grade:
    """Return the grade of a sample whose row has nothing to grade it by."""
    return Grade(None, why=why, applies=False)


class Reward(Protocol):
    """Grades samples; ``name`` is what its metric is called."""

    name: str

    def grade(self, samples: Sequence[Sample]) -> list[Grade]:
        """Return one grade for each sample, in order."""
        ...


class Taken:
    """The options of a reward, taken one by one; what is left over was a slip."""

    def __init__(self, reward: str, options: Mapping[str, Any]) -> None:
        self._reward = reward
        self._left = dict(options)
        self._known: list[str] = []

    def text(self, key: str, default: str = "") -> str:
        """Take a text.

        Raises:
            RewardError: it is no text.
        """
        value = self._take(key, default)
        if not isinstance(value, str):
            raise self.wrong(key, "a text", "文本")
        return value

    def flag(self, key: str, default: bool) -> bool:
        """Take true or false.

        Raises:
            RewardError: it is neither.
        """
        value = self._take(key, default)
        if not isinstance(value, bool):
            raise self.wrong(key, "true or false", "true 或 false")
        return value

    def number(self, key: str, default: float | None, low: float = 0.0) -> float | None:
        """Take a number of at least ``low``.

        Raises:
            RewardError: it is none, or smaller.
        """
        value = self._take(key, default)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not value >= low:
            raise self.wrong(key, f"a number from {low:g}", f"不小于 {low:g} 的数")
        return float(value)

    def any(self, key: str, default: Any = None) -> Any:
        """Take whatever there is."""
        return self._take(key, default)

    def wrong(self, key: str, wanted: str, wanted_zh: str) -> RewardError:
        """Return the error for an option with a value that means nothing."""
        return RewardError(
            f"reward `{self._reward}`: `{key}` has to be {wanted}",
            f"奖励 `{self._reward}`：`{key}` 必须是{wanted_zh}",
        )

    def end(self) -> None:
        """Check that nothing is left.

        Raises:
            RewardError: an option is unknown.
        """
        if self._left:
            names = ", ".join(f"`{name}`" for name in sorted(map(str, self._left)))
            known = ", ".join(f"`{name}`" for name in self._known) or "none"
            raise RewardError(
                f"reward `{self._reward}` has no option {names}; it has {known}",
                f"奖励 `{self._reward}` 没有选项 {names}；可用选项：{known}",
            )

    def _take(self, key: str, default: Any) -> Any:
        self._known.append(key)
        return self._left.pop(key, default)


def text_of(content: Any) -> str:
    """Return the text of a prompt or completion: a text, or a list of messages (their contents)."""
    if isinstance(content, str):
        return content
    if isinstance(content, Sequence):
        return "\n\n".join(_content(message) for message in content)
    return "" if content is None else str(content)


def _content(message: Any) -> str:
    said = message.get("content") if isinstance(message, Mapping) else message
    if isinstance(said, list):  # parts, as multimodal templates have them
        said = "".join(str(part.get("text", "")) for part in said if isinstance(part, Mapping))
    return "" if said is None else str(said)
