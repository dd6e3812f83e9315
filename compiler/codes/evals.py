"""Codes PS060 to PS079: test cases, in eval files and in the body."""

from __future__ import annotations

from ..diagnostics import Severity, define

__all__ = [
    "BAD_CASE",
    "BAD_CHECK",
    "BAD_REGEX",
    "BAD_TYPE",
    "BAD_VALUE",
    "DUPLICATE_ID",
    "DUPLICATE_KEY",
    "MALFORMED_JSON",
    "MISSING_INPUT",
    "NOTHING_TO_GRADE",
    "NO_CASES",
    "PROSE_CASE",
    "TOO_DEEP",
    "UNKNOWN_KEY",
    "UNKNOWN_SHAPE",
    "UNKNOWN_VERIFIER",
]

BAD_TYPE = define(
    "PS060",
    "eval-type",
    Severity.ERROR,
    message=("`{key}` must be {wanted}, not {found}", "`{key}` 应为{wanted_zh}，不能是{found_zh}"),
    why=(
        "A case with a value of the wrong kind cannot be run.",
        "取值类型不对的用例无法运行。",
    ),
    help=(
        "Write the value in the form that the source format page shows for this key.",
        "请按源格式文档中该键的写法书写取值。",
    ),
)

BAD_VALUE = define(
    "PS061",
    "eval-value",
    Severity.ERROR,
    message=("`{key}` cannot be `{value}`; use {wanted}", "`{key}` 不能是 `{value}`，应为{wanted}"),
    why=(
        "The value is not one that a grader knows what to do with.",
        "评分器不知道如何处理这个取值。",
    ),
    help=("Choose one of the values named in the message.", "请改用消息中列出的取值。"),
)

MISSING_INPUT = define(
    "PS062",
    "eval-input",
    Severity.ERROR,
    message=("case `{case}` has no `input`", "用例 `{case}` 缺少 `input`"),
    why=(
        "Without an input there is nothing to send to the assistant.",
        "没有输入，就没有内容可以发给助手。",
    ),
    help=(
        "Add `input` with the user's words: a text, or `en` and `zh`.",
        "请添加 `input`，写上用户的话：一段文本，或分别写 `en` 和 `zh`。",
    ),
)

NOTHING_TO_GRADE = define(
    "PS063",
    "eval-nothing-to-grade",
    Severity.ERROR,
    message=(
        "case `{case}` has neither `criteria` nor `checks`",
        "用例 `{case}` 既没有 `criteria` 也没有 `checks`",
    ),
    why=(
        "An answer to it could not be found right or wrong, so the case proves nothing.",
        "无从判断回答的对错，这样的用例不能证明任何事。",
    ),
    help=(
        "Say what a good answer holds under `criteria`, or add `checks`; a case that only tests"
        " triggering has `trigger`.",
        "请在 `criteria` 中写明好的回答应包含什么，或添加 `checks`；"
        "只测试触发的用例请写 `trigger`。",
    ),
)

DUPLICATE_ID = define(
    "PS064",
    "eval-duplicate-id",
    Severity.ERROR,
    message=(
        "the id `{case}` is taken by the case on line {line}",
        "标识 `{case}` 已被第 {line} 行的用例占用",
    ),
    why=(
        "Results are stored and compared by id: two cases with one id overwrite each other.",
        "结果按标识保存和比较，标识相同的两个用例会互相覆盖。",
    ),
    help=("Give each case an id of its own.", "请为每个用例取不同的标识。"),
)

UNKNOWN_KEY = define(
    "PS065",
    "eval-unknown-key",
    Severity.INFO,
    message=("unknown key `{key}`{hint}", "未知的键 `{key}`{hint_zh}"),
    why=(
        "The key is kept, but nothing reads it; it may be a slip of the pen.",
        "该键会保留，但没有任何程序读取它；也可能是笔误。",
    ),
    help=(
        "Correct the key, or leave it if it is a note of your own.",
        "请改正键名；如果是自己的备注，可以保留。",
    ),
)

BAD_REGEX = define(
    "PS066",
    "eval-regex",
    Severity.ERROR,
    message=(
        "the pattern `{pattern}` is no regular expression: {reason}",
        "`{pattern}` 不是合法的正则表达式：{reason}",
    ),
    why=("A check whose pattern cannot be compiled never runs.", "无法编译的模式永远不会执行。"),
    help=(
        "Correct the pattern; put it in single quotes so that YAML leaves its backslashes alone.",
        "请改正模式，并用单引号括起来，以免 YAML 改动其中的反斜杠。",
    ),
)

