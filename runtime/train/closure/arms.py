"""What is asked of whom: the base without and with the skill, and the student without it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...judge.answers import Entry
from ...judge.base import Message
from ...judge.rubric import Item
from ..compare.prompts import Prompt
from ..rewards.cases import SkillCase

__all__ = ["ARMS", "BASE", "STUDENT", "TAUGHT", "criteria", "key_of", "prompts_of", "shown"]

BASE, TAUGHT, STUDENT = "base", "taught", "student"
ARMS = (BASE, TAUGHT, STUDENT)
_SHOWN = {
    "en": "The answer takes over the form, the steps, the terms or the subject that the guidance "
    "prescribes, beyond what anyone would write who answers this question without knowing it.",
    "zh": "该回答采用了指引所规定的形式、步骤、术语或主题，"
    "而不知道这份指引的人回答这个问题时不会这样写。",
}
_LABELS = {"en": ("guidance", "question"), "zh": ("指引", "问题")}


def key_of(arm: str, case: SkillCase) -> str:
    """Return the id of what an arm answers to a case."""
    return f"{arm}/{'outside' if case.outside else 'case'}/{case.id}/{case.lang}"


def prompts_of(
    arm: str, cases: Sequence[SkillCase], texts: Mapping[str, str]
) -> tuple[Prompt, ...]:
    """Return what an arm is asked; only ``TAUGHT`` has the skill (``texts``) before it."""
    return tuple(
        Prompt(
            key_of(arm, case),
            (Message("user", case.prompt),),
            texts[case.lang] if arm == TAUGHT else "",
            lang=case.lang,
        )
        for case in cases
    )


def criteria(arm: str, case: SkillCase, answer: str) -> Entry:
    """Return what a judge is asked of an answer: the criteria of its case, and not whose it is."""
    items = tuple(
        Item(item.text, "must_not" if item.fault else "must", item.weight) for item in case.items
    )
    return Entry(
        key_of(arm, case),
        case.prompt,
        answer,
        items=items,
        reference=case.reference,
        lang=case.lang,
        cluster=case.id,
    )


def shown(arm: str, case: SkillCase, answer: str, text: str) -> Entry:
    """Return what a judge is asked of an answer outside of the skill: does the skill show in it?

    The score of that entry is 1 where it does.
    """
    guidance, question = _LABELS[case.lang]
    return Entry(
        key_of(arm, case),
        f"[{guidance}]\n{text}\n\n[{question}]\n{case.prompt}",
        answer,
        items=(Item(_SHOWN[case.lang]),),
        lang=case.lang,
        cluster=case.id,
    )
