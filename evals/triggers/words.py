"""The words of a short text, English or Chinese, that tell what it is about."""

from __future__ import annotations

import re
import unicodedata

from polyskill.compiler.language import HAN

__all__ = ["words"]

_RUN = re.compile(rf"(?:{HAN.pattern})+|[a-z0-9]+(?:[-_+#.'’][a-z0-9]+)*[+#]*")

# English function words, and what every description of a skill says ("Use when the user asks …").
_STOP_WORDS = """
a about above after again against all also am an and any are as at be because been before being
below between both but by can cannot could did do does doing don't down during each e.g etc few
for from further had has have having he her here hers him his how i if i'd i'll i'm in into is
it its it's itself just let like made make makes making many me more most my no nor not of off
on once only or other our ours out over own per same she should so some such than that that's
the their them then there these they this those through to too under until up upon us very via
was we were what when whenever where which while who whom why will with within without would
you your yours
ask asked asking asks help helping helps mention mentioned mentions need needed needs please
request requested requests skill skills something task tasks trigger triggers use used useful
user users uses using want wanted wants work working works
"""
_STOPPED = frozenset(_STOP_WORDS.split())
# What parts a run of Chinese: phrases that every description has, particles and pronouns. A word
# seldom holds one of them.
_PARTS = re.compile(
    "当用户|时使用|时候|使用|用户|技能|需要|请求|用于|适用|帮助|任务|触发|以下|如何|怎样|什么|可以|一个|场景"
    "|[的了着和与及或在是为把被将从到等也都就而之其并该这那吗呢吧啊么我你您他她它们]"
)


def words(text: str) -> list[str]:
    """Return what a text is about, in order: English words and Chinese pairs of characters.

    English words are lower-case, without plural endings (the "S" stemmer of Harman 1991) and
    without stop words. Chinese is not written with spaces, so every two neighbouring characters
    count as a word (bigram indexing: Nie and Ren 1999); particles and pronouns part the runs.
    Compatibility forms (full-width letters and digits) count as the plain ones.
    """
    found: list[str] = []
    for run in _RUN.findall(unicodedata.normalize("NFKC", text).lower().replace("’", "'")):
        found += _chinese(run) if HAN.match(run) else _english(run)
    return found


def _chinese(run: str) -> list[str]:
    found: list[str] = []
    for piece in _PARTS.split(run):
        if len(piece) == 1:
            found.append(piece)
        found += [piece[at : at + 2] for at in range(len(piece) - 1)]
    return found


def _english(run: str) -> list[str]:
    """Return a word, and the parts of one with hyphens: `code-review` is about code, too."""
    whole = run.rstrip("'")
    parts = re.split(r"[-_]", whole)
    kept = [whole, *parts] if len(parts) > 1 else [whole]
    return [_singular(one) for one in kept if one and one not in _STOPPED and len(one) > 1]


def _singular(word: str) -> str:
    if len(word) < 4 or not word.isalpha() or not word.endswith("s"):
        return word
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    if word.endswith("es") and not word.endswith(("aes", "ees", "oes")):
        return word[:-1]
    return word if word.endswith(("us", "ss")) else word[:-1]
