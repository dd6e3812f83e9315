"""Bugs that the fuzzer, the corpus and the round trips found, each as small as it gets."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from polyskill.compiler.frontmatter import emit, read_recovering
from polyskill.compiler.localized import Lang, Text
from polyskill.compiler.markdown import closed, parse
from polyskill.compiler.model import Agent, Dialect, Kind, Rule, Skill
from polyskill.compiler.readers import discover, read
from polyskill.compiler.readers.words import first_paragraph
from polyskill.compiler.select import select
from polyskill.compiler.source import Source, Span
from polyskill.compiler.write import to_canonical
from polyskill.compiler.yamlsafe import YamlResult, load
from polyskill.platforms import registry
from polyskill.platforms.assemble import assemble
from polyskill.platforms.deliver.build import Request, build
from polyskill.platforms.deliver.records import Target

HEAD = '---\nname: "{name}"\ndescription: "Does it. Use when asked."\n---\n\n'
ReadOne = Callable[..., Skill]


@pytest.fixture
def one(tmp_path: Path) -> ReadOne:
    """Write files and read the one skill that they are."""

    def run(files: dict[str, str]) -> Skill:
        for name, text in files.items():
            path = tmp_path / "in" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        ((skill,),) = [read(candidate).skills for candidate in discover(tmp_path / "in")]
        return skill

    return run


def test_a_key_longer_than_yaml_looks_ahead() -> None:
    values = {"a": {"-" * 900: "x", "b\0" * 300: {"c": ["d"]}, "e": [{"y\1" * 400: "1", "k": "v"}]}}
    assert yaml.safe_load(emit(values).strip("-\n")) == values


@pytest.mark.parametrize(
    ("body", "description"),
    [
        ("Ties.<!-- a remark --> Knots.", "Ties. Knots."),
        ("Ties. <!-- 打结。 -->", "Ties. <!-- 打结。 -->"),
        ("Ties <!-- one --> and <!-- two", "Ties and <!-- two"),
        ("a<!<!-- x -->-- b -->", "a<! -- b -->"),
    ],
)
def test_a_description_that_is_derived_holds_no_remarks(body: str, description: str) -> None:
    assert first_paragraph(body) == description


def test_a_derived_description_is_the_same_the_second_time(one: ReadOne, tmp_path: Path) -> None:
    skill = one(
        {"thing/SKILL.md": "---\nname: thing\n---\n\nTies. <!-- polyskill: only=kimi -->\n"}
    )
    made = to_canonical(skill)
    path = tmp_path / "again" / "thing" / "SKILL.md"
    path.parent.mkdir(parents=True)
    path.write_bytes(made.files["SKILL.md"])
    ((again,),) = [read(candidate).skills for candidate in discover(tmp_path / "again")]
    assert to_canonical(again).files == made.files


@pytest.mark.parametrize(
    "page",
    [
        # The name of a tool opens a bracket that nobody closes.
        b'---\nname: thing\ndescription: Does it.\ntools: ["a", "r[b", "c", "d e"]\n---\n\nDo.\n',
        # After a byte-order mark of UTF-8, the bytes of one of UTF-16.
        b"---\nname: thing\ndescription: Does it.\n---\n\n\xff\xfe-\n",
        b"\xef\xbb\xbf\xff\xfe-\0-\0",
        b"\xef\xbb\xbf\xfe\xff-\0-\0",
    ],
)
def test_a_canonical_form_is_its_own(tmp_path: Path, page: bytes) -> None:
    made: dict[str, bytes] = {
        "pack/.claude-plugin/plugin.json": b'{"name": "pack"}',
        "pack/commands/go.md": page,
        "x.chatmode.md": page,
    }
    forms = []
    for number in range(3):
        folder = tmp_path / str(number)
        for name, data in made.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
        skills = [found for candidate in discover(folder) for found in read(candidate).skills]
        forms.append({skill.name: to_canonical(skill).files for skill in skills})
        made = {
            f"{skill}/{name}": data
            for skill in forms[-1]
            for name, data in forms[-1][skill].items()
        }
    assert forms[0]
    assert forms[1] == forms[0]
    assert forms[2] == forms[0]


def test_a_recipe_in_a_section_that_stays_is_told(one: ReadOne) -> None:
    text = (
        HEAD.format(name="thing-expert")
        + "# Thing / 东西\n\nText. <!-- 文字。 -->\n\n## Platform Support / 平台支持\n\n"
        "### Claude Code\n\nAlways think twice.\n\n**Second way:**\n\n"
        "```\nRead https://e.org/x.md and install\n```\n"
    )
    skill = one({"thing-expert.md": text})
    assert skill.dialect is Dialect.EXPERT
    view = select(skill, Lang.EN, "claude")
    assert "think twice" in view.body
    assert [(held.title, held.reason, held.line) for held in view.withheld] == [
        ("Second way:", "install", 16)
    ]
    assert [(lost.construct, lost.line) for lost in to_canonical(skill).dropped] == [
        ("install", 16)
    ]


def test_an_import_keeps_what_a_directive_scopes(one: ReadOne) -> None:
    body = (
        "# Thing / 东西\n\nStart. <!-- 开始。 -->\n\n"
        "<!-- polyskill: only=claude -->\n\nOnly here.\n\n"
        "- item\n\n  <!-- polyskill: only=kimi -->\n\n  inner\n\n"
        "<!-- polyskill: only=codex, kimi -->\n\n## Part\n\nText of it.\n\n"
        "<!-- polyskill: only=codex -->\n\n## Test Cases\n\nNone.\n\n## Last\n\nEnd.\n"
    )
    made = to_canonical(one({"thing-expert.md": HEAD.format(name="thing-expert") + body}))
    text = made.files["SKILL.md"].decode()
    for kept in (
        "<!-- polyskill: only=claude -->\n\nOnly here.\n",
        "  <!-- polyskill: only=kimi -->\n\n  inner\n",
        "<!-- polyskill: only=codex, kimi -->\n\n## Part\n\nText of it.\n\n## Last\n",
    ):
        assert kept in text
    # The directive of a section that went must not fall to the next one.
    assert "only=codex -->" not in text
    assert [lost.detail for lost in made.dropped] == ["Test Cases"]


def test_the_same_title_in_both_files_stands_once(one: ReadOne) -> None:
    pages = {
        "thing/SKILL.md": "# T\n\n## Phase 1 — Survey\n\nLook.\n\n## 2. Work / 工作\n\nDo.\n",
        "thing/SKILL.zh.md": "# 题\n\n## Phase 1 — Survey\n\n看。\n\n## 2. Work / 工作\n\n做。\n",
    }
    skill = one({name: HEAD.format(name="thing") + page for name, page in pages.items()})
    lines = select(skill, Lang.BILINGUAL, "claude").body.split("\n")
    assert [line for line in lines if line.startswith("#")] == [
        "# T / 题",
        "## Phase 1 — Survey",
        "## 2. Work / 工作",
    ]


def test_chinese_in_a_file_that_has_a_twin_is_in_some_view(one: ReadOne) -> None:
    skill = one(
        {
            "thing/SKILL.md": HEAD.format(name="thing")
            + "Say it.\n\n<!-- 说出来。 -->\n\n再说。\n",
            "thing/SKILL.zh.md": "---\ndescription: 做事。\n---\n\n另一句。\n",
        }
    )
    assert "说出来。" in select(skill, Lang.EN, "claude").body
    assert "另一句。" in select(skill, Lang.ZH, "claude").body


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("a\n\n```py\nx = 1", "a\n\n```py\nx = 1\n```\n"),
        ("~~~~\n```\nx\n", "~~~~\n```\nx\n~~~~\n"),
        ("  ```\n  x\n", "  ```\n  x\n  ```\n"),
        ("```\nx\n```\n", "```\nx\n```\n"),
        ("- a\n  ```\n  x\n", "- a\n  ```\n  x\n"),
        ("> ```\n> x\n", "> ```\n> x\n"),
        ("```a`b\nx\n", "```a`b\nx\n"),
    ],
)
def test_a_fence_that_is_open_at_the_end_is_closed(text: str, made: str) -> None:
    assert closed(text) == made
    assert closed(made) == made


def test_an_open_fence_swallows_nothing_of_another_skill() -> None:
    skills = [
        Skill(
            name,
            Dialect.CANONICAL,
            name,
            Text("d"),
            kind=Kind.BUNDLE,
            rules=tuple(
                Rule(f"r{n}", Text(), Text(f"Text {n}\n\n```\ncode"), always=True) for n in (1, 2)
            ),
        )
        for name in ("alpha", "beta")
    ]
    for name in registry.names():
        platform = registry.get(name)
        bundles = []
        for skill in skills:
            view = select(skill, Lang.EN, name)
            bundles.append((skill.name, platform.lower(view, platform.form_for(view, None))))
        for path, file in assemble(platform, bundles).files.items():
            text = file.data.decode()
            if path.endswith("AGENTS.md"):
                assert text.count("```\ncode\n```\n") == 4, (name, path)


def test_a_bundle_of_parts_becomes_no_empty_agent() -> None:
    skill = Skill(
        "pack",
        Dialect.PLUGIN,
        "pack",
        Text("Parts."),
        kind=Kind.BUNDLE,
        agents=(Agent("helper", Text("Helps."), Text("Help.")),),
    )
    for name in registry.names():
        platform = registry.get(name)
        view = select(skill, Lang.EN, name)
        for wanted in (None, Kind.AGENT, Kind.RULES):
            bundle = platform.lower(view, platform.form_for(view, wanted))
            assert not any("/pack." in item.path for item in bundle.pieces), (name, wanted)


def test_codex_keys_of_an_author_have_the_names_of_each_file() -> None:
    own = {"interface": {"short_description": "Short.", "brand_color": "#123456", "other": "x"}}
    skill = Skill(
        "demo", Dialect.CANONICAL, "demo", Text("d"), Text("Demo"), overrides={"codex": own}
    )
    view = select(skill, Lang.EN, "codex")
    package = registry.get("codex").package(view, "demo")
    files = {item.path: item.piece.data for item in package.bundle.pieces}
    manifest = yaml.safe_load(files[".codex-plugin/plugin.json"])["interface"]
    assert (manifest["shortDescription"], manifest["brandColor"]) == ("Short.", "#123456")
    assert not {"short_description", "brand_color", "other"} & manifest.keys()
    metadata = yaml.safe_load(files["skills/demo/agents/openai.yaml"])["interface"]
    assert metadata["short_description"] == "Short."


def test_a_package_in_a_second_language_has_no_name_of_more_than_64(tmp_path: Path) -> None:
    name = "long-name-" * 6 + "end"
    folder = tmp_path / "in" / name
    folder.mkdir(parents=True)
    (folder / "SKILL.md").write_text(HEAD.format(name=name) + "Text.\n", "utf-8")
    targets = tuple(
        Target(platform, Lang.BILINGUAL, package=True, suffix="-bilingual")
        for platform in registry.names()
        if registry.get(platform).packages
    )
    result = build(Request((tmp_path / "in",), tmp_path / "out", targets))
    assert not result.failed
    made = list((tmp_path / "out").rglob("SKILL.md"))
    assert len(made) == len(targets)
    for path in made:
        values = yaml.safe_load(path.read_text("utf-8").split("---\n")[1])
        assert values["name"] == path.parent.name
        assert len(values["name"]) <= 64
    for plugin in (tmp_path / "out").glob("bundles/*/plugins/*"):
        assert len(plugin.name) <= 64
        assert plugin.name.endswith("-bilingual")


@pytest.mark.parametrize("ending", ["\n", "\r"])
def test_a_deep_quote_before_many_lines_is_read_in_time(ending: str) -> None:
    text = "> " * 400 + "a" + f"{ending}b" * 20_000
    began = time.process_time()
    tree = parse(Source("x.md", text))
    assert time.process_time() - began < 5  # it was half a minute
    (block,) = tree.root.blocks
    assert block.span == Span(0, len(text))
    shallow = parse(Source("x.md", "> " * 40 + "a\n" + "b\n" * 10))
    depth = sum(1 for inner in shallow.root.blocks[0].walk() if inner.children)
    assert depth == 31  # few lines are read as deep as ever


def test_two_byte_order_marks_are_no_front_matter_the_second_time(one: ReadOne) -> None:
    text = "\ufeff\ufeff---\n\a: s\n? A\n---\nText.\n"
    made = to_canonical(
        one({"thing/SKILL.md": HEAD.format(name="thing"), "thing/SKILL.zh.md": text})
    )
    assert made.files["SKILL.zh.md"].startswith(b"---\n---\n\n\xef\xbb\xbf---\n")
    again = one({f"thing/{name}": data.decode() for name, data in made.files.items()})
    assert to_canonical(again).files == made.files


def test_open_brackets_are_not_joined_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = 0

    def counted(source: Source, span: Span) -> YamlResult:
        nonlocal asked
        asked += 1
        return load(source, span)

    monkeypatch.setattr("polyskill.compiler.frontmatter.chunks.load", counted)
    text = "---\n" + "a: {\n" * 2_000 + "---\n"
    assert read_recovering(Source("x.md", text)).front is not None
    assert asked < 2_500  # it was nine for each key
