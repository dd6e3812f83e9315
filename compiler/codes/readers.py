"""PS080-PS099: finding sources and reading them from disk."""

from __future__ import annotations

from ..diagnostics import Severity, define

__all__ = [
    "BAD_MANIFEST",
    "BAD_SYNTAX",
    "DESCRIPTION_DERIVED",
    "FLAT_SKILL",
    "LINK_BROKEN",
    "LINK_LEAVES",
    "LINK_RESOLVED",
    "MISSING_COMPONENT",
    "NAME_DERIVED",
    "NAME_MISSING",
    "NOTHING_FOUND",
    "NOT_A_FILE",
    "NOT_READABLE",
    "NO_SKILL_FILE",
    "OVER_BOUND",
    "PATH_LEAVES",
    "REMOTE_PLUGIN",
    "SHADOWED",
    "VALUE_CHANGED",
    "WRONG_CASE",
]

NOTHING_FOUND = define(
    "PS080",
    "nothing-found",
    Severity.ERROR,
    message=(
        "no skill found in `{path}`; looked for {looked}",
        "`{path}` 中没有技能；已查找 {looked}",
    ),
    why=(
        "Nothing at this place has the form of a skill, a plugin, a rule, a command or an agent.",
        "此处没有任何文件具备技能、插件、规则、命令或智能体的形式。",
    ),
    help=(
        "Name a folder that holds `SKILL.md`, or a Markdown file whose front matter has `name` "
        "and `description`; `polyskill new` makes a skeleton.",
        "请指定含有 `SKILL.md` 的文件夹，或文件头中有 `name` 与 `description` 的 Markdown 文件；"
        "也可用 `polyskill new` 生成骨架。",
    ),
)

NOT_READABLE = define(
    "PS081",
    "not-readable",
    Severity.ERROR,
    message=("`{path}` cannot be read: {reason}", "无法读取 `{path}`：{reason}"),
    why=(
        "The operating system refused to open the file or the folder.",
        "操作系统拒绝打开该文件或文件夹。",
    ),
    help=(
        "Check that it exists and that you may read it.",
        "请确认它存在，且当前用户有读取权限。",
    ),
)

LINK_LEAVES = define(
    "PS082",
    "link-leaves-folder",
    Severity.ERROR,
    message=(
        "symbolic link `{path}` leads out of the folder, to `{target}`",
        "符号链接 `{path}` 指向文件夹之外的 `{target}`",
    ),
    why=(
        "A skill that reaches outside its own folder could carry private files into what is "
        "published, so such a link is never followed.",
        "技能若能触及自身文件夹之外，就可能把私人文件带进发布物，因此这类链接一律不跟随。",
    ),
    help=(
        "Copy the file into the skill's folder, or remove the link.",
        "请把文件复制到技能文件夹内，或删除该链接。",
    ),
)

LINK_BROKEN = define(
    "PS083",
    "link-broken",
    Severity.ERROR,
    message=(
        "symbolic link `{path}` leads nowhere: {reason}",
        "符号链接 `{path}` 无法到达目标：{reason}",
    ),
    why=(
        "The target is missing, or the link leads back to itself.",
        "目标不存在，或链接绕回了自身。",
    ),
    help=("Repair or remove the link.", "请修复或删除该链接。"),
)

LINK_RESOLVED = define(
    "PS084",
    "link-resolved",
    Severity.INFO,
    message=(
        "symbolic link `{path}` is read as the content of `{target}`",
        "符号链接 `{path}` 按 `{target}` 的内容读取",
    ),
    why=(
        "Links do not survive archives and some file systems, so the outputs get a copy.",
        "链接在归档和部分文件系统中无法保留，因此输出里写入的是副本。",
    ),
    help=(
        "Nothing is to be done; a real copy in the folder would silence this.",
        "无需处理；若在文件夹里放真实副本，此提示就会消失。",
    ),
)

