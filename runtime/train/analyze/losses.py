"""What a loss tells: it broke, it jumped, it stopped falling, it never fell.

Where a reward is maximised the loss says nothing of the course of a run, and only what is broken is
looked for.
"""

from __future__ import annotations

import math
from statistics import median

from .curves import Curves
from .examples import BY_HEART
from .finding import Advice, Detector, Finding, Severity, Sureness, Text, figure, supervised, text
from .robust import running_median, scale, slope

__all__ = ["DETECTORS", "divergence", "flat", "plateau", "spikes"]

_FEWEST = 8  # points of a curve below which its trend is not judged
_WIDTH = 11  # of a running median
#: A spike stands so many standard deviations, and so much of the level, above its surroundings.
_SPIKE, _SPIKE_SHARE = 8.0, 0.25
#: Rates beyond this diverged in 72 of 80 diverged runs of Tinker's sweep over 27 models, batch 128
#: (tinker-cookbook, recipes/chat_sl/results/sft_sweep.md); the best were 1e-4 to 1e-3.
_LORA_TOO_LARGE, _LORA_BEST = 3e-3, (1e-4, 1e-3)
_RATE = "optim.learning_rate"


def divergence(curves: Curves) -> list[Finding]:
    """Find a loss or a gradient that is no number, and a loss that lost what it had gained.

    The second: the median of the last tenth is above the start, or has given back half of the best
    gain, by more than four standard deviations of the noise.
    """
    for name, sureness in (("loss", Sureness.SURE), ("grad_norm", Sureness.LIKELY)):
        curve = curves[name]
        if curve.broken:
            first = curve.broken[0]
            return [
                _diverged(
                    curves,
                    name,
                    sureness,
                    text(
                        f"`{name}` is NaN or infinite at {len(curve.broken)} steps, first at step "
                        f"{first:g}",
                        f"`{name}` 有 {len(curve.broken)} 步为 NaN 或无穷大，最早在第 {first:g} 步",
                    ),
                    (first, curve.broken[-1]),
                )
            ]
    loss = curves["loss"]
    if curves.reinforced or len(loss) < _FEWEST:
        return []
    start, end = loss.start(), loss.end()
    smooth = running_median(loss.values, min(_WIDTH, max(3, len(loss) // 4)))
    best = min(smooth)
    at = loss.steps[smooth.index(best)]
    rise = 4 * max(loss.noise, loss.part(0.8).noise)
    above = end - start > max(rise, 0.1 * abs(start))
    given_back = end - best > max(rise, 0.5 * (start - best), 0.1 * abs(start))
    if not (above or given_back):
        return []
    sure = above and end > 1.5 * start
    return [
        _diverged(
            curves,
            "loss",
            Sureness.SURE if sure else Sureness.LIKELY,
            text(
                f"the loss began at {figure(start)}, was {figure(best)} at step {at:g} and ends at "
                f"{figure(end)}",
                f"损失起始为 {figure(start)}，第 {at:g} 步为 {figure(best)}，"
                f"结束时升到 {figure(end)}",
            ),
            (at, loss.steps[-1]),
        )
    ]


def _diverged(
    curves: Curves,
    name: str,
    sureness: Sureness,
    seen: Text,
    steps: tuple[float, float],
) -> Finding:
    rate = curves.setting("optim", "learning_rate")
    evidence = [seen]
    if isinstance(rate, float) and rate >= _LORA_TOO_LARGE and curves.setting("lora"):
        evidence.append(
            text(
                f"the learning rate is {rate:g}; in a published sweep over 27 models with LoRA, "
                "3e-3 diverged and 1e-4 to 1e-3 was best",
                f"学习率为 {rate:g}；公开的 27 个模型 LoRA 扫描中，3e-3 发散，1e-4 至 1e-3 最佳",
            )
        )
    return Finding(
        "divergence",
        Severity.PROBLEM,
        sureness,
        text("The run diverged", "训练发散"),
        tuple(evidence),
        (
            Advice(
                text(
                    "divide the learning rate by 3 to 10, and start again from a checkpoint before "
                    f"step {steps[0]:g}",
                    f"把学习率降到原来的 1/3 至 1/10，从第 {steps[0]:g} 步之前的检查点重新开始",
                ),
                _RATE,
            ),
            Advice(
                text("warm up over the first 3–10 % of the steps", "用最初 3–10% 的步数预热"),
                "optim.warmup",
            ),
            Advice(
                text(
                    "look at the examples of that step: an empty completion gives NaN",
                    "检查该步的样本：空的回答会产生 NaN",
                ),
                "data.train",
            ),
        ),
        name,
        steps,
    )


def spikes(curves: Curves) -> list[Finding]:
    """Find losses far above their surroundings that come back within a few steps.

    A spike is more than eight standard deviations and a quarter of the level above the running
    median, and above what came before it; the spread is that of the 50 points around it. The first
    tenth is left out.
    """
    loss = curves["loss"]
    if curves.reinforced or len(loss) < 2 * _WIDTH:
        return []
    smooth = running_median(loss.values, _WIDTH)
    rest = [value - level for value, level in zip(loss.values, smooth, strict=True)]
    found = []
    for at in range(max(2, len(rest) // 10), len(rest)):
        around = rest[max(0, at - 25) : at + 25]
        high = max(_SPIKE * scale(around), _SPIKE_SHARE * abs(smooth[at]))
        before = median(loss.values[max(0, at - 5) : at])
        if rest[at] > high and loss.values[at] - before > high:
            found.append(at)
    if not found:
        return []
    steps = [loss.steps[at] for at in found]
    gradient = curves["grad_norm"]
    usual = median(gradient.values) if len(gradient) else math.nan
    jumped = sum(gradient.near(step) > 5 * usual for step in steps)
    shown = ", ".join(f"{step:g}" for step in steps[:6]) + (" …" if len(steps) > 6 else "")
    worst = max(found, key=lambda at: rest[at])
    evidence = [
        text(
            f"{len(found)} of {len(loss)} steps: {shown}; the highest is "
            f"{figure(loss.values[worst])} where {figure(smooth[worst])} is usual",
            f"{len(loss)} 步中有 {len(found)} 步：{shown}；最高 {figure(loss.values[worst])}，"
            f"附近通常为 {figure(smooth[worst])}",
        )
    ]
    if jumped:
        evidence.append(
            text(
                f"at {jumped} of them the gradient's norm is over 5 times its median "
                f"({figure(usual)})",
                f"其中 {jumped} 步的梯度范数超过中位数（{figure(usual)}）的 5 倍",
            )
        )
    return [
        Finding(
            "spikes",
            Severity.WARNING,
            Sureness.SURE if jumped else Sureness.LIKELY if len(found) > 1 else Sureness.POSSIBLE,
            text("The loss jumps", "损失出现尖峰"),
            tuple(evidence),
            (
                Advice(
                    text(
                        "look at the examples of these steps: very long, repeated or damaged texts",
                        "检查这些步的样本：过长、重复或损坏的文本",
                    ),
                    "data.train",
                ),
                Advice(
                    text("halve the learning rate if they go on", "若仍出现，学习率减半"), _RATE
                ),
            ),
            "loss",
            (steps[0], steps[-1]),
        )
    ]


def plateau(curves: Curves) -> list[Finding]:
    """Find a second half in which the loss can be shown to have fallen no further.

    Sen's interval (90 %) of the slope leaves less than 4 % of the run's gain for the whole half:
    that the fall is not seen in the noise is not enough.
    """
    loss = curves["loss"]
    gain = loss.start() - loss.end()
    if curves.reinforced or len(loss) < 3 * _FEWEST or gain < 3 * loss.noise:
        return []
    half = loss.part(0.5)
    trend = slope(half.steps, half.values)
    reach = 0.04 * gain
    if not (-reach < trend.low * half.span and trend.high * half.span < reach):
        return []
    return [
        Finding(
            "plateau",
            Severity.NOTE,
            Sureness.LIKELY,
            text("The loss no longer falls", "损失不再下降"),
            (
                text(
                    f"since step {half.steps[0]:g} it has stayed at {figure(median(half.values))}; "
                    f"the whole run gained {figure(gain)}",
                    f"自第 {half.steps[0]:g} 步起停在 {figure(median(half.values))}；"
                    f"整个训练共下降 {figure(gain)}",
                ),
            ),
            (
                Advice(
                    text(
                        "fewer steps would have given the same model",
                        "更少的步数即可得到同样的模型",
                    ),
                    "optim.steps",
                ),
                Advice(
                    text(
                        "if it should fall further: more varied data, or a higher rank",
                        "若希望继续下降：使用更多样的数据，或提高秩",
                    ),
                    "lora.rank",
                ),
            ),
            "loss",
            (half.steps[0], loss.steps[-1]),
        )
    ]


def flat(curves: Curves) -> list[Finding]:
    """Find a run that can be shown not to learn: the rate is too small, or nothing is trained.

    Sen's interval (90 %) of the slope over the whole run leaves less than 3 % of the start.
    """
    loss, gradient = curves["loss"], curves["grad_norm"]
    if curves.reinforced or len(loss) < 2 * _FEWEST:
        return []
    still = len(gradient) > 0 and max(gradient.values) == 0
    trend = slope(loss.steps, loss.values)
    start = abs(loss.start())
    small = max(-trend.low, trend.high) * loss.span < 0.03 * start
    if not still and (not small or start < BY_HEART):
        return []
    rate = curves.setting("optim", "learning_rate")
    rate = rate if isinstance(rate, float) else curves["lr"].start()
    evidence = [
        text(
            f"from step {loss.steps[0]:g} to {loss.steps[-1]:g} the loss went from "
            f"{figure(loss.start())} to {figure(loss.end())}",
            f"从第 {loss.steps[0]:g} 步到第 {loss.steps[-1]:g} 步，损失从 {figure(loss.start())} "
            f"变为 {figure(loss.end())}",
        )
    ]
    if still:
        evidence.append(text("the gradient is 0 at every step", "每一步的梯度都为 0"))
        title = text("Nothing is trained", "没有任何参数在训练")
        advice = Advice(
            text(
                "let the adapter match layers of this model, and see that examples have text that "
                "counts for the loss",
                "让适配器匹配到该模型的层，并确认样本中有计入损失的文本",
            ),
            "lora.targets",
        )
    else:
        title = text("The learning rate is too small", "学习率过小")
        if math.isfinite(rate):
            evidence.append(
                text(
                    f"the learning rate is {rate:g}; published rates for LoRA are 1e-4 to 1e-3 "
                    "(supervised) and 1e-5 to 4e-5 (reinforcement, DPO)",
                    f"学习率为 {rate:g}；公开的 LoRA 学习率为 1e-4 至 1e-3（监督），"
                    "1e-5 至 4e-5（强化学习、DPO）",
                )
            )
        advice = Advice(
            text("multiply it by 3 to 10, or write `auto`", "乘以 3 到 10，或写 `auto`"), _RATE
        )
    tiny = curves.method == "sft" and bool(curves.setting("lora")) and rate < _LORA_BEST[0] / 3
    sure = Sureness.SURE if still else Sureness.LIKELY if tiny else Sureness.POSSIBLE
    steps = (loss.steps[0], loss.steps[-1])
    return [
        Finding("flat", Severity.PROBLEM, sure, title, tuple(evidence), (advice,), "loss", steps)
    ]


DETECTORS = (
    Detector("divergence", text("divergence", "发散"), ("loss",), divergence),
    Detector("spikes", text("spikes", "尖峰"), ("loss",), spikes, supervised),
    Detector("plateau", text("plateau", "停滞"), ("loss",), plateau, supervised),
    Detector("flat", text("no learning", "没有学习"), ("loss",), flat, supervised),
)
