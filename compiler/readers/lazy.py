"""The functions that documents and skills carry: they load their modules on first use.

They stand at module level so that documents and skills can be pickled, and they import late so
that a skill that is copied as it stands never loads the Markdown parser.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..document import Tree
    from ..model import Content, Skill
    from ..source import Source

__all__ = ["analyse", "parse"]


def parse(source: Source, body_start: int) -> Tree:
    """Parse the body of a Markdown file."""
    from ..markdown import parse as parse_markdown  # noqa: PLC0415  (see above)

    return parse_markdown(source, body_start)


def analyse(skill: Skill) -> Content:
    """Find persona, triggers, scenarios, tests and links in the body of a skill."""
    from ..extract import analyse as analyse_skill  # noqa: PLC0415

    return analyse_skill(skill)
