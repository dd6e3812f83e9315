"""PS130-PS199: who a skill says that it is (its name, its description, its version)."""

from __future__ import annotations

from ..diagnostics import Severity, define

__all__ = [
    "FOLDER_DIFFERS",
    "PLACEHOLDER_TEXT",
    "TRIGGER_LATE",
    "TRIGGER_MISSING",
    "VERSION_NOT_SEMVER",
]

FOLDER_DIFFERS = define(
    "PS130",
    "folder-differs",
    Severity.WARNING,
    message=(
        "name `{name}` differs from its folder `{folder}`",
        "名称 `{name}` 与所在文件夹 `{folder}` 不一致",
    ),
    why=(
        "The Agent Skills specification wants both to be equal, and strict assistants skip a "
        "skill where they differ.",
        "Agent Skills 规范要求二者相同，严格的助手会跳过不一致的技能。",
    ),
    help=(
        "Rename the folder to the name, or set `name` to the folder's name.",
        "请把文件夹改成与 `name` 相同的名字，或把 `name` 改成文件夹的名字。",
    ),
)
TRIGGER_MISSING = define(
    "PS131",
    "trigger-missing",
    Severity.INFO,
    message=(
        "the description (`{language}`) of `{name}` does not say when to use it",
        "`{name}` 的描述（`{language}`）没有说明何时使用",
    ),
    why=(
        "An assistant reads only the description when it decides whether to load a skill; one "
        "that says what but not when is seldom loaded.",
        "助手只凭描述决定是否加载技能；只写“是什么”而不写“何时用”的技能很少被加载。",
    ),
    help=(
        'Add a clause such as "Use when the user asks for …" near the start.',
        "请在开头附近加上一句，例如“当用户需要……时使用”。",
    ),
)
TRIGGER_LATE = define(
    "PS132",
    "trigger-late",
    Severity.WARNING,
    message=(
        "the description (`{language}`) of `{name}` says when to use it only at character {at}",
        "`{name}` 的描述（`{language}`）到第 {at} 个字符才说明何时使用",
    ),
    why=(
        "Some assistants cut a description to about 250 characters, and all shorten it when many "
        "skills are installed, so what stands late is never read.",
        "有的助手会把描述截断到约 250 个字符，技能多时还会进一步缩短，写在后面的内容不会被读到。",
    ),
    help=(
        "Move the clause that says when to use the skill into the first 240 characters.",
        "请把说明何时使用的语句移到前 240 个字符之内。",
    ),
)
PLACEHOLDER_TEXT = define(
    "PS133",
    "placeholder-text",
    Severity.WARNING,
    message=("text of a template is left: `{found}`", "残留模板占位文字：`{found}`"),
    why=(
        "An assistant takes a forgotten placeholder for an instruction.",
        "助手会把遗留的占位文字当成指令。",
    ),
    help=(
        "Replace it by what was meant, or take it out.",
        "请换成真正的内容，或将其删除。",
    ),
)
VERSION_NOT_SEMVER = define(
    "PS135",
    "version-not-semver",
    Severity.INFO,
    message=(
        "version `{version}` is not of the form MAJOR.MINOR.PATCH",
        "版本 `{version}` 不是 主版本.次版本.修订号 的形式",
    ),
    why=(
        "Plugin hosts and registries compare versions by the rules of Semantic Versioning and "
        "refuse others.",
        "插件宿主和注册表按语义化版本规则比较版本，并拒绝其他形式。",
    ),
    help=("Write three numbers, such as `1.0.0`.", "请写成三段数字，例如 `1.0.0`。"),
)
