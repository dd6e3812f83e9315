"""A skill in memory: everything that any source dialect can say, and where it said it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from typing import Any

from .diagnostics import Diagnostic
from .document import Document
from .localized import Lang, Text
from .source import Source, Span

__all__ = [
    "Agent",
    "Check",
    "Checklist",
    "ChecklistItem",
    "Command",
    "Content",
    "Criterion",
    "CriterionKind",
    "Dialect",
    "Dialogue",
    "Entry",
    "FrontMatter",
    "Hook",
    "Kind",
    "Link",
    "LinkKind",
    "Manifest",
    "McpServer",
    "Persona",
    "ReferenceAnswer",
    "Resource",
    "Rule",
    "Scenario",
    "Skill",
    "TestCase",
    "Trigger",
    "Turn",
]


class Dialect(StrEnum):
    """The form in which a skill was written."""

    CANONICAL = "canonical"
    EXPERT = "expert"  # one bilingual file
    AGENT_SKILL = "agent-skill"  # SKILL.md folder
    PLUGIN = "plugin"
    RULES = "rules"  # .cursorrules, .mdc, .clinerules, .instructions.md, AGENTS.md …
    COMMAND = "command"
    AGENT = "agent"
    LOCALE_JSON = "locale-json"  # JSON agents with one file a locale


class Kind(StrEnum):
    """What the thing is to an assistant; also the values of ``--as`` (but ``bundle``)."""

    SKILL = "skill"
    RULES = "rules"
    AGENT = "agent"
    COMMAND = "command"
    BUNDLE = "bundle"  # a plugin's commands, agents, hooks and servers, without a body of its own


@dataclass(frozen=True, slots=True)
class Entry:
    """One top-level key of a front matter, in source order.

    ``value`` is plain data: str, int, float, bool, None, list, dict. Scalars that YAML 1.1 would
    coerce into dates stay strings. ``raw`` is the exact source text of the entry, comments and all.
    """

    key: str
    value: Any
    span: Span
    raw: str


@dataclass(frozen=True)
class FrontMatter:
    """The YAML block at the head of a file.

    ``span`` runs from the opening fence to the end of the closing fence's line. ``recovered`` says
    that strict YAML failed and the recovering reader made sense of it.
    """

    entries: tuple[Entry, ...]
    span: Span
    recovered: bool = False

    @cached_property
    def values(self) -> Mapping[str, Any]:
        """The keys and their values."""
        return {entry.key: entry.value for entry in self.entries}

    def entry(self, key: str) -> Entry | None:
        """Return the entry of ``key``."""
        return next((entry for entry in self.entries if entry.key == key), None)


@dataclass(frozen=True, slots=True)
class Trigger:
    """A phrase that should bring the skill in. ``scope`` names the scenario, if it is one's own."""

    text: Text
    origin: str  # "front-matter", "description", "section", "scenario"
    span: Span | None = None
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Persona:
    """Who the assistant is asked to be; ``source`` is "section", "blockquote" or "description"."""

    text: Text
    source: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of an example dialogue; ``speaker`` is "user" or "assistant"."""

    speaker: str
    label: str
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Dialogue:
    """An example conversation."""

    title: Text
    turns: tuple[Turn, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Scenario:
    """A situation with its own triggers, steps and examples."""

    title: Text
    triggers: tuple[Trigger, ...]
    steps: tuple[str, ...]
    dialogues: tuple[Dialogue, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One thing to tick; ``dimension`` is the rubric dimension that a table gives it."""

    text: Text
    checked: bool | None
    span: Span
    dimension: str = ""


@dataclass(frozen=True, slots=True)
class Checklist:
    """A list of things to tick; ``notation`` is "task-list", "box", "mark" or "numbered"."""

    title: Text
    items: tuple[ChecklistItem, ...]
    notation: str


