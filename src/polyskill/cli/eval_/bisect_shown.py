"""What a bisection found, for people: a line for each step, and the end of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..language import message_language, tr
from ..output import echo, styled
from ..text import plain

if TYPE_CHECKING:
    from polyskill.evals.bisection import Bisection, Step

__all__ = ["conclude", "line"]

_VERDICTS = {
    "good": ("good", "好", "green"),
    "bad": ("bad", "坏", "red"),
    "skipped": ("skipped", "跳过", "yellow"),
    "unknown": ("no regression shown", "未见退化", "yellow"),
    "invalid": ("invalid", "无效", "yellow"),
}


def line(step: Step) -> str:
    """Return what was found of one commit, and why."""
    from polyskill.evals.report.figures import points_of

    en, zh, colour = _VERDICTS[step.verdict]
    word = styled(tr(en, zh), colour)
    doubt = "" if step.certain or step.verdict not in ("good", "bad") else tr("?", "？")
    figures = ""
    if step.repeats:
        figures = tr(
            f" {points_of(step.difference)} points, {step.cases} cases × {step.repeats}",
            f" {points_of(step.difference)} 分，{step.cases} 个用例 × {step.repeats} 次",
        )
    why = plain(step.why.get(message_language().value, ""))
    return f"{step.commit[:12]} {word}{doubt}{figures}{tr(' — ', '——')}{why}"


def conclude(found: Bisection) -> None:
    """Print which commit it was, or why that cannot be said."""
    if found.outcome == "not-shown":
        needed = found.needed
        more = (
            tr(
                f"; about {needed:,} cases would settle it",
                f"；大约需要 {needed:,} 个用例才能得出结论",
            )
            if needed and found.regression.verdict == "unknown"
            else ""
        )
        echo(
            tr(
                f"it cannot be shown that {found.bad[:12]} is worse than {found.good}, so there is "
                f"no commit to look for{more}",
                f"无法证明 {found.bad[:12]} 比 {found.good} 更差，没有可查找的提交{more}",
            )
        )
    elif found.outcome == "invalid":
        step = [found.regression, *found.steps][-1]
        why = plain(step.why.get(message_language().value, ""))
        echo(
            tr(f"{step.commit[:12]} cannot be judged: {why}", f"{step.commit[:12]} 无法判断：{why}")
        )
    elif len(found.suspects) > 1:
        named = ", ".join(commit[:12] for commit in found.suspects)
        echo(
            tr(
                f"the first bad commit is one of {named}: those between could not be read",
                f"首个变差的提交是 {named} 之一：其间的提交无法读取",
            )
        )
    elif found.suspects:
        doubt = (
            ""
            if found.certain
            else tr(
                " — not for certain: a step with `?` was too close to call; more cases, or a "
                "higher `--max-repeat`, would tell",
                "——尚不确定：带 `？` 的步骤难以判断；增加用例或提高 `--max-repeat` 可进一步确认",
            )
        )
        first = styled(found.suspects[0], "bold")
        echo(tr(f"the first bad commit is {first}{doubt}", f"首个变差的提交是 {first}{doubt}"))
