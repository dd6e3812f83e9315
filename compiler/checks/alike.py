"""Find nearly equal texts among many, without comparing each with each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from math import ceil

__all__ = ["near_duplicates"]

ALIKE = 0.8
_FEWEST = 5
# A word that begins this many texts says nothing; comparing all of them would take too long.
_MOST_CANDIDATES = 100
_TOKEN = re.compile(r"[a-z0-9]+|[\u3400-\u4dbf\u4e00-\u9fff]+")


def _tokens(text: str) -> frozenset[str]:
    """Return the words of a text; of Chinese, each two neighbouring characters."""
    found: set[str] = set()
    for run in _TOKEN.findall(text.lower()):
        if run[0] < "\x80" or len(run) == 1:
            found.add(run)
        else:
            found.update(run[at : at + 2] for at in range(len(run) - 1))
    return frozenset(found)


def near_duplicates(texts: Sequence[str]) -> Iterator[tuple[int, int, float]]:
    """Yield (index, earlier index, share of common words) for texts that are nearly equal.

    Two sets of words that are 80 % alike share one of the few rarest words of each, so only
    texts that do are compared.
    """
    sets = [_tokens(text) for text in texts]
    frequency = Counter(token for one in sets for token in one)
    index: dict[str, list[int]] = {}
    equal: dict[frozenset[str], int] = {}
    for at, one in enumerate(sets):
        if len(one) < _FEWEST:
            continue
        if one in equal:
            yield at, equal[one], 1.0
            continue
        equal[one] = at
        rarest = sorted(one, key=lambda token: (frequency[token], token))
        prefix = rarest[: len(one) - ceil(ALIKE * len(one)) + 1]
        best, likeness = -1, 0.0
        seen: set[int] = set()
        for token in prefix:
            for other in index.get(token, ())[:_MOST_CANDIDATES]:
                if other in seen:
                    continue
                seen.add(other)
                common = len(one & sets[other])
                share = common / (len(one) + len(sets[other]) - common)
                if share > likeness:
                    best, likeness = other, share
            index.setdefault(token, []).append(at)
        if likeness >= ALIKE:
            yield at, best, likeness
