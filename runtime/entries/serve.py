"""The calculators as an MCP server: ``run_tools_server.py``, started by an assistant."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from ..judge.missing import MissingLibrary
from ..tools.serve import serve
from .say import failed, text

__all__ = ["main"]


def main(argv: Sequence[str]) -> int:
    """Serve until standard input ends; return 0, or 2 if a library is missing."""
    argparse.ArgumentParser(
        description=text(
            "The calculators as an MCP server on standard input and output.",
            "以标准输入输出上的 MCP 服务器提供计算器。",
        )
    ).parse_args(argv)
    try:
        serve()
    except MissingLibrary as error:
        return failed(str(error), str(error))
    return 0
