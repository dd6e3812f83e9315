"""How many steps a run has, and whether they divide as they must."""

from __future__ import annotations

import math

from ..sections import Run
from .finding import Report

__all__ = ["check_steps", "step_count"]


def step_count(run: Run, report: Report) -> int:
    """Return the number of optimizer steps; 0 where the data is not known."""
    if run.optim.steps is not None:
        return run.optim.steps
    per_epoch = _per_epoch(run, report)
    return max(1, math.ceil(per_epoch * (run.optim.epochs or 1.0))) if per_epoch else 0


def _per_epoch(run: Run, report: Report) -> int:
    examples = int(report.facts.get("examples", 0))
    group = int(run.method_options.get("group", 1))
    return math.ceil(examples * group / run.optim.batch_size)


def check_steps(run: Run, report: Report) -> None:
    """Say where steps, batches and passes over the data do not fit each other."""
    steps = step_count(run, report)
    report.facts["steps"] = steps
    examples = report.facts.get("examples", 0)
    group = run.method_options.get("group", 1)
    prompts = run.optim.batch_size // group
    if not examples or not steps:
        return
    passes = steps * prompts / examples
    report.facts["passes"] = passes
    if prompts > examples:
        report.warning(
            "batch",
            "optim.batch_size",
            f"a step takes {prompts} examples, and there are {examples}",
            f"每步取 {prompts} 个样本，而总共只有 {examples} 个",
        )
    if passes > 10 and run.method not in ("grpo", "rloo"):
        report.warning(
            "passes",
            "optim.steps" if run.optim.steps else "optim.epochs",
            f"the data is passed {passes:.0f} times: it will be learnt by heart; watch `data.eval`",
            f"数据将重复 {passes:.0f} 遍：模型会背下数据；请关注 `data.eval`",
        )
    if run.optim.warmup >= steps > 1:
        report.error(
            "warmup",
            "optim.warmup",
            f"{run.optim.warmup:g} steps of warm-up in a run of {steps}: the rate is never "
            "reached; below 1 it is a share of all steps",
            f"总共 {steps} 步，预热却有 {run.optim.warmup:g} 步："
            "达不到设定的学习率；小于 1 表示比例",
        )
    for key, every in (("eval_every", run.eval_every), ("save_every", run.save_every)):
        if every > steps:
            report.advice(
                "every",
                key,
                f"{every} is more than the {steps} steps of the run: it happens at the end only",
                f"{every} 大于总步数 {steps}：只会在结束时进行",
            )
    if run.eval_every and run.data.eval is None:
        report.warning(
            "eval",
            "eval_every",
            "is set without `data.eval`: nothing is evaluated",
            "已设置，但没有 `data.eval`：不会进行评估",
        )
