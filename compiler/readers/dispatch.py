"""Read one candidate with the reader of its dialect."""

from __future__ import annotations

import os

from ..codes import readers as codes
from ..diagnostics import report
from ..model import Dialect
from . import agent, agent_skill, canonical, command, expert, locale_json, plugin, rules
from .candidate import Candidate, ReadResult

__all__ = ["read"]

_READERS = {
    Dialect.AGENT: agent.read,
    Dialect.AGENT_SKILL: agent_skill.read,
    Dialect.CANONICAL: canonical.read,
    Dialect.COMMAND: command.read,
    Dialect.EXPERT: expert.read,
    Dialect.LOCALE_JSON: locale_json.read,
    Dialect.PLUGIN: plugin.read,
    Dialect.RULES: rules.read,
}


def read(candidate: Candidate) -> ReadResult:
    """Read a candidate; what goes wrong is in the diagnostics, never an exception.

    The findings of discovery come along, whether there is anything to read or not.
    """
    if candidate.dialect is None:
        return ReadResult((), candidate.diagnostics)
    try:
        result = _READERS[candidate.dialect](candidate)
    except OSError as error:
        # The tree changed between looking and reading.
        place = os.fspath(candidate.path)
        reason = error.strerror or type(error).__name__
        problem = report(codes.NOT_READABLE, place, path=place, reason=reason)
        return ReadResult((), (*candidate.diagnostics, problem))
    if candidate.diagnostics:
        return ReadResult(result.skills, (*candidate.diagnostics, *result.diagnostics))
    return result
