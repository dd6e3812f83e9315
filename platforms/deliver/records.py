"""What a build remembers of a skill: plain data that travels between processes and into the cache.

Everything here turns into JSON and back. (Not pickle: a cache may come from someone else.)
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from polyskill.compiler.codes import load_all
from polyskill.compiler.diagnostics import CATALOGUE, Diagnostic
from polyskill.compiler.localized import Lang
from polyskill.compiler.source import Span

from ..base import File, JsonKeys, Loss, ManagedBlock, Piece, Tokens

__all__ = [
    "OWN_ROOTS",
    "Output",
    "Shared",
    "SkillRecord",
    "Target",
    "TargetRecord",
    "diagnostic_json",
    "from_json",
    "target_from_json",
    "target_to_json",
    "to_json",
]

OWN_ROOTS = ("skills", "resources")  # folders that hold a folder for each skill


@dataclass(frozen=True, slots=True, order=True)
class Target:
    """One thing to build from a skill: a platform in a language, as files or as a package."""

    platform: str
    lang: Lang
    package: bool = False
    suffix: str = ""  # tells the packages of several languages apart

    @property
    def key(self) -> str:
        """A short stable name."""
        return f"{'bundles/' if self.package else ''}{self.platform}/{self.lang}{self.suffix}"

    @property
    def folder(self) -> str:
        """The folder below the output root."""
        if self.package:
            return f"bundles/{self.platform}"
        return f"{self.platform}/{self.lang}"


@dataclass(frozen=True, slots=True)
class Output:
    """A file on disk, with what is needed to see whether it is still as it was written."""

    path: str
    digest: str
    size: int
    mtime_ns: int
    executable: bool = False


@dataclass(frozen=True, slots=True)
class Shared:
    """A piece of a file that several skills write."""

    path: str
    piece: Piece


@dataclass(frozen=True, slots=True)
class TargetRecord:
    """What one skill became for one target.

    ``loose`` are files outside the folder that bears the skill's name: the parent process writes
    them, because two skills might want the same one.
    """

    skill: str
    outputs: tuple[Output, ...] = ()
    loose: tuple[Shared, ...] = ()
    shared: tuple[Shared, ...] = ()
    tokens: Tokens = field(default_factory=Tokens)
    losses: tuple[Loss, ...] = ()
    coverage: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    withheld: tuple[tuple[str, str, int], ...] = ()
    entry: Mapping[str, Any] | None = None
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether a finding kept the target from being built."""
        return any(found.severity == "error" for found in self.diagnostics)


@dataclass(frozen=True, slots=True)
class SkillRecord:
    """What is kept of a skill after it was read: identity, findings, and its targets."""

    name: str
    path: str
    dialect: str
    kind: str
    title: Mapping[str, str | None]
    description: Mapping[str, str | None]
    resource_paths: tuple[str, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    targets: Mapping[str, TargetRecord] = field(default_factory=dict)
    granted: bool = True  # False: another source owns the name, nothing was written


def diagnostic_json(found: Diagnostic) -> dict[str, Any]:
    """Return a diagnostic as plain data."""
    return {
        "code": found.code.id,
        "path": found.path,
        "at": [found.line, found.column, found.end_line, found.end_column],
        "args": {key: value if _plain(value) else str(value) for key, value in found.args.items()},
        "fix": [[span.start, span.end, text] for span, text in found.fix],
        "skill": found.skill,
    }


def _plain(value: object) -> bool:
    return value is None or isinstance(value, str | int | float | bool)


def _diagnostic(data: Mapping[str, Any]) -> Diagnostic:
    line, column, end_line, end_column = data["at"]
    fix = tuple((Span(start, end), text) for start, end, text in data["fix"])
    code = data["code"]
    return Diagnostic(
        CATALOGUE[code] if code in CATALOGUE else load_all()[code],
        data["path"],
        line,
        column,
        end_line,
        end_column,
        data["args"],
        fix,
        data["skill"],
    )


def _piece_json(piece: Piece) -> dict[str, Any]:
    match piece:
        case File(data, executable):
            return {"file": base64.b64encode(data).decode("ascii"), "executable": executable}
        case ManagedBlock(text, style, header):
            return {"block": text, "style": style, "header": header}
        case JsonKeys(data):
            return {"keys": data}


def _piece(data: Mapping[str, Any]) -> Piece:
    if "file" in data:
        return File(base64.b64decode(data["file"]), data["executable"])
    if "block" in data:
        return ManagedBlock(data["block"], data["style"], data["header"])
    return JsonKeys(data["keys"])


def _target_json(record: TargetRecord) -> dict[str, Any]:
    return {
        "skill": record.skill,
        "outputs": [
            [item.path, item.digest, item.size, item.mtime_ns, item.executable]
            for item in record.outputs
        ],
        "loose": [[item.path, _piece_json(item.piece)] for item in record.loose],
        "shared": [[item.path, _piece_json(item.piece)] for item in record.shared],
        "tokens": [record.tokens.always, record.tokens.on_demand],
        "losses": [asdict(loss) for loss in record.losses],
        "coverage": record.coverage,
        "withheld": record.withheld,
        "entry": record.entry,
        "diagnostics": [diagnostic_json(found) for found in record.diagnostics],
    }


def _target(data: Mapping[str, Any]) -> TargetRecord:
    return TargetRecord(
        skill=data["skill"],
        outputs=tuple(Output(*item) for item in data["outputs"]),
        loose=tuple(Shared(path, _piece(piece)) for path, piece in data["loose"]),
        shared=tuple(Shared(path, _piece(piece)) for path, piece in data["shared"]),
        tokens=Tokens(*data["tokens"]),
        losses=tuple(Loss(**loss) for loss in data["losses"]),
        coverage={role: (share[0], share[1]) for role, share in data["coverage"].items()},
        withheld=tuple((title, reason, line) for title, reason, line in data["withheld"]),
        entry=data["entry"],
        diagnostics=tuple(_diagnostic(found) for found in data["diagnostics"]),
    )


def to_json(record: SkillRecord) -> str:
    """Return a record as one line of JSON, without its targets."""
    return json.dumps(
        {
            "name": record.name,
            "path": record.path,
            "dialect": record.dialect,
            "kind": record.kind,
            "title": record.title,
            "description": record.description,
            "resource_paths": record.resource_paths,
            "diagnostics": [diagnostic_json(found) for found in record.diagnostics],
        }
    )  # ASCII: text that is not UTF-8 holds lone surrogates


def from_json(text: str, targets: Mapping[str, TargetRecord]) -> SkillRecord:
    """Return the record that :func:`to_json` wrote, with the given targets.

    Raises:
        KeyError, TypeError, ValueError: the cache was written by something else.
    """
    data = json.loads(text)
    return SkillRecord(
        name=data["name"],
        path=data["path"],
        dialect=data["dialect"],
        kind=data["kind"],
        title=data["title"],
        description=data["description"],
        resource_paths=tuple(data["resource_paths"]),
        diagnostics=tuple(_diagnostic(found) for found in data["diagnostics"]),
        targets=targets,
    )


def target_to_json(record: TargetRecord) -> str:
    """Return a target's record as one line of JSON."""
    return json.dumps(_target_json(record))


def target_from_json(text: str) -> TargetRecord:
    """Return the record that :func:`target_to_json` wrote.

    Raises:
        KeyError, TypeError, ValueError: the cache was written by something else.
    """
    return _target(json.loads(text))
