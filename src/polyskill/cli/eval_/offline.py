"""Without a model: the cases are tested by their reference answers, recordings are replayed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..language import counted, tr
from ..output import complain, echo, print_diagnostics, print_json, print_summary
from ..scopes import cache_folder
from ..text import plain
from . import asked, shown
from .cases import as_json, show_proofs
from .loading import read_skills

if TYPE_CHECKING:
    from polyskill.compiler.model import Skill
    from polyskill.evals.results import Run

__all__ = ["run"]


def run(
    paths: Sequence[Path],
    languages: tuple[str, ...],
    only: tuple[str, ...],
    *,
    json: bool,
    quiet: bool,
) -> int:
    """Show what can be shown without a model; return the exit status.

    Status 1: a case does not tell its good answers from its flawed ones, there is no case, or a
    recording of the skill as it is shows a regression.
    """
    from polyskill.compiler.diagnostics import Severity
    from polyskill.evals.cases import cases_of
    from polyskill.evals.proof import prove

    skills, findings = read_skills(paths)
    proofs = []
    for skill in skills:
        cases, said = cases_of(skill, languages, only)
        proved = [prove(case) for case in cases]
        proofs.append((skill, proved))
        findings += [*said, *(one for proof in proved for one in proof.findings)]
    replays, whole = _replays(skills, only)
    failed = any(found.severity is Severity.ERROR for found in findings) or not whole
    failed |= not any(proved for _, proved in proofs)
    failed |= any(
        shown.status_of(result, over_budget=False, allow_underpowered=True) == 1
        for _, result in replays
        if not result.stale
    )
    if json:
        from polyskill.compiler.checks.as_json import to_json as found_json
        from polyskill.evals.results import to_json

        print_json(
            {
                "ok": not failed,
                "skills": [as_json(skill, proved) for skill, proved in proofs],
                "recordings": [{"file": str(path), **to_json(made)} for path, made in replays],
                "diagnostics": found_json(findings),
            }
        )
        return int(failed)
    print_diagnostics(findings, least=Severity.ERROR if quiet else Severity.WARNING)
    if not quiet:
        show_proofs(proofs)
        print_summary(findings)
        for path, result in replays:
            _show(path, result)
        if not replays:
            echo()
            echo(
                tr(
                    "nothing is recorded for a replay; `--model` asks a model, and "
                    "`polyskill eval record` keeps what it said",
                    "没有可重放的录制；`--model` 可向模型提问，"
                    "`polyskill eval record` 可保存其回答",
                )
            )
    return int(failed)


def _replays(skills: Sequence[Skill], only: tuple[str, ...]) -> tuple[list[tuple[Path, Run]], bool]:
    """Return the recordings of the skills, and whether all of them could be read."""
    from polyskill.evals.cases import folder_of
    from polyskill.evals.errors import EvalError
    from polyskill.evals.recording import find_recordings, read_recording
    from polyskill.evals.replay import replay

    found: list[tuple[Path, Run]] = []
    whole = True
    for skill in skills:
        for path in find_recordings(Path(folder_of(skill))):
            try:
                found.append((path, replay(skill, read_recording(path), cache_folder(), only)))
            except EvalError as error:
                complain(asked.say(error))
                whole = False
    return found, whole


def _show(path: Path, result: Run) -> None:
    echo()
    answers = counted(len(result.samples), "answer", "个回答")
    echo(
        tr(
            f"{path.name}: {answers} recorded, {plain(result.recorded_by)}",
            f"{path.name}：录制了 {answers}，{plain(result.recorded_by)}",
        )
    )
    if result.stale:
        arms = ", ".join(result.stale)
        echo(
            tr(
                f"note: the skill has changed since; what is recorded for {arms} is about the text "
                "of then",
                f"提示：技能此后已有改动；{arms} 的录制针对当时的文本",
            )
        )
    shown.show_run(result, None, quiet=False)
