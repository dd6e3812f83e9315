"""What Tinker cannot do of what a configuration may say, told before anything costs money.

Facts: the SDK's own signatures and loss names (tinker 0.38, ``types/loss_fn_type.py`` and
``ServiceClient.create_lora_training_client``).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import TrainError
from ..rewards.make import needs_policy

if TYPE_CHECKING:
    from ..sections import Run

__all__ = ["LOSSES", "TARGETS", "check", "refusals"]

#: Variants of policy gradients, and the loss of the server that each is.
LOSSES = {
    **{name: name for name in ("ppo", "importance_sampling", "cispo", "gspo", "dro")},
    **dict.fromkeys(("grpo", "dapo", "dr_grpo"), "ppo"),
}
#: Which parts of a model get an adapter: (mlp, attention).
TARGETS = {"all-linear": (True, True), "mlp": (True, False), "attention": (False, True)}
_ALPHA = 32.0  # of the server's adapters
_DPO = {"sigmoid", "hinge"}

Refuse = Callable[[str, str, str], None]


def refusals(run: Run) -> list[tuple[str, str, str]]:
    """Return (key, why in English, why in Chinese) for all that cannot be done there."""
    found: list[tuple[str, str, str]] = []

    def refuse(key: str, en: str, zh: str) -> None:
        found.append((key, en, zh))

    _of_method(run, refuse)
    _of_model(run, refuse)
    if run.data.packing:
        refuse(
            "data.packing",
            "is the server's own business: take it out",
            "由服务端自行处理，请删去",
        )
    for name in run.trainer:
        refuse(
            f"trainer.{name}",
            "is an option of TRL, which does not train here: take it out",
            "是 TRL 的选项，此处不由 TRL 训练，请删去",
        )
    if run.trackers:
        refuse(
            "trackers",
            "report through TRL only: take them out; the run's folder has all figures",
            "仅能通过 TRL 上报，请删去；所有数据都在运行文件夹中",
        )
    return found


def check(run: Run) -> None:
    """Refuse what cannot be done.

    Raises:
        TrainError: with everything at once.
    """
    found = refusals(run)
    if found:
        en = "; ".join(f"`{key}` {why}" for key, why, _ in found)
        zh = "；".join(f"`{key}` {why}" for key, _, why in found)
        raise TrainError(
            f"`backend: tinker` cannot do this: {en}", f"`backend: tinker` 无法做到：{zh}"
        )


def _of_method(run: Run, refuse: Refuse) -> None:
    options = run.method_options
    if run.method == "reward" or options.get("mode") == "on-policy":
        refuse(
            "method",
            f"{run.method} has no loss there (sft, dpo, grpo, rloo and off-policy distill have): "
            "set `backend: trl`",
            f"{run.method} 在服务端没有对应的损失（支持 sft、dpo、grpo、rloo 与 off-policy "
            "distill）：请设 `backend: trl`",
        )
    if run.method == "dpo" and not set(options["loss"]) <= _DPO:
        refuse(
            "dpo.loss",
            "can be sigmoid or hinge there; others need `backend: trl`",
            "在服务端可用 sigmoid 或 hinge；其他损失请用 `backend: trl`",
        )
    if run.method not in ("grpo", "rloo"):
        return
    if options.get("variant", "ppo") not in LOSSES:
        names = ", ".join(LOSSES)
        refuse(
            "grpo.variant",
            f"`{options['variant']}` is none of the server's ({names})",
            f"`{options['variant']}` 不在服务端支持之列（{names}）",
        )
    if options["beta"]:
        refuse(
            f"{run.method}.beta",
            "must be 0: the server adds no divergence from a reference to the loss",
            "须为 0：服务端不会把与参考模型的散度加入损失",
        )
    if options["iterations"] != 1:
        refuse(
            f"{run.method}.iterations",
            "must be 1: each step trains on fresh answers",
            "须为 1：每一步都用新的回答训练",
        )
    if needs_policy(options["rewards"]):
        refuse(
            f"{run.method}.rewards",
            "cannot be graded by the initial policy itself, which is not here: give the reward "
            "`options: {judge: PROVIDER/MODEL}`",
            "无法由初始策略自行评分（模型不在本机）：请为该奖励设置 "
            "`options: {judge: 提供方/模型}`",
        )
    if run.data.eval:
        refuse(
            "data.eval",
            f"is not measured for {run.method} there; `{run.method}.held_out` names a judge",
            f"在服务端不对 {run.method} 测量；可用 `{run.method}.held_out` 指定评审模型",
        )


def _of_model(run: Run, refuse: Refuse) -> None:
    if run.model.path.endswith(".gguf") or Path(run.model.path).expanduser().exists():
        refuse(
            "model.path",
            f"`{run.model.path}` is on this machine: write the name of a model that Tinker serves, "
            "such as Qwen/Qwen3-8B",
            f"`{run.model.path}` 位于本机：请写 Tinker 提供的模型名，如 Qwen/Qwen3-8B",
        )
    if run.model.revision:
        refuse("model.revision", "is chosen by the server", "由服务端决定")
    if run.lora is None:
        refuse(
            "lora",
            "null trains all weights, which the server does not: it trains adapters",
            "为 null 表示训练全部权重，而服务端只训练适配器",
        )
        return
    if run.lora.alpha != _ALPHA:
        refuse("lora.alpha", "is 32 on the server", "在服务端固定为 32")
    if run.lora.dropout:
        refuse("lora.dropout", "is 0 on the server", "在服务端固定为 0")
    if not isinstance(run.lora.targets, str) or run.lora.targets not in TARGETS:
        refuse(
            "lora.targets",
            f"can be {', '.join(TARGETS)} there",
            f"在服务端可为 {'、'.join(TARGETS)}",
        )
