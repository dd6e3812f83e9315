"""First test cases out of a skill's own prose; whatever they say, the skill says.

Dialogues give inputs, with the steps of their scenario and the skill's checklists as criteria,
word for word; tests in prose are taken as they are; trigger phrases become cases of triggering.
What a good answer holds beyond that, nobody has said yet: a person has to, and is told so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from polyskill.compiler.codes.evaluation import DRAFT_INCOMPLETE
from polyskill.compiler.diagnostics import Diagnostic
from polyskill.compiler.evals.fields import plain_text
from polyskill.compiler.extract.drafts import slug
from polyskill.compiler.localized import Lang, Text
from polyskill.compiler.model import (
    Content,
    Criterion,
    CriterionKind,
    Dialogue,
    Skill,
    TestCase,
    Trigger,
)

__all__ = ["Draft", "draft_cases"]

_HAN = re.compile("[\u3400-\u9fff]")
_WORDS, _CHARACTERS = 3, 6  # a shorter phrase (in English, in Chinese) is a topic, no request
_LONGEST_ID = 40
_PLAIN = frozenset(
    {
        "example",
        "examples",
        "example dialogue",
        "dialogue",
        "sample",
        "示例",
        "例子",
        "对话",
        "示例对话",
    }
)


@dataclass(frozen=True)
class Draft:
    """Cases that do not stand in the skill's eval file yet, and what they still need."""

    cases: tuple[TestCase, ...] = ()
    findings: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class _Scene:
    """A dialogue with the steps that its scenario asks for."""

    dialogue: Dialogue
    steps: tuple[str, ...]


def draft_cases(skill: Skill) -> Draft:
    """Return drafts of cases; ids that the skill's eval files have are not among them."""
    drafter = _Drafter(skill)
    cases = tuple(drafter.cases())
    return Draft(cases, tuple(drafter.needs(cases)))


class _Drafter:
    def __init__(self, skill: Skill) -> None:
        self.skill = skill
        self.here = replace(skill, translation=None).content
        self.there = _translated(skill)
        self.taken = {case.id for case in skill.tests}
        self.inputs = {case.input.en or case.input.zh for case in skill.tests}

    def cases(self) -> Iterator[TestCase]:
        """Yield the drafts: tests in prose, dialogues, triggers."""
        for test in self.here.tests:
            if test.id not in self.taken:
                self.taken.add(test.id)
                yield replace(test, extra={**test.extra, "notes": _note("a test", test.line)})
        yield from self._dialogues()
        yield from self._triggers()

    def _dialogues(self) -> Iterator[TestCase]:
        scenes, others = _scenes(self.here), _scenes(self.there)
        if len(scenes) != len(others):
            others = []
        checklist = _paired(_checklist(self.here), _checklist(self.there))
        for at, scene in enumerate(scenes):
            other = others[at] if others else None
            asked = _turn(scene, "user")
            if not asked:
                continue
            given = _merged(asked, _turn(other, "user") if other else "")
            steps = _paired(
                [plain_text(step) for step in scene.steps],
                [plain_text(step) for step in other.steps] if other else [],
            )
            wanted = [Criterion(text, CriterionKind.SHOULD) for text in (*steps, *checklist)]
            line = self._line(scene.dialogue)
            yield from self._new(
                TestCase(
                    id="dialogue",
                    title=scene.dialogue.title if _names(scene.dialogue.title) else Text(),
                    input=given,
                    criteria=tuple(dict.fromkeys(wanted)),
                    trigger="should",
                    expected=_turn(scene, "assistant"),
                    extra={"notes": _note("an example dialogue", line)},
                )
            )

    def _triggers(self) -> Iterator[TestCase]:
        here = self.here.triggers
        there = [trigger.text for trigger in self.there.triggers]
        texts = _paired([trigger.text for trigger in here], there)
        listed = [*self.skill.triggers, *here]
        texts = [*(trigger.text for trigger in self.skill.triggers), *texts]
        for text, trigger in zip(texts, listed, strict=True):
            if _request(text):
                line = self._line(trigger)
                note = _note(f"a trigger ({trigger.origin})", line)
                yield from self._new(
                    TestCase("trigger", Text(), text, trigger="should", extra={"notes": note})
                )

    def _new(self, case: TestCase) -> Iterator[TestCase]:
        """Yield a case with an id of its own, unless something asks the same already."""
        asked = case.input.en or case.input.zh
        if asked in self.inputs:
            return
        self.inputs.add(asked)
        words = slug(Text(en=case.input.en)) if case.input.en else ""
        if len(words) > _LONGEST_ID:
            words = words[:_LONGEST_ID].rpartition("-")[0]
        stem = f"{case.id}-{words}" if words else case.id
        name, at = stem, 2
        while name in self.taken:
            name, at = f"{stem}-{at}", at + 1
        self.taken.add(name)
        yield replace(case, id=name)

    def _line(self, part: Dialogue | Trigger) -> int:
        if self.skill.main is None or part.span is None:
            return 0
        return self.skill.main.source.position(part.span.start).line

    def needs(self, cases: Sequence[TestCase]) -> Iterator[Diagnostic]:
        """Yield what a person has to add."""
        for case in cases:
            if not case.form and not case.criteria and not case.expected:  # of triggering alone
                continue
            parts = [("a good and a flawed reference answer", "好的和有缺陷的参考答案各一个")]
            if case.criteria and not case.form:
                parts.append(
                    (
                        "criteria in words of their own (the skill's words are in the prompt), with"
                        " those that are a `must` marked",
                        "用自己的话重写判据（技能原文会出现在提示语中），并标出哪些是 `must`",
                    )
                )
            elif not case.criteria:
                parts.append(("criteria", "判据"))
            for lang, name, name_zh in (("en", "English", "英文"), ("zh", "Chinese", "中文")):
                if not case.input.get(Lang(lang)):
                    parts.append((f"{name} texts", f"{name_zh}文本"))
            yield self._need(case.id, parts)
        if cases and not any(case.trigger == "should_not" for case in (*cases, *self.skill.tests)):
            yield self._need(
                self.skill.name,
                [("cases that should not trigger the skill", "不应触发本技能的用例")],
            )

    def _need(self, case: str, parts: Sequence[tuple[str, str]]) -> Diagnostic:
        args = {
            "case": case,
            "what": "; ".join(en for en, _ in parts),
            "what_zh": "；".join(zh for _, zh in parts),
        }
        return Diagnostic(DRAFT_INCOMPLETE, self.skill.path, args=args, skill=self.skill.name)


