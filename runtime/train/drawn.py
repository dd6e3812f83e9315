"""Answers that were drawn from a model, and what they are worth: kept, so that a run can go on."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from ..judge.base import Model, Outcome
from ..judge.engine.journal import Journal
from ..judge.engine.key import cell_key
from .compare.subjects import Subject
from .config import Run
from .rewards.cases import find_skill

__all__ = ["Drawn", "journal_of"]

_SAMPLING = ("group", "max_new_tokens", "temperature", "top_p")


def journal_of(out: Path) -> Path:
    """Return the folder beside a file of pairs that keeps what they are made of."""
    return out.with_name(f"{out.name}.journal")


class Drawn:
    """The answers to prompts, and their rewards, of this run and of those before it.

    A row is there after kill -9. It is found again by all that it depends on: answers by the
    weights, the prompt's tokens, the seed and the sampling; rewards by the answers, the row's
    columns, and the rewards' options and files. So other settings find nothing, and the same do.
    """

    def __init__(self, run: Run, folder: Path) -> None:
        """Open the journal in ``folder``.

        Raises:
            JournalError: another process has it open, or it cannot be written.
            RewardError: a reward names a skill that is not there.
        """
        options = run.method_options
        model = Subject(Model("local", run.model.path), run.model)
        self._how = {
            "weights": model.digest(),
            "revision": run.model.revision,
            "seed": run.optim.seed,
            **{name: options[name] for name in _SAMPLING},
        }
        self._seed = run.optim.seed
        self._rewards = [
            [spec.name, spec.weight, _flat(spec.options), _digest(spec.name)]
            for spec in options["rewards"]
        ]
        self._seen: Counter[str] = Counter()
        self._journal = Journal.open(folder / "answers.jsonl")

    def __enter__(self) -> Drawn:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._journal.close()

    def key_and_seed(self, prompt: Sequence[int]) -> tuple[str, int]:
        """Return the name of the answers to a prompt, given as tokens, and the seed to draw with.

        A prompt that is there twice gets other answers each time; its place in the file does not
        matter, so that a file may grow.
        """
        named = cell_key(kind="prompt", prompt=list(prompt))
        self._seen[named] += 1
        nth = self._seen[named]
        seed = cell_key(kind="seed", prompt=named, nth=nth, seed=self._seed)
        return cell_key(kind="answers", prompt=named, nth=nth, **self._how), int(seed[:15], 16)

    def answers(self, key: str) -> list[str] | None:
        """Return the answers that are kept under a name."""
        kept = self._read(key)
        return None if kept is None else [str(one) for one in kept]

    def keep_answers(self, key: str, answers: Sequence[str]) -> None:
        """Keep answers. Raises ``JournalError``."""
        self._write(key, list(answers))

    def worth(self, answers: str, columns: Mapping[str, Any]) -> list[float | None] | None:
        """Return the rewards of the answers of that name, where all of them were graded."""
        return self._read(self._graded(answers, columns))

    def keep_worth(
        self, answers: str, columns: Mapping[str, Any], worth: Sequence[float | None]
    ) -> None:
        """Keep rewards, unless one is missing: what could not be graded is tried again.

        Raises:
            JournalError: the journal cannot be written.
        """
        if None not in worth:
            self._write(self._graded(answers, columns), list(worth))

    def _graded(self, answers: str, columns: Mapping[str, Any]) -> str:
        return cell_key(
            kind="rewards", answers=answers, columns=_flat(columns), rewards=self._rewards
        )

    def _read(self, key: str) -> list[Any] | None:
        row = self._journal.reply(key)
        data = None if row is None else row.get("data")
        return data if isinstance(data, list) else None

    def _write(self, key: str, data: list[Any]) -> None:
        self._journal.write({"t": "reply", "key": key, "outcome": Outcome.OK.value, "data": data})


def _flat(values: Mapping[str, Any]) -> str:
    """Return values as a text, also such as JSON has none of: NaN, and the dates of YAML."""
    return json.dumps(dict(values), sort_keys=True, default=str)


def _digest(reward: str) -> str:
    """Return the SHA-256 of the files that a reward reads, "" where it reads none."""
    kind, colon, rest = reward.partition(":")
    files: list[Path] = []
    if kind == "custom" and colon:
        files = [Path(rest.rpartition(":")[0]).expanduser()]
    elif kind == "skill" and colon:
        files = sorted((find_skill(rest, Path()) / "evals").rglob("*"))
    seen = hashlib.sha256()
    for path in files:
        if path.is_file():
            seen.update(f"{path.name} {path.stat().st_size}\n".encode())
            seen.update(path.read_bytes())
    return seen.hexdigest() if files else ""
