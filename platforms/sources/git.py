"""Git repositories, through the git program: one commit is fetched and its objects are read.

No work tree is checked out, so no filter, hook, submodule or file-system monitor of the repository
runs. The user's own git configuration counts (credentials, proxies).
"""

from __future__ import annotations

import os
import posixpath
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from polyskill.compiler.codes import sources as codes
from polyskill.compiler.localized import Text

from .entries import Intake, why_refused
from .errors import SourceError
from .model import Context, Release, Spec
from .programs import run
from .store import Store
from .tree import Tree
from .versions import plain

__all__ = ["Commit", "fetch", "name_of", "resolve", "tags"]

_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?\Z")
_LONGEST_LINK = 4096
_TAGS = "refs/tags/"
_LFS = b"version https://git-lfs"
_SAFE = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=",
    "core.askPass=",
    "core.symlinks=false",
    "protocol.allow=never",
    "protocol.ext.allow=never",
    "submodule.recurse=false",
    "fetch.recurseSubmodules=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "credential.interactive=false",
    "advice.detachedHead=false",
)
_KEPT = ("GIT_SSH", "GIT_SSL", "GIT_PROXY", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM")


_Row = tuple[str, str, int, str]  # mode, object, size in bytes, path


@dataclass(frozen=True, slots=True)
class Commit:
    """What a ref means now: ``name`` is the full ref to fetch, ``pinned`` for tags and commits."""

    id: str
    name: str
    version: str
    pinned: bool


def _environment(repository: Path) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or name.startswith(_KEPT)
    }
    return kept | {
        "GIT_DIR": os.fspath(repository),
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "",
        "SSH_ASKPASS": "",
        "SSH_ASKPASS_REQUIRE": "never",
        "GCM_INTERACTIVE": "never",
        "GIT_LFS_SKIP_SMUDGE": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "LC_ALL": "C",
    }


class _Git:
    """Calls git for one source, in a new empty repository and always with the safe settings."""

    def __init__(self, spec: Spec, context: Context, folder: Path) -> None:
        self.url = spec.location
        self.context, self.folder = context, folder / "repo.git"
        scheme = self.url.partition("://")[0] if "://" in self.url else "ssh"
        if scheme == "http" and not (context.allow_http or _loopback(self.url)):
            reason = Text("plain http is not encrypted", "http 未加密")
            raise SourceError(codes.DOWNLOAD_REFUSED, self.url, reason=reason)
        settings = [*_SAFE, *(f"protocol.{one}.allow=always" for one in {scheme, "https", "ssh"})]
        self.base = [shutil.which("git") or "git"]
        self.base += [part for setting in settings for part in ("-c", setting)]
        folder.joinpath("empty").mkdir()
        self.need("init", "-q", "--bare", f"--template={folder / 'empty'}")

    def ask(self, *args: str, stdin: bytes = b"", watch: bool = False) -> tuple[int, bytes, str]:
        return run(
            [*self.base, *args],
            where=self.url,
            limits=self.context.limits,
            env=_environment(self.folder),
            cwd=self.folder.parent,
            watch=self.folder if watch else None,
            stdin=stdin,
        )

    def need(self, *args: str, stdin: bytes = b"", watch: bool = False) -> bytes:
        status, out, message = self.ask(*args, stdin=stdin, watch=watch)
        if status:
            raise SourceError(
                codes.PROGRAM_FAILED, self.url, program="git", reason=Text(message, message)
            )
        return out

    def refs(self) -> dict[str, str]:
        """Return what the repository has: full names of branches and tags, and ``HEAD``.

        An annotated tag names its commit here.
        """
        found: dict[str, str] = {}
        for line in self.need("ls-remote", "--", self.url).decode("utf-8", "replace").splitlines():
            commit, _, name = line.partition("\t")
            peeled = name.removesuffix("^{}")
            if _COMMIT.match(commit) and (peeled != name or name not in found):
                found[peeled] = commit
        return found


def _loopback(url: str) -> bool:
    return urlsplit(url).hostname in {"127.0.0.1", "localhost", "::1"}


def _choose(url: str, ref: str, refs: dict[str, str]) -> Commit:
    """Return the commit that a ref names; a tag comes before a branch, as in git itself.

    A version may stand for the one tag of it: ``1.2`` for ``v1.2`` or ``name--v1.2``.
    """
    if not ref:
        if "HEAD" not in refs:
            raise _no_ref(url, "HEAD", refs)
        return Commit(refs["HEAD"], "HEAD", "", pinned=False)
    if _COMMIT.match(ref.lower()):  # never a tag or branch that is called like a commit
        return Commit(ref.lower(), ref.lower(), "", pinned=True)
    for name, version, pinned in (
        (f"refs/tags/{ref}", plain(ref), True),
        (f"refs/heads/{ref}", "", False),
    ):
        if name in refs:
            return Commit(refs[name], name, version, pinned)
    of_version = [
        name for name in refs if name.startswith(_TAGS) and plain(name.removeprefix(_TAGS)) == ref
    ]
    if len(of_version) == 1:
        return Commit(refs[of_version[0]], of_version[0], ref, pinned=True)
    raise _no_ref(url, ref, refs)


