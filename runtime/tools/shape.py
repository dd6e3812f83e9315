"""A language model as its matrices: what every calculator counts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Attention", "Group", "Linear", "Shape"]


class Group(StrEnum):
    """Which part of the network a matrix belongs to."""

    ATTENTION = "attention"
    MLP = "mlp"
    EXPERTS = "experts"
    ROUTER = "router"
    UNEMBED = "unembed"


@dataclass(frozen=True, slots=True)
class Linear:
    """A linear map that occurs in ``layers`` layers with the same size.

    ``experts`` of them stand side by side in each of these layers, of which a token passes
    ``active``. ``reads`` names the activation that it reads within its layer: maps that read the
    same one share it. ``joins`` is whether its output is added to the residual stream and needed
    by nothing else.
    """

    name: str
    group: Group
    inputs: int
    outputs: int
    layers: int
    experts: int = 1
    active: int = 1
    bias: bool = False
    reads: str = ""
    joins: bool = False

    @property
    def parameters(self) -> int:
        """Weights and biases, in all layers and experts."""
        return self.layers * self.experts * (self.inputs * self.outputs + self.bias * self.outputs)

    @property
    def weights_per_token(self) -> int:
        """Weights that one token is multiplied by: biases and idle experts are left out."""
        return self.layers * self.active * self.inputs * self.outputs


@dataclass(frozen=True, slots=True)
class Attention:
    """How tokens meet each other in ``layers`` layers.

    A query meets keys of ``key`` elements and values of ``value`` in each of ``heads`` heads, over
    the whole sequence or the last ``window`` tokens. ``cached`` elements a token and layer are
    kept for later tokens, plus ``state`` elements that do not grow with the sequence. With
    ``recurrent`` the state is all that there is: nothing is cached, and the cost of a token does
    not depend on how many came before. With ``latent`` what is cached is a compressed latent.
    """

    layers: int
    heads: int
    key: int
    value: int
    cached: int
    window: int | None = None
    state: int = 0
    recurrent: bool = False
    latent: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """A decoder. ``other`` counts norms, sinks, convolutions: what is neither matrix nor table."""

    name: str
    family: str
    hidden: int
    layers: int
    vocabulary: int
    tied: bool
    linears: tuple[Linear, ...]
    attentions: tuple[Attention, ...]
    other: int
    source: str

    @property
    def embedding(self) -> int:
        """Parameters of the table of token embeddings."""
        return self.vocabulary * self.hidden

    @property
    def parameters(self) -> int:
        """All parameters; a tied unembedding is the embedding and counts once."""
        counted = (
            one.parameters for one in self.linears if not (self.tied and one.group is Group.UNEMBED)
        )
        return self.embedding + self.other + sum(counted)

    @property
    def active_parameters(self) -> int:
        """Parameters that one token uses; without idle experts, with the whole embedding."""
        idle = sum(
            one.parameters * (one.experts - one.active) // one.experts for one in self.linears
        )
        return self.parameters - idle

    @property
    def weights_per_token(self) -> int:
        """Weights that a token is multiplied by: no look-up, no norm, but the unembedding."""
        return sum(one.weights_per_token for one in self.linears)

    @property
    def sparse(self) -> bool:
        """Whether there are experts."""
        return any(one.experts > 1 for one in self.linears)
