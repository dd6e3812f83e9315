"""From the requests of one run to what arrived of each skill: no file and no process is touched."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from .model import Expected, Status
from .server import Request
from .text import flat, unescaped
from .wire.exchange import strings

__all__ = ["Judged", "Prompts", "judge"]

_BEFORE, _AFTER = 400, 160  # characters around a description within which its name stands
_LEAST_SHOWN = 12  # characters of a description that count as a part of it
_ENTRIES = (  # forms of one name in a list, where the description is not shown
    r"^\s*[-*]\s+(?:\w[\w-]*:)?{name}\s*(?:$|[:(\[])",
    r"<name>\s*{name}\s*</name>",
)


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found of one skill; ``shown`` counts the characters of its description."""

    listed: bool
    description: bool | None
    shown: int
    body: bool | None
    reference: bool | None
    missing: tuple[str, ...]  # instructions that did not arrive
    copies: int
    loads: bool = True  # by a tool of its own; reading a file proves nothing of an unlisted skill

    @property
    def status(self) -> Status:
        """The one word for it."""
        if not self.listed and not (self.body and self.loads):
            return Status.NOT_SEEN
        if self.copies > 1:
            return Status.DUPLICATED
        if self.description is False:
            return Status.TRUNCATED
        if self.body is False:
            return Status.LISTED
        if self.reference is False or not self.listed:
            return Status.BODY
        return Status.ARRIVED


class Prompts:
    """The text of a run's requests: what the model is told at first, and all that it sees."""

    def __init__(self, requests: Sequence[Request]) -> None:
        self._asked = [request.asked for request in requests if request.asked is not None]

    def __len__(self) -> int:
        return len(self._asked)

    @cached_property
    def first(self) -> str:
        """The first request with tools, lines kept: the prompt before anything is loaded."""
        main = next((asked for asked in self._asked if asked.tools), None)
        main = main or next(iter(self._asked), None)
        return "\n".join(strings(main.body)) if main is not None else ""

    @cached_property
    def first_flat(self) -> str:
        """The first prompt with all white space as single spaces."""
        return flat(self.first)

    @cached_property
    def all_flat(self) -> str:
        """Every string of every request, escapes of nested JSON undone too."""
        texts = ("\n".join(strings(asked.body)) for asked in self._asked)
        return "\n".join(flat(text) + "\n" + flat(unescaped(text)) for text in texts)

    def output(self, number: int) -> str:
        """Return the result of the script's call ``number`` (from 0), empty if there is none."""
        outputs = max((asked.outputs for asked in self._asked), key=len, default=())
        return outputs[number] if number < len(outputs) else ""

    def holds(self, line: str) -> bool:
        """Whether a line reached the model at any time."""
        return flat(line) in self.all_flat

    def told(self, line: str) -> bool:
        """Whether a line stands in the first prompt."""
        return flat(line) in self.first_flat


def _near(prompt: str, text: str, name: str) -> int:
    """Count the places of ``text`` in ``prompt`` that have ``name`` beside them."""
    count, at = 0, prompt.find(text)
    while at >= 0:
        end = at + len(text)
        around = prompt[max(0, at - _BEFORE) : at] + "\n" + prompt[end : end + _AFTER]
        count += name in around
        at = prompt.find(text, end)
    return count


def _shown(prompt: str, description: str, name: str) -> int:
    """Return how many characters of ``description`` stand beside ``name``, from its beginning."""
    low, high = 0, len(description)
    while low < high:
        middle = (low + high + 1) // 2
        if _near(prompt, description[:middle], name):
            low = middle
        else:
            high = middle - 1
    return low if low >= min(_LEAST_SHOWN, len(description)) else 0


def _entries(prompt: str, name: str, entry: str) -> int:
    forms = (*_ENTRIES, entry) if entry else _ENTRIES
    spelled = re.escape(name)
    return max(
        len(re.findall(form.replace("{name}", spelled), prompt, re.MULTILINE)) for form in forms
    )


def judge(
    expected: Expected,
    prompts: Prompts,
    *,
    described: bool = True,
    loads: bool = True,
    entry: str = "",
    alias: str = "",
) -> Judged:
    """Look for one skill in the requests of one run.

    ``described``, ``loads`` (by a tool of its own, not by reading a file) and ``entry`` come from
    the client's recipe; ``alias`` is another name under which the client may list the skill (its
    folder's).
    """
    missing = tuple(line for line in expected.instructions if not prompts.told(line))
    if not expected.skill:
        return Judged(not missing, None, 0, None, None, missing, 0)
    names = dict.fromkeys(name for name in (expected.skill, alias) if name)
    wanted = flat(expected.description)
    shown, copies = 0, 0
    if wanted:
        shown = max(_shown(prompts.first_flat, wanted, name) for name in names)
    if shown:
        copies = max(_near(prompts.first_flat, wanted[:shown], name) for name in names)
    copies = max(copies, *(_entries(prompts.first, name, entry) for name in names))
    reference = expected.reference
    return Judged(
        listed=copies > 0,
        description=shown == len(wanted) if copies and wanted and described else None,
        shown=shown,
        body=prompts.holds(expected.body) if expected.body else None,
        reference=prompts.holds(reference[1]) if reference else None,
        missing=missing,
        copies=copies,
        loads=loads,
    )