NOT_A_FILE = define(
    "PS085",
    "not-a-file",
    Severity.WARNING,
    message=("`{path}` is {what}, and is left out", "`{path}` 是{what_zh}，已跳过"),
    why=(
        "Pipes, sockets and devices have no content that could be copied, and opening one could "
        "block for ever. Folders behind symbolic links are not searched.",
        "管道、套接字和设备没有可复制的内容，打开它们还可能一直阻塞；符号链接指向的文件夹也不会被搜索。",
    ),
    help=(
        "Remove it from the folder, or name the real folder on the command line.",
        "请将它移出文件夹，或在命令行直接指定真实的文件夹。",
    ),
)

OVER_BOUND = define(
    "PS086",
    "over-bound",
    Severity.ERROR,
    message=(
        "`{path}` is over the bound of {limit} {unit}, and the rest is not read",
        "`{path}` 超出上限 {limit} {unit_zh}，其余部分未读取",
    ),
    why=(
        "Skills are text that a model loads. Bounds on size, number and depth keep a mistake or "
        "an attack from filling memory.",
        "技能是供模型加载的文本；对大小、数量和层级设限，可以防止失误或攻击耗尽内存。",
    ),
    help=(
        "Move large data out of the skill, or point at a smaller folder.",
        "请把大体积数据移出技能，或指定更小的文件夹。",
    ),
)

BAD_SYNTAX = define(
    "PS087",
    "bad-syntax",
    Severity.ERROR,
    message=("not valid {format}: {reason}", "不是合法的 {format}：{reason}"),
    why=(
        "The file cannot be parsed, so nothing that it declares can be used.",
        "文件无法解析，其中声明的内容都不能使用。",
    ),
    help=("Repair the file at this line.", "请修正该行。"),
)

BAD_MANIFEST = define(
    "PS088",
    "bad-manifest",
    Severity.ERROR,
    message=("`{key}` should be {expected}", "`{key}` 应为{expected_zh}"),
    why=(
        "A manifest with another shape is refused or silently skipped by the assistants.",
        "形状不符的清单会被各助手拒绝，或被悄悄跳过。",
    ),
    help=(
        "Write the value in the form that the manifest's schema asks for.",
        "请按清单的模式写出该值。",
    ),
)

REMOTE_PLUGIN = define(
    "PS089",
    "remote-plugin",
    Severity.INFO,
    message=(
        "{count} plugin(s) of marketplace `{name}` lie elsewhere and are not fetched: {plugins}",
        "市场 `{name}` 中有 {count} 个插件位于别处，未下载：{plugins}",
    ),
    why=(
        "Reading never goes to the network: only plugins in this folder are read.",
        "读取过程从不联网，只读取本文件夹内的插件。",
    ),
    help=(
        "Fetch such a plugin yourself and name its folder.",
        "如需这些插件，请自行下载后指定其文件夹。",
    ),
)

PATH_LEAVES = define(
    "PS090",
    "path-leaves-folder",
    Severity.ERROR,
    message=(
        "`{key}` points at `{value}`, which is outside the folder",
        "`{key}` 指向 `{value}`，位于文件夹之外",
    ),
    why=(
        "Absolute paths, `..` and links could bring in files that do not belong to the source.",
        "绝对路径、`..` 和链接可能引入不属于该来源的文件。",
    ),
    help=(
        "Use a path that starts with `./` and stays inside.",
        "请使用以 `./` 开头且不越界的路径。",
    ),
)

NAME_DERIVED = define(
    "PS091",
    "name-derived",
    Severity.WARNING,
    message=(
        "name `{original}` is not an ASCII slug; `{name}` is used",
        "名称 `{original}` 不是 ASCII 短名；改用 `{name}`",
    ),
    why=(
        "Folders, commands and manifests need names of `a-z`, `0-9` and single hyphens, at most "
        "64 characters; other names are refused or lost by some assistants.",
        "文件夹、命令和清单的名称只能由 `a-z`、`0-9` 和单个连字符组成，最长 64 个字符；"
        "其他名称会被部分助手拒绝或丢弃。",
    ),
    help=(
        "Write the name that you want into `name`; the original is kept in the metadata.",
        "请在 `name` 中写明想要的短名；原名保留在元数据里。",
    ),
)

