"""Codes PS700 to PS739: reference answers, cases on their way to a run, tests of the tests."""

from __future__ import annotations

from ..diagnostics import Severity, define

__all__ = [
    "ANSWERS_ALIKE",
    "ANSWER_DUPLICATE",
    "ANSWER_INCOMPLETE",
    "ANSWER_NO_SUCH",
    "CASE_BINARY_FILE",
    "CASE_LANGUAGE",
    "CASE_MISSING_FILE",
    "CHECK_NOT_RUN",
    "CHECK_OPTION",
    "CHECK_TRIVIAL",
    "CRITERION_UNPROVEN",
    "DRAFT_INCOMPLETE",
    "EVIDENCE_IN_FLAWED",
    "EXPORT_LOST",
    "FLAWED_FAILS_OTHER",
    "FLAWED_PASSES",
    "FLAWED_WITHOUT_FAILS",
    "FOREIGN_KEPT",
    "FOREIGN_LOST",
    "FOREIGN_OPTION",
    "FOREIGN_YAML",
    "GOOD_FAILS",
    "GOOD_WITH_FAILS",
    "NOTHING_SELECTED",
    "NO_EVIDENCE",
    "NO_REFERENCE",
    "QUOTE_NOT_FOUND",
]

# -- reference answers ---------------------------------------------------------------------------

ANSWER_INCOMPLETE = define(
    "PS700",
    "answer-incomplete",
    Severity.ERROR,
    message=(
        "a reference answer of case `{case}` has no `{key}`",
        "用例 `{case}` 的一个参考答案缺少 `{key}`",
    ),
    why=(
        "A reference answer tests the case, so its text, its label and who wrote it must be known.",
        "参考答案用来检验用例，因此必须写明正文、标签和作者。",
    ),
    help=(
        "Add `text`, `label` (`good` or `flawed`) and `by` (`hand-written`, or the model's name).",
        "请补上 `text`、`label`（`good` 或 `flawed`）和 `by`（`hand-written` 或模型名）。",
    ),
)

ANSWER_NO_SUCH = define(
    "PS701",
    "answer-no-such",
    Severity.ERROR,
    message=(
        "`{key}` names {what} {number}, but case `{case}` has {count}",
        "`{key}` 指向第 {number} 个{what_zh}，但用例 `{case}` 只有 {count} 个",
    ),
    why=(
        "Criteria and checks are counted from 1, in the order in which they are written.",
        "判据和检查都从 1 开始，按书写顺序编号。",
    ),
    help=(
        "Write the number of a criterion, or `check:` and the number of a check.",
        "请写判据的编号，或写 `check:` 加检查的编号。",
    ),
)

GOOD_WITH_FAILS = define(
    "PS702",
    "answer-good-fails",
    Severity.ERROR,
    message=(
        "an answer of case `{case}` is labelled `good` but has `fails`",
        "用例 `{case}` 的一个答案标为 `good`，却写了 `fails`",
    ),
    why=(
        "A good answer meets every criterion and passes every check; both cannot be true.",
        "好的答案应满足所有判据并通过所有检查，两者不能同时成立。",
    ),
    help=(
        "Remove `fails`, or label the answer `flawed`.",
        "请删除 `fails`，或把标签改为 `flawed`。",
    ),
)

FLAWED_WITHOUT_FAILS = define(
    "PS703",
    "answer-flawed-fails",
    Severity.ERROR,
    message=(
        "a flawed answer of case `{case}` does not say what it `fails`",
        "用例 `{case}` 的一个有缺陷的答案没有用 `fails` 写明错在哪里",
    ),
    why=(
        "Only an answer that fails for a known reason shows that the case notices that reason.",
        "只有错因明确的答案，才能说明用例能发现这种错误。",
    ),
    help=(
        "List the criteria by number, checks as `check:1`, e.g. `fails: [3]`.",
        "请列出判据的编号，检查写作 `check:1`，例如 `fails: [3]`。",
    ),
)

QUOTE_NOT_FOUND = define(
    "PS704",
    "answer-quote",
    Severity.WARNING,
    message=(
        "the quote for criterion {number} is not in the {lang} answer of case `{case}`: {quote}",
        "判据 {number} 的引文不在用例 `{case}` 的{lang_zh}答案中：{quote}",
    ),
    why=(
        "A quote is the evidence that a criterion is met; words that are not there prove nothing.",
        "引文是判据得到满足的证据，答案中没有的话不能证明任何事。",
    ),
    help=(
        "Copy the words from the answer; `…` may stand for what is left out between two parts.",
        "请从答案中照抄原文；中间省略的部分可用 `…` 代替。",
    ),
)

