"""The value of one key whose YAML is broken: what it was meant to be, and what was wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..codes import frontmatter as codes
from ..diagnostics import Code, Diagnostic, report
from ..source import Source, Span
from ..yamlsafe import load
from .chunks import Chunk
from .emit import quote
from .lines import Line
from .phrases import quoted_phrases, split_flow

__all__ = ["Recovered", "recover_value"]

_BLOCK = re.compile(r"(?P<style>[>|])[-+0-9]{0,2}[ \t]*(?:#.*)?")
_ITEM = re.compile(r"[ \t]*-(?:[ \t]+(?P<text>.*))?")
_SIGNS = frozenset("*&!%@`[]{}|>,?")
_REFUSED = (codes.YAML_TAG, codes.YAML_ALIAS)


@dataclass(frozen=True, slots=True)
class Recovered:
    """A value with the findings that explain it."""

    value: Any
    findings: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class _Broken:
    """A chunk that is no YAML, with what the rules below ask about it."""

    source: Source
    chunk: Chunk
    causes: tuple[Diagnostic, ...]
    begin: int  # of the value, without white space around it
    end: int
    text: str

    @property
    def lines(self) -> list[str]:
        """The lines of the value, the first one from the value's begin."""
        return self.text.splitlines()

    @property
    def nested(self) -> bool:
        """Whether the value begins on a line below the key."""
        return self.begin >= self.chunk.lines[0].next

    def report(self, code: Code, at: int, fix: str | None = None, **args: str | int) -> Diagnostic:
        """Report ``code`` at offset ``at``; ``fix`` replaces the whole value."""
        edits = [] if fix is None else [(Span(self.begin, self.end), fix)]
        return report(code, self.source, at, fix=edits, key=self.chunk.key, **args)


_Rule = Callable[[_Broken], Recovered | None]


def recover_value(source: Source, chunk: Chunk, causes: tuple[Diagnostic, ...]) -> Recovered:
    """Read the value of ``chunk``, which fails as YAML for the reasons in ``causes``."""
    raw = chunk.value_text(source)
    text = raw.strip()
    begin = chunk.value_start + len(raw) - len(raw.lstrip()) if text else chunk.value_start
    broken = _Broken(source, chunk, causes, begin, begin + len(text), text)
    for rule in _RULES:
        found = rule(broken)
        if found is not None:
            return found
    return _plain(broken)


def _tabs(broken: _Broken) -> Recovered | None:
    """Read tabs in the indentation as two spaces each."""
    chunk = broken.chunk
    tabbed = [line for line in chunk.lines if "\t" in line.text[: line.indent]]
    if not tabbed:
        return None
    spaced = "\n".join(
        line.text[: line.indent].replace("\t", "  ") + line.text[line.indent :]
        for line in chunk.lines
    )
    result = load(Source(broken.source.path, spaced + "\n", invalid_at=broken.source.invalid_at))
    if not result.ok or not isinstance(result.value, dict) or len(result.value) != 1:
        return None
    at = tabbed[0].start + tabbed[0].text.index("\t")
    (value,) = result.value.values()
    return Recovered(value, (broken.report(codes.TAB_INDENT, at),))


def _refused(broken: _Broken) -> Recovered | None:
    """Keep what uses tags or aliases as text; `*.ts` is a glob rather than an alias."""
    cause = next((found for found in broken.causes if found.code in _REFUSED), None)
    if cause is None or (broken.text.startswith("*") and "\n" not in broken.text):
        return None
    at = broken.source.line_starts[cause.line - 1] + cause.column - 1
    text = _dedent(broken.chunk.lines[1:]) if broken.nested else broken.text
    return Recovered(text, (broken.report(codes.YAML_REFUSED, at),))


def _block(broken: _Broken) -> Recovered | None:
    """Read a block of text whose lines are not indented as they should be."""
    header = _BLOCK.fullmatch(broken.chunk.lines[0].text[_offset(broken) :].rstrip())
    if header is None or broken.nested:
        return None
    body = broken.chunk.lines[1:]
    texts = [line.text.strip() for line in body]
    value = _fold(texts) if header["style"] == ">" else "\n".join(texts).strip("\n")
    flat = next((line for line in body if not line.blank and not line.indent), None)
    at = flat or next((line for line in body if not line.blank), broken.chunk.lines[0])
    return Recovered(value, (broken.report(codes.DEDENTED_LINE, at.start),))


def _offset(broken: _Broken) -> int:
    """Return where the value begins in its first line."""
    return max(0, broken.begin - broken.chunk.lines[0].start)


