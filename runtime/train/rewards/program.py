"""Runs a program and one test of it; started by the sandbox, reads both from standard input.

With a ``stdin`` the program's output is left on standard output, for others to compare: what is
expected never enters this process. With a ``test``, Python statements run in the program's own
namespace and ``mark`` is printed if none of them raises.
"""

import contextlib
import io
import json
import sys


def _main() -> None:
    given = json.load(sys.stdin)
    space = {"__name__": "__main__"}
    if "stdin" in given:
        sys.stdin = io.StringIO(given["stdin"])
        exec(compile(given["code"], "answer.py", "exec"), space)
        return
    real = sys.stdout
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(given["code"], "answer.py", "exec"), space)
        exec(compile(given["test"], "test.py", "exec"), space)
    real.write(f"\n{given['mark']}\n")
    real.flush()


if __name__ == "__main__":
    _main()
