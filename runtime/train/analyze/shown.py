"""A prompt with what was said to it, as labelled texts: the same for a page and for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .asked import Asked, Row
from .finding import Text, figure, text
from .words import WORDS

__all__ = ["further", "heading", "missing", "origin", "shown"]


def heading(asked: tuple[Asked, ...]) -> Text:
    """Return the heading of the section: a reward model says nothing, it prefers."""
    return WORDS["scored" if all(one.scored for one in asked) else "said"]


def origin(one: Asked) -> Text:
    """Return where a prompt is from: held out, or trained on."""
    return WORDS["held_out" if one.last["held_out"] else "trained_on"]


def missing(run: Mapping[str, Any]) -> Text | None:
    """Return why a run has no answers, or no more of them, as its run.json says."""
    noted = run.get("samples")
    reason = noted.get("missing") if isinstance(noted, Mapping) else None
    if not isinstance(reason, Mapping):
        return None
    return text(str(reason.get("en", "")), str(reason.get("zh", "")))


def further(number: int) -> Text:
    """Return that there are so many prompts more."""
    prompts = "prompt" if number == 1 else "prompts"
    return text(f"{number} more {prompts}: see `--json`", f"另有 {number} 个提示，见 `--json`")


def shown(one: Asked) -> list[tuple[Text, str]]:
    """Return labels with their texts: the prompt, what the data says, the first and last answer."""
    lines = [(WORDS["prompt"], str(one.last["prompt"]))]
    if one.scored:
        for key, score, name in (
            ("completion", "reward", "chosen"),
            ("rejected", "rejected_reward", "rejected"),
        ):
            lines.append((_after(WORDS[name], _course(one, score)), str(one.last.get(key, ""))))
        return lines
    for key, name in (("reference", "reference"), ("rejected", "rejected")):
        if isinstance(one.last.get(key), str):
            lines.append((WORDS[name], one.last[key]))
    rows = (one.first, one.last) if one.changed else (one.last,)
    return lines + [(_label(row), row["completion"]) for row in rows]


def _label(row: Row) -> Text:
    label = text(f"step {row['step']}", f"第 {row['step']} 步")
    if margin := _figure(row, "margin"):
        word = WORDS["margin"]
        label = _after(label, text(f"{word['en']} {margin}", f"{word['zh']} {margin}"))
    if row.get("cut") is True:
        label = _after(label, WORDS["cut"])
    return label if row["completion"].strip() else _after(label, WORDS["nothing"])


def _course(one: Asked, name: str) -> Text:
    """Return a score at the first and at the last step."""
    values = [_figure(row, name) for row in ((one.first, one.last) if one.changed else (one.last,))]
    said = " → ".join(value for value in values if value)
    return text(said, said)


def _figure(row: Row, name: str) -> str:
    value = row.get(name)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return figure(float(value or 0)) if number else ""


def _after(label: Text, more: Text) -> Text:
    return text(*(f"{label[lang]} · {more[lang]}" for lang in ("en", "zh")))
