"""Every file and folder of ../shared/corpus and ../shared/sources is read, checked and shown."""

from __future__ import annotations

import json
import re
from functools import cache
from itertools import groupby
from pathlib import Path

import pytest

from polyskill.compiler import checks
from polyskill.compiler.document import Document
from polyskill.compiler.localized import Lang
from polyskill.compiler.model import Dialect, Skill
from polyskill.compiler.readers import discover, read
from polyskill.compiler.select import select
from polyskill.compiler.source import Span
from polyskill.platforms import registry
from polyskill.platforms.deliver.checking import Report, check
from polyskill.platforms.describe import describe

pytestmark = pytest.mark.corpus

# What is wrong in the malformed files, as seen in them: (code, line).
GLUED = "PS020"  # the closing fence stands at the end of a line of text
DEDENTED = "PS023"  # `Triggers:` and `Works with:` fell out of the description
UNMARKED = "PS024"  # quoted phrases without a list
LEFT_OUT = "PS025"  # "related industry keywords" among them
GLOB = "PS028"  # `globs: **/*` begins with the sign of an alias
COMMENT = "PS030"  # `<!-- 中文 -->` inside a YAML value
NAMED = "PS091"  # a name that is no slug


def fallen(line: int) -> list[tuple[str, int]]:
    return [(DEDENTED, line), (UNMARKED, line), (LEFT_OUT, line), (DEDENTED, line + 1)]


OLD, OLDER = "awesome-skills@485a189/skills", "awesome-skills@0f1e840/skills"
MALFORMED = {
    f"{OLD}/service-worker/confinement-nanny.md": [(GLUED, 11)],
    f"{OLD}/education/music-teacher.md": [(GLUED, 11)],
    f"{OLD}/transport-worker/delivery-rider.md": [(GLUED, 12)],
    f"{OLD}/education/vocational-trainer.md": [*fallen(13), (GLUED, 14)],
    f"{OLD}/automotive/perception-algorithm-engineer.md": [*fallen(13), (GLUED, 14)],
    f"{OLDER}/service-worker/confinement-nanny.md": [(COMMENT, 8)],
    f"{OLDER}/education/vocational-trainer.md": [(COMMENT, 9), (COMMENT, 12)],
    "awesome-skills/skills/education/vocational-trainer.md": fallen(14),
    "awesome-skills/skills/hospitality/hotel-operations-director.md": fallen(14),
    "awesome-skills/skills/mining/mining-engineer.md": fallen(14),
    "awesome-skills/skills/creative/photographer.md": fallen(14),
    "awesome-skills/skills/aerospace/uav-flight-control-engineer.md": fallen(14),
}
RULES = "awesome-cursorrules/rules"  # every one of them says `globs: **/*` or `**/*.go` in line 3
# Nothing is wrong with these but that a name has to be made up.
NAMELESS = {
    f"{RULES}/react-typescript-nextjs-nodejs-cursorrules-prompt-.mdc": 1,  # of the file's name
    "awesome-copilot/agents/bicep-implement.agent.md": 3,
    "awesome-copilot/agents/cast-imaging-software-discovery.agent.md": 2,
    "awesome-copilot/agents/centos-linux-expert.agent.md": 2,
    "awesome-copilot/agents/defender-scout-kql.agent.md": 2,
    "awesome-copilot/agents/task-researcher.agent.md": 3,
}
MALFORMED_TAGS = ("closing-fence-glued", "yaml-broken", "html-comment-in-description")
NO_SOURCES = {  # texts without a front matter: they are read by people, and are no skills
    "README.md",
    "rubric-rewards-note.md",
    "sota-ml-researcher-marketplace.md",
    "talk-tracks.md",
}


