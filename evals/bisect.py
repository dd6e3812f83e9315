"""Which commit made a skill worse: a bisection that knows that answers vary."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from .arms import Arm
from .bisection import Bisection, Step, judged, looks_of, same_text, together
from .comparing import compare_arms
from .errors import EvalError
from .plan import AGENT, Plan, Settings
from .prepare import skill_digest
from .results import Comparison, Run

__all__ = ["Ask", "bisect"]

#: Asks what a plan asks, and returns what the replies show.
Ask = Callable[[Plan], Run]


def bisect(
    plan: Plan,
    good: Arm,
    commits: Sequence[str],
    arm_of_commit: Callable[[str], Arm],
    ask: Ask,
    *,
    most: int,
    told: Callable[[Step], None] = lambda _step: None,
) -> Bisection:
    """Find the first commit in which the skill is worse than ``good``.

    First the last commit is compared with ``good`` as the gate does; then only the models and
    languages in which it is worse are asked. A commit is bad if it is shown to be worse than
    ``good``, and good if the last one is shown to be worse than it. While neither is shown, the
    repeats are doubled; after ``most`` of them the commit goes to the side that its score is
    nearer to (the likelier one, if both are equally likely beforehand and the noise is the same),
    and the step is marked as uncertain. Where one commit brought the whole loss, alpha is the
    chance of an error in a step that a test decides; a little more where the loss was only just
    shown, for the replies of both ends, lucky ones among them, serve in all steps.

    Args:
        plan: cases, models, judges and settings; its arms play no part.
        good: the skill where it was good.
        commits: the candidates, the oldest first; the last one is the bad one.
        arm_of_commit: gives the skill in a commit, or raises EvalError.
        ask: carries a plan out; equal calls of several plans should be paid only once.
        most: the most repeats.
        told: is told of each step.

    Raises:
        EvalError: the last commit cannot be read, or has the same text as ``good``.
    """
    bad = arm_of_commit(commits[-1])
    if _same(plan, good, bad):
        raise EvalError(
            plan.path,
            f"its text is the same in `{good.name}` and `{bad.name}`: nothing can have made it "
            "worse",
            f"其文本在 `{good.name}` 与 `{bad.name}` 中完全相同：不存在使其变差的改动",
        )
    start, found = _begin(plan, good, bad, ask, most)
    told(start)
    whole = Bisection(good.detail, bad.detail, "invalid", start, tuple(commits))
    if start.verdict != "bad":
        needed = max((one.needed or 0 for one in found), default=0)
        outcome = "invalid" if start.verdict == "invalid" else "not-shown"
        return replace(whole, outcome=outcome, needed=needed or None)
    search = _Search(_where_worse(plan, found), good, bad, arm_of_commit, ask, most, told)
    suspects = search.run(commits)
    decided = [step for step in search.steps if step.verdict != "skipped"]
    return replace(
        whole,
        outcome="found" if suspects else "invalid",
        steps=tuple(search.steps),
        suspects=suspects,
        certain=bool(suspects) and all(step.certain for step in decided),
        models=tuple(model.id for model in search.plan.models),
        languages=search.plan.languages,
    )


def _begin(
    plan: Plan, good: Arm, bad: Arm, ask: Ask, most: int
) -> tuple[Step, tuple[Comparison, ...]]:
    """Compare the last commit with the good revision, by the gate that the settings ask for."""
    step = Step(bad.detail, "unknown", certain=False)
    gated: tuple[Comparison, ...] = ()
    for repeats, alpha in looks_of(plan.settings.repeats, most, plan.settings.alpha):
        asked = _with(plan, (good, bad), repeats=repeats, alpha=alpha)
        gated = tuple(one for one in _compared(asked, ask(asked), bad, good) if one.gated)
        worst = min(gated, key=lambda one: 1.0 if one.p_worse is None else one.p_worse)
        verdict = together({one.verdict for one in gated})
        step = Step(
            commit=bad.detail,
            verdict=verdict,
            certain=verdict != "unknown",
            repeats=repeats,
            cases=worst.cases,
            difference=worst.difference,
            p_worse=worst.p_worse_adjusted,
            why=worst.why,
        )
        if step.certain:
            break
    return step, gated


def _where_worse(plan: Plan, found: Sequence[Comparison]) -> Plan:
    """Narrow the plan to the models and languages with a regression, tested as one."""
    worse = [one for one in found if one.verdict == "regressed"]
    models = {model.id for model in plan.models}
    if all(one.model for one in worse):
        models = {one.model for one in worse}
    langs = set(plan.languages)
    if all(one.lang for one in worse):
        langs = {one.lang for one in worse}
    return replace(
        plan,
        models=tuple(model for model in plan.models if model.id in models),
        languages=tuple(lang for lang in plan.languages if lang in langs),
        cases=tuple(case for case in plan.cases if case.lang in langs),
        settings=replace(plan.settings, gate_by="all"),
    )


@dataclass
class _Search:
    """The search between a good and a bad revision; ``plan`` asks only where it is worse."""

    plan: Plan
    good: Arm
    bad: Arm
    arm_of_commit: Callable[[str], Arm]
    ask: Ask
    most: int
    told: Callable[[Step], None]
    steps: list[Step] = field(default_factory=list)

    def run(self, commits: Sequence[str]) -> tuple[str, ...]:
        """Return the commits one of which is the first bad one; none if a step is invalid."""
        low, high = -1, len(commits) - 1  # the good revision stands before the first
        skipped: set[int] = set()
        while left := [at for at in range(low + 1, high) if at not in skipped]:
            middle = min(left, key=lambda at: abs(2 * at - low - high))
            step = self._step(commits[middle])
            self.steps.append(step)
            self.told(step)
            match step.verdict:
                case "good":
                    low = middle
                case "bad":
                    high = middle
                case "skipped":
                    skipped.add(middle)
                case _:
                    return ()
        return tuple(commits[low + 1 : high + 1])

    def _step(self, commit: str) -> Step:
        try:
            arm = self.arm_of_commit(commit)
        except EvalError as error:
            why = {"en": error.en, "zh": error.zh}
            return Step(commit, "skipped", certain=False, why=why)
        for verdict, side in (("good", self.good), ("bad", self.bad)):
            if _same(self.plan, arm, side):
                return Step(commit, verdict, certain=True, why=same_text(side.name))
        return self._asked(arm)

    def _asked(self, arm: Arm) -> Step:
        step = Step(arm.detail, "invalid", certain=False)
        settings = self.plan.settings
        for repeats, alpha in looks_of(settings.repeats, self.most, settings.alpha):
            asked = _with(self.plan, (self.good, arm, self.bad), repeats=repeats, alpha=alpha)
            run = self.ask(asked)
            [behind], [ahead], [whole] = (
                [one for one in _compared(asked, run, *pair) if one.gated]
                for pair in ((arm, self.good), (self.bad, arm), (self.bad, self.good))
            )
            step = judged(arm.detail, repeats, behind, ahead, whole)
            if step.certain or step.verdict == "invalid":
                break
        return step


def _with(plan: Plan, arms: Sequence[Arm], *, repeats: int, alpha: float) -> Plan:
    settings: Settings = replace(plan.settings, repeats=repeats, alpha=alpha)
    return replace(plan, arms=tuple(arms), settings=settings)


def _compared(plan: Plan, run: Run, candidate: Arm, baseline: Arm) -> tuple[Comparison, ...]:
    return compare_arms(
        [(candidate.name, baseline.name)],
        run.samples,
        (),
        models=[model.id for model in plan.models],
        langs=plan.languages,
        settings=plan.settings,
    )


def _same(plan: Plan, one: Arm, other: Arm) -> bool:
    """Whether nothing that is asked can come out differently: agents get all of a skill's files."""
    if any(model.provider == AGENT for model in plan.models):
        return _files(one) == _files(other)
    langs = {case.lang for case in plan.cases}
    return all(one.digest(lang) == other.digest(lang) for lang in langs)


def _files(arm: Arm) -> str:
    return skill_digest(arm.skill) if arm.skill is not None else ""
