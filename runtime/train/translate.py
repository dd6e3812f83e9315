"""Names that older versions, tutorials and other tools use, and what to write today.

Each row was seen to fail, or to be ignored, with trl 1.16 and transformers 5.23.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["DEPRECATED", "OLD_METHODS", "Advice", "gone", "old_method", "translate"]


@dataclass(frozen=True, slots=True)
class Advice:
    """What to write instead, in both languages."""

    en: str
    zh: str


def _moved(key: str, en: str = "", zh: str = "") -> Advice:
    why, why_zh = (f" ({en})" if en else ""), (f"（{zh}）" if zh else "")
    return Advice(f"is written `{key}` here{why}", f"在此应写作 `{key}`{why_zh}")


_LENGTH = _moved(
    "data.max_length",
    "trl 1.x has no `max_seq_length`; prompt and completion count together",
    "trl 1.x 已无 `max_seq_length`；提示与回答合并计长",
)
_WARMUP = _moved(
    "optim.warmup",
    "transformers 5.23 takes no `warmup_ratio`; below 1 it is a share of all steps, else steps",
    "transformers 5.23 已无 `warmup_ratio`；小于 1 表示占总步数的比例，否则表示步数",
)
_EVALUATION = _moved(
    "eval_every",
    "a number of steps; `evaluation_strategy` became `eval_strategy` and is set from it",
    "以步数计；`evaluation_strategy` 已改名 `eval_strategy`，由此项自动设置",
)
_TOKENIZER = Advice(
    "has no place: the tokenizer is loaded from `model.path` (`tokenizer=` is `processing_class=` "
    "in trl since 0.20, and the recipe sets it)",
    "无需设置：分词器从 `model.path` 加载（trl 自 0.20 起以 `processing_class=` 取代 "
    "`tokenizer=`，由训练脚本设置）",
)
_CHECKPOINTING = Advice(
    "is written `trainer.gradient_checkpointing`; trl turns it on by default, which is slower on a "
    "CPU (the recipe turns it off there)",
    "应写作 `trainer.gradient_checkpointing`；trl 默认开启，"
    "在 CPU 上更慢（训练脚本会在 CPU 上关闭）",
)
_PRECISION = _moved(
    "model.dtype",
    "`float32`, `bfloat16` or `float16`; trl's own default is bf16, also on a CPU",
    "取 `float32`、`bfloat16` 或 `float16`；trl 默认使用 bf16，在 CPU 上也是如此",
)
_JUDGES = Advice(
    "is gone: trl.experimental.judges was removed; use a `rubric` reward in `grpo.rewards`, or "
    "`polyskill train compare`",
    "已移除：trl.experimental.judges 不复存在；请在 `grpo.rewards` 中使用 `rubric` 奖励，或使用 "
    "`polyskill train compare`",
)
_TRUNCATION = Advice(
    'is gone from trl (`truncation_mode="keep_end"` is deprecated and leaves in 2.0); too long '
    "examples lose their end at `data.max_length`",
    'trl 正在移除此项（`truncation_mode="keep_end"` 已弃用，2.0 版删除）；过长样本在 '
    "`data.max_length` 处截去末尾",
)
_LIGER = Advice(
    "is deprecated in trl and leaves in 2.0; write `trainer.model_init_kwargs: {use_kernels: "
    "true}`",
    "trl 已弃用此项，2.0 版删除；请写 `trainer.model_init_kwargs: {use_kernels: true}`",
)
_PAD = Advice(
    "is deprecated in trl and leaves in 2.0; the tokenizer's own padding token is used",
    "trl 已弃用此项，2.0 版删除；使用分词器自带的填充符",
)
_REFERENCE = Advice(
    "has no place: with LoRA the reference is the model with its adapter off; without it, a copy",
    "无需设置：使用 LoRA 时，参考模型即关闭适配器后的模型；否则为其副本",
)
_REWARDS = _moved("grpo.rewards", "a list of names", "奖励名列表")
_LR_METHOD = Advice(
    "does not change the rate: with the 1/r scaling of LoRA the best rate hardly depends on the "
    "rank (LoRA Without Regret, 2025); write a number, or `learning_rate: auto`",
    "不影响学习率：LoRA 按 1/r 缩放，最佳学习率几乎与秩无关（LoRA Without Regret，2025）；"
    "请写数值或 `learning_rate: auto`",
)

_EVERYWHERE: Mapping[str, Advice] = {
    "max_seq_length": _LENGTH,
    "max_seq_len": _LENGTH,
    "cutoff_len": _LENGTH,
    "sequence_len": _LENGTH,
    "warmup_ratio": _WARMUP,
    "tokenizer": _TOKENIZER,
    "processing_class": _TOKENIZER,
    "evaluation_strategy": _EVALUATION,
    "judge": _JUDGES,
    "judges": _JUDGES,
    "use_liger": _LIGER,
    "ref_model": _REFERENCE,
    "reference_model": _REFERENCE,
    "reward_funcs": _REWARDS,
    "reward_functions": _REWARDS,
    "reward_model": _REWARDS,
    "lr_method": _LR_METHOD,
    "no_cuda": Advice(
        "is `trainer.use_cpu` now; without a GPU the recipe sets it",
        "现为 `trainer.use_cpu`；没有 GPU 时训练脚本会自动设置",
    ),
    "per_gpu_train_batch_size": _moved("optim.micro_batch"),
    "logging_dir": Advice(
        "is not needed: metrics are in `metrics.jsonl` of the run's folder; `trackers` adds others",
        "无需设置：指标写在运行文件夹的 `metrics.jsonl` 中；`trackers` 可添加其他追踪器",
    ),
    "dataset_text_field": _moved("data.fields: {text: NAME}"),
    "push_to_hub": Advice(
        "is not done by a recipe: the adapter stays in the run's folder",
        "训练脚本不上传模型：适配器保存在运行文件夹中",
    ),
}

#: Names that are right for the trainer but have a place of their own in a configuration.
_OURS: Mapping[str, Advice] = {
    "max_length": _moved("data.max_length"),
    "packing": _moved("data.packing"),
    "completion_only_loss": _moved("data.loss_on: completion"),
    "assistant_only_loss": _moved("data.loss_on: assistant"),
    "learning_rate": _moved("optim.learning_rate"),
    "lr": _moved("optim.learning_rate"),
    "per_device_train_batch_size": _moved(
        "optim.micro_batch",
        "examples that a device holds at once; `optim.batch_size` is what one step sees",
        "单个设备一次处理的样本数；`optim.batch_size` 是每步的样本总数",
    ),
    "gradient_accumulation_steps": _moved(
        "optim.batch_size",
        "what one step sees; the accumulation follows from `optim.micro_batch`",
        "每步的样本总数；累积次数由 `optim.micro_batch` 推算",
    ),
    "max_steps": _moved("optim.steps"),
    "num_train_epochs": _moved("optim.epochs"),
    "warmup_steps": _moved("optim.warmup"),
    "lr_scheduler_type": _moved("optim.schedule"),
    "weight_decay": _moved("optim.weight_decay"),
    "seed": _moved("optim.seed"),
    "bf16": _PRECISION,
    "fp16": _PRECISION,
    "activation_checkpointing": _CHECKPOINTING,
    "truncation_mode": _TRUNCATION,
    "use_liger_kernel": _LIGER,
    "pad_token": _PAD,
    "output_dir": _moved("out"),
    "eval_steps": _moved("eval_every"),
    "eval_strategy": _EVALUATION,
    "save_steps": _moved("save_every"),
    "save_strategy": _moved("save_every"),
    "report_to": _moved("trackers"),
    "gradient_checkpointing": _CHECKPOINTING,
    "lora_r": _moved("lora.rank"),
    "r": _moved("lora.rank"),
    "lora_rank": _moved("lora.rank"),
    "lora_alpha": _moved("lora.alpha"),
    "lora_dropout": _moved("lora.dropout"),
    "target_modules": _moved("lora.targets"),
    "lora_target_modules": _moved("lora.targets"),
    "num_generations": _moved("grpo.group"),
    "max_completion_length": _moved("grpo.max_new_tokens"),
    "max_new_tokens": _moved("grpo.max_new_tokens"),
    "scale_rewards": _moved("grpo.variant"),
    "loss_type": Advice(
        "is written `dpo.loss` for DPO and `grpo.variant` for GRPO here",
        "在此应写作 `dpo.loss`（DPO）或 `grpo.variant`（GRPO）",
    ),
    "beta": Advice(
        "belongs into the section of the method: `dpo.beta`, `grpo.beta`, `rloo.beta`",
        "应写在方法自己的小节中：`dpo.beta`、`grpo.beta`、`rloo.beta`",
    ),
    "base_model": _moved("model.path"),
    "model_name": _moved("model.path"),
    "model_name_or_path": _moved("model.path"),
    "dataset": _moved("data.train"),
    "dataset_name": _moved("data.train", "a local file", "本地文件"),
    "train_file": _moved("data.train"),
    "datasets": _moved("data.train"),
}

#: Fields that trl 1.16 still takes with a warning, and 2.0 will not.
DEPRECATED: Mapping[str, Advice] = {
    "truncation_mode": _TRUNCATION,
    "use_liger_kernel": _LIGER,
    "pad_token": _PAD,
}

_PROMPT_LENGTH = Advice(
    "is gone from trl 1.x for this method; prompt and completion count together in "
    "`data.max_length`",
    "trl 1.x 的该方法已无此项；提示与回答合并计入 `data.max_length`",
)
_PROMPT_LENGTH_RL = Advice(
    "is gone from trl 1.x for this method; long prompts are left out by `data.max_length`, "
    "completions end at `max_new_tokens` of the method's section",
    "trl 1.x 的该方法已无此项；提示长度由 `data.max_length` 控制，回答长度由方法小节的 "
    "`max_new_tokens` 控制",
)

#: Methods that a configuration may name and that are not run; and what to use instead.
OLD_METHODS: Mapping[str, Advice] = {
    "ppo": Advice(
        "`ppo` is gone from trl (no PPOTrainer since 1.0, nor in trl.experimental); use `grpo` or "
        "`rloo`, or `backend: tinker` with `method: grpo` and `grpo.variant: ppo`",
        "trl 已移除 `ppo`（1.0 起没有 PPOTrainer，trl.experimental 中也没有）；"
        "请改用 `grpo` 或 `rloo`，或使用 `backend: tinker`，"
        "配合 `method: grpo` 与 `grpo.variant: ppo`",
    ),
    "rm": Advice("is written `reward`", "应写作 `reward`"),
    "reward_model": Advice("is written `reward`", "应写作 `reward`"),
    "reward_modeling": Advice("is written `reward`", "应写作 `reward`"),
    "orpo": Advice(
        "`orpo` is only in trl.experimental; use `dpo`",
        "`orpo` 仅存于 trl.experimental；请改用 `dpo`",
    ),
    "cpo": Advice(
        "`cpo` is only in trl.experimental; use `dpo`",
        "`cpo` 仅存于 trl.experimental；请改用 `dpo`",
    ),
    "simpo": Advice(
        "`simpo` is only in trl.experimental (CPO); use `dpo`",
        "`simpo` 仅存于 trl.experimental（CPO）；请改用 `dpo`",
    ),
    "kto": Advice(
        "`kto` is no recipe here; make pairs and use `dpo`",
        "此处没有 `kto`；请构造偏好对并改用 `dpo`",
    ),
    "ipo": Advice(
        "is `method: dpo` with `dpo.loss: ipo`", "应写 `method: dpo` 并设 `dpo.loss: ipo`"
    ),
    "gspo": Advice(
        "is `method: grpo` with `grpo.variant: gspo`",
        "应写 `method: grpo` 并设 `grpo.variant: gspo`",
    ),
    "dapo": Advice(
        "is `method: grpo` with `grpo.variant: dapo`",
        "应写 `method: grpo` 并设 `grpo.variant: dapo`",
    ),
    "sdft": Advice(
        "is `method: distill` with `distill.mode: on-policy`",
        "应写 `method: distill` 并设 `distill.mode: on-policy`",
    ),
}


def old_method(name: str) -> Advice | None:
    """Return, as whole sentences, what to use instead of a method that has no recipe here."""
    found = OLD_METHODS.get(name.lower())
    if found is None:
        return None
    quoted = f"`{name.lower()}`"
    en, zh = (text if quoted in text else f"{quoted} {text}" for text in (found.en, found.zh))
    return Advice(en, zh)


def gone(key: str, method: str) -> Advice | None:
    """Return what to write instead of a name that no trainer of today takes, else None."""
    return translate(key, method, key) if key not in _OURS else None


def translate(key: str, method: str, whole: str) -> Advice | None:
    """Return what to write instead of ``key``, or None where it is no known old name.

    ``whole`` is the dotted key: a name that a section knows under another is moved there.
    """
    if key == "max_prompt_length":
        return _PROMPT_LENGTH_RL if method in ("grpo", "rloo") else _PROMPT_LENGTH
    found = _EVERYWHERE.get(key) or _OURS.get(key)
    if found is None or f"`{whole}`" in found.en:
        return None
    return found
