"""A skill as plain data: what ``polyskill show --json`` prints."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from polyskill.compiler.document import Document, Section
from polyskill.compiler.localized import Lang, Text
from polyskill.compiler.model import Skill, TestCase
from polyskill.compiler.runtime import recipes_of
from polyskill.compiler.select import select

from .base import Platform, PlatformError
from .parts.runtime import view_of

__all__ = ["describe"]


def _text(text: Text) -> dict[str, str | None]:
    return {"en": text.en, "zh": text.zh}


def _section(section: Section, document: Document) -> dict[str, Any]:
    heading = section.heading
    where = document.source.position(section.span.start)
    languages: dict[str, int] = {}
    for block in section.blocks:
        languages[block.lang.value] = languages.get(block.lang.value, 0) + 1
    return {
        "title": _text(section.title),
        "level": heading.level if heading else 0,
        "number": heading.number if heading else "",
        "role": section.role.value,
        "line": where.line,
        "platforms": sorted(section.platforms) if section.platforms is not None else None,
        "blocks": languages,
        "sections": [_section(child, document) for child in section.sections],
    }


def _test(test: TestCase) -> dict[str, Any]:
    return {
        "id": test.id,
        "title": _text(test.title),
        "input": _text(test.input),
        "trigger": test.trigger,
        "criteria": [
            {"text": _text(item.text), "kind": item.kind.value, "weight": item.weight}
            for item in test.criteria
        ],
        "checks": [
            {"kind": item.kind, "value": item.value, "lang": item.lang, **item.options}
            for item in test.checks
        ],
        "files": list(test.files),
        "form": test.form,
        "path": test.path,
        "line": test.line,
    }


def _view(skill: Skill, platform: Platform, lang: Lang) -> dict[str, Any]:
    view = view_of(skill, lang, platform.id)
    bundle = platform.lower(view, platform.form_for(view, None))
    return {
        "files": sorted(item.path for item in bundle.pieces),
        "tokens": asdict(bundle.tokens),
        "coverage": view.coverage.whole.fraction,
        "losses": [asdict(loss) for loss in bundle.losses],
        "withheld": [asdict(item) for item in view.withheld],
    }


def _languages(skill: Skill) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for lang in (Lang.EN, Lang.ZH):
        coverage = select(skill, lang, "").coverage
        found[lang.value] = {
            "coverage": coverage.whole.fraction,
            "by_role": {
                role.value: share.fraction for role, share in sorted(coverage.by_role.items())
            },
        }
    return found


def describe(
    skill: Skill, platforms: Iterable[Platform], languages: Iterable[Lang]
) -> dict[str, Any]:
    """Return everything that is known of a skill, as JSON data.

    Sections are those of the main document and of the translation; ``platforms`` tells per
    platform and language what would be written and what would be lost.
    """
    content = skill.content
    wanted = list(languages)
    lowered: dict[str, Any] = {}
    for platform in platforms:
        try:
            lowered[platform.id] = {lang.value: _view(skill, platform, lang) for lang in wanted}
        except PlatformError as error:
            lowered[platform.id] = {"error": str(error)}
    documents = [doc for doc in (skill.main, skill.translation) if doc is not None]
    return {
        "name": skill.name,
        "title": _text(skill.title),
        "description": _text(skill.description),
        "dialect": skill.dialect.value,
        "kind": skill.kind.value,
        "path": skill.path,
        "license": skill.license,
        "metadata": dict(skill.metadata),
        "extra": dict(skill.extra),
        "front_matter_recovered": bool(skill.front_matter and skill.front_matter.recovered),
        "languages": _languages(skill),
        "documents": [
            {"path": doc.source.path, "root": _section(doc.tree.root, doc)} for doc in documents
        ],
        "persona": (
            {"text": _text(content.persona.text), "source": content.persona.source}
            if content.persona
            else None
        ),
        "triggers": [
            {"text": _text(item.text), "origin": item.origin, "scope": item.scope}
            for item in content.triggers
        ],
        "scenarios": [
            {
                "title": _text(item.title),
                "triggers": [_text(trigger.text) for trigger in item.triggers],
                "steps": list(item.steps),
                "dialogues": len(item.dialogues),
            }
            for item in content.scenarios
        ],
        "dialogues": [
            {
                "title": _text(item.title),
                "turns": [{"speaker": turn.speaker, "text": turn.text} for turn in item.turns],
            }
            for item in content.dialogues
        ],
        "checklists": [
            {
                "title": _text(item.title),
                "notation": item.notation,
                "items": [
                    {
                        "text": _text(entry.text),
                        "checked": entry.checked,
                        "dimension": entry.dimension,
                    }
                    for entry in item.items
                ],
            }
            for item in content.checklists
        ],
        "tests": [_test(test) for test in skill.all_tests],
        "links": [
            {"kind": item.kind.value, "target": item.target, "resolved": item.resolved}
            for item in content.links
        ],
        "resources": [
            {
                "path": item.path,
                "bytes": len(item.data),
                "sha256": item.sha256,
                "executable": item.executable,
                "role": item.role,
            }
            for item in skill.resources
        ],
        "recipes": list(recipes_of(skill)),
        "commands": [
            {"name": item.name, "description": _text(item.description)} for item in skill.commands
        ],
        "agents": [
            {"name": item.name, "description": _text(item.description)} for item in skill.agents
        ],
        "rules": [
            {"name": item.name, "always": item.always, "globs": list(item.globs)}
            for item in skill.rules
        ],
        "mcp_servers": [{"name": item.name, "type": item.type} for item in skill.mcp_servers],
        "platforms": lowered,
    }
