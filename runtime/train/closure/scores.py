"""What answers are worth by their case, and whether the skill shows where it should not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product

from ...judge.answers import Answers, Entry
from ...judge.base import Model
from ...judge.engine.journal import Journal
from ...judge.engine.progress import Progress
from ...judge.providers import Provider
from ...judge.verdicts import Verdict, judge_answers
from ..rewards.cases import SkillCase
from ..rewards.checked import run_checks
from .arms import ARMS, criteria, key_of, shown
from .scope import Scope

__all__ = ["Judge", "Scores", "scores_of"]


@dataclass(frozen=True)
class Judge:
    """Who judges, and what opens its provider; ``budget`` is what is left, in US dollars."""

    model: Model
    opened: Callable[[Model], Provider]
    budget: float | None
    concurrency: int
    show: Callable[[Progress], None]


@dataclass(frozen=True)
class Scores:
    """By the key of an answer (:func:`.arms.key_of`); ``None`` where it could not be graded."""

    values: Mapping[str, float | None]
    cost: float = 0.0
    stopped: str = ""


def scores_of(
    scope: Scope,
    texts: Mapping[str, str],
    answers: Mapping[str, str],
    judge: Judge | None,
    journal: Journal,
) -> Scores:
    """Grade the answers of all arms (``answers``, by their key); ``texts`` are the skill's.

    An answer is worth the weighted share of the criteria and checks of its case that it passes, a
    check weighing 1, as in ``polyskill eval``; outside of the skill it is 1 where the skill shows.
    An empty answer is worth 0, and shows nothing.

    Raises:
        BudgetUnknown: a budget is set, and the judge has no price.
        JournalError: the journal cannot be written.
        MissingLibrary: the judge's library is not installed.
    """
    entries = _entries(scope, texts, answers) if judge else []
    verdicts: dict[str, Verdict] = {}
    cost, stopped = 0.0, ""
    if judge and entries:
        judged = judge_answers(
            Answers(tuple(entries), pairs=False),
            judge.model,
            journal,
            judge.opened,
            budget=judge.budget,
            concurrency=judge.concurrency,
            on_progress=judge.show,
        )
        verdicts = {one.entry.id: one for one in judged.verdicts}
        cost, stopped = judged.cost, judged.stopped
    values: dict[str, float | None] = {}
    for arm, case in product(ARMS, scope.cases):
        key = key_of(arm, case)
        values[key] = _worth(case, answers.get(key), verdicts.get(key), judged=judge is not None)
    for arm, case in product(ARMS, scope.outside if judge else ()):
        key = key_of(arm, case)
        found = verdicts.get(key)
        empty = key in answers and not answers[key].strip()
        values[key] = 0.0 if empty else found.score if found else None
    return Scores(values, cost, stopped)


def _entries(scope: Scope, texts: Mapping[str, str], answers: Mapping[str, str]) -> list[Entry]:
    made: list[Entry] = []
    for arm, case in product(ARMS, (*scope.cases, *scope.outside)):
        answer = answers.get(key_of(arm, case), "")
        if not answer.strip():
            continue
        if case.outside:
            made.append(shown(arm, case, answer, texts[case.lang]))
        elif case.items:
            made.append(criteria(arm, case, answer))
    return made


def _worth(
    case: SkillCase, answer: str | None, verdict: Verdict | None, *, judged: bool
) -> float | None:
    if answer is None:
        return None
    if not answer.strip():
        return 0.0
    total, reached, why = run_checks(case, answer)
    if why:
        return None
    if judged and case.items:
        if verdict is None or verdict.score is None:
            return None
        weight = sum(item.weight for item in case.items)
        total, reached = total + weight, reached + weight * verdict.score
    return reached / total if total else None
