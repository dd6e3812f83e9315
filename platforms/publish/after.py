"""What to run after a folder was prepared: polyskill itself uploads nothing."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path

from . import ledger, sums
from .index import BASE
from .prepared import Kind, PublishRequest
from .publish import PublishResult
from .signing import SUFFIX

__all__ = ["After", "after"]

_SHOWN = 3  # packages whose installation is spelled out


@dataclass(frozen=True, slots=True)
class After:
    """Commands for the publisher, then commands for users, in order.

    ``<URL>`` stands for what only the publisher knows: where the repository or the site is.
    """

    publisher: tuple[str, ...] = ()
    users: tuple[str, ...] = ()


def after(request: PublishRequest, result: PublishResult) -> After:
    """Return the next commands."""
    match request.kind:
        case Kind.MARKETPLACE:
            return _marketplace(request, result)
        case Kind.INDEX:
            return _index(request)
        case Kind.NPM:
            return _npm(request, result)
        case Kind.PYPI:
            return _pypi(request, result)
        case Kind.CLAWHUB:
            return _clawhub(request, result)


def _line(*words: object) -> str:
    return shlex.join(str(word) for word in words)


def _in_git(folder: Path) -> bool:
    place = folder.absolute()
    return any((parent / ".git").exists() for parent in (place, *place.parents))


def _marketplace(request: PublishRequest, result: PublishResult) -> After:
    git = ("git", "-C", request.to)
    names = sorted({name.partition("/")[2] for name in result.packages})
    versions = sorted({f"{name.partition('/')[2]} {v}" for name, v in result.packages.items()})
    message = ", ".join(versions[:_SHOWN]) + (" …" if len(versions) > _SHOWN else "")
    signed = (sums.NAME, f"{sums.NAME}{SUFFIX}") if result.signed else ()
    publisher = [] if _in_git(request.to) else [_line("git", "init", request.to)]
    publisher += [
        _line(*git, "add", "--", *result.listings, "plugins", ledger.NAME, *signed),
        _line(*git, "commit", "-m", f"Publish {message}"),
        _line(*git, "push"),
    ]
    users = []
    hosts = {name.partition("/")[0] for name in result.packages}
    if hosts & {"claude", "agents"}:
        users.append("claude plugin marketplace add <URL>")
        users += [f"claude plugin install {name}@{request.name}" for name in names[:_SHOWN]]
    if "codex" in hosts:
        users.append("codex plugin marketplace add <URL>")
        users += [f"codex plugin add {name}@{request.name}" for name in names[:_SHOWN]]
    if "kimi" in hosts:
        users.append("/plugins marketplace <URL>/marketplace.json")
    return After(tuple(publisher), tuple(users))


def _index(request: PublishRequest) -> After:
    url = request.url.rstrip("/") or "<URL>"
    seen = f"{url}/{BASE}/index.json"
    users = (f"polyskill install {seen}", f"npx skills add {url}")
    return After((f"curl --fail {seen}",), users)


def _npm(request: PublishRequest, result: PublishResult) -> After:
    access = ("--access", "public") if request.name.startswith("@") else ()
    name, version = request.name, result.packages[request.name]
    publisher = (
        _line("npm", "pack", "--dry-run", request.to.absolute()),
        _line("npm", "publish", *access, request.to.absolute()),
    )
    users = (
        f"pi install npm:{name}@{version}",
        f"cline plugin install npm:{name}@{version}",
        f"opencode plugin {name}@{version}",
        f"polyskill install npm:{name}@{version}",
    )
    return After(publisher, users)


def _pypi(request: PublishRequest, result: PublishResult) -> After:
    publisher = (
        _line("python", "-m", "build", request.to),
        f"python -m twine upload {_line(request.to / 'dist')}/*",
    )
    name, version = request.name, result.packages[request.name]
    return After(publisher, (f"polyskill install pypi:{name}=={version}",))


def _clawhub(request: PublishRequest, result: PublishResult) -> After:
    publisher = tuple(
        _line("clawhub", "skill", "publish", request.to / name, "--slug", name)
        for name in sorted(result.packages)
    )
    users = tuple(f"openclaw skills install {name}" for name in sorted(result.packages)[:_SHOWN])
    return After(publisher, users)
