"""ClawHub, the registry of OpenClaw: what a published skill folder holds, and its limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from polyskill.compiler.codes import merge as codes
from polyskill.compiler.diagnostics import Diagnostic, report
from polyskill.compiler.localized import Lang
from polyskill.compiler.view import View

from ..base import Bundle, Fact, File, Host, Limit, Loss, Package, Placed
from . import manifest
from .folder import skill_folder
from .losses import unsupported
from .skillfile import string
from .text import to_bytes

__all__ = ["FACTS", "FREE", "LIMITS", "package"]

_CHECKED = "2026-11-22"
_HUB = "npm clawhub@0.23.3, docs"
_PACKAGE_FILES, _PACKAGE_FILE, _PACKAGE_BYTES = 256, 1 << 20, 8 << 20
_CARD_BYTES = 256 << 10
FREE = ("mit-0", "mit no attribution", "cc0-1.0", "unlicense", "0bsd")
_IGNORED = b".git/\n.clawhub/\nevals/\n__pycache__/\n*.pyc\n.DS_Store\n"
LIMITS = (
    Limit("files of a package", _PACKAGE_FILES, "files", "refused", _HUB, _CHECKED),
    Limit("one file of a package", _PACKAGE_FILE, "bytes", "refused", _HUB, _CHECKED),
    Limit("a package", _PACKAGE_BYTES, "bytes", "refused", _HUB, _CHECKED),
    Limit("skill-card.md of a package", _CARD_BYTES, "bytes", "refused", _HUB, _CHECKED),
)
FACTS = (
    Fact(
        "clawhub.license",
        "all that is published is MIT-0; there is no license per skill",
        _HUB,
        _CHECKED,
        "docs",
    ),
    Fact(
        "clawhub.version",
        "`version` at the top level of SKILL.md's front matter",
        _HUB,
        _CHECKED,
        "docs",
    ),
)


def package(view: View, name: str, host: Host, own: Mapping[str, Any]) -> Package:
    """Return one skill with its card; ``own`` are the keys that OpenClaw alone reads."""
    info = manifest.info(view, name)
    lost = unsupported(view, "rules", "commands", "agents", "mcp", "hooks")
    if not view.body:
        detail = "there is no skill of its own to publish: ClawHub takes one skill a package"
        return Package(
            info.name, Bundle(losses=(Loss("package", detail, view.skill.path), *lost)), {}
        )
    keys = {"version": info.version, **own}
    made = skill_folder(view, "", host=host, platform="openclaw", name=info.name, extra_keys=keys)
    inside = f"/{info.name}/"
    files = [replace(item, path=item.path.removeprefix(inside)) for item in made.pieces]
    there = {item.path for item in files}
    for path, data in (
        ("skill-card.md", _card(view, info, keys)),
        (".clawhubignore", _IGNORED),
    ):
        if path not in there:
            files.append(Placed(path, File(data)))
    found, losses = _license(view, info)
    bundle = Bundle(
        tuple(files),
        made.losses + info.losses + lost + losses,
        made.tokens,
        made.diagnostics + found + _sizes(view, info.name, files),
    )
    entry = {"slug": info.name, "displayName": info.title, "version": info.version}
    return Package(info.name, bundle, entry)


def _license(
    view: View, info: manifest.PluginInfo
) -> tuple[tuple[Diagnostic, ...], tuple[Loss, ...]]:
    if not info.license or info.license.lower() in FREE:
        return (), ()
    path = view.skill.path
    found = report(codes.PACKAGE_LICENSE, path, name=view.name, license=info.license)
    return (found,), (Loss("license", f"`{info.license}` becomes MIT-0 on ClawHub", path),)


def _sizes(view: View, name: str, files: list[Placed]) -> tuple[Diagnostic, ...]:
    sizes = {item.path: len(item.piece.data) for item in files if isinstance(item.piece, File)}
    largest = max(sizes, key=lambda path: (sizes[path], path))
    checked = (
        ("files", len(sizes), _PACKAGE_FILES, "files"),
        (largest, sizes[largest], _PACKAGE_FILE, "bytes"),
        ("all files", sum(sizes.values()), _PACKAGE_BYTES, "bytes"),
        ("skill-card.md", sizes["skill-card.md"], _CARD_BYTES, "bytes"),
    )
    return tuple(
        report(
            codes.PACKAGE_TOO_LARGE,
            view.skill.path,
            name=name,
            subject=subject,
            size=size,
            unit=unit,
            maximum=maximum,
            title="ClawHub",
        )
        for subject, size, maximum, unit in checked
        if size > maximum
    )


_CARD = {
    Lang.EN: ("Version", "Author", "Needs", "Files", "none"),
    Lang.ZH: ("版本", "作者", "依赖", "文件", "无"),
    Lang.BILINGUAL: (
        "Version / 版本",
        "Author / 作者",
        "Needs / 依赖",
        "Files / 文件",
        "none / 无",
    ),
}


def _card(view: View, info: manifest.PluginInfo, keys: Mapping[str, Any]) -> bytes:
    """Return the card that ClawHub shows: what it does, whose it is, what it needs and holds."""
    version, author, needs, files, nothing = _CARD[view.lang]
    gates = keys.get("metadata", {}).get("openclaw", {})
    requires = gates.get("requires", {})
    wanted = [
        f"{kind}: {string(requires[kind])}"
        for kind in (requires if isinstance(requires, Mapping) else ())
    ]
    lines = [f"# {info.title}", "", info.description, ""]
    lines += [f"- {version}: {info.version}", f"- {author}: {info.author.name}"]
    lines.append(f"- {needs}: {'; '.join(wanted) or nothing}")
    if info.attribution:
        lines.append(f"- {info.attribution}")
    lines += ["", f"## {files}", "", "- `SKILL.md`"]
    lines += [f"- `{item.path}`" for item in view.resources]
    return to_bytes("\n".join([*lines, ""]))
