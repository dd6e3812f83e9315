"""What a student is measured by: the skill's cases, less those that it was trained on."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..compare.subjects import Subject
from ..data import read_examples
from ..errors import TrainError
from ..problems import DataError
from ..record import RUN, read_run
from ..rewards.cases import SkillCase, read_cases, read_outside
from ..rewards.checked import has_checks
from ..sections import DataSection
from ..skill_weights import is_recording, recorded_pairs
from ..validate.overlap import NEAR, shingles
from ..validate.texts import asked

__all__ = ["Scope", "read_scope", "trained_on"]


@dataclass(frozen=True)
class Scope:
    """``cases`` have something to grade; ``outside`` are those that the skill is not for.

    ``seen`` are cases that are left out, as the student was trained on their question; ``near``
    are those of ``cases`` with a question in the training data that is nearly theirs.
    """

    cases: tuple[SkillCase, ...]
    outside: tuple[SkillCase, ...] = ()
    seen: tuple[SkillCase, ...] = ()
    near: tuple[SkillCase, ...] = ()


def read_scope(
    folder: Path, questions: Collection[str], languages: Collection[str], *, judged: bool
) -> Scope:
    """Return the cases of a skill that can measure a student that was trained on ``questions``.

    Near is a question with :data:`..validate.overlap.NEAR` of a case's 5-word sequences. Without a
    judge only cases with checks can be graded.

    Raises:
        RewardError: the cases cannot be read, or none can be graded.
        TrainError: no case is left.
    """
    cases = [
        case
        for case in read_cases(folder)
        if case.lang in languages
        and not case.outside
        and ((judged and case.items) or has_checks(case))
    ]
    if not cases:
        why = "" if judged else " without a judge: they have no checks"
        why_zh = "" if judged else "（没有评判模型，而用例没有检查）"
        raise TrainError(
            f"{folder}: no case can be graded in {', '.join(sorted(languages))}{why}",
            f"{folder}：没有可评分的 {'、'.join(sorted(languages))} 用例{why_zh}",
        )
    exact = {question.strip().casefold() for question in questions}
    left = tuple(case for case in cases if case.prompt.strip().casefold() not in exact)
    if not left:
        raise TrainError(
            f"the student was trained on every case of {folder}: what it answers there shows its "
            "memory, not what it learnt; keep some cases out of the training data",
            f"学生模型训练时用过 {folder} 的全部用例：其回答只反映记忆；请在训练数据中留出一些用例",
        )
    return Scope(
        left,
        tuple(case for case in read_outside(folder) if case.lang in languages),
        tuple(case for case in cases if case not in left),
        _near(left, questions),
    )


def _near(cases: Sequence[SkillCase], questions: Collection[str]) -> tuple[SkillCase, ...]:
    telling = [shingles(case.prompt) for case in cases]
    near: set[int] = set()
    for question in questions:
        found = shingles(question)
        near |= {at for at, own in enumerate(telling) if len(own & found) >= NEAR * len(own) > 0}
    return tuple(case for at, case in enumerate(cases) if at in near)


def trained_on(student: Subject) -> tuple[str, ...] | None:
    """Return the questions that a run was trained on; ``None`` where nobody knows them.

    Raises:
        DataError: the run's data are there and cannot be read.
    """
    folder = Path(student.model.name)
    if not student.local or not (folder / RUN).is_file():
        return None
    run = read_run(folder).run
    entry = (run.get("data") or {}).get("train") or {}
    path = Path(str(entry.get("path") or ""))
    if not path.is_file():
        return None
    return tuple(_questions(path, run.get("run", {}).get("data") or {}))


def _questions(path: Path, section: dict[str, Any]) -> Iterator[str]:
    if is_recording(str(path)):
        yield from (pair["prompt"] for pair in recorded_pairs(str(path)))
        return
    known = DataSection(
        train=str(path), format=section.get("format") or "auto", fields=section.get("fields") or {}
    )
    for example in read_examples(path, known, _skipped):
        yield asked(example)


def _skipped(_error: DataError) -> None:
    """Let reading go on: a line that is none was not trained on."""
