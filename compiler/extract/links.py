"""Where a body points: links, paths in back-ticks, scripts that it runs, other skills, URLs.

Inline Markdown is read by markdown-it, a block at a time; the place of what it finds is then
looked up in the block's source text, from left to right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from posixpath import normpath
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from ..document import Block, BlockKind, Document, Role
from ..model import Link, LinkKind, Skill
from ..source import Source, Span

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

__all__ = ["links_of"]

_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:")
_WEB = re.compile(r"https?://[^\s<>\"'`)\]）】」]+")
# Folders that skills ship; a path into one of the others may lie in the user's own project.
_SHIPPED = frozenset(
    {"references", "reference", "scripts", "assets", "resources", "templates", "examples"}
)
_FOLDERS = _SHIPPED | {"docs", "rules", "commands", "agents", "lib", "bin", "src", "data", "hooks"}
_ROOT = re.compile(
    r"^(?:\./|\{baseDir\}/|\$\{CLAUDE_PLUGIN_ROOT\}/|\$\{?(?:SKILL_DIR|SKILL_ROOT|CLAUDE_SKILL_DIR)\}?/"
    r"|<skill[-_ ]?(?:dir|root|path)>/)"
)
_PATH = re.compile(r"^[\w.@{}$<>*~-][\w.@+{}$<>*~-]*(?:/[\w.@+{}$<>*~-]+)*/?$")
_PATTERN = re.compile(r"[*<>{}$\[\]]|\.\.\.|\bYYYY\b")
_RUNNERS = (
    r"python(?:3(?:\.\d+)?)?|uv run(?: python)?|bash|sh|zsh|source|\.|pwsh|ruby|perl|node"
    r"|deno run|bun(?: run)?|npx (?:-y )?(?:tsx|ts-node|bun)"
)
_RUN = re.compile(
    rf"(?:^|[\s;&|(])(?:{_RUNNERS})\s+(?:-[\w-]+\s+)*"
    r"[\"']?(?P<path>[^\s\"'`;&|<>()]+\.\w{1,4})\b"
    r"|(?:^|[\s;&|(])(?P<direct>(?:\./|scripts/)[^\s\"'`;&|<>()]+)"
)
_SKILL = re.compile(
    r"\b(?:use|invoke|load|see|run|call|try|with|via|hand (?:off|over) to|delegate to)\s+"
    r"(?:the\s+)?`(?P<a>[a-z0-9]+(?:[-:][a-z0-9]+)+)`"
    r"(?!\s*(?:command|tool|flag|script|option|package))"
    r"|`(?P<b>[a-z0-9]+(?:[-:][a-z0-9]+)*)`\s*(?:skills?\b|技能)"
    r"|(?:\bskill|技能)\s*[:：]?\s*`(?P<c>[a-z0-9]+(?:[-:][a-z0-9]+)*)`"
    r"|(?:使用|调用|参见|改用)\s*`(?P<d>[a-z0-9]+(?:[-:][a-z0-9]+)+)`",
    re.IGNORECASE,
)
_SLUG = re.compile(r"`([a-z0-9]+(?:-[a-z0-9]+)+)`")
_DEFINITION = re.compile(r"^\[[^\]\n]+\]:[^\n]*", re.MULTILINE)
_TEXT = frozenset({BlockKind.PARAGRAPH, BlockKind.ROW, BlockKind.HEADING})
_CODE = frozenset({BlockKind.FENCE, BlockKind.CODE})


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # noqa: PLC0415  (heavy: only for bodies with links)

    return MarkdownIt("commonmark")


class _Targets:
    """What a path inside the skill can be resolved against."""

    def __init__(self, skill: Skill, document: Document) -> None:
        self.files = {resource.path for resource in skill.resources}
        documents = (skill.main, skill.translation, document)
        names = {doc.source.path.rsplit("/", 1)[-1] for doc in documents if doc is not None}
        self.files |= names
        self.folders = {
            path[:at] for path in self.files for at, char in enumerate(path) if char == "/"
        }

    def resolve(self, path: str) -> bool | None:
        """Return whether ``path`` is there; ``None`` for a pattern that names no one file."""
        if _PATTERN.search(path):
            return None
        return path in self.files or path in self.folders

    def is_path(self, text: str) -> bool:
        """Return whether back-ticked words are a path of this skill."""
        if not _PATH.match(text) or text.startswith(("~", "@", "-")):
            return False
        rooted = _ROOT.match(text)
        bare = text[rooted.end() :] if rooted else text
        first, slash, rest = bare.partition("/")
        if not slash:
            return bare in self.files
        if rooted and not text.startswith("./"):
            return True
        return bool(rest) and (
            (first in _FOLDERS and "." in rest.rsplit("/", 1)[-1])
            or first in self.folders
            or bare in self.files
        )


def _normal(target: str) -> str:
    """Return a target as a path in the skill's folder, without fragment and query."""
    path = unquote(target.split("#", 1)[0].split("?", 1)[0])
    if match := _ROOT.match(path):
        path = path[match.end() :]
    if not path:
        return ""
    path = normpath(path)
    return "" if path == "." else path


def _link(kind: LinkKind, target: str, span: Span, targets: _Targets) -> Link:
    path = _normal(target)
    resolved = targets.resolve(path) if path else True
    if resolved is False and kind is not LinkKind.LINK:
        first = path.partition("/")[0]
        if first not in _SHIPPED and first not in targets.folders:
            resolved = None
    return Link(kind, target, path, span, resolved)