def test_everything_is_found(rows, sources, shared: Path) -> None:
    found = {source.candidate.path for source in sources}
    twins = {source.candidate.twin for source in sources if source.candidate.twin is not None}
    for row in rows:
        path = shared / "corpus" / row["path"]
        if row["kind"] == "lobe-agent-json":  # the locales of an agent are one source
            path = path.parent
        assert path in found | twins, row["path"]
        assert [one.dialect for one in discover(path)] != [None], row["path"]
    assert len(sources) == len({row["path"] for row in rows}) - 4 - len(twins) + 2
    for source in sources:
        assert source.candidate.dialect is not None
        assert source.result.skills, source.path


def test_a_text_that_is_no_skill_is_said_to_be_none(shared: Path) -> None:
    for path in sorted((shared / "sources").iterdir()):
        results = [read(candidate) for candidate in discover(path)]
        skills = [skill for result in results for skill in result.skills]
        codes = [found.code.id for result in results for found in result.diagnostics]
        assert (skills == [] and codes == ["PS080"]) is (path.name in NO_SOURCES), path.name


def test_each_malformed_file_is_told_with_its_line(rows, sources) -> None:
    wanted: dict[str, list[tuple[str, int]]] = {
        path: list(findings) for path, findings in MALFORMED.items()
    }
    for row in rows:
        if "yaml-broken-unquoted-glob" in row["tags"]:
            wanted[row["path"]] = [(GLOB, 3)]
        elif row["kind"] == "malformed" or any(tag in row["tags"] for tag in MALFORMED_TAGS):
            assert row["path"] in wanted, row["path"]
    for path, line in NAMELESS.items():
        wanted.setdefault(path, []).append((NAMED, line))
    told = {
        source.path.removeprefix("corpus/"): sorted(
            (found.code.id, found.line) for found in source.diagnostics
        )
        for source in sources
        if source.diagnostics
    }
    assert told == {path: sorted(findings) for path, findings in wanted.items()}


def test_what_was_recovered_is_what_the_author_meant(skills: list[Skill]) -> None:
    [trainer] = [skill for skill in skills if f"{OLD}/education/vocational" in skill.path]
    assert (trainer.description.en or "").endswith("programs, career coaching.")
    assert [trigger.text.pick(Lang.EN) for trigger in trainer.triggers] == [
        "vocational trainer",
        "职业培训师",
    ]
    [older] = [skill for skill in skills if f"{OLDER}/education/vocational" in skill.path]
    assert "<!--" not in f"{older.description.en}{older.description.zh}"
    assert (older.description.zh or "").startswith("世界级的职业培训师")
    [go] = [skill for skill in skills if skill.path.endswith("rules/go.mdc")]
    assert go.globs == ("**/*.go",)


def test_the_reference_validators_verdicts_are_told(rows, skills: list[Skill]) -> None:
    """Where it fails a folder we name the reason, or the format is not at fault."""
    names = {row["path"]: row["tags"] for row in rows if "name!=folder" in row["tags"]}
    for path in names:
        [skill] = [skill for skill in skills if skill.path.endswith(path)]
        found = [(one.code.id, one.line) for one in checks.check_skill(skill)]
        assert ("PS130", 2) in found, path
    # The others: flow lists (which are YAML; only strictyaml refuses them) and a key of Claude's.
    refused = [row for row in rows if row["oracle"].startswith("skills-ref=fail")]
    assert len(refused) == 5
    for row in refused:
        assert "While scanning" in row["oracle"] or "disable-model-invocation" in row["oracle"]


@pytest.fixture(scope="module")
def checked(shared: Path) -> Report:
    return check([shared / "corpus", shared / "sources"])


def test_check_finds_no_error_and_breaks_nowhere(checked: Report) -> None:
    assert checked.skills == 92
    assert [one.location for one in checked.diagnostics if one.code.id == "PS699"] == []
    assert {one.code.id for one in checked.diagnostics if one.severity == "error"} <= {"PS420"}
    for one in checked.diagnostics:
        assert one.message(Lang.EN)
        assert one.message(Lang.ZH)
        assert one.line >= 0
        file = Path(one.path)
        if one.line and file.is_file():
            text = file.read_bytes().decode("utf-8", "replace")
            assert one.line <= len(re.findall(r"\r\n|\r|\n", text)) + 1, one.location


