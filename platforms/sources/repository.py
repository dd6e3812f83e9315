"""A repository as a source: which commit is wanted, and whether it is the recorded one."""

from __future__ import annotations

import re

from . import git
from .errors import SourceError
from .model import Context, Fetched, Spec
from .settle import Got, changed, recalled, settle

__all__ = ["from_git"]

_GONE = re.compile(r"not our ref|unadvertised object|bad object")  # words of git
_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?\Z")


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
