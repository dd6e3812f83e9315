"""A learning rate too large, but not so that the loss diverges; or one a little too small."""

from __future__ import annotations

from .curves import Curves
from .finding import Advice, Detector, Finding, Severity, Sureness, figure, supervised, text
from .robust import running_median, slope

__all__ = ["DETECTORS", "shy", "too_large"]

_FEWEST = 20
_RATE = "optim.learning_rate"


def too_large(curves: Curves) -> list[Finding]:
    """Find a first step that hurts, and gradients that grow while the loss stands still.

    First: within the first fifth the loss rises by a fifth and six standard deviations of the noise
    above its first value. Second: gradients grow threefold, the loss does not fall (Sen's slope).
    """
    loss, gradient = curves["loss"], curves["grad_norm"]
    if curves.reinforced or len(loss) < _FEWEST:
        return []
    early = loss.part(0.0, 0.2)
    width = 3 if len(early) < 10 else 5
    top = max(running_median(early.values, width))
    first = loss.values[0]
    later = loss.part(0.2)
    noise = later.noise
    evidence = []
    steps = None
    if top - first > max(6 * noise, 0.2 * abs(first)):
        evidence.append(
            text(
                f"within the first {early.steps[-1]:g} steps the loss rose from {figure(first)} to "
                f"{figure(top)}",
                f"前 {early.steps[-1]:g} 步内，损失从 {figure(first)} 升到 {figure(top)}",
            )
        )
        steps = (early.steps[0], early.steps[-1])
    if len(gradient) >= _FEWEST and gradient.end() > 3 * gradient.start() > 0:
        grows = slope(gradient.steps, gradient.values).low > 0
        falls = slope(later.steps, later.values).value * later.span < -2 * noise
        if grows and not falls:
            evidence.append(
                text(
                    f"the gradient's norm grew from {figure(gradient.start())} to "
                    f"{figure(gradient.end())} and the loss does not fall",
                    f"梯度范数从 {figure(gradient.start())} 增到 {figure(gradient.end())}，"
                    "而损失没有下降",
                )
            )
            steps = steps or (gradient.steps[0], gradient.steps[-1])
    if not evidence:
        return []
    return [
        Finding(
            "rate-too-large",
            Severity.WARNING,
            Sureness.LIKELY,
            text("The learning rate is too large", "学习率过大"),
            tuple(evidence),
            (
                Advice(text("divide it by 3", "降到 1/3"), _RATE),
                Advice(
                    text(
                        "or warm up over the first 3–10 % of the steps", "或用最初 3–10% 的步数预热"
                    ),
                    "optim.warmup",
                ),
            ),
            "loss",
            steps,
        )
    ]


def shy(curves: Curves) -> list[Finding]:
    """Find a supervised run that falls on a straight line, at a rate below the published ones.

    The second half gains at least 70 % of what the first half gained, though the schedule does not
    lower the rate, and the rate of a LoRA run is below 1e-4.
    """
    loss, rates = curves["loss"], curves["lr"]
    rate = max(rates.values, default=0.0)
    if curves.method != "sft" or len(loss) < 2 * _FEWEST or not 0 < rate < 1e-4:
        return []
    if not curves.setting("lora"):
        return []
    one, two = loss.part(0.0, 0.5), loss.part(0.5)
    gains = [-slope(half.steps, half.values).value * half.span for half in (one, two)]
    total = loss.start() - loss.end()
    if gains[0] <= 0 or gains[1] < 0.7 * gains[0] or total < 4 * loss.noise:
        return []
    return [
        Finding(
            "rate-too-small",
            Severity.NOTE,
            Sureness.POSSIBLE,
            text("The learning rate may be too small", "学习率可能偏小"),
            (
                text(
                    f"the loss falls on a straight line to the end: {figure(gains[0])} in the "
                    f"first half, {figure(gains[1])} in the second, at a rate of {rate:g}",
                    f"损失直到结束都近乎直线下降：前半 {figure(gains[0])}，"
                    f"后半 {figure(gains[1])}，学习率为 {rate:g}",
                ),
            ),
            (
                Advice(
                    text(
                        "write `auto`, or 1e-4 to 1e-3, where published LoRA runs are best",
                        "写 `auto`，或 1e-4 至 1e-3（公开的 LoRA 训练在此区间最佳）",
                    ),
                    _RATE,
                ),
            ),
            "loss",
            (loss.steps[0], loss.steps[-1]),
        )
    ]


DETECTORS = (
    Detector(
        "rate-too-large", text("a large rate", "学习率过大"), ("loss",), too_large, supervised
    ),
    Detector("rate-too-small", text("a small rate", "学习率过小"), ("loss", "lr"), shy, supervised),
)