BAD_CHECK = define(
    "PS067",
    "eval-check",
    Severity.ERROR,
    message=("a `{kind}` check needs {wanted}", "`{kind}` 检查需要{wanted_zh}"),
    why=(
        "A check without a usable value would pass or fail at random, so it is not run.",
        "没有可用取值的检查，其成败没有意义，因此不会执行。",
    ),
    help=("Give the check the value named in the message.", "请为该检查补上消息中所说的取值。"),
)

NO_CASES = define(
    "PS068",
    "eval-no-cases",
    Severity.WARNING,
    message=("no test case in `{file}`", "`{file}` 中没有测试用例"),
    why=(
        "A skill without cases cannot be compared with its earlier versions.",
        "没有用例，技能就无法与旧版本比较。",
    ),
    help=(
        "Add cases under `cases:`, or remove the file.",
        "请在 `cases:` 下添加用例，或删除该文件。",
    ),
)

MALFORMED_JSON = define(
    "PS069",
    "eval-json",
    Severity.WARNING,
    message=("this is no JSON: {reason}", "这不是合法的 JSON：{reason}"),
    why=("A file that cannot be parsed gives no cases.", "无法解析的文件得不到任何用例。"),
    help=("Correct the file at this place.", "请改正此处的内容。"),
)

DUPLICATE_KEY = define(
    "PS070",
    "eval-duplicate-key",
    Severity.WARNING,
    message=("the key `{key}` occurs twice in one object", "键 `{key}` 在同一个对象中出现了两次"),
    why=(
        "JSON readers disagree about which of the two counts, so one of them is silently lost.",
        "不同的 JSON 读取器取舍不一，其中一个会悄悄丢失。",
    ),
    help=("Remove or rename one of the two.", "请删除其中一个，或改名。"),
)

TOO_DEEP = define(
    "PS071",
    "eval-depth",
    Severity.WARNING,
    message=("nested more than {limit} levels deep", "嵌套超过 {limit} 层"),
    why=(
        "No eval format nests this deep; such a file is damaged or hostile.",
        "没有哪种评测格式会嵌套这么深，这样的文件已损坏或不怀好意。",
    ),
    help=("Flatten the file.", "请减少嵌套层数。"),
)

UNKNOWN_SHAPE = define(
    "PS072",
    "eval-unknown-shape",
    Severity.INFO,
    message=("`{file}` has none of the known eval formats", "`{file}` 不是已知的评测格式"),
    why=(
        "Its cases, if it has any, are carried along as a file but are never run.",
        "其中的用例（如果有）只会作为文件保留，不会被运行。",
    ),
    help=(
        "Write the cases into `evals/cases.yaml`, or into `evals.json` with an `evals` list.",
        "请把用例写入 `evals/cases.yaml`，或写成带 `evals` 列表的 `evals.json`。",
    ),
)

PROSE_CASE = define(
    "PS073",
    "prose-test-incomplete",
    Severity.INFO,
    message=(
        "test `{case}` has no {missing} that could be recognised",
        "测试“{case}”中没有可识别的{missing_zh}",
    ),
    why=(
        "It stands in a section about tests but cannot be run as one.",
        "它位于测试章节中，却无法作为测试运行。",
    ),
    help=(
        "Give it an `Input:` and an `Expected:` line, or write it into `evals/cases.yaml`.",
        "请写上“输入：”和“期望：”两行，或将其写入 `evals/cases.yaml`。",
    ),
)

BAD_CASE = define(
    "PS074",
    "eval-case-skipped",
    Severity.WARNING,
    message=("case {number} is left out: {reason}", "第 {number} 个用例被略过：{reason_zh}"),
    why=(
        "The other cases of the file are read; this one cannot be run as it is.",
        "文件中的其他用例会照常读取；这一个无法按现状运行。",
    ),
    help=(
        "Give the case a prompt and something to grade the answer by.",
        "请为该用例补上提示语和评判依据。",
    ),
)

UNKNOWN_VERIFIER = define(
    "PS075",
    "eval-unknown-verifier",
    Severity.WARNING,
    message=("the verifier `{kind}` cannot be run", "校验器 `{kind}` 无法执行"),
    why=(
        "Its kind is unknown or it has no usable value, so it takes no part in the verdict.",
        "类型未知或没有可用的取值，因此不参与判定。",
    ),
    help=(
        "Give it a value, and a kind that the source format page lists under checks.",
        "请补上取值，并使用源格式文档 checks 一节列出的类型。",
    ),
)
