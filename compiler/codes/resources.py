"""PS400-PS449: files beside a skill, links to them, and skills beside each other."""

from __future__ import annotations

from ..diagnostics import Severity, define

__all__ = [
    "DUPLICATE_NAME",
    "LINK_ABSOLUTE",
    "LINK_BROKEN",
    "LINK_CHAIN",
    "LINK_ESCAPES",
    "NAME_COLLISION",
    "RESOURCE_COLLISION",
    "RESOURCE_MISSING",
    "RESOURCE_UNUSED",
    "SIMILAR_DESCRIPTION",
    "SKILL_UNKNOWN",
]

LINK_BROKEN = define(
    "PS400",
    "broken-link",
    Severity.WARNING,
    message=("link to `{target}` leads to no file", "链接 `{target}` 指向的文件不存在"),
    why=(
        "The assistant is sent to a file that it cannot open, and often makes its contents up.",
        "助手会去打开不存在的文件，并常常凭空编造其内容。",
    ),
    help=(
        "Correct the path (it counts from the skill's folder), or add the file.",
        "请更正路径（相对于技能文件夹），或添加该文件。",
    ),
)
RESOURCE_MISSING = define(
    "PS401",
    "missing-resource",
    Severity.WARNING,
    message=("`{target}` is named but does not exist", "提到了 `{target}`，但该文件不存在"),
    why=(
        "The assistant will try to read or run a file that is not shipped.",
        "助手会尝试读取或运行并未提供的文件。",
    ),
    help=("Add the file, or correct its path.", "请添加该文件，或更正其路径。"),
)
RESOURCE_UNUSED = define(
    "PS402",
    "unused-resource",
    Severity.INFO,
    message=("nothing in the skill mentions `{file}`", "技能中没有任何地方提到 `{file}`"),
    why=(
        "A file that the body does not name is never read by an assistant.",
        "正文没有提到的文件不会被助手读取。",
    ),
    help=(
        "Say in the body when to read it, or leave it out.",
        "请在正文中说明何时读取它，或将其删除。",
    ),
)
LINK_ABSOLUTE = define(
    "PS403",
    "absolute-link",
    Severity.WARNING,
    message=("`{target}` is an absolute path", "`{target}` 是绝对路径"),
    why=(
        "The path exists on the author's machine, not on the user's.",
        "该路径存在于作者的机器上，而不在用户的机器上。",
    ),
    help=(
        "Write the path relative to the skill's folder.",
        "请写成相对于技能文件夹的路径。",
    ),
)
LINK_ESCAPES = define(
    "PS404",
    "link-escapes",
    Severity.WARNING,
    message=("link to `{target}` leaves the skill's folder", "链接 `{target}` 超出了技能文件夹"),
    why=(
        "A skill is copied by itself: what lies outside its folder is not there when it is used.",
        "技能是单独复制的：使用时其文件夹之外的内容并不存在。",
    ),
    help=(
        "Copy the file into the skill, or name the other skill in words.",
        "请把文件复制到技能中，或用文字提及另一个技能。",
    ),
)
LINK_CHAIN = define(
    "PS405",
    "link-chain",
    Severity.INFO,
    message=(
        "`{file}` is reached only through `{via}`",
        "`{file}` 只能经由 `{via}` 找到",
    ),
    why=(
        "Assistants follow one link from SKILL.md well and often miss the second.",
        "助手能很好地跟随 SKILL.md 中的一层链接，但常常漏掉第二层。",
    ),
    help=("Name the file in the body too.", "请在正文中也提到该文件。"),
)
SKILL_UNKNOWN = define(
    "PS406",
    "unknown-skill",
    Severity.INFO,
    message=(
        "skill `{target}` is not among the {count} skills of this run",
        "技能 `{target}` 不在本次运行的 {count} 个技能之中",
    ),
    why=(
        "The assistant is sent to a skill that may not be installed.",
        "助手会被引向可能并未安装的技能。",
    ),
    help=(
        "Check the name; ship the two together, or say what to do without it.",
        "请检查名称；把两者一起提供，或说明没有它时怎么办。",
    ),
)
DUPLICATE_NAME = define(
    "PS420",
    "duplicate-name",
    Severity.ERROR,
    message=(
        "name `{name}` is already used by `{other}`",
        "名称 `{name}` 已被 `{other}` 使用",
    ),
    why=(
        "Assistants list one skill a name: one of the two is never seen.",
        "助手对每个名称只列出一个技能，另一个永远不会被看到。",
    ),
    help=("Rename one of them.", "请重命名其中一个。"),
)
NAME_COLLISION = define(
    "PS421",
    "name-collision",
    Severity.ERROR,
    message=(
        "name `{name}` equals `{other_name}` ({other}) after `{how}`",
        "经 `{how}` 处理后，名称 `{name}` 与 `{other_name}`（{other}）相同",
    ),
    why=(
        "macOS and Windows store both under one name, so one overwrites the other.",
        "macOS 和 Windows 会把两者存为同一个名称，其中一个会覆盖另一个。",
    ),
    help=(
        "Rename one of them, so that they differ in letters.",
        "请重命名其中一个，使二者的字母不同。",
    ),
)
RESOURCE_COLLISION = define(
    "PS422",
    "resource-collision",
    Severity.ERROR,
    message=(
        "`{file}` and `{other}` are one path after `{how}`",
        "经 `{how}` 处理后，`{file}` 与 `{other}` 是同一个路径",
    ),
    why=(
        "macOS and Windows keep only one of the two.",
        "macOS 和 Windows 只会保留其中一个。",
    ),
    help=("Rename one of them.", "请重命名其中一个。"),
)
SIMILAR_DESCRIPTION = define(
    "PS423",
    "similar-description",
    Severity.INFO,
    message=(
        "the description of `{name}` is nearly the one of `{other_name}` ({percent} % alike)",
        "`{name}` 的描述与 `{other_name}` 几乎相同（相似度 {percent}%）",
    ),
    why=(
        "The assistant chooses by the description alone, and here it can only guess.",
        "助手仅凭描述选择技能，在这里只能靠猜。",
    ),
    help=(
        "Say in each what the other does not do, or merge the two.",
        "请分别写明对方不做的事情，或合并两个技能。",
    ),
)
