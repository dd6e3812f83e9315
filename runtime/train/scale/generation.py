"""Keys of a configuration with which vLLM writes the answers of GRPO and RLOO (TRL 1.16)."""

from __future__ import annotations

from collections.abc import Sequence

from .rows import PER_NODE, Row

__all__ = ["PORT", "generation", "serve"]

#: trl's default port of the server (`vllm_server_port`).
PORT = 8000


def serve(model: str, gpus: int) -> str:
    """Return the line that starts a server on ``gpus`` GPUs, each with a copy of the model."""
    return (
        f"trl vllm-serve --model {model} --data-parallel-size {gpus} --host 0.0.0.0 --port {PORT}"
    )


def generation(gpus: int) -> Sequence[Row]:
    """Return the section to add to a configuration: beside training, or on a node of its own."""
    needed = Row("", "Needs: pip install 'trl[vllm]'", "需要：pip install 'trl[vllm]'")
    begin = (
        needed,
        Row("trainer:"),
        Row("  use_vllm: true"),
    )
    if gpus <= PER_NODE:
        return (
            *begin,
            Row(
                "  vllm_mode: colocate",
                "Writes and learns in turn on the same GPUs: none is idle. TRL reports 1.4 to 1.7\n"
                "times the speed of a server on GPUs of its own.",
                "在同一批 GPU 上轮流生成与训练，无闲置。TRL 报告其速度为\n"
                "独立服务器的 1.4 至 1.7 倍。",
            ),
            Row(
                "  vllm_gpu_memory_utilization: 0.3",
                "Share of the memory for weights and cache of vLLM (trl's default).",
                "vLLM 的权重与缓存占用的显存比例（trl 默认值）。",
            ),
            Row(
                "  vllm_enable_sleep_mode: true",
                "Gives that memory back while the model learns.",
                "训练时归还这部分显存。",
            ),
        )
    return (
        Row("", "On the node that writes the answers:", "在负责生成的节点上运行："),
        Row("", f"    {serve('MODEL', PER_NODE)}", f"    {serve('模型', PER_NODE)}"),
        *begin,
        Row(
            "  vllm_mode: server",
            "A node of its own writes; the weights are sent to it after each step.",
            "由独立节点生成，每步之后把权重发送过去。",
        ),
        Row(
            "  vllm_server_host: localhost",
            "The SLURM script overrides this by the name of the node.",
            "SLURM 脚本会改为该节点的名称。",
        ),
        Row(f"  vllm_server_port: {PORT}"),
        Row(
            "  vllm_server_timeout: 1200.0",
            "Seconds until the server is up; trl's 240 is short for reading a large model.",
            "等待服务器就绪的秒数；trl 默认 240，读取大模型时不够。",
        ),
    )
