"""Import → canonical folder → build → import again: every block is kept, or its loss is told.

Comparisons are on words alone (letters, digits and Chinese characters in order; case, marks,
spaces and line breaks do not count). A *side* is a run of one script within a line: what stands on
one side of ``en / 中文``, ``en (中文)``, ``<!-- -->``.

* *Import.* Each side of each line must stand in a Markdown file of the canonical folder. A gap may
  begin only where ``dropped`` tells of a loss, or where test cases stand that became
  `evals/cases.yaml`; it ends at the first line that is there again.
* *Build and import again.* Each block of the canonical bodies that holds no other block must stand
  whole in a block of what is read from the bilingual output (indented code of both files may have
  become one), and each of its sides must stand in what is
  read from the English or from the Chinese one. The output's own text files count too, where a
  split moved sections to them. Each heading's title, per language, must stand whole in a heading.
  Only what a view tells to be ``withheld`` may be missing.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from polyskill.compiler import checks
from polyskill.compiler.document import BlockKind, Document
from polyskill.compiler.localized import Lang
from polyskill.compiler.markdown import is_directive, parse
from polyskill.compiler.model import Dialect, Skill, TestCase
from polyskill.compiler.readers import discover, read
from polyskill.compiler.select import select
from polyskill.compiler.source import Source, Span
from polyskill.compiler.write import CanonicalFolder, to_canonical
from polyskill.platforms import registry
from polyskill.platforms.assemble import assemble

VIEWS = (Lang.EN, Lang.ZH, Lang.BILINGUAL)
TOKEN = re.compile(r"[\u3400-\u9fff]|(?:(?![\u3400-\u9fff])\w)+")
SIDES = re.compile(r"[/（(]|<!--")
RECIPE = re.compile(r"cat\s.*<<")  # how to install a skill: not part of it
HEREDOC = re.compile(r"cat\s.*<<|EOF$|```(?:bash)?$")  # `cat > CLAUDE.md << EOF` around its text


def words(text: str) -> str:
    return " ".join(TOKEN.findall(text.lower()))


def runs(line: str) -> Iterator[str]:
    for part in SIDES.split(line):
        for _, run in groupby(TOKEN.findall(part.lower()), lambda word: word >= "\u3400"):
            yield " ".join(run)


def places(document: Document, lines: set[int]) -> list[Span]:
    """The sections and blocks that begin at the given lines; blocks take their comments along."""
    found: list[Span] = []
    for section in document.tree.root.walk():
        if document.source.position(section.span.start).line in lines:
            found.append(section.span)
        with_it = False
        for block in section.blocks:
            with_it = document.source.position(block.span.start).line in lines or (
                with_it and block.kind is BlockKind.COMMENT
            )
            if with_it:
                found.append(block.span)
    return found


class Round:
    """A skill, its canonical folder, and what that folder is read as."""

    def __init__(self, skill: Skill, place: Path) -> None:
        self.skill = skill
        self.place = place
        self.folder: CanonicalFolder = to_canonical(skill)
        home = write(place / "canonical" / skill.name, self.folder.files)
        (candidate,) = discover(home)
        (self.again,) = read(candidate).skills


def write(folder: Path, files: Iterable[tuple[str, bytes]] | dict[str, bytes]) -> Path:
    for name, data in dict(files).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


@pytest.fixture(scope="module")
def rounds(originals, tmp_path_factory) -> list[Round]:
    root = tmp_path_factory.mktemp("rounds")
    skills = [skill for _, skills in originals for skill in skills]
    return [Round(skill, root / str(number)) for number, skill in enumerate(skills)]


# -- import ------------------------------------------------------------------------------------


def told(skill: Skill, folder: CanonicalFolder) -> set[int]:
    """The lines at which something may be missing from the canonical texts."""
    lines = {lost.line for lost in folder.dropped}
    for lang in (Lang.EN, Lang.ZH):
        lines |= {held.line for held in select(skill, lang, "").withheld if held.reason == "tests"}
    return lines


def check_import(one: Round) -> int:
    """Every line of the source is in the canonical folder; return how many were looked at."""
    texts = [data.decode() for name, data in one.folder.files.items() if name.endswith(".md")]
    kept = f" {words(chr(10).join(texts))} "
    expected = told(one.skill, one.folder)
    lines = 0
    for document in filter(None, (one.skill.main, one.skill.translation)):
        gone = places(document, expected)
        in_gap = in_recipe = False
        for number, start in enumerate(document.source.line_starts, 1):
            if start < document.body_start or any(g.start <= start < g.end for g in gone):
                in_gap = in_gap or number in expected
                continue
            lines += 1
            line = document.source.slice(document.source.line_span(number - 1, number))
            found = list(runs(line))
            absent = [run for run in found if f" {run} " not in kept]
            in_recipe = bool(RECIPE.match(line.strip())) or (in_recipe and line.strip() != "EOF")
            if absent and not in_gap and not in_recipe:
                assert HEREDOC.match(line.strip()), (one.skill.path, number, line)
            in_gap = in_gap and (not found or bool(absent))
    return lines


@pytest.mark.corpus
def test_import_keeps_every_line(rounds: list[Round]) -> None:
    assert sum(map(check_import, rounds)) > 15_000


def case_of(case: TestCase) -> tuple[object, ...]:
    criteria = [(item.text, item.kind, item.weight) for item in case.criteria]
    return (case.title, case.input, criteria, case.trigger, [check.kind for check in case.checks])


@pytest.mark.corpus
def test_import_keeps_what_is_no_text(rounds: list[Round]) -> None:
    for one in rounds:
        old, new = one.skill, one.again
        assert new.name == old.name
        assert new.kind == old.kind
        assert (new.license, new.compatibility) == (old.license, old.compatibility)
        if old.description:  # a rule needs none; a skill gets its first paragraph for one
            assert words(new.description.pick(Lang.EN)) == words(old.description.pick(Lang.EN))
            assert old.description.complete == new.description.complete
        assert [words(found.text.pick(Lang.EN)) for found in new.triggers] == [
            words(found.text.pick(Lang.EN)) for found in old.triggers
        ]
        if old.dialect is Dialect.EXPERT:
            assert list(map(case_of, new.all_tests)) == list(map(case_of, old.all_tests))
        for kind in ("commands", "agents", "rules"):
            before, after = getattr(old, kind), getattr(new, kind)
            assert [(part.name, part.body) for part in after] == [
                (part.name, part.body) for part in before
            ], (old.path, kind)
        assert new.mcp_servers == old.mcp_servers
        assert [hook.data for hook in new.hooks] == [hook.data for hook in old.hooks]
        assert (new.globs, new.always) == (old.globs, old.always)
        # Every file beside the text is there, or its absence is told.
        lost = {gone.detail for gone in one.folder.dropped if gone.construct == "file"}
        for resource in old.resources:
            kept = one.folder.files.get(resource.path)
            if resource.role not in ("component", "evals"):
                assert kept is not None, (old.path, resource.path)
                assert kept.startswith(resource.data.rstrip()), resource.path
            elif resource.role == "component" and kept is None:
                paths = {part.path for part in (*old.commands, *old.agents, *old.rules, *old.hooks)}
                own = {Path(manifest.path).name for manifest in old.manifests}
                own |= {Path(source.path).name for source in old.sources}
                assert resource.path in paths | lost or Path(resource.path).name in own


@pytest.mark.corpus
def test_what_an_import_drops_is_only_what_has_no_place(rounds: list[Round]) -> None:
    dropped = {lost.construct for one in rounds for lost in one.folder.dropped}
    assert dropped == {"install", "banner", "file", "plugin"}
    for one in rounds:
        if one.skill.dialect not in (Dialect.EXPERT, Dialect.PLUGIN, Dialect.LOCALE_JSON):
            assert one.folder.dropped == (), one.skill.path


@pytest.mark.corpus
def test_the_canonical_form_of_a_canonical_folder_is_itself(rounds: list[Round]) -> None:
    for one in rounds:
        second = to_canonical(one.again)
        assert dict(second.files) == dict(one.folder.files), one.skill.path
        assert second.executables <= one.folder.executables
        assert second.dropped == ()


@pytest.mark.corpus
def test_an_imported_skill_passes_check_without_errors(rounds: list[Round]) -> None:
    for one in rounds:
        # What has neither Chinese nor tests nor parts is a plain skill folder all the same.
        assert one.again.dialect in (Dialect.CANONICAL, Dialect.AGENT_SKILL), one.skill.path
        errors = [
            (found.location, found.message())
            for found in (*one.again.diagnostics, *checks.check_skill(one.again))
            if found.severity == "error"
        ]
        assert errors == []


# -- build and import again --------------------------------------------------------------------


class Said(NamedTuple):
    """The words of titles, of blocks that hold no others, and of the sides of their lines."""

    titles: set[str]
    blocks: set[str]
    sides: set[str]


def said_in(document: Document, without: Iterable[Span] = ()) -> Said:
    gone = list(without)
    said = Said(set(), set(), set())
    for section in document.tree.root.walk():
        if any(section.span in span for span in gone):
            continue
        said.titles.update(words(text) for text in (section.title.en, section.title.zh) if text)
        for top in section.blocks:
            if is_directive(top) or any(top.span in span for span in gone):
                continue
            for block in top.walk():
                if not block.children and block.kind is not BlockKind.RULE:
                    said.blocks.add(words(block.content))
                    said.sides.update(
                        side for line in block.content.splitlines() for side in runs(line)
                    )
    for found in said:
        found.discard("")
    return said


class Output:
    """What is read from the output of a build, as words."""

    def __init__(self, folder: Path) -> None:
        self.headings: list[str] = []
        self.blocks: set[str] = set()
        for candidate in discover(folder):
            for skill in read(candidate).skills:
                for document in filter(None, (skill.main, skill.translation)):
                    self.add(document)
                for part in (*skill.commands, *skill.agents, *skill.rules):
                    self.add(Document(Source("", part.body.pick(Lang.BILINGUAL)), parse=parse))
        moved = [*folder.rglob("references/**/*.md"), *folder.glob(".*/resources/**/*.md")]
        for path in moved:
            self.add(Document(Source("", path.read_bytes().decode()), parse=parse))

    def add(self, document: Document) -> None:
        for section in document.tree.root.walk():
            if section.heading is not None:
                self.headings.append(f" {words(document.source.slice(section.heading.span))} ")
        self.blocks |= said_in(document).blocks


def check_build(one: Round, platform: str) -> int:
    """Every block of the canonical folder comes back from a build; return how many there are."""
    assistant = registry.get(platform)
    skill = one.again
    outputs: dict[Lang, Output] = {}
    wanted = Said(set(), set(), set())
    documents = {Lang.EN: skill.main, Lang.ZH: skill.translation}
    for lang in VIEWS:
        view = select(skill, lang, platform)
        bundle = assistant.lower(view, assistant.form_for(view, None))
        made = assemble(assistant, [(skill.name, bundle)])
        place = one.place / platform / lang.value
        outputs[lang] = Output(write(place, {path: file.data for path, file in made.files.items()}))
        document = documents.get(lang)
        if document is not None:
            held = places(document, {found.line for found in view.withheld})
            for found, more in zip(wanted, said_in(document, held), strict=True):
                found.update(more)
    english, chinese, both = (outputs[lang] for lang in VIEWS)
    together = f" {' | '.join(both.blocks)} "
    lost = [block for block in wanted.blocks - both.blocks if f" {block} " not in together]
    assert lost == [], one.skill.path
    # A comment below a heading is its translation, and in Chinese the heading itself.
    apart = f" {' | '.join((*english.blocks, *chinese.blocks, *chinese.headings))} "
    missing = [side for side in wanted.sides if f" {side} " not in apart]
    assert missing == [], one.skill.path
    for headings in (english.headings + chinese.headings, both.headings):
        said = "|".join(headings)
        assert [title for title in wanted.titles if f" {title} " not in said] == [], one.skill.path
    return len(wanted.blocks) + len(wanted.titles)


@pytest.mark.corpus
@pytest.mark.parametrize("platform", [pytest.param("agents", marks=pytest.mark.slow), "claude"])
def test_a_build_keeps_every_block(rounds: list[Round], platform: str) -> None:
    assert sum(check_build(one, platform) for one in rounds) > 8_000


# -- any skill ---------------------------------------------------------------------------------

# Every block says its own number, so that no other one can stand for it.
BLOCKS = (
    "Say {n} in English.",
    "Say {n} in English.\n\n<!-- 用中文说 {n}。 -->",
    "用中文说 {n}。",
    "First {n} line,\nsecond {n} line.\n<!-- 第一行 {n}，\n第二行 {n}。 -->",
    "- item {n} / 条目 {n}\n- other {n} / 其他 {n}\n  - inner {n}\n\n    more {n}",
    "1. one {n}\n2. two {n}\n   <!-- 二 {n} -->",
    "- [ ] open {n}\n- [x] done {n}",
    "> quoted {n}\n> <!-- 引用 {n} -->\n>\n> - in {n}",
    "| a {n} | b / 乙 {n} |\n|---|---|\n| c {n} | d {n} |",
    "```py\ncode = {n}\n```",
    "~~~~\n```\nfence = {n}\n~~~~",
    "    indented = {n}",
    "<div>\nhtml {n}\n</div>",
    "<!-- a remark {n} -->",
    "---",
    "**Label {n}:**",
    "Run `!cmd {n}` or @file{n} with $1 and ${{X}} {n}.",
    "<!-- polyskill: only=claude -->\n\nOnly {n} there.",
    "```\nopen = {n}",
    "~~~\nopen = {n}",
    "[ref{n}]: https://example.org/{n}",
    "<!-- 独立的注释 {n} -->",
    "> > deep {n}\n> lazy {n}\nlazier {n}",
    "1) paren {n}\n\n   ```\n   in = {n}\n   ```",
    "<details>\n\nopened {n}\n\n</details>",
    "Hard {n}  \nbreak {n}\\\nagain {n}",
    "English {n}. 中文{n}。",
    "- # heading {n} / 标题 {n}",
    "```bash\ncat > CLAUDE.md << 'EOF'\nRule {n}.\nEOF\n```",
    '**Test {n}: Case**\n- Input: "ask {n}"\n- Expected: names {n}; says {n} again',
    "word {n} " * 2500,
    "词 {n} " * 2500,
)
HEADS = (
    "# T {n}",
    "## {n}. Part {n} / 部分 {n}",
    "## 🎯 部分 {n} / Part {n}",
    "### Inner {n}",
    "## 章节 {n}",
    "Under {n}\n===",
    "## § {n} License {n}",
    "## Version History {n} / 版本历史 {n}",
    "## Test Cases {n}",
    "## Platform Support {n}",
    "### Claude Code {n}",
)


@st.composite
def bodies(draw, start: int = 0) -> str:
    parts = draw(st.lists(st.sampled_from((*BLOCKS[:-2], *HEADS, *BLOCKS)), max_size=14))
    text = "\n\n".join(part.format(n=start + at) for at, part in enumerate(parts))
    ending = draw(st.sampled_from(["\n", "\n", "\r\n"]))
    return f"{text}\n".replace("\n", ending)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    main=bodies(),
    translation=st.none() | bodies(start=100),
    form=st.sampled_from(["thing/SKILL.md", "thing-expert.md", "thing.mdc", "thing.agent.md"]),
    platform=st.sampled_from(["agents", "claude"]),
)
def test_any_skill_survives(tmp_path_factory, main, translation, form, platform) -> None:
    place = tmp_path_factory.getbasetemp() / "survives"
    shutil.rmtree(place, ignore_errors=True)
    head = "---\nname: thing\ndescription: Does things.\n---\n\n"
    files = {f"in/{form}": f"{head}{main}".encode()}
    if translation is not None and form == "thing/SKILL.md":
        files["in/thing/SKILL.zh.md"] = f"---\ndescription: 做事。\n---\n\n{translation}".encode()
    write(place, files)
    ((skill,),) = [read(candidate).skills for candidate in discover(place / "in")]
    one = Round(skill, place)
    check_import(one)
    check_build(one, platform)
    second = to_canonical(one.again)
    assert dict(second.files) == dict(one.folder.files)
