"""What `polyskill doctor` finds besides changed files (PS995 to PS998)."""

from __future__ import annotations

from ..diagnostics import Severity, define

__all__ = ["BOTH_SCOPES", "INTERRUPTED", "NOT_INSTALLED_FOR", "SEEN_TWICE"]

INTERRUPTED = define(
    "PS995",
    "command-interrupted",
    Severity.WARNING,
    message=("a command was interrupted in `{place}`", "`{place}` 中有命令被中断"),
    why=(
        "Its work is either complete or undone as soon as the next command begins.",
        "下一条命令开始时，会先完成或撤销它的工作。",
    ),
    help=(
        "Run any command that writes, for example `polyskill sync`.",
        "运行任意一条写入命令即可，例如 `polyskill sync`。",
    ),
)
SEEN_TWICE = define(
    "PS996",
    "seen-twice",
    Severity.WARNING,
    message=(
        "{client} finds `{name}` in {folders}, and they differ",
        "{client} 在 {folders} 中都找到 `{name}`，且内容不同",
    ),
    why=(
        "Which copy it takes may be left to chance, or it lists both.",
        "它采用哪一份可能全凭偶然，或者两份都列出。",
    ),
    help=(
        "Remove the copy that polyskill did not install, or install the skill for {client} too.",
        "请删除并非由 polyskill 安装的那一份，或同时为 {client} 安装该技能。",
    ),
)
NOT_INSTALLED_FOR = define(
    "PS997",
    "not-installed-for",
    Severity.INFO,
    message=(
        "`{name}` is not installed for {client}, which is in use here",
        "`{name}` 没有为此处使用的 {client} 安装",
    ),
    why=(
        "It may find the skill in another assistant's folder all the same.",
        "它仍可能在其他助手的文件夹中找到该技能。",
    ),
    help=(
        "If you want it there: `polyskill install {name} --to {id}`, with the skill's source.",
        "如有需要，请对该技能的来源运行 `polyskill install … --to {id}`。",
    ),
)
BOTH_SCOPES = define(
    "PS998",
    "in-both-scopes",
    Severity.WARNING,
    message=(
        "`{name}` is installed in this project and under the home folder",
        "`{name}` 同时安装在当前项目和主目录中",
    ),
    why=(
        "Some assistants take the one of the project, some the other, some list both.",
        "有的助手采用项目中的，有的采用主目录中的，有的两份都列出。",
    ),
    help=(
        "Take one of them out: `polyskill uninstall {name} --scope user`.",
        "请卸载其中一个：`polyskill uninstall {name} --scope user`。",
    ),
)