def _phrases(broken: _Broken) -> Recovered | None:
    """Read `"a", "b"` as a list."""
    found = quoted_phrases(_fold(broken.lines))
    if found is None:
        return None
    phrases, bare = found
    findings = [broken.report(codes.LIST_UNMARKED, broken.begin, count=len(phrases))]
    for text in bare:
        at = broken.text.rfind(text)
        findings.append(broken.report(codes.PHRASE_LEFT_OUT, broken.begin + max(at, 0), text=text))
    return Recovered(phrases, tuple(findings))


def _items(broken: _Broken) -> Recovered | None:
    """Read a list line by line, if each line is an item of it."""
    lines = [line for line in broken.chunk.lines[1:] if not line.blank]
    if not broken.nested or not lines:
        return None
    values: list[Any] = []
    findings: list[Diagnostic] = []
    for line in lines:
        item = _ITEM.fullmatch(line.text)
        if item is None:
            return None
        text = (item["text"] or "").strip()
        at = line.start + (item.start("text") if item["text"] else len(line.text))
        result = load(broken.source, Span(at, line.end))
        if result.ok and not isinstance(result.value, dict | list):
            values.append(result.value)
            continue
        values.append(text)
        code, where = _why(text)
        edits = [(Span(at, at + len(text)), quote(text))]
        findings.append(
            report(code, broken.source, at + where, fix=edits, key=broken.chunk.key, sign=text[:1])
        )
    return Recovered(values, tuple(findings)) if findings else None


def _flow(broken: _Broken) -> Recovered | None:
    """Read `[**/*.ts, *.js]` as the list that it was meant to be."""
    items = split_flow(broken.text) if "\n" not in broken.text else None
    if not items:
        return None
    sign = next((item[0] for item in items if item[0] in _SIGNS), "")
    at = broken.begin + broken.text.find(sign, 1) if sign else broken.begin
    fix = f"[{', '.join(map(quote, items))}]"
    if sign:
        return Recovered(items, (broken.report(codes.UNQUOTED_SIGN, at, fix, sign=sign),))
    return Recovered(items, (broken.report(codes.KEPT_AS_TEXT, at, fix),))


def _plain(broken: _Broken) -> Recovered:
    """Keep the value as text."""
    if broken.nested:
        return Recovered(_dedent(broken.chunk.lines[1:]), (_kept(broken),))
    text = _fold(broken.lines)
    flat = next((line for line in broken.chunk.lines[1:] if line.text and not line.indent), None)
    findings = []
    if flat is not None:
        findings.append(broken.report(codes.DEDENTED_LINE, flat.start))
    if text[:1] in ('"', "'"):
        inner = _unquoted(text)
        return Recovered(inner, (*findings, _kept(broken, quote(inner))))
    code, where = _why(broken.text)
    if code is codes.KEPT_AS_TEXT and findings:
        return Recovered(text, tuple(findings))
    fix = quote(text)
    return Recovered(
        text, (*findings, broken.report(code, broken.begin + where, fix, sign=text[:1]))
    )


def _unquoted(text: str) -> str:
    """Take off the quotes around ``text``, unless they belong to its first words only."""
    sign = text[0]
    second = text.find(sign, 1)
    if 0 < second < len(text) - 1 and not text[second - 1].isspace() and text[second + 1] == " ":
        return text
    return (text[1:-1] if second > 0 and text.endswith(sign) else text[1:]).strip()


def _kept(broken: _Broken, fix: str | None = None) -> Diagnostic:
    return broken.report(codes.KEPT_AS_TEXT, broken.begin, fix)


def _why(text: str) -> tuple[Code, int]:
    """Say why a plain text is no YAML, and at which of its characters."""
    if text[:1] in _SIGNS:
        return codes.UNQUOTED_SIGN, 0
    colon = text.find(": ")
    if colon < 0 and text.endswith(":"):
        colon = len(text) - 1
    if colon >= 0:
        return codes.UNQUOTED_COLON, colon
    return codes.KEPT_AS_TEXT, 0


def _fold(lines: list[str]) -> str:
    """Join lines as YAML folds them: by spaces, a blank line by a line break."""
    parts: list[str] = []
    for line in lines:
        text = line.strip()
        if not text:
            if parts:
                parts.append("\n")
        elif parts and parts[-1] != "\n":
            parts += (" ", text)
        else:
            parts.append(text)
    return "".join(parts).strip()


def _dedent(lines: tuple[Line, ...]) -> str:
    indent = min((line.indent for line in lines if not line.blank), default=0)
    return "\n".join(line.text[indent:].rstrip() for line in lines).strip("\n")


_RULES: tuple[_Rule, ...] = (_tabs, _refused, _block, _phrases, _items, _flow)
