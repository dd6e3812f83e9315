"""What the scripts in a skill say: in English or Chinese, results to one stream, the rest to other.

The language is that of ``POLYSKILL_LANG``, else ``LC_ALL``, ``LC_MESSAGES``, ``LANG``.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from typing import Any

__all__ = ["failed", "out", "out_json", "text"]


def text(en: str, zh: str) -> str:
    """Return the text in the user's language."""
    for variable in ("POLYSKILL_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(variable):
            return zh if value.lower().startswith("zh") else en
    return en


def out(lines: Iterable[str]) -> None:
    """Write lines of a result to standard output."""
    for line in lines:
        sys.stdout.write(f"{line}\n")


def out_json(data: Any) -> None:
    """Write a result as JSON to standard output.

    Raises:
        ValueError: a number in it is not finite, which JSON cannot say.
    """
    out([json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False)])


def failed(en: str, zh: str) -> int:
    """Say on standard error why nothing can be done, and return the exit status for that: 2."""
    sys.stderr.write(f"{text('error: ', '错误：')}{text(en, zh)}\n")
    return 2
