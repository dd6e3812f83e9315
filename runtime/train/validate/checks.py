"""The order of checks: each needs what the ones before have found to be sound."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..columns import to_columns
from ..config import parse, read_file
from ..data import read_examples
from ..examples import Example
from ..marked import Marked
from ..methods import METHODS
from ..problems import ConfigError, DataError
from ..remote import absent
from ..sections import Run
from ..tinker.limits import refusals
from .capacity import check_capacity, check_rate
from .chat import check_chat
from .cost import check_cost
from .finding import Report
from .lengths import check_lengths
from .overlap import check_duplicates, check_overlap
from .paths import check_paths
from .preferences import check_preferences
from .rewards import check_rewards
from .shapes import model_shape
from .steps import check_steps
from .tokenizer import load_counter
from .trainer import check_trainer

__all__ = ["check_file"]


def check_file(path: Path | str, overrides: Mapping[str, Any] | None) -> Report:
    """Check a configuration file and all that it names."""
    report = Report()
    try:
        marked = read_file(path, overrides)
    except ConfigError as error:
        report.problems("config", error.problems)
        return report
    try:
        run = parse(marked)
    except ConfigError as error:
        report.problems("config", error.problems)
        if marked.values.get("method") in METHODS:
            check_trainer(str(marked.values["method"]), marked, report)
        return report
    if run.backend == "trl":
        check_trainer(run.method, marked, report)
    _check_run(run, report)
    return _placed(report, marked)


def _check_run(run: Run, report: Report) -> None:
    report.facts["method"] = run.method
    if run.backend == "tinker":
        for key, en, zh in refusals(run):
            report.error("backend", key, f"{en} (`backend: tinker`)", f"{zh}（`backend: tinker`）")
        missing = absent(run.backend)
        if missing is not None:
            report.error("backend", "backend", missing.en, missing.zh)
    if check_paths(run, report):
        _check_data(run, report)
    else:
        check_steps(run, report)
    shape = model_shape(run.model, report)
    if shape is None:
        return
    report.facts["model"] = {"parameters": shape.parameters, "family": shape.family}
    lora = check_capacity(run, shape, report)
    check_rate(run, shape, report)
    if run.backend == "trl" and (lora is not None or run.lora is None):
        check_cost(run, shape, lora, report)


def _check_data(run: Run, report: Report) -> None:
    train = _read(run, run.data.train, report)
    report.facts["examples"] = len(train)
    check_steps(run, report)
    if not train:
        return
    check_duplicates(train, report)
    held = _read(run, str(run.data.eval), report) if _held_apart(run) else []
    if held:
        check_overlap(train, held, report)
    counter = load_counter(run.model, report)
    chat = check_chat(run, train, counter, report)
    check_lengths(run, train, counter, chat, report)
    if run.method in ("dpo", "reward"):
        check_preferences(train, report)
    if run.method in ("grpo", "rloo"):
        check_rewards(run, train, report)


def _held_apart(run: Run) -> bool:
    """Whether there is an evaluation file, and it is not the training file once more."""
    path = run.data.eval
    return path is not None and Path(path).resolve() != Path(run.data.train).resolve()


def _read(run: Run, path: str, report: Report) -> list[Example]:
    """Return the examples of a file if a trainer could take them; else say what is wrong."""
    before = len(report.findings)
    try:
        examples = list(read_examples(path, run.data, report.broken))
    except DataError as error:
        report.broken(error)
        return []
    if not examples and len(report.findings) == before:
        report.error("empty", path, "holds no example", "没有样本")
    if not examples:
        return []
    try:
        to_columns(examples, run.method, loss_on=run.data.loss_on)
    except DataError as error:
        report.broken(error)
        return []
    return examples


def _placed(report: Report, marked: Marked) -> Report:
    """Put the line of the configuration before findings that name a key of it."""
    report.findings[:] = [
        replace(found, where=_place(found.where, marked)) for found in report.findings
    ]
    return report


def _place(where: str, marked: Marked) -> str:
    place = marked.place(where)
    if place.endswith(f" {where}"):  # an option of the command line, which names the key
        return place
    return f"{place}: {where}" if place != marked.name else where
