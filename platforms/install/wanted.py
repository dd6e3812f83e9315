"""``skills.toml``: what a project wants, written by people and only ever read here.

targets = ["claude", "codex"]        # for all skills that name none
lang = "en"

[[skill]]
source = "git+https://host/repo.git@v1.2.0#skills/one"
pick = ["one"]                       # only these skills of the source
targets = ["cursor"]
lang = "zh"
as = "rules"
allow = ["PS308"]                    # findings that do not stop it
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from polyskill.compiler.codes import install as codes
from polyskill.compiler.diagnostics import report
from polyskill.compiler.localized import Lang, Text
from polyskill.compiler.model import Kind

from .. import clients
from ..base import PlatformError
from .errors import InstallError

__all__ = ["Wanted", "WantedSkill", "load"]


def _chosen(value: object) -> object:
    if value not in ("en", "zh", "bilingual"):  # what `--lang` takes, too
        raise PydanticCustomError("lang", "it is none of `en`, `zh`, `bilingual`")
    return value


_Lang = Annotated[Lang, BeforeValidator(_chosen)]


class WantedSkill(BaseModel):
    """One source, and how its skills are to be installed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str
    pick: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    lang: _Lang | None = None
    form: Kind | None = Field(default=None, alias="as")
    allow: tuple[str, ...] = ()


class Wanted(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    targets: tuple[str, ...] = ()
    lang: _Lang = Lang.EN
    sources: tuple[str, ...] = ()
    skill: tuple[WantedSkill, ...] = ()


def load(path: Path) -> Wanted:
    """Read ``skills.toml``.

    Raises:
        InstallError: it is not there, no TOML, or says what it cannot say.
    """
    try:
        values: dict[str, Any] = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
        wanted = Wanted.model_validate(values)
    except FileNotFoundError as error:
        raise _invalid(path, Text("there is no such file", "没有这个文件")) from error
    except OSError as error:
        raise _invalid(path, error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise _invalid(path, Text("it is not UTF-8", "不是 UTF-8")) from error
    except tomllib.TOMLDecodeError as error:
        raise _invalid(path, str(error)) from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        said = first["msg"].replace("a valid tuple", "a list")
        raise _invalid(path, f"`{place}`: {said}") from error
    for name in {*wanted.targets, *(name for one in wanted.skill for name in one.targets)}:
        try:
            clients.get(name)
        except PlatformError as error:
            raise _invalid(path, str(error)) from error
    return wanted


def _invalid(path: Path, reason: str | Text) -> InstallError:
    en, zh = (reason, reason) if isinstance(reason, str) else (reason.en, reason.zh)
    return InstallError(report(codes.WANTED_INVALID, str(path), reason=en, reason_zh=zh))
