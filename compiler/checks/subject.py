"""What rules look at: a skill, and what several of them derive from it, computed once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any, TypeVar

from ..document import Block, Document, Section
from ..localized import Lang
from ..model import Dialect, Resource, Skill
from ..source import Source, decode
from .kinds import is_text

__all__ = ["Subject", "leaves", "sectioned", "twin_of"]

_T = TypeVar("_T")


def leaves(section: Section) -> Iterator[Block]:
    """Yield the innermost blocks of a section, not those of the sections below it."""
    for block in section.blocks:
        for inner in block.walk():
            if not inner.children:
                yield inner


def sectioned(document: Document) -> Iterator[tuple[Section, Block]]:
    """Yield every innermost block of a document with its section."""
    for section in document.tree.root.walk():
        for block in leaves(section):
            yield section, block


@dataclass(frozen=True)
class Subject:
    """A skill under check."""

    skill: Skill

    @cached_property
    def folder(self) -> str:
        """The folder that paths of resources count from (empty for the working folder)."""
        path = self.skill.path.rstrip("/")
        main = self.skill.main.source.path if self.skill.main is not None else ""
        if main and not main.startswith(f"{path}/"):
            return main.rpartition("/")[0]  # the source is one file
        return "" if path == "." else path

    @property
    def place(self) -> str:
        """The path of what is read first: what findings about the whole skill point at."""
        return self.skill.main.source.path if self.skill.main is not None else self.skill.path

    def located(self, resource: Resource) -> str:
        """Return the path of a resource as findings name it."""
        path = resource.origin or resource.path
        return f"{self.folder}/{path}" if self.folder else path

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        """The skill's own text in one language or in both."""
        return tuple(doc for doc in (self.skill.main, self.skill.translation) if doc is not None)

    @cached_property
    def text_resources(self) -> tuple[Resource, ...]:
        """The files beside the text that are text themselves."""
        return tuple(found for found in self.skill.resources if is_text(found))

    def source(self, resource: Resource) -> Source:
        """Return a text resource as a source; decoded on first use."""
        found = self._sources.get(resource.path)
        if found is None:
            found = decode(resource.data, self.located(resource))
            self._sources[resource.path] = found
        return found

    @cached_property
    def _sources(self) -> dict[str, Source]:
        return {}

    def derived(self, key: str, make: Callable[[Subject], _T]) -> _T:
        """Return what ``make`` makes of this subject; made once, for the rules that share it."""
        if key not in self._derived:
            self._derived[key] = make(self)
        made: _T = self._derived[key]
        return made

    @cached_property
    def _derived(self) -> dict[str, Any]:
        return {}

    def parsed(self, resource: Resource, lang: Lang | None = None) -> Document | None:
        """Return a Markdown resource as a document (``None`` where nothing here can parse)."""
        main = self.skill.main
        if main is None:
            return None
        return Document(self.source(resource), 0, lang, main.parse)

    @cached_property
    def twins(self) -> tuple[tuple[Resource, Resource], ...]:
        """The Markdown resources that have a Chinese twin, each with it."""
        by_path = {resource.path: resource for resource in self.skill.resources}
        return tuple(
            (resource, by_path[twin])
            for resource in self.skill.resources
            if (twin := twin_of(resource.path)) in by_path
        )

    @property
    def bilingual(self) -> bool:
        """Whether the skill has a parallel file in the other language."""
        return self.skill.translation is not None

    @property
    def canonical(self) -> bool:
        """Whether the source is a canonical folder."""
        return self.skill.dialect is Dialect.CANONICAL


def twin_of(path: str) -> str:
    """Return where the Chinese twin of a Markdown file is (empty for any other file)."""
    if not path.endswith(".md") or path.endswith(".zh.md"):
        return ""
    return str(PurePosixPath(path).with_suffix(".zh.md"))
