"""Configurations of accelerate 1.15: how many processes, and what each of them holds."""

from __future__ import annotations

from collections.abc import Sequence

from .rows import PER_NODE, Row

__all__ = ["KINDS", "accelerate"]

_FSDP2 = (
    Row("distributed_type: FSDP"),
    Row(
        "fsdp_config:",
        "Weights, gradients and optimizer are split over all GPUs (PyTorch's fully_shard).",
        "权重、梯度与优化器状态切分到所有 GPU（PyTorch 的 fully_shard）。",
    ),
    Row(
        "  fsdp_version: 2",
        "Splits each parameter by itself, so frozen weights and adapters mix; 1 is on its way out.",
        "逐参数切分，冻结权重与适配器可以并存；版本 1 即将淘汰。",
    ),
    Row(
        "  fsdp_reshard_after_forward: true",
        "Frees a layer's weights after its forward pass: least memory (ZeRO-3). false: ZeRO-2.",
        "前向之后即释放该层权重，最省显存（相当于 ZeRO-3）；false 相当于 ZeRO-2。",
    ),
    Row(
        "  fsdp_auto_wrap_policy: TRANSFORMER_BASED_WRAP",
        "One unit a layer; the layer's class is taken from the model (`_no_split_modules`).",
        "每层为一个切分单元；层的类名取自模型（`_no_split_modules`）。",
    ),
    Row(
        "  fsdp_cpu_ram_efficient_loading: true",
        "Only the first process of the run reads the weights; the others receive theirs.",
        "仅首个进程读取权重，再分发给其他进程。",
    ),
    Row(
        "  fsdp_state_dict_type: FULL_STATE_DICT",
        "The saved adapter is one file that any number of GPUs can load.",
        "保存的适配器为单个文件，任意数量的 GPU 均可加载。",
    ),
    Row(
        "  fsdp_activation_checkpointing: false",
        "The recipes let the trainer recompute (`trainer.gradient_checkpointing`); not both.",
        "重计算由训练器负责（`trainer.gradient_checkpointing`），二者不可同时开启。",
    ),
    Row(
        "  fsdp_offload_params: false",
        "true keeps weights in the memory of the host: slow, for models that fit no other way.",
        "true 表示权重放在主机内存：很慢，仅在别无他法时使用。",
    ),
)


def _deepspeed(stage: int) -> tuple[Row, ...]:
    about = (
        (
            "Gradients and optimizer are split; each GPU holds all weights (arXiv 1910.02054).",
            "切分梯度与优化器状态，每个 GPU 持有全部权重（ZeRO，arXiv 1910.02054）。",
        )
        if stage == 2
        else (
            "Weights are split, too: for models that one GPU cannot hold (ZeRO, arXiv 1910.02054).",
            "权重也切分：用于单个 GPU 放不下的模型（ZeRO，arXiv 1910.02054）。",
        )
    )
    rows = (
        Row(
            "distributed_type: DEEPSPEED",
            "Needs: pip install deepspeed",
            "需要：pip install deepspeed",
        ),
        Row("deepspeed_config:", *about),
        Row(f"  zero_stage: {stage}"),
        Row("  offload_optimizer_device: none"),
        Row("  offload_param_device: none"),
        Row(
            "  deepspeed_multinode_launcher: standard",
            "Each node is started by itself (srun); the default, pdsh, wants ssh between nodes.",
            "各节点自行启动（srun）；默认的 pdsh 需要节点间 ssh。",
        ),
    )
    if stage == 2:
        return rows
    return (
        *rows,
        Row(
            "  zero3_init_flag: true",
            "Weights are split while they are read: no GPU ever holds the whole model.",
            "读取时即切分权重，任何 GPU 都不会持有完整模型。",
        ),
        Row(
            "  zero3_save_16bit_model: true",
            "Gathers the weights when they are saved; else the saved model is in pieces.",
            "保存时汇总权重，否则保存的模型是碎片。",
        ),
    )


_DDP = (
    Row(
        "distributed_type: MULTI_GPU",
        "Each GPU holds the whole model. First choice for LoRA on a model that fits: only the\n"
        "gradients of an adapter travel.",
        "每个 GPU 持有完整模型。模型放得下时，LoRA 首选此项：只需传输适配器的梯度。",
    ),
)
KINDS = {"ddp": _DDP, "fsdp2": _FSDP2, "zero2": _deepspeed(2), "zero3": _deepspeed(3)}
_ONE = (Row("distributed_type: 'NO'", "One process, one GPU.", "单进程，单 GPU。"),)


def accelerate(kind: str, gpus: int) -> Sequence[Row]:
    """Return the rows of a configuration file of accelerate.

    Raises:
        KeyError: the kind is none of :data:`KINDS`.
    """
    nodes = max(1, gpus // PER_NODE)
    rows = KINDS[kind] if gpus > 1 else _ONE
    shared = (
        Row("compute_environment: LOCAL_MACHINE"),
        *rows,
        Row(
            f"num_processes: {gpus}",
            "One a GPU, over all nodes. `optim.batch_size` is a multiple of this × `micro_batch`.",
            "所有节点合计，每个 GPU 一个进程。\n"
            "`optim.batch_size` 须为此数 × `micro_batch` 的倍数。",
        ),
        Row(f"num_machines: {nodes}"),
    )
    if nodes > 1:
        shared += (
            Row(
                "machine_rank: 0",
                "The SLURM script overrides this, and says which node is the first.",
                "由 SLURM 脚本覆盖，首节点也由其指定。",
            ),
            Row("rdzv_backend: static"),
            Row("same_network: true"),
        )
    return (
        *shared,
        Row(
            "mixed_precision: bf16",
            "Range of float32, so no loss scaling; needs an A100 or later.",
            "数值范围同 float32，无需损失缩放；需要 A100 或更新的 GPU。",
        ),
    )
