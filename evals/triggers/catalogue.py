"""What an assistant is told of its skills before it loads one: names and descriptions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from polyskill.compiler.localized import Lang, Text
from polyskill.compiler.model import Kind, Skill

from ..cases import selected

__all__ = ["LANGUAGES", "Catalogue", "Entry", "TriggerCase", "catalogue_of", "trigger_cases"]

LANGUAGES = ("en", "zh")


@dataclass(frozen=True, slots=True)
class Entry:
    """A skill as an assistant lists it; ``description`` and ``triggers`` are per language."""

    name: str
    description: Mapping[str, str] = field(default_factory=dict)
    triggers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def shown(self, lang: str) -> str:
        """Return the description that a user of ``lang`` has installed: the other one if need be.

        A skill without a Chinese description is not hidden from Chinese users: it is listed to
        their assistant in English.
        """
        fallback = next((text for text in self.description.values() if text), "")
        return self.description.get(lang) or fallback


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The skills that compete for a request, sorted by name; each name occurs once."""

    entries: tuple[Entry, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the skills."""
        return tuple(entry.name for entry in self.entries)


@dataclass(frozen=True, slots=True)
class TriggerCase:
    """An input in one language for which ``skill`` should be chosen, or should not."""

    skill: str
    case: str
    lang: str
    input: str
    should: bool


def catalogue_of(skills: Iterable[Skill]) -> Catalogue:
    """Return the catalogue of ``skills``; of two with one name the first counts.

    Rules, commands and bundles are left out: no assistant chooses them by their description.
    """
    entries: dict[str, Entry] = {}
    for skill in skills:
        if skill.kind in (Kind.SKILL, Kind.AGENT):
            entries.setdefault(skill.name, _entry(skill))
    return Catalogue(tuple(entries[name] for name in sorted(entries)))


def _entry(skill: Skill) -> Entry:
    found = skill.triggers or skill.content.triggers
    triggers = {lang: _texts((one.text for one in found), lang) for lang in LANGUAGES}
    description = {lang: " ".join(_in(skill.description, lang).split()) for lang in LANGUAGES}
    return Entry(
        skill.name,
        {lang: text for lang, text in description.items() if text},
        {lang: texts for lang, texts in triggers.items() if texts},
    )


def _in(text: Text, lang: str) -> str:
    return text.get(Lang(lang)) or ""


def _texts(texts: Iterable[Text], lang: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found for text in texts if (found := _in(text, lang).strip())))


def trigger_cases(
    skills: Iterable[Skill], languages: Sequence[str] = LANGUAGES, only: Sequence[str] = ()
) -> Iterator[TriggerCase]:
    """Yield the cases that say whether their skill should be used, once a language.

    A case whose input is not written in a language has no part in it. ``only`` are ids, globs or
    ``tag:`` names of cases; none means all.
    """
    for skill in skills:
        cases = [case for case in skill.all_tests if case.trigger is not None]
        for case in selected(cases, only)[0] if only else cases:
            for lang in languages:
                if text := _in(case.input, lang).strip():
                    should = case.trigger == "should"
                    yield TriggerCase(skill.name, case.id, lang, text, should)