def test_the_same_name_twice_is_told(rows, checked: Report) -> None:
    found = [one for one in checked.diagnostics if one.code.id == "PS420"]
    stems = [Path(row["path"]).stem for row in rows if row["path"].endswith(".md")]
    again = sum(stems.count(stem) - 1 for stem in set(stems))
    assert len(found) == again == 10


def test_every_skill_can_be_shown(skills: list[Skill]) -> None:
    platforms = registry.all_platforms()
    for skill in skills:
        data = describe(skill, platforms, (Lang.EN, Lang.ZH))
        assert json.loads(json.dumps(data, ensure_ascii=False)) == data
        assert data["name"] == skill.name
        assert set(data["platforms"]) == set(registry.names())
        assert all("error" not in views for views in data["platforms"].values())
        assert data["documents"] or data["kind"] == "bundle"


# -- nothing is lost from both views -----------------------------------------------------------

# Runs of one script within a line: what stands on one side of `en / 中文`, `en (中文)`, `<!-- -->`.
_CUT = re.compile(r"[/（(]|<!--")
_TOKEN = re.compile(r"[\u3400-\u9fff]|(?:(?![\u3400-\u9fff])\w)+")
_HEREDOC = re.compile(r"cat\s.*<<|EOF$|```(?:bash)?$")


def said(text: str) -> str:
    return f" {' '.join(_TOKEN.findall(text.lower()))} "


@cache
def runs(line: str) -> list[str]:
    return [
        f" {' '.join(run)} "
        for part in _CUT.split(line)
        for _, run in groupby(_TOKEN.findall(part.lower()), lambda word: word >= "\u3400")
    ]


def _withheld(document: Document, lines: set[int]) -> list[Span]:
    """The sections and blocks that begin at the given lines."""
    places: list[Span] = []
    for section in document.tree.root.walk():
        for part in (section, *section.blocks):
            if document.source.position(part.span.start).line in lines:
                places.append(part.span)
    return places


def lost(skill: Skill, platform: str) -> list[tuple[int, str]]:
    """Lines of which the English and the Chinese view together, or the bilingual one, lack words.

    A gap may begin where the views tell that something is withheld, and goes on as long as every
    line of words is missing.
    """
    views = [select(skill, lang, platform) for lang in (Lang.EN, Lang.ZH)]
    both = said("\n".join([view.title for view in views] + [view.body for view in views]))
    bilingual = said(select(skill, Lang.BILINGUAL, platform).body)
    told = {held.line for view in views for held in view.withheld}
    missing: list[tuple[int, str]] = []
    for document in filter(None, (skill.main, skill.translation)):
        gone = _withheld(document, told)
        in_gap = False
        for number, start in enumerate(document.source.line_starts, 1):
            if start < document.body_start or any(one.start <= start < one.end for one in gone):
                in_gap = in_gap or number in told
                continue
            line = document.source.slice(document.source.line_span(number - 1, number)).strip()
            words = runs(line)
            absent = [run for run in words if run not in both or run not in bilingual]
            if absent and not in_gap and not _HEREDOC.match(line):
                missing.append((number, line))
            in_gap = in_gap and (not words or bool(absent))
    return missing


def test_no_line_is_lost_from_both_views(skills: list[Skill]) -> None:
    lines = 0
    for skill in skills:
        scoped = skill.dialect is Dialect.EXPERT
        for platform in registry.names() if scoped else ("claude",):
            assert lost(skill, platform) == [], (skill.path, platform)
        lines += len(skill.main.source.line_starts) if skill.main else 0
    assert lines > 20_000


def test_only_the_expert_dialect_withholds_sections(skills: list[Skill]) -> None:
    for skill in skills:
        view = select(skill, Lang.BILINGUAL, "claude")
        assert skill.dialect is Dialect.EXPERT or view.withheld == ()
