"""What plugin manifests say about a skill, and the files that stand beside them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from polyskill.compiler.localized import Lang
from polyskill.compiler.model import Resource
from polyskill.compiler.view import View

from ..base import File, Loss, Placed
from .skillfile import describe, skill_name, string
from .text import one_line, slug, to_bytes

__all__ = ["Author", "PluginInfo", "info", "license_files", "readme", "without_empty"]

_SEMVER = re.compile(
    r"(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)"
    r"(?:-(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?",
    re.ASCII,
)
_AUTHOR = re.compile(r"([^<>()]*)(?:<([^<>]*)>)?\s*(?:\(([^()]*)\))?")
_EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+")
_UNKNOWN_VERSION, _UNKNOWN_AUTHOR = "0.0.0", "unknown"
_LICENSE_NAMES = ("LICENSE", "LICENCE", "COPYING", "NOTICE")


@dataclass(frozen=True, slots=True)
class Author:
    """Who made the skill."""

    name: str
    email: str = ""
    url: str = ""

    def mapping(self, *, url: bool = True) -> dict[str, str]:
        """Return it as manifests write it (Cursor's takes no ``url``)."""
        found = {"name": self.name, "email": self.email, "url": self.url if url else ""}
        return {key: value for key, value in found.items() if value}


@dataclass(frozen=True, slots=True)
class PluginInfo:
    """The facts that every plugin manifest is made of; ``losses`` names what was made up."""

    name: str
    title: str
    description: str
    version: str
    author: Author
    homepage: str = ""
    repository: str = ""
    license: str = ""
    keywords: tuple[str, ...] = ()
    category: str = ""
    attribution: str = ""
    losses: tuple[Loss, ...] = ()


def without_empty(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that say something."""
    return {key: value for key, value in values.items() if value not in ("", None, (), [], {})}


def _author(value: object) -> Author | None:
    if isinstance(value, Mapping):
        name = one_line(string(value.get("name", "")))
        email, url = (string(value.get(key) or "") for key in ("email", "url"))
    else:
        text = one_line(string(value or ""))[:500]
        match = _AUTHOR.fullmatch(text)
        name, email, url = (part or "" for part in match.groups()) if match else (text, "", "")
    if not name.strip():
        return None
    good = email.strip() if _EMAIL.fullmatch(email.strip()) else ""
    return Author(name.strip(), good, _https(url))


def _https(value: object) -> str:
    text = string(value or "").strip()
    plain = text.isascii() and text.isprintable() and " " not in text
    return text if plain and text.startswith("https://") and len(text) > len("https://") else ""


def _words(value: object) -> tuple[str, ...]:
    items = value if isinstance(value, list | tuple) else string(value or "").split(",")
    return tuple(dict.fromkeys(filter(None, (one_line(string(item)) for item in items))))


def info(view: View, name: str) -> PluginInfo:
    """Gather what is known about a skill, from its metadata and its source's own manifests."""
    skill = view.skill
    manifests = [found.data for found in skill.manifests if found.kind == "plugin"]

    def known(*keys: str) -> Any:
        for source in (skill.extra, skill.metadata, *manifests):
            for key in keys:
                if source.get(key):
                    return source[key]
        return None

    losses: list[Loss] = []
    version = string(known("version") or "")
    if not _SEMVER.fullmatch(version):
        what = f"`{version}` is not X.Y.Z" if version else "none is given"
        losses.append(Loss("version", f"{what}; `{_UNKNOWN_VERSION}` stands in", skill.path))
        version = _UNKNOWN_VERSION
    author = _author(known("author", "authors"))
    if author is None:
        losses.append(Loss("author", f"none is given; `{_UNKNOWN_AUTHOR}` stands in", skill.path))
        author = Author(_UNKNOWN_AUTHOR)
    repository = known("repository", "source")
    if isinstance(repository, Mapping):
        repository = repository.get("url")
    description, _, _ = describe(view.description or view.title or skill.name, skill.name)
    return PluginInfo(
        name=slug(name),
        title=one_line(view.title) or skill_name(view),
        description=description,
        version=version,
        author=author,
        homepage=_https(known("homepage")),
        repository=_https(repository),
        license=one_line(skill.license or string(known("license") or "")),
        keywords=_words(known("tags", "keywords")),
        category=one_line(string(known("category") or "")),
        attribution=one_line(string(known("attribution") or "")),
        losses=tuple(losses),
    )


def _is_license(resource: Resource) -> bool:
    return "/" not in resource.path and (
        resource.role == "license" or resource.path.upper().startswith(_LICENSE_NAMES)
    )


def license_files(view: View) -> tuple[Placed, ...]:
    """Return the licence and notice files, for the root of a plugin."""
    return tuple(
        Placed(resource.path, File(resource.data))
        for resource in view.resources
        if _is_license(resource)
    )


_ABOUT = (
    "This folder is a plugin that polyskill built from one bilingual source. Its files are "
    "generated: to change something, change the source and build again, because the next build "
    "replaces them. Install it with the plugin command of your assistant, and remove it the same "
    "way; nothing outside this folder is touched."
)
_ABOUT_ZH = (
    "本文件夹是由 polyskill 从一份双语源文件构建的插件，所有文件均为生成结果：如需修改，"
    "请改源文件后重新构建，否则下次构建会覆盖改动。请用助手自带的插件命令安装和卸载，不会影响本文件夹以外的内容。"
)
_LABELS = {
    Lang.EN: ("Contents", "Licence", "Attribution"),
    Lang.ZH: ("内容", "许可", "署名"),
    Lang.BILINGUAL: ("Contents / 内容", "Licence / 许可", "Attribution / 署名"),
}


def readme(view: View, info: PluginInfo, contents: Sequence[tuple[str, str]]) -> bytes:
    """Return a plugin's README: what it does, what is inside (name, words), whose work it is."""
    inside, licence, attribution = _LABELS[view.lang]
    lines = [f"# {info.title}", "", info.description, ""]
    if contents:
        lines += [f"## {inside}", ""]
        lines += [f"- `{name}`: {words}" if words else f"- `{name}`" for name, words in contents]
        lines.append("")
    if info.license:
        lines += [f"{licence}: {info.license}", ""]
    if info.attribution:
        lines += [f"{attribution}: {info.attribution}", ""]
    if view.lang is not Lang.EN:
        lines += [_ABOUT_ZH, ""]
    return to_bytes("\n".join([*lines, _ABOUT, ""]))
