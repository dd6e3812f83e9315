"""What there is to install: the bundled skills and what the configured sources list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from polyskill.compiler.diagnostics import Diagnostic

from ..sources import Offer, SourceError, Spec, offers, parse
from .resolve import specs_of
from .scope import Scope
from .wanted import load

__all__ = ["Catalogue", "configured", "search"]


@dataclass(slots=True)
class Catalogue:
    """What was found, in the order of the sources, and what could not be asked."""

    found: list[Offer] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)


def configured(scopes: Iterable[Scope]) -> list[Spec]:
    """Return the sources that skills.toml names, of the project and of the home folder.

    Raises:
        InstallError, SourceError: one of the files, or a source in it, cannot be understood.
    """
    specs: list[Spec] = []
    for scope in scopes:
        path = scope.root / scope.wanted
        if path.is_file():
            specs += specs_of(load(path).sources, scope.root, None)
    return list({spec.text: spec for spec in specs}.values())


def _bundled(folder: Path) -> list[Spec]:
    return [
        parse(path.name, base=folder, bundled=(path.name,))
        for path in sorted(folder.iterdir())
        if (path / "SKILL.md").is_file()
    ]


def search(
    words: Sequence[str],
    specs: Sequence[Spec],
    *,
    cache: Path,
    bundled: Path | None = None,
    offline: bool = False,
) -> Catalogue:
    """Return what has all the words in its name or description; a source that fails stops none.

    Args:
        words: compared without regard to letter case; none: everything.
        specs: where to look.
        cache: where downloads are kept.
        bundled: the folder of the bundled skills, to look there too.
        offline: ask only the cache.
    """
    made = Catalogue()
    for spec in [*(_bundled(bundled) if bundled else ()), *specs]:
        try:
            listed = offers(spec, cache=cache, offline=offline, bundled=bundled)
        except SourceError as error:
            made.diagnostics.append(error.diagnostic)
            continue
        for offer in listed:
            text = f"{offer.name}\n{offer.description}".casefold()
            if all(word.casefold() in text for word in words):
                made.found.append(offer)
    return made
