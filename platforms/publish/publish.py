"""Publish: prepare a folder, keep what is not ours, and never go back in silence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from polyskill.compiler.codes import publish as codes
from polyskill.compiler.diagnostics import Diagnostic, Severity, report, worst

from ..base import File, Loss
from . import carriers, clawhub, index, ledger, listing, marketplace, sums
from .collect import collect
from .ledger import Ledger, Release, mark
from .place import Change, Place
from .prepared import Kind, Package, Prepared, PublishRequest
from .signing import SUFFIX, Signer

__all__ = ["PublishResult", "publish"]

_KINDS: Mapping[Kind, Callable[..., Prepared]] = {
    Kind.MARKETPLACE: marketplace.prepare,
    Kind.INDEX: index.prepare,
    Kind.NPM: carriers.npm,
    Kind.PYPI: carriers.pypi,
    Kind.CLAWHUB: clawhub.prepare,
}
_COMMENT = 1000  # characters of what was published, in a signature


@dataclass(slots=True)
class PublishResult:
    """What was published: package → version; ``listings`` are the files that name them."""

    packages: dict[str, str] = field(default_factory=dict)
    listings: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    losses: dict[str, tuple[Loss, ...]] = field(default_factory=dict)
    signed: bool = False
    diagnostics: list[Diagnostic] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether anything is wrong; then nothing was written."""
        return any(found.severity is Severity.ERROR for found in self.diagnostics)


def publish(request: PublishRequest) -> PublishResult:
    """Bring a folder up to date; with any error, nothing is written.

    Raises:
        PublishError: a listing or the record in the folder cannot be used.
        polyskill.platforms.deliver.transaction.Conflict: a file changed in the meantime.
        polyskill.platforms.deliver.transaction.TransactionError: the file system refused.
        OSError: the folder cannot be read or made.
    """
    found = collect(request.sources, request.version)
    result = PublishResult(diagnostics=found.diagnostics)
    if result.failed:
        return result
    wanted = _KINDS[request.kind](request, found.items)
    result.losses = wanted.losses
    result.diagnostics += wanted.diagnostics
    if result.failed:
        return result
    place = Place(request.to)
    if not request.dry_run:
        place.recover()
    before = ledger.read(request.to / wanted.base)
    after = {name: _release(package) for name, package in wanted.packages.items()}
    result.diagnostics += ledger.releases_allowed(
        before, after, downgrade=request.downgrade, replace_same=request.replace
    )
    if result.failed:
        return result
    result.diagnostics += _plan(place, wanted, before, after, request)
    result.diagnostics += place.diagnostics
    if worst(result.diagnostics) is Severity.ERROR:
        return result
    result.packages = {name: package.version for name, package in wanted.packages.items()}
    result.listings = [one.path for one in wanted.listings]
    result.changes = place.changes
    result.signed = request.signer is not None
    if not request.dry_run:
        place.commit(f"publish {request.kind} {request.name}")
    return result


def _release(package: Package) -> Release:
    return Release(package.version, {path: mark(file) for path, file in package.files.items()})


def _plan(
    place: Place,
    wanted: Prepared,
    before: Ledger,
    after: Mapping[str, Release],
    request: PublishRequest,
) -> list[Diagnostic]:
    """Plan all files; return what is wrong with listings."""
    base = f"{wanted.base}/" if wanted.base else ""
    files = {path: file for item in wanted.packages.values() for path, file in item.files.items()}
    known = before.files
    gone: set[str] = set()
    if not wanted.keeps_old:
        gone = {
            path
            for name in after
            if name in before.packages
            for path in before.packages[name].files
        } - files.keys()
    place.put_all(files, known, gone)
    found: list[Diagnostic] = []
    shared: dict[str, File] = {}
    for one in wanted.listings:
        there = place.read(one.path)
        data, problems = listing.merge_rows(
            one, there.data if there else None, before.rows.get(one.path, ())
        )
        found += problems
        shared[one.path] = File(data, there.executable if there else False)
    for path, values in wanted.keys.items():
        there = place.read(path)
        data = listing.merge_keys(path, there.data if there else None, values)
        shared[path] = File(data, there.executable if there else False)
    for path, file in wanted.optional.items():
        there = place.read(path)
        if there is None or there == file or mark(there) in before.rows.get(path, ()):
            shared[path] = file
    rows = {one.path: one.names for one in wanted.listings if one.path in shared}
    rows |= {path: (mark(shared[path]),) for path in wanted.optional if path in shared}
    record = before.with_releases(after, rows)
    shared[f"{base}{ledger.NAME}"] = File(record.data())
    for path, file in sorted(shared.items()):
        place.put(path, file, None, shared=True)
    _sums(place, base, record, shared, request)
    return found


def _sums(
    place: Place,
    base: str,
    record: Ledger,
    shared: Mapping[str, File],
    request: PublishRequest,
) -> None:
    """Write and sign the list of all that polyskill published here, if that is asked for."""
    path = f"{base}{sums.NAME}"
    if request.signer is None:
        if place.changes and place.read(f"{path}{SUFFIX}") is not None:
            where = str(place.root / path)
            place.diagnostics.append(report(codes.SIGNATURE_NEEDED, where, path=path))
        return
    listed = {name: one.removesuffix("+x") for name, one in record.files.items()}
    listed |= {name: sums.digest(file.data) for name, file in shared.items()}
    data = sums.text({name.removeprefix(base): one for name, one in listed.items()})
    place.put(path, File(data), None, shared=True)
    signature = _signed(request.signer, data, record, request.name)
    place.put(f"{path}{SUFFIX}", File(signature), None, shared=True)


def _signed(signer: Signer, data: bytes, record: Ledger, name: str) -> bytes:
    """Sign a list; the comment names the place and every package with its version."""
    packages = ", ".join(f"{one} {item.version}" for one, item in sorted(record.packages.items()))
    return signer.sign(data, f"{name}: {packages}"[:_COMMENT])
