"""What settings and clock tell: layers left out, an early end, a machine that slowed down."""

from __future__ import annotations

import math
from statistics import fmean

from .curves import Curve, Curves
from .finding import Advice, Detector, Finding, Severity, Sureness, figure, text
from .robust import running_median

__all__ = ["DETECTORS", "easy_pairs", "ended", "layers", "paired", "slow"]

_ATTENTION = frozenset(
    {"q_proj", "k_proj", "v_proj", "o_proj", "qkv_proj", "query_key_value", "c_attn", "attention"}
)
_FEWEST = 20


def layers(curves: Curves) -> list[Finding]:
    """Find an adapter on attention alone.

    It stays behind one on the MLPs at equal parameters, and adds nothing to it (Schulman 2025,
    "LoRA Without Regret", doi 10.64434/tml.20250929).
    """
    targets = curves.setting("lora", "targets")
    named = [targets] if isinstance(targets, str) else targets
    if not isinstance(named, list | tuple) or not named:
        return []
    if not all(str(name).rpartition(".")[2] in _ATTENTION for name in named):
        return []
    shown = ", ".join(map(str, named))
    return [
        Finding(
            "layers",
            Severity.WARNING,
            Sureness.SURE,
            text("The adapter is on attention alone", "适配器只加在注意力层"),
            (
                text(
                    f"`lora.targets` is {shown}; with equal parameters, attention alone learns "
                    "less than the MLPs (LoRA Without Regret)",
                    f"`lora.targets` 为 {shown}；参数量相同时，只训练注意力层不如训练 MLP 层"
                    "（LoRA Without Regret）",
                ),
            ),
            (Advice(text("write `all-linear`", "写 `all-linear`"), "lora.targets"),),
        )
    ]


def ended(curves: Curves) -> list[Finding]:
    """Find a run that did not get to its end, by its state and by its planned steps."""
    state = str(curves.run.get("state", ""))
    planned = curves.setting("optim", "steps")
    done = curves.last_step
    short = isinstance(planned, int) and done < planned
    if state in ("finished", "stopped") or (not state and not short):
        return []
    of = f" of {planned}" if isinstance(planned, int) else ""
    of_zh = f"（计划 {planned} 步）" if isinstance(planned, int) else ""
    evidence = [text(f"its last step is {done:g}{of}", f"最后一步是第 {done:g} 步{of_zh}")]
    if error := str(curves.run.get("error", "")):
        evidence.append(text(error, error))
    running = state == "running"
    title = (
        text("The run goes on, or was killed", "训练仍在进行，或已被终止")
        if running
        else text("The run was interrupted", "训练中断")
    )
    return [
        Finding(
            "interrupted",
            Severity.NOTE if running else Severity.WARNING,
            Sureness.POSSIBLE if running else Sureness.SURE,
            title,
            tuple(evidence),
            (
                Advice(
                    text(
                        "go on from the last checkpoint: the same command with `--resume`",
                        "从最后的检查点继续：同一命令加上 `--resume`",
                    )
                ),
            ),
            "",
            (done, done),
        )
    ]


def slow(curves: Curves) -> list[Finding]:
    """Find a stretch of steps at less than 60 % of the usual speed.

    Speed is tokens a second, or steps a second where tokens are not counted and lengths do not
    change by design. Single pauses (an evaluation, a checkpoint) are smoothed away.
    """
    speed = _speed(curves)
    if speed is None or len(speed) < _FEWEST:
        return []
    smooth = running_median(speed.values, 7)
    usual = sorted(smooth)[round(0.75 * (len(smooth) - 1))]
    tail = [at for at, value in enumerate(smooth) if value < 0.6 * usual]
    if len(tail) < max(5, len(smooth) // 10):
        return []
    here = fmean(smooth[at] for at in tail)
    unit, unit_zh = ("tokens", "词元") if speed.name == "tokens" else ("steps", "步")
    return [
        Finding(
            "slow",
            Severity.NOTE,
            Sureness.LIKELY,
            text("The machine slowed down", "速度下降"),
            (
                text(
                    f"{len(tail)} of {len(smooth)} steps ran at {figure(here)} {unit} a second "
                    f"where {figure(usual)} is usual",
                    f"{len(smooth)} 步中有 {len(tail)} 步速度为每秒 {figure(here)} {unit_zh}，"
                    f"通常为 {figure(usual)}",
                ),
            ),
            (
                Advice(
                    text(
                        "look for other work on the machine, heat, swapping or a slow disk; on a "
                        "CPU that is shared set OMP_NUM_THREADS=1",
                        "检查机器上的其他任务、过热、内存交换或慢磁盘；共享 CPU 时设置 "
                        "OMP_NUM_THREADS=1",
                    )
                ),
            ),
            "",
            (speed.steps[tail[0]], speed.steps[tail[-1]]),
        )
    ]


def _speed(curves: Curves) -> Curve | None:
    clock, tokens = curves["time"], curves["tokens"]
    known = dict(zip(tokens.steps, tokens.values, strict=True))
    counted = len(known) > len(clock) / 2
    if not counted and curves.reinforced:
        return None
    steps, values = [], []
    before: tuple[float, float] | None = None
    for step, at in zip(clock.steps, clock.values, strict=True):
        amount = known.get(step, math.nan) if counted else step
        if not math.isfinite(amount):
            continue
        if before is not None and at > before[0] and amount > before[1]:
            steps.append(step)
            values.append((amount - before[1]) / (at - before[0]))
        before = (at, amount)
    return Curve("tokens" if counted else "steps", tuple(steps), tuple(values))


def paired(curves: Curves) -> bool:
    """Say whether the run learns from pairs of answers."""
    return curves.method in ("dpo", "reward")


def easy_pairs(curves: Curves) -> list[Finding]:
    """Find pairs that are told apart from the first steps on: by their length or form, perhaps."""
    right = curves["accuracy"]
    if not paired(curves) or len(right) < 6:
        return []
    early = fmean(right.values[: max(3, len(right) // 10)])
    if early < 0.98:
        return []
    return [
        Finding(
            "easy-pairs",
            Severity.WARNING,
            Sureness.POSSIBLE,
            text("The pairs are told apart at once", "偏好对一开始就能区分"),
            (
                text(
                    f"in the first steps {early:.0%} of the pairs are in the right order",
                    f"最初几步已有 {early:.0%} 的偏好对顺序正确",
                ),
            ),
            (
                Advice(
                    text(
                        "see that chosen and rejected answers differ in more than length or form",
                        "确认选中与拒绝的回答并非只在长度或格式上不同",
                    ),
                    "data.train",
                ),
            ),
            "accuracy",
            (right.steps[0], right.steps[max(2, len(right) // 10 - 1)]),
        )
    ]


DETECTORS = (
    Detector("layers", text("wrong layers", "层选择不当"), (), layers),
    Detector("interrupted", text("an early end", "提前结束"), (), ended),
    Detector("slow", text("slow stretches", "变慢"), ("time",), slow),
    Detector(
        "easy-pairs", text("too easy pairs", "过易的偏好对"), ("accuracy",), easy_pairs, paired
    ),
)
