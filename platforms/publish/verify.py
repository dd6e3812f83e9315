"""Verify a pack or a published folder, offline: digests, and the signature of their list."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from polyskill.compiler.codes import publish as codes
from polyskill.compiler.diagnostics import Diagnostic, Severity, report

from . import sums
from .signing import SUFFIX, BadSignature, check

__all__ = ["Verified", "verify"]


@dataclass(slots=True)
class Verified:
    """What was found; ``signature`` is "good", "bad", "unchecked" (no key given) or "none".

    ``comment`` is what was signed along with the sums: name and version; empty unless good.
    """

    folder: Path
    files: list[str] = field(default_factory=list)
    signature: str = "none"
    comment: str = ""
    diagnostics: list[Diagnostic] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether anything is not as it was packed."""
        return any(found.severity is Severity.ERROR for found in self.diagnostics)


def verify(path: Path, key: str = "") -> Verified:
    """Check a folder with SHA256SUMS, or one file that such a list beside it names.

    Args:
        path: The folder, SHA256SUMS itself, or a file in its folder.
        key: A minisign public key, or the name of a file that holds one; without it the signature
            is not looked at.

    Raises:
        PublishError: the key cannot be used, or the library for it is missing.
        OSError: a file cannot be read.
    """
    folder = path if path.is_dir() else path.parent
    made = Verified(folder)
    try:
        data = (folder / sums.NAME).read_bytes()
        listed = sums.parse(data)
    except (FileNotFoundError, NotADirectoryError):
        return _no_pack(made, path, "there is no SHA256SUMS", "没有 SHA256SUMS")
    except ValueError as error:
        said = f"SHA256SUMS is damaged ({error})"
        return _no_pack(made, path, said, f"SHA256SUMS 已损坏（{error}）")
    _signature(made, data, key)
    wanted = list(listed)
    if not path.is_dir() and path.name != sums.NAME:
        wanted = [path.name]
        if path.name not in listed:
            return _no_pack(made, path, "SHA256SUMS does not list it", "SHA256SUMS 未列出该文件")
    for name in wanted:
        _file(made, name, listed[name])
    if wanted == list(listed):
        _unlisted(made, listed)
    return made


def _no_pack(made: Verified, path: Path, reason: str, reason_zh: str) -> Verified:
    made.diagnostics.append(
        report(codes.NOT_A_PACK, str(path), path=path, reason=reason, reason_zh=reason_zh)
    )
    return made


def _file(made: Verified, name: str, wanted: str) -> None:
    place = made.folder / name
    reason, reason_zh = "its digest differs", "摘要不同"
    try:
        if not place.is_file():
            reason, reason_zh = "it is not there", "文件不存在"
        elif sums.digest(place.read_bytes()) == wanted:
            made.files.append(name)
            return
    except (PermissionError, ValueError) as error:
        reason = reason_zh = getattr(error, "strerror", None) or str(error)
    made.diagnostics.append(
        report(codes.SUM_WRONG, str(place), path=name, reason=reason, reason_zh=reason_zh)
    )


def _signature(made: Verified, data: bytes, key: str) -> None:
    name = f"{sums.NAME}{SUFFIX}"
    try:
        signature = (made.folder / name).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        if key:
            _bad(made, name, BadSignature("there is none", "没有签名"))
        return
    if not key:
        made.signature = "unchecked"
        return
    try:
        made.comment = check(data, signature, key)
        made.signature = "good"
    except BadSignature as error:
        _bad(made, name, error)


def _bad(made: Verified, name: str, error: BadSignature) -> None:
    made.signature = "bad"
    place = str(made.folder / name)
    made.diagnostics.append(
        report(
            codes.SIGNATURE_WRONG,
            place,
            path=name,
            reason=error.reason,
            reason_zh=error.reason_zh,
        )
    )


def _unlisted(made: Verified, listed: dict[str, str]) -> None:
    """Report what lies beside the list; folders are looked into where listed files are."""
    homes = {name.rpartition("/")[0] for name in listed} | {""}
    own = {sums.NAME, f"{sums.NAME}{SUFFIX}"}
    found = []
    for home in sorted(homes):
        place = made.folder / home
        if not place.is_dir():  # a listed file is missing, which has been said
            continue
        with os.scandir(place) as entries:
            for entry in entries:
                name = f"{home}/{entry.name}" if home else entry.name
                folder = entry.is_dir(follow_symlinks=False)
                if not folder and name not in listed and name not in own:
                    found.append(name)
    if found:
        made.diagnostics.append(
            report(codes.UNLISTED, str(made.folder), count=len(found), path=min(found))
        )
