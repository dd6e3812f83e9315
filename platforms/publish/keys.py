"""A new pair of keys on disk: the secret one readable by its owner alone."""

from __future__ import annotations

import os
from pathlib import Path

from polyskill.compiler.codes import publish as codes
from polyskill.compiler.diagnostics import report

from ..deliver import atomic
from .errors import PublishError
from .signing import new_key

__all__ = ["write_pair"]


def write_pair(path: Path, password: str) -> tuple[Path, str]:
    """Write a new secret key to ``path`` and its public key to ``<path>.pub``.

    Returns:
        The public key's file, and the public key as one word.

    Raises:
        PublishError: one of the files is there already, or there is no library.
        OSError: they cannot be written.
    """
    beside = path.with_name(f"{path.name}.pub")
    for place in (path, beside):
        if os.path.lexists(place):
            raise PublishError(report(codes.NOT_OURS, str(place), path=place))
    secret, public, word = new_key(password)
    atomic.make_directory(path.parent)
    atomic.write(path, secret, mode=0o600)
    atomic.write(beside, public)
    return beside, word
