"""Learning rates that somebody has measured and published, and what nobody has.

The rule is that of "LoRA Without Regret" (Schulman et al. 2025, doi 10.64434/tml.20250929) as
``get_lr`` of tinker-cookbook 0.6.1 has it: full fine-tuning at 5e-5·(2000/hidden)^p, LoRA at 10
times that, p = 0.781 for Llama and 0.0775 for Qwen. It has no rank in it: with alpha / r scaling
(alpha 32) the best rate hardly depends on the rank.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .errors import ToolError
from .numbers import whole
from .shape import Shape
from .text import Text

__all__ = ["LearningRate", "Method", "learning_rate"]

BASE, WIDTH = 5e-5, 2000
LORA, LORA_SHORT = 10.0, 15.0
#: Below about so many steps a run is short (LoRA Without Regret, "anecdotally").
SHORT = 100
EXPONENTS = {"llama": 0.781, "qwen": 0.0775}
_RULE = "tinker-cookbook 0.6.1, hyperparam_utils.get_lr"
_PAPER = "LoRA Without Regret, doi 10.64434/tml.20250929"


class Method(StrEnum):
    """What is trained for."""

    SFT = "sft"
    RL = "rl"
    DPO = "dpo"
    DISTILL = "distill"


@dataclass(frozen=True, slots=True)
class LearningRate:
    """A rate to start from; ``low`` and ``high`` bound what was published for the method.

    ``ratio`` is the factor over full fine-tuning that is in it (1 without LoRA).
    """

    model: str
    family: str
    hidden: int
    method: str
    lora: bool
    learning_rate: float
    low: float
    high: float
    ratio: float
    formula: str
    sources: tuple[str, ...]
    notes: tuple[Text, ...]


#: Published rates with LoRA where there is no formula: to start with, lowest, highest, source.
_PRACTICE = {
    Method.RL: (1e-5, 1e-5, 4e-5, "tinker-cookbook 0.6.1, RL recipes"),
    Method.DPO: (1e-5, 1e-6, 1e-5, "tinker-cookbook (1e-5, beta 0.1); TRL 1.16 default (1e-6)"),
    Method.DISTILL: (1e-4, 1e-4, 1e-3, "tinker-cookbook 0.6.1, distillation recipes"),
}


def family_of(shape: Shape) -> str | None:
    """Return the family whose rule was fitted on models of this type, if there is one."""
    return next((name for name in EXPONENTS if shape.family.startswith(name)), None)


def learning_rate(
    shape: Shape, method: Method = Method.SFT, *, lora: bool = True, steps: int | None = None
) -> LearningRate:
    """Return a learning rate to start from.

    ``steps`` is how many optimizer steps the run has; below :data:`SHORT` the factor of LoRA is
    15 instead of 10.

    Raises:
        ToolError: there is no published rule for the model's family or for the method.
    """
    if steps is not None:
        steps = whole("steps", steps)
    family = family_of(shape)
    if method is not Method.SFT:
        return _practice(shape, method, family or shape.family, lora=lora)
    if family is None:
        raise ToolError(
            f"nobody has published a learning-rate rule for {shape.family} models (tinker-cookbook "
            "refuses too). What is known: LoRA wants about 10 times the rate of full fine-tuning; "
            "in Tinker's sweep over 27 models 3e-4 was best for 14 and 1e-3 for 10, and 3e-3 "
            "diverged. Try 1e-4, 3e-4 and 1e-3",
            f"尚无针对 {shape.family} 模型公开发表的学习率规则（tinker-cookbook 同样拒绝给出）。"
            "已知：LoRA 的学习率约为全量微调的 10 倍；Tinker 对 27 个模型的扫描中，3e-4 对 14 个"
            "最佳，1e-3 对 10 个最佳，3e-3 则发散。请依次尝试 1e-4、3e-4 和 1e-3",
        )
    short = steps is not None and steps < SHORT
    ratio = (LORA_SHORT if short else LORA) if lora else 1.0
    power = EXPONENTS[family]
    rate = BASE * ratio * (WIDTH / shape.hidden) ** power
    notes = [
        Text(
            "within 0.5 % of the best loss in Tinker's sweeps, not the optimum itself: Qwen3-8B "
            "did best at 1e-3",
            "在 Tinker 的扫描中，损失与最优相差不到 0.5%，但并非最优值本身："
            "Qwen3-8B 在 1e-3 时最好",
        ),
        Text(
            "not known: how it depends on batch size, data and alpha other than 32; in long runs "
            "the best rate is up to 2 times lower at low ranks",
            "尚不清楚：批大小、数据以及 alpha 不为 32 时的影响；长时间训练中，低秩的最佳学习率最多"
            "低至一半",
        ),
    ]
    if short:
        notes.append(
            Text(
                f"fewer than {SHORT} steps: 15 times full fine-tuning instead of 10, which the "
                "paper calls anecdotal",
                f"少于 {SHORT} 步：取全量微调的 15 倍而非 10 倍，论文称这只是经验观察",
            )
        )
    if family not in shape.name.lower():
        notes.append(
            Text(
                f"the rule was fitted on {family.capitalize()} models; this one only has their "
                "architecture, so it is an extrapolation",
                f"该规则由 {family.capitalize()} 模型拟合；此模型只是架构相同，结果属于外推",
            )
        )
    factor = f"{ratio:g} · " if lora else ""
    return LearningRate(
        model=shape.name,
        family=family,
        hidden=shape.hidden,
        method=method.value,
        lora=lora,
        learning_rate=rate,
        low=rate,
        high=rate,
        ratio=ratio,
        formula=f"{factor}{BASE:g} · ({WIDTH} / {shape.hidden})^{power:g}",
        sources=(_RULE, _PAPER),
        notes=tuple(notes),
    )


def _practice(shape: Shape, method: Method, family: str, *, lora: bool) -> LearningRate:
    """Return what recipes use, where there is no formula."""
    start, low, high, source = _PRACTICE[method]
    ratio = LORA if lora else 1.0
    scale = 1.0 if lora else 1 / LORA
    notes = (
        Text(
            "published practice, no formula: nobody has fitted this method's rate by model width",
            "来自公开的实践而非公式：尚无人按模型宽度拟合该方法的学习率",
        ),
        Text(
            "the factor 10 over full fine-tuning holds in RL too (LoRA Without Regret; TRL's "
            "replication: 1e-5 against 1e-6); for other methods it is an assumption",
            "相对全量微调的 10 倍关系在强化学习中同样成立（LoRA Without Regret；TRL 的复现："
            "1e-5 对 1e-6）；对其他方法则是假设",
        ),
    )
    return LearningRate(
        model=shape.name,
        family=family,
        hidden=shape.hidden,
        method=method.value,
        lora=lora,
        learning_rate=start * scale,
        low=low * scale,
        high=high * scale,
        ratio=ratio,
        formula="published values" if lora else "published LoRA values / 10",
        sources=(source, _PAPER),
        notes=notes,
    )
