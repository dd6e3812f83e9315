"""PS300-PS399: what can be told by looking at bytes: hidden text, bombs, disguises, bad paths."""

from __future__ import annotations

from ..diagnostics import Severity, define

__all__ = [
    "ARCHIVE_PASSWORD",
    "BIDI_CONTROL",
    "BINARY_AS_TEXT",
    "BLANK_RUN",
    "CODE_DISGUISED",
    "CONTROL_CHARACTER",
    "DECODE_AND_RUN",
    "DEEP_NESTING",
    "FILE_HUGE",
    "HIDDEN_FROM_USER",
    "INNER_BOM",
    "INVISIBLE_CHARACTER",
    "LONG_LINE",
    "MORE_FINDINGS",
    "OPAQUE_CODE",
    "PATH_CHARACTER",
    "PATH_DEEP",
    "PATH_ESCAPES",
    "PATH_RESERVED",
    "PERSISTENCE",
    "PRIVATE_USE",
    "REMOTE_CODE",
    "TAG_CHARACTER",
    "TERMINAL_ESCAPE",
    "VARIATION_SELECTOR",
    "ZERO_WIDTH",
]

_HIDDEN = (
    "A model reads characters that no reviewer can see, so the text can say something else to it.",
    "模型会读到审阅者看不见的字符，因此这段文字对模型可能另有含义。",
)