ANSWER_DUPLICATE = define(
    "PS705",
    "answer-duplicate",
    Severity.ERROR,
    message=(
        "the id `{answer}` is taken by another answer of case `{case}`",
        "标识 `{answer}` 已被用例 `{case}` 的另一个答案占用",
    ),
    why=("Reports name answers by their ids.", "报告用标识来指称答案。"),
    help=("Give each answer an id of its own, or none.", "请为每个答案取不同的标识，或不写标识。"),
)

CHECK_OPTION = define(
    "PS706",
    "check-option",
    Severity.ERROR,
    message=(
        "a `{kind}` check has no option `{key}`{hint}",
        "`{kind}` 检查没有选项 `{key}`{hint_zh}",
    ),
    why=(
        "An option that nothing reads changes what the author believes to be tested.",
        "没有程序读取的选项，会让作者误以为测试了别的内容。",
    ),
    help=(
        "Correct or remove the option; the source format page lists those of each kind.",
        "请改正或删除该选项；源格式文档列出了每种检查的选项。",
    ),
)

# -- other tools' formats ------------------------------------------------------------------------

FOREIGN_OPTION = define(
    "PS712",
    "eval-option",
    Severity.WARNING,
    message=(
        "`{key}` of a `{kind}` verifier is left out",
        "`{kind}` 校验器的 `{key}` 被略去",
    ),
    why=(
        "Our checks of that kind have no such option; the rest of the verifier is carried over.",
        "我们的同类检查没有这个选项，其余部分照常读取。",
    ),
    help=(
        "Look whether the check still tests what it should.",
        "请确认该检查是否仍符合原意。",
    ),
)

FOREIGN_KEPT = define(
    "PS710",
    "eval-kept-unused",
    Severity.INFO,
    message=(
        "`{part}` of case `{case}` is kept but plays no part in a run",
        "用例 `{case}` 的 `{part}` 会保留，但运行时不起作用",
    ),
    why=(
        "The other tool prepares its runs with it; here a case is its prompt, its files and how"
        " the answer is graded.",
        "其他工具用它来准备运行；这里的用例只包括提示语、文件和评判方式。",
    ),
    help=(
        "Write into the prompt, or list under `files`, what the answer depends on.",
        "请把回答所依赖的内容写入提示语，或列在 `files` 下。",
    ),
)

FOREIGN_LOST = define(
    "PS713",
    "eval-not-read",
    Severity.WARNING,
    message=("`{part}` is not read: {reason}", "`{part}` 未被读取：{reason_zh}"),
    why=(
        "What is not read is not tested, so the suite asks less here than in the tool it is for.",
        "未读取的内容不会被测试，因此这里的要求低于原工具。",
    ),
    help=(
        "Write its cases into `evals/cases.yaml`.",
        "请将其中的用例写入 `evals/cases.yaml`。",
    ),
)

FOREIGN_YAML = define(
    "PS714",
    "eval-yaml",
    Severity.WARNING,
    message=("this YAML is not read: {reason}", "这段 YAML 未被读取：{reason_zh}"),
    why=(
        "A file with errors, tags or aliases may mean something else than it seems to.",
        "有错误、标签或别名的文件，其含义可能与表面不同。",
    ),
    help=(
        "Correct the file at this place; write out what an alias stands for.",
        "请改正此处；别名所指的内容请完整写出。",
    ),
)

EXPORT_LOST = define(
    "PS711",
    "eval-export",
    Severity.WARNING,
    message=(
        "{what} of case `{case}` has no place in {form}",
        "用例 `{case}` 的{what_zh}在 {form} 中没有对应的写法",
    ),
    why=(
        "The exported suite asks less than the source does, so its results cannot be compared.",
        "导出的测试集要求低于源文件，两者的结果不可比较。",
    ),
    help=(
        "Keep `evals/cases.yaml` as the source, and add what is missing in the other tool.",
        "请以 `evals/cases.yaml` 为准，并在目标工具中补上缺少的部分。",
    ),
)

# -- cases on their way to a run -----------------------------------------------------------------

