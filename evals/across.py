"""One run against another: only what both asked and graded alike is compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .comparing import compare, scopes
from .errors import EvalError
from .plan import Settings
from .results import Comparison, Run, Sample

__all__ = ["Across", "compare_runs", "settings_of"]


@dataclass(frozen=True)
class Across:
    """What the comparison of two runs found; ``notes`` say what was left out, in both languages."""

    comparisons: tuple[Comparison, ...]
    notes: tuple[Mapping[str, str], ...] = ()


def settings_of(run: Run) -> Settings:
    """Return the settings that a run was made with."""
    known = Settings.__dataclass_fields__
    given = {key: value for key, value in run.settings.items() if key in known}
    if "judging" in given:
        given["judging"] = tuple(given["judging"])
    return Settings(**given)


def compare_runs(old: Run, new: Run, settings: Settings, *, arm: str = "") -> Across:
    """Compare an arm of ``new`` with the same arm of ``old``, by scores.

    ``arm`` is by default the skill as it was at the time ("current"), else the only arm with text.

    Raises:
        EvalError: the runs have nothing in common, or other judges graded them.
    """
    if old.skill != new.skill:
        raise EvalError(
            new.path,
            f"the runs are of different skills: `{old.skill}` and `{new.skill}`",
            f"两次运行针对不同的技能：`{old.skill}` 和 `{new.skill}`",
        )
    judges = [sorted(judge.id for judge in run.judges) for run in (old, new)]
    if judges[0] != judges[1]:
        named = [", ".join(one) or "–" for one in judges]
        raise EvalError(
            new.path,
            f"the runs were graded by different judges ({named[0]}; {named[1]}): their scores "
            "cannot be compared; `polyskill eval rejudge` grades one again",
            f"两次运行由不同的评判模型评分（{named[0]}；{named[1]}），得分不可比；"
            "`polyskill eval rejudge` 可重新评分",
        )
    name = _arm(old, new, arm)
    alike, notes = _alike(old, new)
    theirs = _chosen(old, name, alike)
    ours = _chosen(new, name, alike)
    models = [model.id for model in new.models if model.id in {one.id for one in old.models}]
    langs = [lang for lang in new.languages if lang in old.languages]
    if not models or not langs or not ours or not theirs:
        raise EvalError(
            new.path,
            "the runs have no case, language and model in common",
            "两次运行没有共同的用例、语言和模型",
        )
    places = scopes(models, langs, settings.gate_by)
    found = compare(f"{name} (new)", f"{name} (old)", places, ours, theirs, settings)
    return Across(found, tuple(notes))


def _arm(old: Run, new: Run, wanted: str) -> str:
    both = [one.name for one in new.arms if one.name in {other.name for other in old.arms}]
    if wanted:
        if wanted in both:
            return wanted
        raise EvalError(
            wanted,
            f"not an arm of both runs; these are: {', '.join(both) or '–'}",
            f"不是两次运行共有的对照组；共有的是：{'、'.join(both) or '–'}",
        )
    if "current" in both:
        return "current"
    textual = [one.name for one in new.arms if one.name in both and one.kind != "none"]
    if len(textual) == 1:
        return textual[0]
    raise EvalError(
        "--arm",
        f"name the arm to compare; both runs have: {', '.join(both) or '–'}",
        f"请指明要比较的对照组；两次运行共有：{'、'.join(both) or '–'}",
    )


def _alike(old: Run, new: Run) -> tuple[set[tuple[str, str]], list[Mapping[str, str]]]:
    """Return the (case, language) pairs that both runs asked and graded alike."""
    prompts = [{(one.case, one.lang): one.prompt for one in run.cases} for run in (old, new)]
    shared = prompts[0].keys() & prompts[1].keys()
    same = {place for place in shared if prompts[0][place] == prompts[1][place]}
    rubrics = [_rubrics(run) for run in (old, new)]
    graded = {
        place
        for place in same
        if rubrics[0].get(place, ()) == rubrics[1].get(place, rubrics[0].get(place, ()))
    }
    notes: list[Mapping[str, str]] = []
    for gone, en, zh in (
        (prompts[0].keys() ^ prompts[1].keys(), "are in one run only", "只在一次运行中出现"),
        (shared - same, "ask something else now", "的问题已改变"),
        (same - graded, "are graded by other criteria now", "的评判标准已改变"),
    ):
        if gone:
            listed = sorted({case for case, _ in gone})
            named = ", ".join(listed[:5]) + (" …" if len(listed) > 5 else "")
            notes.append(
                {"en": f"left out, for they {en}: {named}", "zh": f"未比较（{zh}）：{named}"}
            )
    return graded, notes


def _rubrics(run: Run) -> dict[tuple[str, str], tuple[object, ...]]:
    """Return by what each case was graded, from any sample that was."""
    found: dict[tuple[str, str], tuple[object, ...]] = {}
    for one in run.samples:
        if one.criteria or one.checks:
            asked = tuple((c.text, c.kind, c.weight) for c in one.criteria)
            found[one.case, one.lang] = (*asked, *((c.kind, c.label) for c in one.checks))
    return found


def _chosen(run: Run, arm: str, alike: set[tuple[str, str]]) -> Sequence[Sample]:
    return [one for one in run.samples if one.arm == arm and (one.case, one.lang) in alike]
