"""PS200-PS299: what a skill says: two languages in step, placeholders, tests, licence."""

from __future__ import annotations

from ..diagnostics import Severity, define

__all__ = [
    "ARGUMENT_PLACEHOLDER",
    "ATTRIBUTION_NOT_CARRIED",
    "COVERAGE",
    "FENCE_DIFFERS",
    "FEW_NEGATIVE_TESTS",
    "FILE_INCLUDE",
    "FINAL_NEWLINE",
    "ITEMS_DIFFER",
    "LICENSE_MISSING",
    "LICENSE_PROPRIETARY",
    "NUMBER_DIFFERS",
    "RESOURCE_UNTRANSLATED",
    "RUBRIC_LEAK",
    "SECTION_EXTRA",
    "SECTION_LEVEL",
    "SECTION_MISSING",
    "SHELL_INJECTION",
    "TABLE_DIFFERS",
    "TEMPLATE_PLACEHOLDER",
    "TESTS_IN_BODY",
    "TESTS_MISSING",
    "TEST_LANGUAGE",
    "UNTRANSLATED",
    "VARIABLE_PLACEHOLDER",
]

_PARITY = (
    "Users of the two languages must get the same skill; a difference that nobody meant is the "
    "usual sign that one file was changed and the other forgotten.",
    "两种语言的用户应得到同样的技能；无意的差异通常说明只改了一个文件而忘了另一个。",
)

