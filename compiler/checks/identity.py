"""Who a skill says that it is. Schema and form of names are the front matter's own checks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from ..codes import identity
from ..diagnostics import Diagnostic, report
from ..localized import Lang
from ..model import Dialect, Kind, Skill, Trigger
from ..source import Source, Span
from .registry import rule
from .subject import Subject

__all__ = ["folder_differs", "trigger_place", "version_form", "when_clause"]

TRIGGER_WITHIN = 240
_SEMVER = re.compile(r"\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?")
_WHEN_EN = re.compile(
    r"\b(?:when(?:ever)?|triggers?|triggered|before|after|while|during|if)\b"
    r"|\b(?:use[ds]?|useful|invoke[ds]?|apply|activate|call|run|load|intended|designed|ideal|best"
    r"|suitable|perfect|great|works?)\b[^.]{0,40}\b(?:for|to|on|with|by|when|whenever|if)\b"
    r"|\bfor (?:\w+ing|any|all|tasks?|work|questions?|requests?|users?)\b",
    re.IGNORECASE,
)
_WHEN_ZH = re.compile(
    r"当.{1,60}?时|时(?:使用|调用|启用|触发|加载)|用于|适用|适合|用来|使用场景|应用场景|场景|触发"
    r"|如果用户|若用户|用户(?:要求|需要|询问|提到|想|希望|请求)|在.{1,40}?时|遇到|需要.{1,40}?时",
    re.DOTALL,
)


@rule(identity.FOLDER_DIFFERS, gate=True)
def folder_differs(subject: Subject) -> Iterator[Diagnostic]:
    """Report an imported skill whose name is not its folder's (canonical ones: PS105)."""
    skill = subject.skill
    if skill.dialect not in {Dialect.AGENT_SKILL, Dialect.PLUGIN} or skill.kind is not Kind.SKILL:
        return
    main = skill.main
    if main is None or not main.source.path.lower().endswith("/skill.md"):
        return
    if "original-name" in skill.metadata:  # the reader made a name, and has said so
        return
    folder = PurePosixPath(main.source.path).parent.name
    if folder and folder not in {".", "..", skill.name}:
        span = _entry_span(skill, "name")
        yield report(identity.FOLDER_DIFFERS, main.source, span, name=skill.name, folder=folder)


def _entry_span(skill: Skill, key: str) -> Span | None:
    entry = skill.front_matter.entry(key) if skill.front_matter else None
    return Span(entry.span.start, entry.span.start + len(entry.raw.rstrip())) if entry else None


def when_clause(text: str, lang: Lang) -> int | None:
    """Return where ``text`` begins to say when to use a skill (``None`` if it never does).

    In English a clause with "when", "if", "before" and kin, "use … for", "for reviewing …", or
    the word "triggers"; in Chinese 当……时、用于、适用、场景、用户需要 and kin.
    """
    found = (_WHEN_ZH if lang is Lang.ZH else _WHEN_EN).search(text)
    return found.start() if found else None


@rule(identity.TRIGGER_MISSING, identity.TRIGGER_LATE)
def trigger_place(subject: Subject) -> Iterator[Diagnostic]:
    """Report descriptions that say too late, or never, when to use the skill."""
    skill = subject.skill
    if skill.kind not in {Kind.SKILL, Kind.AGENT} or skill.dialect is Dialect.LOCALE_JSON:
        return
    source = skill.main.source if skill.main else None
    for lang, text in ((Lang.EN, skill.description.en), (Lang.ZH, skill.description.zh)):
        if not text:
            continue
        at = _first(text, lang, skill.triggers)
        where: Source | str = source if source is not None else skill.path
        if lang is Lang.ZH and skill.translation is not None:
            where = skill.translation.source
        span = _entry_span(skill, "description") if where is source else None
        name, language = skill.name, lang.value
        if at is None:
            yield report(identity.TRIGGER_MISSING, where, span, name=name, language=language)
        elif at >= TRIGGER_WITHIN:
            yield report(
                identity.TRIGGER_LATE, where, span, name=name, language=language, at=at + 1
            )


def _first(text: str, lang: Lang, triggers: tuple[Trigger, ...]) -> int | None:
    """Return where a clause or one of the skill's own trigger phrases stands first."""
    places = [when_clause(text, lang)]
    low = text.casefold()
    for trigger in triggers:
        phrase = trigger.text.get(lang)
        if phrase and len(phrase) > 1:
            at = low.find(phrase.casefold())
            places.append(at if at >= 0 else None)
    return min((at for at in places if at is not None), default=None)


@rule(identity.VERSION_NOT_SEMVER)
def version_form(subject: Subject) -> Iterator[Diagnostic]:
    """Report versions that plugin hosts cannot compare."""
    skill = subject.skill
    front = skill.front_matter
    if front is None or skill.main is None:
        return
    key, value = "version", front.values.get("version")
    if value is None:
        key, metadata = "metadata", front.values.get("metadata")
        value = metadata.get("version") if isinstance(metadata, dict) else None
    if isinstance(value, str) and not _SEMVER.fullmatch(value.strip()):
        span = _entry_span(skill, key)
        yield report(identity.VERSION_NOT_SEMVER, skill.main.source, span, version=value[:40])
