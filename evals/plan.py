"""What a run is to do: every cell of case × arm × model × language × repeat, and its grading."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from polyskill.runtime.judge.base import Call, Message, Model, Request
from polyskill.runtime.judge.engine.key import cell_key, request_digest

from .arms import Arm
from .cases import EvalCase
from .data import build

__all__ = [
    "AGENT",
    "Cell",
    "Plan",
    "PlanError",
    "Settings",
    "place_key",
    "plan_from_json",
    "plan_to_json",
]

SCHEMA = 1
_DRAWS = 1_000_000  # more than anyone repeats: keeps the draws of twin arms apart


#: The provider of a model that is an agent, as :mod:`.agents` opens it.
AGENT = "agent"


def place_key(arm: str, model: str, lang: str) -> str:
    """Return what :attr:`Plan.places` calls the project of an agent under an arm."""
    return f"{arm}|{model}|{lang}"


class PlanError(ValueError):
    """A stored plan that cannot be read."""


@dataclass(frozen=True)
class Settings:
    """How to ask and how to judge.

    ``repeats`` is how often each cell is asked; ``max_tokens`` the longest answer; ``references``
    whether the arms hold the skill's reference files. ``judging`` holds "rubric" and "pairwise".
    ``margin`` is the largest loss of score (0 to 1) that does not matter, ``alpha`` the chance of
    a false alarm over the whole gate, ``max_missing`` the share of cells that may stay ungraded,
    ``metric`` what the gate looks at ("score" or "pairwise"), ``gate_by`` its tests: one for
    "each" model and language, one a "model", or one for "all".
    """

    repeats: int = 1
    max_tokens: int = 4096
    references: bool = False
    judging: tuple[str, ...] = ("rubric", "pairwise")
    margin: float = 0.1
    alpha: float = 0.05
    max_missing: float = 0.1
    metric: str = "score"
    gate_by: str = "each"


@dataclass(frozen=True, slots=True)
class Cell:
    """One question to one model under one arm, for the ``repeat``-th time."""

    case: EvalCase
    arm: Arm
    model: Model
    repeat: int

    @property
    def place(self) -> str:
        """What :attr:`Plan.places` calls the project of this cell."""
        return place_key(self.arm.name, self.model.id, self.case.lang)

    @property
    def coordinates(self) -> dict[str, Any]:
        """Where the cell stands: what a journal row and a sample carry."""
        return {
            "case": self.case.id,
            "lang": self.case.lang,
            "arm": self.arm.name,
            "model": self.model.id,
            "repeat": self.repeat,
        }


@dataclass(frozen=True)
class Plan:
    """Everything that decides what a run asks: with the journal, all that a report needs.

    ``digest`` is that of the skill's files, ``created`` an ISO 8601 time in UTC, ``polyskill`` the
    version that made the plan. ``places`` names for each (arm, agent, language) the project that
    the agent is put into, by its digest; see :mod:`.workplaces`.
    """

    skill: str
    path: str
    digest: str
    created: str
    polyskill: str
    arms: tuple[Arm, ...]
    models: tuple[Model, ...]
    judges: tuple[Model, ...]
    languages: tuple[str, ...]
    cases: tuple[EvalCase, ...]
    settings: Settings = Settings()
    places: Mapping[str, str] = field(default_factory=dict)
    recorded_by: str = ""
    stale: tuple[str, ...] = ()
    schema: int = field(default=SCHEMA)

    def cells(self) -> Iterator[Cell]:
        """Yield the cells; those that are compared with each other stand next to each other.

        So a run that is cut short has whole pairs.
        """
        for repeat in range(self.settings.repeats):
            for case in self.cases:
                for model in self.models:
                    for arm in self.arms:
                        cell = Cell(case, arm, model, repeat)
                        if case.lang in arm.texts and (
                            model.provider != AGENT or cell.place in self.places
                        ):
                            yield cell

    def answer_call(self, cell: Cell) -> Call:
        """Return the call that fills a cell.

        Arms with the same text share their answers, unless they are told apart by ``draws``.
        """
        request = self._request(cell)
        key = cell_key(
            kind="answer",
            request=request_digest(request, cell.model),
            artefact=cell.arm.digest(cell.case.lang),
            repeat=cell.repeat + _DRAWS * cell.arm.draws,
        )
        return Call(key, cell.model, request, {"kind": "answer", **cell.coordinates})

    def _request(self, cell: Cell) -> Request:
        asked = (Message("user", cell.case.prompt),)
        if cell.model.provider == AGENT:
            return Request(asked, system=self.places[cell.place])
        system = cell.arm.texts[cell.case.lang]
        return Request(
            asked, system=system, max_tokens=self.settings.max_tokens, cacheable=bool(system)
        )

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The arms to compare, as (candidate, baseline).

        The skill as it is against each earlier version and against nothing; every other form of it
        (a platform's, a variant) against the skill as it is, else against the first arm.
        """
        names = [arm.name for arm in self.arms]
        by_kind = {
            kind: [arm.name for arm in self.arms if arm.kind == kind]
            for kind in ("current", "previous", "none", "platform", "variant")
        }
        main = (by_kind["current"] or by_kind["previous"])[:1]
        earlier = by_kind["previous"] if by_kind["current"] else []
        found = [(one, other) for one in main for other in (*earlier, *by_kind["none"])]
        for one in (*by_kind["platform"], *by_kind["variant"]):
            found.append((one, main[0] if main else names[0]))
        return tuple(pair for pair in dict.fromkeys(found) if pair[0] != pair[1])

    def same_text(self, candidate: str, baseline: str) -> bool:
        """Return whether two arms give the same text in every language of both."""
        one, other = (
            next(a for a in self.arms if a.name == name) for name in (candidate, baseline)
        )
        shared = [lang for lang in self.languages if lang in one.texts and lang in other.texts]
        return one.draws == other.draws and all(
            one.digest(lang) == other.digest(lang) for lang in shared
        )


def plan_to_json(plan: Plan) -> dict[str, Any]:
    """Return plain JSON data."""
    return asdict(replace(plan, arms=tuple(replace(arm, skill=None) for arm in plan.arms)))


def plan_from_json(data: object) -> Plan:
    """Read what :func:`plan_to_json` gave.

    Raises:
        PlanError: it is no plan, or one of a newer polyskill.
    """
    if not isinstance(data, Mapping) or "arms" not in data or "cases" not in data:
        msg = "this is not the plan of an eval run"
        raise PlanError(msg)
    schema = data.get("schema", SCHEMA)
    if not isinstance(schema, int) or schema > SCHEMA:
        msg = f"schema {schema} is newer than this polyskill reads ({SCHEMA})"
        raise PlanError(msg)
    try:
        plan = build(Plan, data)
    except (TypeError, KeyError, AttributeError, ValueError) as error:
        msg = f"the plan is damaged: {error}"
        raise PlanError(msg) from error
    assert isinstance(plan, Plan)
    return plan
