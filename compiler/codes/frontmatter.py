"""Reading and recovering YAML and front matter (PS001–PS039)."""

from __future__ import annotations

from ..diagnostics import Severity, define

__all__ = [
    "BOM",
    "CRLF",
    "DEDENTED_KEY",
    "DEDENTED_LINE",
    "DUPLICATE_DROPPED",
    "DUPLICATE_KEY",
    "FENCE_GLUED",
    "FENCE_MALFORMED",
    "FENCE_MISPLACED",
    "FENCE_MISSING",
    "FENCE_UNCLOSED",
    "FENCE_WITHOUT_KEYS",
    "HTML_COMMENT",
    "HTML_COMMENT_DROPPED",
    "KEPT_AS_TEXT",
    "KEY_NOT_TEXT",
    "LIST_UNMARKED",
    "NOT_MAPPING",
    "NOT_UTF8",
    "OPENING_MISSING",
    "PHRASE_LEFT_OUT",
    "STRAY_LINE",
    "TAB_INDENT",
    "UNQUOTED_COLON",
    "UNQUOTED_SIGN",
    "YAML_ALIAS",
    "YAML_DEEP",
    "YAML_DOCUMENTS",
    "YAML_LARGE",
    "YAML_RECOVERED",
    "YAML_REFUSED",
    "YAML_SYNTAX",
    "YAML_TAG",
]

_ERROR, _WARNING, _INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

# --- PS001–PS019: what strict reading refuses ------------------------------------------------

