"""JSON agents with one file a locale: ``index.json``, ``index.zh-CN.json`` in one folder."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..codes import readers as codes
from ..diagnostics import report
from ..document import Document
from ..language import classify
from ..localized import Lang, Text
from ..model import Dialect, Kind, Resource, Skill
from ..source import Source
from .candidate import Candidate, ReadResult
from .files import Found, Scan, read_file
from .lazy import analyse, parse
from .meta import plain_metadata
from .names import locale_of
from .structured import load_object
from .values import is_slug, slug
from .words import squeeze

__all__ = ["read"]

_WORDS = {
    Lang.EN: ("Summary", "Opening message", "Opening questions", "Examples", "User", "Assistant"),
    Lang.ZH: ("概述", "开场白", "开场问题", "示例", "用户", "助手"),
}
_READ = frozenset({"systemRole", "openingMessage", "openingQuestions"})


@dataclass(frozen=True, slots=True)
class _Agent:
    """What one locale's file says."""

    path: str
    lang: Lang
    data: Mapping[str, Any] = field(repr=False)

    def part(self, key: str) -> Mapping[str, Any]:
        found = self.data.get(key)
        return found if isinstance(found, Mapping) else {}

    def text(self, part: str, key: str) -> str:
        """Return one text; the oldest files have it at the top."""
        value = self.part(part).get(key, self.data.get(key))
        return value.replace("\r\n", "\n").strip("\n") if isinstance(value, str) else ""

    def document(self) -> Document | None:
        body = _body(self)
        source = Source(self.path, body)
        return Document(source, 0, self.lang, parse) if body else None


def _body(agent: _Agent) -> str:
    """Write the agent as Markdown: its prompt first, then what it opens with, then examples."""
    summary, opening, questions, examples, user, assistant = _WORDS[agent.lang]
    prompt = agent.text("config", "systemRole")
    if not prompt.strip():
        return ""
    title = squeeze(agent.text("meta", "title"))
    blocks = [f"# {title}"] if title else []
    blocks.append(prompt)
    if text := agent.text("", "summary"):
        blocks += [f"## {summary}", text]
    if text := agent.text("config", "openingMessage"):
        blocks += [f"## {opening}", text]
    asked = agent.part("config").get("openingQuestions")
    asked = asked if isinstance(asked, list) else []
    if items := [squeeze(one) for one in asked if isinstance(one, str)]:
        blocks += [f"## {questions}", "\n".join(f"- {one}" for one in items)]
    turns = agent.data.get("examples")
    if isinstance(turns, list) and turns:
        blocks.append(f"## {examples}")
        for turn in turns:
            if isinstance(turn, Mapping) and isinstance(turn.get("content"), str):
                speaker = user if turn.get("role") == "user" else assistant
                blocks.append(f"**{speaker}:** {turn['content'].strip()}")
    return "\n\n".join(blocks) + "\n"


def _language(locale: str, data: Mapping[str, Any]) -> Lang | None:
    lower = locale.lower().replace("_", "-")
    if lower in {"zh", "zh-cn", "zh-hans"}:
        return Lang.ZH
    if lower in {"en", "en-us", "en-gb"}:
        return Lang.EN
    if locale:
        return None
    prompt = _Agent("", Lang.EN, data).text("config", "systemRole")
    return Lang.ZH if classify(prompt[:2000]) is Lang.ZH else Lang.EN


def _choose(found: Scan) -> dict[Lang, _Agent]:
    """Return the file of each language; one that names its locale goes before ``index.json``."""
    chosen: dict[Lang, _Agent] = {}
    for name in sorted(found.files, key=lambda name: (name == "index.json", name)):
        locale = locale_of(name)
        if locale is None:
            continue
        path = f"{found.folder}/{name}"
        data, said = load_object(path, found.files[name].data)
        found.diagnostics += said
        lang = _language(locale, data) if data is not None else None
        if data is not None and lang is not None:
            chosen.setdefault(lang, _Agent(path, lang, data))
    return chosen


def _listing(candidate: Candidate) -> Scan:
    """Read the locale files of the folder, and nothing else."""
    base = os.fspath(candidate.path)
    found = Scan(base)
    try:
        names = sorted(os.listdir(base))  # noqa: PTH208  (names are all that is wanted)
    except OSError as error:
        reason = error.strerror or "error"
        found.diagnostics.append(report(codes.NOT_READABLE, base, path=base, reason=reason))
        return found
    for name in names:
        if locale_of(name) is not None:
            file, said = read_file(candidate.path / name, candidate.path)
            found.diagnostics += said
            if file is not None:
                found.files[name] = Found(name, file.data, file.executable)
    return found


def read(candidate: Candidate) -> ReadResult:
    """Read one folder."""
    found = _listing(candidate)
    base = found.folder
    chosen = _choose(found)
    english, chinese = chosen.get(Lang.EN), chosen.get(Lang.ZH)
    first = english or chinese
    main = first.document() if first else None
    if first is None or main is None:
        missing = report(codes.NO_SKILL_FILE, base, path=base, expected="systemRole")
        return ReadResult((), (*found.diagnostics, missing))
    translation = chinese.document() if english and chinese else None
    folder = os.path.basename(os.path.abspath(base))  # noqa: PTH100, PTH119
    written = squeeze(first.text("", "identifier")) or folder
    name = written if is_slug(written) else slug(written, folder)
    metadata = {} if name == written else {"original-name": written}
    for key, folded in (("tags", "tags"), ("category", "category")):
        if text := plain_metadata(folded, first.part("meta").get(key)):
            metadata[folded] = text
    for key in ("author", "homepage"):
        if text := plain_metadata(key, first.data.get(key)):
            metadata[key] = text
    config = {key: value for key, value in first.part("config").items() if key not in _READ}

    def both(key: str) -> Text:
        en = squeeze(english.text("meta", key)) if english else ""
        zh = squeeze(chinese.text("meta", key)) if chinese else ""
        return Text(en or None, zh or None)

    skill = Skill(
        name=name,
        dialect=Dialect.LOCALE_JSON,
        path=base,
        kind=Kind.AGENT,
        title=both("title"),
        description=both("description"),
        main=main,
        translation=translation,
        metadata=metadata,
        extra={"config": config} if config else {},
        # The text in memory is not the files' text, so they are kept as they are.
        resources=tuple(
            Resource(path, file.data, file.executable, "component")
            for path, file in found.files.items()
        ),
        diagnostics=tuple(found.diagnostics),
        analyse=analyse,
    )
    return ReadResult((skill,))
