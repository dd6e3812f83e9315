"""Findings about changing many files at once, all or none (PS95x)."""

from __future__ import annotations

from ..diagnostics import Severity, define

__all__ = [
    "CHANGED_MEANWHILE",
    "JOURNAL_DAMAGED",
    "LOCKED",
    "NOT_APPLIED",
    "PATH_NOT_ALLOWED",
    "THROUGH_LINK",
    "UNEXPECTED_THERE",
    "UNFINISHED",
    "UNFINISHED_UNDO",
    "USER_VERSION_KEPT",
]

LOCKED = define(
    "PS950",
    "locked",
    Severity.ERROR,
    message=(
        "another polyskill has been at work in `{root}` for {seconds} s",
        "另一个 polyskill 已在 `{root}` 中运行 {seconds} 秒",
    ),
    why=(
        "Two commands that change one folder at the same time would mix their files.",
        "两个命令同时修改一个文件夹会使文件混杂。",
    ),
    help=(
        "Wait until the other command has finished, or end it, then run this one again.",
        "请等待另一个命令结束（或终止它），然后重新运行。",
    ),
)
CHANGED_MEANWHILE = define(
    "PS951",
    "changed-meanwhile",
    Severity.ERROR,
    message=(
        "`{output}` was changed or removed by somebody else; nothing was changed",
        "`{output}` 已被他人修改或删除；未做任何更改",
    ),
    why=(
        "The command was planned for other contents, and going on would lose this change.",
        "命令是按原先的内容规划的，继续执行会丢失这一修改。",
    ),
    help=(
        "Run the command again: it looks at the file as it is now.",
        "请重新运行命令，它会按文件现在的内容处理。",
    ),
)
UNEXPECTED_THERE = define(
    "PS952",
    "unexpected-there",
    Severity.ERROR,
    message=(
        "`{output}` is in the way; nothing was changed",
        "`{output}` 挡住了写入；未做任何更改",
    ),
    why=(
        "polyskill did not put it there, so it may be somebody's work.",
        "它不是 polyskill 放置的，可能是他人的成果。",
    ),
    help=(
        "Move or rename it, then run the command again.",
        "请移走或重命名它，然后重新运行命令。",
    ),
)
THROUGH_LINK = define(
    "PS953",
    "through-symbolic-link",
    Severity.ERROR,
    message=(
        "`{output}` leads through the symbolic link `{link}`; it is not followed",
        "`{output}` 经过符号链接 `{link}`；不会跟随该链接",
    ),
    why=(
        "A link can lead out of the folder, and files there belong to somebody else.",
        "链接可能指向文件夹之外，那里的文件属于他人。",
    ),
    help=(
        "Replace the link by a real folder or file, or work in the folder it points to.",
        "请用真实的文件夹或文件替换该链接，或在其指向的文件夹中操作。",
    ),
)
NOT_APPLIED = define(
    "PS954",
    "not-applied",
    Severity.ERROR,
    message=(
        "the system refused at `{output}`: {reason}; all files are as they were",
        "系统在 `{output}` 处拒绝操作：{reason}；所有文件保持原样",
    ),
    why=(
        "All files of a command are changed or none, so that no assistant reads half an update.",
        "一个命令的文件要么全部更改、要么全部不变，以免助手读到一半的更新。",
    ),
    help=(
        "Check the permissions and the free space, then run the command again.",
        "请检查权限和剩余空间，然后重新运行命令。",
    ),
)
UNFINISHED = define(
    "PS955",
    "unfinished",
    Severity.ERROR,
    message=(
        "the system refused at `{output}`: {reason}; the next command completes the change",
        "系统在 `{output}` 处拒绝操作：{reason}；下一个命令会完成此次更改",
    ),
    why=(
        "Not all files could be changed, nor could they be put back; what is needed for the "
        "rest is kept in `.polyskill/transaction`.",
        "部分文件未能更改，也未能恢复；剩余操作所需的内容保存在 `.polyskill/transaction` 中。",
    ),
    help=(
        "Check the permissions and the free space, then run any command there. "
        "Leave `.polyskill/transaction` alone until then.",
        "请检查权限和剩余空间，然后在此处运行任意命令；在此之前请勿改动 `.polyskill/transaction`。",
    ),
)
UNFINISHED_UNDO = define(
    "PS956",
    "unfinished-undo",
    Severity.ERROR,
    message=(
        "the system refused at `{output}`: {reason}; the next command restores the old files",
        "系统在 `{output}` 处拒绝操作：{reason}；下一个命令会恢复原来的文件",
    ),
    why=(
        "Not all files could be changed and not all could be put back; what is needed for the "
        "rest is kept in `.polyskill/transaction`.",
        "部分文件未能更改，也未能全部恢复；剩余操作所需的内容保存在 `.polyskill/transaction` 中。",
    ),
    help=(
        "Check the permissions and the free space, then run any command there. "
        "Leave `.polyskill/transaction` alone until then.",
        "请检查权限和剩余空间，然后在此处运行任意命令；在此之前请勿改动 `.polyskill/transaction`。",
    ),
)
JOURNAL_DAMAGED = define(
    "PS957",
    "journal-damaged",
    Severity.ERROR,
    message=(
        "the journal `{output}` of an interrupted command cannot be read: {reason}",
        "被中断命令的日志 `{output}` 无法读取：{reason}",
    ),
    why=(
        "It is written whole or not at all, so the disk or another program has damaged it, "
        "and a guess could delete files.",
        "日志总是完整写入的，因此是磁盘或其他程序损坏了它，猜测可能误删文件。",
    ),
    help=(
        "Look into the folder beside it: `old` holds the files that were replaced, `new` those "
        "that were to come. Move them where you want them, then delete the folder.",
        "请查看其所在的文件夹：`old` 是被替换的文件，`new` 是将要写入的文件。"
        "请移到所需位置后删除该文件夹。",
    ),
)
USER_VERSION_KEPT = define(
    "PS958",
    "user-version-kept",
    Severity.WARNING,
    message=(
        "`{output}` was changed after an interrupted command; that version is in `{saved}`",
        "`{output}` 在命令中断后被修改过；该版本保存在 `{saved}`",
    ),
    why=(
        "The interrupted command was finished first, and your bytes are never overwritten.",
        "系统先处理完被中断的命令，您的内容不会被覆盖。",
    ),
    help=(
        "Compare the two and delete the one that you do not need.",
        "请比较两者，并删除不需要的一个。",
    ),
)
PATH_NOT_ALLOWED = define(
    "PS959",
    "path-not-allowed",
    Severity.ERROR,
    message=(
        "`{output}` cannot be changed in one step with the rest; nothing was changed",
        "`{output}` 无法与其余文件一起更改；未做任何更改",
    ),
    why=(
        "Each file is named once, relative to the folder, without `..`, and not as a folder at "
        "the same time; `.polyskill/transaction` is reserved.",
        "每个文件只能出现一次，使用相对路径，不含 `..`，且不能同时作为文件夹；"
        "`.polyskill/transaction` 为保留路径。",
    ),
    help=(
        "Rename the file in the skill.",
        "请在技能中重命名该文件。",
    ),
)
