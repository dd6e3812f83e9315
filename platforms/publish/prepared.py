"""What a kind of publication wants to be in the folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from polyskill.compiler.codes.build import OUTPUT_COLLISION
from polyskill.compiler.diagnostics import Diagnostic, report
from polyskill.compiler.localized import Lang

from ..base import File, Loss, Platform
from .archive import Format
from .listing import Listing
from .signing import Signer

__all__ = ["Kind", "Package", "Prepared", "PublishRequest"]


class Kind(StrEnum):
    """The places to publish to."""

    MARKETPLACE = "marketplace"
    INDEX = "index"
    NPM = "npm"
    PYPI = "pypi"
    CLAWHUB = "clawhub"


@dataclass(frozen=True, slots=True)
class PublishRequest:
    """What to publish, as what, and where to.

    ``name`` is that of the marketplace or the package; ``url`` is where an index will be served.
    ``accepted`` is the licence whose consequence was accepted.
    """

    sources: tuple[Path, ...]
    to: Path
    kind: Kind
    name: str
    platforms: tuple[Platform, ...] = ()
    languages: tuple[Lang, ...] = (Lang.EN, Lang.ZH)
    form: Format = Format.ZIP
    version: str = ""
    url: str = ""
    accepted: str = ""
    signer: Signer | None = None
    replace: bool = False
    downgrade: bool = False
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Package:
    """One package: its version, and all its files by their path in the folder."""

    version: str
    files: Mapping[str, File]


@dataclass(slots=True)
class Prepared:
    """Packages, listings, and files that others may have.

    ``base`` is where record and sums lie. ``keys`` are JSON files in which some keys are set;
    ``optional`` files are left alone where somebody has written his own. ``keeps_old`` says that
    files of earlier versions stay, because other people point at them.
    """

    base: str = ""
    packages: dict[str, Package] = field(default_factory=dict)
    listings: list[Listing] = field(default_factory=list)
    keys: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    optional: dict[str, File] = field(default_factory=dict)
    keeps_old: bool = False
    losses: dict[str, tuple[Loss, ...]] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def add(self, name: str, package: Package, where: str) -> None:
        """Add a package; one whose name is taken by another skill is an error."""
        if name in self.packages:
            self.diagnostics.append(
                report(OUTPUT_COLLISION, where, output=name, name=where, other=name)
            )
        else:
            self.packages[name] = package
