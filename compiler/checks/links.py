"""Links that lead nowhere, files that nothing leads to.

A target counts from the skill's folder; in a file of a sub-folder it may count from there too.
Rule files, commands and agents speak about the user's project, so their links are not judged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from posixpath import dirname, join, normpath

from ..codes import resources
from ..diagnostics import Code, Diagnostic, report
from ..document import Document
from ..extract.links import links_of
from ..model import Dialect, Kind, Link, LinkKind, Resource
from ..runtime import recipes_of, script_of
from .kinds import suffix
from .registry import rule
from .subject import Subject

__all__ = ["dead_links", "unused"]

_DIALECTS = frozenset({Dialect.AGENT_SKILL, Dialect.CANONICAL, Dialect.EXPERT, Dialect.PLUGIN})
_WITHOUT_LINKS = frozenset({"evals", "component", "history", "license"})
# Files that tools look for by themselves.
_KNOWN_NAMES = frozenset(
    {"__init__.py", "_meta.json", "package.json", "package-lock.json", "pyproject.toml",
     "readme.md", "requirements.txt", "skill.json", "tsconfig.json", "uv.lock",
     ".gitignore", ".env.example",
     "bun.lock", "pnpm-lock.yaml", "yarn.lock", "mcp.json", ".mcp.json"}
)  # fmt: skip
_SEPARATORS = str.maketrans(dict.fromkeys("`\"'()[]{}<>,;:!?*|=#，。；：！？、（）「」《》", " "))


def _documents(subject: Subject) -> Iterator[tuple[Document, str]]:
    """Yield the skill's Markdown files, each with its folder."""
    for document in subject.documents:
        yield document, ""
    for resource in subject.text_resources:
        if suffix(resource.path) != ".md" or resource.role in _WITHOUT_LINKS:
            continue
        parsed = subject.parsed(resource) if b"](" in resource.data else None
        if parsed is not None:
            yield parsed, dirname(resource.path)


@rule(
    resources.LINK_BROKEN,
    resources.RESOURCE_MISSING,
    resources.LINK_ABSOLUTE,
    resources.LINK_ESCAPES,
)
def dead_links(subject: Subject) -> Iterator[Diagnostic]:
    """Report links and paths that will not work where the skill is installed."""
    skill = subject.skill
    if skill.dialect not in _DIALECTS or skill.kind is not Kind.SKILL:
        return
    present = {resource.path for resource in skill.resources}
    present |= {script_of(recipe) for recipe in recipes_of(skill)}
    present |= {document.source.path.rpartition("/")[2] for document in subject.documents}
    present |= {path[:at] for path in present for at, char in enumerate(path) if char == "/"}
    for document, folder in _documents(subject):
        for link in links_of(replace(skill, main=document, translation=None)):
            code = _judge(link, folder, present)
            # In a file beside the body, paths in prose are too often examples.
            if code is not None and (not folder or link.kind is LinkKind.LINK):
                yield report(code, document.source, link.span, target=link.target[:120])


def _judge(link: Link, folder: str, present: set[str]) -> Code | None:
    if link.kind not in {LinkKind.LINK, LinkKind.PATH, LinkKind.SCRIPT} or link.resolved:
        return None
    path = link.path
    if path.startswith(("/", "~")) or path[1:3] in {":/", ":\\"} or link.target.startswith("file:"):
        return resources.LINK_ABSOLUTE
    own = normpath(join(folder, path)) if folder else path
    if own in present or link.resolved is None:
        return None
    if own.startswith("../") or own == "..":
        return resources.LINK_ESCAPES
    return resources.LINK_BROKEN if link.kind is LinkKind.LINK else resources.RESOURCE_MISSING


@rule(resources.RESOURCE_UNUSED, resources.LINK_CHAIN)
def unused(subject: Subject) -> Iterator[Diagnostic]:
    """Report resources that the body does not name, or that only another resource names.

    A file is named by its path, its name, or a folder above it ("read everything in
    `references/`"); the Chinese twin of a file by that file.
    """
    skill = subject.skill
    if skill.dialect not in _DIALECTS or skill.kind is not Kind.SKILL or not skill.resources:
        return
    body: set[str] = set()
    for document in subject.documents:
        body |= _words(document.body)
    twins = {twin.path for _, twin in subject.twins}
    waiting = [
        resource
        for resource in skill.resources
        if resource.path not in twins and _wants_a_mention(resource) and not _named(resource, body)
    ]
    if not waiting:
        return
    mentions = _mentions(subject)
    for resource in waiting:
        place = subject.located(resource)
        names = (resource.path, resource.path.rpartition("/")[2])
        via = next(
            (path for name in names for path in mentions.get(name, ()) if path != resource.path), ""
        )
        if not via:
            yield report(resources.RESOURCE_UNUSED, place, file=resource.path)
        elif suffix(resource.path) == ".md":
            yield report(resources.LINK_CHAIN, place, file=resource.path, via=via)


def _wants_a_mention(resource: Resource) -> bool:
    name = resource.path.rpartition("/")[2].lower()
    return resource.role not in _WITHOUT_LINKS and name not in _KNOWN_NAMES


def _words(text: str) -> set[str]:
    return {word.removeprefix("./").rstrip("./") for word in text.translate(_SEPARATORS).split()}


def _named(resource: Resource, words: set[str]) -> bool:
    path = resource.path
    if path in words or path.rpartition("/")[2] in words:
        return True
    if any(path[:at] in words for at, char in enumerate(path) if char == "/"):
        return True
    return any(word.endswith("/" + path) for word in words) if "/" in path else False


def _mentions(subject: Subject) -> dict[str, list[str]]:
    """Return which text resources name which of the skill's files."""
    wanted = {resource.path for resource in subject.skill.resources}
    wanted |= {path.rpartition("/")[2] for path in wanted}
    found: dict[str, list[str]] = {}
    for resource in subject.text_resources:
        for word in _words(subject.source(resource).text):
            for name in {word, word.rpartition("/")[2]} & wanted:
                found.setdefault(name, []).append(resource.path)
    return {name: sorted(paths) for name, paths in found.items()}
