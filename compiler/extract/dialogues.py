"""Example conversations: ``**User:** "…"`` and the answer below ``**Role Name:**``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..document import Block, BlockKind
from ..localized import Text
from ..model import Dialogue, Turn
from ..source import Source, Span
from .words import Label, clean, read_label

__all__ = ["dialogues_of"]

_USER = frozenset(
    {"user", "user query", "human", "user message", "user prompt", "q"}
    | {"用户", "用户提问", "提问", "问", "提问者"}
)
_ASSISTANT = frozenset(
    {"assistant", "ai", "agent", "bot", "claude", "response", "skill", "a", "model", "answer"}
    | {"助手", "助理", "回答", "答", "模型", "智能体", "回复", "技能"}
)


@dataclass
class _Open:
    """A turn while its blocks are being gathered."""

    speaker: str
    label: str
    start: int
    end: int
    parts: list[str] = field(default_factory=list)
    quoted: bool = False  # the answer is a block quote: it ends where the quote ends
    done: bool = False

    def turn(self) -> Turn:
        text = "\n\n".join(part.strip("\n") for part in self.parts if part.strip())
        return Turn(self.speaker, self.label, text, Span(self.start, self.end))


class _Reader:
    """Gathers the turns of one section."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.turns: list[Turn] = []
        self.open: _Open | None = None
        self.answering = ""  # the label under which the assistant speaks here

    def close(self) -> None:
        """End the turn that is open."""
        if self.open is not None:
            self.turns.append(self.open.turn())
            self.open = None

    def _speaker(self, label: Label | None) -> str:
        """Return who speaks under a label, nothing if it is no speaker."""
        if label is None or not label.marked:
            return ""
        if label.names & _USER:
            return "user"
        if not self.turns and (self.open is None or self.open.speaker != "user"):
            return ""
        if label.name == self.answering or label.names & _ASSISTANT:
            return "assistant"
        # Any name may answer a user, but only the first: later labels are part of the answer.
        after_user = self.open is not None and self.open.speaker == "user"
        return "assistant" if after_user and label.colon else ""

    def _begin(self, speaker: str, label: Label, span: Span) -> None:
        self.close()
        self.open = _Open(speaker, label.name, span.start, span.end)
        if speaker == "assistant":
            self.answering = label.name
        if label.rest:
            self.open.parts.append(clean(label.rest) if speaker == "user" else label.rest)

    def read(self, block: Block) -> None:
        """Read one block."""
        if block.kind is BlockKind.RULE:
            self.close()
            return
        if block.kind is BlockKind.PARAGRAPH and self._labelled(block):
            return
        turn = self.open
        if turn is None or turn.done:
            return
        if block.kind is BlockKind.QUOTE:
            turn.quoted = turn.quoted or not any(part.strip() for part in turn.parts)
        elif turn.quoted:
            turn.done = True
            return
        turn.parts.append(_words(block))
        turn.end = block.span.end

    def _labelled(self, block: Block) -> bool:
        """Read a paragraph whose lines begin turns."""
        lines = block.content.splitlines()
        labels = [read_label(line) for line in lines]
        speakers = []
        for label in labels:
            speakers.append(self._speaker(label))
            if speakers[0] == "":
                return False
        first = self.source.position(block.span.start).line - 1
        for at, (line, label) in enumerate(zip(lines, labels, strict=True)):
            span = self.source.line_span(first + at, first + at + 1)
            speaker = self._speaker(label)
            if speaker and label is not None:
                self._begin(speaker, label, span)
            elif self.open is not None:
                self._append(line, span)
        return True

    def _append(self, line: str, span: Span) -> None:
        turn = self.open
        if turn is not None:
            if turn.parts:
                turn.parts[-1] += f"\n{line}"
            else:
                turn.parts.append(line)
            turn.end = span.end


def _words(block: Block) -> str:
    """Return a block's text without the prefixes of its containers, fences and all."""
    if block.kind is BlockKind.FENCE:
        ticks = "`" * max(3, _longest_run(block.content) + 1)
        return f"{ticks}{block.info}\n{block.content.rstrip()}\n{ticks}"
    return block.content


def _longest_run(text: str) -> int:
    longest = run = 0
    for char in text:
        run = run + 1 if char == "`" else 0
        longest = max(longest, run)
    return longest


def dialogues_of(blocks: Sequence[Block], source: Source, title: Text) -> tuple[Dialogue, ...]:
    """Return the conversation that a section's blocks hold: none, or one.

    A conversation has at least one turn of the user and one answer. An answer that is a block
    quote ends with the quote; any other runs to the next turn, to a rule, or to the end.
    """
    reader = _Reader(source)
    for block in blocks:
        reader.read(block)
    reader.close()
    turns = tuple(turn for turn in reader.turns if turn.text)
    if {turn.speaker for turn in turns} != {"user", "assistant"}:
        return ()
    return (Dialogue(title, turns, Span(turns[0].span.start, turns[-1].span.end)),)
