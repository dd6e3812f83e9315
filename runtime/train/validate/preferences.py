"""Pairs of a chosen and a rejected answer: whether there is something to prefer."""

from __future__ import annotations

from collections.abc import Sequence
from math import comb

from ..examples import Example
from .finding import Report
from .texts import flat

__all__ = ["check_preferences"]

_FEW = 20
#: A reward model that only counts letters is right this often: the pairs teach length.
BIAS = 0.75
_ALPHA = 0.001


def check_preferences(examples: Sequence[Example], report: Report) -> None:
    """Say which pairs are alike, and whether the longer answer is nearly always preferred."""
    pairs = [(flat(one.get("chosen")), flat(one.get("rejected")), one.where) for one in examples]
    alike = [where for chosen, rejected, where in pairs if chosen.strip() == rejected.strip()]
    if alike:
        shown = ", ".join(alike[:3])
        report.error(
            "pairs-alike",
            "data.train",
            f"{len(alike)} of {len(pairs)} pairs have the same answer on both sides: {shown}; take "
            "them out",
            f"{len(pairs)} 对中有 {len(alike)} 对的两个回答相同：{shown}；请删去",
        )
    longer = sum(len(chosen) > len(rejected) for chosen, rejected, _ in pairs)
    shorter = sum(len(chosen) < len(rejected) for chosen, rejected, _ in pairs)
    decided = longer + shorter
    report.facts["pairs"] = {"longer_chosen": longer, "shorter_chosen": shorter, "of": len(pairs)}
    most = max(longer, shorter)
    if decided >= _FEW and most / decided >= BIAS and _tail(most, decided) < _ALPHA:
        what, what_zh = ("longer", "更长") if longer > shorter else ("shorter", "更短")
        report.warning(
            "length-bias",
            "data.train",
            f"the {what} answer is preferred in {most} of {decided} pairs: length alone explains "
            "the preference, and will be learnt; balance it, or watch lengths in training",
            f"{decided} 对中有 {most} 对偏好{what_zh}的回答：仅凭长度即可解释偏好，模型会学到长度；"
            "请平衡数据，或在训练中留意长度",
        )


def _tail(hits: int, of: int) -> float:
    """Return the probability of so many heads or more of a fair coin; exact."""
    if of > 1000:  # beyond, a share of BIAS is certain
        return 0.0
    ways: int = sum(comb(of, k) for k in range(hits, of + 1))
    return float(ways / 2**of)