NOT_UTF8 = define(
    "PS001",
    "not-utf8",
    _ERROR,
    message=("the file is not valid UTF-8 from here on", "文件从此处起不是有效的 UTF-8"),
    why=(
        "Assistants read skills as UTF-8; some skip such a file, others show replacement signs.",
        "各助手都按 UTF-8 读取技能；有的会跳过这样的文件，有的会显示替换符号。",
    ),
    help=("Save the file as UTF-8 without a byte-order mark.", "请将文件另存为不带 BOM 的 UTF-8。"),
)
YAML_SYNTAX = define(
    "PS002",
    "yaml-syntax",
    _ERROR,
    message=("YAML breaks here: `{problem}`", "YAML 在此处无法解析：`{problem}`"),
    why=(
        "An assistant that cannot parse the YAML ignores the whole file, mostly without a word.",
        "无法解析 YAML 的助手会忽略整个文件，而且通常不作任何提示。",
    ),
    help=(
        "Put values that hold `: `, `#`, `*`, `[` or `@` in double quotes and indent by spaces.",
        "请给含有 `: `、`#`、`*`、`[` 或 `@` 的值加上双引号，并用空格缩进。",
    ),
)
YAML_TAG = define(
    "PS003",
    "yaml-tag",
    _ERROR,
    message=("the YAML tag `{tag}` is refused", "拒绝 YAML 标签 `{tag}`"),
    why=(
        "Tags change what a value is, and in some readers they run code.",
        "标签会改变值的类型，在某些读取器中甚至会执行代码。",
    ),
    help=(
        "Remove the tag, or quote the value if it is text.",
        "请删除标签；若值是文本，请加引号。",
    ),
)
DUPLICATE_KEY = define(
    "PS004",
    "yaml-duplicate-key",
    _ERROR,
    message=("the key `{key}` is already given on line {line}", "键 `{key}` 已在第 {line} 行给出"),
    why=(
        "One reader keeps the first value, another the last, a third refuses the file.",
        "有的读取器保留第一个值，有的保留最后一个，还有的拒绝整个文件。",
    ),
    help=("Keep one of the two.", "请只保留其中一个。"),
)
YAML_ALIAS = define(
    "PS005",
    "yaml-alias",
    _ERROR,
    message=("the YAML anchor or alias `{name}` is refused", "拒绝 YAML 锚点或别名 `{name}`"),
    why=(
        "Aliases can blow a small file up to gigabytes, and many readers of skills lack them.",
        "别名能让小文件膨胀到数 GB，而且许多技能读取器并不支持别名。",
    ),
    help=(
        "Write the value out; if the sign is text, put the value in double quotes.",
        "请直接写出该值；若该符号是文本，请给值加双引号。",
    ),
)
YAML_DEEP = define(
    "PS006",
    "yaml-too-deep",
    _ERROR,
    message=("YAML is nested deeper than {limit} levels", "YAML 嵌套超过 {limit} 层"),
    why=(
        "Such depth is never meant and exhausts the stack of many readers.",
        "这样的深度不会是有意为之，并且会耗尽许多读取器的栈。",
    ),
    help=("Flatten the structure.", "请减少嵌套层次。"),
)
YAML_LARGE = define(
    "PS007",
    "yaml-too-large",
    _ERROR,
    message=("the YAML holds more than {limit} {unit}", "YAML 超过 {limit} {unit}"),
    why=(
        "A block of this size is data, not a description, and slows every reader down.",
        "如此大的内容属于数据而不是描述，会拖慢每个读取器。",
    ),
    help=("Move the data into a file of its own.", "请把数据移到单独的文件中。"),
)
YAML_DOCUMENTS = define(
    "PS008",
    "yaml-documents",
    _ERROR,
    message=("a second YAML document begins here", "此处开始了第二个 YAML 文档"),
    why=("Readers take only the first one.", "读取器只会读取第一个文档。"),
    help=("Join the documents or remove the line `---`.", "请合并各文档，或删除 `---` 行。"),
)
KEY_NOT_TEXT = define(
    "PS009",
    "yaml-key-not-text",
    _WARNING,
    message=("the key `{key}` is not text and is read as text", "键 `{key}` 不是文本，按文本读取"),
    why=(
        "JSON and most readers know only text as keys.",
        "JSON 和大多数读取器只支持文本作为键。",
    ),
    help=("Put the key in double quotes.", "请给该键加上双引号。"),
)
FENCE_UNCLOSED = define(
    "PS010",
    "front-matter-unclosed",
    _ERROR,
    message=("the front matter has no closing line `---`", "头部信息缺少结束行 `---`"),
    why=(
        "Without the closing line the file has no name and no description for an assistant.",
        "缺少结束行时，助手看不到该文件的名称和描述。",
    ),
    help=(
        "Add a line `---` after the last key, at the start of the line.",
        "请在最后一个键之后另起一行，顶格写 `---`。",
    ),
)
NOT_MAPPING = define(
    "PS011",
    "front-matter-not-mapping",
    _ERROR,
    message=(
        "the front matter is not a list of `key: value` lines",
        "头部信息不是 `键: 值` 的形式",
    ),
    why=(
        "Name and description are read by key.",
        "名称和描述都要按键读取。",
    ),
    help=(
        "Write `key: value` lines, or remove the two lines `---`.",
        "请写成 `键: 值` 的形式，或删除两行 `---`。",
    ),
)
BOM = define(
    "PS012",
    "byte-order-mark",
    _WARNING,
    message=("the file begins with a byte-order mark", "文件以字节顺序标记（BOM）开头"),
    why=(
        "Codex does not see the front matter behind a byte-order mark and skips the skill.",
        "Codex 看不到 BOM 之后的头部信息，会跳过该技能。",
    ),
    help=("Save the file as UTF-8 without a byte-order mark.", "请将文件另存为不带 BOM 的 UTF-8。"),
)
CRLF = define(
    "PS013",
    "carriage-returns",
    _INFO,
    message=("lines end with carriage returns", "行尾带有回车符"),
    why=(
        "Some line-based readers keep the carriage return as part of the value.",
        "某些按行读取的程序会把回车符当作值的一部分。",
    ),
    help=("Save the file with LF line endings.", "请将文件另存为 LF 换行。"),
)

# --- PS020–PS039: what recovering reading made of it -------------------------------------------

