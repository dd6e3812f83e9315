"""``polyskill train sft|dpo|reward|grpo|rloo|distill``: train by a recipe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from ..language import tr
from ..options import Json, Quiet
from ..output import echo, fail, print_json, progress
from .launch import launch

__all__ = ["COMMANDS"]

_ABOUT = {
    "sft": tr(
        "Supervised fine-tuning: learn to write the completions of examples.",
        "监督微调：学习写出样本中的回答。",
    ),
    "dpo": tr(
        "Direct preference optimization: learn to prefer the chosen answers.",
        "直接偏好优化：学习偏好被选中的回答。",
    ),
    "reward": tr(
        "Train a reward model on pairs, and tell how many it orders rightly that it has not seen.",
        "用偏好对训练奖励模型，并报告其在未见过的偏好对上的准确率。",
    ),
    "grpo": tr(
        "Reinforcement learning by rewards relative to a group of answers.",
        "强化学习：以组内相对奖励为依据。",
    ),
    "rloo": tr(
        "Reinforcement learning with each answer's fellows as its baseline.",
        "强化学习：以同组其他回答的奖励为基线。",
    ),
    "distill": tr("Train a skill into the weights of a model.", "把技能训练进模型权重。"),
}


Config = Annotated[
    Path,
    typer.Argument(
        metavar=tr("CONFIG", "配置"),
        readable=False,  # what cannot be read is told as other mistakes in it are
        help=tr(
            "A YAML file; `polyskill train init` prints one",
            "YAML 文件；`polyskill train init` 可生成",
        ),
    ),
]
Changes = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar=tr("KEY=VALUE", "键=值"),
        help=tr(
            "Change a value of the file, e.g. optim.steps=100; repeatable",
            "改动文件中的一个值，如 optim.steps=100；可重复",
        ),
    ),
]
Out = Annotated[
    str | None,
    typer.Option(
        "--out",
        "-o",
        metavar=tr("FOLDER", "文件夹"),
        help=tr(
            "The run's folder; default: `out:` of the file",
            "训练记录的文件夹；默认为文件中的 `out:`",
        ),
    ),
]
Resume = Annotated[
    bool,
    typer.Option("--resume", help=tr("Go on from the last checkpoint", "从最后一个检查点继续")),
]
Backend = Annotated[
    str | None,
    typer.Option(
        "--backend",
        metavar="trl|tinker",
        help=tr(
            "Where to train; default: `backend:` of the file",
            "训练后端；默认为文件中的 `backend:`",
        ),
    ),
]
Launcher = Annotated[
    str | None,
    typer.Option(
        "--launch",
        metavar=tr("LAUNCHER", "启动器"),
        help=tr(
            'Several processes: "accelerate --num_processes 8" or "torchrun --nproc-per-node 8"',
            '多进程："accelerate --num_processes 8" 或 "torchrun --nproc-per-node 8"',
        ),
    ),
]


def _help(method: str) -> str:
    return tr(
        f"""{_ABOUT[method]}

polyskill train init {method} > {method}.yaml
polyskill train {method} {method}.yaml --set optim.steps=100
polyskill train {method} {method}.yaml --resume""",
        f"""{_ABOUT[method]}

polyskill train init {method} > {method}.yaml
polyskill train {method} {method}.yaml --set optim.steps=100
polyskill train {method} {method}.yaml --resume""",
    )


def _command(method: str) -> Any:
    def run(
        config: Config,
        change: Changes = None,
        out: Out = None,
        resume: Resume = False,
        backend: Backend = None,
        launcher: Launcher = None,
        json: Json = False,
        quiet: Quiet = False,
    ) -> None:
        """Train (see the help of the command)."""
        changes = [*(change or ()), *([f"backend={backend}"] if backend else ())]
        if launcher is not None:
            if json:
                fail(tr("`--json` does not go with `--launch`", "`--json` 不能与 `--launch` 同用"))
            status = launch(launcher, method, config, changes, out=out, resume=resume)
            if status:
                raise typer.Exit(status)
            return
        _train(method, config, changes, out=out, resume=resume, json=json, quiet=quiet)

    return run


def _train(
    method: str,
    config: Path,
    changes: Sequence[str],
    *,
    out: str | None,
    resume: bool,
    json: bool,
    quiet: bool,
) -> None:
    from polyskill.runtime.train.drive import MODEL
    from polyskill.runtime.train.main import execute
    from polyskill.runtime.train.record import read_run
    from polyskill.runtime.train.rewards.parting import why_stopped

    try:
        with progress(tr("training", "训练"), quiet=quiet or json) as update:

            def report(row: Mapping[str, Any]) -> None:
                if "said" in row:
                    echo(tr(row["said"]["en"], row["said"]["zh"]), err=True)
                update(int(row["step"]), int(row["of"]))

            folder = execute(method, config, changes=changes, out=out, resume=resume, report=report)
    except KeyboardInterrupt:
        echo(
            tr(
                "stopped after its step; `--resume` goes on",
                "已在当前步后停止；可用 `--resume` 继续",
            ),
            err=True,
        )
        raise
    found = read_run(folder)
    why = why_stopped(found.run)
    if why is not None:
        echo(tr(*why), err=True)
    if json:
        last = dict(found.metrics[-1]) if found.metrics else {}
        state = found.run["state"]
        print_json({"folder": str(folder), "model": str(folder / MODEL), "state": state} | last)
    elif not quiet:
        echo(_summary(found.metrics))
        echo(tr(f"model: {folder / MODEL}", f"模型：{folder / MODEL}"))
        echo(
            tr(
                f"next: polyskill train analyze {folder}",
                f"下一步：polyskill train analyze {folder}",
            )
        )


def _summary(metrics: Sequence[Mapping[str, Any]]) -> str:
    """``24 steps; loss 3.011 → 0.003``: how far, and each figure at its first and last step."""
    steps = max((row["step"] for row in metrics), default=0)
    parts = [tr(f"{steps} steps", f"{steps} 步")]
    for name in ("loss", "reward", "accuracy", "eval_loss"):
        values = [row[name] for row in metrics if name in row]
        if values:
            parts.append(f"{name} {values[0]:.4g} → {values[-1]:.4g}")
    return tr("; ", "；").join(parts)


#: Name, function and help of each command, as the group takes them.
COMMANDS = tuple((method, _command(method), _help(method)) for method in _ABOUT)
