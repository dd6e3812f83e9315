"""PS450-PS499: what a skill costs an assistant's context."""

from __future__ import annotations

from ..diagnostics import Severity, define

__all__ = [
    "BODY_LONG",
    "DESCRIPTION_COSTLY",
    "LISTING_BUDGET",
    "RESOURCE_HEAVY",
    "RESOURCE_LONG",
]

BODY_LONG = define(
    "PS450",
    "body-long",
    Severity.INFO,
    message=(
        "the body has {lines} lines and about {tokens} tokens; the budget is {max_lines} lines "
        "and {max_tokens} tokens",
        "正文有 {lines} 行、约 {tokens} 个 token；预算为 {max_lines} 行、{max_tokens} 个 token",
    ),
    why=(
        "The whole body is loaded whenever the skill is used, and assistants cut or refuse long "
        "ones; a build moves its last sections into `references/`.",
        "每次使用技能都会加载整个正文，过长时助手会截断或拒绝；"
        "构建时会把后面的章节移到 `references/`。",
    ),
    help=(
        "Move what is needed only now and then into `references/` yourself, and say when to read "
        "it.",
        "请自行把偶尔才用到的内容移到 `references/`，并说明何时读取。",
    ),
)
DESCRIPTION_COSTLY = define(
    "PS451",
    "description-costly",
    Severity.INFO,
    message=(
        "the description (`{language}`) of `{name}` costs about {tokens} tokens in every session",
        "`{name}` 的描述（`{language}`）在每次会话中约占 {tokens} 个 token",
    ),
    why=(
        "Descriptions of all skills are loaded always; 50 to 100 tokens each is what the "
        "specification reckons with.",
        "所有技能的描述总是会被加载；规范按每个 50 到 100 个 token 估算。",
    ),
    help=(
        "Keep what it does and when to use it; the rest belongs into the body.",
        "只保留做什么和何时用，其余内容请放入正文。",
    ),
)
RESOURCE_LONG = define(
    "PS452",
    "resource-long",
    Severity.INFO,
    message=(
        "`{file}` has about {tokens} tokens; an assistant reads it whole",
        "`{file}` 约有 {tokens} 个 token，助手会整个读入",
    ),
    why=(
        "One look at the file costs as much as two full skill bodies.",
        "读取一次该文件的开销超过两个完整的技能正文。",
    ),
    help=(
        "Split it by topic, and say in the body which part to read when.",
        "请按主题拆分，并在正文中说明何时读取哪一部分。",
    ),
)
RESOURCE_HEAVY = define(
    "PS453",
    "resource-heavy",
    Severity.WARNING,
    message=(
        "`{file}` has {size} bytes; registries accept at most {limit} for a file",
        "`{file}` 有 {size} 字节；注册表对单个文件最多接受 {limit} 字节",
    ),
    why=(
        "The file is copied to every assistant and every user.",
        "该文件会复制给每个助手和每个用户。",
    ),
    help=(
        "Shrink it, or let a script fetch it when it is needed.",
        "请压缩该文件，或在需要时由脚本获取。",
    ),
)
LISTING_BUDGET = define(
    "PS460",
    "listing-budget",
    Severity.WARNING,
    message=(
        "the names and descriptions of {count} skills take {total} characters; {host} shows "
        "{limit}",
        "{count} 个技能的名称和描述共 {total} 个字符；{host} 只显示 {limit} 个",
    ),
    why=(
        "Beyond its budget the assistant shortens descriptions or shows bare names, so that it "
        "no longer knows when to use a skill.",
        "超出预算后，助手会缩短描述或只显示名称，从而不知道何时使用技能。",
    ),
    help=(
        "Install fewer skills at a time, or shorten the descriptions.",
        "请减少同时安装的技能，或缩短描述。",
    ),
)
