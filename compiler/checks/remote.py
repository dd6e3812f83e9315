"""Plain warnings about text that asks for what no good skill needs.

These rules know shapes, not intentions, so they warn and do not refuse. They look at the body
and at Markdown resources. A line that warns against the thing is not reported: in a block quote,
in a section about risks or pitfalls, or with a word such as "never", "avoid", 禁止 or 警惕. Code in
scripts is not looked at: there the same calls are ordinary work.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..codes import safety
from ..diagnostics import Code, Diagnostic, report
from ..document import Document, Role
from .kinds import suffix
from .lines import Line, lines_of
from .registry import rule
from .subject import Subject

__all__ = ["suspicious_requests"]

_SHELL = r"(?:sudo\s+(?:-\w+\s+)*)?(?:env\s+)?(?:/bin/|/usr/bin/)?(?:ba|z|da|k)?sh\b"
_FETCH = r"(?:curl|wget)\b[^|;\n]*"
_HOME = r"(?:~|\$HOME|\$\{HOME\}|%USERPROFILE%|\$env:USERPROFILE)[/\\]"
_STARTUP = (
    r"\.(?:bashrc|bash_profile|bash_login|zshrc|zshenv|zprofile|profile|config/fish/config\.fish)\b"
)
_MEMORY = (
    r"\.(?:claude/(?:CLAUDE\.md|settings\.json|skills/)|codex/AGENTS\.md|gemini/GEMINI\.md"
    r"|cursor/rules|agents/AGENTS\.md|openclaw/\S*(?:SOUL|MEMORY|AGENTS)\.md)"
)


@dataclass(frozen=True, slots=True)
class _Shape:
    """What to look for; one of ``signs`` must stand in the text at all (in lower case)."""

    code: Code
    signs: tuple[str, ...]
    pattern: re.Pattern[str]
    quoting: bool = True  # whether the line may warn against it instead


_SHAPES = (
    _Shape(
        safety.REMOTE_CODE,
        ("curl", "wget", "iwr", "irm", "invoke-", "downloadstring"),
        re.compile(
            rf"{_FETCH}\|\s*{_SHELL}"
            rf"|{_FETCH}\|\s*(?:sudo\s+)?(?:python3?|node|perl|ruby)\b(?!\s+-m\s+json)(?:\s+-)?\s*$"
            r"|\b(?:ba|z)?sh\s+(?:-c\s+)?(?:<\(|[\"']?\$\()\s*(?:curl|wget)\b"
            r"|\b(?:eval|source|\.)\s+(?:<\(|[\"']?\$\()\s*(?:curl|wget)\b"
            r"|\b(?:iwr|irm|invoke-webrequest|invoke-restmethod)\b[^|\n]*\|\s*(?:iex|invoke-expression)\b"
            r"|\b(?:iex|invoke-expression)\b.{0,40}\b(?:iwr|irm|downloadstring|invoke-webrequest)\b",
            re.IGNORECASE,
        ),
    ),
    _Shape(
        safety.DECODE_AND_RUN,
        ("base64", "b64decode", "-enc", "fromhex", "xxd"),
        re.compile(
            rf"\bbase64\s+(?:-d|-D|--decode)\b[^|\n]*\|\s*{_SHELL}"
            r"|\b(?:eval|exec|bash\s+-c)\b.{0,60}\b(?:base64\s+(?:-d|--decode)|b64decode|fromhex)\b"
            r"|\bpowershell(?:\.exe)?\b.{0,60}\s-enc(?:odedcommand)?\s+[A-Za-z0-9+/=]{20,}"
            rf"|\bxxd\s+-r\b[^|\n]*\|\s*{_SHELL}",
            re.IGNORECASE,
        ),
    ),
    _Shape(
        safety.ARCHIVE_PASSWORD,
        ("password", "passcode", "密码", "-p"),
        re.compile(
            r"\b(?:unzip|7z|7za|unrar)\b[^\n]{0,60}\s-[pP]\s?['\"]?(?!\s)[\w!@#-]{3,}"
            r"|\b(?:zip|rar|7z|archive|extract(?:ed|ing)?)\b[^\n]{0,80}\b(?:password|passcode|pass)\b"
            r"\**\s*(?:is\s+|[:=：]\s*)\**[`'\"“]?[\w!@#-]{3,}"
            r"|\b(?:extract|unpack|unzip)\b[^\n]{0,60}\bwith\s+(?:the\s+)?pass(?:word|code)?\b"
            r"|(?:解压|压缩包)[^\n]{0,20}密码\**\s*(?:是|为|[:：=])",
            re.IGNORECASE,
        ),
    ),
    _Shape(
        safety.HIDDEN_FROM_USER,
        ("user", "用户", "human"),
        re.compile(
            r"\b(?:do\s+not|don['’]t|never|must\s+not|should\s+not)\s+(?:tell|inform|notify|alert)\s+"
            r"the\s+(?:user|human)s?(?:\s+(?:about\s+(?:this|these|the\s+(?:upload|transfer|sync|data|"
            r"backup|request))|of\s+this|that\s+you)|\s*[.!;,]|\s*$)"
            r"|\bwithout\s+(?:the\s+)?(?:user|human)['’]?s?\s+(?:knowledge|knowing|consent|noticing)\b"
            r"|\bwithout\s+(?:telling|informing|notifying|alerting)\s+the\s+(?:user|human)\b"
            r"|\b(?:hide|conceal)\s+(?:this|it|that|these)\b[^.\n]{0,40}\bfrom\s+the\s+(?:user|human)\b"
            r"|\bkeep\s+(?:this|it)\s+(?:secret|hidden)\s+from\s+the\s+(?:user|human)\b"
            r"|(?:不要|不得|不能|禁止|切勿|请勿|别|无需|不必)(?:告诉|告知|通知|提示|透露给|让)用户(?:知道|此|该|这|你|您|$|[，。；！,.;!])"
            r"|(?:瞒着|背着)用户|对用户(?:隐瞒|保密)|(?:在)?用户不知情的情况下",
            re.IGNORECASE,
        ),
    ),
    _Shape(
        safety.PERSISTENCE,
        ("bashrc", "zshrc", "profile", "zshenv", ".claude/", ".codex/", ".gemini/", "crontab",
         "config.fish", ".cursor/", ".agents/", ".openclaw/"),
        re.compile(
            rf"(?:>>?|\btee\s+(?:-a\s+)?)\s*[\"']?{_HOME}(?:{_STARTUP}|{_MEMORY})"
            rf"|\b(?:append|add|write|insert|put|copy|inject)\b[^\n]{{0,80}}\b(?:to|into|in)\b[^\n]{{0,20}}"
            rf"{_HOME}(?:{_STARTUP}|{_MEMORY})"
            rf"|(?:追加|写入|添加|插入|加入)[^\n]{{0,60}}{_HOME}(?:{_STARTUP}|{_MEMORY})"
            rf"|{_HOME}(?:{_STARTUP}|{_MEMORY})[^\n]{{0,30}}(?:追加|写入|添加|插入|加入)"
            r"|\|\s*crontab\s+-",
            re.IGNORECASE,
        ),
    ),
)  # fmt: skip

_AGAINST = re.compile(
    r"\b(?:never|avoid|dangerous|unsafe|insecure|malicious|detect\w*|flag(?:ged|s)?|forbidden|risky"
    r"|beware|reject|attack\w*|suspicious|red\s+flags?|bad\s+practice|do\s+not\s+(?:use|run|pipe)"
    r"|don['’]t\s+(?:use|run|pipe))\b|❌|✗|🚫|禁止|避免|危险|不要(?:使用|运行|执行)|恶意|警惕|攻击|可疑|切勿(?:使用|运行)",
    re.IGNORECASE,
)
# For text that must be kept from the user the words of the request are themselves negative.
_REPORTS = re.compile(
    r"\b(?:detect\w*|malicious|attack\w*|suspicious|injection|red\s+flags?|such\s+as|e\.g\.)"
    r"|恶意|攻击|可疑|注入|例如",
    re.IGNORECASE,
)
_WARNING_SECTIONS = frozenset({Role.PITFALLS, Role.RISK, Role.TESTS, Role.HISTORY})
_EXCERPT = 100
_LONGEST = 4_000


@rule(*(shape.code for shape in _SHAPES))
def suspicious_requests(subject: Subject) -> Iterator[Diagnostic]:
    """Report remote code, decoded code, locked archives, secrecy and persistence."""
    yield from _in_documents(subject.documents)
    for resource in subject.text_resources:
        if suffix(resource.path) == ".md" and (document := subject.parsed(resource)) is not None:
            yield from _in_documents((document,))


def _in_documents(documents: tuple[Document, ...]) -> Iterator[Diagnostic]:
    for document in documents:
        low = document.body.lower()
        shapes = [shape for shape in _SHAPES if any(sign in low for sign in shape.signs)]
        shapes = [shape for shape in shapes if _anywhere(shape, low)]
        if not shapes:
            continue
        for line in lines_of(document):
            yield from _in_line(document, line, shapes)


def _anywhere(shape: _Shape, low: str) -> bool:
    """Whether any line matches at all: only then is the document parsed to see where it stands.

    Only lines with a sign in them are looked at; the text is in lower case, the patterns do not
    mind.
    """
    for sign in shape.signs:
        at = low.find(sign)
        while at >= 0:
            end = low.find("\n", at)
            end = len(low) if end < 0 else end
            lines = low[low.rfind("\n", 0, at) + 1 : end].splitlines()
            if any(shape.pattern.search(line[:_LONGEST]) for line in lines):
                return True
            at = low.find(sign, end)
    return False


def _in_line(document: Document, line: Line, shapes: list[_Shape]) -> Iterator[Diagnostic]:
    if line.section.role in _WARNING_SECTIONS or (line.quoted and not line.code):
        return
    for shape in shapes:
        found = shape.pattern.search(line.text[:_LONGEST])
        if found is None:
            continue
        against = _REPORTS if shape.code is safety.HIDDEN_FROM_USER else _AGAINST
        if against.search(line.text):
            continue
        excerpt = " ".join(found[0].split())[:_EXCERPT]
        span = line.span(found.start(), found.end())
        yield report(shape.code, document.source, span, excerpt=excerpt)
