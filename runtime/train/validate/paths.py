"""Whether the files that a configuration names are there."""

from __future__ import annotations

from pathlib import Path

from ..sections import Run
from .finding import Report

__all__ = ["check_paths"]


def check_paths(run: Run, report: Report) -> bool:
    """Check the files that a run reads and the folder that it writes; return whether data is there.

    Paths are relative to the current directory.
    """
    _model(run, report)
    if run.model.chat_template:
        _file(run.model.chat_template, "model.chat_template", report)
    skill = run.method_options.get("skill")
    if skill and not Path(skill).exists():
        report.error("path", "distill.skill", f"`{skill}` is not there", f"`{skill}` 不存在")
    out = Path(run.out)
    if out.is_dir() and any(out.iterdir()):
        report.warning(
            "out",
            "out",
            f"`{run.out}` is not empty: go on with `--resume`, or name another folder",
            f"`{run.out}` 非空：请用 `--resume` 继续，或换一个文件夹",
        )
    elif out.exists() and not out.is_dir():
        report.error("out", "out", f"`{run.out}` is a file", f"`{run.out}` 是文件")
    there = [_file(run.data.train, "data.train", report)]
    if run.data.eval is not None:
        there.append(_file(run.data.eval, "data.eval", report))
        if Path(run.data.eval).resolve() == Path(run.data.train).resolve():
            report.error(
                "overlap",
                "data.eval",
                "is the training file: name examples that are not trained on",
                "与训练文件相同：请指定不参与训练的样本",
            )
    return all(there)


def _model(run: Run, report: Report) -> None:
    path = Path(run.model.path).expanduser()
    if path.is_dir() and not (path / "config.json").is_file():
        report.error(
            "path",
            "model.path",
            f"`{run.model.path}` holds no `config.json`: it is no model in Hugging Face form",
            f"`{run.model.path}` 中没有 `config.json`：不是 Hugging Face 格式的模型",
        )
    elif path.is_file() and path.suffix != ".gguf":
        report.error(
            "path",
            "model.path",
            f"`{run.model.path}` is a file; a folder or a .gguf file is needed",
            f"`{run.model.path}` 是文件；应为文件夹或 .gguf 文件",
        )
    elif not path.exists() and not _hub_name(run.model.path):
        report.error(
            "path",
            "model.path",
            f"`{run.model.path}` is not there; paths are relative to the current directory",
            f"`{run.model.path}` 不存在；路径相对于当前目录",
        )
    elif not path.exists():
        report.advice(
            "hub",
            "model.path",
            f"`{run.model.path}` is not here and is taken for a name on the hub: tokens are "
            "estimated, and its chat template is not checked",
            f"本地没有 `{run.model.path}`，视为 Hub 上的模型名：词元数为估计值，且未校验对话模板",
        )


def _hub_name(name: str) -> bool:
    """`owner/model`, which may also be a path; a path of ours is there, or has another form."""
    parts = name.split("/")
    return len(parts) == 2 and all(parts) and not name.startswith((".", "~", "models/"))


def _file(name: str, key: str, report: Report) -> bool:
    if Path(name).is_file():
        return True
    report.error(
        "path",
        key,
        f"`{name}` is no file here; paths are relative to the current directory",
        f"此处没有文件 `{name}`；路径相对于当前目录",
    )
    return False
