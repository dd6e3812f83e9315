"""How a user spells a source, and what the spelling means: nothing is fetched here.

Fragments are percent-decoded after they are split: a subfolder that holds ``@`` or ``#`` is written
with ``%40`` and ``%23``; Chinese names may be written as they are.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from urllib.parse import SplitResult, quote, unquote, urlsplit

from polyskill.compiler.codes import sources as codes
from polyskill.compiler.localized import Text
from polyskill.compiler.readers.names import inside

from .errors import SourceError
from .model import Spec

__all__ = ["ARCHIVES", "SCP", "github", "parse"]

ARCHIVES = (".zip", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2", ".tar")
_GITHUB = "https://github.com/"
_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+\Z")
SCP = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*@[A-Za-z0-9][A-Za-z0-9.-]*:(?!/)[^@#]+")
_NPM = re.compile(r"(@[a-z0-9~][a-z0-9._~-]*/)?[a-z0-9~][a-z0-9._~-]*\Z")
_PYPI = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?\Z")
_VERSION = re.compile(r"[~^]?[A-Za-z0-9][A-Za-z0-9.+!_~^*-]*\Z")
_HEX = re.compile(r"[0-9a-fA-F]{64}\Z")
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")
_GIT_SCHEMES = ("https", "http", "ssh", "file")
_INDEXES = ("/.well-known/agent-skills/index.json", "/.well-known/skills/index.json")
_PATH = Text("`./skill`", "`./skill`")


def _wrong(text: str, en: str, zh: str, near: Text | None = None) -> SourceError:
    """Return the error about a spelling; ``near`` is what to write instead, if that is known."""
    if near is not None:
        en, zh = f"{en}; write {near.en}", f"{zh}；请写成 {near.zh}"
    return SourceError(codes.NOT_UNDERSTOOD, text, reason=Text(en, zh))


def _write(spelling: str) -> Text:
    return Text(f"`{spelling}`", f"`{spelling}`")


def parse(text: str, *, base: Path, bundled: Collection[str] = ()) -> Spec:
    """Return what ``text`` names.

    Args:
        text: a source as a user writes it, on a command line or in ``skills.toml``.
        base: the folder that relative paths begin at.
        bundled: the names of the skills that come with polyskill; if there are any, a bare name
            must be one of them.

    Raises:
        SourceError: the text means nothing, or two things; the message says what to write.
    """
    if not text.strip() or text != text.strip() or not text.isprintable():
        raise _wrong(
            text,
            "it is empty, or has spaces at its ends or characters that cannot be seen",
            "内容为空，或首尾有空格，或含有不可见字符",
        )
    spec = _prefixed(text, base) or _local(text, base) or _remote(text, base)
    if spec is None:
        spec = _bare(text, bundled)
    return replace(spec, text=text)


def github(slug: str) -> str:
    """Return the address of the GitHub repository ``owner/repo``."""
    return f"{_GITHUB}{slug.removesuffix('.git')}.git"


def _prefixed(text: str, base: Path) -> Spec | None:
    kind, colon, rest = text.partition(":")
    if not colon:
        return None
    if kind == "npm":
        return _npm(text, rest)
    if kind == "pypi":
        return _pypi(text, rest)
    if kind == "index":
        return _index(text, rest)
    if kind == "marketplace":
        return _marketplace(text, rest, base)
    if kind == "github":
        return _slug(text, rest)
    return None


def _local(text: str, base: Path) -> Spec | None:
    """Return a path: one that looks like one, or one that is there."""
    if text == "~" or text.startswith(("~/", "~\\")):
        try:
            path = Path(text).expanduser()
        except RuntimeError:  # a container without a home folder; on POSIX, `~\\` too
            why = ("there is no home folder that it could mean", "找不到它所指的主目录")
            raise _wrong(text, *why) from None
    elif (
        text.startswith(("./", "../", "/", ".\\", "..\\"))
        or text in {".", ".."}
        or _DRIVE.match(text)
        or (":" not in text and _there(base / text))
    ):
        path = base / text
    else:
        return None
    place = os.path.normpath(path)
    if text.lower().endswith(ARCHIVES) and Path(place).is_file():
        return Spec(text, "archive", place)
    return Spec(text, "folder", place)


def _there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _remote(text: str, base: Path) -> Spec | None:
    if text.startswith("git+"):
        return _git(text, text[4:])
    if SCP.match(text):
        return _git(text, text)
    head, at, rest = text.partition("@")
    if at and head and not set(head) & set("/:#\\") and ("/" in rest or rest in {".", "..", "~"}):
        return _marketplace(text, f"{rest}#{quote(head)}", base)
    if "://" in text:
        return _url(text)
    if "/" in text and ":" not in text:
        return _slug(text, text)
    return None


def _bare(text: str, bundled: Collection[str]) -> Spec:
    if any(char in text for char in ":@#\\/") or text.startswith("-"):
        raise _wrong(text, "no known form fits", "不符合任何已知形式")
    if bundled and text not in bundled:
        near = difflib.get_close_matches(text, bundled, 1)
        raise _wrong(
            text,
            "there is no such path, and no bundled skill has this name",
            "没有该路径，也没有同名的内置技能",
            _write(near[0]) if near else None,
        )
    return Spec(text, "bundled", text)


def _subfolder(text: str, raw: str) -> str:
    value = unquote(raw.removeprefix("subdirectory="), errors="strict")
    found = inside(value)
    if found is None:
        raise _wrong(
            text,
            f"the subfolder `{value}` leads out of the source",
            f"子文件夹 `{value}` 位于来源之外",
            Text("a relative path without `..`", "不含 `..` 的相对路径"),
        )
    return found


def _ref(text: str, raw: str) -> str:
    value = unquote(raw)
    bad = any(char in value for char in " ~^:?*[\\") or ".." in value or "@{" in value
    if not value or value.startswith(("-", "/")) or value.endswith(("/", ".lock")) or bad:
        raise _wrong(
            text,
            f"`{value}` cannot be the name of a branch, tag or commit",
            f"`{value}` 不能作为分支、标签或提交的名称",
        )
    return value


def _split(text: str, body: str) -> tuple[str, str, str]:
    """Split ``address@ref#sub`` or ``address#ref@sub`` into address, ref and subfolder."""
    address, hashed, fragment = body.partition("#")
    scheme_end = address.find("://") + 3 if "://" in address else address.find(":") + 1
    path_at = address.find("/", scheme_end) if "://" in address else scheme_end
    at = address.find("@", path_at) if path_at >= 0 else -1
    ref = ""
    if at >= 0:
        address, ref = address[:at], _ref(text, address[at + 1 :])
    elif "@" in fragment:
        before, _, fragment = fragment.partition("@")
        ref = _ref(text, before)
    if hashed and not fragment and not ref:
        raise _wrong(text, "nothing follows the `#`", "`#` 之后没有内容")
    return address, ref, _subfolder(text, fragment)


