"""What an assistant should not load: tests, history, licence, recipes for other platforms."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ..document import Block, BlockKind, Role, Section
from ..localized import Lang
from ..markdown import is_directive
from ..markdown.directives import apply_directives
from ..source import Edit, Source, Span
from ..view import Withheld
from .casework import case_run
from .edits import Plan
from .install import heredoc, install_blocks, is_label, only_installs

__all__ = ["Sieve", "directed"]

_REASONS = {Role.TESTS: "tests", Role.HISTORY: "history", Role.LICENSE: "license"}
_BANNER_PART = re.compile(
    r"(?P<dated>v(?:ersion)?\.?\s*\d|版本|(?:last[ -])?updated|(?:最后|最近)?更新|发布日期|date)"
    r"|expert|verified|quality|score|author|status|licen[cs]e|maturity|专家|质量|评分|作者|状态|许可",
    re.IGNORECASE,
)
_BADGES = re.compile(r"(?:\[?!\[[^\]\n]*\]\([^()\n]*\)(?:\]\([^()\n]*\))?\s*)+$")


def directed(root: Section) -> dict[int, frozenset[str]]:
    """Return the platforms that directive comments give to sections, by where these start."""
    found: dict[int, frozenset[str]] = {}
    pending: frozenset[str] | None = None
    for section in root.walk():
        if pending is not None and section.heading is not None:
            found[section.span.start] = pending
        _, pending = apply_directives(section.blocks)
    return found


def _directives_before(root: Section) -> dict[int, list[Span]]:
    """Return the directives at the end of one section, by where the next one starts."""
    found: dict[int, list[Span]] = {}
    pending: list[Span] = []
    for section in root.walk():
        found[section.span.start] = pending
        pending = []
        for block in reversed(section.blocks):
            if block.kind is not BlockKind.COMMENT:
                break
            if is_directive(block):
                pending.append(block.span)
    return found


def _is_banner(block: Block) -> bool:
    """Whether a block only repeats version and date, or shows badges that do."""
    text = block.content
    if block.kind is BlockKind.PARAGRAPH:
        return "badge" in text and bool(_BADGES.match(text))
    if block.kind is not BlockKind.QUOTE or len(text) > 300:
        return False
    parts = [part.strip(" *_") for part in re.split(r"[|\n·]", text)]
    matches = [_BANNER_PART.match(part) for part in parts if part]
    return all(matches) and any(match and match["dated"] for match in matches)


@dataclass
class Sieve:
    """Goes through the sections of one document and notes what to keep out of a view.

    ``by_role`` also drops sections for what they are about (the expert dialect); without it only
    directives count. ``keep_directives`` leaves directives, and what they scope, where they are.
    """

    source: Source
    name: str
    lang: Lang
    platform: str
    by_role: bool
    cases: frozenset[int] = frozenset()  # the lines at which test cases begin
    keep_directives: bool = False
    removed: list[Span] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    withheld: list[Withheld] = field(default_factory=list)
    scopes: dict[int, frozenset[str]] = field(default_factory=dict)
    before: dict[int, list[Span]] = field(default_factory=dict)

    def run(self, root: Section) -> Plan:
        """Return what to take out of the document."""
        self.scopes = directed(root)
        if self.scopes and self.keep_directives:
            self.before = _directives_before(root)
        self._blocks(root)
        for section in root.sections:
            self._visit(section)
        self.withheld.sort(key=lambda withheld: withheld.line)
        return Plan(tuple(self.removed), tuple(self.edits))

    def _drop(self, section: Section, reason: str) -> bool:
        self.removed.append(section.span)
        if section.span.start in self.scopes:  # its directive must not fall to what comes next
            self.removed += self.before.get(section.span.start, ())
        title = section.title.pick(self.lang)
        line = self.source.position(section.span.start).line
        self.withheld.append(Withheld(title, reason, line))
        return False

    def _drop_block(self, block: Block, reason: str) -> None:
        self.removed.append(block.span)
        title = " ".join(block.content.replace("*", "").split())[:60]
        line = self.source.position(block.span.start).line
        self.withheld.append(Withheld(title, reason, line))

    def _visit(self, section: Section, inherited: frozenset[str] | None = None) -> bool:
        """Go through a section; return whether anything of it stays."""
        scope = self.scopes.get(section.span.start)
        if scope is not None and self.platform not in scope and not self.keep_directives:
            return self._drop(section, "platform")
        if self.by_role:
            if reason := _REASONS.get(section.role):
                return self._drop(section, reason)
            if section.role is Role.PLATFORM and scope is None:
                return self._platform(section, inherited)
            blocks = [block for block in section.blocks if block.kind is not BlockKind.COMMENT]
            if only_installs(blocks, self.name, anywhere=False) and not section.sections:
                return self._drop(section, "install")
        mark = len(self.removed), len(self.withheld)
        kept = [self._visit(child) for child in section.sections]
        bare = all(block.kind is BlockKind.RULE or is_directive(block) for block in section.blocks)
        if kept and not any(kept) and bare and section.heading and section.heading.level > 1:
            reason = self.withheld[-1].reason
            del self.removed[mark[0] :], self.withheld[mark[1] :]
            return self._drop(section, reason)
        self._blocks(section)
        return True

    def _platform(self, section: Section, inherited: frozenset[str] | None) -> bool:
        """Keep of a section about platforms only what is configuration for this one."""
        installs = only_installs(
            [block for part in section.walk() for block in part.blocks], self.name, anywhere=True
        )
        reason = "install" if installs else "platform"
        scope = section.platforms or inherited
        if scope is not None and self.platform not in scope:
            return self._drop(section, reason)
        mark = len(self.removed), len(self.withheld), len(self.edits)
        kept = [self._visit(child, scope) for child in section.sections]
        recipes = install_blocks(section.blocks, self.name, anywhere=True)
        own = [
            at
            for at, block in enumerate(section.blocks)
            if at not in recipes and block.kind not in (BlockKind.RULE, BlockKind.COMMENT)
        ]
        stays = scope is not None and any(not is_label(section.blocks[at]) for at in own)
        if not stays and not any(kept):
            del self.removed[mark[0] :], self.withheld[mark[1] :], self.edits[mark[2] :]
            return self._drop(section, "install" if scope is not None else reason)
        told = ""  # why the block before went: a label and its recipe are told as one
        for at, block in enumerate(section.blocks):
            before, told = told, ""
            if at in recipes or (not stays and block.kind is not BlockKind.RULE):
                told = "install" if at in recipes else "platform"
                if told == before:
                    self.removed.append(block.span)
                else:
                    self._drop_block(block, told)
            elif (text := heredoc(block)) is not None:
                lines = text.replace("\n", "\n" + block.prefix)
                self.edits.append(Edit(block.span, f"{block.prefix}{lines}\n"))
        self._directives(section.blocks, top=True)
        return True

    def _blocks(self, section: Section) -> None:
        for block in section.blocks:
            foreign = block.platforms is not None and self.platform not in block.platforms
            if foreign and not self.keep_directives:
                self._drop_block(block, "platform")
            elif self.by_role and _is_banner(block):
                level = section.heading.level if section.heading else 0
                if level <= 1:
                    self._drop_block(block, "history")
        if self.cases:
            run = case_run(section.blocks, self.source, self.cases)
            for at in run:
                self.removed.append(section.blocks[at].span)
            if run:
                title = section.title.pick(self.lang)
                line = self.source.position(section.blocks[run.start].span.start).line
                self.withheld.append(Withheld(title, "tests", line))
        self._directives(section.blocks, top=True)

    def _directives(self, blocks: tuple[Block, ...], top: bool) -> None:
        """Take the notes to the compiler out, and scoped blocks inside containers."""
        if self.keep_directives:
            return
        stack = [(blocks, top)]
        while stack:
            some, outermost = stack.pop()
            for block in some:
                foreign = block.platforms is not None and self.platform not in block.platforms
                if is_directive(block) and outermost:
                    self.removed.append(block.span)
                elif is_directive(block) or (foreign and not outermost):
                    start = block.span.start + len(block.prefix)
                    end = block.span.start + len(self.source.slice(block.span).rstrip())
                    self.edits.append(Edit(Span(start, max(start, end)), ""))
                elif block.children and not foreign:
                    stack.append((block.children, False))
