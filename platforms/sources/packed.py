"""An archive as a source, from the web or from this machine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

from polyskill.compiler.codes import sources as codes
from polyskill.compiler.localized import Text

from . import web
from .archive import read_archive, stem
from .errors import SourceError
from .local import missing, read_local
from .model import Context, Fetched, Spec
from .settle import Got, changed, settle
from .tree import Tree, sha256

__all__ = ["from_archive", "unwrap"]


def from_archive(spec: Spec, context: Context, revision: str = "") -> Fetched:
    """Return what an archive holds, without the one folder that wraps it.

    Raises:
        SourceError: it cannot be fetched, has another digest, or must not be unpacked.
    """
    remote = "://" in spec.location
    declared = f"sha256:{spec.sha256}" if spec.sha256 else ""

    def ask() -> Got:
        data = (
            web.download(spec.location, context)
            if remote
            else read_local(spec.location, context.limits.download)
        )
        found = sha256(data)
        if declared and found != declared:
            raise SourceError(codes.DIGEST_MISMATCH, spec.location, found=found, wanted=declared)
        if revision and found != revision:
            raise changed(spec, found, revision)
        name = web.name_in(spec.location) if remote else Path(spec.location).name
        tree = read_archive(data, spec.text, context.limits)
        tree, name = unwrap(tree, stem(unquote(name)), spec)
        return Got(tree, name, found, pinned=remote)

    if not remote:
        context = replace(context, offline=False)
    return settle(spec, context, revision, ask, declared=declared)


def unwrap(tree: Tree, name: str, spec: Spec) -> tuple[Tree, str]:
    """Return the part of an archive that was asked for, and what to call it.

    Raises:
        SourceError: it has no such subfolder.
    """
    wrapper = tree.wrapper()
    if wrapper and not spec.subfolder.startswith(f"{wrapper}/") and spec.subfolder != wrapper:
        tree, name = tree.below(wrapper), wrapper
    if spec.subfolder:
        part = tree.below(spec.subfolder)
        if not part.files:
            there = sorted({path.rpartition("/")[0] for path in tree.files} - {""})
            raise missing(spec.text, Text("folder", "文件夹"), spec.subfolder, there)
        tree, name = part, spec.subfolder.rpartition("/")[2]
    return tree, name