SECTION_MISSING = define(
    "PS200",
    "section-missing",
    Severity.WARNING,
    message=(
        "section `{title}` (line {line}) has no counterpart in `{other}`",
        "第 {line} 行的章节 `{title}` 在 `{other}` 中没有对应章节",
    ),
    why=_PARITY,
    help=(
        "Translate the section at the same place of the tree, or scope it to where it belongs.",
        "请在对应位置补上该章节的译文，或限定它的适用范围。",
    ),
)
SECTION_EXTRA = define(
    "PS201",
    "section-extra",
    Severity.WARNING,
    message=(
        "section `{title}` (line {line}) exists only in this translation",
        "第 {line} 行的章节 `{title}` 只存在于该译文中",
    ),
    why=_PARITY,
    help=(
        "Write the section in the other file too, or remove it here.",
        "请在另一个文件中也写上该章节，或在此处删除。",
    ),
)
SECTION_LEVEL = define(
    "PS202",
    "section-level",
    Severity.WARNING,
    message=(
        "section `{title}` (line {line}) has level {level}, but `{other_title}` "
        "({other}:{other_line}) has level {other_level}",
        "第 {line} 行的章节 `{title}` 为 {level} 级，而 `{other_title}`（{other}:{other_line}）"
        "为 {other_level} 级",
    ),
    why=_PARITY,
    help=(
        "Give both headings the same number of `#`.",
        "请让两个标题使用相同数量的 `#`。",
    ),
)
UNTRANSLATED = define(
    "PS203",
    "untranslated",
    Severity.WARNING,
    message=(
        "this block is not translated, it stands in `{other}` as it is: `{excerpt}`",
        "这一段尚未翻译，与 `{other}` 中的原文相同：`{excerpt}`",
    ),
    why=(
        "The block stands word for word in the other language's file; who reads the translation "
        "meets a language that they did not ask for.",
        "这一段与另一种语言文件中的原文逐字相同；阅读译文的人会遇到并未要求的语言。",
    ),
    help=("Translate it.", "请翻译这一段。"),
)
TABLE_DIFFERS = define(
    "PS204",
    "table-differs",
    Severity.WARNING,
    message=(
        "table {index} of section `{title}` has {rows} × {columns} cells, the one in `{other}` "
        "(line {other_line}) {other_rows} × {other_columns}",
        "章节 `{title}` 的第 {index} 个表格为 {rows} × {columns} 格，而 `{other}` 中"
        "（第 {other_line} 行）为 {other_rows} × {other_columns} 格",
    ),
    why=_PARITY,
    help=(
        "Bring both tables to the same rows and columns.",
        "请让两个表格的行数和列数一致。",
    ),
)
FENCE_DIFFERS = define(
    "PS205",
    "code-differs",
    Severity.WARNING,
    message=(
        "code block {index} of section `{title}` differs from the one in `{other}` "
        "(line {other_line})",
        "章节 `{title}` 的第 {index} 个代码块与 `{other}` 中的（第 {other_line} 行）不同",
    ),
    why=(
        "Code is the same in every language; only its comments and texts are translated.",
        "代码在任何语言中都相同，只有注释和文本需要翻译。",
    ),
    help=(
        "Copy the code from the file that is right into the other one.",
        "请把正确的代码复制到另一个文件。",
    ),
)
NUMBER_DIFFERS = define(
    "PS206",
    "number-differs",
    Severity.WARNING,
    message=(
        "section `{title}` and its counterpart in `{other}` (line {other_line}) differ in "
        "numbers: here {here}, there {there}",
        "章节 `{title}` 与 `{other}` 中的对应章节（第 {other_line} 行）数字不同："
        "此处为 {here}，彼处为 {there}",
    ),
    why=(
        "A number that differs between the languages is wrong in one of them, and nobody who "
        "reads only one can notice.",
        "两种语言中不同的数字必有一处是错的，而只读一种语言的人无法察觉。",
    ),
    help=(
        "Find out which number is right and write it in both files.",
        "请确认哪个数字正确，并在两个文件中统一。",
    ),
)
ITEMS_DIFFER = define(
    "PS207",
    "items-differ",
    Severity.INFO,
    message=(
        "section `{title}` has {count} list items, its counterpart in `{other}` "
        "(line {other_line}) {other_count}",
        "章节 `{title}` 有 {count} 个列表项，`{other}` 中的对应章节（第 {other_line} 行）"
        "有 {other_count} 个",
    ),
    why=_PARITY,
    help=(
        "Compare the two lists, and add the items that one of them lacks.",
        "请比较两个列表，补上缺少的列表项。",
    ),
)
COVERAGE = define(
    "PS208",
    "language-coverage",
    Severity.INFO,
    message=(
        "{percent} % of the text exists in `{language}`; the rest falls back to the other language",
        "{percent}% 的文字有 `{language}` 版本；其余部分使用另一种语言",
    ),
    why=(
        "A view in one language never drops a block that has no translation: it shows the other "
        "language in its place.",
        "单语言视图不会丢弃没有译文的内容，而是以另一种语言显示。",
    ),
    help=(
        "Translate what is missing, or build the skill in the language that is complete.",
        "请补上缺少的译文，或只构建完整的那种语言。",
    ),
)
TEST_LANGUAGE = define(
    "PS209",
    "test-language",
    Severity.WARNING,
    message=(
        "test `{id}` has no `{language}` text for `{part}`",
        "测试 `{id}` 的 `{part}` 没有 `{language}` 文本",
    ),
    why=(
        "A skill in two languages has to be measured in both; the case would be skipped in one.",
        "双语技能需要用两种语言评测；缺少文本的用例会在其中一种语言下被跳过。",
    ),
    help=("Add the missing language to the case.", "请在用例中补上缺少的语言。"),
)
RESOURCE_UNTRANSLATED = define(
    "PS210",
    "resource-untranslated",
    Severity.INFO,
    message=(
        "resource `{resource}` has no Chinese twin `{twin}`",
        "资源 `{resource}` 没有中文对应文件 `{twin}`",
    ),
    why=(
        "The body is translated, but this file is shown in English to everybody.",
        "正文已有译文，但这个文件对所有人都显示英文。",
    ),
    help=("Write the translated file beside it.", "请在旁边添加译文文件。"),
)