CASE_LANGUAGE = define(
    "PS720",
    "case-language",
    Severity.WARNING,
    message=(
        "case `{case}` has no input in {lang}, so it is not run in that language",
        "用例 `{case}` 没有{lang_zh}输入，因此不以该语言运行",
    ),
    why=(
        "Languages are compared on the same cases; one that is missing in a language compares"
        " nothing.",
        "语言之间要用相同的用例来比较，缺少一种语言的用例无法比较。",
    ),
    help=(
        "Add `input.{key}`, or choose the language with `--lang`.",
        "请补上 `input.{key}`，或用 `--lang` 选择语言。",
    ),
)

CASE_MISSING_FILE = define(
    "PS721",
    "case-file",
    Severity.ERROR,
    message=(
        "case `{case}` wants the file `{file}`, which is not in the skill",
        "用例 `{case}` 需要文件 `{file}`，但技能中没有它",
    ),
    why=(
        "Without the file the model is asked about something that it cannot see.",
        "没有这个文件，模型就看不到所问的内容。",
    ),
    help=(
        "Add the file, with its path from the skill's folder or from `evals/`.",
        "请添加该文件；路径从技能文件夹或 `evals/` 算起。",
    ),
)

CASE_BINARY_FILE = define(
    "PS722",
    "case-file-binary",
    Severity.WARNING,
    message=(
        "the file `{file}` of case `{case}` is no text, so only its name is shown to the model",
        "用例 `{case}` 的文件 `{file}` 不是文本，只会把文件名告诉模型",
    ),
    why=(
        "A prompt is text; an image or an archive cannot be put into it.",
        "提示语是文本，无法放入图片或压缩包。",
    ),
    help=(
        "Use a text file, or run the case with an agent that can open the file.",
        "请改用文本文件，或让能打开该文件的助手来运行此用例。",
    ),
)

NOTHING_SELECTED = define(
    "PS723",
    "case-select",
    Severity.ERROR,
    message=("no case is called, or tagged, `{pattern}`", "没有标识或标签为 `{pattern}` 的用例"),
    why=(
        "A selection that selects nothing would pass without having tested anything.",
        "什么都没选中的筛选，等于不测试就通过。",
    ),
    help=(
        "Use an id, a tag, or a pattern such as `kv-*`; `polyskill eval cases` lists the ids.",
        "请使用标识、标签或 `kv-*` 之类的模式；`polyskill eval cases` 会列出全部标识。",
    ),
)

# -- tests of the tests --------------------------------------------------------------------------

GOOD_FAILS = define(
    "PS730",
    "proof-good-fails",
    Severity.ERROR,
    message=(
        "case `{case}` ({lang}): the good answer {answer} fails check {number}: {detail}",
        "用例 `{case}`（{lang}）：好的答案 {answer} 未通过检查 {number}：{detail_zh}",
    ),
    why=(
        "A check that a good answer fails counts good work as bad.",
        "连好的答案都通不过的检查，会把好的判为坏的。",
    ),
    help=("Correct the check, or the answer.", "请修正检查或答案。"),
)

FLAWED_PASSES = define(
    "PS731",
    "proof-flawed-passes",
    Severity.ERROR,
    message=(
        "case `{case}` ({lang}): the flawed answer {answer} passes check {number}, which it"
        " should fail",
        "用例 `{case}`（{lang}）：有缺陷的答案 {answer} 通过了本应失败的检查 {number}",
    ),
    why=("The check does not notice the very flaw it is for.", "该检查发现不了它本应发现的缺陷。"),
    help=("Make the check stricter, or correct `fails`.", "请收紧检查，或改正 `fails`。"),
)

FLAWED_FAILS_OTHER = define(
    "PS732",
    "proof-flawed-other",
    Severity.ERROR,
    message=(
        "case `{case}` ({lang}): the flawed answer {answer} also fails check {number}: {detail}",
        "用例 `{case}`（{lang}）：有缺陷的答案 {answer} 还未通过检查 {number}：{detail_zh}",
    ),
    why=(
        "It fails for a reason that is not the flaw it stands for, so it does not show that the"
        " flaw is noticed.",
        "它失败的原因并不是它所代表的缺陷，因此不能说明该缺陷会被发现。",
    ),
    help=(
        "Correct the check or the answer, or add `check:{number}` to `fails`.",
        "请修正检查或答案，或在 `fails` 中加上 `check:{number}`。",
    ),
)

