"""Packages of npm as carriers of skills, through the npm program: nothing of them is run.

The registry and the credentials are those that npm is set up with. The package is unpacked here,
after its bytes were compared with the integrity that the registry declares.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

from polyskill.compiler.codes import sources as codes
from polyskill.compiler.localized import Text

from .archive import read_archive
from .errors import SourceError
from .local import read_local
from .model import Context, Fetched, Spec
from .packed import unwrap
from .programs import run
from .settle import Got, settle
from .store import Store
from .tree import sha256

__all__ = ["from_npm", "versions"]

_HASHES = ("sha512", "sha384", "sha256")


def _npm(spec: Spec, context: Context, folder: Path, *args: str) -> Any:
    """Return the JSON that an npm command prints."""
    argv = [shutil.which("npm") or "npm", *args, "--json", "--ignore-scripts", "--no-audit"]
    argv += ["--no-fund", "--no-update-notifier", "--loglevel=error"]
    env = {**os.environ, "CI": "1", "NO_COLOR": "1"}
    status, out, message = run(argv, where=spec.text, limits=context.limits, env=env, cwd=folder)
    try:
        answer = json.loads(out) if out.strip() else None
    except ValueError:
        answer = None
    if status == 0 and answer is not None:
        return answer
    told = answer.get("error") if isinstance(answer, dict) else None
    if isinstance(told, dict):
        message = str(told.get("summary") or message).strip().splitlines()[0]
        if told.get("code") in {"E404", "ETARGET"}:
            ref = f"{spec.location}@{spec.ref}" if spec.ref else spec.location
            raise SourceError(codes.REF_NOT_FOUND, spec.text, ref=ref, there="–")
    if status == 0:  # npm view prints nothing for a version that does not exist
        raise SourceError(codes.REF_NOT_FOUND, spec.text, ref=spec.ref, there="–")
    raise SourceError(codes.PROGRAM_FAILED, spec.text, program="npm", reason=Text(message, message))


def from_npm(spec: Spec, context: Context, revision: str = "") -> Fetched:
    """Fetch a package.

    Raises:
        SourceError: npm is missing or fails, there is no such version, or its bytes are not those
            that the registry declares.
    """

    def ask() -> Got:
        with Store(context.cache).workplace() as folder:
            wanted = f"{spec.location}@{spec.ref or 'latest'}"
            about = _npm(spec, context, folder, "view", wanted, "version", "dist.integrity")
            about = about[-1] if isinstance(about, list) else about
            if not isinstance(about, dict) or "version" not in about:
                reason = Text("the registry declares no integrity", "注册中心未声明完整性摘要")
                raise SourceError(codes.PROGRAM_FAILED, spec.text, program="npm", reason=reason)
            version, integrity = str(about["version"]), str(about.get("dist.integrity", ""))
            exact = f"{spec.location}@{version}"
            context.progress(spec.text, 0, 0)
            _npm(spec, context, folder, "pack", exact, "--pack-destination", os.fspath(folder))
            files = sorted(folder.glob("*.tgz"))
            if len(files) != 1:
                reason = Text("it packed nothing", "没有打包任何内容")
                raise SourceError(codes.PROGRAM_FAILED, spec.text, program="npm", reason=reason)
            data = read_local(os.fspath(files[0]), context.limits.download)
        _verify(spec, data, integrity)
        tree = read_archive(data, spec.text, context.limits)
        tree, name = unwrap(tree, "package", spec)
        name = name if spec.subfolder else spec.location.rpartition("/")[2]
        return Got(tree, name, sha256(data), version, pinned=version == spec.ref)

    return settle(spec, context, revision, ask)


def _verify(spec: Spec, data: bytes, integrity: str) -> None:
    """Compare the bytes with the strongest hash of a subresource-integrity string."""
    declared = dict(part.split("?")[0].split("-", 1) for part in integrity.split() if "-" in part)
    name = next((one for one in _HASHES if one in declared), "")
    if not name:
        reason = Text("the registry declares no integrity", "注册中心未声明完整性摘要")
        raise SourceError(codes.PROGRAM_FAILED, spec.text, program="npm", reason=reason)
    found = base64.b64encode(hashlib.new(name, data).digest()).decode()
    if found != declared[name]:
        raise SourceError(
            codes.DIGEST_MISMATCH,
            spec.text,
            found=f"{name}-{found}",
            wanted=f"{name}-{declared[name]}",
        )


def versions(spec: Spec, context: Context) -> list[str]:
    """Return the versions of a package, as the registry lists them.

    Raises:
        SourceError: npm is missing or fails, or there is no such package.
    """
    with Store(context.cache).workplace() as folder:
        found = _npm(spec, context, folder, "view", spec.location, "versions")
    listed = found if isinstance(found, list) else [found]
    return [one for one in listed if isinstance(one, str)]
