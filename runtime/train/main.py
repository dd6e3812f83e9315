"""The recipes as programs: what a skill's commands run, with no polyskill around them."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from ..judge.missing import MissingLibrary
from ..tools.errors import ToolError
from .config import ConfigError, load
from .drive import MODEL
from .errors import TrainError
from .overrides import parse_override
from .problems import DataError
from .processes import first
from .record import read_run
from .remote import remote
from .rewards.parting import why_stopped

__all__ = ["execute", "main"]

_INTERRUPTED = 130


def execute(
    method: str,
    config: Path,
    *,
    changes: Sequence[str] = (),
    out: str | None = None,
    resume: bool = False,
    report: Callable[[Mapping[str, Any]], None],
) -> Path:
    """Read a configuration, train by its recipe, and return the run's folder.

    ``changes`` are ``KEY=VALUE``, put over the file's values; ``out`` is put over its ``out:``.

    Raises:
        ConfigError, DataError, TrainError: it cannot be done; each says what to do.
        MissingLibrary: a library is not installed.
        KeyboardInterrupt: the run was interrupted, and can be resumed.
    """
    run = load(config, dict(parse_override(one) for one in changes))
    if run.method != method:
        raise TrainError(
            f"{config} says `method: {run.method}`, but `{method}` was called: call "
            f"`{run.method}`, or change the file",
            f"{config} 中写的是 `method: {run.method}`，调用的却是 `{method}`：请改用 "
            f"`{run.method}`，或修改该文件",
        )
    folder = Path(out or run.out).expanduser()
    if run.backend == "tinker":
        remote(run.backend).train(run, folder, resume=resume, report=report)
        return folder
    recipe = import_module(f".recipes.{method}", __package__)
    recipe.train(run, folder, resume=resume, report=report)
    return folder


def main(method: str, argv: Sequence[str]) -> int:
    """Run a recipe as a program; return its exit status: 0, 1 failed, 2 wrong use, 130 stopped."""
    parser = argparse.ArgumentParser(
        prog=f"python -m …recipes.{method}",
        description=_tr(f"Train by the recipe `{method}`.", f"按配方 `{method}` 训练。"),
    )
    parser.add_argument("config", type=Path, help=_tr("a YAML file", "YAML 配置文件"))
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help=_tr("change a value of the file; repeatable", "改动文件中的一个值；可重复"),
    )
    parser.add_argument("--out", help=_tr("the run's folder", "训练记录的文件夹"))
    parser.add_argument(
        "--resume",
        action="store_true",
        help=_tr("go on from the last checkpoint", "从最后一个检查点继续"),
    )
    given = parser.parse_args(argv)
    try:
        with _progress() as report:
            folder = execute(
                method,
                given.config,
                changes=given.set,
                out=given.out,
                resume=given.resume,
                report=report,
            )
    except ConfigError as error:
        for one in error.problems:
            key = f"{one.key}: " if one.key else ""
            _say(f"{one.path}: {key}{_tr(one.en, one.zh)}")
        return 1
    except DataError as error:
        _say(f"{error.path}: {_tr(error.en, error.zh)}")
        return 1
    except (TrainError, ToolError) as error:
        _say(_tr(error.en, error.zh))
        return 1
    except MissingLibrary as error:
        _say(str(error))
        return 1
    except KeyboardInterrupt:
        _say(_tr("interrupted; `--resume` goes on", "已中断；可用 `--resume` 继续"))
        return _INTERRUPTED
    why = why_stopped(read_run(folder).run)
    if why is not None:
        _say(_tr(*why))
    if first():
        sys.stdout.write(f"{folder / MODEL}\n")
    return 0


@contextmanager
def _progress() -> Iterator[Callable[[Mapping[str, Any]], None]]:
    """Give a function that shows a row in one line of a terminal, and nothing elsewhere."""
    shown = sys.stderr.isatty() and first()

    def report(row: Mapping[str, Any]) -> None:
        if "said" in row:
            _say(_tr(row["said"]["en"], row["said"]["zh"]))
        elif shown:
            figures = " ".join(
                f"{name} {row[name]:.4g}" for name in ("loss", "reward", "lr") if name in row
            )
            sys.stderr.write(f"\r\x1b[K{row['step']}/{row['of']} {figures}")
            sys.stderr.flush()

    try:
        yield report
    finally:
        if shown:
            sys.stderr.write("\n")


def _tr(en: str, zh: str) -> str:
    for variable in ("POLYSKILL_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable)
        if value:
            return zh if value.lower().startswith("zh") else en
    return en


def _say(text: str) -> None:
    if first():
        sys.stderr.write(f"{text}\n")
