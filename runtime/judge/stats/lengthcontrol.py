"""Win rates as they would be if both answers had one length."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..missing import need
from .intervals import Interval, finite, normal_quantile
from .logistic import Fit, fit, pseudo_inverse, sigmoid

__all__ = [
    "LengthControlled",
    "case_difficulty",
    "controlled_rate",
    "length_controlled",
    "length_terms",
]

#: The precision of the normal prior on each coefficient: standard deviation 2.5 logits. With
#: hundreds of verdicts it vanishes; with a candidate that always wins it keeps the answer finite.
RIDGE = 1 / 2.5**2


@dataclass(frozen=True, slots=True)
class LengthControlled:
    """A win rate at equal lengths: ``rate`` with its interval, and how length moves the judge.

    ``quality`` is the logit of winning at equal lengths, ``length`` what the longest answers add
    to it, ``difficulty`` the weight of the cases' difficulty (0 where none was given).
    """

    rate: Interval
    quality: float
    length: float
    difficulty: float


def length_terms(candidate: Sequence[float], baseline: Sequence[float]) -> list[float]:
    """Return tanh(Δ/sd(Δ)) for Δ = the candidate's length less the baseline's; 0 if all agree.

    Source: Dubois et al. 2024 (arXiv 2404.04475), section 3.

    Raises:
        ValueError: the sequences differ in length, or a length is not finite.
    """
    pairs = zip(candidate, baseline, strict=True)
    gaps = finite([ours - theirs for ours, theirs in pairs], "lengths")
    if len(gaps) < 2:
        return [0.0] * len(gaps)
    mean = math.fsum(gaps) / len(gaps)
    spread = math.sqrt(math.fsum((gap - mean) ** 2 for gap in gaps) / (len(gaps) - 1))
    return [math.tanh(gap / spread) if spread else 0.0 for gap in gaps]


def controlled_rate(quality: float, weight: float, difficulty: Sequence[float]) -> float:
    """Return the mean over cases of σ(quality + weight·difficulty): the win rate at equal lengths.

    Raises:
        MissingLibrary: numpy is not installed.
    """
    np = need("numpy", "eval")
    return float(np.mean(sigmoid(quality + weight * np.asarray(difficulty, float))))


def length_controlled(
    scores: Sequence[float],
    candidate: Sequence[float],
    baseline: Sequence[float],
    difficulty: Sequence[float] | None = None,
    level: float = 0.95,
) -> LengthControlled:
    """Return the win rate of a candidate with the influence of length taken out.

    The model is logit P = θ + φ·tanh(Δ/sd(Δ)) + ψ·γ (Dubois et al. 2024, section 3), with
    ``scores`` the verdicts (1 won, 0 lost, between: shares), Δ the difference of the lengths in
    characters or tokens, and γ the ``difficulty`` of each case where it is known
    (:func:`case_difficulty`). The interval is Wald's on the logit scale, with White's variance.

    Raises:
        ValueError: the sequences differ in length, or a score is not between 0 and 1.
        MissingLibrary: numpy is not installed.
    """
    known = finite(scores, "scores")
    if any(not 0 <= score <= 1 for score in known):
        msg = "a score is not between 0 and 1"
        raise ValueError(msg)
    n = len(known)
    gamma = [0.0] * n if difficulty is None else list(difficulty)
    terms = length_terms(candidate, baseline)
    if not n == len(terms) == len(gamma):
        msg = f"{n} scores, {len(terms)} lengths and {len(gamma)} difficulties do not go together"
        raise ValueError(msg)
    if n == 0:
        return LengthControlled(Interval(None, None, None, 0), 0.0, 0.0, 0.0)
    np = need("numpy", "eval")
    found = fit(np.column_stack([np.ones(n), terms, gamma]), known, RIDGE)
    theta, phi, psi = (float(value) for value in found.coefficients)
    rate = controlled_rate(theta, psi, gamma)
    return LengthControlled(_interval(np, found, rate, gamma, n, level), theta, phi, psi)


def _interval(
    np: Any, found: Fit, rate: float, gamma: Sequence[float], n: int, level: float
) -> Interval:
    if n < 2:
        return Interval(rate, None, None, n)
    theta, _, psi = found.coefficients
    p = sigmoid(theta + psi * np.asarray(gamma))
    slope = p * (1 - p)
    gradient = np.array([slope.mean(), 0.0, (slope * np.asarray(gamma)).mean()])
    inverse = pseudo_inverse(found.information)
    # the larger of White's variance and the model's: White's is nought where all verdicts agree
    white = inverse @ (found.scores.T @ found.scores) @ inverse * n / (n - 1)
    variance = max(float(gradient @ white @ gradient), float(gradient @ inverse @ gradient))
    centre = math.log(rate / (1 - rate))
    half = normal_quantile(level) * math.sqrt(variance) / (rate * (1 - rate))
    low, high = sigmoid([centre - half, centre + half])
    return Interval(rate, float(low), float(high), n)


def case_difficulty(
    scores: Sequence[Sequence[float | None]],
    offsets: Sequence[Sequence[float]],
    weights: Sequence[float],
    ridge: float = 0.5,
) -> list[float]:
    """Return how much each case favours the candidates: γ in :func:`length_controlled`.

    ``scores`` holds a row for each of several models on the same cases (``None`` where missing),
    ``offsets`` what else is known of each verdict's logit (θ + φ·length), ``weights`` each model's
    ψ. Each γ is the maximum of its own penalised likelihood, with ``ridge`` the precision of a
    normal prior; found by Newton's method for all cases at once.

    Raises:
        ValueError: the shapes do not go together.
        ArithmeticError: no maximum was found.
        MissingLibrary: numpy is not installed.
    """
    np = need("numpy", "eval")
    y = np.array([[np.nan if s is None else s for s in row] for row in scores], float)
    base, psi = np.asarray(offsets, float), np.asarray(weights, float)[:, None]
    if y.ndim != 2 or y.shape != base.shape or len(psi) != len(y):
        msg = f"scores {y.shape}, offsets {base.shape} and weights {psi.shape[:1]} do not match"
        raise ValueError(msg)
    known = ~np.isnan(y)
    gamma = np.zeros(y.shape[1])
    for _ in range(200):
        p = sigmoid(base + psi * gamma)
        gradient = np.where(known, psi * (y - p), 0).sum(axis=0) - ridge * gamma
        information = np.where(known, psi**2 * p * (1 - p), 0).sum(axis=0) + ridge
        # a step of at most 1 logit keeps Newton from overshooting where the curve is flat
        step = np.clip(gradient / information, -1, 1)
        gamma = gamma + step
        if np.max(np.abs(step), initial=0.0) < 1e-9:
            return [float(value) for value in gamma]
    msg = "the difficulties did not settle"
    raise ArithmeticError(msg)
