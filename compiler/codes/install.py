"""Findings of installing, updating and taking out (PS920 to PS949)."""

from __future__ import annotations

from ..diagnostics import Severity, define

__all__ = [
    "ALREADY_INSTALLED",
    "CUT_BY_CLIENT",
    "DOWNGRADE",
    "EDITED",
    "EDITED_AND_GONE",
    "HIDDEN",
    "HIDES",
    "IN_THE_WAY",
    "LINK_BROKEN",
    "LINK_LEAVES",
    "LOCK_CHANGED",
    "LOCK_INVALID",
    "LOCK_NEWER",
    "MERGED",
    "MISSING_FILE",
    "MODIFIED_FILE",
    "NOTHING_TO_ROLL_BACK",
    "NOT_ALLOWED",
    "NOT_A_FILE",
    "NOT_A_FOLDER",
    "NOT_FOR_ANY",
    "NOT_FOR_CLIENT",
    "NOT_INSTALLED",
    "NO_ASSISTANT",
    "NO_CONTENT",
    "NO_SKILL",
    "OUT_OF_DATE",
    "OWNED_BY_OTHER",
    "PART_NOT_READ",
    "STARTS_PROGRAMS",
    "STATE_DAMAGED",
    "TWICE",
    "TWO_FORMS",
    "UNREADABLE",
    "WANTED_INVALID",
]

