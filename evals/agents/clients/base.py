"""One client as an agent under test: what it is asked with, and how its log is read."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, ClassVar

from ..transcript import Transcript

__all__ = ["COMMON", "AgentClient", "Setting"]

#: What every client may need to reach its provider: proxies and certificates.
COMMON = (
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "NODE_EXTRA_CA_CERTS",
)


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a run happens and what the user asks of it.

    ``params`` are those of the model; ``environment`` is what was passed through.
    """

    project: Path
    params: Mapping[str, Any]
    environment: Mapping[str, str]


class AgentClient(ABC):
    """One client.

    ``keys`` are variables of which one must be set, ``passes`` globs of those that are passed
    through to it; nothing else of the user's environment is. ``params`` names the parameters of a
    model that it takes. ``fixed`` is set in every run.

    The prompt goes to its standard input: no length or leading dash does harm there.
    """

    id: ClassVar[str]
    keys: ClassVar[tuple[str, ...]]
    passes: ClassVar[tuple[str, ...]]
    params: ClassVar[frozenset[str]]
    fixed: ClassVar[Mapping[str, str]] = {}

    def passed(self, environment: Mapping[str, str]) -> dict[str, str]:
        """Return what of ``environment`` the client gets to see."""
        globs = (*COMMON, *self.passes)
        return {
            name: value
            for name, value in environment.items()
            if value and any(fnmatchcase(name.upper(), glob) for glob in globs)
        }

    def path(self, program: Path) -> tuple[Path, ...]:
        """Return folders that come first on PATH."""
        del program
        return ()

    def files(self, setting: Setting) -> Mapping[str, str]:
        """Return settings to write, by path below the home."""
        del setting
        return {}

    def environment(self, setting: Setting, home: Path) -> Mapping[str, str]:
        """Return what is set besides the clean environment and what is passed through."""
        del setting, home
        return {}

    @abstractmethod
    def arguments(self, setting: Setting) -> tuple[str, ...]:
        """Return the arguments of a run whose prompt comes from standard input."""

    @abstractmethod
    def read(self, output: str) -> Transcript:
        """Read what the client printed on standard output."""
