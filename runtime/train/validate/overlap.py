"""Examples that occur twice, or in both the training and the evaluation file."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from ..examples import Example
from .finding import Report
from .texts import asked, whole_text

__all__ = ["check_duplicates", "check_overlap", "shingles"]

_WORDS = re.compile(r"[㐀-鿿豈-﫿]|[^\W_]+")
_WIDTH = 5
#: Share of a question's shingles that must be found in one other for the two to be near.
NEAR = 0.8
#: A shingle in more evaluation examples than this is a template's, and says nothing.
_COMMON = 50
_SHOWN = 3


def check_duplicates(examples: Sequence[Example], report: Report) -> None:
    """Say how many examples repeat another one exactly."""
    seen: dict[bytes, str] = {}
    pairs = []
    for example in examples:
        key = _key(example)
        if key in seen:
            pairs.append((example.where, seen[key]))
        seen.setdefault(key, example.where)
    report.facts["duplicates"] = len(pairs)
    if pairs:
        shown = "; ".join(f"{again} = {first}" for again, first in pairs[:_SHOWN])
        share = len(pairs) / len(examples)
        say = report.warning if share >= 0.01 else report.advice
        say(
            "duplicates",
            "data.train",
            f"{len(pairs)} of {len(examples)} examples repeat another: {shown}",
            f"{len(examples)} 个样本中有 {len(pairs)} 个与其他样本重复：{shown}",
        )


def check_overlap(train: Sequence[Example], held: Sequence[Example], report: Report) -> None:
    """Say how many evaluation examples are asked in training too, exactly or nearly.

    Near: at least :data:`NEAR` of the 5-word shingles of the question (a Chinese character counts
    as a word) stand in one training question.
    """
    questions = {asked(example).strip().casefold(): example.where for example in reversed(train)}
    exact: dict[str, str] = {}
    rest = []
    for example in held:
        found = questions.get(asked(example).strip().casefold())
        if found is not None:
            exact[example.where] = found
        else:
            rest.append(example)
    near = _near(train, rest)
    report.facts["overlap"] = {"exact": len(exact), "near": len(near), "of": len(held)}
    for pairs, kind, kind_zh in ((exact, "exactly", "完全相同"), (near, "nearly", "高度相似")):
        if pairs:
            shown = "; ".join(f"{one} = {other}" for one, other in list(pairs.items())[:_SHOWN])
            report.warning(
                "overlap",
                "data.eval",
                f"{len(pairs)} of {len(held)} evaluation examples are asked in training {kind}: "
                f"{shown}; the evaluation then measures memory",
                f"{len(held)} 个评估样本中有 {len(pairs)} 个的提问与训练集{kind_zh}：{shown}；"
                "评估结果将反映记忆而非能力",
            )


def shingles(text: str) -> frozenset[int]:
    """Return the 5-word sequences of a text, as hashes; a shorter text is one sequence."""
    words = _WORDS.findall(text.casefold())
    if not words:
        return frozenset()
    last = max(1, len(words) - _WIDTH + 1)
    return frozenset(hash(tuple(words[at : at + _WIDTH])) for at in range(last))


def _near(train: Iterable[Example], held: Sequence[Example]) -> dict[str, str]:
    sets = [shingles(asked(example)) for example in held]
    counts = Counter(one for found in sets for one in found)
    telling = [frozenset(one for one in found if counts[one] <= _COMMON) for found in sets]
    index: dict[int, list[int]] = {}
    for number, found in enumerate(telling):
        for one in found:
            index.setdefault(one, []).append(number)
    near: dict[str, str] = {}
    for example in train:
        hits = Counter(n for one in shingles(asked(example)) for n in index.get(one, ()))
        for number, hit in hits.items():
            if hit >= NEAR * len(telling[number]):
                near.setdefault(held[number].where, example.where)
    return near


def _key(example: Example) -> bytes:
    said = json.dumps(whole_text(example), ensure_ascii=True, sort_keys=True, default=str)
    return hashlib.sha256(said.encode()).digest()
