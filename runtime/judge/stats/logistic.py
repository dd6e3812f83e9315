"""Logistic regression for shares between 0 and 1: what rankings and length control rest on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..missing import need

__all__ = ["Fit", "fit", "pseudo_inverse", "sigmoid"]

#: Newton's method doubles the correct digits a step: this many is far more than enough.
ROUNDS = 100
#: A logit beyond which no sample of this world lies: odds of 10^13.
CERTAIN = 30.0


@dataclass(frozen=True)
class Fit:
    """Coefficients (array of k), their information matrix (k × k, prior included), and scores.

    ``scores`` is each row's contribution to the gradient of the likelihood (rows × k).
    """

    coefficients: Any
    information: Any
    scores: Any


def sigmoid(values: Any) -> Any:
    """Return 1/(1 + e^-x) of an array, without overflow."""
    np = need("numpy", "eval")
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(values)))


def pseudo_inverse(information: Any) -> Any:
    """Return the inverse of an information matrix, 0 in directions that hold no information."""
    return need("numpy", "eval").linalg.pinv(information, rcond=1e-10, hermitian=True)


def fit(design: Any, shares: Any, ridge: float = 0.0) -> Fit:
    """Fit P = σ(design · coefficients) to shares between 0 and 1.

    ``design`` is an array of rows × k. ``ridge`` is the precision of a normal prior with mean 0 on
    each coefficient (0: none, plain maximum likelihood). Directions that the data say nothing of
    stay at 0, so a design without full rank has its shortest solution.

    Raises:
        ArithmeticError: no maximum was found, as with separated data and no prior.
        MissingLibrary: numpy is not installed.
    """
    np = need("numpy", "eval")
    x, y = np.asarray(design, float), np.asarray(shares, float)
    beta = np.zeros(x.shape[1])

    def loss(at: Any) -> float:
        eta = x @ at
        return float(np.sum(np.logaddexp(0, eta) - y * eta) + ridge / 2 * at @ at)

    for _ in range(ROUNDS):
        p = sigmoid(x @ beta)
        gradient = x.T @ (y - p) - ridge * beta
        information = (x * (p * (1 - p))[:, None]).T @ x + ridge * np.eye(len(beta))
        step = pseudo_inverse(information) @ gradient
        if np.max(np.abs(step), initial=0.0) < 1e-10:
            if not ridge and np.max(np.abs(x @ beta), initial=0.0) > CERTAIN:
                break  # rounding ended a climb that has no end
            return Fit(beta, information, x * (y - p)[:, None])
        size, now = 1.0, loss(beta)
        while loss(beta + size * step) > now + 1e-12 * abs(now) and size > 1e-6:
            size /= 2
        beta = beta + size * step
    msg = "the regression has no maximum: one side wins every time; give it a prior (ridge)"
    raise ArithmeticError(msg)