_EXPANDED = (
    "Some assistants replace this text before the model sees it, so the instruction changes its "
    "meaning, or vanishes.",
    "有的助手会在模型读到之前替换这段文字，指令因此变义或消失。",
)

ARGUMENT_PLACEHOLDER = define(
    "PS220",
    "argument-placeholder",
    Severity.WARNING,
    message=(
        "`{found}` is replaced by the arguments of a slash command ({hosts})",
        "`{found}` 会被替换成斜杠命令的参数（{hosts}）",
    ),
    why=_EXPANDED,
    help=(
        "Describe the input in words, or move the text into `commands/`; for a literal dollar "
        "sign use a fenced shell block.",
        "请用文字描述输入，或把内容移到 `commands/`；需要字面美元符号时请放进 shell 代码块。",
    ),
)
VARIABLE_PLACEHOLDER = define(
    "PS221",
    "variable-placeholder",
    Severity.WARNING,
    message=(
        "`{found}` is a variable that only {hosts} replace",
        "`{found}` 是只有 {hosts} 会替换的变量",
    ),
    why=(
        "On the other assistants the model reads the raw variable and cannot find the file.",
        "在其他助手上，模型读到的是未替换的变量，找不到对应的文件。",
    ),
    help=(
        "Write the path relative to the skill's folder: `scripts/run.py`.",
        "请写相对于技能文件夹的路径，例如 `scripts/run.py`。",
    ),
)
SHELL_INJECTION = define(
    "PS222",
    "shell-placeholder",
    Severity.WARNING,
    message=(
        "`{found}` is run as a shell command when the skill is loaded ({hosts})",
        "`{found}` 会在加载技能时作为 shell 命令执行（{hosts}）",
    ),
    why=(
        "The command runs on the user's machine before anybody can read or refuse it.",
        "该命令会在用户能够阅读或拒绝之前就在其机器上运行。",
    ),
    help=(
        "Ask the assistant to run the command instead, or move it into `commands/`.",
        "请改为要求助手去运行该命令，或把它移到 `commands/`。",
    ),
)
FILE_INCLUDE = define(
    "PS223",
    "file-include",
    Severity.INFO,
    message=(
        "`{found}` is read as an inclusion of a file by some assistants ({hosts})",
        "有的助手会把 `{found}` 当作文件引用（{hosts}）",
    ),
    why=(
        "They put the file's whole text here, and the others leave the sign as it stands.",
        "这些助手会在此插入整个文件，而其他助手原样保留该记号。",
    ),
    help=(
        "Link to the file instead: `[title](references/file.md)`.",
        "请改用链接：`[标题](references/file.md)`。",
    ),
)
TEMPLATE_PLACEHOLDER = define(
    "PS224",
    "template-placeholder",
    Severity.WARNING,
    message=(
        "`{found}` is replaced by the command's arguments ({hosts})",
        "`{found}` 会被替换成命令的参数（{hosts}）",
    ),
    why=_EXPANDED,
    help=(
        "Describe the input in words, or move the text into `commands/`.",
        "请用文字描述输入，或把内容移到 `commands/`。",
    ),
)

