"""What a platform is: its facts, its limits, and how it turns a view of a skill into files.

Emitters are pure. They return pieces and losses; :mod:`polyskill.platforms.assemble` joins the
pieces of many skills that share a file, and the deliver package puts the result on disk.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, ClassVar, Self

from polyskill.compiler.diagnostics import Diagnostic
from polyskill.compiler.localized import Lang
from polyskill.compiler.model import Kind
from polyskill.compiler.view import View

__all__ = [
    "Bundle",
    "Fact",
    "File",
    "Host",
    "JsonKeys",
    "Limit",
    "Location",
    "Loss",
    "ManagedBlock",
    "Package",
    "Piece",
    "Placed",
    "Platform",
    "PlatformError",
    "Support",
    "Tokens",
]


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is known about an assistant, and how.

    ``how`` is "ran" (seen in the running client), "shipped" (read out of its package), "docs"
    (the vendor's documentation), "secondary" or "unverified". ``source`` names the page, the
    package or the client's version; ``checked`` is the date, ISO 8601.
    """

    key: str
    value: str
    source: str
    checked: str
    how: str


@dataclass(frozen=True, slots=True)
class Limit:
    """A size that the assistant cuts, refuses or ignores. ``unit`` is characters, bytes, lines.

    ``subject`` is what is measured ("SKILL.md body", "AGENTS.md chain", "description", …);
    ``effect`` says what the client does beyond it.
    """

    subject: str
    maximum: int
    unit: str
    effect: str
    source: str
    checked: str


@dataclass(frozen=True, slots=True)
class Location:
    """Where something lies: in a project, and under the home folder (empty: not supported there).

    ``what`` is "skills", "instructions", "rules", "commands", "agents", "mcp", "settings", "hooks".
    """

    what: str
    project: str
    user: str
    source: str
    checked: str


class Support(StrEnum):
    """How well an assistant takes a construct."""

    NATIVE = "native"
    TRANSLATED = "translated"  # in another form that does the same
    NONE = "none"


@dataclass(frozen=True, slots=True)
class File:
    """A file of its own."""

    data: bytes = field(repr=False)
    executable: bool = False


@dataclass(frozen=True, slots=True)
class ManagedBlock:
    """Text between two marker lines in a file that others write too.

    ``style`` gives the comment of the markers: "html" (`<!-- … -->`) or "hash" (`# …`).
    ``header`` stands once at the head of a file that polyskill itself creates (front matter).
    """

    text: str
    style: str = "html"
    header: str = ""


@dataclass(frozen=True, slots=True)
class JsonKeys:
    """Keys to put into a JSON (or JSONC) file that others write too.

    Mappings are merged, lists are united in order, scalars are set.
    """

    data: Mapping[str, Any]


Piece = File | ManagedBlock | JsonKeys


@dataclass(frozen=True, slots=True)
class Placed:
    """A piece and where it goes, with ``/`` and relative to the project's root.

    ``user_path`` is where it goes under the home folder: ``None`` means the same path, an empty
    string means that it has no place there. An empty ``path`` means that it has no place in a
    project (a settings file that the client reads in the home folder only).
    """

    path: str
    piece: Piece
    user_path: str | None = None


@dataclass(frozen=True, slots=True)
class Loss:
    """Something of the source that the platform cannot express, and what was done about it."""

    construct: str
    detail: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Tokens:
    """Estimated tokens: loaded in every session, and loaded only when the skill is used."""

    always: int = 0
    on_demand: int = 0

    def __add__(self, other: Tokens) -> Tokens:
        return Tokens(self.always + other.always, self.on_demand + other.on_demand)