FENCE_GLUED = define(
    "PS020",
    "fence-glued",
    _WARNING,
    message=(
        "the closing fence `---` is glued to the text before it",
        "结束行 `---` 粘在了前面的文字之后",
    ),
    why=(
        "A fence is a line of its own: glued to a value it closes nothing.",
        "分隔线必须独占一行；粘在值后面就不起作用。",
    ),
    help=("Put `---` on the next line.", "请将 `---` 放到下一行。"),
    fixable=True,
)
FENCE_MISSING = define(
    "PS021",
    "fence-missing",
    _WARNING,
    message=(
        "the closing fence `---` is missing; the front matter is taken to end here",
        "缺少结束行 `---`，视为头部信息到此结束",
    ),
    why=(
        "Without the closing line the file has no name and no description for an assistant.",
        "缺少结束行时，助手看不到该文件的名称和描述。",
    ),
    help=("Add a line `---` here.", "请在此处加一行 `---`。"),
    fixable=True,
)
OPENING_MISSING = define(
    "PS022",
    "opening-fence-missing",
    _WARNING,
    message=("the opening fence `---` is missing", "缺少开头行 `---`"),
    why=(
        "A front matter is recognised by its first line.",
        "程序靠第一行识别头部信息。",
    ),
    help=("Add a line `---` at the very start.", "请在文件最开头加一行 `---`。"),
    fixable=True,
)
DEDENTED_KEY = define(
    "PS023",
    "dedented-key",
    _WARNING,
    message=(
        "`{key}` stands at the start of the line below a block of text and is read as a key",
        "`{key}` 顶格写在文本块之后，被当作一个键读取",
    ),
    why=(
        "A line that is not indented ends the block of text above it.",
        "没有缩进的行会结束上面的文本块。",
    ),
    help=(
        "Indent the line if it belongs to the text, or make it a proper key.",
        "若该行属于文本，请缩进；否则请写成正式的键。",
    ),
)
LIST_UNMARKED = define(
    "PS024",
    "list-unmarked",
    _WARNING,
    message=(
        "`{key}` gives quoted phrases without a list; read as {count} phrases",
        "`{key}` 列出了带引号的短语但没有写成列表，读作 {count} 个短语",
    ),
    why=(
        '`"a", "b"` is not YAML, and the whole front matter fails because of it.',
        '`"a", "b"` 不是合法的 YAML，会使整个头部信息失效。',
    ),
    help=(
        "Write one phrase a line, each after `- `.",
        "请每行写一个短语，前面加 `- `。",
    ),
)
PHRASE_LEFT_OUT = define(
    "PS025",
    "phrase-left-out",
    _WARNING,
    message=(
        "`{text}` among the quoted phrases of `{key}` is not quoted and is left out",
        "`{key}` 的带引号短语之间的 `{text}` 没有引号，未被采用",
    ),
    why=(
        "Among quoted phrases, bare words are a remark rather than a phrase.",
        "在带引号的短语之间，裸露的词语更像说明而不是短语。",
    ),
    help=("Quote it if it is a phrase.", "若它是短语，请加上引号。"),
)
DEDENTED_LINE = define(
    "PS026",
    "dedented-line",
    _WARNING,
    message=(
        "this line is not indented and is joined to the value of `{key}`",
        "此行没有缩进，已并入 `{key}` 的值",
    ),
    why=(
        "A value goes on only on indented lines.",
        "只有缩进的行才属于上面的值。",
    ),
    help=("Indent the line by two spaces.", "请将该行缩进两个空格。"),
)
UNQUOTED_COLON = define(
    "PS027",
    "unquoted-colon",
    _WARNING,
    message=(
        "the value of `{key}` holds `: ` but is not quoted; kept as text",
        "`{key}` 的值含有 `: ` 但没有加引号，按文本保留",
    ),
    why=(
        "YAML takes `: ` for the end of a key, and the whole front matter fails.",
        "YAML 会把 `: ` 当作键的结尾，使整个头部信息失效。",
    ),
    help=("Put the value in double quotes.", "请给该值加上双引号。"),
    fixable=True,
)
UNQUOTED_SIGN = define(
    "PS028",
    "unquoted-sign",
    _WARNING,
    message=(
        "the value of `{key}` begins with `{sign}` but is not quoted; kept as text",
        "`{key}` 的值以 `{sign}` 开头但没有加引号，按文本保留",
    ),
    why=(
        "YAML gives this sign a meaning of its own, and the whole front matter fails.",
        "YAML 赋予该符号特殊含义，会使整个头部信息失效。",
    ),
    help=("Put the value in double quotes.", "请给该值加上双引号。"),
    fixable=True,
)
TAB_INDENT = define(
    "PS029",
    "tab-indent",
    _WARNING,
    message=(
        "a tab indents the value of `{key}`; read as spaces",
        "`{key}` 的值用制表符缩进，按空格读取",
    ),
    why=("YAML forbids tabs in indentation.", "YAML 不允许用制表符缩进。"),
    help=("Indent by two spaces.", "请用两个空格缩进。"),
)
HTML_COMMENT = define(
    "PS030",
    "html-comment",
    _WARNING,
    message=(
        "an HTML comment inside `{key}` is text to YAML; lifted out as `{key}.zh`",
        "`{key}` 中的 HTML 注释在 YAML 里是普通文本，已提取为 `{key}.zh`",
    ),
    why=(
        "YAML knows no HTML comments: the assistant would load both languages and the signs.",
        "YAML 不认识 HTML 注释：助手会同时载入两种语言和注释符号。",
    ),
    help=(
        "Put the translation into the front matter of `SKILL.zh.md`.",
        "请把译文放进 `SKILL.zh.md` 的头部信息。",
    ),
)
DUPLICATE_DROPPED = define(
    "PS031",
    "duplicate-key-dropped",
    _WARNING,
    message=(
        "the key `{key}` is given again; the value of line {line} is kept",
        "键 `{key}` 重复出现，保留第 {line} 行的值",
    ),
    why=(
        "One reader keeps the first value, another the last, a third refuses the file.",
        "有的读取器保留第一个值，有的保留最后一个，还有的拒绝整个文件。",
    ),
    help=("Keep one of the two.", "请只保留其中一个。"),
)
YAML_REFUSED = define(
    "PS032",
    "yaml-refused",
    _WARNING,
    message=(
        "the value of `{key}` uses a YAML tag, anchor or alias; kept as text",
        "`{key}` 的值使用了 YAML 标签、锚点或别名，按文本保留",
    ),
    why=(
        "Tags can run code and aliases can blow up; neither is resolved here.",
        "标签可能执行代码，别名可能无限膨胀，此处一律不解析。",
    ),
    help=("Write the value out, or put it in double quotes.", "请直接写出该值，或加上双引号。"),
)
KEPT_AS_TEXT = define(
    "PS033",
    "kept-as-text",
    _WARNING,
    message=(
        "the value of `{key}` is not valid YAML; kept as text",
        "`{key}` 的值不是合法的 YAML，按文本保留",
    ),
    why=(
        "What it was meant to be cannot be told for certain.",
        "无法确定它原本的含义。",
    ),
    help=("Correct the value; quote it if it is text.", "请改正该值；若是文本，请加引号。"),
    fixable=True,
)
STRAY_LINE = define(
    "PS034",
    "stray-line",
    _WARNING,
    message=("`{text}` belongs to no key and is left out", "`{text}` 不属于任何键，未被采用"),
    why=("A front matter consists of `key: value` lines.", "头部信息由 `键: 值` 行组成。"),
    help=("Give it a key or move it into the body.", "请为它加上键，或移到正文中。"),
)
FENCE_MISPLACED = define(
    "PS035",
    "fence-misplaced",
    _WARNING,
    message=("the opening fence `---` is not the first line", "开头行 `---` 不在第一行"),
    why=(
        "Most assistants look for it on the first line only.",
        "大多数助手只在第一行寻找它。",
    ),
    help=("Remove what stands before it.", "请删除它前面的内容。"),
)
FENCE_MALFORMED = define(
    "PS036",
    "fence-malformed",
    _WARNING,
    message=("`{text}` is taken for the fence `---`", "`{text}` 被当作分隔线 `---`"),
    why=(
        "Only three hyphens at the start of a line, and nothing else, are a fence.",
        "只有顶格的三个连字符、且该行没有其他内容，才是分隔线。",
    ),
    help=("Write `---`.", "请写成 `---`。"),
    fixable=True,
)
FENCE_WITHOUT_KEYS = define(
    "PS037",
    "fence-without-keys",
    _INFO,
    message=(
        "the file begins with `---` but no key follows; all of it is read as body",
        "文件以 `---` 开头但其后没有键，全部按正文读取",
    ),
    why=(
        "`---` is also a horizontal rule in Markdown.",
        "`---` 在 Markdown 中也表示分隔线。",
    ),
    help=(
        "Write the rule as `***` if no front matter is meant.",
        "若并非头部信息，请把分隔线写成 `***`。",
    ),
)
YAML_RECOVERED = define(
    "PS038",
    "yaml-recovered",
    _WARNING,
    message=(
        "the front matter is not valid YAML (`{problem}`); read key by key",
        "头部信息不是合法的 YAML（`{problem}`），已逐键读取",
    ),
    why=(
        "An assistant that cannot parse the YAML ignores the whole file, mostly without a word.",
        "无法解析 YAML 的助手会忽略整个文件，而且通常不作任何提示。",
    ),
    help=(
        "Import the skill: `polyskill import` writes a clean front matter.",
        "请导入该技能：`polyskill import` 会写出规范的头部信息。",
    ),
)

HTML_COMMENT_DROPPED = define(
    "PS039",
    "html-comment-dropped",
    _WARNING,
    message=(
        "an HTML comment inside `{key}` is text to YAML; left out",
        "`{key}` 中的 HTML 注释在 YAML 里是普通文本，未被采用",
    ),
    why=(
        "YAML knows no HTML comments: the assistant would load the remark and its signs.",
        "YAML 不认识 HTML 注释：助手会把注释及其符号一并载入。",
    ),
    help=(
        "Write a remark as a YAML comment, `# …`, on a line of its own.",
        "请把说明写成单独一行的 YAML 注释 `# …`。",
    ),
)
