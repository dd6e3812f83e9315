"""What a reward hides: groups that teach nothing, items that are dead, a grader that is fooled."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import fmean
from typing import Any

from .curves import Curve, Curves
from .finding import Advice, Detector, Finding, Severity, Sureness, figure, reinforced, text
from .robust import downward, scale, slope

__all__ = [
    "DETECTORS",
    "FEWEST",
    "dead_items",
    "fooled",
    "rises",
    "shown_samples",
    "silent_groups",
    "unrewarded",
]

#: Points of a curve below which its trend is not judged.
FEWEST = 6


def rises(curve: Curve) -> bool:
    """Say whether a curve has a rising trend (Mann–Kendall, 5 %)."""
    return downward([-value for value in curve.values]) < 0.05


def shown_samples(curves: Curves) -> tuple[Mapping[str, Any], ...]:
    """Return a sample of the beginning and the last two."""
    ordered = sorted(curves.samples, key=_step)
    return (*ordered[:1], *ordered[1:][-2:])


def _step(sample: Mapping[str, Any]) -> float:
    step = sample.get("step")
    return float(step) if isinstance(step, int | float) else 0.0


def silent_groups(curves: Curves) -> list[Finding]:
    """Find groups whose rewards are all alike, half of them and more: their advantage is zero."""
    share, reward = curves["zero_std"], curves["reward"]
    tail = share.part(0.75)
    if len(share) < FEWEST or (usual := fmean(tail.values)) < 0.5:
        return []
    highest = max(reward.values, default=0.0)
    solved = len(reward) > 0 and reward.end() > reward.start() and reward.end() >= 0.9 * highest
    if solved:
        change = text(
            "the prompts are solved: take harder ones, or end here",
            "题目已被解决：换更难的题目，或到此结束",
        )
    else:
        change = text(
            "the prompts are too hard: take easier ones, or give points for parts of an answer",
            "题目过难：换更容易的题目，或对部分正确的回答给分",
        )
    return [
        Finding(
            "silent-groups",
            Severity.WARNING,
            Sureness.SURE if usual >= 0.8 else Sureness.LIKELY,
            text("Most groups teach nothing", "多数分组没有学习信号"),
            (
                text(
                    f"in the last quarter the answers of {usual:.0%} of the groups get one and the "
                    f"same reward (mean reward {figure(reward.end())})",
                    f"最后四分之一阶段，{usual:.0%} 的分组内奖励完全相同"
                    f"（平均奖励 {figure(reward.end())}）",
                ),
            ),
            (
                Advice(change, "data.train"),
                Advice(
                    text("sample more answers a prompt", "每个提示采样更多回答"),
                    curves.option("group"),
                ),
                Advice(
                    text("or sample more freely", "或提高采样温度"), curves.option("temperature")
                ),
            ),
            "zero_std",
            (tail.steps[0], tail.steps[-1]),
        )
    ]


def fooled(curves: Curves) -> list[Finding]:
    """Find a reward that rises while a judge that is not trained on likes the answers less.

    From the judge's best running mean of three on, its verdicts fall (Mann–Kendall, 1 % for "sure",
    5 % for "likely") by more than two standard deviations of their noise, and the reward does not
    fall. The self-grades of arXiv 2512.23707 are said to have parted so after some 120 steps.
    """
    reward = curves["reward"]
    found = []
    for judge in curves.named("judge/"):
        if len(judge) < FEWEST or len(reward) < FEWEST:
            continue
        smooth = [fmean(judge.values[at - 1 : at + 2]) for at in range(1, len(judge) - 1)]
        top = 1 + smooth.index(max(smooth))
        at = judge.steps[top]
        after, paid = judge.since(at), reward.since(at)
        chance = downward(after.values)
        loss = smooth[top - 1] - fmean(after.values[-3:])
        if len(after) < 4 or chance > 0.05 or loss < 2 * judge.noise or loss <= 0:
            continue
        if len(paid) < 3 or slope(paid.steps, paid.values).value * paid.span < 0:
            continue
        name = judge.name.removeprefix("judge/")
        found.append(
            Finding(
                "fooled",
                Severity.PROBLEM,
                Sureness.SURE if chance <= 0.01 else Sureness.LIKELY,
                text(
                    "The reward rises, the held-out judge falls",
                    "奖励上升，而未参与训练的评判下降",
                ),
                (
                    text(
                        f"since step {at:g} the judge {name!r} went from {figure(smooth[top - 1])} "
                        f"to {figure(fmean(after.values[-3:]))}",
                        f"自第 {at:g} 步起，评判 {name!r} 从 {figure(smooth[top - 1])} 降到 "
                        f"{figure(fmean(after.values[-3:]))}",
                    ),
                    text(
                        f"the reward went from {figure(paid.start())} to {figure(paid.end())}",
                        f"同期奖励从 {figure(paid.start())} 变为 {figure(paid.end())}",
                    ),
                ),
                (
                    Advice(
                        text(
                            f"use the checkpoint nearest to step {at:g}",
                            f"使用最接近第 {at:g} 步的检查点",
                        )
                    ),
                    Advice(
                        text(
                            "read the samples below, and add what they exploit to the rubric as a "
                            "fault",
                            "阅读下面的样本，把被利用的漏洞作为错误项写入评分细则",
                        ),
                        curves.option("rewards"),
                    ),
                ),
                judge.name,
                (at, judge.steps[-1]),
                shown_samples(curves),
            )
        )
    return found


def dead_items(curves: Curves) -> list[Finding]:
    """Find rubric items that always pass or never do in the second half: they carry no gradient."""
    dead: dict[bool, list[str]] = {True: [], False: []}
    items = [item for item in curves.named("items/") if len(item) >= 2 * FEWEST]
    for item in items:
        rate = fmean(item.part(0.5).values)
        if rate >= 0.98 or rate <= 0.02:
            dead[rate > 0.5].append(item.name.removeprefix("items/"))
    if not dead[True] and not dead[False]:
        return []
    number = len(dead[True]) + len(dead[False])
    return [
        Finding(
            "dead-items",
            Severity.WARNING if number > len(items) / 3 else Severity.NOTE,
            Sureness.SURE,
            text("Rubric items teach nothing", "部分评分项没有学习信号"),
            tuple(
                text(
                    f"{'always' if passed else 'never'} passed: {_named(names, ', ')}",
                    f"{'总是' if passed else '从未'}通过：{_named(names, '、')}",
                )
                for passed, names in dead.items()
                if names
            ),
            (
                Advice(
                    text(
                        "make the first stricter, split or reword the second, or leave them out",
                        "收紧总是通过的项，拆分或改写从未通过的项，或将其删去",
                    ),
                    curves.option("rewards"),
                ),
            ),
            "",
        )
    ]


def _named(names: list[str], comma: str) -> str:
    return comma.join(names[:8]) + (" …" if len(names) > 8 else "")


def unrewarded(curves: Curves) -> list[Finding]:
    """Find a reward that can be shown not to rise: less than half of its spread between steps."""
    reward = curves["reward"]
    if not curves.reinforced or len(reward) < 4 * FEWEST:
        return []
    trend = slope(reward.steps, reward.values)
    spread = scale(reward.values)
    if trend.high * reward.span > max(0.5 * spread, 0.01 * abs(reward.start())):
        return []
    falls = trend.high < 0 and -trend.value * reward.span > 2 * spread
    title = (
        text("The reward falls", "奖励在下降")
        if falls
        else text("The reward does not rise", "奖励没有上升")
    )
    return [
        Finding(
            "unrewarded",
            Severity.PROBLEM,
            Sureness.LIKELY,
            title,
            (
                text(
                    f"from step {reward.steps[0]:g} to {reward.steps[-1]:g} it went from "
                    f"{figure(reward.start())} to {figure(reward.end())}, and moves by "
                    f"{figure(spread)} between steps",
                    f"从第 {reward.steps[0]:g} 步到第 {reward.steps[-1]:g} 步，由 "
                    f"{figure(reward.start())} 变为 {figure(reward.end())}，"
                    f"步间波动为 {figure(spread)}",
                ),
            ),
            (
                Advice(
                    text(
                        "see first that it varies within a group (`polyskill train validate`)",
                        "先确认同组内奖励有差异（`polyskill train validate`）",
                    ),
                    curves.option("rewards"),
                ),
                Advice(
                    text(
                        "divide the rate by 3" if falls else "multiply the rate by 3",
                        "学习率降到 1/3" if falls else "学习率乘以 3",
                    ),
                    "optim.learning_rate",
                ),
                Advice(
                    text("sample more answers a prompt", "每个提示采样更多回答"),
                    curves.option("group"),
                ),
            ),
            "reward",
            (reward.steps[0], reward.steps[-1]),
            shown_samples(curves),
        )
    ]


DETECTORS = (
    Detector(
        "silent-groups",
        text("silent groups", "无信号分组"),
        ("zero_std",),
        silent_groups,
        reinforced,
    ),
    Detector(
        "fooled",
        text("a fooled grader", "被钻空子的评分"),
        ("reward", "judge/"),
        fooled,
        reinforced,
    ),
    Detector(
        "dead-items", text("dead rubric items", "失效的评分项"), ("items/",), dead_items, reinforced
    ),
    Detector("unrewarded", text("no reward", "奖励不升"), ("reward",), unrewarded, reinforced),
)
