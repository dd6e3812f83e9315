"""Packs: per skill one folder with its archives, bill of materials and sums.

``<out>/<name>-<version>/`` holds

- ``…-source.zip``: the canonical folder, both languages, tests and all;
- ``…-en-upload.zip``: the portable skill below one folder, as hosted uploads want it;
- ``…-en-root.zip``: the same with SKILL.md at the root, as ``.well-known`` indexes want it;
- ``…-en-<host>.zip``: the host's plugin, manifest at the root;
- ``….cdx.json``: the bill of materials; ``SHA256SUMS``, and its signature if one was asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from polyskill.compiler.codes import publish as codes
from polyskill.compiler.diagnostics import Diagnostic, Severity, report, worst
from polyskill.compiler.localized import Lang

from ..base import File, Loss, Platform
from ..deliver.worker import internal
from . import sums
from .archive import Format, make
from .bom import bom
from .collect import Item, collect
from .place import Change, Place
from .render import Rendered, named, plugin, portable, source
from .signing import SUFFIX, Signer

__all__ = ["Pack", "PackRequest", "PackResult", "comment", "pack"]

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class PackRequest:
    """What to pack, for whom, and where to."""

    sources: tuple[Path, ...]
    out: Path
    platforms: tuple[Platform, ...]
    languages: tuple[Lang, ...] = (Lang.EN, Lang.ZH)
    form: Format = Format.ZIP
    version: str = ""
    signer: Signer | None = None
    replace: bool = False
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Pack:
    """One skill's pack: ``files`` maps names to sizes in bytes; ``changes`` is what was done."""

    name: str
    version: str
    folder: Path
    files: dict[str, int]
    changes: tuple[Change, ...]
    losses: dict[str, tuple[Loss, ...]]
    signed: bool


@dataclass(slots=True)
class PackResult:
    """All packs, and all findings."""

    packs: list[Pack] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether something was not packed."""
        return any(found.severity is Severity.ERROR for found in self.diagnostics)


def comment(name: str, version: str) -> str:
    """Return the trusted comment that a pack is signed with."""
    return f"{name} {version}"


def pack(request: PackRequest, progress: Progress = lambda _done, _all: None) -> PackResult:
    """Pack every skill of the sources; one that fails leaves the others alone.

    Raises:
        OSError: a folder cannot be read or made.
        polyskill.platforms.deliver.transaction.TransactionError: the file system refused.
    """
    result = PackResult()
    found = collect(request.sources, request.version, needed=False)
    result.diagnostics += found.diagnostics
    for number, item in enumerate(found.items, 1):
        try:
            made, findings = _pack(item, request)
        except OSError:
            raise
        except Exception as error:  # the wall between one skill and the rest of the run
            if hasattr(error, "diagnostic"):
                raise
            made, findings = None, [internal(item.skill.path, error)]
        result.diagnostics += findings
        if made is not None:
            result.packs.append(made)
        progress(number, len(found.items))
    return result


def _archives(
    item: Item, request: PackRequest
) -> tuple[dict[str, File], dict[str, tuple[Loss, ...]], list[Diagnostic]]:
    """Return archives by file name, the losses of each, and the findings."""
    base = f"{item.name}-{item.version}"
    files: dict[str, File] = {}
    losses: dict[str, tuple[Loss, ...]] = {}
    found: list[Diagnostic] = []

    def add(label: str, form: Format, made: Rendered, top: str = "") -> None:
        found.extend(made.diagnostics)
        if made.files:
            name = f"{base}-{label}.{form}"
            files[name] = File(make(form, made.files, top))
            losses[name] = made.losses

    original = source(item)
    add("source", request.form, original, item.skill.name)
    for lang in request.languages:
        name = named(item, lang, request.languages)
        bare = portable(item, lang, name)
        add(f"{lang}-upload", Format.ZIP, bare, name)
        add(f"{lang}-root", request.form, replace(bare, diagnostics=()))
        for platform in request.platforms:
            if platform.packages:
                add(f"{lang}-{platform.id}", request.form, plugin(item, platform, lang, name))
    files[f"{base}.cdx.json"] = File(bom(item, original.files))
    return files, losses, found


def _pack(item: Item, request: PackRequest) -> tuple[Pack | None, list[Diagnostic]]:
    files, losses, found = _archives(item, request)
    folder = request.out / f"{item.name}-{item.version}"
    if worst(found) is Severity.ERROR:
        return None, found
    place = Place(folder)
    if not request.dry_run:
        place.recover()
    before = _before(place, folder)
    for name, file in files.items():
        there = place.read(name)
        if name in before and there is not None and there != file and not request.replace:
            clash = report(
                codes.VERSION_KEPT, str(folder), name=item.name, version=item.version, path=name
            )
            return None, [*found, replace(clash, skill=item.skill.name)]
    place.put_all(files, before)
    listed = before | {name: sums.digest(file.data) for name, file in files.items()}
    data = sums.text(listed)
    place.put(sums.NAME, File(data), None, shared=True)
    _sign(place, request.signer, data, comment(item.name, item.version))
    found += place.diagnostics
    if worst(found) is Severity.ERROR:
        return None, found
    if not request.dry_run:
        place.commit(f"pack {item.name} {item.version}")
    sizes = {name: len(file.data) for name, file in sorted(files.items())}
    signed = request.signer is not None
    changes = tuple(place.changes)
    return Pack(item.name, item.version, folder, sizes, changes, losses, signed), found


def _before(place: Place, folder: Path) -> dict[str, str]:
    """Return the sums of an earlier pack in the same folder."""
    there = place.read(sums.NAME)
    if there is None:
        return {}
    try:
        return sums.parse(there.data)
    except ValueError:
        place.diagnostics.append(report(codes.NOT_OURS, str(folder), path=sums.NAME))
        return {}


def _sign(place: Place, signer: Signer | None, data: bytes, line: str) -> None:
    """Sign the sums, or see to it that no signature is left that no longer holds."""
    path = f"{sums.NAME}{SUFFIX}"
    if signer is not None:
        place.put(path, File(signer.sign(data, line)), None, shared=True)
    elif place.changes and place.read(path) is not None:
        where = str(place.root / path)
        place.diagnostics.append(report(codes.SIGNATURE_NEEDED, where, path=path))
