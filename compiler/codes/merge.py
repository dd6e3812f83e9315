"""Findings about files that several writers share, and about the packages of some platforms."""

from __future__ import annotations

from ..diagnostics import Severity, define

__all__ = [
    "BLOCK_NAME",
    "JSON_CONFLICT",
    "JSON_DUPLICATE_KEY",
    "JSON_INVALID",
    "JSON_NOT_PLAIN",
    "JSON_TOO_DEEP",
    "KEY_CLASH",
    "MARKER_DAMAGED",
    "MARKER_IN_TEXT",
    "MIXED_PIECES",
    "NOT_UTF8",
    "PACKAGE_LICENSE",
    "PACKAGE_TOO_LARGE",
    "SHARED_TOO_LARGE",
]

MARKER_DAMAGED = define(
    "PS550",
    "marker-damaged",
    Severity.ERROR,
    message=(
        "the marker `{marker}` has no partner, stands twice or inside another block",
        "标记 `{marker}` 没有配对、重复出现或嵌套在另一个块中",
    ),
    why=(
        "Without a clean pair of markers nobody can tell which lines are polyskill's and which "
        "are yours, and a guess could delete your text.",
        "标记不成对时无法判断哪些行属于 polyskill、哪些是您的内容，猜测可能误删您的文字。",
    ),
    help=(
        "Repair or delete the `polyskill:begin` and `polyskill:end` lines of that block by hand, "
        "then run the command again.",
        "请手动修复或删除该块的 `polyskill:begin` 与 `polyskill:end` 行，然后重新运行命令。",
    ),
)
MARKER_IN_TEXT = define(
    "PS551",
    "marker-in-text",
    Severity.ERROR,
    message=(
        "line {number} of the text of `{name}` is itself a marker: `{marker}`",
        "`{name}` 的文本第 {number} 行本身就是标记：`{marker}`",
    ),
    why=(
        "Such a line inside a managed block would end the block early.",
        "受管块内出现这样的行会使该块提前结束。",
    ),
    help=(
        "Write the marker inside a sentence instead of on a line of its own.",
        "请把该标记写在句子中，不要单独成行。",
    ),
)
BLOCK_NAME = define(
    "PS552",
    "block-name",
    Severity.ERROR,
    message=(
        "`{name}` cannot name a managed block",
        "`{name}` 不能作为受管块的名称",
    ),
    why=(
        "The name stands in a comment of one line, so it must be printable, without `-->` and "
        "without spaces at its ends.",
        "名称写在单行注释里，因此必须可打印、不含 `-->`，首尾也不能有空格。",
    ),
    help=(
        "Give the skill a name of lower-case letters, digits and single hyphens.",
        "请为技能取一个由小写字母、数字和单个连字符组成的名称。",
    ),
)
NOT_UTF8 = define(
    "PS553",
    "shared-file-not-utf8",
    Severity.ERROR,
    message=("the file is UTF-16, so nothing can be put into it", "该文件是 UTF-16 编码，无法写入"),
    why=(
        "Assistants read their instruction and settings files as UTF-8.",
        "助手以 UTF-8 读取指令文件和设置文件。",
    ),
    help=("Save the file as UTF-8.", "请将该文件另存为 UTF-8。"),
)
JSON_INVALID = define(
    "PS554",
    "json-invalid",
    Severity.ERROR,
    message=("expected `{expected}`, found `{found}`", "应为 `{expected}`，实际为 `{found}`"),
    why=(
        "The file is not JSON (comments and trailing commas are allowed), so its owner cannot "
        "read it either, and it is left as it is.",
        "该文件不是有效的 JSON（允许注释和尾随逗号），其所属程序同样无法读取，因此保持原样。",
    ),
    help=(
        "Repair the file at that place, then run the command again.",
        "请修复该处，然后重新运行命令。",
    ),
)
JSON_TOO_DEEP = define(
    "PS555",
    "json-too-deep",
    Severity.ERROR,
    message=("nested deeper than {maximum} levels", "嵌套超过 {maximum} 层"),
    why=(
        "No settings file needs that many levels; such a file is made to exhaust its readers.",
        "正常的设置文件不需要这么多层，这类文件通常是为了耗尽解析器资源。",
    ),
    help=("Flatten the file.", "请减少该文件的嵌套层数。"),
)
JSON_DUPLICATE_KEY = define(
    "PS556",
    "json-duplicate-key",
    Severity.ERROR,
    message=("the key `{key}` stands twice", "键 `{key}` 重复出现"),
    why=(
        "Readers disagree on which of the two counts, so it is not clear which one to change.",
        "不同的读取程序对取哪一个并不一致，因此无法确定应修改哪一个。",
    ),
    help=("Delete one of the two.", "请删除其中一个。"),
)
JSON_CONFLICT = define(
    "PS557",
    "json-conflict",
    Severity.ERROR,
    message=(
        "`{key}` is `{present}` in the file, but `{wanted}` is needed",
        "文件中 `{key}` 为 `{present}`，但需要 `{wanted}`",
    ),
    why=(
        "polyskill does not overwrite a setting that it did not write.",
        "polyskill 不会覆盖并非由它写入的设置。",
    ),
    help=(
        "Change or remove that key in the file, or rename the server in the skill.",
        "请修改或删除文件中的该键，或在技能中重命名该服务。",
    ),
)
JSON_NOT_PLAIN = define(
    "PS558",
    "json-not-plain",
    Severity.ERROR,
    message=("the value cannot be written as JSON: {reason}", "该值无法写成 JSON：{reason}"),
    why=(
        "JSON has no dates, no infinity and no not-a-number.",
        "JSON 没有日期、无穷大和非数值。",
    ),
    help=("Write the value as a string.", "请把该值写成字符串。"),
)
MIXED_PIECES = define(
    "PS559",
    "mixed-pieces",
    Severity.ERROR,
    message=(
        "`{output}` is written in one way by `{other}` and in another by `{name}`; "
        "the piece of `{name}` is left out",
        "`{other}` 与 `{name}` 以不同的方式写入 `{output}`；已省略 `{name}` 的部分",
    ),
    why=(
        "A file is either a whole, or made of marked blocks, or a JSON document.",
        "一个文件要么是整体，要么由带标记的块组成，要么是 JSON 文档。",
    ),
    help=(
        "Rename the file in one of the two skills.",
        "请在其中一个技能里重命名该文件。",
    ),
)
KEY_CLASH = define(
    "PS560",
    "key-clash",
    Severity.ERROR,
    message=(
        "`{other}` and `{name}` want different values for `{key}` in `{output}`; "
        "the piece of `{name}` is left out",
        "`{other}` 与 `{name}` 对 `{output}` 中的 `{key}` 要求不同的值；已省略 `{name}` 的部分",
    ),
    why=(
        "The file has room for one value only, and the assistant would use it for both skills.",
        "该文件只能保存一个值，助手会把它用于两个技能。",
    ),
    help=(
        "Rename the server or the agent in one of the two skills.",
        "请在其中一个技能里重命名该服务或代理。",
    ),
)
SHARED_TOO_LARGE = define(
    "PS561",
    "shared-file-too-large",
    Severity.ERROR,
    message=(
        "`{output}` holds {size} {unit}, {over} more than the {maximum} that {title} takes; "
        "the largest share is that of `{name}` ({share})",
        "`{output}` 有 {size} {unit}，比 {title} 允许的 {maximum} 多 {over}；"
        "占比最大的是 `{name}`（{share}）",
    ),
    why=(
        "Beyond that size the assistant does this: {effect}. Nothing is cut here, because "
        "half an instruction can mean its opposite.",
        "超出后助手的行为：{effect}。这里不做截断，因为半条指令可能意思相反。",
    ),
    help=(
        "Build fewer skills as rules, or let the larger ones be skills, which load on demand.",
        "请减少以规则形式构建的技能，或让较大的技能以按需加载的技能形式构建。",
    ),
)
PACKAGE_TOO_LARGE = define(
    "PS562",
    "package-too-large",
    Severity.ERROR,
    message=(
        "the package `{name}` has {size} {unit} ({subject}); {title} takes {maximum}",
        "包 `{name}` 的{subject}为 {size} {unit}；{title} 最多接受 {maximum}",
    ),
    why=(
        "The registry refuses larger packages.",
        "注册中心会拒绝更大的包。",
    ),
    help=(
        "Move large files out of the skill's folder and link to them.",
        "请把大文件移出技能文件夹，改为链接。",
    ),
)
PACKAGE_LICENSE = define(
    "PS563",
    "package-license",
    Severity.INFO,
    message=(
        "the license of `{name}` is `{license}`, but all that is published on ClawHub is MIT-0",
        "`{name}` 的许可证是 `{license}`，但发布到 ClawHub 的内容一律为 MIT-0",
    ),
    why=(
        "ClawHub has no license per skill: whoever publishes there gives the work away under "
        "MIT-0, which drops the conditions of another license.",
        "ClawHub 没有单个技能的许可证：在那里发布即以 MIT-0 授权，原许可证的条件将不再有效。",
    ),
    help=(
        "Publish there only what you may give away under MIT-0.",
        "只发布您有权以 MIT-0 授权的内容。",
    ),
)
