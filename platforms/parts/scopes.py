"""One skill in two places: a project and the home folder.

A skill's own folder moves as a whole, so what it says about its files stays true. Texts elsewhere
(rules, commands, agents) name that folder, and it has another name under the home folder: they are
made once for each place, and where that makes no difference they are one piece again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from polyskill.compiler.model import Kind
from polyskill.compiler.view import View

from ..base import Bundle, Placed
from .folder import home

__all__ = ["HOME", "Home", "both", "home_of"]

HOME = "~/"


@dataclass(frozen=True, slots=True)
class Home:
    """Where the files of a skill lie, as texts name the folder: in a project, and for a user."""

    project: str
    user: str


def home_of(view: View, skills: str, user_skills: str, form: Kind) -> Home:
    """Return the skill's folder below ``skills`` (or the one for its files alone).

    ``user_skills`` begins with ``~/``.
    """
    project = home(view, skills, form)
    inside = project.removeprefix(f"{skills}/")
    return Home(project, f"{user_skills}/{inside}" if inside != project else HOME + project)


def both(project: Bundle, make_user: Callable[[], Bundle]) -> Bundle:
    """Join a bundle for a project with the same one for the home folder (paths with ``~/``)."""
    if not project.pieces:
        return project
    user = make_user()
    ours = [(item.path, item.piece) for item in project.pieces]
    theirs = [(item.path.removeprefix(HOME), item.piece) for item in user.pieces]
    pieces: list[Placed] = []
    if len(ours) == len(theirs):
        for (path, piece), (user_path, other) in zip(ours, theirs, strict=True):
            if piece == other:
                pieces.append(Placed(path, piece, None if user_path == path else user_path))
            else:
                pieces += (Placed(path, piece, ""), Placed("", other, user_path))
    else:  # a longer name of the folder made a text one part longer
        pieces += [Placed(path, piece, "") for path, piece in ours]
        pieces += [Placed("", piece, path) for path, piece in theirs]
    return replace(project, pieces=tuple(pieces))
