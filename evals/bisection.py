"""What a bisection finds, and how it decides about one commit."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from .results import Comparison, Estimate

__all__ = ["Bisection", "Step", "judged", "looks_of", "same_text", "together"]


@dataclass(frozen=True)
class Step:
    """What was found of one commit.

    ``verdict`` is "good" or "bad"; "skipped" where the skill could not be read in this commit;
    of the comparison at the beginning also "unknown" (no regression shown) or "invalid" (too much
    is missing). ``difference`` is its score (0 to 1) less that of the good revision, ``ahead`` the
    score of the bad one less its own; ``p_worse`` and ``p_ahead`` are the one-sided exact p-values
    of these being losses. ``repeats`` is 0 where nobody had to be asked.
    """

    commit: str
    verdict: str
    certain: bool
    repeats: int = 0
    cases: int = 0
    difference: Estimate = field(default_factory=Estimate)
    ahead: Estimate = field(default_factory=Estimate)
    p_worse: float | None = None
    p_ahead: float | None = None
    why: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Bisection:
    """What a bisection found.

    ``outcome`` is "found", "not-shown" (no regression of the bad revision can be shown) or
    "invalid". ``suspects`` holds the commits one of which is the first bad one: more than one only
    if some between could not be read. ``certain`` is whether a test decided each step.
    ``regression`` is the bad revision against the good one; ``models`` and ``languages`` are where
    it is worse, ``needed`` how many cases would settle it if nothing is shown.
    """

    good: str
    bad: str
    outcome: str
    regression: Step
    commits: tuple[str, ...]
    steps: tuple[Step, ...] = ()
    suspects: tuple[str, ...] = ()
    certain: bool = False
    models: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    needed: int | None = None


def looks_of(repeats: int, most: int, alpha: float) -> list[tuple[int, float]]:
    """Return after how many repeats to look, and at which level to test at each look.

    The repeats double up to ``most``. Each look gets half of what is left of ``alpha``, the last
    one all of it, so that looking again and again does not raise the chance of an error beyond
    ``alpha`` (a union bound: Bonferroni with unequal weights).
    """
    found = [repeats]
    while found[-1] < most:
        found.append(min(2 * found[-1], most))
    last = len(found) - 1
    return [(count, alpha / 2 ** min(at + 1, last)) for at, count in enumerate(found)]


def together(verdicts: AbstractSet[str]) -> str:
    """Return what the gate's verdicts say of the bad revision; a shown regression stands."""
    if "regressed" in verdicts:
        return "bad"
    if "invalid" in verdicts:
        return "invalid"
    return "unknown" if "underpowered" in verdicts else "good"


def judged(
    commit: str, repeats: int, behind: Comparison, ahead: Comparison, whole: Comparison
) -> Step:
    """Decide about a commit by what lies behind it and what lies ahead of it."""
    verdicts = (behind.verdict, ahead.verdict)
    certain = "invalid" not in verdicts
    if not certain:
        verdict = "invalid"
        why = behind.why if behind.verdict == "invalid" else ahead.why
    elif behind.verdict == "regressed":
        verdict, why = "bad", behind.why
    elif ahead.verdict == "regressed":
        verdict, why = "good", _still_ahead(ahead.why)
    else:
        certain = False
        lost, all_lost = behind.difference.value or 0.0, whole.difference.value or 0.0
        verdict = "bad" if lost < all_lost / 2 else "good"
        why = _nearer(repeats)
    return Step(
        commit=commit,
        verdict=verdict,
        certain=certain,
        repeats=repeats,
        cases=behind.cases,
        difference=behind.difference,
        ahead=ahead.difference,
        p_worse=behind.p_worse,
        p_ahead=ahead.p_worse,
        why=why,
    )


def same_text(name: str) -> dict[str, str]:
    """Return why nobody had to be asked about a commit."""
    return {
        "en": f"Its text is that of {name}.",
        "zh": f"其文本与 {name} 相同。",
    }


def _still_ahead(why: Mapping[str, str]) -> dict[str, str]:
    return {
        "en": f"The loss comes after it. From here to the bad revision: {why.get('en', '')}",
        "zh": f"退步发生在其后。从此处到坏版本：{why.get('zh', '')}",
    }


def _nearer(repeats: int) -> dict[str, str]:
    return {
        "en": f"Neither is shown after {repeats} repeats: it goes to the side that its score is "
        "nearer to.",
        "zh": f"重复 {repeats} 次后仍无法确定：按得分更接近的一侧归类。",
    }
