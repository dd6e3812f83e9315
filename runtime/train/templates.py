"""Configurations to start from: every value with its reason and where that comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

__all__ = ["TEMPLATES", "template"]


class _Row(NamedTuple):
    """A line of YAML and the remark above it."""

    line: str
    en: str = ""
    zh: str = ""


_MODEL = (
    _Row(
        "model:",
        "A folder in Hugging Face form, a .gguf file, or a name on the hub.",
        "Hugging Face 格式的文件夹、.gguf 文件或 Hub 上的模型名。",
    ),
    _Row("  path: models/my-model"),
    _Row(
        "  dtype: auto",
        "bfloat16 on a GPU, float32 on a CPU. (trl's own default is bf16 everywhere.)",
        "GPU 上为 bfloat16，CPU 上为 float32（trl 自身默认处处使用 bf16）。",
    ),
)
_ADAPTER = (
    _Row(
        "  alpha: 32",
        "Scaled by 1/rank, so that one learning rate fits all ranks (LoRA Without Regret, 2025).",
        "按 1/rank 缩放，同一学习率适用于各种秩（LoRA Without Regret，2025）。",
    ),
    _Row(
        "  targets: all-linear",
        "All layers: attention alone falls behind even at equal size (LoRA Without Regret). The\n"
        "router of a mixture of experts is left alone, though `all-linear` of PEFT would take it.",
        "所有线性层：仅训练注意力层，即使参数量相同也更差（LoRA Without Regret）。\n"
        "混合专家模型的路由不参与训练，而 PEFT 的 `all-linear` 会包含它。",
    ),
)
_RATE = (
    "By family and width, ten times that of full fine-tuning (LoRA Without Regret;\n"
    "tinker-cookbook 0.6 get_lr). Families without a published rule need a number: see `polyskill\n"
    "tools lr`.",
    "按模型系列与宽度计算，约为全量微调的十倍（LoRA Without Regret；\n"
    "tinker-cookbook 0.6 get_lr）。没有公开规则的系列须填数值：可用 `polyskill tools lr` 查询。",
)
_MICRO = _Row(
    "  micro_batch: 1",
    "What one device holds at once; the rest is accumulated.",
    "单个设备一次处理的样本数，其余通过梯度累积完成。",
)
_SCHEDULE = _Row(
    "  schedule: constant",
    "The published sweeps behind the rate use a constant one (LoRA Without Regret).",
    "上述学习率所依据的实验使用恒定学习率（LoRA Without Regret）。",
)
_SMALL_BATCH = (
    "Small: LoRA loses more to a large batch than full fine-tuning does; trl's guide says < 32.",
    "宜小：批量过大时 LoRA 的损失大于全量微调；trl 指南建议小于 32。",
)


def _data(example: str, example_zh: str, *more: _Row) -> tuple[_Row, ...]:
    return (
        _Row("data:", example, example_zh),
        _Row("  train: train.jsonl"),
        _Row(
            "  # eval: test.jsonl",
            "Examples that are not trained on; overlap with the training file is reported.",
            "不参与训练的样本；若与训练文件重叠，校验时会指出。",
        ),
        *more,
    )


def _lora(rank: int, en: str, zh: str) -> tuple[_Row, ...]:
    return (_Row("lora:", en, zh), _Row(f"  rank: {rank}"), *_ADAPTER)


def _optim(rate: str, why: tuple[str, str], *more: _Row) -> tuple[_Row, ...]:
    return (_Row("optim:", *why), _Row(f"  learning_rate: {rate}"), *more, _SCHEDULE)


def _policy(method: str, group: int, why: tuple[str, str], beta: _Row) -> tuple[_Row, ...]:
    return (
        _Row(f"{method}:", *why),
        _Row(f"  group: {group}"),
        _Row("  max_new_tokens: 512"),
        _Row("  temperature: 1.0"),
        beta,
        _Row(
            "  rewards:",
            "A weighted sum of math, code, format, length, rubric, custom:file.py:function,\n"
            "skill:FOLDER. `math` compares with the column `answer`.",
            "以下奖励的加权和：math、code、format、length、rubric、custom:file.py:function、\n"
            "skill:文件夹。`math` 与列 `answer` 比较。",
        ),
        _Row("    - math"),
    )


_LENGTH = _Row(
    "  max_length: 1024",
    "Tokens of prompt and completion together; what is longer loses its end.",
    "提示与回答合计的词元数；超出部分从末尾截去。",
)
_PAIRS = (
    'Lines of {"prompt": …, "chosen": …, "rejected": …}.',
    '每行形如 {"prompt": …, "chosen": …, "rejected": …}。',
)
_PROMPTS = (
    'Lines of {"prompt": …, "answer": …}; rewards read the further columns.',
    '每行形如 {"prompt": …, "answer": …}；奖励会读取其余各列。',
)
_RL_RANK = (
    "Policy gradients learn O(1) bit an episode, so a small rank does: 1 to 32 (LoRA Without\n"
    "Regret; trl's replication).",
    "策略梯度每个回合只学到 O(1) 比特，小秩即可：1 至 32（LoRA Without Regret；trl 的复现）。",
)
_RL_RATE = (
    "Ten times the 1e-6 of full fine-tuning (trl's replication with SmolLM3-3B). Completions a\n"
    "step: a multiple of the group.",
    "全量微调 1e-6 的十倍（trl 以 SmolLM3-3B 复现）。批量为每步的回答数，须是组大小的整数倍。",
)

TEMPLATES: Mapping[str, Sequence[_Row]] = {
    "sft": (
        *_MODEL,
        *_data(
            'Lines of {"prompt": …, "completion": …}, {"messages": […]} or {"text": …}.',
            '每行形如 {"prompt": …, "completion": …}、{"messages": […]} 或 {"text": …}。',
            _LENGTH,
            _Row(
                "  loss_on: completion",
                "Only the completion is learnt; `all` learns the prompt too.",
                "仅学习回答部分；`all` 表示也学习提示。",
            ),
        ),
        *_lora(
            32,
            "tinker-cookbook's default; up to 256 for large data sets (trl's guide).",
            "tinker-cookbook 的默认值；大数据集可用到 256（trl 指南）。",
        ),
        *_optim("auto", _RATE, _Row("  batch_size: 8", *_SMALL_BATCH), _MICRO, _Row("  epochs: 1")),
    ),
    "dpo": (
        *_MODEL,
        *_data(*_PAIRS, _LENGTH),
        *_lora(
            32,
            "The reference is the model with this adapter off: no second copy is loaded.",
            "参考模型即关闭该适配器后的模型，无需加载第二份。",
        ),
        *_optim(
            "1.0e-5",
            (
                "tinker-cookbook's rate for DPO with LoRA.",
                "tinker-cookbook 对 LoRA 版 DPO 的建议。",
            ),
            _Row("  batch_size: 8", *_SMALL_BATCH),
            _MICRO,
            _Row("  epochs: 1"),
        ),
        _Row("dpo:"),
        _Row(
            "  beta: 0.1",
            "How dear it is to leave the reference (Rafailov 2023; default of trl and Tinker).",
            "偏离参考模型的代价（DPO，Rafailov 2023；trl 与 Tinker 的默认值）。",
        ),
        _Row("  loss: sigmoid"),
    ),
    "reward": (
        *_MODEL,
        *_data(*_PAIRS, _LENGTH),
        *_lora(
            32,
            "The head that gives the score is trained whole beside the adapter.",
            "输出分数的头部与适配器一同训练，且为全参数。",
        ),
        *_optim(
            "1.0e-4",
            (
                "trl's default for reward models; a run on SmolLM2-135M learnt with it.",
                "trl 奖励模型的默认值；SmolLM2-135M 实测可以学到。",
            ),
            _Row("  batch_size: 8", *_SMALL_BATCH),
            _MICRO,
            _Row("  epochs: 1"),
        ),
        _Row("reward:"),
        _Row(
            "  center: 0.01",
            "Keeps scores around zero (Eisenstein 2023; recommended by trl).",
            "使分数保持在零附近（Eisenstein 2023；trl 推荐值）。",
        ),
    ),
    "grpo": (
        *_MODEL,
        *_data(*_PROMPTS),
        *_lora(8, *_RL_RANK),
        *_optim(
            "1.0e-5",
            _RL_RATE,
            _Row("  batch_size: 32"),
            _Row("  micro_batch: 8"),
            _Row("  steps: 100"),
        ),
        *_policy(
            "grpo",
            8,
            (
                "Eight answers a prompt (trl's default); where all earn the same,\n"
                "nothing is learnt.",
                "每个提示生成八个回答（trl 默认值）；若八个得分相同，则学不到东西。",
            ),
            _Row(
                "  beta: 0.0",
                "No penalty for leaving the reference: trl's default, and no reference is loaded.",
                "不惩罚偏离参考模型：trl 的默认值，且无需加载参考模型。",
            ),
        ),
        _Row(
            "  variant: dapo",
            "dapo (trl's default), dr_grpo, gspo, cispo, …; `grpo` itself favours long answers.",
            "dapo（trl 默认值）、dr_grpo、gspo、cispo 等；原始 `grpo` 偏向长回答。",
        ),
    ),
    "rloo": (
        *_MODEL,
        *_data(*_PROMPTS),
        *_lora(8, *_RL_RANK),
        *_optim(
            "1.0e-5",
            _RL_RATE,
            _Row("  batch_size: 32"),
            _Row("  micro_batch: 8"),
            _Row("  steps: 100"),
        ),
        *_policy(
            "rloo",
            4,
            (
                "Each answer is measured against the others (trl's default is 2; 4 is steadier).",
                "每个回答与同组其余回答比较（trl 默认 2；取 4 更稳定）。",
            ),
            _Row("  beta: 0.05", "trl's default for RLOO.", "trl 对 RLOO 的默认值。"),
        ),
    ),
    "distill": (
        *_MODEL,
        *_data(
            'Off-policy: lines of {"prompt": …, "completion": …}, answers recorded with the skill\n'
            "(`polyskill eval`). On-policy: prompts alone do.",
            'off-policy：每行形如 {"prompt": …, "completion": …}，即使用技能时录得的回答\n'
            "（`polyskill eval`）。on-policy：只需提示。",
            _LENGTH,
        ),
        *_lora(
            32,
            "tinker-cookbook's prompt distillation uses 32.",
            "tinker-cookbook 的提示蒸馏使用 32。",
        ),
        *_optim(
            "1.0e-4",
            ("tinker-cookbook's prompt distillation.", "取自 tinker-cookbook 的提示蒸馏。"),
            _Row("  batch_size: 8", *_SMALL_BATCH),
            _MICRO,
            _Row("  epochs: 4"),
        ),
        _Row("distill:"),
        _Row(
            "  mode: off-policy",
            "on-policy (OPCD, arXiv 2602.12275) keeps more of what the model knew; its teacher is\n"
            "the model with the skill in its prompt, so the model must be able to follow it.",
            "on-policy（OPCD，arXiv 2602.12275）更能保留原有能力；其教师是提示中带技能的\n"
            "同一模型，因此模型须能遵循该技能。",
        ),
        _Row("  # skill: skills/my-skill", "on-policy needs it.", "on-policy 须指定。"),
    ),
}
_HEADS = {
    "sft": ("Supervised fine-tuning with LoRA.", "LoRA 监督微调。"),
    "dpo": ("Direct preference optimization with LoRA.", "LoRA 直接偏好优化（DPO）。"),
    "reward": ("A Bradley–Terry reward model with LoRA.", "LoRA 训练 Bradley–Terry 奖励模型。"),
    "grpo": ("Group-relative policy optimization with LoRA.", "LoRA 组相对策略优化（GRPO）。"),
    "rloo": ("REINFORCE leave-one-out with LoRA.", "LoRA 留一法 REINFORCE（RLOO）。"),
    "distill": ("A skill into the weights, with LoRA.", "用 LoRA 把技能蒸馏进权重。"),
}

_WATCHED = (
    _Row(
        "eval_every: 0",
        "Steps between evaluations, and checkpoints; 0: at the end only.",
        "每多少步评估、保存一次；0 表示仅在结束时。",
    ),
    _Row("save_every: 50"),
)
_ANSWERED = _Row(
    "samples: 4",
    "Prompts (held out, if `data.eval` names any) that the model answers before training, at each\n"
    "evaluation and at the end, into samples.jsonl; 0: none.",
    "训练前、每次评估时与结束时让模型回答的提示数（有 `data.eval` 则取自其中），\n"
    "写入 samples.jsonl；0 表示不记录。",
)
_SCORED = _Row(
    "samples: 4",
    "Pairs (held out, if there are any) whose scores are written before training, at each\n"
    "evaluation and at the end, into samples.jsonl; 0: none.",
    "训练前、每次评估时与结束时写入 samples.jsonl 的偏好对及其分数的数目\n"
    "（优先取留出样本）；0 表示不记录。",
)
#: Of the methods that do not generate anyway.
_SAMPLES = {
    "sft": (_ANSWERED,),
    "dpo": (_ANSWERED,),
    "distill": (_ANSWERED,),
    "reward": (_SCORED,),
}


def template(method: str, lang: str) -> str:
    """Return the commented configuration of a method; ``lang`` is ``en`` or ``zh``.

    Raises:
        KeyError: there is no such method.
    """
    chinese = lang == "zh"
    head = _HEADS[method][chinese]
    check = "先校验，再训练：" if chinese else "Check it, then train:"
    lines = [
        f"# {head}",
        f"# {check}",
        "#     polyskill train validate FILE.yaml",
        f"#     polyskill train {method} FILE.yaml",
        f"method: {method}",
        f"out: runs/{method}",
    ]
    for row in TEMPLATES[method]:
        if not row.line.startswith(" "):
            lines.append("")
        indent = row.line[: len(row.line) - len(row.line.lstrip())]
        remark = row.zh if chinese else row.en
        lines += [f"{indent}# {said}" for said in remark.splitlines()]
        lines.append(row.line)
    for line, en, zh in (*_WATCHED, *_SAMPLES.get(method, ())):
        remark = zh if chinese else en
        lines += ["", *(f"# {said}" for said in remark.splitlines())] if remark else []
        lines.append(line)
    return "\n".join(lines) + "\n"
