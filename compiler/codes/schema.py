"""What a canonical front matter may say (PS100–PS129)."""

from __future__ import annotations

from ..diagnostics import Severity, define

__all__ = [
    "ANGLE_BRACKETS",
    "BAD_CHOICE",
    "BAD_NAME",
    "EMPTY_VALUE",
    "KEY_UNKNOWN",
    "MISSING_KEY",
    "MISSPELT_KEY",
    "NAME_NOT_FOLDER",
    "NOT_TEXT",
    "NO_FRONT_MATTER",
    "TOO_LONG",
    "TRANSLATION_KEY",
    "UNQUOTED_DESCRIPTION",
    "WRONG_TYPE",
]

_ERROR, _WARNING = Severity.ERROR, Severity.WARNING

MISSING_KEY = define(
    "PS100",
    "missing-key",
    _ERROR,
    message=("the front matter lacks `{key}`", "头部信息缺少 `{key}`"),
    why=(
        "Assistants find a skill by its name and choose it by its description.",
        "助手靠名称找到技能，靠描述决定是否使用它。",
    ),
    help=("Add the key.", "请补上该键。"),
)
WRONG_TYPE = define(
    "PS101",
    "wrong-type",
    _ERROR,
    message=(
        "`{key}` must be of type `{expected}`, not `{actual}`",
        "`{key}` 的类型应为 `{expected}`，而不是 `{actual}`",
    ),
    why=(
        "Assistants skip a skill, or fail as a whole, on a value of another type.",
        "遇到类型不符的值，助手会跳过该技能，甚至整体出错。",
    ),
    help=("Write the value in the expected form.", "请按要求的形式书写该值。"),
)
KEY_UNKNOWN = define(
    "PS102",
    "unknown-key",
    _WARNING,
    message=(
        "`{key}` is not a key of the front matter; kept",
        "`{key}` 不是头部信息的已知键，予以保留",
    ),
    why=(
        "Nothing reads it, and strict assistants refuse unknown keys.",
        "没有程序会读取它，而且严格的助手会拒绝未知的键。",
    ),
    help=(
        "Move it below `metadata`, or below `overrides` if one assistant needs it.",
        "请移到 `metadata` 之下；若某个助手需要它，请移到 `overrides` 之下。",
    ),
)
MISSPELT_KEY = define(
    "PS103",
    "misspelt-key",
    _WARNING,
    message=(
        "`{key}` is not a key of the front matter; did you mean `{nearest}`?",
        "`{key}` 不是头部信息的已知键，是否指 `{nearest}`？",
    ),
    why=(
        "A misspelt key is kept, but nothing reads it.",
        "拼错的键会保留，但没有程序会读取它。",
    ),
    help=("Correct the spelling.", "请改正拼写。"),
)
BAD_NAME = define(
    "PS104",
    "bad-name",
    _ERROR,
    message=(
        "the name `{value}` is not made of `a-z`, `0-9` and single hyphens",
        "名称 `{value}` 不是由 `a-z`、`0-9` 和单个连字符组成",
    ),
    why=(
        "The name becomes a folder and a command; the specification allows nothing else.",
        "名称会成为文件夹名和命令名，规范不允许其他字符。",
    ),
    help=(
        "Write it like `code-review`; other scripts belong into `title`.",
        "请写成 `code-review` 这样的形式；其他文字请放入 `title`。",
    ),
)
NAME_NOT_FOLDER = define(
    "PS105",
    "name-not-folder",
    _ERROR,
    message=(
        "the name `{value}` differs from the folder `{folder}`",
        "名称 `{value}` 与文件夹 `{folder}` 不一致",
    ),
    why=(
        "The specification wants both to be equal; some assistants use one, some the other.",
        "规范要求两者一致；有的助手用前者，有的用后者。",
    ),
    help=("Rename one of the two.", "请重命名其中之一。"),
)
EMPTY_VALUE = define(
    "PS106",
    "empty-value",
    _ERROR,
    message=("`{key}` is empty", "`{key}` 为空"),
    why=("An empty value says nothing to an assistant.", "空值对助手没有任何意义。"),
    help=("Write a value or remove the key.", "请写上值，或删除该键。"),
)
TOO_LONG = define(
    "PS107",
    "value-too-long",
    _ERROR,
    message=(
        "`{key}` has {length} characters; {limit} are allowed",
        "`{key}` 有 {length} 个字符，最多允许 {limit} 个",
    ),
    why=(
        "Assistants cut longer values or skip the skill.",
        "更长的值会被助手截断，或使该技能被跳过。",
    ),
    help=("Shorten it; details belong into the body.", "请缩短；细节应放入正文。"),
)
ANGLE_BRACKETS = define(
    "PS108",
    "angle-brackets",
    _WARNING,
    message=("`{key}` holds `{sign}`", "`{key}` 含有 `{sign}`"),
    why=(
        "Assistants put it between XML tags: angle brackets are escaped, or break the prompt.",
        "助手会把它放进 XML 标签之间：尖括号会被转义，或破坏提示词。",
    ),
    help=("Write it without angle brackets.", "请不要使用尖括号。"),
)
UNQUOTED_DESCRIPTION = define(
    "PS109",
    "unquoted-description",
    _WARNING,
    message=("the `{key}` is not in quotes", "`{key}` 没有加引号"),
    why=(
        "Quotes keep `: `, `#` and numbers from changing the meaning in any reader.",
        "引号能防止 `: `、`#` 和数字在任何读取器中改变含义。",
    ),
    help=("Put the value in double quotes on one line.", "请把该值写在一行内并加上双引号。"),
    fixable=True,
)
TRANSLATION_KEY = define(
    "PS110",
    "translation-key",
    _WARNING,
    message=("`{key}` does not belong into a translation", "`{key}` 不应出现在译文文件中"),
    why=(
        "A translation holds translated fields only; anything else would drift from the source.",
        "译文文件只包含翻译的字段，其他内容会与原文产生偏差。",
    ),
    help=("Remove it here; keep it in `SKILL.md`.", "请在此处删除，只保留在 `SKILL.md` 中。"),
)
NOT_TEXT = define(
    "PS111",
    "not-text",
    _ERROR,
    message=(
        "`{key}` must be text, but `{value}` without quotes is of type `{actual}`",
        "`{key}` 应为文本，但不带引号的 `{value}` 的类型是 `{actual}`",
    ),
    why=(
        "Readers turn it into a number or a truth value: `1.10` becomes `1.1`.",
        "读取器会把它变成数字或布尔值：`1.10` 会变成 `1.1`。",
    ),
    help=("Put the value in double quotes.", "请给该值加上双引号。"),
    fixable=True,
)
BAD_CHOICE = define(
    "PS112",
    "bad-choice",
    _ERROR,
    message=(
        "`{key}` is `{value}`, not one of {choices}",
        "`{key}` 的值 `{value}` 不在 {choices} 之中",
    ),
    why=("No other value has a meaning here.", "此处其他值没有意义。"),
    help=("Choose one of the values.", "请从这些值中选择一个。"),
)
NO_FRONT_MATTER = define(
    "PS113",
    "no-front-matter",
    _ERROR,
    message=("the file has no front matter", "文件没有头部信息"),
    why=(
        "Without one an assistant knows neither name nor description, and skips the skill.",
        "没有头部信息，助手就不知道名称和描述，会跳过该技能。",
    ),
    help=(
        "Begin the file with a line `---`, the keys, and another line `---`.",
        "请在文件开头写一行 `---`、各个键，再写一行 `---`。",
    ),
)
