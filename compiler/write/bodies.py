"""The bodies of canonical files: copied, or a one-file skill taken apart into two languages."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..document import Document, Role, Section, Tree
from ..language import has_cjk
from ..localized import Lang
from ..model import Dialect, Skill, TestCase
from ..select.edits import Plan, compose, inside, lf, merged, one_ending, variant_edits
from ..select.withhold import Sieve
from ..source import Edit, Source, Span
from ..view import Withheld
from .folder import Dropped

__all__ = ["Bodies", "bodies_of", "page_body"]

_MOVED = {Role.HISTORY: "history", Role.LICENSE: "license"}


@dataclass(slots=True)
class Bodies:
    """What becomes of a skill's text.

    ``history`` and ``license`` are sections that moved out, ``tests`` the cases that did.
    """

    main: str = ""
    chinese: str = ""
    history: str = ""
    license: str = ""
    tests: list[TestCase] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)


def page_body(document: Document) -> str:
    """Return the body of a file in LF, without blank lines around it."""
    if document.source.encoding != "utf-8":
        return ""
    return one_ending(lf(document.body))


def bodies_of(skill: Skill) -> Bodies:
    """Return the bodies of ``SKILL.md`` and ``SKILL.zh.md``."""
    if skill.main is None:
        return Bodies()
    source = skill.main.source
    if source.encoding != "utf-8":
        lost = Dropped("text", "the file is UTF-16; save it as UTF-8", source.path)
        return Bodies(dropped=[lost])
    if skill.dialect is Dialect.EXPERT:
        return _Separation(skill, skill.main).run()
    chinese = page_body(skill.translation) if skill.translation else ""
    return Bodies(page_body(skill.main), chinese)


class _Separation:
    """A bilingual file, section by section.

    The sieve of :mod:`..select` says what each assistant would get of it. What none gets goes to
    a file of its own or is dropped; what only some get stays, under a directive.
    """

    def __init__(self, skill: Skill, document: Document) -> None:
        self.skill = skill
        self.document = document
        self.tree: Tree = document.tree
        self.source: Source = document.source
        self.bodies = Bodies()
        path = document.source.path
        self.cases = frozenset(case.line for case in skill.content.tests if case.path == path)
        self.everywhere, self.withheld = self._sieve("")
        self.gone = merged(self.everywhere.removed)
        self.sieved = {platform: self._sieve(platform) for platform in sorted(self._platforms())}
        self.scoped = {
            platform: merged(plan.removed) for platform, (plan, _) in self.sieved.items()
        }
        self.restored: list[Span] = []
        self.removed: list[Span] = []
        self.edits: list[Edit] = []

    def _platforms(self) -> set[str]:
        named: set[str] = set()
        for section in self.tree.root.walk():
            named |= section.platforms or frozenset()
        return named

    def _sieve(self, platform: str) -> tuple[Plan, list[Withheld]]:
        sieve = Sieve(
            self.source,
            self.skill.name,
            Lang.EN,
            platform,
            by_role=True,
            cases=self.cases,
            keep_directives=True,
        )
        return sieve.run(self.tree.root), sieve.withheld

    def run(self) -> Bodies:
        for section in self.tree.root.sections:
            self._section(section, None)
        kept = [
            span
            for span in self.everywhere.removed
            if not any(span in restored for restored in self.restored)
        ]
        plan = Plan(merged([*kept, *self.removed]), tuple(self._edits()))
        self.bodies.main = self._compose(plan, Lang.EN)
        if has_cjk(self.document.body):
            chinese = self._compose(plan, Lang.ZH)
            self.bodies.chinese = chinese if chinese != self.bodies.main else ""
        self.bodies.tests = [case for case in self.skill.content.tests if self._withholds(case)]
        self._report()
        return self.bodies

    def _withholds(self, case: TestCase) -> bool:
        """Whether a test case is in a part of the text that nobody gets."""
        starts = self.source.line_starts
        if case.path != self.source.path or not 0 < case.line <= len(starts):
            return False
        at = starts[case.line - 1]
        return _covers(Span(at, at + 1), self.gone)

    def _edits(self) -> list[Edit]:
        inner = [
            edit
            for edit in self.everywhere.edits
            if not any(edit.span in restored for restored in self.restored)
        ]
        return [*inner, *self.edits]

    def _compose(self, plan: Plan, lang: Lang) -> str:
        changes = Plan(edits=variant_edits(self.tree.variants, lang))
        body = Span(self.document.body_start, len(self.source.text))
        return compose(self.source, self.tree, body, plan + changes)

    def _moves(self, section: Section) -> bool:
        """Move a section about history or licence out, if no assistant is to load it."""
        into = _MOVED.get(section.role)
        if into is None or not inside(section.span, self.gone):
            return False
        text = one_ending(lf(self.source.slice(section.span))).rstrip().removesuffix("---").rstrip()
        before = getattr(self.bodies, into)
        setattr(self.bodies, into, f"{before}\n{text}\n" if before else f"{text}\n")
        return True

    def _section(self, section: Section, outer: frozenset[str] | None) -> None:
        if not inside(section.span, self.gone):
            return
        if not _covers(section.span, self.gone):
            for child in section.sections:
                self._section(child, outer)
            return
        if self._moves(section):
            return
        wanted = frozenset(
            platform
            for platform, removed in self.scoped.items()
            if not _covers(section.span, removed)
        )
        if outer is not None:
            wanted &= outer
        if not wanted:
            if outer is not None:
                self.removed.append(section.span)
            return
        self._restore(section, wanted, outer)

    def _restore(
        self, section: Section, wanted: frozenset[str], outer: frozenset[str] | None
    ) -> None:
        """Keep a section for the platforms that want it."""
        if outer is None:
            self.restored.append(section.span)
        start = section.span.start
        if wanted != outer:
            names = ",".join(sorted(wanted))
            note = f"<!-- polyskill: only={names} -->\n\n"
            self.edits.append(Edit(Span(start, start), note))
        first = sorted(wanted)[0]
        for block in section.blocks:
            if _covers(block.span, self.scoped[first]):
                self.removed.append(block.span)
        for edit in self.sieved[first][0].edits:
            if any(edit.span in block.span for block in section.blocks):
                self.edits.append(edit)
        for child in section.sections:
            self._section(child, wanted)

    def _report(self) -> None:
        """List what was withheld from everyone and is in no file."""
        roles = {
            self.source.position(section.span.start).line: section
            for section in self.tree.root.walk()
            if section.heading is not None
        }
        for held in self.withheld:
            section = roles.get(held.line)
            span = section.span if section else None
            if span is not None and any(span in restored for restored in self.restored):
                continue
            if held.reason == "tests" and self._carried(span):
                continue
            if section is not None and section.role in _MOVED:
                continue
            construct = "banner" if section is None and held.reason == "history" else held.reason
            self._drop(held, construct)
        taken = merged(self.removed)
        for _, withheld in self.sieved.values():
            for held in withheld:
                start = self.source.line_starts[held.line - 1]
                own = held.reason in ("install", "platform")
                if own and _covers(Span(start, start + 1), taken):
                    self._drop(held, held.reason)

    def _carried(self, span: Span | None) -> bool:
        """Whether the cases of a section (or of a run of blocks) were understood."""
        if span is None:
            return True
        starts = self.source.line_starts
        return any(span.start <= starts[case.line - 1] < span.end for case in self.bodies.tests)

    def _drop(self, held: Withheld, construct: str) -> None:
        lost = Dropped(construct, held.title, self.source.path, held.line)
        if lost not in self.bodies.dropped:
            self.bodies.dropped.append(lost)


def _covers(span: Span, removed: Sequence[Span]) -> bool:
    """Whether ``span`` lies wholly in one of ``removed`` (which are in order and apart)."""
    at = bisect_right(removed, span.start, key=lambda found: found.start) - 1
    return at >= 0 and span in removed[at]
