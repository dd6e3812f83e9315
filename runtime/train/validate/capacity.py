"""What the adapter can hold and what the data holds; the learning rate against published ones."""

from __future__ import annotations

import math

from ...tools.errors import ToolError
from ...tools.learning_rate import Method, learning_rate
from ...tools.lora import Convention, LoraCount, count_lora
from ...tools.shape import Shape
from ..sections import Run
from .finding import Report
from .steps import step_count

__all__ = ["check_capacity", "check_rate", "targets"]

#: A ceiling in the limit of long training on synthetic facts (Allen-Zhu & Li 2024).
BITS_PER_PARAMETER = 2.0
#: An upper bound of what a first pass over text teaches (LoRA Without Regret: usually ~1).
BITS_PER_TOKEN = 1.0
_METHODS = {
    "sft": Method.SFT,
    "dpo": Method.DPO,
    "grpo": Method.RL,
    "rloo": Method.RL,
    "distill": Method.DISTILL,
}
#: A rate that is off by more is worth a word; beyond the second it is likely a mistake.
_OFF, _FAR_OFF = 3.0, 10.0
#: The rules were fitted on models of about this width and more; below they are extrapolated.
_FITTED = 1000


def targets(run: Run) -> str:
    """Return the layers of the adapter as the calculators name them."""
    found = run.lora.targets if run.lora else "all-linear"
    return found if isinstance(found, str) else ",".join(found)


def check_capacity(run: Run, shape: Shape, report: Report) -> LoraCount | None:
    """Count the adapter exactly, and compare with an information budget, which is advice only."""
    if run.lora is None:
        return None
    try:
        counted = _count(run.lora.rank, shape, targets(run))
    except ToolError as error:
        report.error("lora", "lora.targets", error.en, error.zh)
        return None
    report.facts["lora"] = {
        "trainable": counted.trainable,
        "share": counted.share,
        "convention": counted.convention,
        "rank": counted.rank,
    }
    policy = run.method in ("grpo", "rloo")
    if policy:
        steps = step_count(run, report)
        budget = float(steps * run.optim.batch_size) if steps else 0.0
        unit, unit_zh = "1 bit an answer", "每个回答 1 比特"
    else:
        budget = report.facts.get("tokens", {}).get("learnt", 0.0) * BITS_PER_TOKEN
        unit, unit_zh = "1 bit a learnt token, one pass", "每个参与学习的词元 1 比特，按一遍计"
    holds = counted.trainable * BITS_PER_PARAMETER
    report.facts["budget"] = {"bits": budget, "capacity": holds}
    if budget > holds:
        report.advice(
            "capacity",
            "lora.rank",
            f"the data may hold {budget:,.0f} bits ({unit}: an upper bound), the adapter at most "
            f"{holds:,.0f} (2 bits a parameter: a ceiling); if the loss stays above that of a "
            f"higher rank, try rank {_rank(run.lora.rank, budget / holds)}",
            f"数据至多含 {budget:,.0f} 比特（{unit_zh}，为上界），适配器至多容纳 {holds:,.0f} 比特"
            f"（每参数 2 比特，为上限）；若损失高于更大的秩，可试秩 "
            f"{_rank(run.lora.rank, budget / holds)}",
        )
    if targets(run) == "attention":
        report.warning(
            "lora",
            "lora.targets",
            "attention alone falls behind all layers even at equal size (LoRA Without Regret): "
            "write `all-linear`",
            "仅训练注意力层，即使参数量相同也不如全部线性层（LoRA Without Regret）："
            "请写 `all-linear`",
        )
    return counted


def _count(rank: int, shape: Shape, layers: str) -> LoraCount:
    """Count as PEFT does, which the recipes use, where that is known for the model's experts."""
    if shape.sparse and layers == "all-linear":
        try:
            return count_lora(shape, rank, convention=Convention.PEFT_ALL_LINEAR)
        except ToolError:  # not measured for this family: one adapter an expert is the plain count
            return count_lora(shape, rank)
    return count_lora(shape, rank, layers=layers)


def _rank(rank: int, factor: float) -> int:
    return int(2 ** math.ceil(math.log2(rank * factor)))


def check_rate(run: Run, shape: Shape, report: Report) -> None:
    """Compare the learning rate with the rule or practice that was published for it."""
    method = _METHODS.get(run.method)
    if method is None:
        return
    wanted = run.optim.learning_rate
    steps = step_count(run, report)
    try:
        rule = learning_rate(shape, method, lora=run.lora is not None, steps=steps or None)
    except ToolError as error:
        say = report.error if wanted == "auto" else report.advice
        say("learning-rate", "optim.learning_rate", error.en, error.zh)
        return
    source = rule.sources[0]
    report.facts["learning_rate"] = {
        "published": rule.learning_rate,
        "formula": rule.formula,
        "source": source,
    }
    if wanted == "auto":
        report.advice(
            "learning-rate",
            "optim.learning_rate",
            f"auto is {rule.learning_rate:.3g}: {rule.formula} ({source})",
            f"auto 即 {rule.learning_rate:.3g}：{rule.formula}（{source}）",
        )
        return
    off = max(wanted / rule.high, rule.low / wanted)
    if off > _OFF:
        many, many_zh = ("larger", "高于") if wanted > rule.high else ("smaller", "低于")
        fitted = shape.hidden >= _FITTED
        say = report.warning if off > _FAR_OFF and fitted else report.advice
        say(
            "learning-rate",
            "optim.learning_rate",
            f"{wanted:g} is {off:.1f} times {many} than what was published, "
            f"{rule.learning_rate:.3g}: "
            f"{rule.formula} ({source})",
            f"{wanted:g} {many_zh}公开值 {rule.learning_rate:.3g} 达 {off:.1f} 倍：{rule.formula}"
            f"（{source}）",
        )
