"""What losses tell of the examples: too few for so long a run, or seen until they were known."""

from __future__ import annotations

import math
from statistics import median

from .curves import Curve, Curves
from .finding import Advice, Detector, Finding, Severity, Sureness, figure, supervised, text
from .robust import downward, scale

__all__ = ["BY_HEART", "DETECTORS", "memorised", "overfitting"]

_FEWEST = 8  # points of a curve below which its trend is not judged
#: Nats per token below which a text is known by heart: the right token has 95 % and more.
BY_HEART = 0.05


def overfitting(curves: Curves) -> list[Finding]:
    """Find a loss on held-out examples that rises while the training loss does not.

    The held-out loss ends above its least value by 2 % and three standard deviations of its noise;
    the longer and the more steadily it rises (Mann–Kendall), the surer.
    """
    held, loss = curves["eval_loss"], curves["loss"]
    if len(held) < 3:
        return []
    best = min(held.values)
    at = held.steps[held.values.index(best)]
    after = held.since(at)
    end = after.end(0.2)
    wobble = 3 * (scale(after.values) if len(after) < 3 else after.noise)
    if len(after) < 3 or end - best <= max(0.02 * abs(best), wobble):
        return []
    before, last = loss.near(at), loss.end()
    if math.isfinite(before) and last > before + 6 * loss.noise:
        return []  # both rise: that is no overfitting
    rising = downward([-value for value in after.values])
    strong = end - best > 0.1 * abs(best)
    sure = Sureness.SURE if rising < 0.05 and strong else Sureness.LIKELY
    return [
        Finding(
            "overfitting",
            Severity.PROBLEM if strong else Severity.WARNING,
            sure,
            text("The model is overfitted", "模型过拟合"),
            (
                text(
                    f"the loss on held-out examples was least at step {at:g} ({figure(best)}) and "
                    f"rose to {figure(end)}",
                    f"留出样本的损失在第 {at:g} 步最低（{figure(best)}），之后升到 {figure(end)}",
                ),
                text(
                    f"the training loss went from {figure(before)} there to {figure(last)}",
                    f"同期训练损失从 {figure(before)} 变为 {figure(last)}",
                ),
            ),
            (
                Advice(
                    text(
                        f"use the checkpoint nearest to step {at:g}, and end there next time",
                        f"使用最接近第 {at:g} 步的检查点，下次在此结束",
                    ),
                    "optim.steps",
                ),
                Advice(
                    text("train on more, or more varied, examples", "使用更多或更多样的样本"),
                    "data.train",
                ),
                Advice(text("halve the learning rate", "学习率减半"), "optim.learning_rate"),
            ),
            "eval_loss",
            (at, held.steps[-1]),
        )
    ]


def memorised(curves: Curves) -> list[Finding]:
    """Find examples that were seen until they were known by heart, and a loss that falls by epochs.

    Supervised runs only: the loss ends below 0.05 nats a token, or drops by a tenth and five
    standard deviations where an epoch begins.
    """
    loss, epoch = curves["loss"], curves["epoch"]
    if curves.method not in ("sft", "distill") or len(loss) < _FEWEST:
        return []
    passes = max(epoch.values, default=math.nan)
    drop = _drop_between_epochs(loss, epoch)
    by_heart = loss.end() < BY_HEART
    if not by_heart and drop is None:
        return []
    evidence = [
        text(
            f"the loss ends at {figure(loss.end())} nats a token",
            f"损失结束于每个词元 {figure(loss.end())} 奈特",
        )
    ]
    if math.isfinite(passes):
        evidence.append(
            text(
                f"every example was seen {figure(passes)} times",
                f"每个样本平均被看过 {figure(passes)} 次",
            )
        )
    if drop is not None:
        evidence.append(
            text(
                f"at the epoch that begins at step {drop:g} the loss drops at once",
                f"在第 {drop:g} 步进入新一轮时，损失骤降",
            )
        )
    first = next((s for s, v in zip(loss.steps, loss.values, strict=True) if v < BY_HEART), None)
    begin = drop if first is None else first
    return [
        Finding(
            "memorised",
            Severity.WARNING,
            Sureness.SURE if by_heart and passes >= 2 else Sureness.LIKELY,
            text("The examples are known by heart", "样本已被背下"),
            tuple(evidence),
            (
                Advice(text("go once or twice over the data", "数据只过一到两遍"), "optim.epochs"),
                Advice(text("add examples", "增加样本"), "data.train"),
            ),
            "loss",
            None if begin is None else (begin, loss.steps[-1]),
        )
    ]


def _drop_between_epochs(loss: Curve, epoch: Curve) -> float | None:
    """Return the first step where a new epoch begins and the loss is lower at once."""
    spread = loss.noise
    for at in range(5, len(loss) - 5):
        before, here = epoch.near(loss.steps[at - 1]), epoch.near(loss.steps[at])
        if not (math.isfinite(before) and math.floor(here) > math.floor(before)):
            continue
        old, new = loss.values[at - 5 : at], loss.values[at + 1 : at + 6]
        fall = median(old) - median(new)
        inside = max(abs(old[0] - old[-1]), abs(new[0] - new[-1]))
        if fall > max(5 * spread, 0.1 * abs(median(old)), 2 * inside):
            return loss.steps[at]
    return None


DETECTORS = (
    Detector("overfitting", text("overfitting", "过拟合"), ("eval_loss",), overfitting),
    Detector("memorised", text("learnt by heart", "死记硬背"), ("loss",), memorised, supervised),
)
