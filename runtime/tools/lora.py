"""How many parameters LoRA trains, exactly.

Hu 2021 (arXiv 2106.09685), section 4.1: a map of d inputs and k outputs gets A (r × d) and
B (k × r), so r·(d + k) parameters. Where there are experts, implementations disagree on what shares
a matrix; :class:`Convention` names them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from .errors import ToolError
from .numbers import whole
from .shape import Group, Linear, Shape
from .text import Text

__all__ = ["Convention", "LoraCount", "chosen", "count_lora"]


class Convention(StrEnum):
    """What one adapter of an expert layer is.

    * per-expert: each of gate, up and down has its own pair in each expert;
    * shared-outer: the matrix on the hidden dimension is shared by all experts of a layer
      (Tinker, ``hyperparam_utils.py`` of tinker-cookbook 0.6.1);
    * peft-parameters: PEFT 0.21 with ``target_parameters``, on transformers 5, where gate and up
      are one tensor of all experts and share A;
    * peft-all-linear: PEFT 0.21 with ``target_modules="all-linear"`` there, which also doubles the
      rank of that tensor. Measured on the meta device.

    Without experts all of them are the same.
    """

    PER_EXPERT = "per-expert"
    SHARED_OUTER = "shared-outer"
    PEFT_PARAMETERS = "peft-parameters"
    PEFT_ALL_LINEAR = "peft-all-linear"


@dataclass(frozen=True, slots=True)
class LoraCount:
    """What LoRA trains. ``total`` counts the adapters too, as PEFT's "all params" does."""

    model: str
    rank: int
    expert_rank: int
    convention: str
    layers: str
    trainable: int
    base: int
    total: int
    share: float
    by_module: dict[str, int]
    formula: str
    sources: tuple[str, ...]
    notes: tuple[Text, ...]


_SETS: dict[str, frozenset[Group]] = {
    "all-linear": frozenset({Group.ATTENTION, Group.MLP, Group.EXPERTS}),
    "attention": frozenset({Group.ATTENTION}),
    "mlp": frozenset({Group.MLP, Group.EXPERTS}),
}
#: Where ``all-linear`` reaches the experts as ``PEFT_ALL_LINEAR`` says, by measurement.
_ALL_LINEAR_REACHES = frozenset({"mixtral", "qwen3_moe"})


def chosen(
    shape: Shape, layers: str = "all-linear", *, unembed: bool = False, router: bool = False
) -> tuple[Linear, ...]:
    """Return the maps that get adapters.

    ``layers`` is ``all-linear`` (without the router and the unembedding), ``attention``, ``mlp``
    (with the experts), or names with commas between, of which the last part is enough:
    ``q_proj,v_proj``, ``experts.down_proj``.

    Raises:
        ToolError: a name is none of the model's.
    """
    names = [name.strip() for name in layers.split(",") if name.strip()]
    wanted: set[str] = set()
    for name in names or [""]:
        groups = _SETS.get(name, frozenset())
        found = {
            one.name
            for one in shape.linears
            if one.group in groups or name in (one.name, one.name.rpartition(".")[2])
        }
        if not found:
            known = ", ".join([*_SETS, *(one.name for one in shape.linears)])
            raise ToolError(
                f"{shape.name} has no layers `{name[:60]}`; choose from: {known}",
                f"{shape.name} 没有名为 `{name[:60]}` 的层；可选：{known}",
            )
        wanted |= found
    extra = {Group.UNEMBED} if unembed else set()
    extra |= {Group.ROUTER} if router else set()
    return tuple(one for one in shape.linears if one.name in wanted or one.group in extra)


def count_lora(
    shape: Shape,
    rank: int = 16,
    *,
    layers: str = "all-linear",
    convention: Convention = Convention.PER_EXPERT,
    expert_rank: int | None = None,
    unembed: bool = False,
    router: bool = False,
) -> LoraCount:
    """Count what LoRA at a rank trains.

    ``expert_rank`` is the rank in the experts; default: the same. "LoRA Without Regret" divides
    the rank by the number of active experts there, which no library does by itself.

    Raises:
        ToolError: a rank is no whole number above 0, ``layers`` names what is not there, or the
            convention is not known to hold for the model type.
    """
    rank = whole("rank", rank, most=10**6)
    inner = rank if expert_rank is None else whole("expert rank", expert_rank, most=10**6)
    maps = chosen(shape, layers, unembed=unembed, router=router)
    experts = [one for one in maps if one.group is Group.EXPERTS]
    if convention is Convention.PEFT_ALL_LINEAR and experts:
        _check_reach(shape)
    plain = [one for one in maps if one.group is not Group.EXPERTS]
    by_module = {one.name: one.layers * _pair(one, rank) for one in plain}
    by_module |= _EXPERTS[convention](experts, inner)
    trainable = sum(by_module.values())
    return LoraCount(
        model=shape.name,
        rank=rank,
        expert_rank=inner,
        convention=convention.value,
        layers=layers,
        trainable=trainable,
        base=shape.parameters,
        total=shape.parameters + trainable,
        share=trainable / (shape.parameters + trainable),
        by_module=by_module,
        formula="Σ layers · r · (inputs + outputs)",
        sources=(
            "Hu 2021, arXiv 2106.09685, section 4.1",
            f"{shape.source} (shape)",
            *(_CHECKED[convention] if experts else _CHECKED[Convention.PEFT_ALL_LINEAR]),
        ),
        notes=tuple(_notes(shape, maps, experts, rank, inner)),
    )


