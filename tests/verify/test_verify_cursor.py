"""Cursor's files against the published format: our own reading of it, and the schemas' own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from polyskill.platforms.verify import Options, Status, verify
from polyskill.platforms.verify.cursor import manifest_faults

Plant = Callable[..., Path]
PLUGIN: dict[str, Any] = {
    "name": "release-notes",
    "displayName": "发布说明",
    "description": "撰写发布说明",
    "version": "1.2.0",
    "minClientVersions": {"cursor": "3.13.0"},
    "author": {"name": "作者", "email": "a@example.com"},
    "publisher": "p",
    "homepage": "https://example.com/x",
    "repository": "https://example.com/y",
    "license": "MIT",
    "logo": "logo.svg",
    "keywords": ["notes"],
    "category": "writing",
    "tags": ["a"],
    "commands": ["commands/*.md"],
    "agents": "agents",
    "skills": "skills",
    "rules": ["rules"],
    "hooks": {"version": 1},
    "variables": {"type": "object", "properties": {}},
    "mcpServers": ["mcp.json", {"a": {}}],
}
MARKETPLACE: dict[str, Any] = {
    "name": "polyskill",
    "owner": {"name": "我们", "email": "a@example.com"},
    "metadata": {"description": "x", "more": 1},
    "plugins": [{"name": "release-notes", "source": "./plugins/release-notes"}],
}
VALUES: list[Any] = [None, True, 1, "", "A b", "x", [], ["x"], [1], {}, {"name": ""}, {"url": "x"}]


def mutations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the document with each field dropped, replaced by each value, and new ones added."""
    yield document
    for key, value in document.items():
        yield {other: kept for other, kept in document.items() if other != key}
        for wrong in VALUES:
            yield {**document, key: wrong}
        if isinstance(value, dict):
            for inner in mutations(value):
                yield {**document, key: inner}
        if isinstance(value, list) and value and isinstance(value[0], dict):
            for inner in mutations(value[0]):
                yield {**document, key: [inner]}
    yield {**document, "surplus": "x"}
    yield {**document, "url": "https://example.com"}


@pytest.mark.parametrize(("kind", "document"), [("plugin", PLUGIN), ("marketplace", MARKETPLACE)])
def test_it_agrees_with_the_published_schema(
    kind: str, document: dict[str, Any], shared: Path, tmp_path: Path
) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads((shared / "schemas" / f"cursor-{kind}.schema.json").read_text("utf-8"))
    oracle = jsonschema.Draft7Validator(schema)
    assert oracle.is_valid(document)
    path = tmp_path / f"{kind}.json"
    tried = {True: 0, False: 0}
    for each in mutations(document):
        path.write_text(json.dumps(each), encoding="utf-8")
        valid = oracle.is_valid(each)
        ours = manifest_faults(path, f".cursor-plugin/{kind}.json")
        # Formats (`uri`, `email`) are notes to a validator of JSON Schema; here they count.
        formats = any("does not match" in (fault.en or "") for fault in ours)
        assert valid is not bool(ours) or (valid and formats), (each, ours)
        tried[valid] += 1
    assert min(tried.values()) > 20


def rows(project: Path, home: Path, skills: list[str] | None = None) -> dict[str, Any]:
    return {row.skill: row for row in verify(project, home, ["cursor"], skills, Options())}


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_sound_files_are_schema_only(project: Path, home: Path, plant: Plant) -> None:
    plant(project / ".cursor/skills", "release-notes", "撰写发布说明。", "正文。")
    write(
        project / ".cursor/rules/a/b.mdc", "---\ndescription: x\nalwaysApply: true\n---\n规则。\n"
    )
    write(project / ".cursor/mcp.json", '{"mcpServers": {"a": {"command": "x"}}}')
    found = rows(project, home)
    assert {name: row.status for name, row in found.items()} == {
        "release-notes": Status.SCHEMA_ONLY,
        "": Status.SCHEMA_ONLY,
    }
    assert all(row.ok and not row.reason for row in found.values())


@pytest.mark.parametrize(
    ("place", "text", "english", "chinese"),
    [
        (".cursor/rules/x.mdc", "---\nalwaysApply: yes please\n---\n", "true or false",
         "true 或 false"),
        (".cursor/rules/x.mdc", "---\nglobs: a\nalwaysApply: false\npaths: b\n---\n", "`paths`",
         "`paths`"),
        (".cursor/rules/x.mdc", "no front matter", "no front matter", "元数据"),
        (".cursor/mcp.json", "{,}", "not JSON", "不是 JSON"),
        (".cursor/mcp.json", '{"servers": {}}', "no `mcpServers`", "缺少 `mcpServers`"),
        (".cursor-plugin/plugin.json", '{"name": "x", "author": {"name": "a", "url": "b"}}',
         "`plugin.json.author` has a field `url`", "不允许的字段 `url`"),
        (".cursor-plugin/marketplace.json", '{"name": "x", "plugins": [{"name": "y"}]}',
         "`marketplace.json.plugins[0]` has no `source`", "缺少 `source`"),
    ],
)  # fmt: skip
def test_broken_files_fail(
    place: str, text: str, english: str, chinese: str, project: Path, home: Path
) -> None:
    write(project / place, text)
    row = rows(project, home)[""]
    assert row.status is Status.FAILED
    assert english in row.reason
    assert chinese in row.reason_zh


def test_skills_that_break_the_specification(project: Path, home: Path, plant: Plant) -> None:
    plant(project / ".cursor/skills", "Upper_Case", "Words", "The body.")
    plant(project / ".cursor/skills", "long", "x" * 1025, "The body.")
    plant(project / ".qwen/skills", "lost", "Words", "The body.")
    found = rows(project, home, ["Upper_Case", "long", "lost"])
    assert found["Upper_Case"].status is Status.FAILED
    assert "does not match" in found["long"].reason
    assert found["lost"].status is Status.NOT_SEEN
    assert "`.qwen/skills/lost`" in found["lost"].reason


def test_the_plugins_of_a_marketplace_are_looked_into(
    project: Path, home: Path, plant: Plant
) -> None:
    write(project / ".cursor-plugin/marketplace.json", json.dumps(MARKETPLACE))
    plugin = project / "plugins" / "release-notes"
    write(plugin / ".cursor-plugin/plugin.json", json.dumps(PLUGIN))
    assert rows(project, home)[""].ok
    write(plugin / "rules" / "x.mdc", "no front matter")
    plant(plugin / "skills", "Bad Name", "Words", "The body.")
    reason = rows(project, home)[""].reason
    assert "`plugins/release-notes/rules/x.mdc`" in reason
    assert "`plugins/release-notes/skills/Bad Name/SKILL.md`" in reason
