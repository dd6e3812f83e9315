"""Findings of a build run (PS6xx)."""

from __future__ import annotations

from ..diagnostics import Severity, define

__all__ = [
    "DUPLICATE_NAME",
    "INTERNAL",
    "IN_THE_WAY",
    "NOTHING_TO_BUILD",
    "NOT_WRITTEN",
    "OUTPUT_COLLISION",
    "PREVIOUS_OUTPUT_KEPT",
]

DUPLICATE_NAME = define(
    "PS600",
    "duplicate-skill-name",
    Severity.ERROR,
    message=(
        "skill `{name}` is also defined by `{other}`; this one is not built",
        "技能 `{name}` 已由 `{other}` 定义；此处的不会构建",
    ),
    why=(
        "Assistants list one skill per name, and two would overwrite each other's files.",
        "助手按名称识别技能，两个同名技能会互相覆盖文件。",
    ),
    help=(
        "Rename one of the two: change `name` and the folder.",
        "请重命名其中一个：修改 `name` 和所在文件夹。",
    ),
)
OUTPUT_COLLISION = define(
    "PS601",
    "output-collision",
    Severity.ERROR,
    message=(
        "`{output}` is written by `{other}` and by `{name}` with other contents",
        "`{output}` 同时由 `{other}` 和 `{name}` 写出，且内容不同",
    ),
    why=(
        "Only one of the two files can be there (upper and lower case count as the same name); "
        "the other one would be lost without a word.",
        "同一路径只能保留一个文件（大小写视为同名），另一个会悄无声息地丢失。",
    ),
    help=(
        "Rename the command, agent or rule in one of the two skills.",
        "请在其中一个技能里重命名该命令、代理或规则。",
    ),
)
IN_THE_WAY = define(
    "PS602",
    "file-in-the-way",
    Severity.ERROR,
    message=(
        "`{output}` exists and was not written by polyskill; it is left as it is",
        "`{output}` 已存在且不是 polyskill 写入的，保持原样",
    ),
    why=(
        "A file that polyskill did not write may be somebody's work.",
        "不是 polyskill 写入的文件可能是他人的成果。",
    ),
    help=(
        "Choose another output folder with `-o`, move the file, or overwrite it with `--force`.",
        "请用 `-o` 换一个输出目录、移走该文件，或用 `--force` 覆盖。",
    ),
)
NOT_WRITTEN = define(
    "PS603",
    "cannot-write",
    Severity.ERROR,
    message=("`{output}` cannot be written: {reason}", "无法写入 `{output}`：{reason}"),
    why=(
        "The operating system refused; what was there before is untouched.",
        "操作系统拒绝写入；原有内容未受影响。",
    ),
    help=(
        "Check the permissions and the free space, then build again.",
        "请检查权限和剩余空间，然后重新构建。",
    ),
)
PREVIOUS_OUTPUT_KEPT = define(
    "PS604",
    "previous-output-kept",
    Severity.WARNING,
    message=(
        "skill `{name}` has errors; the output of its last good build is kept",
        "技能 `{name}` 有错误；保留上一次成功构建的输出",
    ),
    why=(
        "Removing what worked would punish everybody who uses it for a mistake in the source.",
        "若因源文件的错误删除可用的输出，会影响所有使用者。",
    ),
    help=(
        "Repair the errors that are listed and build again.",
        "请修复列出的错误后重新构建。",
    ),
)
NOTHING_TO_BUILD = define(
    "PS605",
    "nothing-to-build",
    Severity.ERROR,
    message=("no skill found in `{path}`", "在 `{path}` 中没有找到技能"),
    why=(
        "A folder with a SKILL.md, a plugin, a rule file or a bilingual skill file is expected.",
        "应为包含 SKILL.md 的文件夹、插件、规则文件或双语技能文件。",
    ),
    help=(
        "Check the path, or start a skill with `polyskill new NAME`.",
        "请检查路径，或用 `polyskill new 名称` 新建一个技能。",
    ),
)
INTERNAL = define(
    "PS699",
    "internal-error",
    Severity.ERROR,
    message=(
        "polyskill failed on this source: {reason}",
        "polyskill 处理该源文件时出错：{reason}",
    ),
    why=(
        "This is a mistake in polyskill, not in your file; the other skills are not affected.",
        "这是 polyskill 的缺陷，与您的文件无关；其他技能不受影响。",
    ),
    help=(
        "Report it with the file and this line; `POLYSKILL_DEBUG=1` prints the traceback.",
        "请附上该文件和本行信息反馈；设置 `POLYSKILL_DEBUG=1` 可打印堆栈。",
    ),
)
