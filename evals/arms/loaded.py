"""The text that an assistant has in its context once a skill is in use, per platform."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from polyskill.compiler.frontmatter import read_recovering
from polyskill.compiler.localized import Lang
from polyskill.compiler.model import Kind, Skill
from polyskill.compiler.select import select
from polyskill.compiler.source import decode
from polyskill.platforms.base import Bundle, File, ManagedBlock, Placed, Platform, PlatformError

__all__ = ["loaded_text"]

_TEXT = (".md", ".mdc", ".txt", ".cursorrules", ".clinerules")
_SKILL_FILE = "SKILL.md"
_ON_DEMAND = {"commands", "workflows", "prompts", "scripts", "assets"}


def loaded_text(
    skill: Skill, platform: Platform, lang: Lang, *, form: Kind | None = None, references: bool
) -> str:
    """Return what ``platform`` puts before a model when this skill is used, without front matter.

    That is the instructions which load in every session, then the skill's own text (of a SKILL.md
    folder its body; of rules or an agent that file's), then, if asked for, the reference files.
    Commands, other agents and scripts are not loaded by using a skill.

    Raises:
        PlatformError: the platform has no output for this skill.
    """
    view = select(skill, lang, platform.id)
    chosen = platform.form_for(view, form)
    bundle = platform.lower(view, chosen)
    always, own, attached = [], [], []
    for item in bundle.pieces:
        match _role(item.path, view.name, platform, chosen):
            case "always":
                always.append(_text(item))
            case "own":
                own.append(_text(item))
            case "reference" if references:
                attached.append(f"# {PurePosixPath(item.path).name}\n\n{_text(item)}")
    if not own and not always:
        reason = "; ".join(_reasons(bundle)) or "it has no text there"
        msg = f"{platform.title} gives no text for `{view.name}`: {reason}"
        raise PlatformError(msg)
    return "\n\n".join(part.strip() for part in (*always, *own, *attached) if part.strip()) + "\n"


def _reasons(bundle: Bundle) -> Iterator[str]:
    for loss in bundle.losses:
        yield loss.detail


def _role(path: str, name: str, platform: Platform, form: Kind) -> str:
    """Return "always", "own", "reference", or "" for what using the skill does not load."""
    where = PurePosixPath(path)
    inside = _below(path, platform, "skills")
    if inside == (name, _SKILL_FILE):
        return "own"
    if not inside and (_below(path, platform, "agents") or "agents" in where.parts):
        return "own" if form is Kind.AGENT and where.name.partition(".")[0] == name else ""
    if not path.endswith(_TEXT):
        return ""
    if "references" in where.parts:
        return "reference"
    if inside:
        return ""
    if _below(path, platform, "commands") or set(where.parts) & _ON_DEMAND:
        return ""
    return "always"


def _below(path: str, platform: Platform, what: str) -> tuple[str, ...]:
    """Return the parts of ``path`` below the place for ``what``; empty if it lies elsewhere."""
    try:
        place = platform.location(what).project.rstrip("/")
    except PlatformError:
        return ()
    if not place or not path.startswith(f"{place}/"):
        return ()
    return PurePosixPath(path).relative_to(place).parts


def _text(item: Placed) -> str:
    piece = item.piece
    if isinstance(piece, ManagedBlock):
        return piece.text
    if not isinstance(piece, File):
        return ""
    source = decode(piece.data, item.path)
    return source.text[read_recovering(source).body_start :]
