"""What a source has to offer: the skills in it, and the versions of it."""

from __future__ import annotations

from collections.abc import Callable

from polyskill.compiler.checks.printable import printable
from polyskill.compiler.codes import sources as codes
from polyskill.compiler.localized import Lang
from polyskill.compiler.model import Skill
from polyskill.compiler.readers import discover, read

from . import git
from .errors import SourceError
from .listing import Listing
from .model import Context, Fetched, Offer, Release, Spec
from .versions import newest_first

__all__ = ["releases", "skills_in"]


def skills_in(spec: Spec, got: Fetched) -> list[Offer]:
    """Return the skills that a fetched source holds."""
    return [
        _offer(spec, got, skill)
        for candidate in discover(got.path)
        if candidate.dialect is not None
        for skill in read(candidate).skills
    ]


def _offer(spec: Spec, got: Fetched, skill: Skill) -> Offer:
    return Offer(
        printable(skill.name),
        printable(skill.description.pick(Lang.EN)),
        printable(skill.metadata.get("version", "") or got.version),
        "skill",
        spec.text,
    )


def releases(
    spec: Spec, context: Context, listing: Callable[[Spec, Context], Listing | None]
) -> list[Release]:
    """Return the versions of a source, the newest first.

    Raises:
        SourceError: the source cannot be asked.
    """
    listed = listing(spec, context)
    if listed is not None:
        rows = [row for row in listed.rows if row.name in spec.pick and row.version]
        return [Release(row.version, "") for row in rows]
    if spec.kind not in {"git", "npm", "pypi"}:
        return []
    if context.offline:
        raise SourceError(codes.NOT_IN_CACHE, spec.text)
    if spec.kind == "git":
        found = {release.ref: release for release in git.tags(spec, context)}
        return [found[name] for name in newest_first(list(found))]
    if spec.kind == "npm":
        from .npm import versions  # noqa: PLC0415
    else:
        from .pypi import versions  # noqa: PLC0415
    return [Release(name, name) for name in newest_first(versions(spec, context))]
