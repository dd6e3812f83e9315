"""Findings about platforms and their limits (PS500 to PS549)."""

from __future__ import annotations

from ..diagnostics import Severity, define

__all__ = [
    "BODY_OVER_BUDGET",
    "BODY_OVER_LIMIT",
    "BODY_SPLIT",
    "DESCRIPTION_SHORTENED",
    "INSTRUCTIONS_OVER_LIMIT",
    "RENAMED",
    "SERVER_LEFT_OUT",
]

BODY_OVER_LIMIT = define(
    "PS500",
    "body-over-limit",
    Severity.ERROR,
    message=(
        "the text of `{name}` for `{platform}` is {size} {unit} and cannot be split below {limit}",
        "技能 `{name}` 面向 `{platform}` 的正文有 {size} {unit}，拆分后仍超过上限 {limit}",
    ),
    why=(
        "The client drops what goes beyond its limit, and the assistant never sees it.",
        "超出上限的部分会被客户端丢弃，助手永远看不到。",
    ),
    help=(
        "Shorten the text, give it headings to split at, or move parts into `references/`.",
        "请精简正文、添加可供拆分的标题，或把部分内容移到 `references/`。",
    ),
)
BODY_SPLIT = define(
    "PS501",
    "body-split",
    Severity.INFO,
    message=(
        "the text of `{name}` is {size} {unit} (budget {limit}); {count} parts moved: {files}",
        "技能 `{name}` 的正文有 {size} {unit}（预算 {limit}），已拆出 {count} 个文件：{files}",
    ),
    why=(
        "The body is loaded whole when the skill is used; a reference only when it is needed.",
        "正文在技能启用时整体载入，参考文件仅在需要时读取。",
    ),
    help=(
        "Nothing needs to be done; move the parts into `references/` yourself to choose the cut.",
        "无需处理；如想自己决定拆分位置，请手动把内容移到 `references/`。",
    ),
)
BODY_OVER_BUDGET = define(
    "PS502",
    "body-over-budget",
    Severity.WARNING,
    message=(
        "the text of `{name}` for `{platform}` is still {size} {unit}; {limit} are advised",
        "技能 `{name}` 面向 `{platform}` 的正文仍有 {size} {unit}，建议不超过 {limit}",
    ),
    why=(
        "A long body takes room in the context each time the skill is used.",
        "过长的正文每次启用技能都会占用上下文。",
    ),
    help=(
        "Shorten it, or move parts into `references/`.",
        "请精简正文，或把部分内容移到 `references/`。",
    ),
)
INSTRUCTIONS_OVER_LIMIT = define(
    "PS503",
    "instructions-over-limit",
    Severity.ERROR,
    message=(
        "`{name}` puts {size} {unit} into `{path}`; the client reads {limit}",
        "`{name}` 要写入 `{path}` 的内容有 {size} {unit}，而客户端只读取 {limit}",
    ),
    why=(
        "The client cuts an instruction file at its limit without a word, and the rest is lost.",
        "客户端会在上限处静默截断指令文件，其余内容丢失。",
    ),
    help=(
        "Shorten the rules that load always, or ship them as a skill (`--as skill`).",
        "请精简常驻规则，或改为技能形式发布（`--as skill`）。",
    ),
)
DESCRIPTION_SHORTENED = define(
    "PS504",
    "description-shortened",
    Severity.WARNING,
    message=(
        "the description of `{name}` has {size} characters (limit {limit}); {kept} are kept",
        "技能 `{name}` 的描述有 {size} 个字符，上限 {limit}，仅保留前 {kept} 个",
    ),
    why=(
        "The Agent Skills format allows 1,024 characters, and some clients refuse longer ones.",
        "Agent Skills 格式只允许 1,024 个字符，部分客户端会拒绝更长的描述。",
    ),
    help=(
        "Say what the skill does and when to use it in fewer words.",
        "请用更少的文字说明技能的用途和适用场景。",
    ),
)
RENAMED = define(
    "PS505",
    "renamed",
    Severity.WARNING,
    message=("`{name}` is called `{made}` here", "`{name}` 在此处改名为 `{made}`"),
    why=(
        "A name of a-z, 0-9 and hyphens, at most 64 characters, is what every client accepts.",
        "只有由 a-z、0-9 和连字符组成且不超过 64 个字符的名称，所有客户端才都接受。",
    ),
    help=("Give it such a name in the source.", "请在源文件中改用这样的名称。"),
)
SERVER_LEFT_OUT = define(
    "PS506",
    "mcp-server-left-out",
    Severity.WARNING,
    message=(
        "MCP server `{server}` of `{name}` is left out for `{platform}`: {reason}",
        "`{name}` 的 MCP 服务器 `{server}` 未写入 `{platform}`：{reason}",
    ),
    why=(
        "A server entry that the client refuses can make it refuse the whole file.",
        "客户端不接受的服务器条目可能导致整个文件被拒绝。",
    ),
    help=("Correct the entry in `mcp.json`.", "请修正 `mcp.json` 中的该条目。"),
)
