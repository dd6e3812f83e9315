"""Every manifest against its published schema; every skill of the corpus through my platforms."""

import json
from functools import cache

import jsonschema
import pytest
import yaml
from skills_ref import validate

from polyskill.compiler.localized import Lang, Text
from polyskill.compiler.model import Agent, Command, Dialect, Kind, McpServer, Resource, Rule, Skill
from polyskill.compiler.select import select
from polyskill.platforms.agents import PLATFORM as AGENTS
from polyskill.platforms.base import File
from polyskill.platforms.claude import PLATFORM as CLAUDE
from polyskill.platforms.codex import PLATFORM as CODEX
from polyskill.platforms.cursor import PLATFORM as CURSOR

pytestmark = pytest.mark.corpus

PLATFORMS = [AGENTS, CLAUDE, CODEX, CURSOR]
SCHEMAS = {
    ("agents", "plugin.json"): "agent-plugins-1.0.0.plugin.schema.json",
    ("agents", "mcp.json"): "agent-plugins-1.0.0.mcp.schema.json",
    ("agents", ".claude-plugin/marketplace.json"): "schemastore-claude-code-marketplace.json",
    ("claude", ".claude-plugin/plugin.json"): "schemastore-claude-code-plugin-manifest.json",
    ("claude", ".claude-plugin/marketplace.json"): "schemastore-claude-code-marketplace.json",
    ("codex", ".codex-plugin/plugin.json"): "schemastore-codex-plugin-manifest.json",
    ("cursor", ".cursor-plugin/plugin.json"): "cursor-plugin.schema.json",
    ("cursor", ".cursor-plugin/marketplace.json"): "cursor-marketplace.schema.json",
}


@cache
def validator(shared, name: str):
    schema = json.loads((shared / "schemas" / name).read_text("utf-8"))
    return jsonschema.validators.validator_for(schema)(
        schema, format_checker=jsonschema.FormatChecker()
    )


def check(shared, platform: str, bundle) -> int:
    found = 0
    for item in bundle.pieces:
        name = SCHEMAS.get((platform, item.path))
        if name is not None:
            validator(shared, name).validate(json.loads(item.piece.data))
            found += 1
        elif item.path.endswith("agents/openai.yaml"):
            schema = validator(shared, "schemastore-codex-skill-metadata.json")
            schema.validate(yaml.safe_load(item.piece.data))
    return found


def rich(**fields) -> Skill:
    return Skill(
        "demo",
        Dialect.CANONICAL,
        "demo",
        Text("Does <this>.", "做。"),
        Text("Demo", "示例"),
        commands=(Command("go", Text("Goes."), Text("Go.")),),
        agents=(Agent("helper", Text("Helps."), Text("Help.")),),
        rules=(Rule("style", Text("S"), Text("Short."), always=True),),
        mcp_servers=(
            McpServer("a", "stdio", "python", ("x",), {"K": "${K}", "M": "1"}, cwd="/tmp",
                      extra={"timeout": 1}),
            McpServer("b", "sse", url="https://e.org", headers={"X": "${X}"}),
        ),
        resources=(Resource("LICENSE", b"MIT", role="license"),),
        **fields,
    )  # fmt: skip


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.id)
@pytest.mark.parametrize("lang", [Lang.EN, Lang.ZH, Lang.BILINGUAL])
@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"license": "MIT", "metadata": {"version": "1.2.3-rc.1", "author": "Ann <not-mail>"}},
        {"extra": {"author": {"name": "Bo", "email": "b@c.org", "url": "https://c.org"},
                   "homepage": "not a url", "repository": "https://c.org/r", "tags": "a, b, a"}},
        {"metadata": {"version": "v1", "author": "", "category": "研究", "homepage": "https://"}},
    ],
)  # fmt: skip
def test_every_manifest_passes_its_schema(shared, platform, lang, fields):
    view = select(rich(**fields), lang, platform.id)
    package = platform.package(view, "demo")
    assert check(shared, platform.id, package.bundle) >= 1
    market = platform.marketplace("my-market", [package.entry])
    # Codex' own marketplace format has no published schema.
    assert check(shared, platform.id, market) >= (platform.id != "codex")


def check_skill_files(bundle, place, seen: set[tuple[str, str]]) -> None:
    """Every SKILL.md is what the reference validator takes; the same head is looked at once."""
    for item in bundle.pieces:
        if not item.path.endswith("/SKILL.md") or not isinstance(item.piece, File):
            continue
        name = item.path.split("/")[-2]
        empty, head, _ = item.piece.data.decode().split("---\n", 2)
        assert empty == ""
        if (name, head) in seen:
            continue
        seen.add((name, head))
        folder = place / f"{len(seen)}" / name
        folder.mkdir(parents=True)
        (folder / "SKILL.md").write_bytes(item.piece.data)
        assert validate(folder) == [], item.path
        assert yaml.safe_load(head)["name"] == name


def test_the_whole_corpus_becomes_what_the_reference_validator_takes(shared, corpus_read, tmp_path):
    seen: dict[str, set[tuple[str, str]]] = {platform.id: set() for platform in PLATFORMS}
    for skill in (skill for _, result in corpus_read for skill in result.skills):
        for platform in PLATFORMS:
            for lang in (Lang.EN, Lang.ZH):
                view = select(skill, lang, platform.id)
                bundles = [platform.lower(view, platform.form_for(view, None))]
                package = platform.package(view, skill.name)
                bundles += [package.bundle, platform.marketplace("m", [package.entry])]
                for bundle in bundles:
                    check(shared, platform.id, bundle)
                    assert bundle.pieces, (skill.path, platform.id)
                    check_skill_files(bundle, tmp_path / platform.id, seen[platform.id])
    assert all(len(found) > 60 for found in seen.values())


def test_the_whole_corpus_in_the_other_forms(shared, corpus_read):
    for candidate, result in corpus_read:
        if not candidate.path.is_relative_to(shared / "corpus"):
            continue
        for skill in result.skills:
            for platform in PLATFORMS:
                view = select(skill, Lang.BILINGUAL, platform.id)
                for form in (Kind.RULES, Kind.AGENT):
                    first, second = (platform.lower(view, form) for _ in range(2))
                    assert first == second, (skill.path, platform.id, form)
                    assert first.pieces, (skill.path, platform.id, form)
