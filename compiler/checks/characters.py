"""Characters that nobody can see, or that do something when they are shown.

Chinese, Japanese and Korean text in any normalisation form, emoji with joiners, modifiers and
flags, and scripts whose spelling needs joiners are clean; the same characters anywhere else are
findings. ASCII text is tested for control characters by one pass over its bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..codes import safety
from ..diagnostics import Code, Diagnostic, report
from ..model import Agent, Command, Rule
from ..source import Source, Span
from .registry import rule
from .subject import Subject
from .unseen import CONTROLS, Run, name_of, runs_in

__all__ = ["hidden_characters"]

_CODES = (
    safety.BIDI_CONTROL,
    safety.ZERO_WIDTH,
    safety.TAG_CHARACTER,
    safety.INVISIBLE_CHARACTER,
    safety.CONTROL_CHARACTER,
    safety.TERMINAL_ESCAPE,
    safety.INNER_BOM,
    safety.VARIATION_SELECTOR,
    safety.PRIVATE_USE,
)
_LONGEST_QUOTE = 80


@rule(*_CODES, gate=True)
def hidden_characters(subject: Subject) -> Iterator[Diagnostic]:
    """Report hidden characters in every text file of a skill, and in what YAML escapes hide."""
    for document in subject.documents:
        if _suspicious(document.source.text):
            yield from _in_source(document.source)
    for resource in subject.text_resources:
        data = resource.data
        if not data.isascii() or len(data.translate(None, CONTROLS)) != len(data):
            yield from _in_source(subject.source(resource))
    yield from _in_values(subject)
    yield from _in_parts(subject)


def _suspicious(text: str) -> bool:
    if not text.isascii():
        return True
    raw = text.encode("ascii")
    return len(raw.translate(None, CONTROLS)) != len(raw)


def _in_source(source: Source) -> Iterator[Diagnostic]:
    for run in runs_in(source.text):
        span = Span(run.start, run.end)
        fix = ((span, ""),) if run.code.fixable else ()
        yield report(run.code, source, span, fix=fix, **_arguments(source.text, run))


def _arguments(text: str, run: Run) -> dict[str, Any]:
    arguments: dict[str, Any] = {"character": name_of(text[run.start])}
    if run.code is not safety.BIDI_CONTROL and run.code is not safety.TERMINAL_ESCAPE:
        arguments["count"] = run.end - run.start
    if run.code is safety.TAG_CHARACTER:
        arguments["hidden"] = _spelt(text[run.start : run.end])
    return arguments


def _spelt(tags: str) -> str:
    """Return what tag characters spell, in plain ASCII."""
    plain = [chr(ord(char) - 0xE0000) for char in tags if 0xE0020 <= ord(char) <= 0xE007E]
    return "".join(plain[:_LONGEST_QUOTE])


def _in_values(subject: Subject) -> Iterator[Diagnostic]:
    r"""Report what an escape in YAML (``"\u202e"``) puts into a value unseen in the source."""
    skill = subject.skill
    pairs = (
        (skill.main, skill.front_matter),
        (skill.translation, skill.translation_front_matter),
    )
    for document, front in pairs:
        if document is None or front is None:
            continue
        for entry in front.entries:
            if "\\" not in entry.raw:
                continue
            known: set[Code] = set()
            for text in _strings(entry.value):
                for run in runs_in(text):
                    if run.code in known or text[run.start] in entry.raw:
                        continue
                    known.add(run.code)
                    yield report(run.code, document.source, entry.span, **_arguments(text, run))


def _strings(value: Any) -> Iterator[str]:
    """Yield every text of a plain value, without recursion."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            waiting += list(one.keys()) + list(one.values())
        elif isinstance(one, list | tuple):
            waiting += one


def _in_parts(subject: Subject) -> Iterator[Diagnostic]:
    """Report hidden characters in commands, agents and rules whose file is not a resource."""
    scanned = {resource.path for resource in subject.skill.resources}
    scanned |= {document.source.path for document in subject.documents}
    skill = subject.skill
    parts: tuple[Command | Agent | Rule, ...] = (*skill.commands, *skill.agents, *skill.rules)
    for part in parts:
        if part.path in scanned:
            continue
        for text in (part.description.en, part.description.zh, part.body.en, part.body.zh):
            if text and _suspicious(text):
                for run in runs_in(text):
                    yield report(run.code, part.path or subject.place, **_arguments(text, run))
