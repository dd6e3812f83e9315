"""Which platforms there are: entry points of the group ``polyskill.platforms``.

The built-in ones come through the same door as those of other distributions. With
``POLYSKILL_PLUGINS=0`` only the built-in ones are loaded.
"""

from __future__ import annotations

import os
from difflib import get_close_matches
from functools import cache, lru_cache
from importlib.metadata import EntryPoint, entry_points

from .base import Platform, PlatformError

__all__ = ["GROUP", "all_platforms", "get", "names", "origin"]

GROUP = "polyskill.platforms"


@lru_cache(maxsize=1)
def _points() -> dict[str, EntryPoint]:
    found: dict[str, EntryPoint] = {}
    only_built_in = os.environ.get("POLYSKILL_PLUGINS") == "0"
    for point in sorted(entry_points(group=GROUP), key=lambda point: (point.name, point.value)):
        built_in = point.value.startswith("polyskill.")
        if only_built_in and not built_in:
            continue
        if point.name not in found or built_in:  # nobody replaces a built-in platform
            found[point.name] = point
    if not found:
        msg = f"no entry points in `{GROUP}`: install polyskill with `pip install polyskill`"
        raise PlatformError(msg)
    return found


def names() -> tuple[str, ...]:
    """Return the ids of all platforms, sorted."""
    return tuple(sorted(_points()))


def _point(name: str) -> EntryPoint:
    points = _points()
    if name not in points:
        near = get_close_matches(name, points, n=1)
        hint = f"; did you mean `{near[0]}`?" if near else ""
        msg = f"no platform `{name}`{hint} (known: {', '.join(sorted(points))})"
        raise PlatformError(msg)
    return points[name]


@cache
def get(name: str) -> Platform:
    """Return one platform.

    Raises:
        PlatformError: there is none of that name, or its module cannot be loaded.
    """
    point = _point(name)
    try:
        platform = point.load()
    except Exception as error:  # a third party's module may fail in any way
        msg = f"platform `{name}` ({point.value}) cannot be loaded: {error!r}"
        raise PlatformError(msg) from error
    if not isinstance(platform, Platform):
        msg = f"`{point.value}` is not a Platform"
        raise PlatformError(msg)
    return platform


def origin(name: str) -> str:
    """Return where a platform's code comes from: its module and its distribution's version.

    Raises:
        PlatformError: there is no platform of that name.
    """
    point = _point(name)
    return f"{point.value} {point.dist.version if point.dist else ''}"


def all_platforms() -> tuple[Platform, ...]:
    """Return every platform, sorted by id."""
    return tuple(get(name) for name in names())
