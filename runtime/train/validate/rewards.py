"""The rewards of a run, tried on a few answers before any is generated."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import TrainError
from ..examples import Example
from ..sections import Run
from .finding import Report
from .texts import asked, flat

if TYPE_CHECKING:
    from ..rewards.base import Sample

__all__ = ["check_rewards"]

_ROWS = 4
_ASKING = ("rubric", "skill")


def check_rewards(run: Run, examples: Sequence[Example], report: Report) -> None:
    """Grade right, wrong and empty answers to the first rows; say where all earn the same.

    A reward that asks a model is made but not asked: that costs money, or needs the policy.
    """
    for index, spec in enumerate(run.method_options["rewards"]):
        where = f"{run.method}.rewards.{index}"
        kind = spec.name.partition(":")[0]
        if kind in _ASKING and not spec.options.get("checks_only"):
            report.advice(
                "reward",
                where,
                f"`{spec.name}` asks a model and is not tried here",
                f"`{spec.name}` 需要询问模型，此处不试运行",
            )
            continue
        _try(spec.name, dict(spec.options), where, examples[:_ROWS], report)
    if examples and all(spec.weight == 0 for spec in run.method_options["rewards"]):
        report.error(
            "reward",
            f"{run.method}.rewards",
            "all weights are 0: every answer earns the same",
            "所有权重均为 0：每个回答得分相同",
        )


def _try(
    name: str, options: dict[str, object], where: str, rows: Sequence[Example], report: Report
) -> None:
    from ..rewards.make import Makings, make_reward  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        try:
            reward = make_reward(name, options, Makings(Path(folder)))
            grades = [reward.grade(_answers(rows, at)) for at in range(len(rows))]
        except TrainError as error:
            report.error("reward", where, error.en, error.zh)
            return
    known = [grade.value for row in grades for grade in row if grade.value is not None]
    report.facts.setdefault("rewards", {})[name] = known
    failed = [grade for row in grades for grade in row if grade.value is None]
    if failed and not known:
        report.error(
            "reward",
            where,
            f"`{name}` could grade none of {len(failed)} answers: {failed[0].why}; such samples "
            "are left out of training",
            f"`{name}` 无法为 {len(failed)} 个回答评分：{failed[0].why}；这些样本不会参与训练",
        )
    elif known and len(set(known)) == 1:
        report.warning(
            "reward",
            where,
            f"`{name}` gives {known[0]:g} to right, wrong and empty answers alike: where a group "
            "earns the same, nothing is learnt; look at its options and columns",
            f"`{name}` 对正确、错误和空的回答都给出 {known[0]:g}：组内得分相同则学不到东西；"
            "请检查其选项和所用的列",
        )


def _answers(rows: Sequence[Example], at: int) -> list[Sample]:
    """Return answers to a row: its own, where it is known, another row's, none, and a long one."""
    from ..rewards.base import Sample  # noqa: PLC0415

    row = rows[at]
    own, other = _truth(row), _truth(rows[(at + 1) % len(rows)])
    prompt = asked(row)
    columns = {key: value for key, value in row.columns.items() if key != "prompt"}
    tried = [own, f"The answer is {own}", other, "", "I do not know. " * 200]
    return [Sample(prompt, answer, columns, len(answer.split())) for answer in tried]


def _truth(row: Example) -> str:
    for name in ("completion", "answer", "reference", "solution"):
        value = row.get(name)
        if value is not None:
            return flat(value) or str(value)
    return ""
