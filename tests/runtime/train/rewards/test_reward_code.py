"""The reward ``code``: programs run in a sandbox, against tests that they do not see."""

from __future__ import annotations

import pytest

from polyskill.runtime.train.rewards.base import Sample
from polyskill.runtime.train.rewards.code import CodeReward, program_of

DOUBLE = "Here:\n```python\ndef f(x):\n    return 2 * x\n```\n"


def value(completion: str, tests: object, **options: object) -> float | None:
    return CodeReward("code", options).grade([Sample("q", completion, {"tests": tests})])[0].value


def test_a_right_program_passes_and_a_wrong_one_does_not() -> None:
    tests = ["assert f(2) == 4", "assert f(0) == 0"]
    assert value(DOUBLE, tests) == 1.0
    assert value(DOUBLE.replace("2 * x", "x * x"), ["assert f(2) == 4", "assert f(3) == 6"]) == 0.0


def test_a_share_of_the_tests() -> None:
    assert value(DOUBLE, ["assert f(2) == 4", "assert f(3) == 9"], partial=True) == 0.5


def test_output_is_compared_line_by_line() -> None:
    program = "```py\nn = int(input())\nprint('\\n'.join(map(str, range(n))))\n```"
    tests = [{"input": "3\n", "output": "0\n1\n2 \n"}]
    assert value(program, tests) == 1.0
    assert value(program, [{"input": "3", "output": "0\n1"}]) == 0.0


@pytest.mark.parametrize(
    "body",
    [
        "import sys; sys.exit(0)",
        "import os; os._exit(0)",
        "raise SystemExit(0)",
        "def f(:",
        "while True: pass",
        "f = lambda x: 1 / 0",
        "x = 'a' * (1 << 34)",
    ],
)
def test_programs_that_do_not_pass(body: str) -> None:
    assert value(f"```python\n{body}\n```", "assert f(2) == 4", seconds=1) == 0.0


def test_no_block_is_a_failure_and_no_test_no_grade() -> None:
    assert value("f = 2 * x", "assert f(2) == 4") == 0.0
    assert value(DOUBLE, None) is None
    assert value(DOUBLE, []) is None


def test_the_last_block_of_python_counts() -> None:
    text = "```python\na\n```\n```json\n{}\n```\n```python\nb\n```\n```text\nc\n```"
    assert program_of(text) == "b"
    assert program_of("```python\n\n```") is None
