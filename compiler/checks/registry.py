"""The rules: each is one function, registered with the codes that it may report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from ..diagnostics import Code, Diagnostic
from .subject import Subject

__all__ = ["Rule", "RuleFunction", "rule", "rules"]

RuleFunction = Callable[[Subject], Iterable[Diagnostic]]

# A build runs the first group only, and does not pay for loading the others.
_GATE_MODULES = ("characters", "files", "paths", "identity", "runtime")
_OTHER_MODULES = (
    "budgets",
    "licence",
    "links",
    "parity",
    "placeholders",
    "remote",
    "rubric",
    "translated",
)


@dataclass(frozen=True, slots=True)
class Rule:
    """One check of a skill.

    Several codes share a rule only where one pass over the text finds them all. A ``gate`` rule
    is cheap enough for every build: it never parses Markdown.
    """

    codes: tuple[Code, ...]
    check: RuleFunction
    gate: bool = False

    @property
    def safety(self) -> bool:
        """Whether the rule is about what could do harm to whoever installs the skill."""
        return any(code.id.startswith("PS3") for code in self.codes)

    @property
    def name(self) -> str:
        """How the rule is called in an internal error."""
        return f"{self.check.__name__} ({', '.join(code.id for code in self.codes)})"


_RULES: list[Rule] = []


def rule(*codes: Code, gate: bool = False) -> Callable[[RuleFunction], RuleFunction]:
    """Register a function as the rule that reports ``codes``."""

    def register(check: RuleFunction) -> RuleFunction:
        _RULES.append(Rule(codes, check, gate))
        return check

    return register


@cache
def _load(gate_only: bool) -> None:
    for module in _GATE_MODULES if gate_only else _GATE_MODULES + _OTHER_MODULES:
        import_module(f".{module}", __package__)


def rules(*, gate_only: bool = False) -> Iterator[Rule]:
    """Yield the rules in the order of their modules, loading these on first use."""
    _load(gate_only)
    return (found for found in _RULES if found.gate or not gate_only)
