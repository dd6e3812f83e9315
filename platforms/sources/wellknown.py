"""Skills of a web site: ``.well-known/agent-skills/index.json`` (0.2.0) and its forerunner (0.1.0).

Source of the format: cloudflare/agent-skills-discovery-rfc. In version 0.2.0 each row has a type
(``skill-md`` or ``archive``), a URL and a digest, which is verified. Version 0.1.0
(``.well-known/skills``) lists the files of each skill, without digests.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from polyskill.compiler.codes import sources as codes
from polyskill.compiler.localized import Text
from polyskill.compiler.readers.files import MAX_FILES

from . import web
from .archive import read_archive
from .entries import Intake, why_refused
from .errors import SourceError, finding
from .listing import Listing, Row, entries_in, invalid, word
from .model import Context, Fetched, Spec
from .settle import Got, settle
from .tree import Tree, sha256

__all__ = ["cached_list", "read_index"]

_PLACES = (".well-known/agent-skills/index.json", ".well-known/skills/index.json")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}\Z")


def read_index(spec: Spec, context: Context) -> Listing:
    """Return what an index lists; of a bare host, the index at the well-known place.

    Raises:
        SourceError: there is none, or it is not usable.
    """
    data, url = _index(spec, context)
    _, skills = entries_in(data, url, "skills")
    listing = Listing(url)
    seen: set[str] = set()
    for row in skills:
        name = word(row.get("name")) if isinstance(row, dict) else ""
        reason = _unusable(row, name, seen)
        if reason:
            listing.skip(name, reason)
            continue
        seen.add(name)
        listing.rows.append(_row(spec, context, url, row, name))
    return listing


def _index(spec: Spec, context: Context) -> tuple[bytes, str]:
    """Return the bytes of the index and where it is."""
    address = spec.location
    places = [address]
    if not urlsplit(address).path.endswith(".json"):
        places = [f"{address.rstrip('/')}/{place}" for place in _PLACES]
    last: SourceError | None = None
    for url in places:
        try:
            data = cached_list(spec, context, url, "skills")
        except web.Missing as error:
            last = error
        except SourceError as error:
            if error.diagnostic.code is not codes.NOT_IN_CACHE:
                raise
            last = error
        else:
            return data, url
    assert last is not None
    raise last


def cached_list(spec: Spec, context: Context, url: str, key: str) -> bytes:
    """Return the JSON at ``url``, which must hold a list ``key``; offline, as it was last.

    Raises:
        SourceError: it cannot be had, or is not usable (then an older one stays in the cache).
    """

    def ask() -> Got:
        data = web.download(url, context)
        entries_in(data, url, key)
        intake = Intake(url, context.limits)
        intake.file("index.json", len(data), lambda: data)
        return Got(intake.finish(), "index", sha256(data))

    got = settle(Spec(spec.text, "listing", url), context, "", ask)
    return (got.path / "index.json").read_bytes()


def _unusable(row: Any, name: str, seen: set[str]) -> Text | None:
    if not isinstance(row, dict) or not name:
        return Text("it has no name", "没有名称")
    if "/" in name or why_refused(name):
        return Text("its name cannot be that of a folder", "名称不能用作文件夹名")
    if name in seen:
        return Text("the name is listed twice", "名称重复")
    if isinstance(row.get("files"), list) and "url" not in row:
        return None
    if row.get("type") not in {"skill-md", "archive"}:
        return Text(
            "its type is neither `skill-md` nor `archive`", "类型既不是 `skill-md` 也不是 `archive`"
        )
    if not word(row.get("url")):
        return Text("it has no URL", "没有网址")
    if not _DIGEST.match(word(row.get("digest"))):
        return Text("it has no digest `sha256:…`", "没有 `sha256:…` 摘要")
    return None


def _row(spec: Spec, context: Context, index: str, row: Mapping[str, Any], name: str) -> Row:
    def get(revision: str) -> Fetched:
        if "url" in row:
            return _digested(spec, context, index, row, name, revision)
        return _listed(spec, context, index, row, name, revision)

    return Row(name, word(row.get("description")), word(row.get("version")), "skill", get)


def _digested(
    spec: Spec, context: Context, index: str, row: Mapping[str, Any], name: str, revision: str
) -> Fetched:
    """Fetch a skill of version 0.2.0."""
    url = web.absolute(index, row["url"])
    digest, kind = row["digest"], row["type"]

    def ask() -> Got:
        data = web.download(url, context, index)
        found = sha256(data)
        if found != digest:
            raise SourceError(codes.DIGEST_MISMATCH, url, found=found, wanted=digest)
        if kind == "archive":
            tree = read_archive(data, url, context.limits)
            wrapper = "" if "SKILL.md" in tree.files else tree.wrapper()
            return Got(tree.below(wrapper), name, found)
        intake = Intake(url, context.limits)
        intake.file("SKILL.md", len(data), lambda: data)
        return Got(intake.finish(), name, found)

    found = Spec(spec.text, "index", f"{url} {name}")
    return settle(found, context, revision, ask, declared=digest)


def _listed(
    spec: Spec, context: Context, index: str, row: Mapping[str, Any], name: str, revision: str
) -> Fetched:
    """Fetch a skill of version 0.1.0: its files, one by one, from the folder of its name."""
    home = web.absolute(index, f"{quote(name)}/")
    files = [word(one) for one in row["files"]]

    def ask() -> Got:
        intake = Intake(home, context.limits)
        if "SKILL.md" not in files:
            raise invalid(home, "the skill lists no SKILL.md", "技能没有列出 SKILL.md")
        if len(files) > MAX_FILES:
            raise intake.limit(f"more than {MAX_FILES} files", f"文件超过 {MAX_FILES} 个")
        for path in files:
            reason = why_refused(path)
            if reason is not None:
                raise intake.refuse(path, reason)
        for path in files:
            data = web.download(web.absolute(home, quote(path)), context, index)
            intake.file(path, len(data), lambda data=data: data)  # type: ignore[misc]
        tree: Tree = intake.finish()
        tree.notes.append(finding(codes.NO_DIGEST, index, entry=name))
        return Got(tree, name, tree.digest())

    return settle(Spec(spec.text, "index", home), context, revision, ask)
