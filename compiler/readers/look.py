"""What a single file is: by its name, by the folder that it is in, and only then by its head."""

from __future__ import annotations

import codecs
import os
from dataclasses import dataclass

from ..model import Dialect
from .names import RULE_FILES, is_page

__all__ = [
    "ELSEWHERE",
    "HOSTS",
    "Place",
    "file_dialect",
    "interesting",
    "peek",
    "place_below",
]

# Hidden folders in which assistants keep skills, rules, commands and agents. Others are not
# searched.
HOSTS = frozenset(
    {
        ".agent",
        ".agents",
        ".augment",
        ".claude",
        ".cline",
        ".clinerules",
        ".codex",
        ".continue",
        ".copilot",
        ".cursor",
        ".factory",
        ".gemini",
        ".github",
        ".kilo",
        ".kilocode",
        ".kimi-code",
        ".kiro",
        ".opencode",
        ".openclaw",
        ".qwen",
        ".roo",
        ".windsurf",
    }
)
_EVERYWHERE = {"agents": Dialect.AGENT, "commands": Dialect.COMMAND, "rules": Dialect.RULES}
_IN_HOSTS = {
    **_EVERYWHERE,
    "agent": Dialect.AGENT,
    "chatmodes": Dialect.AGENT,
    "command": Dialect.COMMAND,
    "instructions": Dialect.RULES,
    "prompts": Dialect.COMMAND,
    "steering": Dialect.RULES,
    "workflows": Dialect.COMMAND,
}
_ENDINGS = (
    (".mdc", Dialect.RULES),
    (".instructions.md", Dialect.RULES),
    (".prompt.md", Dialect.COMMAND),
    (".agent.md", Dialect.AGENT),
    (".chatmode.md", Dialect.AGENT),
)
_RULE_KEYS = (b"\nglobs:", b"\nalwaysApply:", b"\napplyTo:", b"\npaths:", b"\ntrigger:")
_PEEK = 16 * 1024


@dataclass(frozen=True, slots=True)
class Place:
    """What a folder is for. ``sure`` means that every page in it is one of these."""

    dialect: Dialect | None = None
    host: bool = False
    sure: bool = False


ELSEWHERE = Place()


def place_below(name: str, outer: Place) -> Place:
    """Return what the sub-folder ``name`` of a folder is for."""
    if name == ".clinerules":
        return Place(Dialect.RULES, host=True, sure=True)
    if name in HOSTS:
        return Place(host=True)
    if outer.host and name in _IN_HOSTS:
        return Place(_IN_HOSTS[name], host=False, sure=True)
    if name in _EVERYWHERE:
        dialect = _EVERYWHERE[name]
        return Place(dialect, sure=dialect is not Dialect.RULES)
    if outer.dialect is not None and not outer.host:
        return Place(outer.dialect)  # namespaces: commands/git/commit.md
    return ELSEWHERE


def interesting(name: str) -> bool:
    """Return whether a file of this name could be a source at all."""
    return name in RULE_FILES or name.endswith((".md", ".mdc", ".toml", ".txt"))


def peek(path: str) -> bytes:
    """Return the head of a file with LF line endings (empty if it cannot be read)."""
    try:
        handle = os.open(
            path,
            os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0),
        )
    except (OSError, ValueError):
        return b""
    try:
        head = os.read(handle, _PEEK)
    except OSError:
        return b""
    finally:
        os.close(handle)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        head = head.decode("utf-16", "replace").encode()
    head = head.removeprefix(codecs.BOM_UTF8).lstrip()
    return b"\n" + head.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _has(head: bytes, *keys: bytes) -> bool:
    fenced = head.startswith((b"\n---", b"\nname:", b"\ndescription:"))
    return fenced and all(key in head for key in keys)


def file_dialect(name: str, path: str, place: Place, *, has_original: bool) -> Dialect | None:
    """Return what the file is, or ``None`` for a file that is no source.

    Args:
        name: its name.
        path: where to find it, if its head must be read.
        place: what its folder is for.
        has_original: whether ``x.md`` lies beside a file ``x.zh.md``: then this is its twin.
    """
    if name in RULE_FILES:
        return Dialect.RULES
    for ending, dialect in _ENDINGS:
        if name.endswith(ending) and name != ending:
            return dialect
    if name.endswith(".toml"):
        key = {Dialect.COMMAND: b"\nprompt", Dialect.AGENT: b"\ndeveloper_instructions"}
        wanted = key.get(place.dialect) if place.dialect else None
        return place.dialect if wanted and wanted in peek(path) else None
    if name.endswith(".txt"):
        return Dialect.RULES if place.sure and place.dialect is Dialect.RULES else None
    if not name.endswith(".md") or has_original or not is_page(name):
        return None
    if place.sure:
        return place.dialect
    head = peek(path)
    if place.dialect is Dialect.RULES:
        if _has(head) and any(key in head for key in _RULE_KEYS):
            return Dialect.RULES
    elif place.dialect is not None and _has(head, b"\ndescription:"):
        return place.dialect
    return Dialect.EXPERT if _has(head, b"\nname:", b"\ndescription:") else None
