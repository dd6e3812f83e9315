"""YAML whose keys remember their line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..judge.missing import need
from .problems import ConfigError, Problem

__all__ = ["Marked", "read_marked"]


@dataclass(frozen=True, slots=True)
class Marked:
    """The values of a file, with the place of each dotted key."""

    values: Mapping[str, Any]
    name: str
    lines: Mapping[str, int] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict)

    def place(self, key: str) -> str:
        """Return where a dotted key stands, or the nearest key around it."""
        near = key
        while near:
            if near in self.given:
                return self.given[near]
            if near in self.lines:
                return f"{self.name}:{self.lines[near]}"
            near = near.rpartition(".")[0]
        return self.name


def read_marked(text: str, name: str) -> Marked:
    """Read a YAML (or JSON) mapping; ``name`` is what messages call the file.

    Raises:
        ConfigError: it is no YAML, no mapping, or says a key twice.
        MissingLibrary: PyYAML is not installed.
    """
    yaml = need("yaml", "train")
    loader = yaml.SafeLoader(text)
    try:
        node = loader.get_single_node()
        values = None if node is None else loader.construct_document(node)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{name}:{mark.line + 1}" if mark else name
        why = getattr(error, "problem", None) or str(error) or "too deep"
        problem = Problem(place, "", f"is not YAML: {why}", f"不是有效的 YAML：{why}")
        raise ConfigError([problem]) from error
    finally:
        loader.dispose()
    if not isinstance(values, dict):
        raise ConfigError([_no_mapping(name, empty=values is None)])
    lines: dict[str, int] = {}
    twice = []
    for key, line in _keys(node, "", ()):
        if key in lines:
            twice.append(
                Problem(
                    f"{name}:{line}",
                    key,
                    f"is given twice (first in line {lines[key]}); keep one",
                    f"重复出现（首次在第 {lines[key]} 行），请只保留一处",
                )
            )
        lines.setdefault(key, line)
    if twice:
        raise ConfigError(twice)
    return Marked(values, name, lines)


def _no_mapping(name: str, *, empty: bool) -> Problem:
    return Problem(
        name,
        "",
        f"{'is empty' if empty else 'is no mapping'}; `polyskill train init sft` prints a "
        "configuration to start from",
        f"{'文件为空' if empty else '顶层不是映射'}；可用 `polyskill train init sft` 生成起始配置",
    )


def _keys(node: Any, prefix: str, above: tuple[int, ...]) -> Iterator[tuple[str, int]]:
    """Yield every key of a node with its line; an anchor that holds itself is not followed."""
    if id(node) in above:
        return
    inside = (*above, id(node))
    if node.id == "mapping":
        for name, value in node.value:
            key = f"{prefix}{name.value}"
            yield key, name.start_mark.line + 1
            yield from _keys(value, f"{key}.", inside)
    elif node.id == "sequence":
        for index, value in enumerate(node.value):
            key = f"{prefix}{index}"
            yield key, value.start_mark.line + 1
            yield from _keys(value, f"{key}.", inside)
