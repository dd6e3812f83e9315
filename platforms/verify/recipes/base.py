"""How one client is run against the fake model: what a recipe tells."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..files import SkillFile
from ..model import Found, Package
from ..packages import PINNED
from ..script import Tool

__all__ = ["MODEL", "PROMPT", "READ", "Place", "Recipe"]

MODEL = "fake-model"
PROMPT = "Please say hello to me"  # several words: one client takes a single one for a command
READ = Tool(
    ("Read", "read_file", "read", "view", "read_files", "ReadFile", "read_text_file"),
    ("file_path", "filePath", "absolute_path", "filepath", "path", "files"),
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a run happens: the copies of project and home, and the fake model's address."""

    project: Path
    home: Path
    port: int
    found: Found

    @property
    def url(self) -> str:
        """The address without a path."""
        return f"http://127.0.0.1:{self.port}"


class Recipe(ABC):
    """One client. A subclass fills in what differs; every path is inside the temporary home.

    ``load`` is the tool that loads a skill by its name; ``None`` where the model reads the
    SKILL.md with ``read``. ``by_folder`` says that ``load`` takes the folder's name instead of
    the one in the front matter. ``described`` says whether descriptions are shown to the model.
    ``entry`` is a regular expression that finds a listed name where the general ones do not
    (``{name}`` stands for it). ``refuses`` names the peculiarities of a file (``faults.py`` knows
    them) for which the client drops it in silence; ``max_description`` and ``max_name`` are in
    characters. ``inspection`` are the arguments of a command that tells, without a model, which
    skills load and why others do not.
    """

    id: str
    load: Tool | None = None
    read: Tool = READ
    by_folder: bool = False
    described: bool = True
    entry: str = ""
    refuses: frozenset[str] = frozenset()
    inspection: tuple[str, ...] = ()
    max_description: int | None = None
    max_name: int | None = None

    @property
    def package(self) -> Package:
        """The npm package in the version that was checked."""
        return PINNED[self.id]

    def path(self, place: Place) -> tuple[Path, ...]:
        """Folders that come first on PATH, beside that of Node.js."""
        del place
        return ()

    def files(self, place: Place) -> Mapping[str, str]:
        """Return the settings to write, by path below the home."""
        del place
        return {}

    def environment(self, place: Place) -> Mapping[str, str]:
        """Return what the environment holds besides the clean one."""
        del place
        return {}

    @abstractmethod
    def arguments(self, place: Place) -> tuple[str, ...]:
        """Return the arguments of a run with one prompt."""

    def hides(self, file: Path) -> bool:
        """Whether the SKILL.md asks that the model is not told, and this client heeds it."""
        if "hidden" not in self.refuses:
            return False
        return SkillFile(file, file.name).field("disable-model-invocation") is True
