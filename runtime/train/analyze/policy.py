"""What becomes of the answers and the policy while a reward is maximised."""

from __future__ import annotations

from statistics import median

from .curves import Curves
from .finding import Advice, Detector, Finding, Severity, Sureness, figure, reinforced, text
from .rewards import FEWEST, rises, shown_samples
from .robust import downward

__all__ = ["DETECTORS", "clipped", "collapse", "entropy", "runaway"]


def collapse(curves: Curves) -> list[Finding]:
    """Find answers that shrink to half of their length and less.

    The median of the end against that of the start, with a falling trend (Mann–Kendall, 5 %). Sure
    where a fifth or three tokens are left; while the reward rises, the reward is what is gamed.
    """
    length, reward = curves["length"], curves["reward"]
    start, end = length.start(), length.end()
    if len(length) < FEWEST or end > 0.5 * start or downward(length.values) >= 0.05:
        return []
    gamed = len(reward) >= FEWEST and rises(reward)
    hard = end <= max(0.2 * start, 3.0)
    evidence = [
        text(
            f"the mean length fell from {figure(start)} to {figure(end)} tokens",
            f"平均长度从 {figure(start)} 降到 {figure(end)} 个词元",
        )
    ]
    if gamed:
        evidence.append(
            text(
                f"meanwhile the reward rose from {figure(reward.start())} to "
                f"{figure(reward.end())}: it pays for saying nothing",
                f"同时奖励从 {figure(reward.start())} 升到 {figure(reward.end())}："
                "奖励在鼓励什么都不说",
            )
        )
    below = (s for s, v in zip(length.steps, length.values, strict=True) if v <= 0.5 * start)
    return [
        Finding(
            "collapse",
            Severity.PROBLEM,
            Sureness.SURE if hard else Sureness.LIKELY,
            text("The answers collapsed", "回答长度坍缩"),
            tuple(evidence),
            (
                Advice(
                    text(
                        "give the reward a floor of length, or a reward for content beside it; the "
                        "text at the end must be one that you want",
                        "给奖励加上长度下限，或同时奖励内容；最后得到的文本必须是你想要的",
                    ),
                    curves.option("rewards"),
                ),
                Advice(
                    text(
                        "hold the policy near the start: 0.01–0.05", "约束策略不偏离起点：0.01–0.05"
                    ),
                    curves.option("beta"),
                ),
                Advice(
                    text(
                        "let a judge that is not trained on look at the answers, so that the run "
                        "stops in time",
                        "让不参与训练的评审查看回答，以便及时停止",
                    ),
                    curves.option("held_out"),
                ),
            ),
            "length",
            (next(below, length.steps[-1]), length.steps[-1]),
            shown_samples(curves),
        )
    ]


def clipped(curves: Curves) -> list[Finding]:
    """Find answers that are cut at the longest length allowed: a third of them, at the end."""
    share = curves["clipped"]
    tail = share.part(0.75)
    if len(share) < FEWEST or (usual := median(tail.values)) < 0.3:
        return []
    return [
        Finding(
            "clipped",
            Severity.PROBLEM if usual >= 0.7 else Severity.WARNING,
            Sureness.SURE if usual >= 0.7 else Sureness.LIKELY,
            text("Answers are cut off", "回答被截断"),
            (
                text(
                    f"in the last quarter {usual:.0%} of the answers reach the longest length",
                    f"最后四分之一阶段有 {usual:.0%} 的回答达到长度上限",
                ),
            ),
            (
                Advice(text("allow more tokens", "放宽词元上限"), curves.option("max_new_tokens")),
                Advice(
                    text(
                        "write `true`, which leaves cut answers out of the loss (DAPO, arXiv "
                        "2503.14476, section 3.4)",
                        "写 `true`，使被截断的回答不计入损失（DAPO，arXiv 2503.14476 第 3.4 节）",
                    ),
                    "trainer.mask_truncated_completions",
                ),
                Advice(
                    text(
                        "add the reward `length`, a soft punishment of answers near the limit",
                        "加入奖励 `length`：对接近上限的回答柔性惩罚",
                    ),
                    curves.option("rewards"),
                ),
            ),
            "clipped",
            (tail.steps[0], tail.steps[-1]),
        )
    ]


def entropy(curves: Curves) -> list[Finding]:
    """Find a policy that no longer tries anything: a quarter of its first entropy, and falling."""
    curve = curves["entropy"]
    start, end = curve.start(), curve.end()
    low = len(curve) >= FEWEST and start > 0.02 and end <= 0.25 * start
    if not low or downward(curve.values) >= 0.05:
        return []
    return [
        Finding(
            "entropy-collapse",
            Severity.WARNING,
            Sureness.SURE if end <= 0.1 * start else Sureness.LIKELY,
            text("The policy no longer explores", "策略不再探索"),
            (
                text(
                    f"its entropy fell from {figure(start)} to {figure(end)} nats a token",
                    f"每词元熵从 {figure(start)} 降到 {figure(end)} 奈特",
                ),
            ),
            (
                *_room(curves),
                Advice(text("lower the learning rate", "降低学习率"), "optim.learning_rate"),
                Advice(text("sample at 1.0", "采样温度设为 1.0"), curves.option("temperature")),
            ),
            "entropy",
            (curve.steps[0], curve.steps[-1]),
            shown_samples(curves),
        )
    ]


def _room(curves: Curves) -> tuple[Advice, ...]:
    """Return what gives unlikely tokens room; only GRPO has variants."""
    if curves.method == "rloo":
        return ()
    return (
        Advice(
            text(
                "take the variant `dapo`, which lets unlikely tokens grow (its upper clip is 0.28)",
                "选用 `dapo`，其上侧裁剪为 0.28，允许低概率词元增长",
            ),
            curves.option("variant"),
        ),
    )


def runaway(curves: Curves) -> list[Finding]:
    """Find a policy that runs away from its reference: ten times the middle's divergence, and 0.2.

    In nats per token; one nat is too much whatever came before.
    """
    kl = curves["kl"]
    middle = kl.part(0.3, 0.6)
    if len(kl) < 2 * FEWEST:
        return []
    usual, end = median(middle.values), kl.end()
    if end < 1.0 and not (end > 0.2 and end > 10 * usual and rises(kl)):
        return []
    return [
        Finding(
            "kl-runaway",
            Severity.PROBLEM,
            Sureness.LIKELY,
            text("The policy runs away from its reference", "策略远离参考模型"),
            (
                text(
                    f"the divergence went from {figure(usual)} in the middle of the run to "
                    f"{figure(end)} nats a token",
                    f"散度从训练中段的 {figure(usual)} 升到每词元 {figure(end)} 奈特",
                ),
            ),
            (
                Advice(
                    text("raise the penalty, e.g. to 0.05", "提高惩罚系数，如 0.05"),
                    curves.option("beta"),
                ),
                Advice(text("divide the rate by 3", "学习率降到 1/3"), "optim.learning_rate"),
            ),
            "kl",
            (middle.steps[-1], kl.steps[-1]),
            shown_samples(curves),
        )
    ]


DETECTORS = (
    Detector("collapse", text("collapsed answers", "回答坍缩"), ("length",), collapse, reinforced),
    Detector("clipped", text("cut answers", "截断的回答"), ("clipped",), clipped, reinforced),
    Detector(
        "entropy-collapse", text("collapsed entropy", "熵坍缩"), ("entropy",), entropy, reinforced
    ),
    Detector("kl-runaway", text("runaway policy", "策略失控"), ("kl",), runaway, reinforced),
)