class CriterionKind(StrEnum):
    """How a criterion counts."""

    MUST = "must"
    SHOULD = "should"
    MUST_NOT = "must_not"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One statement about an answer that a grader can find true or false."""

    text: Text
    kind: CriterionKind = CriterionKind.MUST
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Check:
    """A deterministic check of an answer.

    ``kind`` is contains, not_contains, regex, json_schema, number, length, language, python, tool
    or skill; ``value`` is what that kind needs. ``lang`` limits it to answers in one language.
    """

    kind: str
    value: Any
    lang: Lang | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReferenceAnswer:
    """An answer whose worth is known; it tests the test.

    ``label`` is "good" or "flawed"; ``by`` names the model that wrote it, or is "hand-written".
    ``fails`` holds the criteria and ``fails_checks`` the checks that a flawed answer fails, both
    counted from 1. ``quotes`` has, per criterion, the words of the answer that show it to be met.
    """

    label: str
    text: Text
    by: str
    fails: tuple[int, ...] = ()
    fails_checks: tuple[int, ...] = ()
    quotes: Mapping[int, Text] = field(default_factory=dict)
    id: str = ""
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class TestCase:
    """One test of a skill. ``form`` names the notation that it was read from.

    ``trigger`` is "should" or "should_not" (use the skill for this input), or ``None``.
    """

    __test__ = False  # not a pytest class

    id: str
    title: Text
    input: Text
    criteria: tuple[Criterion, ...] = ()
    checks: tuple[Check, ...] = ()
    answers: tuple[ReferenceAnswer, ...] = ()
    files: tuple[str, ...] = ()
    trigger: str | None = None
    expected: str = ""
    form: str = ""
    path: str = ""
    line: int = 0
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Resource:
    """A file beside the skill's text. ``path`` is relative to the skill's folder, with ``/``.

    ``origin`` is where it lies below :attr:`Skill.path`, if that is elsewhere (a plugin whose
    files were attached to its one skill).
    """

    path: str
    data: bytes = field(repr=False)
    executable: bool = False
    role: str = "other"  # "references", "scripts", "assets", "evals", "license", … or "other"
    origin: str = ""

    @cached_property
    def sha256(self) -> str:
        """Hex digest of the bytes."""
        return sha256(self.data).hexdigest()

    @cached_property
    def binary(self) -> bool:
        """Whether the bytes are not text (a NUL byte in the first 8 KiB, as git decides)."""
        return b"\0" in self.data[:8192]


class LinkKind(StrEnum):
    """How a body points at something."""

    LINK = "link"  # [text](path)
    PATH = "path"  # `references/x.md` in back-ticks
    SCRIPT = "script"  # a script run from a fence
    SKILL = "skill"  # "use the `x` skill instead"
    URL = "url"


@dataclass(frozen=True, slots=True)
class Link:
    """A pointer from the body. ``resolved`` is ``None`` where nothing can be said (a URL)."""

    kind: LinkKind
    target: str
    path: str
    span: Span
    resolved: bool | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command. ``body`` uses ``$ARGUMENTS`` and ``$1``… (1-based) unless ``syntax`` says.

    ``syntax``: "canonical", "zero-based" ($0 is the first), "gemini" ({{args}}, !{cmd}, @{file}).
    """

    name: str
    description: Text
    body: Text
    argument_hint: str = ""
    allowed_tools: tuple[str, ...] = ()
    model: str = ""
    syntax: str = "canonical"
    path: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Agent:
    """A sub-agent; ``tools`` is empty where the source leaves the choice to the host."""

    name: str
    description: Text
    body: Text
    tools: tuple[str, ...] = ()
    model: str = ""
    path: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    """Instructions that load always, for matching files, or when the description fits."""

    name: str
    description: Text
    body: Text
    globs: tuple[str, ...] = ()
    always: bool = False
    path: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class McpServer:
    """An MCP server in the neutral form: ``type`` is stdio, streamable-http or sse."""

    name: str
    type: str
    command: str = ""
    args: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    cwd: str = ""
    url: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Hook:
    """A hooks file of one host, kept as it is."""

    host: str
    path: str
    data: Any


@dataclass(frozen=True, slots=True)
class Manifest:
    """A plugin or marketplace manifest; ``kind`` is "plugin" or "marketplace"."""

    host: str
    kind: str
    path: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Content:
    """What the body of a skill says, beyond its text."""

    persona: Persona | None = None
    triggers: tuple[Trigger, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    dialogues: tuple[Dialogue, ...] = ()
    checklists: tuple[Checklist, ...] = ()
    tests: tuple[TestCase, ...] = ()
    links: tuple[Link, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True)
class Skill:
    """One skill (or rule, command, agent, bundle of them) from any dialect.

    ``main`` is the document in the source's own language or in both; ``translation`` is the
    parallel file in Chinese (``SKILL.zh.md``), if the dialect has one. ``path`` is the folder or
    the file as the user named it. ``tests`` holds the cases of eval files; cases written in the
    body are in ``content.tests``, and :attr:`all_tests` has both.
    """

    name: str
    dialect: Dialect
    path: str
    description: Text = field(default_factory=Text)
    title: Text = field(default_factory=Text)
    kind: Kind = Kind.SKILL
    main: Document | None = None
    translation: Document | None = None
    front_matter: FrontMatter | None = None
    translation_front_matter: FrontMatter | None = None
    license: str = ""
    compatibility: str = ""
    allowed_tools: tuple[str, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    overrides: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    platforms: frozenset[str] | None = None
    triggers: tuple[Trigger, ...] = ()
    globs: tuple[str, ...] = ()
    always: bool = False
    commands: tuple[Command, ...] = ()
    agents: tuple[Agent, ...] = ()
    rules: tuple[Rule, ...] = ()
    hooks: tuple[Hook, ...] = ()
    mcp_servers: tuple[McpServer, ...] = ()
    manifests: tuple[Manifest, ...] = ()
    tests: tuple[TestCase, ...] = ()
    resources: tuple[Resource, ...] = ()
    plugin: str = ""
    diagnostics: tuple[Diagnostic, ...] = ()
    analyse: Callable[[Skill], Content] = field(
        default=lambda _skill: Content(), repr=False, compare=False
    )

    @cached_property
    def content(self) -> Content:
        """Persona, triggers, scenarios, tests and links of the body; computed on first use."""
        return self.analyse(self)

    @property
    def all_tests(self) -> tuple[TestCase, ...]:
        """The cases of eval files and of the body."""
        return self.tests + self.content.tests

    @property
    def sources(self) -> tuple[Source, ...]:
        """The text files that hold the skill's own words."""
        return tuple(doc.source for doc in (self.main, self.translation) if doc is not None)

    def resource(self, path: str) -> Resource | None:
        """Return the resource at ``path``."""
        return next((resource for resource in self.resources if resource.path == path), None)
