"""Reward ``code``: whether a program passes its tests, in a sandboxed process with limits."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ...judge.checks.sandbox import CPU_SECONDS, Ended, run_script
from ...judge.code_blocks import parts
from .base import Grade, Sample, Taken, absent

__all__ = ["CodeReward", "program_of"]

_PROGRAM = Path(__file__).with_name("program.py")
_LANGUAGES = ("python", "python3", "py", "")


def program_of(text: str) -> str | None:
    """Return the last block of Python in a text; ``None`` if there is none."""
    blocks = [
        part.text
        for part in parts(text)
        if part.info is not None and part.info.partition(" ")[0].lower() in _LANGUAGES
    ]
    return next((block for block in reversed(blocks) if block.strip()), None)


class CodeReward:
    """The tests that the program passes: 1 for all, else 0 (their share with ``partial``).

    The column ``tests`` (option ``column``) holds Python statements such as ``assert f(2) == 4``,
    a list of them, or a list of ``{"input": …, "output": …}`` for standard input and output. Each
    test is a process of its own: no network, little memory, ``seconds`` of processor time. A
    program that goes looking for how an assertion is reported can find it, one that is compared by
    its output cannot: prefer that where the task allows. An answer without a block of code, and a
    program that fails or hangs, are worth 0; a row without tests, or a machine that cannot start
    processes, gives no grade.
    """

    def __init__(self, name: str, options: Mapping[str, Any]) -> None:
        self.name = name
        taken = Taken(name, options)
        self._column = taken.text("column", "tests")
        self._partial = taken.flag("partial", False)
        seconds = taken.number("seconds", float(CPU_SECONDS), 1.0)
        self._seconds = int(seconds or CPU_SECONDS)
        taken.end()

    def grade(self, samples: Sequence[Sample]) -> list[Grade]:
        """Run each sample's tests, one process after the other."""
        return [self._one(sample) for sample in samples]

    def _one(self, sample: Sample) -> Grade:
        tests = _tests(sample.columns.get(self._column))
        if not tests:
            return absent(f"the row has no {self._column}")
        program = program_of(sample.completion)
        if program is None:
            return Grade(0.0, why="no block of Python code")
        passed: list[bool] = []
        try:
            for test in tests:
                passed.append(self._passes(program, test))
                if not passed[-1] and not self._partial:
                    break
        except OSError as error:
            return Grade(None, why=f"no process could be started: {error}")
        if self._partial:
            return Grade(sum(passed) / len(tests))
        return Grade(float(all(passed)))

    def _passes(self, program: str, test: str | Mapping[str, Any]) -> bool:
        if isinstance(test, str):
            mark = secrets.token_hex(16)
            ended = self._run({"code": program, "test": test, "mark": mark})
            return ended.code == 0 and ended.output.rstrip().endswith(mark)
        ended = self._run({"code": program, "stdin": str(test.get("input", ""))})
        return ended.code == 0 and _lines(ended.output) == _lines(str(test.get("output", "")))

    def _run(self, given: Mapping[str, Any]) -> Ended:
        return run_script(_PROGRAM, given, cpu=self._seconds, wall=4.0 * self._seconds)


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.rstrip().splitlines()]


def _tests(value: Any) -> list[str | Mapping[str, Any]]:
    listed = value if isinstance(value, list | tuple) else [value]
    return [
        test for test in listed if isinstance(test, Mapping) or (isinstance(test, str) and test)
    ]
