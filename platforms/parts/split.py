"""A long body becomes a short one and files that it points to; nothing is lost, nothing is cut.

Whole sections move, later and less central ones first; what an assistant needs at once (who it is,
when to act, how to work) stays as long as there is room. Where sections do not suffice, the last
blocks move together. The same text always gives the same parts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from polyskill.compiler.document import Role, Section
from polyskill.compiler.localized import Lang
from polyskill.compiler.source import Source, Span

from .text import slug
from .tokens import count

__all__ = ["Budget", "Excess", "Split", "split_body"]

_CORE = frozenset(
    {
        Role.PERSONA,
        Role.OVERVIEW,
        Role.SCOPE,
        Role.TRIGGERS,
        Role.PRINCIPLES,
        Role.WORKFLOW,
    }
)
_MOST_FILES = 48  # a body with more sections than that is cut once, not into a swarm of files
_SECTION = {
    Lang.EN: "Read [{path}]({path}) for this part.",
    Lang.ZH: "本节内容见 [{path}]({path})，需要时请先阅读。",
    Lang.BILINGUAL: "Read [{path}]({path}) for this part. 本节内容见该文件，需要时请先阅读。",
}
_REST = {
    Lang.EN: "The text goes on in [{path}]({path}): read it before you answer.",
    Lang.ZH: "正文续于 [{path}]({path})，回答前请一并阅读。",
    Lang.BILINGUAL: "The text goes on in [{path}]({path}): read it before you answer. "
    "正文续于该文件，回答前请一并阅读。",
}


@dataclass(frozen=True, slots=True)
class Excess:
    """Which measure a text exceeds, and by how much."""

    unit: str
    size: int
    limit: int
    hard: bool


@dataclass(frozen=True, slots=True)
class Budget:
    """How large a body may be. ``chars`` is what the client cuts at; the others are advice."""

    chars: int | None = None
    tokens: int = 5000
    lines: int = 500

    def over(self, text: str) -> Excess | None:
        """Return the first measure that ``text`` exceeds (``None``: it fits)."""
        size = len(text)
        if self.chars is not None and size > self.chars:
            return Excess("characters", size, self.chars, hard=True)
        # A token is never less than 1/1.5 of a character, so short texts need no estimate.
        if size * 2 > self.tokens and (tokens := count(text)) > self.tokens:
            return Excess("tokens", tokens, self.tokens, hard=False)
        if size > self.lines and (lines := text.count("\n")) > self.lines:
            return Excess("lines", lines, self.lines, hard=False)
        return None


@dataclass(frozen=True, slots=True)
class Split:
    """The body that stays, and the files that took the rest (path → text)."""

    body: str
    files: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class _Part:
    """A section that may move, with what would stand in its place."""

    span: Span
    path: str
    stub: str
    inner: list[_Part] = field(default_factory=list)
    moved: bool = False


@dataclass(frozen=True, slots=True)
class _Size:
    chars: int
    tokens: int
    lines: int

    def __add__(self, other: _Size) -> _Size:
        return _Size(self.chars + other.chars, self.tokens + other.tokens, self.lines + other.lines)

    def __sub__(self, other: _Size) -> _Size:
        return _Size(self.chars - other.chars, self.tokens - other.tokens, self.lines - other.lines)

    def fits(self, budget: Budget) -> bool:
        return (
            (budget.chars is None or self.chars <= budget.chars)
            and self.tokens <= budget.tokens
            and self.lines <= budget.lines
        )


def _size(text: str) -> _Size:
    return _Size(len(text), count(text), text.count("\n"))


class _Names:
    """Paths for new files that collide with nothing, whatever the file system folds."""

    def __init__(self, folder: str, taken: Collection[str]) -> None:
        self._folder = folder
        self._taken = {path.casefold() for path in taken}

    def __call__(self, wanted: str) -> str:
        number = 1
        while True:
            path = f"{self._folder}/{wanted}{f'-{number}' if number > 1 else ''}.md"
            if path.casefold() not in self._taken:
                self._taken.add(path.casefold())
                return path
            number += 1


def _part(body: str, section: Section, order: int, names: _Names, lang: Lang) -> _Part:
    heading = section.heading
    assert heading is not None  # only the root has none, and the root never moves
    title = heading.title.en or heading.title.zh or ""
    path = names(slug(title, fallback=f"part-{order}"))
    head = body[section.span.start : heading.span.end].rstrip("\n")
    stub = f"{head}\n\n{_SECTION[lang].format(path=path)}\n\n"
    return _Part(section.span, path, stub)


def _tops(section: Section) -> list[Section]:
    """Return the highest sections below a title: H2s as a rule."""
    found = list(section.sections)
    while len(found) == 1 and found[0].sections:
        found = list(found[0].sections)
    return found


def _cuts(section: Section) -> Iterator[int]:
    """Yield where each heading and each top-level block begins."""
    for part in section.walk():
        yield part.span.start
        for block in part.blocks:
            yield block.span.start


def _move(body: str, part: _Part, size: _Size) -> _Size:
    """Move a part if that makes the body smaller; return the new size of what stays."""
    whole = body[part.span.start : part.span.end]
    if part.moved or len(part.stub) >= len(whole):
        return size
    for inner in part.inner:
        if inner.moved:
            inner.moved = False
            size = size + _size(body[inner.span.start : inner.span.end]) - _size(inner.stub)
    part.moved = True
    return size - _size(whole) + _size(part.stub)


def _segments(body: str, root: Section, moved: list[_Part]) -> list[str]:
    """Return the text that stays, as pieces between which it may be cut."""
    starts = sorted({0, *_cuts(root)})
    pieces: list[str] = []
    waiting = iter(sorted(moved, key=lambda part: part.span.start))
    part = next(waiting, None)
    for start, end in zip(starts, [*starts[1:], len(body)], strict=True):
        while part is not None and start >= part.span.end:
            part = next(waiting, None)
        if part is None or start < part.span.start:
            pieces.append(body[start:end])
        elif start == part.span.start:
            pieces.append(part.stub)
    return pieces


def _text(pieces: list[str]) -> str:
    joined = "".join(pieces).strip("\n")
    return f"{joined}\n" if joined else ""


def split_body(
    body: str, budget: Budget, lang: Lang, taken: Collection[str] = (), folder: str = "references"
) -> Split:
    """Move sections of ``body`` into files below ``folder`` until it is within ``budget``.

    ``taken`` are paths that exist already. The result may still exceed the budget where nothing is
    left to move: the caller asks :meth:`Budget.over`.
    """
    if budget.over(body) is None:
        return Split(body)
    from polyskill.compiler.markdown import outline, parse  # noqa: PLC0415  (long bodies only)

    source = Source("SKILL.md", body)
    root = outline(source)
    names = _Names(folder, taken)
    size = _size(body)
    tops = _tops(root)
    parts: list[_Part] = []
    if len(tops) <= _MOST_FILES:
        central: list[_Part] = []
        for order, section in enumerate(tops, 1):
            part = _part(body, section, order, names, lang)
            parts.append(part)
            if section.role in _CORE:
                central.append(part)
                below = section.sections if len(section.sections) <= _MOST_FILES else ()
                part.inner = [
                    _part(body, inner, number, names, lang) for number, inner in enumerate(below, 1)
                ]
        inner = [found for part in central for found in part.inner]
        others = [part for part in parts if part not in central]
        for part in [*reversed(others), *reversed(inner), *reversed(central)]:
            if size.fits(budget):
                break
            if not any(part in owner.inner and owner.moved for owner in central):
                size = _move(body, part, size)
    moved = [found for part in parts for found in (part, *part.inner) if found.moved]
    pieces = _segments(body, root, moved)
    files = [(part.path, body[part.span.start : part.span.end]) for part in moved]
    if not size.fits(budget) or budget.over(_text(pieces)) is not None:
        # Sections do not suffice: now the blocks are needed.
        pieces = _segments(body, parse(source, 0).root, moved)
        pieces, rest = _tail(pieces, budget, names("more"), lang)
        files += rest
    return Split(
        _text(pieces),
        tuple((path, f"{text.strip(chr(10))}\n") for path, text in sorted(files)),
    )


def _tail(
    pieces: list[str], budget: Budget, path: str, lang: Lang
) -> tuple[list[str], list[tuple[str, str]]]:
    """Keep the first pieces that fit; the rest becomes one file."""
    pointer = _REST[lang].format(path=path) + "\n"
    size = _size(f"\n\n{pointer}")
    kept = 0
    for piece in pieces:
        size += _size(piece)
        if not size.fits(budget):
            break
        kept += 1
    rest = "".join(pieces[kept:])
    if len(rest) <= len(pointer) or (kept == 0 and len(pieces) == 1 and not rest.strip()):
        return pieces, []
    head = "".join(pieces[:kept]).rstrip("\n")
    return [f"{head}\n\n{pointer}" if head else pointer], [(path, rest)]
