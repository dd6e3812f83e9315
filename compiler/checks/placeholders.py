"""Text that was meant to be replaced: by an assistant, or by an author who forgot it.

Only what is loaded as instructions is looked at, never ``commands/``, where arguments are at
home. ``$ARGUMENTS``, ``{{args}}`` and the variables of one host are reported wherever they stand,
fences among them, because assistants replace them there too. The other forms are looked for in
prose only: in a fence and in a code span ``$1`` and ``${HOME}`` are the shell's. ``$100``,
``$1.50`` and ``$5/month`` are money.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..codes import content, identity
from ..diagnostics import Code, Diagnostic, report
from ..document import Role
from ..model import Dialect
from .lines import Line, lines_of, without_code
from .registry import rule
from .subject import Subject

__all__ = ["expanded_placeholders", "forgotten_text"]


@dataclass(frozen=True, slots=True)
class _Form:
    """A notation that some hosts replace; ``sign`` is a cheap test that comes first."""

    sign: str
    pattern: re.Pattern[str]
    code: Code
    hosts: str | Callable[[str], str]
    in_fences: bool = False
    in_code_spans: bool = False


_OWNERS = {
    "CLAUDE": "Claude Code",
    "CODEX": "Codex",
    "CURSOR": "Cursor",
    "GEMINI": "Gemini CLI",
    "KIMI": "Kimi Code",
    "OPENCODE": "OpenCode",
    "PLUGIN": "Agent Plugins",
    "QWEN": "Qwen Code",
    "baseDir": "OpenClaw",
    "extensionPath": "Gemini CLI",
    "workspacePath": "Gemini CLI",
}


def _owner(variable: str) -> str:
    name = variable.strip("${}")
    return next(owner for start, owner in _OWNERS.items() if name.startswith(start))


_DOLLAR = "Claude Code, OpenCode, Kimi Code"
_FORMS = (
    _Form(
        "$ARGUMENTS",
        re.compile(r"\$ARGUMENTS\b(?:\[\d+\])?"),
        content.ARGUMENT_PLACEHOLDER,
        _DOLLAR,
        in_fences=True,
        in_code_spans=True,
    ),
    _Form(
        "$",
        # Not money ($100, $1.50, $5/month, $2M, $3 per call) and no formula ($1$, \$1).
        re.compile(
            r"(?<![\w$\\/–-])\$\d(?![\d$\w%/+–-]|[.,]\d| ?(?:-|–|~|per|an?|each|k|million|billion"
            r"|USD|dollars?|cents?|worth|monthly|budget|off)\b| (?:or|and|to) \$)(?![.,]?\d)"
        ),
        content.ARGUMENT_PLACEHOLDER,
        _DOLLAR,
    ),
    _Form(
        "{",
        re.compile(r"\$\{(?:[A-Z]+_)?(?:" + "|".join(_OWNERS) + r")\w*\}|\{baseDir\}"),
        content.VARIABLE_PLACEHOLDER,
        _owner,
        in_fences=True,
        in_code_spans=True,
    ),
    _Form(
        "!",
        re.compile(r"(?<![\w!`\[])!`[A-Za-z.~/$][^`]*`|!\{[^{}]+\}"),
        content.SHELL_INJECTION,
        "Claude Code, OpenCode, Gemini CLI",
        in_code_spans=True,
    ),
    _Form(
        "@",
        re.compile(
            r"(?<![\w.+@/`-])@(?:\.{0,2}/|~/)?[\w-]+(?:[./-]+[\w-]+)*\.(?:mdc?|txt|json|ya?ml|toml)\b"
            r"|@\{[^{}]+\}"
        ),
        content.FILE_INCLUDE,
        "Claude Code, OpenCode, Gemini CLI",
    ),
    _Form(
        "{{",
        re.compile(r"\{\{\s*args\s*\}\}"),
        content.TEMPLATE_PLACEHOLDER,
        "Gemini CLI, Qwen Code",
        in_fences=True,
        in_code_spans=True,
    ),
)


@rule(
    content.ARGUMENT_PLACEHOLDER,
    content.VARIABLE_PLACEHOLDER,
    content.SHELL_INJECTION,
    content.FILE_INCLUDE,
    content.TEMPLATE_PLACEHOLDER,
)
def expanded_placeholders(subject: Subject) -> Iterator[Diagnostic]:
    """Report text that some assistant replaces before a model reads it."""
    if subject.skill.dialect is Dialect.COMMAND:
        return
    for document in subject.documents:
        body = document.body
        forms = [form for form in _FORMS if form.sign in body]
        if not any(form.pattern.search(body) for form in forms):
            continue
        for line in lines_of(document):
            for form, start, found in _in_line(line, forms):
                hosts = form.hosts if isinstance(form.hosts, str) else form.hosts(found)
                span = line.span(start, start + len(found))
                yield report(form.code, document.source, span, found=found[:80], hosts=hosts)


def _in_line(line: Line, forms: list[_Form]) -> Iterator[tuple[_Form, int, str]]:
    for form in forms:
        if form.sign not in line.text or ((line.code or line.markup) and not form.in_fences):
            continue
        text = line.text if form.in_code_spans else without_code(line.text)
        for found in form.pattern.finditer(text):
            yield form, found.start(), found[0]


_LEFT_OVER = re.compile(
    r"\[(?:role name|skill name|your name|name here|placeholder|角色名称?|技能名称?)\]"
    r"|\[insert [^\]]{1,40}\]|\blorem ipsum\b|\[todo\b[^\]]{0,60}\]"
    r"|^[\s#>*-]*(?:todo|fixme|tbd)\b\s*(?:[:：].{0,60}|$)|待补充|待填写|此处填写|在此填写",
    re.IGNORECASE,
)
_SIGNS = ("[", "todo", "fixme", "tbd", "lorem", "待补充", "待填写", "此处填写", "在此填写")


@rule(identity.PLACEHOLDER_TEXT)
def forgotten_text(subject: Subject) -> Iterator[Diagnostic]:
    """Report what a template left behind, in title, description, headings and prose.

    Fences, code spans, and sections that show examples are left alone: there a bracket is what
    the skill wants the assistant to fill in.
    """
    skill = subject.skill
    for text in (skill.title, skill.description):
        for words in (text.en, text.zh):
            if words and (found := _LEFT_OVER.search(words)):
                yield report(identity.PLACEHOLDER_TEXT, subject.place, found=found[0].strip()[:80])
    for document in subject.documents:
        low = document.body.lower()
        if not any(sign in low for sign in _SIGNS) or not _worth_parsing(low):
            continue
        for line in lines_of(document):
            if line.code or line.markup or line.section.role in {Role.EXAMPLE, Role.SCENARIO}:
                continue
            if found := _LEFT_OVER.search(without_code(line.text)):
                span = line.span(found.start(), found.end())
                found_text = found[0].strip()[:80]
                yield report(identity.PLACEHOLDER_TEXT, document.source, span, found=found_text)


def _worth_parsing(body: str) -> bool:
    """Whether any line at all would match, were all of them prose."""
    return any(_LEFT_OVER.search(line) for line in body.splitlines())
