"""How a user names arms: ``none,previous,current,previous:v1.2,platform:cursor/rules``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from polyskill.compiler.model import Kind
from polyskill.platforms.registry import names

from ..errors import EvalError

__all__ = ["KINDS", "ArmSpec", "parse_arms"]

KINDS = ("none", "current", "previous", "platform")
_FORMS = tuple(kind.value for kind in Kind if kind is not Kind.BUNDLE)


@dataclass(frozen=True, slots=True)
class ArmSpec:
    """One arm as the user named it; ``argument`` is the revision, source or platform."""

    name: str
    kind: str
    argument: str = ""
    form: str = ""


def parse_arms(text: str) -> tuple[ArmSpec, ...]:
    """Read a list of arms; each once, in the order given.

    ``platform`` alone stands for every platform.

    Raises:
        EvalError: there is no such arm, platform or form.
    """
    specs: dict[str, ArmSpec] = {}
    for part in (part.strip() for part in text.split(",")):
        if part:
            for spec in _arm(part):
                specs[spec.name] = spec
    if not specs:
        raise EvalError("--arms", "no arm is named", "没有指定任何对照组")
    return tuple(specs.values())


def _arm(part: str) -> Sequence[ArmSpec]:
    kind, _, argument = part.partition(":")
    if kind not in KINDS:
        known = ", ".join(f"`{one}`" for one in (*KINDS[:3], "previous:REVISION", "platform:ID"))
        raise EvalError(
            "--arms",
            f"there is no arm `{part}`; write {known}",
            f"没有对照组 `{part}`，可写 {known}",
        )
    if kind in ("none", "current") and argument:
        raise EvalError(
            "--arms",
            f"`{kind}` takes nothing after a colon (`{part}`)",
            f"`{kind}` 后面不能加冒号（`{part}`）",
        )
    if kind != "platform":
        return [ArmSpec(part, kind, argument)]
    if not argument:
        return [ArmSpec(f"platform:{name}", kind, name) for name in names()]
    platform, _, form = argument.partition("/")
    if platform not in names():
        known = ", ".join(names())
        raise EvalError(
            "--arms",
            f"there is no platform `{platform}` (known: {known})",
            f"没有平台 `{platform}`（可选：{known}）",
        )
    if form and form not in _FORMS:
        known = ", ".join(f"`{one}`" for one in _FORMS)
        raise EvalError(
            "--arms",
            f"there is no form `{form}`; write {known}",
            f"没有形式 `{form}`，可写 {known}",
        )
    return [ArmSpec(part, kind, platform, form)]