def _translated(skill: Skill) -> Content:
    """Return what the Chinese text of a skill in two files says."""
    if skill.translation is None:
        return Content()
    return replace(skill, main=skill.translation, translation=None).content


def _scenes(content: Content) -> list[_Scene]:
    """Return the dialogues in order, each with its scenario's steps.

    A scenario may have its steps and its example under headings of their own: what is headed as an
    example, and nothing more, belongs to the part before it.
    """
    found: dict[tuple[int, int], _Scene] = {}
    steps: tuple[str, ...] = ()
    for scenario in content.scenarios:
        if scenario.steps or _names(scenario.title):
            steps = scenario.steps
        for dialogue in scenario.dialogues:
            found[_place(dialogue)] = _Scene(dialogue, steps)
    for dialogue in content.dialogues:
        found.setdefault(_place(dialogue), _Scene(dialogue, ()))
    return [found[place] for place in sorted(found)]


def _place(dialogue: Dialogue) -> tuple[int, int]:
    return dialogue.span.start, dialogue.span.end


def _turn(scene: _Scene, speaker: str) -> str:
    """Return the first thing that somebody says."""
    turns = (turn.text.strip() for turn in scene.dialogue.turns if turn.speaker == speaker)
    return next(filter(None, turns), "")


def _checklist(content: Content) -> list[Text]:
    return [item.text for checklist in content.checklists for item in checklist.items if item.text]


def _paired(here: Sequence[Text], there: Sequence[Text]) -> list[Text]:
    """Return texts with their translations, where both languages have as many."""
    if len(here) != len(there):
        return list(here)
    return [
        Text(one.en or other.en, one.zh or other.zh) for one, other in zip(here, there, strict=True)
    ]


def _merged(here: str, there: str) -> Text:
    one, other = plain_text(here), plain_text(there) if there else Text()
    return Text(one.en or other.en, one.zh or other.zh)


def _names(title: Text) -> bool:
    """Return whether a heading says more than that an example follows."""
    words = (title.en or "").strip().lower(), (title.zh or "").strip()
    return bool(title) and words[0] not in _PLAIN and words[1] not in _PLAIN


def _request(text: Text) -> bool:
    """Return whether a trigger phrase is long enough to be what somebody asks."""
    return any(_long(words) for words in (text.en, text.zh) if words)


def _long(words: str) -> bool:
    return len(words.split()) >= _WORDS or len(_HAN.findall(words)) >= _CHARACTERS


def _note(origin: str, line: int) -> str:
    where = f", line {line}" if line else ""
    return f"drafted from {origin} in the skill{where}; review it"
