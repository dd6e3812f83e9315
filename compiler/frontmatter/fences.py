"""Where a damaged front matter begins and ends."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..codes import frontmatter as codes
from ..diagnostics import Diagnostic, report
from ..source import Source, Span
from .lines import Line, is_markdown, key_of, read_lines

__all__ = ["Layout", "find_layout"]

_FENCES = ("---", "...")
_NEARLY = re.compile(r"-{4,}|-{2}|[—–]{1,3}|-(?: -)+")
# A file without an opening fence has a front matter only if it names one of these.
_KNOWN = frozenset(
    {"name", "description", "title", "globs", "alwaysapply", "applyto", "allowed-tools", "version"}
)


@dataclass(frozen=True, slots=True)
class Layout:
    """The front matter: its first character, its YAML, and where the body begins."""

    start: int
    yaml: Span
    body_start: int
    findings: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class _Close:
    yaml_end: int
    body_start: int
    finding: Diagnostic | None = None


def find_layout(source: Source) -> Layout | None:
    """Find the fences, whole or damaged; ``None`` if the file has no front matter."""
    lines = read_lines(source)
    first = next((i for i, line in enumerate(lines) if line.text.strip(" \t\ufeff")), None)
    if first is None:
        return None
    index = _behind_comment(lines, first)
    text = lines[index].text.strip(" \t\ufeff")
    findings: list[Diagnostic] = []
    if text == "---":
        if index > 0 or lines[index].text.rstrip() != text:
            findings.append(report(codes.FENCE_MISPLACED, source, lines[index].start))
        inside = index + 1
    elif _NEARLY.fullmatch(text):
        findings.append(_malformed(source, lines[index]))
        inside = index + 1
    elif text.startswith("---") and text[3:4].isspace() and key_of(_rest(lines[index])):
        # `--- name: x`: the first key shares the line of the fence.
        findings.append(_malformed(source, lines[index], keep=_rest(lines[index]).start))
        lines = [*lines[:index], lines[index], _rest(lines[index]), *lines[index + 1 :]]
        inside = index + 1
    elif _looks_open(lines, index):
        newline = source.newline
        at = lines[index].start
        fix = [(Span(at, at), f"---{newline}")]
        findings.append(report(codes.OPENING_MISSING, source, at, fix=fix))
        inside = index
    else:
        return None
    scan = _Scan(source, lines, inside)
    close = scan.close() if scan.has_keys() else None
    if close is None:
        return None
    if close.finding is not None:
        findings.append(close.finding)
    begin = lines[inside].start if inside < len(lines) else close.yaml_end
    yaml = Span(begin, max(begin, close.yaml_end))
    return Layout(lines[index].start, yaml, close.body_start, tuple(findings))


def _rest(line: Line) -> Line:
    """Return what stands behind an opening fence as a line of its own."""
    at = line.text.index("---") + 3
    at += len(line.text[at:]) - len(line.text[at:].lstrip())
    return Line(line.start + at, line.next, line.text[at:])


def _malformed(source: Source, line: Line, keep: int | None = None) -> Diagnostic:
    end = line.end if keep is None else keep
    text = line.text.strip("\ufeff").rstrip()[:60]
    fix = [(Span(line.start, end), "---" if keep is None else f"---{source.newline}")]
    return report(codes.FENCE_MALFORMED, source, Span(line.start, end), fix=fix, text=text)


def _behind_comment(lines: Sequence[Line], first: int) -> int:
    """Skip an HTML comment (a licence, say) that stands before the fence."""
    if not lines[first].text.lstrip("\ufeff").startswith("<!--"):
        return first
    end = next((i for i in range(first, len(lines)) if "-->" in lines[i].text), None)
    if end is None:
        return first
    after = next((i for i in range(end + 1, len(lines)) if not lines[i].blank), None)
    return after if after is not None and lines[after].text.rstrip() == "---" else first


def _looks_open(lines: Sequence[Line], index: int) -> bool:
    """Whether keys stand here, two at least and a known one among them, up to a fence."""
    keys: list[str] = []
    for line in lines[index:]:
        if line.text.rstrip() in _FENCES:
            return len(keys) > 1 and not _KNOWN.isdisjoint(keys)
        if line.blank or line.indent or line.text.startswith(("- ", "#")):
            if not keys:
                return False
            continue
        found = key_of(line)
        if found is None:
            return False
        keys.append(found[0].casefold())
    return False


class _Scan:
    """The search for the end, from the first line inside."""

    def __init__(self, source: Source, lines: Sequence[Line], inside: int) -> None:
        self.source = source
        self.lines = lines
        self.inside = inside
        # For each line: the next one that is not blank, and the next that is no comment either.
        self.solid = [len(lines)] * (len(lines) + 1)
        self.plain = [len(lines)] * (len(lines) + 1)
        self.fence = next(
            (i for i in range(inside, len(lines)) if lines[i].text.rstrip() in _FENCES), None
        )
        for i in range(len(lines) - 1, -1, -1):
            text = lines[i].text.lstrip()
            self.solid[i] = i if text else self.solid[i + 1]
            self.plain[i] = i if text and text[0] != "#" else self.plain[i + 1]

    def _key_at(self, index: int) -> bool:
        return index < len(self.lines) and key_of(self.lines[index]) is not None

    def has_keys(self) -> bool:
        """Whether keys stand between the fences, so that the first one is no rule of Markdown.

        The first line that says something must be a key, or the closing fence come first, or
        some key before the closing fence be a known one.
        """
        index = self.plain[self.inside]
        if self._key_at(index):
            return True
        if self.fence is None:
            return False
        keys = (key_of(line) for line in self.lines[self.inside : self.fence])
        known = any(found is not None and found[0].casefold() in _KNOWN for found in keys)
        return known or self.solid[self.inside] == self.fence

    def close(self) -> _Close | None:
        """Return the end: a fence, a damaged fence, or the place where one is missing."""
        lines, fence = self.lines, self.fence
        # A line of hyphens behind a blank line is rather a rule in the body.
        sure = fence is not None and not (fence > 0 and lines[fence - 1].blank)
        after_blank = False
        for i in range(self.inside, len(lines) if fence is None else fence):
            line = lines[i]
            if line.blank:
                after_blank = True
                continue
            damaged = self._damaged(i)
            if damaged is not None:
                return damaged
            if self._is_body(i, after_blank, sure):
                return self._missing(i)
            after_blank = False
        if fence is not None:
            return _Close(lines[fence].start, lines[fence].next)
        return self._missing(len(lines))

    def _damaged(self, i: int) -> _Close | None:
        """Take a line that ends in hyphens for the fence, if no key follows it."""
        line = self.lines[i]
        text = line.text.rstrip()
        after = self.solid[i + 1]
        if not text.endswith("---") or self._goes_on(after):
            return None
        bare = text.strip(" \t")
        if bare.strip("-") == "":
            return _Close(line.start, line.next, _malformed(self.source, line))
        at = line.start + len(text.rstrip("-"))
        fix = [(Span(at, line.start + len(text)), f"{self.source.newline}---")]
        finding = report(codes.FENCE_GLUED, self.source, fix[0][0], fix=fix)
        return _Close(at, line.next, finding)

    def _goes_on(self, after: int) -> bool:
        """Whether the line at ``after`` still belongs to a front matter: indented, or a key."""
        if after >= len(self.lines):
            return False
        line = self.lines[after]
        if line.text.rstrip() in _FENCES:
            return True
        return line.indent > 0 or self._key_at(self.plain[after])

    def _is_body(self, i: int, after_blank: bool, fenced: bool) -> bool:
        """Whether line ``i`` belongs to the body, so that the closing fence must be missing.

        ``fenced`` says that a fence comes later which can hardly be a rule.
        """
        line = self.lines[i]
        if line.indent or key_of(line) is not None:
            return False
        if line.text.startswith("#"):
            # `# note` between keys is a comment of YAML; a heading stands alone, text below it.
            alone = after_blank or not fenced or self.solid[i + 1] > i + 1
            return alone and is_markdown(line) and not self._key_at(self.plain[i + 1])
        return after_blank and (is_markdown(line) or not fenced)

    def _missing(self, i: int) -> _Close:
        """Say that a fence is missing before line ``i``."""
        last = i
        while last > self.inside and self.lines[last - 1].blank:
            last -= 1
        at = self.lines[last - 1].next if last > 0 else 0
        body = self.lines[i].start if i < len(self.lines) else self.lines[-1].next
        newline = self.source.newline
        unended = at == len(self.source.text) and not self.source.text.endswith(("\n", "\r"))
        fix = [(Span(at, at), f"{newline if unended else ''}---{newline}")]
        return _Close(at, body, report(codes.FENCE_MISSING, self.source, at, fix=fix))