BIDI_CONTROL = define(
    "PS300",
    "bidi-control",
    Severity.ERROR,
    message=(
        "{character} changes the order in which the text is shown",
        "{character} 会改变文字的显示顺序",
    ),
    why=(
        "With direction controls a line looks different from what the model and the shell read.",
        "方向控制符会让显示的内容与模型和 shell 读到的内容不同。",
    ),
    help=("Remove the character.", "请删除该字符。"),
)
ZERO_WIDTH = define(
    "PS301",
    "zero-width",
    Severity.ERROR,
    message=(
        "{character} is invisible here ({count} in a row)",
        "{character} 在此处不可见（连续 {count} 个）",
    ),
    why=_HIDDEN,
    help=(
        "Remove it; `polyskill check --fix` does. Joiners inside emoji and in scripts that need "
        "them are not reported.",
        "请将其删除，`polyskill check --fix` 可自动完成。"
        "表情符号内部以及书写所需的连接符不会被报告。",
    ),
    fixable=True,
)
TAG_CHARACTER = define(
    "PS302",
    "tag-character",
    Severity.ERROR,
    message=(
        "{character} begins {count} invisible tag characters that spell `{hidden}`",
        "{character} 起有 {count} 个不可见的标签字符，拼写为 `{hidden}`",
    ),
    why=_HIDDEN,
    help=(
        "Remove them, and find out who put them there.",
        "请将其删除，并查明是谁放入的。",
    ),
)
INVISIBLE_CHARACTER = define(
    "PS303",
    "invisible-character",
    Severity.WARNING,
    message=(
        "{character} cannot be seen ({count} in a row)",
        "{character} 不可见（连续 {count} 个）",
    ),
    why=_HIDDEN,
    help=("Remove it, or write what it stands for.", "请将其删除，或写出它所代表的内容。"),
)
CONTROL_CHARACTER = define(
    "PS304",
    "control-character",
    Severity.ERROR,
    message=(
        "{character} is a control character ({count} in a row)",
        "{character} 是控制字符（连续 {count} 个）",
    ),
    why=(
        "Control characters are no text: terminals obey them, and YAML and JSON readers refuse "
        "them.",
        "控制字符不是文字：终端会执行它们，YAML 和 JSON 解析器会拒绝它们。",
    ),
    help=("Remove the character.", "请删除该字符。"),
)
TERMINAL_ESCAPE = define(
    "PS305",
    "terminal-escape",
    Severity.ERROR,
    message=("{character} begins a terminal escape", "{character} 是终端转义序列的开头"),
    why=(
        "Who prints the file obeys it: it can hide lines, rewrite them or fill the clipboard.",
        "打印该文件的终端会执行它：可以隐藏或改写内容，甚至写入剪贴板。",
    ),
    help=(
        r"Remove it; in a script write the escape as text (`\x1b`, `\033`).",
        r"请将其删除；在脚本中请以文本形式书写转义（`\x1b`、`\033`）。",
    ),
)
INNER_BOM = define(
    "PS306",
    "inner-bom",
    Severity.WARNING,
    message=(
        "{character} stands inside the text ({count} in a row)",
        "{character} 出现在文本内部（连续 {count} 个）",
    ),
    why=(
        "A byte-order mark is invisible, and inside a word or a key it makes two equal-looking "
        "texts differ.",
        "字节顺序标记不可见，夹在词或键中会使看起来相同的文字并不相同。",
    ),
    help=(
        "Remove it; `polyskill check --fix` does.",
        "请将其删除，`polyskill check --fix` 可自动完成。",
    ),
    fixable=True,
)
VARIATION_SELECTOR = define(
    "PS307",
    "variation-selector",
    Severity.ERROR,
    message=(
        "{character} follows nothing that it could vary ({count} in a row)",
        "{character} 前面没有可以变化的字符（连续 {count} 个）",
    ),
    why=(
        "Runs of variation selectors can carry any bytes, unseen, after an innocent character.",
        "成串的异体选择符可以在普通字符之后暗藏任意数据。",
    ),
    help=(
        "Remove it; `polyskill check --fix` does. Selectors after emoji and ideographs are not "
        "reported.",
        "请将其删除，`polyskill check --fix` 可自动完成。表情符号和汉字之后的选择符不会被报告。",
    ),
    fixable=True,
)
PRIVATE_USE = define(
    "PS308",
    "private-use-character",
    Severity.WARNING,
    message=(
        "{character} has no meaning that others know ({count} in a row)",
        "{character} 没有公认的含义（连续 {count} 个）",
    ),
    why=(
        "Private-use characters look like nothing, or like something else, without one's own font.",
        "没有特定字体时，私用区字符显示为空白或其他内容。",
    ),
    help=(
        "Write the word or a standard symbol instead.",
        "请改用文字或标准符号。",
    ),
)
BLANK_RUN = define(
    "PS310",
    "blank-run",
    Severity.ERROR,
    message=("{count} blank lines in a row", "连续 {count} 个空行"),
    why=(
        "Long gaps push what follows out of the view of reviewers and scanners, but not out of "
        "the model's.",
        "大段空白会把后面的内容推出审阅者和扫描器的视野，但模型仍会读到。",
    ),
    help=("Remove the gap and read what follows it.", "请删除空白，并检查其后的内容。"),
)
LONG_LINE = define(
    "PS311",
    "long-line",
    Severity.WARNING,
    message=(
        "a line of {count} characters; the limit is {limit}",
        "该行有 {count} 个字符，上限为 {limit}",
    ),
    why=(
        "Nobody reads to the end of such a line, and tools cut it at different places.",
        "没有人会读完这么长的一行，各工具的截断位置也不同。",
    ),
    help=(
        "Break the line, or move the data into a file of `assets/`.",
        "请换行，或把数据移到 `assets/` 的文件中。",
    ),
)
DEEP_NESTING = define(
    "PS312",
    "deep-nesting",
    Severity.ERROR,
    message=(
        "{depth} containers are opened inside each other on one line",
        "一行中嵌套打开了 {depth} 层容器",
    ),
    why=(
        "Such nesting exhausts parsers; no text needs it.",
        "这样的嵌套会耗尽解析器的资源，正常文本不需要。",
    ),
    help=("Flatten the text.", "请减少嵌套。"),
)
FILE_HUGE = define(
    "PS313",
    "file-huge",
    Severity.ERROR,
    message=(
        "`{file}` has {size} bytes; a text that an assistant loads has at most {limit}",
        "`{file}` 有 {size} 字节；助手加载的文本最多 {limit} 字节",
    ),
    why=(
        "Assistants cut, refuse or hang on such a file.",
        "助手会截断、拒绝这样的文件，或失去响应。",
    ),
    help=(
        "Split it into `references/`, and keep data in `assets/`.",
        "请拆分到 `references/`，数据请放在 `assets/`。",
    ),
)
BINARY_AS_TEXT = define(
    "PS320",
    "binary-as-text",
    Severity.ERROR,
    message=(
        "`{file}` is named like text but holds `{kind}`",
        "`{file}` 按名称是文本，实际内容是 `{kind}`",
    ),
    why=(
        "Reviewers skip what their editor cannot show, and interpreters may run it all the same.",
        "编辑器无法显示的内容会被审阅者略过，而解释器仍可能执行它。",
    ),
    help=(
        "Give the file its true extension, or replace it by its source.",
        "请改用真实的扩展名，或换成其源文件。",
    ),
)
CODE_DISGUISED = define(
    "PS321",
    "type-disguised",
    Severity.ERROR,
    message=(
        "`{file}` claims to be `{claimed}` but holds `{kind}`",
        "`{file}` 自称是 `{claimed}`，实际内容是 `{kind}`",
    ),
    why=(
        "A program or an archive under the name of a picture is there to get past a review.",
        "以图片名义存放的程序或压缩包意在绕过审查。",
    ),
    help=("Remove the file.", "请删除该文件。"),
)
OPAQUE_CODE = define(
    "PS322",
    "opaque-code",
    Severity.WARNING,
    message=(
        "`{file}` holds `{kind}`, which nobody can review",
        "`{file}` 含有无法审阅的 `{kind}`",
    ),
    why=(
        "Compiled code can do something else than the source that lies beside it.",
        "编译后的代码可能与旁边的源代码行为不同。",
    ),
    help=(
        "Ship the source, and build on the user's machine.",
        "请提供源代码，在用户机器上构建。",
    ),
)
PATH_RESERVED = define(
    "PS330",
    "path-reserved",
    Severity.ERROR,
    message=(
        "path `{file}` uses the reserved name `{part}`",
        "路径 `{file}` 使用了保留名 `{part}`",
    ),
    why=(
        "Windows gives the name to a device: the skill cannot be checked out or installed there.",
        "Windows 把该名称保留给设备：技能无法在其上检出或安装。",
    ),
    help=("Rename the file or the folder.", "请重命名该文件或文件夹。"),
)
PATH_CHARACTER = define(
    "PS331",
    "path-character",
    Severity.ERROR,
    message=("path `{file}` contains {character}", "路径 `{file}` 含有 {character}"),
    why=(
        "Not every file system can store the name, and some change it, so the file is lost or "
        "takes the place of another.",
        "并非所有文件系统都能保存该名称，有的还会改动它，导致文件丢失或覆盖其他文件。",
    ),
    help=(
        "Use letters, digits, `-`, `_` and `.`, and end with a letter or a digit.",
        "请使用字母、数字、`-`、`_` 和 `.`，并以字母或数字结尾。",
    ),
)
PATH_ESCAPES = define(
    "PS332",
    "path-escapes",
    Severity.ERROR,
    message=("path `{file}` leaves the skill's folder", "路径 `{file}` 超出了技能文件夹"),
    why=(
        "A file outside the folder would be read, or overwritten, on the user's machine.",
        "会读取或覆盖用户机器上该文件夹之外的文件。",
    ),
    help=(
        "Move the file into the folder and name it by a relative path.",
        "请把文件移入该文件夹，并使用相对路径。",
    ),
)
PATH_DEEP = define(
    "PS333",
    "path-deep",
    Severity.WARNING,
    message=(
        "path `{file}` is {depth} folders deep and {length} characters long",
        "路径 `{file}` 深 {depth} 层、长 {length} 个字符",
    ),
    why=(
        "Assistants look four to six folders deep, and Windows stops at 260 characters.",
        "助手只查看四到六层文件夹，Windows 的路径上限为 260 个字符。",
    ),
    help=("Use shorter names and fewer folders.", "请使用更短的名称和更少的层级。"),
)
REMOTE_CODE = define(
    "PS340",
    "remote-code",
    Severity.WARNING,
    message=(
        "code from the network is run unseen: `{excerpt}`",
        "未经查看就运行来自网络的代码：`{excerpt}`",
    ),
    why=(
        "Whoever controls the address, today or later, runs what they like on the user's machine.",
        "控制该地址的人随时可以在用户机器上运行任意代码。",
    ),
    help=(
        "Install a pinned version with a package manager, or download, check, and then run.",
        "请用包管理器安装固定版本，或先下载、核对再运行。",
    ),
)
DECODE_AND_RUN = define(
    "PS341",
    "decode-and-run",
    Severity.WARNING,
    message=("encoded code is run: `{excerpt}`", "运行经过编码的代码：`{excerpt}`"),
    why=(
        "Nobody can review what is decoded only at the moment when it runs.",
        "运行时才解码的内容无法审阅。",
    ),
    help=("Write the commands out.", "请直接写出命令。"),
)
ARCHIVE_PASSWORD = define(
    "PS342",
    "archive-password",
    Severity.WARNING,
    message=(
        "an archive with a password is asked for: `{excerpt}`",
        "要求使用带密码的压缩包：`{excerpt}`",
    ),
    why=(
        "A password on a public archive serves one purpose: virus scanners cannot look inside.",
        "公开压缩包加密码只有一个作用：让杀毒软件无法检查。",
    ),
    help=(
        "Offer the program through a package manager or as source.",
        "请通过包管理器或源代码提供程序。",
    ),
)
HIDDEN_FROM_USER = define(
    "PS343",
    "hidden-from-user",
    Severity.WARNING,
    message=(
        "the assistant is told to keep something from the user: `{excerpt}`",
        "要求助手对用户隐瞒：`{excerpt}`",
    ),
    why=(
        "Nothing that helps a user has to be done behind their back.",
        "对用户有益的事情不需要背着用户去做。",
    ),
    help=("Remove the sentence.", "请删除这句话。"),
)
PERSISTENCE = define(
    "PS344",
    "persistence",
    Severity.WARNING,
    message=(
        "a start-up or memory file outside the project is written: `{excerpt}`",
        "写入项目之外的启动文件或记忆文件：`{excerpt}`",
    ),
    why=(
        "What is written there acts in every later session, and stays when the skill is removed.",
        "写入的内容会影响以后的每次会话，卸载技能后仍然存在。",
    ),
    help=(
        "Tell the user what to set, and let them do it.",
        "请告诉用户需要设置什么，由用户自行完成。",
    ),
)
MORE_FINDINGS = define(
    "PS398",
    "more-findings",
    Severity.INFO,
    message=(
        "{count} more findings of `{finding}` in this file are not listed",
        "该文件中还有 {count} 处 `{finding}` 未列出",
    ),
    why=(
        "Thousands of equal lines would hide the others.",
        "成千上万条相同的结果会淹没其他结果。",
    ),
    help=(
        "Repair the ones that are listed and check again.",
        "请先修复已列出的问题，然后重新检查。",
    ),
)
