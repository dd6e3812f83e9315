"""What the fake model does: call the tools that load each skill, one after the other, then stop.

The script has no state: how far it is follows from the tool results in the conversation, so a
repeated request gets the same answer. Names of tools and of their arguments are looked up in the
request itself, because they differ between clients and between their versions.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .wire import Answer, Asked, Call, Say

__all__ = ["Script", "Step", "Tool"]

_FILL: Mapping[str, object] = {"boolean": False, "integer": 1, "number": 1, "array": []}


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool of a client under all names it has had, with the names of the one argument it needs.

    A tool that runs a shell has the ``command`` that reads a file: its name, without the path.
    """

    names: tuple[str, ...]
    arguments: tuple[str, ...]
    command: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One call: a tool and what is asked of it (a skill's name, a file's path)."""

    tool: Tool
    value: str

    def call(self, tools: Mapping[str, Mapping[str, Any]], number: int) -> Call | None:
        """Return the call for a client that offers ``tools``; ``None`` if it lacks this one."""
        name = next((name for name in self.tool.names if name in tools), None)
        if name is None:
            return None
        schema = tools[name]
        properties = schema.get("properties")
        known: Mapping[str, Any] = properties if isinstance(properties, Mapping) else {}
        wanted = self.tool.arguments
        argument = next((each for each in wanted if each in known), wanted[0])
        value: object = self.value
        if self.tool.command:
            value = f"{self.tool.command} {shlex.quote(self.value)}"
        if argument in known and known[argument].get("type") == "array":
            value = [value]
        arguments = {argument: value}
        for needed in schema.get("required") or ():
            arguments.setdefault(needed, _filled(known.get(needed)))
        return Call(name, arguments, f"call_{number}")


def _filled(schema: Any) -> object:
    if not isinstance(schema, Mapping):
        return "verify"
    choices = schema.get("enum")
    if isinstance(choices, list) and choices:
        return choices[0]
    return _FILL.get(str(schema.get("type")), "verify")


@dataclass(frozen=True, slots=True)
class Script:
    """The calls of one run, in order."""

    steps: Sequence[Step] = ()

    def answer(self, asked: Asked) -> Answer:
        """Return what the model says to one request."""
        for number in range(asked.results, len(self.steps)):
            call = self.steps[number].call(asked.tools, number + 1)
            if call is not None:
                return call
        return Say("Done.")
