"""The calculators: LoRA, learning rate, FLOPs, memory, KV cache, significance, arXiv and more.

    run_tools.py lora config.json --rank 16

The answer is JSON, with the formula, its sources and its limits. Arguments are those of the
functions in :mod:`..tools.calls`: what has no default is given by place, the rest by name.
"""

from __future__ import annotations

import argparse
import inspect
from collections.abc import Sequence
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from ..judge.missing import MissingLibrary
from ..tools.calls import CALLS
from ..tools.errors import ToolError
from .say import failed, out_json, text

__all__ = ["main"]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=text(
            "Calculators; the answer is JSON with its formula and sources.",
            "计算器；以 JSON 给出结果、公式与出处。",
        )
    )
    tools = parser.add_subparsers(required=True, metavar="TOOL")
    for name, call in CALLS.items():
        words = inspect.getdoc(call) or ""
        made = tools.add_parser(
            name,
            help=_escaped(words.partition("\n")[0]),
            description=_escaped(words),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        made.set_defaults(call=call)
        hints = get_type_hints(call)
        for one in inspect.signature(call).parameters.values():
            _add(made, one, hints[one.name])
    return parser


def _escaped(words: str) -> str:
    return words.replace("%", "%%")


def _add(parser: argparse.ArgumentParser, one: inspect.Parameter, hint: Any) -> None:
    needed = one.default is inspect.Parameter.empty
    name = one.name if needed else f"--{one.name.replace('_', '-')}"
    if get_origin(hint) in (Union, UnionType):  # `X | None`
        hint = next(part for part in get_args(hint) if part is not NoneType)
    if hint is bool:
        action: Any = argparse.BooleanOptionalAction if one.default else "store_true"
        parser.add_argument(name, action=action, default=one.default)
        return
    many: dict[str, Any] = {"nargs": "+"} if get_origin(hint) is list else {}
    kind = get_args(hint)[0] if many else hint
    default: dict[str, Any] = {} if needed else {"default": one.default}
    parser.add_argument(name, type=kind, **many, **default)


def main(argv: Sequence[str]) -> int:
    """Answer one question; return 0, or 2 if it cannot be answered."""
    given = vars(_parser().parse_args(argv))
    call = given.pop("call")
    try:
        found = call(**given)
    except ToolError as error:
        return failed(error.en, error.zh)
    except MissingLibrary as error:
        return failed(str(error), str(error))
    out_json(found)
    return 0
