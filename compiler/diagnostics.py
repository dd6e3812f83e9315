"""What is wrong, where, why, and what to do next: coded, bilingual, machine-readable.

Every code is one :class:`Code` in ``compiler/codes/``; the pages of ``docs/rules/`` are generated
from them. Code families: PS0xx reading and recovery, PS1xx front matter and identity, PS2xx
content, PS3xx safety, PS4xx resources and links, PS5xx platforms and limits, PS6xx build and run,
PS7xx evaluation, PS9xx delivery.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from .localized import Lang, Text
from .source import Source, Span

__all__ = ["CATALOGUE", "Code", "Diagnostic", "Severity", "define", "report", "worst"]


class Severity(StrEnum):
    """How bad a finding is: an error keeps a skill from being built."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of finding.

    The texts are ``str.format`` templates whose fields are the finding's ``args``; ``why`` and
    ``help`` are whole sentences, the second one says what to do. ``fixable`` means that
    ``polyskill check --fix`` repairs it without changing what the skill says.
    """

    id: str
    slug: str
    severity: Severity
    message: Text
    why: Text
    help: Text
    fixable: bool = False


CATALOGUE: dict[str, Code] = {}


def define(
    code: str,
    slug: str,
    severity: Severity,
    *,
    message: tuple[str, str],
    why: tuple[str, str],
    help: tuple[str, str],
    fixable: bool = False,
) -> Code:
    """Register a code; each pair of texts is (English, Chinese).

    Raises:
        ValueError: the code is already defined.
    """
    if code in CATALOGUE:
        msg = f"code {code} is defined twice"
        raise ValueError(msg)
    made = Code(code, slug, severity, Text(*message), Text(*why), Text(*help), fixable)
    CATALOGUE[code] = made
    return made


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. ``line`` and ``column`` count from 1; 0 means the file (or folder) as a whole.

    ``fix`` is the edit that repairs it (character offsets in the file's text), if there is one.
    """

    code: Code
    path: str
    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0
    args: Mapping[str, object] = field(default_factory=dict)
    fix: tuple[tuple[Span, str], ...] = ()
    skill: str = ""

    @property
    def severity(self) -> Severity:
        """The severity of the code."""
        return self.code.severity

    def message(self, lang: Lang = Lang.EN) -> str:
        """Return the sentence that a user reads."""
        return self.code.message.pick(lang).format_map(dict(self.args))

    def why(self, lang: Lang = Lang.EN) -> str:
        """Return why it matters."""
        return self.code.why.pick(lang).format_map(dict(self.args))

    def help(self, lang: Lang = Lang.EN) -> str:
        """Return what to do."""
        return self.code.help.pick(lang).format_map(dict(self.args))

    @property
    def location(self) -> str:
        """``file:line:column`` as far as it is known."""
        if not self.line:
            return self.path
        return f"{self.path}:{self.line}:{self.column or 1}"

    def sort_key(self) -> tuple[str, int, int, str]:
        """Order by place, then by code."""
        return (self.path, self.line, self.column, self.code.id)


def report(
    code: Code,
    where: Source | str,
    span: Span | int | None = None,
    *,
    fix: Iterable[tuple[Span, str]] = (),
    **args: object,
) -> Diagnostic:
    """Make a diagnostic at ``span`` (or at an offset) of a source, or for a path as a whole."""
    if isinstance(where, str) or span is None:
        path = where if isinstance(where, str) else where.path
        return Diagnostic(code, path, args=args, fix=tuple(fix))
    begin = span if isinstance(span, int) else span.start
    end = span if isinstance(span, int) else span.end
    first, last = where.position(begin), where.position(max(begin, end))
    return Diagnostic(
        code,
        where.path,
        first.line,
        first.column,
        last.line,
        last.column,
        args,
        tuple(fix),
    )


def worst(diagnostics: Iterable[Diagnostic]) -> Severity | None:
    """Return the highest severity among ``diagnostics`` (``None`` for none)."""
    order = (Severity.ERROR, Severity.WARNING, Severity.INFO)
    found = {diagnostic.severity for diagnostic in diagnostics}
    return next((severity for severity in order if severity in found), None)