CHECK_TRIVIAL = define(
    "PS733",
    "proof-trivial",
    Severity.WARNING,
    message=(
        "case `{case}` ({lang}): check {number} passes on {what}",
        "用例 `{case}`（{lang}）：检查 {number} 对{what_zh}也会通过",
    ),
    why=(
        "A check that says yes to everything lends confidence that nothing has earned.",
        "对什么都放行的检查，只会带来没有根据的信心。",
    ),
    help=(
        "Make it stricter, or add a flawed answer that fails it.",
        "请收紧检查，或添加一个通不过它的有缺陷答案。",
    ),
)

CRITERION_UNPROVEN = define(
    "PS734",
    "proof-unproven",
    Severity.INFO,
    message=(
        "case `{case}` ({lang}): no flawed answer fails {what}",
        "用例 `{case}`（{lang}）：没有答案因{what_zh}而失败",
    ),
    why=(
        "Nothing shows that the case would notice an answer without it.",
        "没有证据表明，缺了它的答案会被用例发现。",
    ),
    help=(
        "Add a flawed answer for what matters most.",
        "请为最重要的判据添加有缺陷的答案。",
    ),
)

NO_EVIDENCE = define(
    "PS735",
    "proof-evidence",
    Severity.WARNING,
    message=(
        "case `{case}` ({lang}): the {label} answer {answer} has no quote for criterion {number}",
        "用例 `{case}`（{lang}）：{label_zh}答案 {answer} 没有判据 {number} 的引文",
    ),
    why=(
        "Without the words that show it, the label is only a claim.",
        "没有原文为证，标签只是一种说法。",
    ),
    help=(
        "Add the words under `quotes`, behind the number of the criterion.",
        "请在 `quotes` 下的判据编号后写明原文。",
    ),
)

NO_REFERENCE = define(
    "PS736",
    "proof-no-answer",
    Severity.WARNING,
    message=(
        "case `{case}` ({lang}) has no {label} reference answer",
        "用例 `{case}`（{lang}）没有{label_zh}参考答案",
    ),
    why=(
        "Only a good and a flawed answer together show that the case tells them apart.",
        "只有好答案和有缺陷的答案齐备，才能说明用例分得清两者。",
    ),
    help=(
        "Write one under `answers`, in each language of the case.",
        "请在 `answers` 下按用例的每种语言各写一个。",
    ),
)

CHECK_NOT_RUN = define(
    "PS737",
    "proof-not-run",
    Severity.WARNING,
    message=(
        "case `{case}` ({lang}): check {number} could not be run: {detail}",
        "用例 `{case}`（{lang}）：检查 {number} 无法执行：{detail_zh}",
    ),
    why=(
        "What cannot be run here will not be run in an eval either, and counts as nothing.",
        "在这里无法执行的检查，评测时同样无法执行，不计入结果。",
    ),
    help=("Repair what the message names.", "请修复消息中指出的问题。"),
)

ANSWERS_ALIKE = define(
    "PS738",
    "proof-alike",
    Severity.ERROR,
    message=(
        "case `{case}` ({lang}): the answers {answer} and {other} are the same text with"
        " different labels",
        "用例 `{case}`（{lang}）：答案 {answer} 与 {other} 文字相同，标签却不同",
    ),
    why=("One text cannot be both.", "同一段文字不能既好又有缺陷。"),
    help=("Correct one of the two.", "请改正其中一个。"),
)

EVIDENCE_IN_FLAWED = define(
    "PS739",
    "proof-evidence-in-flawed",
    Severity.WARNING,
    message=(
        "case `{case}` ({lang}): the flawed answer {answer} holds the words that show criterion"
        " {number} to be met, which it should fail",
        "用例 `{case}`（{lang}）：有缺陷的答案 {answer} 含有证明判据 {number} 已满足的原文，"
        "而它本应不满足该判据",
    ),
    why=(
        "A judge would find the same words there and pass it.",
        "裁判会在其中找到同样的原文并判其通过。",
    ),
    help=("Correct the flawed answer, or the quote.", "请修正有缺陷的答案或引文。"),
)

DRAFT_INCOMPLETE = define(
    "PS724",
    "draft-incomplete",
    Severity.INFO,
    message=("the draft `{case}` still needs {what}", "草稿 `{case}` 还需要{what_zh}"),
    why=(
        "A draft says only what the skill itself says; what a good answer holds, a person must"
        " decide.",
        "草稿只写技能自己说过的话；怎样才算好的回答，要由人来决定。",
    ),
    help=("Write it into `evals/cases.yaml`.", "请将其写入 `evals/cases.yaml`。"),
)