class _Places:
    """Finds words in a block's source text, from left to right."""

    def __init__(self, source: Source, span: Span) -> None:
        self.text, self.span, self.at = source.text, span, span.start

    def find(self, *wordings: str) -> Span:
        """Return where one of some wordings stands; the whole block if none of them does."""
        for words in wordings:
            at = self.text.find(words, self.at, self.span.end) if words else -1
            if at >= 0:
                self.at = at + len(words)
                return Span(at, self.at)
        return self.span


def _inline(tokens: list[Token], places: _Places, targets: _Targets) -> Iterator[Link]:
    inside = 0  # a link: its text may be its own address
    for token in tokens:
        if token.type in ("link_open", "image"):
            yield from _linked(token, places, targets)
            if token.children:
                yield from _inline(token.children, places, targets)
        elif token.type == "code_inline":
            yield from _ticked(token.content.strip(), places, targets)
        elif token.type == "text" and not inside and "://" in token.content:
            for match in _WEB.finditer(token.content):
                url = match[0].rstrip(".,;:!?。，；：！？*_")
                yield Link(LinkKind.URL, url, "", places.find(url))
        if token.type.startswith("link_"):
            inside += token.nesting


def _linked(token: Token, places: _Places, targets: _Targets) -> Iterator[Link]:
    """Yield the target of a Markdown link or image."""
    target = str(token.attrGet("href" if token.type == "link_open" else "src") or "")
    raw = unquote(target)
    span = places.find(raw, target)
    if target.startswith(("http://", "https://")):
        yield Link(LinkKind.URL, target, "", span)
    elif target and not target.startswith("#") and not _SCHEME.match(target):
        yield _link(LinkKind.LINK, raw, span, targets)


def _ticked(words: str, places: _Places, targets: _Targets) -> Iterator[Link]:
    """Yield the path or the URL that stands in back-ticks."""
    if not ("/" in words or "." in words or words in targets.files):
        return
    span = places.find(words)
    if words.startswith(("http://", "https://")) and _WEB.fullmatch(words):
        yield Link(LinkKind.URL, words, "", span)
    elif targets.is_path(words):
        yield _link(LinkKind.PATH, words, span, targets)


def _skills(content: str, source: Source, span: Span, *, listed: bool) -> Iterator[Link]:
    """Yield the other skills that a text names; where skills are ``listed``, any slug is one."""
    places = _Places(source, span)
    for match in (_SLUG if listed else _SKILL).finditer(content):
        name = next(group for group in match.groups() if group)
        yield Link(LinkKind.SKILL, name, "", places.find(f"`{name}`"))


def _scripts(block: Block, source: Source, targets: _Targets) -> Iterator[Link]:
    places = _Places(source, block.span)
    for line in block.content.splitlines():
        if "/" not in line and "." not in line:
            continue
        for match in _RUN.finditer(line[:2000]):
            target = match["path"] or match["direct"]
            path = _normal(target)
            known = path in targets.files
            inside = path.split("/", 1)[0] in _FOLDERS or _ROOT.match(target) is not None
            if known or (inside and not path.startswith(("/", "~", "."))):
                yield _link(LinkKind.SCRIPT, target, places.find(target), targets)


def _references(document: Document) -> Mapping[str, Any]:
    """Return the link reference definitions of a body, as markdown-it wants them."""
    body = document.body
    if "]:" not in body:
        return {}
    env: dict[str, Any] = {}
    _parser().parse(body, env)
    found = env.get("references", {})
    return found if isinstance(found, dict) else {}


def _of_document(skill: Skill, document: Document) -> Iterator[Link]:
    body = document.body
    if not any(mark in body for mark in ("](", "`", "://", "]:", "][")):
        return
    source, targets = document.source, _Targets(skill, document)
    references = _references(document)
    for section in document.tree.root.walk():
        if section.heading is not None:
            heading = section.heading.span
            yield from _words(source.slice(heading), heading, source, targets, references)
        listed = section.role is Role.INTEGRATION
        for top in section.blocks:
            for block in top.walk():
                if block.kind in _CODE:
                    yield from _scripts(block, source, targets)
                elif block.kind in _TEXT:
                    yield from _words(block.content, block.span, source, targets, references)
                    if "`" in block.content:
                        yield from _skills(block.content, source, block.span, listed=listed)


def _words(
    content: str, span: Span, source: Source, targets: _Targets, references: Mapping[str, Any]
) -> Iterator[Link]:
    """Yield the links of one run of inline Markdown."""
    if references and content.startswith("["):
        # A definition names its target; whoever refers to it is the link.
        content = _DEFINITION.sub("", content)
    linked = "](" in content or (references and "]" in content)
    ticked = "`" in content
    if not (linked or ticked or "://" in content):
        return
    env = {"references": dict(references)} if references else {}
    for token in _parser().parseInline(content, env):
        yield from _inline(token.children or [], _Places(source, span), targets)


def links_of(skill: Skill) -> tuple[Link, ...]:
    """Return the links of a skill's body (both languages), in source order."""
    found: list[Link] = []
    for document in (skill.main, skill.translation):
        if document is not None:
            found += sorted(_of_document(skill, document), key=lambda link: link.span)
    return tuple(found)
