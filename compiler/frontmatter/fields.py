"""The keys that a canonical front matter may hold, and their types.

The first six are those of the Agent Skills specification; the others are ours and optional.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, StringConstraints, Tag

__all__ = ["Canonical", "Translation"]

_Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
_Lines = list[_Line]
_Description = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1024)
]


def _form(value: object) -> str:
    return "list" if isinstance(value, list) else "string"


class Translation(BaseModel):
    """The keys of `SKILL.zh.md` and of other translated files."""

    model_config = ConfigDict(strict=True, extra="ignore")

    description: _Description | None = None
    title: _Line | None = None
    metadata: dict[str, str] = {}
    triggers: _Lines = []


class Canonical(Translation):
    """The keys of `SKILL.md`."""

    description: _Description
    name: Annotated[
        str, StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", min_length=1, max_length=64)
    ]
    license: _Line | None = None
    compatibility: (
        Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
        | None
    ) = None
    allowed_tools: _Line | None = Field(default=None, alias="allowed-tools")
    version: _Line | None = None
    author: _Line | None = None
    homepage: _Line | None = None
    tags: _Lines = []
    category: _Line | None = None
    platforms: _Lines = []
    kind: Literal["skill", "rules", "agent", "command", "bundle"] | None = None
    globs: _Lines = []
    always: bool | None = None
    tools: (
        Annotated[
            Annotated[_Lines, Tag("list")] | Annotated[_Line, Tag("string")],
            Discriminator(_form),
        ]
        | None
    ) = None
    model: _Line | None = None
    argument_hint: _Line | None = Field(default=None, alias="argument-hint")
    runtime: _Lines = []
    attribution: _Line | None = None
    overrides: dict[str, dict[str, Any]] = {}
