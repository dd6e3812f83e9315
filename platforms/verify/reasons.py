"""Why a skill did not arrive, as far as it can be told, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterable

from polyskill.compiler.checks.printable import printable
from polyskill.compiler.codes.verify import (
    BODY_NOT_LOADED,
    CLIENT_SAYS,
    DESCRIPTION_CUT,
    FILE_REFUSED,
    INSTRUCTIONS_MISSING,
    LISTED_TWICE,
    NOT_IN_THE_LIST,
    READ_ELSEWHERE,
)
from polyskill.compiler.diagnostics import Code, Diagnostic
from polyskill.compiler.localized import Lang

from ..clients import Client
from .faults import faults
from .files import SKILL_FILE
from .judge import Judged
from .model import Expected, Status
from .recipes import Recipe
from .text import flat

__all__ = ["elsewhere", "nothing_there", "reasons", "spoken"]

_COMPLAINT = re.compile(
    r"error|warn|fail|skip|invalid|must|missing|cannot|unable|conflict|duplicate|exceed|ignor|✗|⚠",
    re.IGNORECASE,
)
_ESCAPE = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")  # colours
_MAX_SAID = 300  # characters of a client's own words


def spoken(findings: Iterable[Diagnostic]) -> tuple[str, str]:
    """Return the messages of findings as one text in English and one in Chinese."""
    found = list(findings)
    return (
        "; ".join(each.message(Lang.EN) for each in found),
        "；".join(each.message(Lang.ZH) for each in found),
    )


def _ticked(places: Iterable[str]) -> str:
    """Return places as a list in back-ticks; a dash if there are none."""
    return ", ".join(f"`{printable(place)}`" for place in places) or "–"


def _reads(client: Client) -> str:
    user = (f"~/{place}" for place in client.user.skills)
    return _ticked([*client.project.skills, *user])


def nothing_there(client: Client) -> tuple[str, str]:
    """Return in both languages that a client finds neither skills nor instructions."""
    folders = _reads(client)
    return f"nothing to verify in {folders}", f"{folders} 中没有可验证的内容"


def elsewhere(expected: Expected, client: Client) -> Diagnostic:
    """Return the finding for a skill that lies in no folder which ``client`` reads."""
    places = _ticked(expected.copies)
    args = {
        "client": client.title,
        "id": client.id,
        "skill": printable(expected.skill),
        "places_en": places if expected.copies else "no folder of any assistant here",
        "places_zh": places if expected.copies else "此处任何助手的文件夹之外",
        "folders": _reads(client),
    }
    return Diagnostic(READ_ELSEWHERE, "", args=args)


def reasons(
    expected: Expected,
    judged: Judged,
    recipe: Recipe,
    client: Client,
    said: str,
    answered: tuple[str, str] = ("", ""),
) -> list[Diagnostic]:
    """Return what there is to say about one skill.

    ``said`` is all that the client printed; ``answered`` are the results of the calls that asked
    for the body and for the reference.
    """
    found: list[Diagnostic] = []

    def add(code: Code, **args: object) -> None:
        found.append(Diagnostic(code, "", args={"client": client.title, **args}))

    places = _ticked(expected.copies)
    if judged.status is Status.NOT_SEEN and expected.skill:
        if not expected.read:
            found.append(elsewhere(expected, client))
        elif expected.file is not None:
            for fault in faults(expected.file, recipe):
                add(FILE_REFUSED, fault_en=fault.en, fault_zh=fault.zh)
            words = complaints(said, expected)
            if words:
                add(CLIENT_SAYS, said=words)
            if not found:
                add(NOT_IN_THE_LIST, places=places)
    else:
        answer = ""
        if judged.copies > 1:
            add(LISTED_TWICE, copies=judged.copies, places=places)
        if judged.description is False:
            add(DESCRIPTION_CUT, shown=judged.shown, length=len(expected.description))
        if judged.body is False:
            line = printable(expected.body[:60])
            add(BODY_NOT_LOADED, part=SKILL_FILE, line=line, places=places)
            answer = answered[0]
        elif judged.reference is False and expected.reference is not None:
            part, line = map(printable, expected.reference)
            add(BODY_NOT_LOADED, part=part, line=line[:60], places=places)
            answer = answered[1]
        if answer:
            add(CLIENT_SAYS, said=printable(flat(answer))[:_MAX_SAID])
    if judged.missing:
        add(INSTRUCTIONS_MISSING, line=printable(judged.missing[0][:60]))
    return found


def complaints(said: str, expected: Expected) -> str:
    """Return what a client printed about this skill's file, on one line; empty if nothing."""
    folder = expected.file.parent.name if expected.file is not None else expected.skill
    name = re.compile(rf"(?<![\w-])(?:{re.escape(expected.skill)}|{re.escape(folder)})(?![\w-])")
    lines = [_ESCAPE.sub("", line).strip() for line in said.splitlines()]
    kept: list[str] = []
    for number, line in enumerate(lines):
        if not name.search(line):
            continue
        block = line
        if not _COMPLAINT.search(line):  # the reason may stand on the next line
            block += " " + (lines[number + 1] if number + 1 < len(lines) else "")
        if _COMPLAINT.search(block) and block not in kept and len(block) < 2000:
            kept.append(block)
    return printable(" ".join(kept))[:_MAX_SAID].strip()
