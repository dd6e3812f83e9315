"""Compute-optimal pretraining: how to split a budget between parameters and tokens.

Hoffmann 2022 (arXiv 2203.15556), with C = 6·N·D. Approaches 1 and 2 publish exponents (table 2) and
tables of optima (3 and A3); here the power law goes through the row of 10 billion parameters, and
meets the other rows within 5 %. Approach 3 is the loss L = E + A/N^α + B/D^β (equation 10), whose
optimum is N = G·(C/6)^(β/(α+β)) with G = (αA/βB)^(1/(α+β)) (equation 4). Its rounded constants
(α 0.34, β 0.28) do not reproduce table A3; the unrounded ones (0.3392, 0.2849, in the paper's TeX,
reported by Besiroglu) do. Besiroglu 2024 (arXiv 2404.10102) fitted the same form again.
"""

from __future__ import annotations

from dataclasses import dataclass

from .errors import ToolError
from .numbers import positive
from .text import Text

__all__ = ["LAWS", "Optimum", "ParametricLaw", "PowerLaw", "optima"]


@dataclass(frozen=True, slots=True)
class PowerLaw:
    """N proportional to C to a power, through one published optimum."""

    name: str
    source: str
    exponent: float
    flops: float
    parameters: float

    def best_parameters(self, flops: float) -> float:
        """Return the optimal number of parameters for a budget."""
        return float(self.parameters * (flops / self.flops) ** self.exponent)

    def budget(self, parameters: float) -> float:
        """Return the budget for which so many parameters are optimal."""
        return float(self.flops * (parameters / self.parameters) ** (1 / self.exponent))

    def loss(self, parameters: float, tokens: float) -> float | None:
        """A power law of the optimum says nothing of the loss."""
        del parameters, tokens
        return None


@dataclass(frozen=True, slots=True)
class ParametricLaw:
    """L = E + A/N^alpha + B/D^beta, in nats a token."""

    name: str
    source: str
    e: float
    a: float
    b: float
    alpha: float
    beta: float

    @property
    def exponent(self) -> float:
        """The power of C to which the best N is proportional."""
        return self.beta / (self.alpha + self.beta)

    @property
    def _g(self) -> float:
        return float((self.alpha * self.a / (self.beta * self.b)) ** (1 / (self.alpha + self.beta)))

    def best_parameters(self, flops: float) -> float:
        """Return the optimal number of parameters for a budget."""
        return float(self._g * (flops / 6) ** self.exponent)

    def budget(self, parameters: float) -> float:
        """Return the budget for which so many parameters are optimal."""
        return float(6 * (parameters / self._g) ** (1 / self.exponent))

    def loss(self, parameters: float, tokens: float) -> float | None:
        """Return the predicted loss in nats a token, on the paper's data."""
        return float(self.e + self.a / parameters**self.alpha + self.b / tokens**self.beta)


_TABLES = "Hoffmann 2022, arXiv 2203.15556, tables 2 and"
LAWS: tuple[PowerLaw | ParametricLaw, ...] = (
    PowerLaw("Hoffmann 1", f"{_TABLES} 3", 0.50, 1.23e22, 10e9),
    PowerLaw("Hoffmann 2", f"{_TABLES} A3", 0.49, 1.32e22, 10e9),
    ParametricLaw(
        "Hoffmann 3",
        "Hoffmann 2022, equation 10; unrounded constants as in Besiroglu 2024, table 1",
        1.6934,
        406.4,
        410.7,
        0.3392,
        0.2849,
    ),
    ParametricLaw(
        "Besiroglu",
        "Besiroglu 2024, arXiv 2404.10102, table 1",
        1.8172,
        482.01,
        2085.43,
        0.3478,
        0.3658,
    ),
)


@dataclass(frozen=True, slots=True)
class Optimum:
    """What one law calls optimal: FLOPs, parameters, tokens, and the loss in nats a token."""

    law: str
    source: str
    flops: float
    parameters: float
    tokens: float
    tokens_per_parameter: float
    loss: float | None


def optima(
    *, flops: float | None = None, parameters: float | None = None, tokens: float | None = None
) -> tuple[Optimum, ...]:
    """Return the optimum of each law for a budget, a model size or a number of tokens.

    Exactly one is given. It holds for pretraining from scratch on one pass of such data; it says
    nothing of fine-tuning, and a model that will be much used is better smaller and longer
    trained.

    Raises:
        ToolError: none or several are given, or it is not above 0.
    """
    given = [value for value in (flops, parameters, tokens) if value is not None]
    if len(given) != 1:
        raise ToolError(
            "give one of: a budget in FLOPs, a number of parameters, a number of tokens",
            "请在算力预算（FLOPs）、参数量、词元数中给出且只给出一个",
        )
    found = []
    for law in LAWS:
        if flops is not None:
            budget = positive("FLOPs", flops)
        elif parameters is not None:
            budget = law.budget(positive("parameters", parameters))
        else:
            budget = _budget_of_tokens(law, positive("tokens", tokens or 0.0))
        best = law.best_parameters(budget)
        seen = budget / (6 * best)
        found.append(
            Optimum(law.name, law.source, budget, best, seen, seen / best, law.loss(best, seen))
        )
    return tuple(found)


def _budget_of_tokens(law: PowerLaw | ParametricLaw, tokens: float) -> float:
    # D = C / 6N is a power of C too: one optimum and its exponent say all
    known = law.budget(1e9)
    seen = known / 6e9
    return float(known * (tokens / seen) ** (1 / (1 - law.exponent)))


NOTE = Text(
    "for pretraining from scratch; says nothing of fine-tuning or LoRA. A model that will serve "
    "many requests is better smaller and trained longer",
    "仅适用于从零预训练，与微调或 LoRA 无关；若模型会被大量调用，宜更小、训练更久",
)
