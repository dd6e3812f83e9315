"""Findings about where skills come from (PS900 to PS919)."""

from __future__ import annotations

from ..diagnostics import Severity, define

__all__ = [
    "ARCHIVE_AMBIGUOUS",
    "ARCHIVE_ENTRY",
    "ARCHIVE_LIMIT",
    "ARCHIVE_UNREADABLE",
    "CACHED_INSTEAD",
    "DIGEST_MISMATCH",
    "DOWNLOAD_FAILED",
    "DOWNLOAD_REFUSED",
    "DOWNLOAD_TOO_LARGE",
    "ENTRY_SKIPPED",
    "LEFT_OUT",
    "LISTING_INVALID",
    "NOT_IN_CACHE",
    "NOT_UNDERSTOOD",
    "NO_DIGEST",
    "PROGRAM_FAILED",
    "PROGRAM_MISSING",
    "REF_NOT_FOUND",
    "REVISION_CHANGED",
    "SOURCE_NOT_FOUND",
]

NOT_UNDERSTOOD = define(
    "PS900",
    "source-not-understood",
    Severity.ERROR,
    message=(
        "the source `{where}` is not understood: {reason}",
        "无法理解来源 `{where}`：{reason_zh}",
    ),
    why=(
        "A source that could mean two things may bring another skill than the one you want.",
        "含义不唯一的来源可能会带来并非您想要的技能。",
    ),
    help=(
        "Write a folder (`./skill`), `git+https://host/repo.git@ref#subfolder`, `owner/repo`, an "
        "archive (`https://host/pack.zip`), `index:https://host`, `marketplace:owner/repo#plugin`, "
        "`npm:name@version` or `pypi:name==version`.",
        "请写成文件夹（`./skill`）、`git+https://主机/库.git@版本#子文件夹`、`owner/repo`、压缩包"
        "（`https://主机/pack.zip`）、`index:https://主机`、`marketplace:owner/repo#插件`、"
        "`npm:名称@版本` 或 `pypi:名称==版本`。",
    ),
)
SOURCE_NOT_FOUND = define(
    "PS901",
    "source-not-found",
    Severity.ERROR,
    message=(
        "`{where}` has no {what} `{name}`; there is: {there}",
        "`{where}` 中没有{what_zh} `{name}`；现有：{there}",
    ),
    why=(
        "What is not there cannot be installed, and nothing similar is taken instead.",
        "不存在的内容无法安装，也不会用相近的内容代替。",
    ),
    help=("Check the spelling.", "请检查拼写。"),
)
PROGRAM_MISSING = define(
    "PS902",
    "program-missing",
    Severity.ERROR,
    message=(
        "`{where}` needs the program `{program}`, which is not installed",
        "`{where}` 需要程序 `{program}`，但它未安装",
    ),
    why=(
        "polyskill leaves this kind of source to the program that its owners maintain.",
        "polyskill 把这类来源交给其官方程序处理。",
    ),
    help=(
        "Install git (git-scm.com), Node.js (which brings npm) or pip (`python -m ensurepip`), or "
        "give an archive or a folder instead.",
        "请安装 git（git-scm.com）、Node.js（自带 npm）或 pip（`python -m ensurepip`），"
        "或改用压缩包或文件夹。",
    ),
)
PROGRAM_FAILED = define(
    "PS903",
    "program-failed",
    Severity.ERROR,
    message=(
        "`{program}` could not fetch `{where}`: {reason}",
        "`{program}` 无法获取 `{where}`：{reason_zh}",
    ),
    why=(
        "Nothing was taken; what is installed is as it was.",
        "没有取得任何内容；已安装的内容保持不变。",
    ),
    help=(
        "Check the address, your access to it and the network; the program never asks for a "
        "password here, so set up its credentials first.",
        "请检查地址、访问权限和网络；此处程序不会询问密码，请先配置好凭据。",
    ),
)
REF_NOT_FOUND = define(
    "PS904",
    "ref-not-found",
    Severity.ERROR,
    message=(
        "`{where}` has no branch, tag or version `{ref}`; there is: {there}",
        "`{where}` 没有分支、标签或版本 `{ref}`；现有：{there}",
    ),
    why=(
        "Another version than the wanted one is never taken instead.",
        "绝不会用其他版本代替所需的版本。",
    ),
    help=(
        "Check the spelling; a commit must be given with all its hex digits.",
        "请检查拼写；提交号必须写全。",
    ),
)
REVISION_CHANGED = define(
    "PS905",
    "revision-changed",
    Severity.ERROR,
    message=(
        "`{where}` is now `{found}`, but `{wanted}` was recorded",
        "`{where}` 现在是 `{found}`，但记录的是 `{wanted}`",
    ),
    why=(
        "A tag that moved, a commit that is gone or an archive that changed under the same address "
        "is not an update: somebody replaced what was published.",
        "标签被移动、提交消失或同一地址的压缩包内容改变都不是更新：有人替换了已发布的内容。",
    ),
    help=(
        "Ask the publisher; if the change is meant, install again with `--replace`.",
        "请向发布者确认；若属有意更改，请用 `--replace` 重新安装。",
    ),
)
DOWNLOAD_FAILED = define(
    "PS906",
    "download-failed",
    Severity.ERROR,
    message=("`{where}` could not be fetched: {reason}", "无法获取 `{where}`：{reason_zh}"),
    why=(
        "Nothing was taken; what is installed is as it was.",
        "没有取得任何内容；已安装的内容保持不变。",
    ),
    help=(
        "Check the address and the network, then run the command again.",
        "请检查地址和网络，然后重新运行命令。",
    ),
)
DOWNLOAD_REFUSED = define(
    "PS907",
    "download-refused",
    Severity.ERROR,
    message=("`{where}` is not followed: {reason}", "拒绝访问 `{where}`：{reason_zh}"),
    why=(
        "On an unencrypted or surprising way anybody on the network can exchange the skill.",
        "在未加密或异常的路径上，网络中的任何人都可能替换技能。",
    ),
    help=(
        "Use the final https address of the file.",
        "请使用该文件最终的 https 地址。",
    ),
)
DOWNLOAD_TOO_LARGE = define(
    "PS908",
    "download-too-large",
    Severity.ERROR,
    message=(
        "`{where}` is larger than {limit} MiB",
        "`{where}` 超过 {limit} MiB",
    ),
    why=(
        "No skill needs that much; the bound protects memory and disk.",
        "技能不需要这么大；该上限用于保护内存和磁盘。",
    ),
    help=(
        "Fetch it yourself, and install the folder of the skill from your disk.",
        "请自行下载，并从本地磁盘安装技能所在文件夹。",
    ),
)
DIGEST_MISMATCH = define(
    "PS909",
    "digest-mismatch",
    Severity.ERROR,
    message=(
        "`{where}` has the digest `{found}`, but `{wanted}` is declared",
        "`{where}` 的摘要是 `{found}`，但声明的是 `{wanted}`",
    ),
    why=(
        "The file is damaged, or it was exchanged after its publisher declared the digest.",
        "文件已损坏，或在发布者声明摘要之后被替换。",
    ),
    help=(
        "Try again later; if it stays so, tell the publisher.",
        "请稍后重试；若仍如此，请告知发布者。",
    ),
)
ARCHIVE_UNREADABLE = define(
    "PS910",
    "archive-unreadable",
    Severity.ERROR,
    message=(
        "the archive `{where}` cannot be read: {reason}",
        "无法读取压缩包 `{where}`：{reason_zh}",
    ),
    why=(
        "A damaged or encrypted archive cannot be checked, and unchecked files are not installed.",
        "损坏或加密的压缩包无法检查，未经检查的文件不会被安装。",
    ),
    help=(
        "Download it again, or pack it again as plain .zip or .tar.gz.",
        "请重新下载，或重新打包为普通的 .zip 或 .tar.gz。",
    ),
)
ARCHIVE_ENTRY = define(
    "PS911",
    "archive-entry-refused",
    Severity.ERROR,
    message=(
        "`{where}` holds `{entry}`, which is refused: {reason}",
        "`{where}` 含有 `{entry}`，已拒绝：{reason_zh}",
    ),
    why=(
        "Such an entry could write outside of its folder, hide, or exist on some systems only.",
        "这样的条目可能写到文件夹之外、隐藏自身，或只能存在于部分系统。",
    ),
    help=(
        "Do not trust the archive before you know why the entry is there; nothing was unpacked.",
        "在弄清该条目的来由之前不要信任该压缩包；没有解压任何内容。",
    ),
)
ARCHIVE_AMBIGUOUS = define(
    "PS912",
    "archive-ambiguous",
    Severity.ERROR,
    message=(
        "the archive `{where}` can be read in two ways: {reason}",
        "压缩包 `{where}` 有两种读法：{reason_zh}",
    ),
    why=(
        "Scanners and installers would see different files in it, which is how malware passes "
        "checks.",
        "扫描器和安装程序会看到不同的文件，恶意内容常借此逃过检查。",
    ),
    help=(
        "Unpack and pack it again with an ordinary program, after looking at what is in it.",
        "请先查看内容，再用普通程序解压并重新打包。",
    ),
)
ARCHIVE_LIMIT = define(
    "PS913",
    "archive-over-limit",
    Severity.ERROR,
    message=(
        "`{where}` is over a limit: {reason}",
        "`{where}` 超出限制：{reason_zh}",
    ),
    why=(
        "Archives that unpack to far more than they hold are made to exhaust memory and disk.",
        "解压后远大于自身的压缩包通常用于耗尽内存和磁盘。",
    ),
    help=(
        "Take a smaller part of the source (a subfolder), or ask the publisher to split it.",
        "请只取来源中较小的一部分（子文件夹），或请发布者拆分。",
    ),
)
LISTING_INVALID = define(
    "PS914",
    "listing-invalid",
    Severity.ERROR,
    message=(
        "`{where}` is not a usable index or marketplace: {reason}",
        "`{where}` 不是可用的索引或市场：{reason_zh}",
    ),
    why=(
        "Without a list nobody can tell what is on offer there.",
        "没有列表就无法得知其中提供什么。",
    ),
    help=(
        "Point at a skills index (`index.json`) or at a folder with a `marketplace.json`.",
        "请指向技能索引（`index.json`）或含有 `marketplace.json` 的文件夹。",
    ),
)
ENTRY_SKIPPED = define(
    "PS915",
    "entry-skipped",
    Severity.WARNING,
    message=(
        "the entry `{entry}` of `{where}` is skipped: {reason}",
        "已跳过 `{where}` 的条目 `{entry}`：{reason_zh}",
    ),
    why=(
        "One bad entry must not keep the others from being installed.",
        "一个有问题的条目不应影响其他条目的安装。",
    ),
    help=("Tell the publisher of the list.", "请告知列表的发布者。"),
)
LEFT_OUT = define(
    "PS916",
    "part-left-out",
    Severity.WARNING,
    message=(
        "`{entry}` of `{where}` is left out: {reason}",
        "已省略 `{where}` 中的 `{entry}`：{reason_zh}",
    ),
    why=(
        "Only plain files are taken from a source, so that reading it runs nothing.",
        "只从来源中取普通文件，因此读取时不会执行任何内容。",
    ),
    help=(
        "If the skill needs it, ask the publisher to include the files themselves.",
        "若技能需要它，请让发布者直接包含这些文件。",
    ),
)
NO_DIGEST = define(
    "PS917",
    "index-without-digests",
    Severity.INFO,
    message=(
        "the index `{where}` declares no digest for `{entry}`, so it could not be verified",
        "索引 `{where}` 未声明 `{entry}` 的摘要，因此无法验证",
    ),
    why=(
        "Version 0.1.0 of the format has no digests; `skills.lock` records what came this time.",
        "该格式的 0.1.0 版没有摘要；`skills.lock` 会记录本次取得的内容。",
    ),
    help=(
        "Ask the publisher for an index of version 0.2.0.",
        "请发布者提供 0.2.0 版的索引。",
    ),
)
NOT_IN_CACHE = define(
    "PS918",
    "not-in-cache",
    Severity.ERROR,
    message=("`{where}` is not in the cache", "缓存中没有 `{where}`"),
    why=(
        "Offline, only what was fetched before and is undamaged can be used.",
        "离线时只能使用之前取得且未损坏的内容。",
    ),
    help=("Run the command once without `--offline`.", "请先在不带 `--offline` 的情况下运行一次。"),
)
CACHED_INSTEAD = define(
    "PS919",
    "cached-copy-used",
    Severity.WARNING,
    message=(
        "`{where}` could not be asked; the cached copy of the recorded revision is used",
        "无法访问 `{where}`；使用缓存中已记录版本的副本",
    ),
    why=(
        "The bytes are the recorded ones, but whether the source still agrees is not known.",
        "内容与记录一致，但无法确认来源是否仍一致。",
    ),
    help=(
        "Run the command again when the source can be reached.",
        "待来源可访问后请重新运行命令。",
    ),
)
