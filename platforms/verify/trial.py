"""Verifying skills that are not installed: they are installed into an empty project first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from ..install.apply import Policy
from ..install.installing import Installation, install_all
from ..install.resolve import Asked, Resolver
from ..install.run import Outcome
from ..install.scope import Scope

__all__ = ["trial"]


@contextmanager
def trial(
    asked: Sequence[Asked], cache: Path, bundled: Path | None, scope: str, allow: Sequence[str]
) -> Iterator[tuple[Path, Path, Outcome]]:
    """Install skills into a fresh project (or home); give (project, home, what was done).

    Args:
        asked: the sources, for which clients and in which language.
        cache: where downloads are kept.
        bundled: the folder of the bundled skills.
        scope: "project" or "user".
        allow: codes of findings that do not stop a skill.

    Raises:
        InstallError, SourceError, TransactionError: nothing could be installed.
    """
    with TemporaryDirectory(prefix="polyskill-trial-", ignore_cleanup_errors=True) as folder:
        project, home = (Path(folder).resolve() / name for name in ("project", "home"))
        project.mkdir()
        home.mkdir()
        place = Scope(scope, project if scope == "project" else home, home)
        resolver = Resolver(place.root, cache, bundled=bundled, allow=allow)
        for one in asked:
            resolver.add(one)
        yield project, home, install_all(Installation(place, Policy()), resolver)
