"""Minisign signatures, through the library py-minisign (extra ``sign``).

The format is that of https://jedisct1.github.io/minisign: Ed25519 over the BLAKE2b-512 of the
file, and a second signature over the first one and the trusted comment. Ed25519 is deterministic,
and the comment has no time in it: signing again gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from polyskill.compiler.codes import publish as codes
from polyskill.compiler.diagnostics import report

from .errors import PublishError

__all__ = ["SUFFIX", "BadSignature", "Signer", "check", "load_signer", "new_key"]

SUFFIX = ".minisig"
_COMMENT = "signature of SHA256SUMS, made by polyskill"
_LONGEST = 4000  # characters of a trusted comment; minisign itself reads 8192 bytes

Ask = Callable[[], str]


class BadSignature(Exception):
    """A signature does not hold; the reason in English and in Chinese."""

    def __init__(self, reason: str, reason_zh: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.reason_zh = reason_zh


def _library() -> ModuleType:
    try:
        return import_module("minisign")  # an extra
    except ImportError:
        raise PublishError(
            report(codes.LIBRARY_MISSING, "py-minisign", library="py-minisign")
        ) from None


def _unusable(path: Path, reason: str) -> PublishError:
    return PublishError(report(codes.KEY_UNUSABLE, str(path), path=path, reason=reason))


@dataclass(frozen=True, slots=True)
class Signer:
    """A secret key that is open."""

    _key: Any

    def sign(self, data: bytes, comment: str) -> bytes:
        """Return the signature file of ``data``; ``comment`` is signed along with it."""
        line = "".join(char if char.isprintable() else " " for char in comment)[:_LONGEST]
        made = self._key.sign(data, untrusted_comment=_COMMENT, trusted_comment=line)
        return bytes(made) + b"\n"


def load_signer(path: Path, ask: Ask) -> Signer:
    """Open a secret key; ``ask`` gives the password if the key has one.

    Raises:
        PublishError: there is no library, no such key, or the password is wrong.
    """
    minisign = _library()
    try:
        key = minisign.SecretKey.from_bytes(path.read_bytes())
        if key.is_encrypted():
            key.decrypt(ask())
    except OSError as error:
        raise _unusable(path, error.strerror or str(error)) from error
    except (minisign.Error, ValueError) as error:
        raise _unusable(path, str(error)) from error
    return Signer(key)


def new_key(password: str) -> tuple[bytes, bytes, str]:
    """Make a pair of keys; an empty password leaves the secret one unprotected.

    Returns:
        The secret key's file, the public key's file, and the public key as one word.

    Raises:
        PublishError: there is no library.
    """
    minisign = _library()
    pair = minisign.KeyPair.generate()
    public = bytes(pair.public_key) + b"\n"
    word = pair.public_key.to_base64().decode("ascii")
    if password:
        pair.secret_key.encrypt(password)
    return bytes(pair.secret_key) + b"\n", public, word


def _public(minisign: ModuleType, key: str) -> Any:
    """Return the public key that ``key`` is (one word) or names (a file)."""
    path = Path(key)
    try:
        if path.is_file():
            return minisign.PublicKey.from_bytes(path.read_bytes())
        return minisign.PublicKey.from_base64(key)
    except OSError as error:
        raise _unusable(path, error.strerror or str(error)) from error
    except (minisign.Error, ValueError) as error:
        raise _unusable(path, str(error)) from error


def check(data: bytes, signature: bytes, key: str) -> str:
    """Return the trusted comment of a signature that holds for ``data``.

    The untrusted comment is the one thing that minisign does not sign, so it is never shown.

    Raises:
        PublishError: there is no library, or no such key.
        BadSignature: the signature does not hold.
    """
    minisign = _library()
    public = _public(minisign, key)
    try:
        made = minisign.Signature.from_bytes(signature)
        public.verify(data, made)
    except (minisign.Error, ValueError) as error:
        raise BadSignature(str(error), str(error)) from error
    # Base64 has several spellings of the same bytes: only the one that minisign writes is right.
    if bytes(made) != signature.replace(b"\r\n", b"\n").removesuffix(b"\n"):
        raise BadSignature("it is not written as minisign writes it", "其写法与 minisign 不符")
    comment: str = made.trusted_comment
    return comment
