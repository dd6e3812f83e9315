"""What the options of an evaluation mean; a value that means nothing ends the command."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from ..choices import list_of
from ..language import tr
from ..output import fail

if TYPE_CHECKING:
    from polyskill.evals.arms import ArmSpec
    from polyskill.evals.errors import EvalError
    from polyskill.runtime.judge.base import Model

__all__ = ["arms", "languages", "models", "one_of", "refresh", "say"]


def say(error: EvalError) -> str:
    """Return an error of an evaluation in the user's language."""
    return f"{error.where}{tr(': ', '：')}{tr(error.en, error.zh)}"


def languages(text: str) -> tuple[str, ...]:
    """Return the languages that ``--lang`` names."""
    wanted = list_of([text])
    for lang in wanted:
        one_of("--lang", lang, ("en", "zh"))
    if not wanted:
        fail(tr("`--lang` needs `en`, `zh` or both", "`--lang` 需要 `en`、`zh` 或两者"))
    return tuple(lang for lang in ("en", "zh") if lang in wanted)


def one_of(option: str, value: str, known: Sequence[str]) -> None:
    """End the command if ``value`` is none of ``known``."""
    if value not in known:
        listed = ", ".join(f"`{one}`" for one in known)
        fail(
            tr(
                f"`{option}`: `{value}` is none of {listed}",
                f"`{option}`：`{value}` 不在可选值 {listed} 之中",
            )
        )


def refresh(text: str) -> Literal["none", "errors", "all"]:
    """Return what ``--refresh`` asks for."""
    one_of("--refresh", text, ("none", "errors", "all"))
    return "errors" if text == "errors" else "all" if text == "all" else "none"


def arms(text: str) -> tuple[ArmSpec, ...]:
    """Return the arms that ``--arms`` names."""
    from polyskill.evals.arms import parse_arms
    from polyskill.evals.errors import EvalError

    try:
        return parse_arms(text)
    except EvalError as error:
        fail(say(error))


def models(
    named: Sequence[str] | None, option: str, params: Sequence[str] = ()
) -> tuple[Model, ...]:
    """Return the models that an option names, each once, with the parameters of all."""
    from polyskill.runtime.judge.base import Model
    from polyskill.runtime.judge.spec import ModelError, parse_model

    wanted = dict(_param(part) for part in params)
    found = {}
    for text in named or ():
        try:
            if option == "--model" and text.startswith("agent/"):
                model = Model("agent", text.partition("/")[2], params=wanted)
            else:
                model = parse_model(text, wanted)
        except ModelError as error:
            fail(f"`{option}`{tr(': ', '：')}{error}")
        found[model.id] = model
    return tuple(found.values())


def _param(text: str) -> tuple[str, Any]:
    key, equals, value = text.partition("=")
    if not key or not equals:
        fail(
            tr(
                f"`--param {text}`: write KEY=VALUE, for example temperature=0",
                f"`--param {text}`：请写成 名称=值，例如 temperature=0",
            )
        )
    try:
        return key, json.loads(value)
    except ValueError:
        return key, value  # a word is a text