IN_THE_WAY = define(
    "PS920",
    "file-in-the-way",
    Severity.ERROR,
    message=(
        "`{path}` is there already and polyskill did not write it{same}",
        "`{path}` 已经存在，且不是由 polyskill 写入的{same_zh}",
    ),
    why=(
        "A file that polyskill did not write is never overwritten; nothing of this skill was "
        "installed.",
        "polyskill 不会覆盖并非由它写入的文件；该技能未作任何安装。",
    ),
    help=(
        "Move it away, or give `--backup` (it is put aside, and back again when the skill is taken "
        "out) or, if its bytes are the same, `--adopt` (it becomes polyskill's own).",
        "请先移走该文件；或使用 `--backup`（先收存，卸载技能时放回原处）；若内容完全相同，可用 "
        "`--adopt`（由 polyskill 接管）。",
    ),
)
EDITED = define(
    "PS921",
    "edited-by-hand",
    Severity.ERROR,
    message=(
        "`{path}` was edited since polyskill wrote it, and both changes touch the same lines",
        "`{path}` 在 polyskill 写入后被手工修改，且两边改动了相同的行",
    ),
    why=(
        "The edit would be lost; nothing of this skill was changed. Edits that touch other lines "
        "than the new version does are merged.",
        "继续将丢失您的修改；该技能未作任何改动。若修改的行与新版本不冲突，则会自动合并。",
    ),
    help=(
        "Look at it with `polyskill diff`; undo the edit, or give `--backup` to put your version "
        "aside in `.polyskill/backups/`.",
        "请用 `polyskill diff` 查看；撤销修改，或用 `--backup` 将您的版本收存到 "
        "`.polyskill/backups/`。",
    ),
)
EDITED_AND_GONE = define(
    "PS977",
    "edited-then-removed",
    Severity.ERROR,
    message=(
        "`{path}` was edited since polyskill wrote it, and would be removed",
        "`{path}` 在 polyskill 写入后被手工修改，而它将被移除",
    ),
    why=(
        "The edit would be lost; nothing of this skill was changed.",
        "继续将丢失您的修改；该技能未作任何改动。",
    ),
    help=(
        "Look at it with `polyskill diff`; undo the edit, or give `--backup` to keep your version "
        "in `.polyskill/backups/`.",
        "请用 `polyskill diff` 查看；撤销修改，或用 `--backup` 将您的版本保存到 "
        "`.polyskill/backups/`。",
    ),
)
LINK_LEAVES = define(
    "PS922",
    "link-leaves-root",
    Severity.ERROR,
    message=(
        "`{path}` is, or lies behind, a link to `{target}`, outside of the place to install into",
        "`{path}` 本身或其上级是指向安装位置之外 `{target}` 的链接",
    ),
    why=(
        "Writing through the link would change files elsewhere, which nobody asked for.",
        "穿过该链接写入会改动别处的文件，这并非您所要求。",
    ),
    help=(
        "Replace the link by a real file or folder, or install into the other place.",
        "请把链接换成真实的文件或文件夹，或安装到那个位置。",
    ),
)
LINK_BROKEN = define(
    "PS923",
    "link-broken",
    Severity.ERROR,
    message=("`{path}` is a link that leads to itself", "`{path}` 是指向自身的循环链接"),
    why=(
        "There is no file behind it that could be edited.",
        "该链接背后没有可以编辑的文件。",
    ),
    help=("Remove or repair the link.", "请删除或修复该链接。"),
)
NOT_A_FILE = define(
    "PS924",
    "not-a-file",
    Severity.ERROR,
    message=("`{path}` is there and is no file", "`{path}` 已存在，但不是文件"),
    why=(
        "A folder, a pipe or a device is in the place of a file to be written.",
        "要写入文件的位置是文件夹、管道或设备。",
    ),
    help=("Move it away, then run the command again.", "请先移走它，再重新运行命令。"),
)
NOT_A_FOLDER = define(
    "PS925",
    "not-a-folder",
    Severity.ERROR,
    message=(
        "a folder above `{path}` is a file",
        "`{path}` 的上级路径中有一个是文件",
    ),
    why=("Nothing can be put below a file.", "文件之下无法放置内容。"),
    help=("Move that file away, then run the command again.", "请先移走该文件，再重新运行命令。"),
)
UNREADABLE = define(
    "PS926",
    "present-file-unreadable",
    Severity.ERROR,
    message=("`{path}` cannot be read: {reason}", "无法读取 `{path}`：{reason}"),
    why=(
        "What cannot be read cannot be kept, so it is not touched.",
        "无法读取就无法保全，因此不会触碰它。",
    ),
    help=("Give yourself the right to read it.", "请赋予自己读取它的权限。"),
)
OWNED_BY_OTHER = define(
    "PS927",
    "owned-by-another-skill",
    Severity.ERROR,
    message=(
        "`{name}` wants to write `{path}`, which belongs to the installed skill `{other}`",
        "`{name}` 要写入 `{path}`，但它属于已安装的技能 `{other}`",
    ),
    why=(
        "Only one of the two can be there (upper and lower case count as the same name); the other "
        "one would be lost without a word.",
        "同一位置只能有一个（大小写视为同名），另一个会悄无声息地丢失。",
    ),
    help=(
        "Take one of the two skills out, or rename one of them.",
        "请卸载其中一个技能，或重命名其中一个。",
    ),
)
ALREADY_INSTALLED = define(
    "PS928",
    "name-taken",
    Severity.ERROR,
    message=(
        "a skill `{name}` is installed already, from `{other}`",
        "已从 `{other}` 安装了名为 `{name}` 的技能",
    ),
    why=(
        "Assistants tell skills apart by their names, so there can be only one.",
        "助手按名称区分技能，因此同名只能有一个。",
    ),
    help=(
        "Take the other one out first, or give `--replace`.",
        "请先卸载另一个，或使用 `--replace`。",
    ),
)
NOT_INSTALLED = define(
    "PS929",
    "not-installed",
    Severity.ERROR,
    message=("no skill `{name}` is installed here{hint}", "此处没有安装技能 `{name}`{hint}"),
    why=(
        "Only what skills.lock lists can be updated or taken out.",
        "只有 skills.lock 中列出的技能才能更新或卸载。",
    ),
    help=(
        "`polyskill status` lists what is installed; `--scope user` looks under the home folder.",
        "`polyskill status` 列出已安装的技能；`--scope user` 查看主目录。",
    ),
)
NO_SKILL = define(
    "PS930",
    "no-skill-in-source",
    Severity.ERROR,
    message=("there is no skill{named} in `{source}`", "`{source}` 中没有技能{named}"),
    why=(
        "Nothing there looks like a skill, a plugin or rules.",
        "其中没有任何内容像技能、插件或规则。",
    ),
    help=(
        "Name the folder that holds SKILL.md (`#subfolder` after an address).",
        "请指定包含 SKILL.md 的文件夹（地址后可加 `#子文件夹`）。",
    ),
)
NO_ASSISTANT = define(
    "PS931",
    "no-assistant-found",
    Severity.ERROR,
    message=(
        "no assistant was found in `{place}`, under the home folder or on PATH",
        "在 `{place}`、主目录和 PATH 中都没有找到助手",
    ),
    why=(
        "Without one there is no telling where the skill should go.",
        "没有助手就无法确定技能应安装到何处。",
    ),
    help=(
        "Name them: `--to claude,codex`; `--to agents` is the neutral form that most assistants "
        "read.",
        "请用 `--to claude,codex` 指定；`--to agents` 是多数助手都读取的中性形式。",
    ),
)
NOT_ALLOWED = define(
    "PS932",
    "stopped-by-finding",
    Severity.ERROR,
    message=(
        "`{name}` is not installed because of {codes}",
        "由于 {codes}，未安装 `{name}`",
    ),
    why=(
        "A skill acts with your rights: what the check found can do harm.",
        "技能以您的权限行事：检查发现的问题可能造成危害。",
    ),
    help=(
        "Read the places named above. If each of them is harmless, name its code with `--allow`, "
        "one by one.",
        "请查看上面列出的位置。若确认无害，请用 `--allow` 逐个指明代码。",
    ),
)
LOCK_INVALID = define(
    "PS933",
    "lock-invalid",
    Severity.ERROR,
    message=(
        "this is no skills.lock of polyskill: {reason}",
        "这不是 polyskill 的 skills.lock：{reason}",
    ),
    why=(
        "Without it nobody knows which files are polyskill's own, so nothing is touched.",
        "没有它就无法知道哪些文件属于 polyskill，因此不会触碰任何内容。",
    ),
    help=(
        "Restore it from version control. If another tool uses this name, install into another "
        "folder.",
        "请从版本控制中恢复它。如果该文件名被其他工具使用，请安装到别的文件夹。",
    ),
)
LOCK_NEWER = define(
    "PS934",
    "lock-newer",
    Severity.ERROR,
    message=(
        "skills.lock has format {version}; this polyskill knows {known}",
        "skills.lock 的格式为 {version}，而当前 polyskill 只支持 {known}",
    ),
    why=("A later polyskill wrote it.", "它由更新版本的 polyskill 写入。"),
    help=("Update polyskill: `pip install -U polyskill`.", "请升级：`pip install -U polyskill`。"),
)
LOCK_CHANGED = define(
    "PS935",
    "lock-changed",
    Severity.ERROR,
    message=(
        "skills.lock is not as polyskill wrote it: its digest differs",
        "skills.lock 的摘要不符，已不是 polyskill 写入时的内容",
    ),
    why=(
        "It was edited by hand, damaged, or merged by version control; what it says cannot be "
        "relied on.",
        "它被手工编辑、损坏，或被版本控制合并过；其中内容已不可信。",
    ),
    help=(
        "Restore one of the two versions from version control, then run `polyskill sync`.",
        "请从版本控制中恢复其中一个版本，然后运行 `polyskill sync`。",
    ),
)
MISSING_FILE = define(
    "PS936",
    "installed-file-missing",
    Severity.WARNING,
    message=("`{path}` of `{name}` is gone", "`{name}` 的 `{path}` 已不存在"),
    why=("The skill does not work as it should.", "该技能无法正常工作。"),
    help=(
        "`polyskill install` or `polyskill sync` puts it back; `polyskill uninstall` takes the "
        "rest out.",
        "`polyskill install` 或 `polyskill sync` 可恢复；`polyskill uninstall` 可卸载其余部分。",
    ),
)
MODIFIED_FILE = define(
    "PS937",
    "installed-file-modified",
    Severity.WARNING,
    message=(
        "`{path}` of `{name}` is not as it was installed",
        "`{name}` 的 `{path}` 与安装时不同",
    ),
    why=(
        "Somebody or something changed it: an edit of yours is kept, but it may also be an attack.",
        "它已被改动：您的修改会保留，但也可能是篡改。",
    ),
    help=("`polyskill diff` shows what changed.", "`polyskill diff` 可显示改动。"),
)
MERGED = define(
    "PS938",
    "edit-merged",
    Severity.INFO,
    message=(
        "your edit of `{path}` was merged with the new version",
        "您对 `{path}` 的修改已与新版本合并",
    ),
    why=(
        "The two change different lines.",
        "两者修改的是不同的行。",
    ),
    help=("`polyskill diff` shows your edit.", "`polyskill diff` 可显示您的修改。"),
)
NOT_FOR_CLIENT = define(
    "PS939",
    "not-for-assistant",
    Severity.INFO,
    message=("`{name}` is not meant for {client}", "`{name}` 不适用于 {client}"),
    why=("Its `platforms` key says so.", "其 `platforms` 字段如此声明。"),
    help=("Choose other assistants with `--to`.", "请用 `--to` 选择其他助手。"),
)
PART_NOT_READ = define(
    "PS940",
    "part-not-read",
    Severity.WARNING,
    message=(
        "{client} does not see the {what} of `{name}`: it reads no place where polyskill writes "
        "them",
        "{client} 看不到 `{name}` 的{what_zh}：它不读取 polyskill 写入它们的位置",
    ),
    why=(
        "polyskill has no form of its own for this assistant, which gets the neutral one.",
        "polyskill 没有该助手的专用形式，它得到的是中性形式。",
    ),
    help=(
        "Rules: let its settings name AGENTS.md (Gemini: `context.fileName`). An agent: install it "
        "with `--as skill`.",
        "规则：请在其设置中加入 AGENTS.md（Gemini：`context.fileName`）。助手：请用 `--as skill` "
        "安装。",
    ),
)
NOT_FOR_ANY = define(
    "PS978",
    "not-for-any-assistant",
    Severity.ERROR,
    message=(
        "`{name}` is for none of the assistants that were chosen",
        "`{name}` 不适用于所选的任何助手",
    ),
    why=("Its `platforms` key names others.", "其 `platforms` 字段列出的是其他助手。"),
    help=("Choose one of those with `--to`.", "请用 `--to` 选择其中之一。"),
)
STATE_DAMAGED = define(
    "PS999",
    "state-damaged",
    Severity.ERROR,
    message=(
        "`{path}` is not as polyskill wrote it",
        "`{path}` 已不是 polyskill 写入时的内容",
    ),
    why=(
        "It says which of your files polyskill replaced and has to give back; without it they "
        "could be lost.",
        "它记录了 polyskill 替换过、需要归还的您的文件；没有它，这些文件可能丢失。",
    ),
    help=(
        "Restore it. If there is no copy, delete it: what is installed stays, but there is nothing "
        "to roll back to, and files put aside with `--backup` are not put back.",
        "请恢复该文件。若没有副本，可将其删除：已安装的内容不受影响，但无法回退，用 `--backup` "
        "收存的文件也不会放回原处。",
    ),
)
TWO_FORMS = define(
    "PS941",
    "two-forms",
    Severity.WARNING,
    message=(
        "two assistants want `{output}` of `{name}` in different forms; the first one got its way",
        "两个助手要求 `{name}` 的 `{output}` 采用不同形式；已按第一个写入",
    ),
    why=("There is one file for both.", "两者共用同一个文件。"),
    help=(
        "If this does harm, install for fewer assistants with `--to`.",
        "如有不便，请用 `--to` 减少目标助手。",
    ),
)
TWICE = define(
    "PS942",
    "two-copies",
    Severity.INFO,
    message=(
        "{client} reads {folders}: it finds `{name}` in both, byte for byte the same",
        "{client} 会读取 {folders}：在其中都能找到 `{name}`，内容逐字节相同",
    ),
    why=(
        "The assistants chosen have no folder in common. This one takes one of the copies.",
        "所选助手没有共同的文件夹。该助手会采用其中一份。",
    ),
    help=("Nothing need be done.", "无需处理。"),
)
HIDES = define(
    "PS943",
    "hides-a-file",
    Severity.WARNING,
    message=(
        "the new `{path}` hides your `{hidden}` from {client}",
        "新建的 `{path}` 会使 {client} 不再读取您的 `{hidden}`",
    ),
    why=(
        "This assistant reads only the first of these files that is there.",
        "该助手只读取其中首个存在的文件。",
    ),
    help=(
        "Move what it should know from `{hidden}` to `{path}`, outside of the marked block.",
        "请把它应知道的内容从 `{hidden}` 移到 `{path}` 中标记块之外的位置。",
    ),
)
HIDDEN = define(
    "PS976",
    "rules-hidden",
    Severity.WARNING,
    message=(
        "{client} no longer reads `{path}`, where the rules of `{name}` are: another file hides it",
        "{client} 不再读取 `{name}` 的规则所在的 `{path}`：它被另一个文件遮蔽",
    ),
    why=(
        "This assistant reads only the first of its instruction files that is there.",
        "该助手只读取其指令文件中首个存在的文件。",
    ),
    help=(
        "Run `polyskill update` (or `sync`): the rules then go where it reads them.",
        "请运行 `polyskill update`（或 `sync`）：规则会移到它读取的位置。",
    ),
)
STARTS_PROGRAMS = define(
    "PS979",
    "starts-programs",
    Severity.WARNING,
    message=(
        "`{name}` brings {programs}, which assistants start by themselves",
        "`{name}` 带有 {programs}，助手会自行启动它们",
    ),
    why=(
        "Hooks and MCP servers are programs: they run with your rights, without being asked for "
        "each time.",
        "钩子和 MCP 服务器都是程序：它们以您的权限运行，且不会每次询问。",
    ),
    help=(
        "Read what they run before you open the assistant here.",
        "在此处打开助手之前，请先查看它们运行的内容。",
    ),
)
CUT_BY_CLIENT = define(
    "PS944",
    "cut-by-assistant",
    Severity.WARNING,
    message=(
        "`{path}` becomes {size} {unit} long; {client} takes {maximum}: {effect}",
        "`{path}` 将达到 {size} {unit}，而 {client} 的上限为 {maximum}：{effect}",
    ),
    why=(
        "What lies beyond is not seen, yours or the skill's.",
        "超出部分（无论是您的还是技能的）不会被读取。",
    ),
    help=("Shorten the file, or install fewer rules.", "请缩短该文件，或减少安装的规则。"),
)
DOWNGRADE = define(
    "PS945",
    "older-version",
    Severity.ERROR,
    message=(
        "`{name}` {version} is older than what is installed, {installed}",
        "`{name}` {version} 比已安装的 {installed} 更旧",
    ),
    why=(
        "Going back brings old mistakes back; somebody may even want just that.",
        "退回旧版本会带回旧的问题，也可能正是攻击者所求。",
    ),
    help=(
        "If you want it, give `--allow-downgrade`; `polyskill rollback` goes back to what was "
        "there.",
        "如确需如此，请使用 `--allow-downgrade`；`polyskill rollback` 可恢复到之前的状态。",
    ),
)
NOTHING_TO_ROLL_BACK = define(
    "PS946",
    "nothing-to-roll-back",
    Severity.ERROR,
    message=("there is nothing to roll back to{detail}", "没有可以回退的状态{detail}"),
    why=(
        "The last ten steps are kept in `.polyskill/`, until the last skill is taken out.",
        "最近十步保存在 `.polyskill/` 中，直到最后一个技能被卸载。",
    ),
    help=(
        "Install the version that you want: `polyskill update --to-version`.",
        "请安装所需的版本：`polyskill update --to-version`。",
    ),
)
NO_CONTENT = define(
    "PS947",
    "content-not-kept",
    Severity.ERROR,
    message=(
        "the former contents of `{path}` are not kept here",
        "此处没有保存 `{path}` 之前的内容",
    ),
    why=(
        "`.polyskill/` holds them on the machine that installed them; it is not shared.",
        "它们保存在执行安装的机器上的 `.polyskill/` 中，不会共享。",
    ),
    help=(
        "Install the version that you want: `polyskill update --to-version`.",
        "请安装所需的版本：`polyskill update --to-version`。",
    ),
)
WANTED_INVALID = define(
    "PS948",
    "skills-toml-invalid",
    Severity.ERROR,
    message=("skills.toml: {reason}", "skills.toml：{reason_zh}"),
    why=(
        "What is wanted must be clear before anything is installed or taken out.",
        "在安装或卸载之前，必须清楚想要什么。",
    ),
    help=(
        'A file has `targets = ["claude"]`, `lang = "en"` and, for each source, `[[skill]]` with '
        '`source = "..."`.',
        '文件包含 `targets = ["claude"]`、`lang = "zh"`，以及每个来源的 `[[skill]]` 与 '
        '`source = "..."`。',
    ),
)
OUT_OF_DATE = define(
    "PS949",
    "lock-out-of-date",
    Severity.ERROR,
    message=("not in line: {what}", "不一致：{what_zh}"),
    why=(
        "With `--frozen` nothing is changed: skills.toml, skills.lock and the files must agree.",
        "使用 `--frozen` 时不作任何改动：skills.toml、skills.lock 与文件必须一致。",
    ),
    help=(
        "Run `polyskill sync` and commit skills.lock.",
        "请运行 `polyskill sync` 并提交 skills.lock。",
    ),
)
