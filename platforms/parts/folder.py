"""A skill folder: SKILL.md, its references and every other file of the skill."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from polyskill.compiler.codes import platforms as codes
from polyskill.compiler.diagnostics import Diagnostic, report
from polyskill.compiler.memo import notes
from polyskill.compiler.model import Kind
from polyskill.compiler.view import View

from ..base import Bundle, File, Host, Loss, Placed, Tokens
from . import overrides, tokens
from .placeholders import skill_text
from .skillfile import compose, skill_name
from .split import Budget, Excess, Split, split_body
from .text import to_bytes

__all__ = [
    "alone",
    "divided",
    "findings",
    "has_folder",
    "home",
    "main_bundle",
    "resources",
    "skill_folder",
]

RESOURCE_ROOT = ".agents/resources"


def alone(view: View, form: Kind) -> bool:
    """Whether the skill folder is all that there is: most skills, and nothing else to look for."""
    skill = view.skill
    return (
        form is Kind.SKILL
        and skill.kind is Kind.SKILL
        and not (skill.rules or skill.commands or skill.agents or skill.hooks or skill.mcp_servers)
    )


def has_folder(view: View, form: Kind) -> bool:
    """Whether a view becomes a skill folder in this form."""
    return form is Kind.SKILL and view.skill.kind not in (Kind.COMMAND, Kind.BUNDLE)


def home(view: View, skills_root: str, form: Kind) -> str:
    """Return where the files of the skill lie: its folder, else a folder for its files alone."""
    root = skills_root if has_folder(view, form) else RESOURCE_ROOT
    return f"{root}/{skill_name(view)}"


def divided(view: View, text: str, budget: Budget, base: str = "") -> Split:
    """Split a text of the skill, once for all platforms; new files go below ``base``."""
    prefix = f"{base}/" if base else ""
    taken = tuple(prefix + resource.path for resource in view.resources)
    key = ("split", text, budget, view.lang, taken, base)
    kept = notes(view.skill)
    if key not in kept:
        kept[key] = split_body(text, budget, view.lang, taken, f"{prefix}references")
    made: Split = kept[key]
    return made


def main_bundle(
    view: View,
    form: Kind,
    root: str,
    *,
    host: Host,
    platform: str,
    extra_files: Mapping[str, bytes] | None = None,
    max_body_chars: int | None = None,
    user_root: str | None = None,
) -> tuple[Bundle, str]:
    """Return the skill folder and its place; without one, the skill's files and their place."""
    base = home(view, root, form)
    if has_folder(view, form):
        made = skill_folder(
            view,
            root,
            host=host,
            platform=platform,
            max_body_chars=max_body_chars,
            extra_keys=overrides.front_matter(view, platform),
            extra_files=extra_files,
            user_root=user_root,
        )
        return made, base
    return Bundle(resources(view, base), tokens=Tokens(0, tokens.of_resources(view))), base


def resources(view: View, base: str, user_base: str | None = None) -> tuple[Placed, ...]:
    """Return the files of the skill below ``base`` (without a SKILL.md)."""
    return tuple(
        Placed(
            f"{base}/{resource.path}",
            File(resource.data, resource.executable),
            None if user_base is None else user_base and f"{user_base}/{resource.path}",
        )
        for resource in view.resources
        if resource.path.casefold() != "skill.md"
    )


def findings(
    view: View, platform: str, before: Excess | None, split: Split, budget: Budget
) -> tuple[Diagnostic, ...]:
    """Say that a body was split, or that it could not be made small enough."""
    if before is None:
        return ()
    skill = view.skill
    found: list[Diagnostic] = []
    after = budget.over(split.body)
    if split.files and not (after and after.hard):
        names = ", ".join(path for path, _ in split.files)
        found.append(
            report(
                codes.BODY_SPLIT,
                skill.path,
                name=skill.name,
                size=before.size,
                unit=before.unit,
                limit=before.limit,
                count=len(split.files),
                files=names,
            )
        )
    if after is not None:
        found.append(
            report(
                codes.BODY_OVER_LIMIT if after.hard else codes.BODY_OVER_BUDGET,
                skill.path,
                name=skill.name,
                platform=platform,
                size=before.size if after.hard and before.unit == after.unit else after.size,
                unit=after.unit,
                limit=after.limit,
            )
        )
    return tuple(found)


def skill_folder(
    view: View,
    root: str,
    *,
    host: Host,
    platform: str,
    max_body_chars: int | None = None,
    max_tokens: int = 5000,
    max_lines: int = 500,
    name: str | None = None,
    extra_keys: Mapping[str, Any] | None = None,
    metadata_extra: Mapping[str, str] | None = None,
    body: str | None = None,
    extra_files: Mapping[str, bytes] | None = None,
    user_root: str | None = None,
) -> Bundle:
    """Return ``<root>/<name>/`` with SKILL.md, the skill's own files and ``extra_files``.

    A body over the budget is split into ``references/``. ``user_root`` is the root under the home
    folder (``None``: the same). A file of the skill wins over one of ``extra_files``.
    """
    text, losses = skill_text(view.body if body is None else body, view, host)
    budget = Budget(max_body_chars, max_tokens, max_lines)
    before = budget.over(text)
    own = resources(view, f"{root}/{name or skill_name(view)}")
    split = Split(text)
    if before is not None:
        split = divided(view, text, budget)
    made = compose(
        view, name=name, extra_keys=extra_keys, metadata_extra=metadata_extra, body=split.body
    )
    folder = f"{root}/{made.name}"
    pieces = [Placed(f"{folder}/SKILL.md", File(made.data)), *own]
    pieces += [Placed(f"{folder}/{path}", File(to_bytes(moved))) for path, moved in split.files]
    if extra_files:
        taken = {placed.path for placed in pieces}
        pieces += [
            Placed(f"{folder}/{path}", File(data))
            for path, data in extra_files.items()
            if f"{folder}/{path}" not in taken
        ]
    if user_root is not None and user_root != root:
        pieces = [
            Placed(item.path, item.piece, user_root and user_root + item.path[len(root) :])
            for item in pieces
        ]
    if any(resource.path.casefold() == "skill.md" for resource in view.resources):
        losses += (Loss("resource", "a second SKILL.md is left out", view.skill.path),)
    on_demand = tokens.count(split.body) + sum(tokens.count(moved) for _, moved in split.files)
    return Bundle(
        pieces=tuple(pieces),
        losses=made.losses + losses,
        tokens=Tokens(
            tokens.listing(made.name, made.description), on_demand + tokens.of_resources(view)
        ),
        diagnostics=made.diagnostics + findings(view, platform, before, split, budget),
    )
