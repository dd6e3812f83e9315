"""Which sections of a skill earn their tokens: the skill with each of them left out, compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from polyskill.runtime.judge.stats.holm import benjamini_hochberg

from .across import settings_of
from .arms.ablated import without
from .comparing import Scope, compare
from .errors import EvalError
from .plan import AGENT, Plan, Settings
from .results import ArmInfo, Comparison, Estimate, Run

__all__ = ["SectionEffect", "effects", "with_variants"]


@dataclass(frozen=True)
class SectionEffect:
    """What a skill is without one of its sections.

    ``saved`` is the estimated tokens that go with the section, by language. ``difference`` is the
    score (0 to 1) without it less the score with it, ``p`` the one-sided exact p-value of a loss
    and ``p_adjusted`` that after Benjamini and Hochberg over the sections. ``verdict`` is "needed"
    (a loss is shown), "no-loss-shown" (a loss of the margin is ruled out), "cannot-tell", or
    "invalid" (nothing was compared, or too much is missing); ``why`` is the gate's reason for the
    two last.
    """

    arm: str
    title: str
    saved: Mapping[str, int]
    difference: Estimate
    p: float | None
    p_adjusted: float | None
    verdict: str
    cases: int = 0
    needed: int | None = None
    why: Mapping[str, str] = field(default_factory=dict)


def with_variants(plan: Plan) -> tuple[Plan, tuple[Mapping[str, str], ...]]:
    """Return the plan with an arm more for each section of its only arm, and notes for people.

    Raises:
        EvalError: the skill has no two sections in any of the languages, or an agent is asked.
    """
    agents = [model.id for model in plan.models if model.provider == AGENT]
    if agents:
        raise EvalError(
            agents[0],
            "an agent gets the skill's files, and sections are left out of its text: name a model",
            "智能体获得的是技能文件，而章节是从正文中去除的：请指定模型",
        )
    [whole] = plan.arms
    asked = {case.lang for case in plan.cases}
    found = without(whole, [lang for lang in plan.languages if lang in asked])
    if not found.arms:
        raise EvalError(
            plan.path,
            "it has no two headings of one level below its title, so there is no section to leave "
            "out",
            "其标题之下没有两个以上的同级标题，没有可去除的章节",
        )
    return replace(plan, arms=(whole, *found.arms)), found.notes


def effects(run: Run) -> tuple[SectionEffect, ...]:
    """Return what each section does, that which the skill loses most without first.

    Scores of all models and languages of a section go together, clustered by case. With so many
    sections some seem to matter by chance: the adjusted p bounds the share of such among those
    that are called needed (at the run's alpha), which is right for exploring, not for a gate.

    Raises:
        MissingLibrary: scipy is not installed.
    """
    [whole] = [one for one in run.arms if one.kind == "current"]
    variants = {one.name: one for one in run.arms if one.kind == "variant"}
    settings = settings_of(run)
    found = {name: _compared(run, one, whole, settings) for name, one in variants.items()}
    tested = [name for name, one in found.items() if one.p_worse is not None]
    adjusted = dict(
        zip(
            tested, benjamini_hochberg([found[name].p_worse or 0.0 for name in tested]), strict=True
        )
    )
    rows = [
        SectionEffect(
            arm=name,
            title=variants[name].detail,
            saved={
                lang: whole.tokens.get(lang, 0) - size
                for lang, size in variants[name].tokens.items()
            },
            difference=one.difference,
            p=one.p_worse,
            p_adjusted=adjusted.get(name),
            verdict=_verdict(one, adjusted.get(name), settings.alpha),
            cases=one.cases,
            needed=one.needed,
            why=one.why if one.verdict in ("underpowered", "invalid") else {},
        )
        for name, one in found.items()
    ]
    order = {name: at for at, name in enumerate(variants)}
    return tuple(sorted(rows, key=lambda row: (row.difference.value or 0.0, order[row.arm])))


def _compared(run: Run, variant: ArmInfo, whole: ArmInfo, settings: Settings) -> Comparison:
    """Compare in the languages that the variant has a text in."""
    here = [one for one in run.samples if one.lang in variant.tokens]
    ours = [one for one in here if one.arm == variant.name]
    theirs = [one for one in here if one.arm == whole.name]
    [found] = compare(variant.name, whole.name, [Scope("", "")], ours, theirs, settings)
    return found


def _verdict(one: Comparison, p: float | None, alpha: float) -> str:
    if one.verdict == "invalid" or p is None:
        return "invalid"
    if (one.difference.value or 0.0) < 0 and p <= alpha:
        return "needed"
    return "no-loss-shown" if one.verdict in ("no-regression", "improved") else "cannot-tell"
