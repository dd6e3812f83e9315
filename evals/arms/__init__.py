"""Arms: what a model is given beside the question."""

from .base import NONE, Arm
from .gather import arms_of
from .spec import ArmSpec, parse_arms

__all__ = ["NONE", "Arm", "ArmSpec", "arms_of", "parse_arms"]
