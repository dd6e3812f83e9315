"""What a skill brings, told before anybody relies on it: size, scripts, hosts, commands, licence.

It is read off the files that will be written, so it is about what an assistant will really see.
Hosts and commands are what texts *mention*: an assistant may contact and run them, and others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from polyskill.compiler.model import Skill

from ..base import File, JsonKeys, ManagedBlock, Tokens
from .lock import SkillEntry
from .pieces import Made
from .sharing import lies_in

__all__ = ["Preview", "preview"]

_URL = re.compile(r"https?://([A-Za-z0-9.-]+\.[A-Za-z]{2,}|localhost|\d+\.\d+\.\d+\.\d+)")
_SHELL_FENCE = re.compile(
    r"^[ \t]*(`{3,}|~{3,})[ \t]*(?:bash|sh|shell|zsh|console|terminal|powershell|cmd|bat)\b[^\n]*\n"
    r"(.*?)^[ \t]*\1",
    re.MULTILINE | re.DOTALL,
)
_WORD = re.compile(r"[A-Za-z0-9_./~-]+")
_PREFIXES = frozenset({"sudo", "env", "time", "nohup", "exec", "command"})
_NO_COMMANDS = frozenset(
    {"if", "then", "else", "elif", "fi", "for", "while", "until", "do", "done", "case", "esac"}
    | {"function", "in", "return", "export", "local", "set", "cd", "echo", "true", "false"}
)
_SCRIPT_SUFFIXES = (
    ".py", ".sh", ".bash", ".zsh", ".js", ".mjs", ".cjs", ".ts", ".rb", ".pl", ".ps1", ".bat",
    ".cmd", ".php", ".lua", ".r", ".go", ".rs", ".jar", ".exe", ".dll", ".so", ".dylib", ".wasm",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Preview:
    """One skill as it will be installed; ``tokens`` are estimates for each assistant.

    ``places`` are the folders and the shared files that it goes to.
    """

    name: str
    title: str
    source: str
    version: str
    licence: str
    lang: str
    clients: tuple[str, ...]
    places: tuple[str, ...]
    files: int
    size: int
    tokens: dict[str, Tokens]
    scripts: tuple[str, ...]
    servers: tuple[str, ...]
    hooks: tuple[str, ...]
    hosts: tuple[str, ...]
    commands: tuple[str, ...]


def _is_script(path: str, file: File) -> bool:
    return (
        file.executable
        or path.lower().endswith(_SCRIPT_SUFFIXES)
        or file.data[:2] == b"#!"
        or file.data[:4] in (b"\x7fELF", b"\xca\xfe\xba\xbe")
    )


def _commands(text: str) -> Iterator[str]:
    for fence in _SHELL_FENCE.finditer(text):
        for line in fence[2].splitlines():
            for part in re.split(r"\|\|?|&&|;|\$\(", line.lstrip("$> \t")):
                words = [word for word in part.split() if "=" not in word]
                while words and words[0] in _PREFIXES:
                    words.pop(0)
                if words and _WORD.fullmatch(words[0]) and words[0] not in _NO_COMMANDS:
                    yield words[0]


def _places(name: str, made: Made) -> tuple[str, ...]:
    """Return where a skill goes: its own folders, those of its other files, the shared files."""
    found: dict[str, None] = {}
    for path, piece in made.pieces.items():
        above, _, inside = path.partition(f"/{name}/")
        if not isinstance(piece, File):
            found[path] = None
        elif inside:
            found[f"{above}/{name}"] = None
        else:
            found[path.rpartition("/")[0] or path] = None
    return tuple(place for place in found if not lies_in(place, found))


def _texts(made: Made) -> Iterator[str]:
    for piece in made.pieces.values():
        if isinstance(piece, ManagedBlock):
            yield piece.text
        elif isinstance(piece, JsonKeys):
            yield str({key: value for key, value in piece.data.items() if key != "$schema"})
        elif b"\0" not in piece.data[:8192]:
            yield piece.data.decode("utf-8", "replace")


def preview(skill: Skill, lang: object, made: Made, entry: SkillEntry) -> Preview:
    """Say what a skill brings.

    Args:
        skill: as it was read.
        lang: the language in which it is installed.
        made: what it becomes.
        entry: what the lock says of it.
    """
    files = {path: piece for path, piece in made.pieces.items() if isinstance(piece, File)}
    texts = list(dict.fromkeys(_texts(made)))
    return Preview(
        name=entry.name,
        title=entry.title,
        source=entry.source,
        version=entry.version,
        licence=entry.licence,
        lang=str(lang),
        clients=tuple(made.clients),
        places=_places(entry.name, made),
        files=len(files),
        size=sum(len(piece.data) for piece in files.values()),
        tokens=dict(made.tokens),
        scripts=tuple(sorted(path for path, file in files.items() if _is_script(path, file))),
        servers=tuple(server.name for server in skill.mcp_servers),
        hooks=tuple(sorted({hook.path for hook in skill.hooks})),
        hosts=tuple(sorted({found[1].lower() for text in texts for found in _URL.finditer(text)})),
        commands=tuple(sorted({word for text in texts for word in _commands(text)})),
    )
