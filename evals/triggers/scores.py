"""From the rows of a journal to a report of triggers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import combinations, groupby
from typing import Any

from polyskill.runtime.judge.base import Outcome

from .choose import KIND, none_of
from .rates import difference, f1, rate
from .report import Chosen, Confusion, LanguageGap, Limits, Score, TriggerReport
from .verdict import alarms_of, judge

__all__ = ["read"]


def read(
    rows: Iterable[Mapping[str, Any]], names: Collection[str], limits: Limits | None = None
) -> TriggerReport:
    """Count the choices in the rows of a journal.

    Args:
        rows: one row of a reply for each key (:func:`polyskill.runtime.judge.engine.rows.replies`);
            those whose ``meta`` is not of a trigger eval are passed over.
        names: the names of the skills in the catalogue.
        limits: what to reach; default :class:`Limits`.

    A refusal chose no skill. Everything else that is no answer (and an answer that names none of
    the skills) is infrastructure: counted in ``outcomes``, in nobody's figures.
    """
    answers: list[Chosen] = []
    missing: Counter[tuple[str, str, str]] = Counter()
    outcomes: Counter[str] = Counter()
    none, known = none_of(names), frozenset(names)
    for row in rows:
        meta = row.get("meta") or {}
        if meta.get("kind") != KIND:
            continue
        outcome, answer = _answer(row, meta, known, none)
        outcomes[outcome.value] += 1
        if answer is None:
            missing[meta["model"], meta["lang"], meta["skill"]] += 1
        else:
            answers.append(answer)
    answers.sort(key=lambda one: (one.model, one.skill, one.case, one.lang, one.repeat))
    limits = limits or Limits()
    scores = tuple(_scores(answers, missing))
    alarms = tuple(alarms_of(answers, limits))
    verdict, why = judge(scores, alarms, limits, len(answers), missing.total())
    return TriggerReport(
        verdict,
        why,
        scores,
        tuple(_confusion(answers)),
        tuple(_gaps(answers)),
        alarms,
        tuple(one for one in answers if not one.right),
        dict(sorted(outcomes.items())),
        limits,
    )


def _answer(
    row: Mapping[str, Any], meta: Mapping[str, Any], known: frozenset[str], none: str
) -> tuple[Outcome, Chosen | None]:
    outcome = Outcome(row["outcome"])
    if outcome not in (Outcome.OK, Outcome.REFUSAL):
        return outcome, None
    data = row.get("data") or {}
    chosen = none if outcome is Outcome.REFUSAL else data.get("skill")
    if not isinstance(chosen, str) or (chosen != none and chosen not in known):
        return Outcome.MALFORMED, None
    return outcome, Chosen(
        meta["model"],
        meta["skill"],
        meta["case"],
        meta["lang"],
        meta["should"],
        meta["repeat"],
        None if chosen == none else chosen,
        str(data.get("reason", "")),
    )


def _scores(
    answers: Sequence[Chosen], missing: Mapping[tuple[str, str, str], int]
) -> Iterator[Score]:
    """Yield a row for each model, language and skill, and for all languages and skills of it."""
    places = {(one.model, one.lang, one.skill) for one in answers} | missing.keys()
    for model in sorted({model for model, _, _ in places}):
        mine = [one for one in answers if one.model == model]
        langs = sorted({lang for each, lang, _ in places if each == model})
        skills = sorted({skill for each, _, skill in places if each == model})
        for lang in ("", *langs) if len(langs) > 1 else langs:
            here = [one for one in mine if lang in ("", one.lang)]
            for skill in ("", *skills) if len(skills) > 1 else skills:
                lost = sum(
                    count
                    for (m, at, name), count in missing.items()
                    if m == model and lang in ("", at) and skill in ("", name)
                )
                yield _score(model, lang, skill, here, lost)


def _score(model: str, lang: str, skill: str, answers: Sequence[Chosen], missing: int) -> Score:
    own = [one for one in answers if skill in ("", one.skill)]
    hits = [one for one in own if one.should and one.right]
    misses = [one for one in own if one.should and not one.right]
    intrusions = [one for one in answers if _intrudes(one, skill)]
    rests = sum(not one.should and one.right for one in own)
    return Score(
        model,
        lang,
        skill,
        len(hits),
        len(misses),
        len(intrusions),
        rests,
        missing,
        rate(len(hits), len(hits) + len(misses), _cases([*hits, *misses])),
        rate(len(hits), len(hits) + len(intrusions), _cases([*hits, *intrusions])),
        f1(len(hits), len(intrusions), len(misses), _cases([*hits, *misses, *intrusions])),
    )


def _intrudes(one: Chosen, skill: str) -> bool:
    """Whether ``skill`` ("" = any) was chosen where it is known to be wrong."""
    if one.chosen is None or skill not in ("", one.chosen):
        return False
    return one.chosen != one.skill if one.should else one.chosen == one.skill


def _cases(answers: Iterable[Chosen]) -> int:
    return len({(one.skill, one.case) for one in answers})


def _confusion(answers: Iterable[Chosen]) -> Iterator[Confusion]:
    counts = Counter(
        (one.model, one.lang, one.skill, one.should, one.chosen or "") for one in answers
    )
    for (model, lang, skill, should, chosen), count in sorted(counts.items()):
        yield Confusion(model, lang, skill, should, chosen, count)


def _gaps(answers: Sequence[Chosen]) -> Iterator[LanguageGap]:
    for model, group in groupby(answers, key=lambda one: one.model):
        recalls: dict[str, dict[tuple[str, str], list[float]]] = {}
        for one in group:
            if one.should:
                of_lang = recalls.setdefault(one.lang, {})
                of_lang.setdefault((one.skill, one.case), []).append(float(one.right))
        for first, second in combinations(sorted(recalls), 2):
            both = sorted(recalls[first].keys() & recalls[second].keys())
            one_side, other = (
                [sum(recalls[lang][case]) / len(recalls[lang][case]) for case in both]
                for lang in (first, second)
            )
            yield LanguageGap(model, first, second, difference(one_side, other))
