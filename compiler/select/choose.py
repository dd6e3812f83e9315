"""The one door: which path a skill takes to its view."""

from __future__ import annotations

from collections.abc import Mapping

from ..document import Document, Origin, Role, Tree
from ..language import classify, has_cjk
from ..localized import Lang
from ..memo import notes
from ..model import Dialect, Skill
from ..source import Span
from ..view import Coverage, Share, View, Withheld
from .coverage import Prose, rough_share
from .edits import Plan, compose, lf, merged, one_ending, variant_edits
from .glance import may_be_bilingual
from .parallel import Side, chinese, side_by_side
from .resources import choose_resources
from .withhold import Sieve

__all__ = ["select"]

_DIRECTIVE = "polyskill:"
_HABIT = 2  # as many bilingual headings show that a file is written in two languages


def _bilingual(tree: Tree) -> bool:
    """Whether a file is written in two languages, rather than using `` / `` here and there."""
    if any(variant.origin is not Origin.SLASH for variant in tree.variants):
        return True
    pairs = 0
    for section in tree.root.walk():
        pairs += section.heading is not None and section.heading.first is not None
    return pairs >= _HABIT


def _plain(body: str, lang: Lang, written: Lang) -> tuple[str, Mapping[Role, Share]]:
    """Return a body that nobody has to look into."""
    text = one_ending(lf(body))
    return text, {Role.OTHER: rough_share(text, lang, written)}


def _sieved(
    skill: Skill, document: Document, lang: Lang, platform: str, by_role: bool
) -> tuple[Plan, list[Withheld]]:
    cases: frozenset[int] = frozenset()
    if by_role:
        path = document.source.path
        cases = frozenset(case.line for case in skill.content.tests if case.path == path)
    sieve = Sieve(document.source, skill.name, lang, platform, by_role, cases)
    return sieve.run(document.tree.root), sieve.withheld


def _one_file(
    skill: Skill, document: Document, lang: Lang, platform: str, *, alone: bool = True
) -> tuple[str, Mapping[Role, Share], list[Withheld]]:
    """Return the view of a skill in one file, bilingual or not.

    A file that is not ``alone`` has its translation elsewhere: what it says in both languages all
    the same would be in no other view.
    """
    body = document.body
    expert = skill.dialect is Dialect.EXPERT
    if not expert and _DIRECTIVE not in body:
        written = classify(body) if has_cjk(body) else Lang.EN
        if written is Lang.EN or (written is Lang.ZH and not may_be_bilingual(body)):
            text, shares = _plain(body, lang, written)
            return text, shares, []
    tree, source = document.tree, document.source
    plan, withheld = _sieved(skill, document, lang, platform, by_role=expert)
    variants = tree.variants if expert or (alone and _bilingual(tree)) else ()
    memory, key = notes(skill), ("prose", source.path, lang, bool(variants))
    if key not in memory:
        memory[key] = Prose(tree.root, source, variants, lang)
    shares = memory[key].shares(merged(plan.removed))
    whole = Span(document.body_start, len(source.text))
    text = compose(source, tree, whole, plan + Plan(edits=variant_edits(variants, lang)))
    return text, shares, withheld


def _two_files(
    skill: Skill, main: Document, translation: Document, lang: Lang, platform: str
) -> tuple[str, Mapping[Role, Share], list[Withheld]]:
    """Return the view of a skill that has a file for each language."""
    if lang is Lang.EN:
        return _one_file(skill, main, lang, platform, alone=False)
    plans = [
        _sieved(skill, document, lang, platform, by_role=False) for document in (main, translation)
    ]
    en, zh = Side(main, plans[0][0]), Side(translation, plans[1][0])
    text, shares = (chinese if lang is Lang.ZH else side_by_side)(en, zh)
    return text, shares, plans[1][1] if lang is Lang.ZH else plans[0][1]


def _text(
    skill: Skill, lang: Lang, platform: str
) -> tuple[str, Mapping[Role, Share], list[Withheld]]:
    if skill.main is None:
        return "", {}, []
    if skill.translation is not None and skill.translation.body.strip():
        return _two_files(skill, skill.main, skill.translation, lang, platform)
    return _one_file(skill, skill.main, lang, platform)


def select(skill: Skill, lang: Lang, platform: str) -> View:
    """Return the view of a skill in one language, for one platform.

    Nothing is lost from both languages: a block that has no translation stays as it is and counts
    as not covered. Only the expert dialect leaves whole sections out (tests, history, licence,
    installation), and says so in ``withheld``; in every other dialect the body stays as it was
    written, but for parts that a directive keeps for other platforms and for translations that the
    file itself marks as such.

    Args:
        skill: Any skill.
        lang: ``EN``, ``ZH`` or ``BILINGUAL``.
        platform: The id of the platform that the view is for.
    """
    documents = [doc for doc in (skill.main, skill.translation) if doc is not None]
    # Only directives and the expert dialect make a difference between platforms.
    scoped = skill.dialect is Dialect.EXPERT or any(_DIRECTIVE in doc.body for doc in documents)
    memory, key = notes(skill), ("text", lang, platform if scoped else None)
    if key not in memory:
        memory[key] = _text(skill, lang, platform)
    body, shares, withheld = memory[key]
    return View(
        skill,
        lang,
        platform,
        skill.title.pick(lang),
        skill.description.pick(lang),
        body,
        choose_resources(skill, lang, body),
        Coverage(shares),
        tuple(withheld),
    )
