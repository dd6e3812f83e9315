"""Sources that give one tree: folders, bundled skills, git repositories and archives."""

from __future__ import annotations

import difflib
import os
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

from polyskill.compiler.codes import sources as codes
from polyskill.compiler.localized import Text

from . import git, web
from .archive import read_archive, stem
from .errors import SourceError
from .model import Context, Fetched, Spec
from .settle import Got, changed, recalled, settle
from .tree import Tree, folder_digest, sha256

__all__ = ["archive", "bundled", "folder", "from_git", "missing", "read_local", "unwrap"]

_GONE = re.compile(r"not our ref|unadvertised object|bad object")  # words of git
_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?\Z")


def missing(where: str, what: Text, name: str, there: list[str]) -> SourceError:
    """Return the error that ``where`` has nothing of this name; ``there`` is what it has."""
    near = difflib.get_close_matches(name, there, 3, 0.4) or there[:10]
    shown = ", ".join(f"`{one}`" for one in near) or "–"
    return SourceError(codes.SOURCE_NOT_FOUND, where, what=what, name=name, there=shown)


def folder(spec: Spec, context: Context, revision: str = "") -> Fetched:
    """Return a folder (or file) of this machine, where it is.

    Raises:
        SourceError: it is not there, or cannot be read.
    """
    del context, revision  # what is here needs neither
    path = Path(spec.location)
    try:
        if not path.exists():
            parent = path.parent
            there = sorted(os.listdir(parent)) if parent.is_dir() else []  # noqa: PTH208
            what = Text("file or folder", "文件或文件夹")
            raise missing(os.fspath(parent), what, path.name, there)
        return Fetched(spec, path, "", "", folder_digest(path))
    except (OSError, ValueError) as error:
        raise _unreadable(spec.location, error) from None


def _unreadable(where: str, error: Exception) -> SourceError:
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return SourceError(codes.DOWNLOAD_FAILED, where, reason=Text(reason, reason))


def bundled(spec: Spec, context: Context, revision: str = "") -> Fetched:
    """Return a skill that comes with polyskill.

    Raises:
        SourceError: there is none of this name.
    """
    home = context.bundled
    names = sorted(one.name for one in home.iterdir() if one.is_dir()) if home else []
    if home is None or spec.location not in names:
        raise missing("polyskill", Text("bundled skill", "内置技能"), spec.location, names)
    del revision
    path = home / spec.location
    return Fetched(spec, path, "", "", folder_digest(path))


def from_git(spec: Spec, context: Context, revision: str = "") -> Fetched:
    """Return the tree of a commit.

    A branch may have moved on since ``revision`` was recorded: then that commit is fetched. A tag
    may not.

    Raises:
        SourceError: it cannot be fetched, or the tag moved.
    """

    def ask() -> Got | Fetched:
        commit = git.resolve(spec, context)
        tip = commit.id
        if revision and commit.id != revision:
            if commit.pinned or not _COMMIT.match(revision):
                raise changed(spec, commit.id, revision)
            commit = git.Commit(revision, revision, "", pinned=False)
        known = recalled(spec, context, commit.id)
        if known is not None:
            return known
        try:
            tree, found = git.fetch(spec, commit, context)
        except SourceError as error:
            if revision and _GONE.search(str(error)):
                raise changed(spec, tip, revision) from None
            raise
        return Got(tree, git.name_of(spec), found, commit.version, commit.pinned)

    return settle(spec, context, revision, ask)


def archive(spec: Spec, context: Context, revision: str = "") -> Fetched:
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


def read_local(path: str, most: int) -> bytes:
    """Return the bytes of a file of this machine.

    Raises:
        SourceError: it cannot be read, is no regular file, or is larger than ``most`` bytes.
    """
    file = Path(path)
    try:
        if not file.is_file():
            raise missing(os.fspath(file.parent), Text("file", "文件"), file.name, [])
        if file.stat().st_size > most:
            raise SourceError(codes.DOWNLOAD_TOO_LARGE, path, limit=most // (1024 * 1024))
        return file.read_bytes()
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None


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
