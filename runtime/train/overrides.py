"""Values that the command line puts over those of a configuration file."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from ..judge.missing import need
from .marked import Marked
from .problems import ConfigError, Problem

__all__ = ["apply", "parse_override"]

_OPTION = "--set"


def parse_override(text: str) -> tuple[str, Any]:
    """Return the dotted key and the value of ``KEY=VALUE``; the value is YAML, as in the file.

    Raises:
        ConfigError: there is no key, or the value is no YAML.
        MissingLibrary: PyYAML is not installed.
    """
    key, equals, value = text.partition("=")
    key = key.strip()
    if not equals or not key:
        problem = Problem(
            f"{_OPTION} {text}",
            "",
            "must be KEY=VALUE, such as `optim.steps=100`",
            "应为 KEY=VALUE，例如 `optim.steps=100`",
        )
        raise ConfigError([problem])
    yaml = need("yaml", "train")
    try:
        return key, yaml.safe_load(value)
    except yaml.YAMLError as error:
        problem = Problem(f"{_OPTION} {text}", key, "is not YAML", "不是有效的 YAML")
        raise ConfigError([problem]) from error


def apply(marked: Marked, overrides: Mapping[str, Any]) -> Marked:
    """Return the values with each dotted key of ``overrides`` set.

    Raises:
        ConfigError: a key leads through something that is no section.
    """
    if not overrides:
        return marked
    values = copy.deepcopy(dict(marked.values))
    given = dict(marked.given)
    for key, value in overrides.items():
        place = f"{_OPTION} {key}"
        given[key] = place
        inner: Any = values
        *path, last = key.split(".")
        for name in path:
            inner = inner.setdefault(name, {}) if inner.get(name) is not None else _new(inner, name)
            if not isinstance(inner, dict):
                problem = Problem(place, key, f"`{name}` is no section", f"`{name}` 不是小节")
                raise ConfigError([problem])
        inner[last] = value
    return Marked(values, marked.name, marked.lines, given)


def _new(inner: dict[str, Any], name: str) -> dict[str, Any]:
    inner[name] = {}
    created: dict[str, Any] = inner[name]
    return created