def _git(text: str, body: str) -> Spec:
    address, ref, subfolder = _split(text, body)
    if SCP.match(address):
        return Spec(text, "git", address, ref, subfolder)
    parts = _parts(text, address)
    if parts.scheme not in _GIT_SCHEMES:
        raise _wrong(
            text,
            f"git is not used over `{parts.scheme or 'no scheme'}`",
            f"不支持通过 `{parts.scheme or '无协议'}` 使用 git",
            _write("git+https://host/owner/repo.git@ref#subfolder"),
        )
    if parts.scheme == "file" and parts.netloc not in {"", "localhost"}:
        raise _wrong(
            text,
            "a file address needs an absolute path",
            "file 地址需要绝对路径",
            _write("git+file:///path/to/repo@ref"),
        )
    if parts.path in {"", "/"} or parts.query:
        raise _wrong(
            text, "no repository is named", "没有指明仓库", _write("git+https://host/repo.git")
        )
    return Spec(text, "git", address, ref, subfolder)


def _parts(text: str, address: str) -> SplitResult:
    """Split an address, which must hold no password."""
    try:
        parts = urlsplit(address)
        host, password = parts.hostname or "", parts.password
        _ = parts.port
    except ValueError:
        raise _wrong(text, "the address is malformed", "地址格式有误") from None
    if password is not None:
        raise _wrong(
            text,
            "the address holds a password, which would end up in `skills.lock`",
            "地址中含有密码，它会被写入 `skills.lock`",
            Text("it without, and give git the credentials", "不含密码的地址，并在 git 中配置凭据"),
        )
    if host.startswith("-") or (parts.username or "").startswith("-"):
        raise _wrong(text, "a host cannot begin with `-`", "主机名不能以 `-` 开头")
    if not host and parts.scheme in {"http", "https", "ssh"}:
        raise _wrong(text, "the address has no host", "地址没有主机名")
    return parts


def _url(text: str) -> Spec:
    """Return what a web address without a prefix names, by how it ends."""
    address, _, fragment = text.partition("#")
    parts = _parts(text, address)
    if parts.scheme not in {"http", "https"}:
        hint = _PATH if parts.scheme == "file" else None
        if parts.scheme == "ssh":
            hint = _write(f"git+{text}")
        raise _wrong(text, f"`{parts.scheme}` is not fetched", f"不支持获取 `{parts.scheme}`", hint)
    if parts.username is not None:
        raise _wrong(text, "the address holds a user name", "地址中含有用户名")
    path = parts.path.lower()
    if path.endswith(ARCHIVES):
        return _archive(text, address, fragment)
    if parts.path.endswith(_INDEXES):
        return Spec(text, "index", address, pick=_pick(fragment))
    if path.endswith("marketplace.json"):
        return Spec(text, "marketplace", address, pick=_pick(fragment))
    if path.endswith(".git") or ".git@" in path:
        return _git(text, text)
    if parts.hostname == "github.com":
        return _browsed(text, parts.path, fragment)
    raise _wrong(
        text,
        "the address does not say what is there",
        "地址没有说明其内容类型",
        Text(
            f"`git+{text}` for a repository, `index:{text}` for a skills index, or the address of "
            "an archive (.zip, .tar.gz, .tar.xz)",
            f"`git+{text}`（仓库）、`index:{text}`（技能索引），或压缩包地址"
            "（.zip、.tar.gz、.tar.xz）",
        ),
    )