RUBRIC_LEAK = define(
    "PS240",
    "rubric-leak",
    Severity.WARNING,
    message=(
        "criterion of test `{id}` stands in the body: `{excerpt}`",
        "测试 `{id}` 的评分标准出现在正文中：`{excerpt}`",
    ),
    why=(
        "An assistant that has read the rubric can satisfy it without being any better, and the "
        "figures of the evaluation mean nothing.",
        "助手读过评分标准就能直接迎合它，评测数字也就失去意义。",
    ),
    help=(
        "Take the sentence out of the body, or word the criterion as an outcome.",
        "请从正文中去掉这句话，或把标准改写成对结果的描述。",
    ),
)
TESTS_IN_BODY = define(
    "PS241",
    "tests-in-body",
    Severity.WARNING,
    message=(
        "section `{title}` holds test cases in the body",
        "章节 `{title}` 把测试用例写在正文中",
    ),
    why=(
        "What an assistant loads costs tokens and must not give the answers of the tests away.",
        "助手加载的内容要消耗 token，也不应泄露测试答案。",
    ),
    help=("Move the cases to `evals/cases.yaml`.", "请把用例移到 `evals/cases.yaml`。"),
)
TESTS_MISSING = define(
    "PS242",
    "tests-missing",
    Severity.WARNING,
    message=("skill `{name}` has no test cases", "技能 `{name}` 没有测试用例"),
    why=(
        "Without cases nobody can tell whether the skill helps, or whether a change made it worse.",
        "没有用例就无法判断技能是否有用，也无法发现改动是否使它变差。",
    ),
    help=(
        "Write three or more cases in `evals/cases.yaml`.",
        "请在 `evals/cases.yaml` 中编写三个以上的用例。",
    ),
)
FEW_NEGATIVE_TESTS = define(
    "PS243",
    "few-negative-tests",
    Severity.INFO,
    message=(
        "{count} of {total} cases say when not to use `{name}`; at least {wanted} should",
        "{total} 个用例中有 {count} 个说明何时不应使用 `{name}`，至少应有 {wanted} 个",
    ),
    why=(
        "A skill that is loaded for everything looks perfect as long as every case wants it.",
        "如果每个用例都需要该技能，那么凡事都加载它的助手也会显得完美。",
    ),
    help=(
        "Add cases with `trigger: should_not`: near misses are the best.",
        "请添加 `trigger: should_not` 的用例，越接近适用范围越好。",
    ),
)
LICENSE_MISSING = define(
    "PS260",
    "license-missing",
    Severity.INFO,
    message=("skill `{name}` names no licence", "技能 `{name}` 没有注明许可证"),
    why=(
        "Without a licence nobody else may copy, change or ship the skill.",
        "没有许可证，他人无权复制、修改或分发该技能。",
    ),
    help=(
        "Add `license: MIT` (or yours) to the front matter, or a LICENSE file.",
        "请在文件头中添加 `license: MIT`（或您的许可证），或放置 LICENSE 文件。",
    ),
)
ATTRIBUTION_NOT_CARRIED = define(
    "PS261",
    "attribution-not-carried",
    Severity.WARNING,
    message=(
        "the licence of `{name}` demands an attribution that the skill does not carry",
        "`{name}` 的许可证要求署名，但技能中没有署名文字",
    ),
    why=(
        "Every copy that is built from this skill would break its licence.",
        "由该技能生成的每一份副本都会违反其许可证。",
    ),
    help=(
        'Set `attribution: "Based on … by … (link)"` in the front matter, or put that line into '
        "NOTICE.md.",
        '请在文件头设置 `attribution: "Based on … by …（链接）"`，或把该行写入 NOTICE.md。',
    ),
)
LICENSE_PROPRIETARY = define(
    "PS262",
    "license-proprietary",
    Severity.WARNING,
    message=(
        "the licence of `{name}` does not allow copies: `{excerpt}`",
        "`{name}` 的许可证不允许复制：`{excerpt}`",
    ),
    why=(
        "A build copies the skill's text into other packages, which needs a permission.",
        "构建会把技能文本复制到其他包中，这需要获得许可。",
    ),
    help=(
        "Ask the owner, or keep the outputs for yourself.",
        "请征得权利人同意，或仅自行使用输出。",
    ),
)
FINAL_NEWLINE = define(
    "PS290",
    "final-newline",
    Severity.INFO,
    message=("the file does not end with a newline", "文件末尾没有换行符"),
    why=(
        "Text that is put after the file, as when rules are joined, is glued to its last line.",
        "在其后拼接内容时（例如合并规则），会与最后一行粘连。",
    ),
    help=(
        "End the last line; `polyskill check --fix` does.",
        "请在末尾换行，`polyskill check --fix` 可自动完成。",
    ),
    fixable=True,
)
