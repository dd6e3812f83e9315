"""What the values of options stand for; a value that stands for nothing ends the command."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

from .language import tr
from .output import fail

if TYPE_CHECKING:
    from polyskill.compiler.diagnostics import Diagnostic
    from polyskill.platforms.base import Platform

__all__ = ["chosen_names", "chosen_platforms", "code_prefixes", "filtered", "list_of"]


def list_of(values: Sequence[str]) -> list[str]:
    """Return values that were given one by one, or several with commas, each once."""
    parts = [part.strip() for value in values for part in value.split(",")]
    return list(dict.fromkeys(part for part in parts if part))


def chosen_names(values: Sequence[str] | None) -> tuple[str, ...]:
    """Return the named platforms' ids, or all; ends the command if there is no such one."""
    from polyskill.platforms.base import PlatformError
    from polyskill.platforms.registry import names

    try:
        known = names()
        wanted = list_of(values or []) or known
        for name in wanted:
            if name not in known:
                near = get_close_matches(name, known, n=1)
                hint = (
                    tr(f"; did you mean `{near[0]}`?", f"；您是否指 `{near[0]}`？") if near else ""
                )
                listed = tr(", ", "、").join(known)
                fail(
                    tr(
                        f"no platform `{name}`{hint or '; known: ' + listed}",
                        f"没有平台 `{name}`{hint or '；可选：' + listed}",
                    )
                )
        return tuple(wanted)
    except PlatformError as error:
        fail(str(error), status=1)


def chosen_platforms(values: Sequence[str] | None) -> tuple[Platform, ...]:
    """Return the named platforms, or all of them; ends the command if one cannot be had."""
    from polyskill.platforms.base import PlatformError
    from polyskill.platforms.registry import get

    try:
        return tuple(get(name) for name in chosen_names(values))
    except PlatformError as error:
        fail(str(error), status=1)


def code_prefixes(values: Sequence[str] | None) -> tuple[str, ...]:
    """Return codes and beginnings of codes (``PS3``); ends the command if no code begins so."""
    from polyskill.compiler.codes import load_all

    prefixes = [value.upper() for value in list_of(values or [])]
    if prefixes:
        known = load_all()
        unknown = [one for one in prefixes if not any(code.startswith(one) for code in known)]
        if unknown:
            listed = tr(", ", "、").join(f"`{one}`" for one in unknown)
            fail(
                tr(
                    f"no code is, or begins with, {listed}; the codes are in docs/rules/",
                    f"没有代码等于或以 {listed} 开头；全部代码见 docs/rules/",
                )
            )
    return tuple(prefixes)


def filtered(
    found: Sequence[Diagnostic], select: tuple[str, ...], ignore: tuple[str, ...]
) -> list[Diagnostic]:
    """Return the findings that are selected (all, if nothing is) and not ignored."""
    return [
        item
        for item in found
        if (not select or item.code.id.startswith(select))
        and not (ignore and item.code.id.startswith(ignore))
    ]
