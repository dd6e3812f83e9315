"""A job script of SLURM: starts, ends and goes on again by itself."""

from __future__ import annotations

from collections.abc import Sequence

from .generation import PORT, serve
from .rows import PER_NODE, Row

__all__ = ["slurm"]


def slurm(method: str, kind: str, gpus: int) -> Sequence[Row]:
    """Return the rows of a job script for a method, with a configuration of accelerate.

    GRPO and RLOO on several nodes get one node more, on which vLLM writes the answers.
    """
    nodes = max(1, gpus // PER_NODE)
    server = method in ("grpo", "rloo") and nodes > 1
    return (
        Row("#!/bin/bash"),
        *_ask(method, nodes + server, min(gpus, PER_NODE)),
        Row(""),
        Row("set -euo pipefail"),
        Row(
            f"config=${{CONFIG:-{method}.yaml}}",
            "All of them on a file system that every node sees.",
            "这些路径须位于所有节点共享的文件系统。",
        ),
        Row(f"out=${{OUT:-runs/{method}}}"),
        Row(
            f"processes=${{ACCELERATE:-{kind}.yaml}}",
            f"polyskill train launch {kind} --gpus {gpus} > {kind}.yaml",
            f"polyskill train launch {kind} --gpus {gpus} > {kind}.yaml",
        ),
        Row(""),
        Row(
            'mapfile -t nodes < <(scontrol show hostnames "$SLURM_JOB_NODELIST")',
            "The first node is where the processes meet.",
            "各进程在首个节点汇合。",
        ),
        Row("export first=${nodes[0]} port=$((20000 + SLURM_JOB_ID % 10000))"),
        Row(
            "export HF_HUB_OFFLINE=1 PYTHONUNBUFFERED=1",
            "The nodes of a cluster often reach no hub: fetch models before.",
            "计算节点往往无法访问 Hub：请事先下载模型。",
        ),
        Row("more=()"),
        Row(
            'if compgen -G "$out/checkpoints/step-*" > /dev/null; then more+=(--resume); fi',
            "Started again by requeue, or by hand: go on from the last whole checkpoint.",
            "无论自动重新排队还是手动重启，都从最后一个完整检查点继续。",
        ),
        *(_server() if server else ()),
        Row(""),
        Row(
            'again() { scontrol requeue "$SLURM_JOB_ID"; }',
            "Time is nearly up: queue again. Processes that train together do not save on a\n"
            "signal (they might stop in different steps): `save_every` is what can be lost.",
            "时间将尽：重新排队。共同训练的各进程不会在收到信号时保存（可能停在不同的步），\n"
            "因此最多损失 `save_every` 步。",
        ),
        Row("trap again USR1"),
        Row(
            "trap 'kill -TERM $(jobs -p) 2> /dev/null; exit 143' TERM",
            "Preempted or cancelled: SLURM itself queues again what was preempted.",
            "被抢占或取消：被抢占的作业由 SLURM 自动重新排队。",
        ),
        Row(""),
        *_train(method, nodes),
    )


def _ask(method: str, nodes: int, gpus: int) -> tuple[Row, ...]:
    return (
        Row(f"#SBATCH --job-name={method}"),
        Row(f"#SBATCH --nodes={nodes}"),
        Row("#SBATCH --ntasks-per-node=1"),
        Row(f"#SBATCH --gpus-per-node={gpus}"),
        Row("#SBATCH --time=24:00:00"),
        Row("#SBATCH --output=%x-%j.log"),
        Row("#SBATCH --open-mode=append"),
        Row("#SBATCH --requeue"),
        Row("#SBATCH --signal=B:USR1@300"),
        Row(
            "",
            "One task a node: accelerate starts a process for each GPU. Add your own partition,\n"
            "account, memory and `--cpus-per-task`. USR1 comes 300 s before the time is up.",
            "每节点一个任务：由 accelerate 为每个 GPU 启动进程。请自行添加分区、账户、内存与\n"
            "`--cpus-per-task`。USR1 在时限前 300 秒发出。",
        ),
    )


def _server() -> tuple[Row, ...]:
    return (
        Row(""),
        Row(
            "model=${MODEL:?}",
            "The last node writes the answers: `model.path` of the configuration.",
            "最后一个节点负责生成：填写配置中的 `model.path`。",
        ),
        Row("writer=${nodes[-1]}"),
        Row('srun --nodes=1 --ntasks=1 --nodelist="$writer" --output="%x-%j-vllm.log" \\'),
        Row("  " + serve('"$model"', PER_NODE) + " &"),
        Row("more+=(--set trainer.use_vllm=true --set trainer.vllm_mode=server)"),
        Row(f'more+=(--set "trainer.vllm_server_base_url=http://$writer:{PORT}")'),
        Row('export train_on; train_on=$(IFS=,; echo "${nodes[*]::${#nodes[@]}-1}")'),
    )


def _train(method: str, nodes: int) -> tuple[Row, ...]:
    server = method in ("grpo", "rloo") and nodes > 1
    where = f"--nodes={nodes} --ntasks={nodes}" + (' --nodelist="$train_on"' if server else "")
    rank = (
        " --machine_rank $SLURM_PROCID --main_process_ip $first --main_process_port $port"
        if nodes > 1
        else ""
    )
    return (
        Row("export config out processes"),
        Row(
            f"srun {where} --kill-on-bad-exit=1 bash -c '",
            "In the background, as bash runs no trap while it waits for a command. The rank is\n"
            "set on the node, hence the single quotes.",
            "放在后台运行，因为 bash 在等待前台命令时不执行 trap。\n"
            "节点序号须在各节点上展开，故用单引号。",
        ),
        Row(f'  exec polyskill train {method} "$config" --out "$out" "$@" \\'),
        Row(f'    --launch "accelerate --config_file $processes{rank}"'),
        Row('\' train "${more[@]}" &'),
        Row("training=$!"),
        Row('wait "$training" && status=0 || status=$?'),
        Row(
            'if ((status > 128)); then wait "$training" && status=0 || status=$?; fi',
            "A trap ends the first wait early.",
            "trap 会使首次 wait 提前返回。",
        ),
        Row(
            "kill $(jobs -p) 2> /dev/null || true",
            "The server has no end of its own.",
            "服务器不会自行结束。",
        ),
        Row('exit "$status"'),
    )
