"""Reasons not to trust the judges of a comparison, the graver first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ...judge.base import Model
from ...judge.families import family
from ...judge.injection import flags_of
from .judges import same_model
from .outcome import Comparison

__all__ = ["RELIABLE", "TENTATIVE", "doubts"]

#: Krippendorff, Content Analysis (2004), p. 241: an alpha from which verdicts may be relied on,
#: and one below which not even tentative conclusions hold.
RELIABLE, TENTATIVE = 0.8, 0.667
_MOST_MISSING = 0.1  # the share of missing verdicts that a decision bears, too
_NAMED = 5

Said = tuple[str, str]


def doubts(
    found: Comparison, judges: Sequence[Model], compared: tuple[Model, Model]
) -> tuple[Mapping[str, str], ...]:
    """Return them in English ("en") and Chinese ("zh").

    ``judges`` are in the order of ``found.judges``; ``compared`` is (baseline, candidate).
    """
    said = [
        *_partial(judges, compared),
        *_silent(found),
        *_biased(found),
        *_split(found),
        *_lengths(found),
        *_speaking(found),
    ]
    return tuple({"en": en, "zh": zh} for en, zh in said)


def _partial(judges: Sequence[Model], compared: tuple[Model, Model]) -> Iterator[Said]:
    """Judges of themselves (Panickssery et al. 2024, arXiv 2404.13076), or of one relative."""
    for judge in judges:
        itself = [model for model in compared if same_model(judge, model)]
        kin = [model for model in compared if family(judge) and family(model) == family(judge)]
        known = all(family(model) for model in compared)
        if itself:
            yield (
                f"the judge {judge.id} is one of the two models that are compared, and judges "
                "prefer their own answers: take another judge",
                f"评判模型 {judge.id} 就是被比较的模型之一，而评判会偏爱自己的回答："
                "请换用其他评判模型",
            )
        elif len(kin) == 1 and known:
            yield (
                f"the judge {judge.id} is of the family of {kin[0].id} but not of the other model: "
                "judges favour their kin",
                f"评判模型 {judge.id} 与 {kin[0].id} 同属一个系列，与另一个模型则不然："
                "评判会偏向同系列模型",
            )


def _silent(found: Comparison) -> Iterator[Said]:
    pairs = len(found.pairs)
    for judge in found.judges:
        if pairs and judge.missing == pairs:
            yield (
                f"the judge {judge.judge} gave no valid verdict",
                f"评判模型 {judge.judge} 没有给出任何有效评判",
            )
        elif judge.missing > _MOST_MISSING * pairs:
            yield (
                f"the judge {judge.judge} has no valid verdict on {judge.missing:,} of {pairs:,} "
                "pairs",
                f"评判模型 {judge.judge} 对 {pairs:,} 对回答中的 {judge.missing:,} 对没有有效评判",
            )


def _biased(found: Comparison) -> Iterator[Said]:
    for judge in found.judges:
        rate = judge.position.first_rate
        if rate.value is None or rate.low is None or rate.high is None:
            continue
        if not rate.low <= 0.5 <= rate.high:
            first = rate.value > 0.5
            yield (
                f"the judge {judge.judge} favours the answer that it sees "
                f"{'first' if first else 'second'}: the first one wins {rate.value:.0%} of the "
                "time; asking in both orders turns that into ties, not into wins",
                f"评判模型 {judge.judge} 偏向{'先' if first else '后'}看到的回答："
                f"排在前面的回答胜出 {rate.value:.0%}；两种顺序各问一次，使这种偏向变成平局，"
                "而不是胜负",
            )


def _split(found: Comparison) -> Iterator[Said]:
    if found.agreement is not None and found.agreement < TENTATIVE:
        yield (
            f"the judges agree too little (Krippendorff's alpha {_signed(found.agreement)}): read "
            "the pairs on which they differ",
            f"评判模型之间一致性过低（Krippendorff α 为 {_signed(found.agreement)}）："
            "请查看它们意见不同的回答",
        )


def _lengths(found: Comparison) -> Iterator[Said]:
    plain, level = found.win_rate.value, found.equal_lengths.value
    if plain is not None and level is not None and (plain - 0.5) * (level - 0.5) < 0:
        yield (
            f"at equal lengths the other model wins: {plain:.1%} becomes {level:.1%}",
            f"长度相同时胜出的是另一个模型：{plain:.1%} 变为 {level:.1%}",
        )


def _speaking(found: Comparison) -> Iterator[Said]:
    named = [
        each.entry.id
        for each in found.pairs
        if flags_of(each.entry.candidate) or flags_of(each.entry.baseline or "")
    ]
    if named:
        more = " …" if len(named) > _NAMED else ""
        yield (
            f"answers to {len(named):,} prompts speak to a judge or hide text from a reader "
            f"({', '.join(named[:_NAMED])}{more}): read them",
            f"{len(named):,} 个提示的回答在对评判者说话，或含有读者看不见的文字"
            f"（{'、'.join(named[:_NAMED])}{more}）：请查看这些回答",
        )


def _signed(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")
