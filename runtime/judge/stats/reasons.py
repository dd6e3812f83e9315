"""A verdict in words, English and Chinese."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "Reason",
    "improved",
    "no_regression",
    "nothing_compared",
    "one_case",
    "regressed",
    "same_everywhere",
    "too_few",
    "too_much_missing",
]


@dataclass(frozen=True, slots=True)
class Reason:
    """One or two sentences in each language."""

    en: str
    zh: str


def _points(value: float) -> str:
    """A difference on the scale 0 to 1 as points of 100, without a sign."""
    return f"{abs(value) * 100:.1f}"


def _p(value: float) -> str:
    return "p < 0.001" if value < 0.001 else f"p = {value:.3f}"


def _cases(n: int) -> str:
    return f"{n} independent case{'' if n == 1 else 's'}"


def nothing_compared() -> Reason:
    """No case has a score in both arms."""
    return Reason(
        "No case has a score in both arms, so there is nothing to compare.",
        "没有一个用例在两组中都有得分，无从比较。",
    )


def too_much_missing(share: float, most: float) -> Reason:
    """More was lost to infrastructure than a verdict bears."""
    return Reason(
        f"{share:.1%} of the comparisons are missing, more than the {most:.1%} allowed: "
        "what failed is the infrastructure, not the skill. Run again; what succeeded is kept.",
        f"有 {share:.1%} 的比较缺失，超过允许的 {most:.1%}：出问题的是运行环境，而不是技能。"
        "请重新运行，已成功的结果会保留。",
    )


def regressed(difference: float, n: int, p: float) -> Reason:
    """Worse than chance explains."""
    return Reason(
        f"Worse by {_points(difference)} points of 100 over {_cases(n)} (one-sided exact {_p(p)}).",
        f"在 {n} 个独立用例上低了 {_points(difference)} 分（满分 100，单侧精确检验 {_p(p)}）。",
    )


def improved(difference: float, n: int, p: float) -> Reason:
    """Better than chance explains."""
    return Reason(
        f"Better by {_points(difference)} points of 100 over {_cases(n)} "
        f"(one-sided exact {_p(p)}).",
        f"在 {n} 个独立用例上高了 {_points(difference)} 分（满分 100，单侧精确检验 {_p(p)}）。",
    )


def no_regression(low: float, margin: float, confidence: float) -> Reason:
    """A loss of the margin is ruled out."""
    if low >= 0:
        return Reason(
            f"With {confidence:.0%} confidence nothing was lost, "
            "though a gain is not shown beyond doubt.",
            f"在 {confidence:.0%} 的置信水平下没有损失，但尚不能确认有所提升。",
        )
    return Reason(
        f"With {confidence:.0%} confidence the loss is below {_points(low)} points of 100, "
        f"inside of the margin of {_points(margin)}.",
        f"在 {confidence:.0%} 的置信水平下，损失不超过 {_points(low)} 分（满分 100），"
        f"在 {_points(margin)} 分的容许范围之内。",
    )


def one_case(needed: int) -> Reason:
    """A single independent case has no spread."""
    return Reason(
        "One case alone cannot show how much results vary. "
        f"At least {needed} independent cases are needed.",
        f"仅凭一个用例无法得知结果的波动程度，至少需要 {needed} 个独立用例。",
    )


def same_everywhere(difference: float, n: int, needed: int, enough: int) -> Reason:
    """All cases gave one difference, so that the spread cannot be known.

    ``enough`` is the number of cases that would show a difference which is the same in all.
    """
    found = f"{difference * 100:+.1f}"
    english = f"All {n} cases gave the same difference ({found} points of 100)"
    chinese = f"全部 {n} 个用例的差值都相同（满分 100，{found} 分）"
    if difference and n < enough:
        return Reason(
            f"{english}, but {n} could do so by chance; if it stays so, {enough} would show it.",
            f"{chinese}，但只有 {n} 个用例，仍可能出于偶然；若一直如此，{enough} 个用例即可确认。",
        )
    if n < needed:
        return Reason(
            f"{english}, so nothing is known of how results vary. "
            f"At least {needed} independent cases are needed.",
            f"{chinese}，无法得知结果的波动程度，至少需要 {needed} 个独立用例。",
        )
    return Reason(
        f"{english}: these cases cannot tell the arms apart. "
        "Harder or more varied cases are needed, not more of these.",
        f"{chinese}：这些用例区分不出两组的优劣。需要的是更难、更多样的用例，而不是更多同类用例。",
    )


def too_few(low: float, margin: float, n: int, needed: int) -> Reason:
    """A loss of the margin is neither shown nor ruled out."""
    english = (
        f"{_cases(n).capitalize()} leave open a loss of up to {_points(low)} points of 100 "
        f"(losses too rare to be seen in so few included), and the margin is {_points(margin)}. "
    )
    chinese = (
        f"{n} 个独立用例尚不能排除高达 {_points(low)} 分的损失"
        f"（满分 100，含少见而尚未出现的失败），而容许范围是 {_points(margin)} 分。"
    )
    if n < needed:
        return Reason(
            english + f"About {needed} cases would settle it.",
            chinese + f"大约需要 {needed} 个用例才能得出结论。",
        )
    return Reason(
        english + "The estimate itself leans that way: "
        "add cases or repeats, or allow for a wider margin.",
        chinese + "估计值本身已偏低：请增加用例或重复次数，或放宽容许范围。",
    )
