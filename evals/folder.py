"""The folder of one run: the plan, the journal, the results and the report."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from polyskill.platforms.deliver import atomic

from .errors import EvalError
from .plan import Plan, PlanError, plan_from_json, plan_to_json
from .results import ResultsError, Run, from_json, to_json

__all__ = ["RunFolder"]


@dataclass(frozen=True, slots=True)
class RunFolder:
    """Where a run keeps what it knows. Only ``journal.jsonl`` is written to while it runs."""

    path: Path

    @property
    def journal(self) -> Path:
        """Every reply, one a line."""
        return self.path / "journal.jsonl"

    @property
    def plan(self) -> Path:
        """What was to be done: arms with their texts, cases, models, settings."""
        return self.path / "plan.json"

    @property
    def results(self) -> Path:
        """What was found: :class:`~polyskill.evals.results.Run` as JSON."""
        return self.path / "results.json"

    @property
    def report(self) -> Path:
        """The page for people."""
        return self.path / "report.html"

    def keep_transcript(self, name: str, log: bytes) -> None:
        """Keep what an agent's client logged, under its sha256.

        Raises:
            EvalError: it cannot be written.
        """
        self._put(self.path / "transcripts" / f"{name}.jsonl", log)

    def save_plan(self, plan: Plan) -> None:
        """Write the plan, and a ``.gitignore`` beside it: answers may hold what nobody commits.

        Raises:
            EvalError: the folder cannot be written.
        """
        self._write(self.plan, plan_to_json(plan))
        self.write(self.path / ".gitignore", "*\n")

    def save_results(self, run: Run) -> None:
        """Write the results.

        Raises:
            EvalError: the folder cannot be written.
        """
        self._write(self.results, to_json(run))

    def write(self, path: Path, text: str) -> None:
        """Write a text file of the run, whole or not at all.

        Raises:
            EvalError: the file cannot be written.
        """
        self._put(path, text.encode("utf-8", "backslashreplace"))

    def _put(self, path: Path, data: bytes) -> None:
        try:
            atomic.make_directory(path.parent)
            atomic.write(path, data)
        except OSError as error:
            reason = error.strerror or str(error)
            raise EvalError(
                str(path), f"it cannot be written: {reason}", f"无法写入：{reason}"
            ) from error

    def load_plan(self) -> Plan:
        """Read the plan.

        Raises:
            EvalError: there is none, or it cannot be read.
        """
        try:
            return plan_from_json(self._read(self.plan))
        except PlanError as error:
            raise EvalError(str(self.plan), str(error), f"计划无法读取：{error}") from error

    def load_results(self) -> Run:
        """Read the results.

        Raises:
            EvalError: there are none, or they cannot be read.
        """
        try:
            return from_json(self._read(self.results))
        except ResultsError as error:
            raise EvalError(str(self.results), str(error), f"结果无法读取：{error}") from error

    def _write(self, path: Path, data: dict[str, Any]) -> None:
        self.write(path, json.dumps(data, ensure_ascii=False, indent=1) + "\n")

    def _read(self, path: Path) -> object:
        try:
            with path.open("rb") as file:
                return json.loads(file.read())
        except FileNotFoundError:
            raise EvalError(
                str(path.parent),
                f"it is not the folder of an eval run: there is no `{path.name}` in it",
                f"不是评测运行的文件夹：其中没有 `{path.name}`",
            ) from None
        except OSError as error:
            reason = error.strerror or str(error)
            raise EvalError(
                str(path), f"it cannot be read: {reason}", f"无法读取：{reason}"
            ) from error
        except ValueError as error:
            raise EvalError(str(path), f"it is no JSON: {error}", f"不是 JSON：{error}") from error
