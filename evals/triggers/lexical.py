"""What can be said of descriptions without any model: which look alike, which a request fits.

Words are weighed by TF-IDF over the catalogue and texts compared by their cosine (Salton and
Buckley 1988). That sees shared words, not meaning: a description that says "not for X" is near to
X here. So a finding is a reason to look, and no finding is no proof.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import log, sqrt

from .catalogue import LANGUAGES, Catalogue, TriggerCase
from .words import words

__all__ = ["ALIKE", "LexicalReport", "Overlap", "Rank", "Silent", "look"]

#: Cosine from which two descriptions count as alike: of 1,540 pairs of published skills 99 % are
#: below 0.16, and the nearest pair is at 0.28 (measured 2026-11-29).
ALIKE = 0.4
_MOST_SHARED = 8

_Vector = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two skills whose descriptions look alike in one language; ``similarity`` from 0 to 1.

    ``shared`` are the words that make them alike, the heaviest first.
    """

    first: str
    second: str
    lang: str
    similarity: float
    shared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rank:
    """Where a case's skill comes when the catalogue is sorted by words in common with the input.

    ``rank`` is ``None`` where the skill has no word of the input. Skills with the same score share
    the better rank. ``leader`` is the best other skill with a word in common ("" if there is none).
    """

    case: TriggerCase
    rank: int | None
    score: float
    leader: str = ""
    leader_score: float = 0.0

    @property
    def fits(self) -> bool:
        """Whether the words point where they should: first (and not tied) for a "should" case.

        A "should not" case fits unless the skill comes first.
        """
        first = self.rank == 1 and self.score > self.leader_score
        return first if self.case.should else not first


@dataclass(frozen=True, slots=True)
class Silent:
    """A skill that says nothing in a language, although other languages know of it.

    Measured by a user (anthropics/claude-code #68086): a skill described only in English had no
    trigger in 45 days of Chinese requests.
    """

    skill: str
    lang: str
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LexicalReport:
    """What the words say; ``overlaps`` are the alike ones, the most alike first."""

    skills: tuple[str, ...]
    silent: tuple[Silent, ...]
    overlaps: tuple[Overlap, ...]
    ranks: tuple[Rank, ...]

    @property
    def ok(self) -> bool:
        """Whether every skill speaks every language and no two look alike.

        The ranks of cases have no say in it: a model understands what shares no word.
        """
        return not self.silent and not self.overlaps


def look(
    catalogue: Catalogue,
    cases: Iterable[TriggerCase] = (),
    languages: Sequence[str] = LANGUAGES,
    alike: float = ALIKE,
) -> LexicalReport:
    """Compare the descriptions of a catalogue with each other, and with the inputs of cases.

    Args:
        catalogue: the skills that compete.
        cases: what to rank the catalogue for; those of other skills or languages are left out, and
            "should not" cases of a skill that stands alone, which comes first in any case.
        languages: the languages that every skill should speak.
        alike: the cosine, 0 to 1, from which a pair is reported.
    """
    spaces = {lang: _Space(catalogue, lang) for lang in languages}
    names = frozenset(catalogue.names)
    alone = len(names) == 1
    wanted = [
        one
        for one in cases
        if one.skill in names and one.lang in spaces and (one.should or not alone)
    ]
    return LexicalReport(
        catalogue.names,
        tuple(_silent(catalogue, languages)),
        tuple(_overlaps(spaces, alike)),
        tuple(spaces[one.lang].rank(one) for one in wanted),
    )


def _silent(catalogue: Catalogue, languages: Sequence[str]) -> Iterator[Silent]:
    for entry in catalogue.entries:
        for lang in languages:
            if lang not in entry.description:
                yield Silent(entry.name, lang, tuple(sorted(entry.description)))


def _overlaps(spaces: Mapping[str, _Space], alike: float) -> list[Overlap]:
    found = [one for space in spaces.values() for one in space.overlaps(alike)]
    return sorted(found, key=lambda one: (-one.similarity, one.lang, one.first, one.second))


class _Space:
    """The descriptions of a catalogue in one language, as vectors of length one."""

    def __init__(self, catalogue: Catalogue, lang: str) -> None:
        self.lang = lang
        texts = {entry.name: entry.description.get(lang, "") for entry in catalogue.entries}
        self._weights = _Weights(texts.values())
        self._own = {name: self._weights.vector(text) for name, text in texts.items()}
        # A request meets what is really listed: triggers too, and the other language's words.
        self._listed = {
            entry.name: self._weights.vector(
                " \n".join((entry.shown(lang), *entry.triggers.get(lang, ())))
            )
            for entry in catalogue.entries
        }

    def overlaps(self, alike: float) -> Iterator[Overlap]:
        for first, second in combinations(self._own, 2):
            one, two = self._own[first], self._own[second]
            parts = {word: one[word] * two[word] for word in one.keys() & two.keys()}
            similarity = sum(parts.values())
            if similarity >= alike:
                shared = sorted(parts, key=lambda word: (-parts[word], word))[:_MOST_SHARED]
                yield Overlap(first, second, self.lang, min(similarity, 1.0), tuple(shared))

    def rank(self, case: TriggerCase) -> Rank:
        asked = self._weights.vector(case.input)
        scores = {name: _dot(asked, listed) for name, listed in self._listed.items()}
        own = scores.pop(case.skill)
        leader = max(sorted(scores), key=lambda name: scores[name], default="")
        best = scores.get(leader, 0.0)
        better = sum(score > own for score in scores.values())
        return Rank(case, better + 1 if own else None, own, leader if best else "", best)


class _Weights:
    """How much a word tells: ln((1 + n) / (1 + df)) + 1, n texts of which df have it.

    The smooth form, so that a word which both of two skills have still counts.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        sets = [frozenset(words(text)) for text in texts]
        self._known = Counter(word for each in sets for word in each)
        self._size = len(sets)

    def vector(self, text: str) -> _Vector:
        counts = Counter(words(text))
        raw = {
            word: (1 + log(count)) * (log((1 + self._size) / (1 + self._known[word])) + 1)
            for word, count in counts.items()
        }
        length = sqrt(sum(weight * weight for weight in raw.values()))
        return {word: weight / length for word, weight in raw.items()}


def _dot(one: _Vector, two: _Vector) -> float:
    if len(two) < len(one):
        one, two = two, one
    return sum(weight * two[word] for word, weight in one.items() if word in two)
