"""Findings of packing, publishing and verifying packs (PS98x, PS990 to PS994)."""

from __future__ import annotations

from ..diagnostics import Severity, define

__all__ = [
    "ENTRY_TAKEN",
    "KEY_UNUSABLE",
    "LIBRARY_MISSING",
    "LICENCE_CONSEQUENCE",
    "LISTING_UNREADABLE",
    "NOT_A_PACK",
    "NOT_OURS",
    "SIGNATURE_NEEDED",
    "SIGNATURE_WRONG",
    "SUM_WRONG",
    "UNLISTED",
    "VERSION_KEPT",
    "VERSION_LOWER",
    "VERSION_MISMATCH",
    "VERSION_MISSING",
]

VERSION_MISSING = define(
    "PS980",
    "version-missing",
    Severity.ERROR,
    message=(
        "skill `{name}` has no version of the form X.Y.Z (found: `{found}`)",
        "技能 `{name}` 没有 X.Y.Z 形式的版本号（当前为 `{found_zh}`）",
    ),
    why=(
        "Clients and caches tell releases apart by their version; without one, nobody can say "
        "which release is newer.",
        "客户端和缓存靠版本号区分发布；没有版本号就无法判断哪个更新。",
    ),
    help=(
        'Write `version: "1.0.0"` under `metadata` in the front matter, or give `--version`.',
        '请在文件头的 `metadata` 下写明 `version: "1.0.0"`，或使用 `--version`。',
    ),
)
LIBRARY_MISSING = define(
    "PS981",
    "library-missing",
    Severity.ERROR,
    message=(
        "`{library}` is not installed, which keys and signatures need",
        "未安装 `{library}`，密钥和签名需要它",
    ),
    why=(
        "Signing is an extra, so that everything else works with fewer dependencies.",
        "签名属于可选功能，这样其他功能可以少装依赖。",
    ),
    help=(
        'Run `pip install "polyskill[sign]"` (or `pip install py-minisign`).',
        '请运行 `pip install "polyskill[sign]"`（或 `pip install py-minisign`）。',
    ),
)
VERSION_MISMATCH = define(
    "PS982",
    "version-mismatch",
    Severity.ERROR,
    message=(
        "`{name}` has more than one version: {versions}",
        "`{name}` 的版本号不一致：{versions}",
    ),
    why=(
        "One release has one version; clients that read different manifests would disagree about "
        "what is installed and never update.",
        "一次发布只能有一个版本号；读取不同清单的客户端会对已安装的版本各执一词，也不会更新。",
    ),
    help=(
        "Make the versions equal, or set one for all manifests with `--version`.",
        "请统一版本号，或用 `--version` 为所有清单指定同一个版本。",
    ),
)
VERSION_LOWER = define(
    "PS983",
    "version-lower",
    Severity.ERROR,
    message=(
        "`{name}` {version} is lower than {published}, which is published already",
        "`{name}` {version} 低于已发布的 {published}",
    ),
    why=(
        "Users would be moved back without being asked, which is also how an attacker brings "
        "back an old fault.",
        "用户会在不知情的情况下被退回旧版本，攻击者也用这种方式让旧漏洞复活。",
    ),
    help=(
        "Raise the version, or say that you mean it with `--allow-downgrade`.",
        "请提高版本号；若确实要降级，请使用 `--allow-downgrade`。",
    ),
)
VERSION_KEPT = define(
    "PS984",
    "version-kept",
    Severity.ERROR,
    message=(
        "`{name}` {version} is published already with other contents, `{path}` for one",
        "`{name}` {version} 已发布且内容不同，例如 `{path}`",
    ),
    why=(
        "Clients keep what they have under a version, and digests that others noted down would "
        "no longer match.",
        "客户端按版本缓存内容，他人记录的摘要也会因此失配。",
    ),
    help=(
        "Raise the version, or replace the release with `--replace`.",
        "请提高版本号，或用 `--replace` 替换该版本。",
    ),
)
NOT_OURS = define(
    "PS985",
    "not-ours",
    Severity.ERROR,
    message=(
        "`{path}` was not written here by polyskill, or was edited since; it is left as it is",
        "`{path}` 不是 polyskill 写入的，或之后被修改过，保持原样",
    ),
    why=(
        "It may be somebody's work, and writing over it would lose it.",
        "它可能是他人的成果，覆盖会造成丢失。",
    ),
    help=(
        "Move it away or undo the edit, then run the command again.",
        "请移走该文件或撤销修改，然后重新运行命令。",
    ),
)
LISTING_UNREADABLE = define(
    "PS986",
    "listing-unreadable",
    Severity.ERROR,
    message=(
        "`{path}` cannot be added to: {reason}",
        "无法向 `{path}` 添加条目：{reason_zh}",
    ),
    why=(
        "Other entries of the file must be kept, and a guess at its contents could lose them.",
        "必须保留文件中的其他条目，猜测其内容可能丢失它们。",
    ),
    help=(
        "Repair the file by hand, or move it away to start a new one.",
        "请手动修复该文件，或将其移走以便新建。",
    ),
)
ENTRY_TAKEN = define(
    "PS987",
    "entry-taken",
    Severity.ERROR,
    message=(
        "`{path}` lists `{entry}` already, and polyskill did not put it there",
        "`{path}` 中已有条目 `{entry}`，且不是 polyskill 添加的",
    ),
    why=(
        "An entry that somebody else wrote would be replaced by another plugin of the same name.",
        "他人写的条目会被另一个同名插件取代。",
    ),
    help=(
        "Rename the skill, or remove the entry by hand if it is yours.",
        "请重命名技能；若该条目属于您，请手动删除。",
    ),
)
LICENCE_CONSEQUENCE = define(
    "PS988",
    "licence-consequence",
    Severity.ERROR,
    message=(
        "the licence of `{name}` is `{license}`; published on ClawHub it becomes MIT-0",
        "`{name}` 的许可证是 `{license_zh}`；发布到 ClawHub 后将变为 MIT-0",
    ),
    why=(
        "Everything on ClawHub is MIT-0: anybody may use, change and sell it without naming you, "
        "and this cannot be taken back; only the holder of the rights may decide so.",
        "ClawHub 上的一切内容均为 MIT-0：任何人都可以使用、修改、出售且无需署名，"
        "且不可撤回；只有权利人才能作此决定。",
    ),
    help=(
        "If the rights are yours and you want that, add `--accept-licence MIT-0`.",
        "如果您是权利人并同意，请加上 `--accept-licence MIT-0`。",
    ),
)
KEY_UNUSABLE = define(
    "PS989",
    "key-unusable",
    Severity.ERROR,
    message=("the key `{path}` cannot be used: {reason}", "密钥 `{path}` 无法使用：{reason}"),
    why=(
        "Signing needs a minisign secret key and its password, verifying a minisign public key.",
        "签名需要 minisign 私钥及其密码，验证需要 minisign 公钥。",
    ),
    help=(
        "Check the file and `POLYSKILL_SIGN_PASSWORD`; `polyskill pack --new-key FILE` makes a "
        "new pair.",
        "请检查文件和 `POLYSKILL_SIGN_PASSWORD`；`polyskill pack --new-key FILE` 可生成新密钥对。",
    ),
)
SIGNATURE_NEEDED = define(
    "PS990",
    "signature-needed",
    Severity.ERROR,
    message=(
        "`{path}` is signed and would change; its signature would no longer hold",
        "`{path}` 已签名且将发生变化，原签名会失效",
    ),
    why=(
        "A signature that does not fit looks like an attack to everyone who verifies it.",
        "失配的签名在验证者看来就是一次攻击。",
    ),
    help=("Sign again with `--sign KEY`.", "请用 `--sign KEY` 重新签名。"),
)
SUM_WRONG = define(
    "PS991",
    "sum-wrong",
    Severity.ERROR,
    message=(
        "`{path}` is not what SHA256SUMS says: {reason}",
        "`{path}` 与 SHA256SUMS 不符：{reason_zh}",
    ),
    why=(
        "The file was changed or damaged after it was packed, or is not there at all.",
        "文件在打包后被修改、损坏，或根本不存在。",
    ),
    help=(
        "Do not use it; get the pack again from where it was published.",
        "请勿使用；请从发布处重新获取。",
    ),
)
SIGNATURE_WRONG = define(
    "PS992",
    "signature-wrong",
    Severity.ERROR,
    message=("the signature `{path}` does not hold: {reason}", "签名 `{path}` 无效：{reason_zh}"),
    why=(
        "The sums, the signature or its comment were changed, or another key signed them.",
        "校验和、签名或其注释被修改，或由另一把密钥签署。",
    ),
    help=(
        "Do not use it; get the public key and the pack again from its publisher.",
        "请勿使用；请向发布者重新获取公钥和文件包。",
    ),
)
UNLISTED = define(
    "PS993",
    "unlisted-files",
    Severity.WARNING,
    message=(
        "{count} file(s) beside SHA256SUMS are not listed in it, `{path}` for one",
        "SHA256SUMS 旁有 {count} 个文件未列入，例如 `{path}`",
    ),
    why=(
        "Nothing is known about files that are not listed; the signature does not cover them.",
        "未列入的文件无从考证，签名也不覆盖它们。",
    ),
    help=("Do not trust them, or remove them.", "请勿信任它们，或将其删除。"),
)
NOT_A_PACK = define(
    "PS994",
    "not-a-pack",
    Severity.ERROR,
    message=("`{path}` cannot be verified: {reason}", "无法验证 `{path}`：{reason_zh}"),
    why=(
        "Verifying compares files with the list SHA256SUMS, which `polyskill pack` writes.",
        "验证即把文件与 `polyskill pack` 写出的 SHA256SUMS 清单比对。",
    ),
    help=(
        "Name a folder that `polyskill pack` or `polyskill publish --sign` wrote, or a file in it.",
        "请指定 `polyskill pack` 或 `polyskill publish --sign` 写出的文件夹，或其中的文件。",
    ),
)
