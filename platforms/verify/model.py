"""What verifying takes and gives: expectations, options, outcomes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Literal

from polyskill.compiler.diagnostics import Code, Diagnostic

__all__ = ["Expected", "Found", "Options", "Package", "Seen", "Status", "VerifyError"]


class VerifyError(Exception):
    """The whole command cannot run (no such client, no such project): carries its Diagnostic."""

    def __init__(self, code: Code, path: str = "", **args: object) -> None:
        super().__init__(code, path)
        self.diagnostic = Diagnostic(code, path, args=args)

    def __str__(self) -> str:
        return self.diagnostic.message()


class Status(StrEnum):
    """What became of one skill in one client, from the requests that the client sent."""

    ARRIVED = "arrived"  # listed with its whole description; body and reference loaded
    BODY = "body"  # the body was loaded, but not the reference file, or it was not listed
    LISTED = "listed"  # listed, but its body could not be loaded
    TRUNCATED = "truncated"  # its description was cut or left out
    DUPLICATED = "duplicated"  # listed more than once
    NOT_SEEN = "not-seen"
    SCHEMA_ONLY = "schema-only"  # no client to run; the files keep to the published format
    SKIPPED = "skipped"  # the client is not here, or the skill is for the user alone
    FAILED = "failed"  # the client did not run to its end, or a file breaks the format


@dataclass(frozen=True, slots=True)
class Expected:
    """What must reach the model from one skill, read from the client's own folders.

    ``body`` is a line of the SKILL.md's body that stands nowhere else; ``reference`` is a file of
    the skill (path below its folder) and such a line of it; ``instructions`` are such lines of the
    instruction files that this client loads. ``file`` is the SKILL.md (``None`` for the entry that
    only carries instructions, whose ``skill`` is empty, and for a skill that lies nowhere);
    ``read`` says whether it lies where this client looks; ``copies`` are all places below the
    project or the home where the client finds a skill of that name.
    """

    skill: str
    description: str
    body: str
    reference: tuple[str, str] | None
    instructions: tuple[str, ...] = ()
    file: Path | None = None
    read: bool = True
    copies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """The outcome for one skill in one client; ``seconds`` is the wall time of that client's run.

    Each of the five answers is ``None`` where nothing was expected or nothing could be observed.
    ``copies`` counts how often the skill is listed. A row whose ``skill`` is empty is about the
    client as a whole.
    """

    client: str
    version: str
    skill: str
    status: Status
    listed: bool | None = None
    description: bool | None = None
    body: bool | None = None
    reference: bool | None = None
    instructions: bool | None = None
    copies: int = 0
    reason: str = ""
    reason_zh: str = ""
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether nothing was found wrong: it arrived whole, or could not be asked for."""
        good = self.status in {Status.ARRIVED, Status.SCHEMA_ONLY, Status.SKIPPED}
        return good and self.instructions is not False


@dataclass(frozen=True, slots=True)
class Options:
    """How to look for clients and how to run them.

    ``prefix`` is an npm prefix (it holds ``node_modules``), or a folder with one prefix a client
    id. ``with_npx`` installs the pinned version of what is not here. ``node`` is a Node.js program
    for the clients that need one. ``timeout`` is in seconds, for each run of a client. ``network``
    ``namespace`` cuts the client off from every network but its own loopback where the system
    allows it, ``loopback`` only points it to loopback. ``keep`` is a folder for the requests and
    the output of each client. ``cache`` is where ``with_npx`` installs.
    """

    prefix: Path | None = None
    with_npx: bool = False
    node: Path | None = None
    timeout: float = 120.0
    network: Literal["namespace", "loopback"] = "namespace"
    keep: Path | None = None
    cache: Path | None = None


@dataclass(frozen=True, slots=True)
class Package:
    """The npm package of a client in the version that was checked.

    ``program`` is its file below ``node_modules``; ``node`` is the least (major, minor) version of
    Node.js that runs it, ``None`` for a program of its own; ``node_below`` is the first major
    version that does not; ``heavy`` means hundreds of megabytes or many seconds. ``tools`` are
    other programs that it needs on PATH.
    """

    name: str
    version: str
    program: str
    node: tuple[int, int] | None = None
    node_below: int | None = None
    heavy: bool = False
    tools: tuple[str, ...] = ()

    @property
    def spec(self) -> str:
        """What ``npm install`` takes."""
        return f"{self.name}@{self.version}"


@dataclass(frozen=True, slots=True)
class Found:
    """A client that can be run: ``command`` starts it; ``version`` is what it says of itself.

    ``path`` are folders that must come first on PATH: those of Node.js and of other helpers.
    """

    client: str
    program: Path
    version: str
    command: tuple[str, ...]
    path: tuple[Path, ...] = ()
