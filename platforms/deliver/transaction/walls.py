"""After an interruption: which paths can be reached without a link, and room for users' bytes."""

from __future__ import annotations

import os
import stat

from polyskill.compiler.diagnostics import Diagnostic

from .disk import look
from .errors import Conflict, kept
from .layout import parent

__all__ = ["Walls"]

_LONGEST = 255  # bytes of a file name


class Walls:
    """Guards the paths below one root while a journal is followed; collects what it kept."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.saved: list[str] = []
        self.diagnostics: list[Diagnostic] = []
        self._clear: set[str] = {""}

    def path(self, relative: str) -> str:
        """Return the whole path.

        Raises:
            Conflict: a link or a file stands where a folder of the path should be.
        """
        above = parent(relative)
        if above not in self._clear:
            here = ""
            for part in above.split("/"):
                here = f"{here}/{part}" if here else part
                found = look(f"{self.root}/{here}")
                if found is None:
                    break  # what is not there leads nowhere
                if stat.S_ISLNK(found.st_mode):
                    raise Conflict(relative, "symlink", here)
                if not stat.S_ISDIR(found.st_mode):
                    break
                self._clear.add(here)
        return f"{self.root}/{relative}"

    def forget(self, relative: str) -> None:
        """Look again at a folder that is about to go."""
        self._clear.discard(relative)

    def keep(self, relative: str, at: str = "") -> None:
        """Move what is at ``at`` (else at ``relative``) beside ``relative``: it is the user's."""
        above, _, name = relative.rpartition("/")
        number = 0
        while True:
            number += 1
            suffix = f".polyskill-saved-{number}"
            raw = os.fsencode(name)[: _LONGEST - len(suffix)]
            short = name if len(raw) == len(os.fsencode(name)) else raw.decode("utf-8", "ignore")
            saved = f"{above}/{short}{suffix}" if above else f"{short}{suffix}"
            if look(f"{self.root}/{saved}") is None:
                break
        source = at or relative
        os.rename(f"{self.root}/{source}", f"{self.root}/{saved}")
        self.saved.append(saved)
        self.diagnostics.append(kept(relative, saved))

    def leave(self, relative: str) -> None:
        """Note that what is at ``relative`` is the user's and stays where it is."""
        self.saved.append(relative)
        self.diagnostics.append(kept(relative, relative))
