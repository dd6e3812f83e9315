"""Test cases written as prose: the notations that skill authors use, read as one grammar.

    form  notation
    A1    a title, then a fence with ``Input:`` and ``Expected:``
    A2    a title, then ``- Input:`` and ``- Expected Output:`` bullets
    A3    a title, then plain ``Input:`` and ``Expected output:`` lines
    A4    the prompt in the title: ``**Test 1:** "How do I …?"``, then ``- Expected: …``
    A5    all on one line: ``**Test 1:** "…" → …``
    A6    prose without labels: "A user asks … The correct response must …"
    B     a table with the columns input and expected output

A run of lines (see :mod:`.lines`) is cut into cases at titles; inside one, labels say what a line
belongs to. A case counts if it has both an input and at least one criterion.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ..localized import Lang
from ..model import CriterionKind, TestCase
from .case_labels import HEAD, kind_of
from .drafts import Draft, Expected
from .lines import Line
from .words import Label, cells, clean, merge, place, read_label

__all__ = ["Found", "read_cases"]

_TITLE = re.compile(
    r"^(?i:test(?:\s*case)?s?|case|scenario|eval|tc|t|测试用例|测试案例|测试|用例|案例|例)"
    r"\s*[#＃]?\s*(?:\d+(?:\.\d+)*|[A-Z](?=\s*(?:[:：.)）—–-]|$))|[一二三四五六七八九十]+)"
    r"(?![^\W_])\s*[:：.、)）—–·-]*\s*"
)
_EMPHASISED = re.compile(r"^(\*\*|__|\*|_)(?P<title>.+?)\1(?P<rest>.*)$")
_ARROW = re.compile(r"\s*(?:→|⇒|=>|->)\s*")
_INLINE = re.compile(
    r"\s*(?:[;；|,，.。—–-]\s*|\s)\**(?:expected(?:\s+(?:output|response|result|behaviou?r))?"
    r"|期望(?:输出|结果|回答)?|预期(?:输出|结果|回答)?)\**\s*[:：]\**\s*",
    re.IGNORECASE,
)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_BULLET = re.compile(r"^(\s*)(?:[-*+•·☐□]|\d{1,3}[.)、])\s+(?=\S)")


class _Reader:
    """Reads lines into drafts."""

    def __init__(self, *, started: bool) -> None:
        self.started = started  # whether the lines stand under a heading about tests
        self.drafts: list[Draft] = []
        self.draft: Draft | None = None
        self.columns: tuple[int, int, int] | None = None
        self.fenced = False

    # -- titles -------------------------------------------------------------------------------

    def open(self, title: str, line: Line, form: str = "") -> Draft:
        """Begin a case."""
        title = clean(title.strip(" :：—–-·"))
        draft = Draft(place(title, gloss=True), line.number, form)
        self.draft = draft
        self.drafts.append(draft)
        return draft

    def title(self, line: Line) -> bool:
        """Begin a case if ``line`` is the title of one."""
        emphasised = _EMPHASISED.match(line.text.strip())
        name = emphasised["title"].strip() if emphasised else line.text.strip()
        rest = emphasised["rest"].strip() if emphasised else ""
        match = _TITLE.match(name)
        if match is None:
            return self._untitled(line, name, rest, emphasised is not None)
        if emphasised is None and line.kind == "text" and not line.first:
            return False
        name = name[match.end() :]
        if line.kind == "heading" and line.title and not name:
            name = line.title.pick(Lang.EN)
        if rest.startswith((":", "：", "—", "–", "-")):
            rest = rest.lstrip(":：—– -")
        elif not rest and emphasised is None and _quoted(name):
            name, rest = "", name
        draft = self.open(name, line)
        if rest:
            self._after_title(draft, rest, line)
        self.started = True
        return True

    def _untitled(self, line: Line, name: str, rest: str, emphasised: bool) -> bool:
        """Take a bold line or a sub-heading for a title, where only cases can stand."""
        own_line = line.kind == "heading" or (emphasised and not rest.strip(" :：") and line.first)
        if not (self.started and own_line) or line.kind in ("item", "fence"):
            return False
        label = read_label(f"**{name}**")
        if label is None or kind_of(label) or label.names & HEAD:
            return False
        if line.kind == "heading" and line.title:
            name = line.title.get(Lang.BILINGUAL) or name
        self.open(name, line)
        return True

    def _after_title(self, draft: Draft, rest: str, line: Line) -> None:
        """Read what follows a title on its line: a prompt, or a whole case."""
        label = read_label(rest)
        if label is not None and kind_of(label):
            self.label(label, line, "A5")
            return
        asked, answer = _cut(rest)
        draft.input.append(asked)
        draft.form = "A5" if answer else "A4"
        draft.mode = "input"
        if answer:
            self._expect(draft, None, answer)

    # -- labels -------------------------------------------------------------------------------

    def label(self, label: Label, line: Line, form: str) -> None:
        """Read a labelled line."""
        kind, draft = kind_of(label), self.draft
        if draft is None or (kind == "input" and draft.expected and draft.input):
            draft = self.open("", line)
        if kind == "input" and draft.form == "A4" and not draft.expected:
            # What followed the title was more of the title: the prompt comes only now.
            draft.title, draft.input, draft.form = place(" ".join(draft.input)), [], ""
        if not draft.form:
            draft.form = form
        if kind == "input":
            asked, answer = _cut(label.rest) if form in ("A3", "A5") else (label.rest, "")
            draft.input.append(asked)
            draft.mode = "input"
            if answer:
                draft.form = "A5"
                self._expect(draft, None, answer)
        elif kind == "files":
            draft.files += [part.strip(' `"') for part in re.split(r"[,，、]", label.rest)]
        else:
            self._expect(draft, CriterionKind.MUST_NOT if kind == "forbidden" else None, label.rest)

    def _opens(self, line: Line, bullet: bool) -> bool:
        """Return whether a label may open a part here: below ``Expected:`` bullets are items."""
        draft = self.draft
        if draft is None:
            return self.started
        if draft.mode != "expected" or not bullet:
            return True
        return draft.bullet is not None and line.depth <= draft.bullet

    @staticmethod
    def _expect(draft: Draft, kind: CriterionKind | None, words: str) -> None:
        draft.expected.append(Expected(kind, prose=[words] if words else []))
        draft.mode = "expected"

    # -- lines --------------------------------------------------------------------------------

    def read(self, line: Line) -> None:
        """Read one line."""
        match line.kind:
            case "row":
                self._row(line)
                return
            case "comment":
                self._comment(line)
                return
            case "rule":
                return
            case "heading":
                self.draft = None
                self.title(line)
                return
        self.columns = None
        if line.kind == "fence" and line.first and self.draft and self.draft.expected:
            self.draft.mode = ""  # a second fence belongs to nothing that was said before
        if line.kind != "fence" and self.title(line):
            return
        text, bullet = line.text, line.kind == "item"
        if line.kind == "fence" and (match := _BULLET.match(text)):
            text, bullet = text[match.end() :], True
        label = read_label(text)
        if label is not None and label.colon and kind_of(label) and self._opens(line, bullet):
            form = "A1" if line.kind == "fence" else "A2" if bullet else "A3"
            self.label(label, line, form)
            if self.draft is not None:
                self.draft.bullet = line.depth if bullet else None
            return
        if label is not None and label.marked and label.names & HEAD:
            self.started, self.draft = True, None
            return
        if line.kind == "text" and _TAG.fullmatch(text.strip()):
            self.draft = None  # what a page folds away behind a case is no part of it
            return
        self._continue(line, text.strip(), bullet)

    def _continue(self, line: Line, text: str, bullet: bool) -> None:
        """Add a line to what the case is at."""
        draft = self.draft
        if draft is None or not text:
            return
        if draft.mode == "input":
            draft.input.append(text)
        elif draft.mode == "expected":
            last = draft.expected[-1]
            nested = line.depth > 1 or (
                line.kind == "fence" and line.text.startswith(("   ", "\t"))
            )
            if bullet and last.items and nested:
                last.items[-1].append(text)
            elif bullet:
                last.items.append([text])
            elif last.items:
                last.items[-1][-1] += f" {text}"
            else:
                last.prose.append(text)
        elif line.kind != "fence":
            draft.prose.append(text)

    def _comment(self, line: Line) -> None:
        """Take a comment for the translation of what stands before it."""
        draft = self.draft
        if draft is None:
            return
        label = read_label(line.text)
        kind = kind_of(label) if label else ""
        words = label.rest if label and kind else line.text
        if kind == "input" or (not kind and draft.mode == "input"):
            draft.translation = words
        elif draft.expected:
            last = draft.expected[-1]
            last.comments[len(last.items) - 1] = words
        elif not draft.input:
            draft.title = merge(draft.title, place(clean(words)))

    def _row(self, line: Line) -> None:
        """Read a row of a table of cases, or its head."""
        found = cells(line.text)
        if line.first:
            self.columns = _columns(found) if self.started else None
            return
        if self.columns is None or all(set(cell) <= set("-: ") for cell in found):
            return
        title, asked, expected = (found[at] if 0 <= at < len(found) else "" for at in self.columns)
        if title.isdigit():
            title = ""
        draft = self.open(_TITLE.sub("", clean(title)), line, "B")
        draft.input.append(asked)
        parts = [part for part in re.split(r"\s*<br\s*/?>\s*", expected) if part]
        self._expect(draft, None, parts[0] if len(parts) == 1 else "")
        if len(parts) > 1:
            draft.expected[-1].items = [[_BULLET.sub("", part)] for part in parts]
        self.draft = None


def _quoted(text: str) -> bool:
    return text.startswith(('"', "“", "「", "『")) and len(text) > 2


def _cut(text: str) -> tuple[str, str]:
    """Cut a one-line case into its prompt and what is expected of the answer."""
    match = _INLINE.search(text)
    if match is None:
        arrow = _ARROW.search(text)
        # An arrow inside the quoted prompt is part of it.
        match = arrow if arrow and text[: arrow.start()].count('"') % 2 == 0 else None
    if match is None or not match.start():
        return text, ""
    asked, answer = text[: match.start()], text[match.end() :]
    label = read_label(answer)
    return asked, label.rest if label and kind_of(label) else answer


def _columns(head: Sequence[str]) -> tuple[int, int, int] | None:
    """Return the columns of title, input and expectation, ``None`` for another table."""
    at: dict[str, int] = {}
    for column, cell in enumerate(head):
        label = read_label(f"**{clean(cell)}**")
        kind = kind_of(label) if label else ""
        if not kind and label and any(_TITLE.match(f"{name} 1") for name in label.names):
            kind = "title"
        at.setdefault(kind, column)
    if "input" not in at or "expected" not in at:
        return None
    return at.get("title", -1), at["input"], at["expected"]


class Found(NamedTuple):
    """The cases of a run of lines, and those that lack something: line, title, what."""

    cases: tuple[TestCase, ...]
    incomplete: tuple[tuple[int, str, str], ...]


def read_cases(lines: Iterable[Line], path: str, *, started: bool) -> Found:
    """Return the cases that a run of lines tells.

    Args:
        lines: The lines, in source order.
        path: The file that they stand in.
        started: Whether they stand under a heading about tests; else a label ``Test Cases`` or
            a title ``Test Case 1`` has to come first.
    """
    reader = _Reader(started=started)
    for line in lines:
        reader.read(line)
    made = [(draft, draft.case(at, path)) for at, draft in enumerate(reader.drafts, start=1)]
    incomplete = tuple(
        (draft.line, draft.title.pick(Lang.EN), "criteria" if draft.input else "input")
        for draft, case in made
        if case is None and (draft.input or draft.expected)
    )
    return Found(tuple(case for _draft, case in made if case is not None), incomplete)
