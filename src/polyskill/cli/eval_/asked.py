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

__all__ = ["arms", "check_gate", "languages", "models", "one_of", "refresh", "say"]


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


def check_gate(
    gate_by: str, margin: float, alpha: float, max_missing: float, metric: str = "score"
) -> None:
    """End the command, before anything is paid, if no gate can be made of these."""
    one_of("--gate-by", gate_by, ("each", "model", "all"))
    one_of("--metric", metric, ("score", "pairwise"))
    widest = 1.0 if metric == "score" else 0.5  # a win rate is at most one half above a tie
    for option, value, most in (("--margin", margin, widest), ("--alpha", alpha, 0.5)):
        if not 0 < value < most:
            fail(
                tr(
                    f"`{option}` lies between 0 and {most:g}, not at {value:g}",
                    f"`{option}` 必须大于 0 且小于 {most:g}，而不是 {value:g}",
                )
            )
    if not 0 <= max_missing <= 1:
        fail(
            tr(
                f"`--max-missing` is a share from 0 to 1, not {max_missing:g}",
                f"`--max-missing` 是 0 到 1 之间的比例，而不是 {max_missing:g}",
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
            fail(f"`{option}`{tr(': ', '：')}{tr(error.text['en'], error.text['zh'])}")
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