def _no_ref(url: str, ref: str, refs: dict[str, str]) -> SourceError:
    names = [
        name.split("/", 2)[2] for name in refs if name.startswith(("refs/heads/", "refs/tags/"))
    ]
    there = ", ".join(f"`{name}`" for name in names[:10]) or "–"
    return SourceError(codes.REF_NOT_FOUND, url, ref=ref, there=there)


def resolve(spec: Spec, context: Context) -> Commit:
    """Ask the repository what the wanted ref is now.

    Raises:
        SourceError: git is missing or fails, or the ref does not exist.
    """
    with Store(context.cache).workplace() as folder:
        return _choose(spec.location, spec.ref, _Git(spec, context, folder).refs())


def tags(spec: Spec, context: Context) -> list[Release]:
    """Return the tags of the repository, as they come."""
    with Store(context.cache).workplace() as folder:
        refs = _Git(spec, context, folder).refs()
    names = [name.removeprefix(_TAGS) for name in refs if name.startswith(_TAGS)]
    return [Release(plain(name), name, refs[f"{_TAGS}{name}"]) for name in names]


def fetch(spec: Spec, commit: Commit, context: Context) -> tuple[Tree, str]:
    """Fetch one commit; return its tree (below the subfolder) and its full id.

    Raises:
        SourceError: git fails, or the tree holds what no source may hold.
    """
    with Store(context.cache).workplace() as folder:
        git = _Git(spec, context, folder)
        context.progress(spec.location, 0, 0)
        git.need(
            "fetch",
            *("-q", "--depth=1", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head"),
            *("--", spec.location, f"+{commit.name}:refs/polyskill/wanted"),
            watch=True,
        )
        found = git.need("rev-parse", "--verify", "refs/polyskill/wanted^{commit}")
        revision = found.decode().strip()
        return _read(git, spec, revision), revision


def _read(git: _Git, spec: Spec, revision: str) -> Tree:
    """Read the objects of a commit below the subfolder, and the files that links there name."""
    listing = git.need("ls-tree", "-r", "-z", "-l", "--full-tree", revision)
    start = f"{spec.subfolder}/" if spec.subfolder else ""
    rows: list[_Row] = []
    others: dict[str, _Row] = {}
    for line in filter(None, listing.split(b"\0")):
        meta, _, raw = line.partition(b"\t")
        mode, _, blob, size = meta.decode().split()
        path = raw.decode("utf-8", "surrogateescape")
        row = (mode, blob, int(size) if size.isdigit() else 0, path)
        if path.startswith(start):
            rows.append(row)
        else:
            others[path] = row
    if not rows:
        tops = sorted({path.partition("/")[0] for path in others})
        raise SourceError(
            codes.SOURCE_NOT_FOUND,
            spec.location,
            what=Text("folder", "文件夹"),
            name=spec.subfolder or "/",
            there=", ".join(f"`{name}`" for name in tops[:10]) or "–",
        )
    rows += _linked(git, rows, others)
    return _take(git, spec, rows).below(spec.subfolder)


def _linked(git: _Git, rows: Sequence[_Row], others: dict[str, _Row]) -> list[_Row]:
    """Return the files outside of the subfolder that links in it name."""
    links = [row for row in rows if row[0] == "120000" and row[2] <= _LONGEST_LINK]
    targets = _blobs(git, [blob for _, blob, _, _ in links]) if links and others else {}
    named = {
        posixpath.normpath(
            posixpath.join(posixpath.dirname(path), targets[blob].decode("utf-8", "replace"))
        )
        for _, blob, _, path in links
        if blob in targets
    }
    return [row for path, row in others.items() if path in named and row[0].startswith("100")]


def _take(git: _Git, spec: Spec, rows: Sequence[_Row]) -> Tree:
    intake = Intake(spec.location, git.context.limits)
    before = Intake(spec.location, git.context.limits)
    for _, _, size, path in rows:  # nothing is read of what is too large
        before.count(path, size)
    blobs = _blobs(git, [blob for mode, blob, _, _ in rows if mode != "160000"])
    for mode, blob, size, path in rows:
        if mode == "160000":
            intake.leave_out(path, Text("it is a submodule", "它是子模块"))
        elif mode == "120000":
            target = blobs[blob].decode("utf-8", "surrogateescape")
            intake.link(path, target)
        else:
            data = blobs[blob]
            intake.file(path, size, lambda data=data: data, executable=mode == "100755")  # type: ignore[misc]
            if data.startswith(_LFS):
                reason = Text("its contents are kept in Git LFS", "其内容保存在 Git LFS 中")
                intake.leave_out(path, reason)
    return intake.finish()


def _blobs(git: _Git, wanted: Sequence[str]) -> dict[str, bytes]:
    """Return the contents of objects, read in one call."""
    names = list(dict.fromkeys(wanted))
    out = git.need("cat-file", "--batch", stdin="".join(f"{name}\n" for name in names).encode())
    found: dict[str, bytes] = {}
    at = 0
    for name in names:
        end = out.index(b"\n", at)
        size = int(out[at:end].rsplit(b" ", 1)[1])
        found[name] = out[end + 1 : end + 1 + size]
        at = end + 1 + size + 1
    return found


def name_of(spec: Spec) -> str:
    """Return what to call the folder of a repository: its subfolder's or its own last name."""
    last = spec.subfolder or unquote(spec.location).rstrip("/").removesuffix(".git")
    name = re.split(r"[/:]", last)[-1]
    return name if why_refused(name) is None else "repository"