NAME_MISSING = define(
    "PS092",
    "name-missing",
    Severity.WARNING,
    message=("no `name`; `{name}` is taken from the path", "没有 `name`；从路径取名为 `{name}`"),
    why=(
        "Some assistants silently drop a skill without a name.",
        "部分助手会悄悄丢弃没有名称的技能。",
    ),
    help=("Add `name` to the front matter.", "请在文件头中加上 `name`。"),
)

DESCRIPTION_DERIVED = define(
    "PS093",
    "description-derived",
    Severity.WARNING,
    message=(
        "no `description`; the first paragraph is used",
        "没有 `description`；改用正文第一段",
    ),
    why=(
        "The description is all that an assistant sees before it decides to load the skill.",
        "助手在决定是否加载技能之前，只能看到描述。",
    ),
    help=(
        "Add a `description` that says what it does and when to use it.",
        "请加上 `description`，说明它做什么、何时使用。",
    ),
)

WRONG_CASE = define(
    "PS094",
    "wrong-case",
    Severity.WARNING,
    message=("`{path}` should be spelled `{expected}`", "`{path}` 应写作 `{expected}`"),
    why=(
        "On file systems that tell case apart, most assistants do not find the file.",
        "在区分大小写的文件系统上，多数助手找不到该文件。",
    ),
    help=("Rename the file.", "请重命名该文件。"),
)

FLAT_SKILL = define(
    "PS095",
    "flat-skill",
    Severity.INFO,
    message=(
        "`{path}` is one file; it becomes the skill folder `{name}`",
        "`{path}` 是单个文件；将转为技能文件夹 `{name}`",
    ),
    why=(
        "Assistants look for `<name>/SKILL.md` and do not list a flat file.",
        "助手只查找 `<名称>/SKILL.md`，不会列出单个文件。",
    ),
    help=(
        "Nothing is to be done for a build; `polyskill import` moves it for good.",
        "构建时无需处理；`polyskill import` 可将其永久迁移。",
    ),
)

VALUE_CHANGED = define(
    "PS096",
    "value-changed",
    Severity.INFO,
    message=(
        "`{key}` is {found}; it is read as the text `{text}`",
        "`{key}` 是{found_zh}；按文本 `{text}` 读取",
    ),
    why=(
        "This field takes text only, so other values are turned into text before they are used.",
        "该字段只接受文本，其他值在使用前会转成文本。",
    ),
    help=("Quote the value.", "请给该值加上引号。"),
)

MISSING_COMPONENT = define(
    "PS097",
    "missing-component",
    Severity.WARNING,
    message=("`{key}` names `{value}`, which is not there", "`{key}` 所指的 `{value}` 不存在"),
    why=(
        "The manifest promises a file or folder that the plugin does not have.",
        "清单声明的文件或文件夹在插件中不存在。",
    ),
    help=("Add the file, or take it out of the manifest.", "请补上该文件，或从清单中删去。"),
)

NO_SKILL_FILE = define(
    "PS098",
    "no-skill-file",
    Severity.ERROR,
    message=("`{path}` has no readable `{expected}`", "`{path}` 中没有可读的 `{expected}`"),
    why=(
        "The file that holds the text could not be read, so there is nothing to build.",
        "承载正文的文件无法读取，因此没有可构建的内容。",
    ),
    help=(
        "See the other findings for this path; they say why it was not read.",
        "请查看该路径的其他诊断，其中说明了未读取的原因。",
    ),
)

SHADOWED = define(
    "PS099",
    "shadowed",
    Severity.WARNING,
    message=(
        "`{path}` is left out: `{other}` takes its place",
        "`{path}` 被略去：其位置已由 `{other}` 占用",
    ),
    why=(
        "Two sources would become the same file or carry the same name.",
        "两个来源会变成同一个文件，或使用同一个名称。",
    ),
    help=("Rename one of them.", "请重命名其中之一。"),
)