def _browsed(text: str, path: str, fragment: str) -> Spec:
    """Return the repository of a page of GitHub: ``/owner/repo[/tree/ref[/subfolder]]``."""
    bits = [bit for bit in path.split("/") if bit]
    if len(bits) < 2 or (len(bits) > 2 and (bits[2] not in {"tree", "blob"} or len(bits) < 4)):
        raise _wrong(
            text, "the page is no repository", "该页面不是仓库", _write("owner/repo@ref#subfolder")
        )
    ref = _ref(text, bits[3]) if len(bits) > 3 else ""
    below = _subfolder(text, "/".join(bits[4:]) or fragment)
    owner, at, tag = "/".join(bits[:2]).partition("@")
    return Spec(text, "git", github(owner), _ref(text, tag) if at else ref, below)


def _archive(text: str, address: str, fragment: str) -> Spec:
    """Return an archive; the fragment may hold ``sha256=…`` and ``subdirectory=…``."""
    wanted = subfolder = ""
    for bit in filter(None, fragment.split("&")):
        name, equals, value = bit.partition("=")
        if name == "sha256" and equals and _HEX.match(value):
            wanted = value.lower()
        elif name == "subdirectory" and equals:
            subfolder = _subfolder(text, value)
        else:
            raise _wrong(
                text,
                f"`{bit}` is neither `sha256=` with 64 hex digits nor `subdirectory=`",
                f"`{bit}` 既不是带 64 位十六进制数的 `sha256=`，也不是 `subdirectory=`",
                _write(f"{address}#sha256=…&subdirectory=skills/name"),
            )
    return Spec(text, "archive", address, subfolder=subfolder, sha256=wanted)


def _slug(text: str, body: str) -> Spec:
    """Return the GitHub repository ``owner/repo[@ref][#subfolder]``."""
    slug, ref, subfolder = _split(text, f"github:{body}")
    slug = slug.removeprefix("github:")
    if _SLUG.match(slug):
        return Spec(text, "git", github(slug), ref, subfolder)
    first, _, rest = slug.partition("/")
    repo, _, below = rest.partition("/")
    hint = _write(f"{first}/{repo}#{below}") if below and _SLUG.match(f"{first}/{repo}") else _PATH
    raise _wrong(
        text,
        "there is no such path, and it is no `owner/repo` of GitHub",
        "没有该路径，它也不是 GitHub 的 `owner/repo`",
        hint,
    )


def _pick(fragment: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(unquote(one) for one in fragment.split(",") if one))


def _index(text: str, body: str) -> Spec:
    address, _, fragment = body.partition("#")
    if "://" not in address:
        address = f"https://{address}"
    parts = _parts(text, address)
    if parts.scheme not in {"http", "https"} or parts.username is not None:
        raise _wrong(
            text, "an index has a web address", "索引应为网址", _write("index:https://host")
        )
    return Spec(text, "index", address.rstrip("/"), pick=_pick(fragment))


def _marketplace(text: str, body: str, base: Path) -> Spec:
    """Return a marketplace: what stands before the last ``#`` is its own source."""
    inner, _, fragment = body.rpartition("#") if "#" in body else (body, "", "")
    found = parse(inner, base=base) if inner else None
    if found is None or found.kind in {"bundled", "npm", "pypi", "index"}:
        raise _wrong(
            text,
            "a marketplace is a path, an address or a repository",
            "市场应为路径、网址或仓库",
            _write("marketplace:owner/repo#plugin"),
        )
    location = found.location
    if found.kind == "git" and "://" in location:
        location = f"git+{location}"
    return Spec(
        text, "marketplace", location, found.ref, found.subfolder, _pick(fragment), found.sha256
    )


def _npm(text: str, body: str) -> Spec:
    package, _, fragment = body.partition("#")
    at = package.find("@", 1)
    name, version = (package[:at], package[at + 1 :]) if at > 0 else (package, "")
    if not _NPM.match(name) or (at > 0 and not _VERSION.match(version)):
        raise _wrong(
            text,
            "it is no name and version of npm",
            "不是有效的 npm 名称和版本",
            _write("npm:@scope/name@1.2.3"),
        )
    return Spec(text, "npm", name, version, _subfolder(text, fragment))


def _pypi(text: str, body: str) -> Spec:
    package, _, fragment = body.partition("#")
    name, equals, version = package.partition("==")
    if not _PYPI.match(name) or (equals and not _VERSION.match(version)):
        near = package.replace("@", "==", 1) if "@" in package else "name==1.2.3"
        raise _wrong(
            text,
            "it is no name and version of PyPI",
            "不是有效的 PyPI 名称和版本",
            _write(f"pypi:{near}"),
        )
    return Spec(text, "pypi", name, version, _subfolder(text, fragment))