def _pair(one: Linear, rank: int) -> int:
    return rank * (one.inputs + one.outputs)


def _per_expert(maps: Sequence[Linear], rank: int) -> dict[str, int]:
    return {one.name: one.layers * one.experts * _pair(one, rank) for one in maps}


def _shared_outer(maps: Sequence[Linear], rank: int) -> dict[str, int]:
    counts = {}
    for one in maps:
        outer, inner = (one.outputs, one.inputs) if one.joins else (one.inputs, one.outputs)
        counts[one.name] = one.layers * rank * (outer + one.experts * inner)
    return counts


def _fused(maps: Sequence[Linear], rank: int, gate_up_rank: int) -> dict[str, int]:
    counts: dict[str, int] = {}
    joined = [one for one in maps if not one.joins]
    if len(joined) == 1:
        raise ToolError(
            "PEFT's adapters of experts reach gate and up together: name both, or neither, or "
            "choose `per-expert`",
            "PEFT 的专家适配器同时作用于 gate 和 up：请两者都选、都不选，或改用 `per-expert`",
        )
    if joined:
        first = joined[0]
        outputs = sum(one.outputs for one in joined)
        size = first.layers * first.experts * gate_up_rank * (first.inputs + outputs)
        counts["experts.gate_up_proj"] = size
    return counts | _per_expert([one for one in maps if one.joins], rank)


_EXPERTS: dict[Convention, Callable[[Sequence[Linear], int], dict[str, int]]] = {
    Convention.PER_EXPERT: _per_expert,
    Convention.SHARED_OUTER: _shared_outer,
    Convention.PEFT_PARAMETERS: lambda maps, rank: _fused(maps, rank, rank),
    Convention.PEFT_ALL_LINEAR: lambda maps, rank: _fused(maps, rank, 2 * rank),
}


_PEFT = ("counts equal to those of PEFT 0.21.2 on the meta device",)
_CHECKED: dict[Convention, tuple[str, ...]] = {
    Convention.PER_EXPERT: (),
    Convention.SHARED_OUTER: ("counts equal to tinker-cookbook 0.6.1, hyperparam_utils.py",),
    Convention.PEFT_PARAMETERS: _PEFT,
    Convention.PEFT_ALL_LINEAR: _PEFT,
}


def _check_reach(shape: Shape) -> None:
    if shape.family not in _ALL_LINEAR_REACHES:
        known = ", ".join(sorted(_ALL_LINEAR_REACHES))
        raise ToolError(
            f"what PEFT's all-linear adapts in a {shape.family} is only a part of it (measured "
            "with 0.21.2: in a gpt_oss the attention alone, in others some experts without their "
            f"shared ones); the convention holds for {known}. Choose `peft-parameters`, or name "
            "the layers, e.g. `--layers attention`",
            f"PEFT 的 all-linear 只能适配 {shape.family} 的一部分（以 0.21.2 实测：gpt_oss 仅适配"
            f"注意力，其他类型会漏掉共享专家）；该约定仅对 {known} 成立。请改用 "
            "`peft-parameters`，或指明层，如 `--layers attention`",
        )


def _notes(
    shape: Shape, maps: Sequence[Linear], experts: Sequence[Linear], rank: int, inner: int
) -> list[Text]:
    notes = []
    if shape.sparse and not any(one.group is Group.ROUTER for one in maps):
        notes.append(
            Text(
                "the router is left out; PEFT's all-linear may adapt it, unless `exclude_modules` "
                "names it",
                "不含路由器；PEFT 的 all-linear 可能会适配它，可用 `exclude_modules` 排除",
            )
        )
    if experts and inner == rank:
        active = experts[0].active
        notes.append(
            Text(
                "in experts the full rank is counted; LoRA Without Regret uses rank / active "
                f"experts ({rank}/{active}), which is `--expert-rank {max(1, rank // active)}`",
                "专家按完整的秩计数；LoRA Without Regret 使用 秩 ÷ 激活专家数"
                f"（{rank}/{active}），即 `--expert-rank {max(1, rank // active)}`",
            )
        )
    if shape.family in {"deepseek_v3", "kimi_k2"}:
        notes.append(
            Text(
                "Tinker's table counts q_a_proj, kv_a_proj_with_mqa and o_proj of the attention, "
                "not q_b_proj and kv_b_proj",
                "Tinker 的表格在注意力中只计 q_a_proj、kv_a_proj_with_mqa 和 o_proj，"
                "不计 q_b_proj 与 kv_b_proj",
            )
        )
    small = [one.name for one in maps if rank > min(one.inputs, one.outputs)]
    if small:
        names = ", ".join(small)
        notes.append(
            Text(
                f"rank {rank} is more than these maps have: {names}",
                f"秩 {rank} 超过了这些矩阵本身的秩：{names}",
            )
        )
    if shape.tied and any(one.group is Group.UNEMBED for one in maps):
        notes.append(
            Text(
                "embedding and unembedding are tied: an adapter on lm_head works on one of them",
                "输入与输出嵌入共享权重：lm_head 上的适配器只作用于其中之一",
            )
        )
    return notes
