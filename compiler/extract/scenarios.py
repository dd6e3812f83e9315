"""Situations with steps, triggers and example dialogues of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..document import Block, BlockKind, Role, Section
from ..model import Dialogue, Scenario, Trigger
from ..source import Source
from .dialogues import dialogues_of
from .roles import plain
from .triggers import label_triggers, unique
from .vocabulary import WHOLE
from .words import read_label

__all__ = ["dialogues_in", "scenarios_of"]

_STEP = re.compile(
    r"^(?:\d{1,2}[.)、]\s*|(?:step|phase|stage)\s*\d+\s*[:：.—–-]*\s*|(?:步骤|阶段)\s*\d+\s*[:：.]*\s*"
    r"|第[一二三四五六七八九十\d]+[步阶][段]?\s*[:：]?\s*)(?=\S)",
    re.IGNORECASE,
)
_PROCESS = frozenset(
    {"process", "steps", "workflow", "procedure", "approach", "method"}
    | {"处理流程", "流程", "步骤", "工作流程", "处理步骤", "方法", "操作步骤"}
)


def dialogues_in(section: Section, source: Source) -> Iterator[Dialogue]:
    """Yield the conversations of a section and of all below it."""
    for inner in section.walk():
        if inner.role is not Role.TESTS:
            yield from dialogues_of(inner.blocks, source, inner.title)


def _generic(section: Section) -> bool:
    """Return whether a title says no more than that scenarios follow."""
    titles = [plain(title) for title in (section.title.en, section.title.zh) if title]
    return any(title in WHOLE for title in titles)


def _list_steps(block: Block) -> list[str]:
    if not all(item.info[:1].isdigit() for item in block.children):
        return []
    words = (item.children[0].content if item.children else item.content for item in block.children)
    return [word.split("\n")[0].strip() for word in words]


def _fence_steps(block: Block) -> list[str]:
    found = []
    for line in block.content.splitlines():
        if match := _STEP.match(line):
            found.append(line[match.end() :].strip())
    return found if len(found) > 1 else []


def _steps(section: Section, dialogues: tuple[Dialogue, ...]) -> tuple[str, ...]:
    """Return the steps: below a label that announces them, else the first numbered ones."""
    first: list[str] = []
    announced = False
    for inner in section.walk():
        for block in inner.blocks:
            if any(block.span in dialogue.span for dialogue in dialogues):
                continue  # an answer's numbers are its own
            steps: list[str] = []
            if block.kind is BlockKind.LIST:
                steps = _list_steps(block)
            elif block.kind is BlockKind.FENCE:
                steps = _fence_steps(block)
            elif block.kind is BlockKind.PARAGRAPH:
                label = read_label(block.content.split("\n")[0])
                if label is not None and label.marked:
                    announced = bool(label.names & _PROCESS)
            if steps and announced:
                return tuple(steps)
            first = first or steps
    return tuple(first)


def _scenario(section: Section, source: Source) -> Scenario:
    # A scope is named as `skill_triggers` names it, so that both lists agree.
    scope = section.title.en or section.title.zh or ""
    triggers: list[Trigger] = []
    for inner in section.walk():
        found = label_triggers(inner.blocks, source, scope=scope, open_=inner.role is Role.TRIGGERS)
        triggers += found
    dialogues = tuple(dialogues_in(section, source))
    return Scenario(
        section.title, unique(triggers), _steps(section, dialogues), dialogues, section.span
    )


def scenarios_of(section: Section, source: Source) -> Iterator[Scenario]:
    """Yield the scenarios below a section.

    Each subsection of a scenario section is one; a scenario section without any is one itself,
    unless it is empty.
    """
    if section.role is not Role.SCENARIO:
        for child in section.sections:
            yield from scenarios_of(child, source)
    elif section.sections and (_generic(section) or not section.blocks):
        for child in section.sections:
            yield _scenario(child, source)
    elif section.blocks:
        yield _scenario(section, source)