@dataclass(frozen=True, slots=True)
class Bundle:
    """What one skill becomes: pieces, losses, and findings (a limit that cannot be kept)."""

    pieces: tuple[Placed, ...] = ()
    losses: tuple[Loss, ...] = ()
    tokens: Tokens = Tokens()
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class Package:
    """A plugin made of one view: its folder name, its files (relative to that folder) and its row.

    ``entry`` is what :meth:`Platform.marketplace` needs to list it: plain JSON data, because it is
    kept in the build cache and used when the view is no longer in memory.
    """

    name: str
    bundle: Bundle
    entry: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Host:
    """Names that a client puts into text that it loads.

    ``plugin_root`` is what a plugin's text may use for its own folder; ``skill_dir`` the same for
    a skill (empty: relative paths are resolved by the assistant). ``arguments`` tells how commands
    take arguments: "one-based" ($1), "zero-based" ($0), "template" ({{args}}), "whole" ($ARGUMENTS
    alone), "appended" (the text after the command follows the body), "none".
    ``expands`` lists what the client replaces in a skill's text: "arguments", "variables",
    "shell", "files".
    """

    plugin_root: str = ""
    skill_dir: str = ""
    arguments: str = "one-based"
    expands: frozenset[str] = frozenset()


class PlatformError(Exception):
    """A platform cannot be loaded or used."""


class Platform(ABC):
    """One assistant. Subclasses fill in the facts and write :meth:`lower`."""

    id: ClassVar[str]
    title: ClassVar[str]
    version: ClassVar[str]  # the client's version that the facts were checked with
    homepage: ClassVar[str]
    host: ClassVar[Host]
    locations: ClassVar[tuple[Location, ...]]
    supports: ClassVar[Mapping[str, Support]]  # skills, rules, globs, commands, agents, mcp, …
    limits: ClassVar[tuple[Limit, ...]]
    facts: ClassVar[tuple[Fact, ...]]
    forms: ClassVar[tuple[Kind, ...]] = (Kind.SKILL, Kind.RULES, Kind.AGENT)
    packages: ClassVar[bool] = False  # whether it has a plugin form
    sidecars: ClassVar[frozenset[str]] = frozenset()  # files in a skill's folder for this one alone
    body_limit: ClassVar[int | None] = None

    @abstractmethod
    def lower(self, view: View, form: Kind) -> Bundle:
        """Turn one view into pieces, in the form that was asked for."""

    def package(self, view: View, name: str) -> Package:
        """Turn one view into a plugin folder called ``name``.

        Raises:
            PlatformError: the platform has no plugin form.
        """
        msg = f"{self.title} has no plugin form"
        raise PlatformError(msg)

    def marketplace(self, name: str, entries: Sequence[Mapping[str, Any]]) -> Bundle:
        """Return the files that make the folders ``plugins/<package.name>/`` a marketplace.

        ``entries`` are the rows of the packages (:attr:`Package.entry`), sorted by name.
        """
        return Bundle()

    def at(
        self,
        folder: str,
        body_limit: int | None = None,
        expands: frozenset[str] = frozenset(),
    ) -> Self:
        """Return this platform with its skills in another folder, in a project and at home.

        An installer puts skills where several assistants find them; what the other files say about
        the skill's folder follows. ``body_limit`` is how many characters of a SKILL.md's body the
        strictest of them takes, ``expands`` what any of them replaces in it (:class:`Host`).
        """
        moved = copy(self)
        locations = tuple(
            replace(place, project=folder, user=folder) if place.what == "skills" else place
            for place in self.locations
        )
        host = replace(self.host, expands=self.host.expands | expands)
        vars(moved).update(locations=locations, body_limit=body_limit, host=host)
        return moved

    def skills_folder(self, *, user: bool = False) -> str:
        """Return where skills lie; under the home folder the path begins with ``~/``."""
        location = self.location("skills")
        return f"~/{location.user}" if user else location.project

    def form_for(self, view: View, wanted: Kind | None) -> Kind:
        """Return the form to use: the wanted one, else the one that the skill's kind suggests.

        A bundle of parts has no text of its own that could be rules or an agent.
        """
        if wanted is not None and view.skill.kind is not Kind.BUNDLE:
            return wanted if wanted in self.forms else self.forms[0]
        return view.skill.kind if view.skill.kind in self.forms else Kind.SKILL

    def location(self, what: str) -> Location:
        """Return where ``what`` lies.

        Raises:
            PlatformError: the platform has no such place.
        """
        for location in self.locations:
            if location.what == what:
                return location
        msg = f"{self.title} has no place for {what}"
        raise PlatformError(msg)


def language_suffix(lang: Lang, languages: Sequence[Lang]) -> str:
    """Return what tells packages of several languages apart: nothing for the first one."""
    return "" if not languages or lang is languages[0] else f"-{lang.value}"
