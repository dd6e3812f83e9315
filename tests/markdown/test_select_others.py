from __future__ import annotations

from dataclasses import replace

import pytest

from polyskill.compiler.document import Document, Role
from polyskill.compiler.localized import Lang, Text
from polyskill.compiler.model import Dialect, Resource, Skill
from polyskill.compiler.select import select
from polyskill.compiler.source import Source

EN = """\
# Pilot

Fly first.

## Limits

Gliders only.

```sh
check fuel
```

## Steps

1. Look
2. Act

## References

- [Wind](references/wind.md)
"""
ZH = """\
# 飞行员

先飞好。

## 限制

只限滑翔机。

```sh
check fuel
```

## 步骤

1. 看
2. 做

## 参考

- [风](references/wind.zh.md)
"""


def _canonical(skill_of, zh: str | None = ZH, en: str = EN) -> Skill:
    return skill_of(en, zh, Dialect.CANONICAL)


def test_each_language_has_its_file(skill_of) -> None:
    skill = _canonical(skill_of)
    assert select(skill, Lang.EN, "claude").body == EN
    view = select(skill, Lang.ZH, "claude")
    assert view.body == ZH
    assert view.coverage.whole.fraction == 1


@pytest.mark.parametrize(
    ("gone", "expected"),
    [
        ("## 限制", "先飞好。\n\n## Limits\n\nGliders only.\n\n```sh\ncheck fuel\n```\n\n## 步骤"),
        ("## 步骤", "check fuel\n```\n\n## Steps\n\n1. Look\n2. Act\n\n## 参考"),
        ("## 参考", "2. 做\n\n## References\n\n- [Wind](references/wind.md)\n"),
    ],
)
def test_a_missing_section_comes_from_the_other_file(skill_of, gone: str, expected: str) -> None:
    start = ZH.index(gone)
    end = ZH.find("\n## ", start) + 1 or len(ZH)
    view = select(_canonical(skill_of, ZH[:start] + ZH[end:]), Lang.ZH, "claude")
    assert expected in view.body
    assert 0.3 < view.coverage.whole.fraction < 1
    assert view.body.count("## ") == 3


def test_a_section_without_text_gets_it_from_the_other_file(skill_of) -> None:
    view = select(_canonical(skill_of, ZH.replace("1. 看\n2. 做\n\n", "")), Lang.ZH, "claude")
    assert "## 步骤\n\n1. Look\n2. Act\n\n## 参考" in view.body


def test_side_by_side(skill_of) -> None:
    body = select(_canonical(skill_of), Lang.BILINGUAL, "claude").body
    assert body.startswith("# Pilot / 飞行员\n\nFly first.\n\n先飞好。\n\n## Limits / 限制\n\n")
    assert body.count("check fuel") == 1
    assert "1. Look\n2. Act\n\n1. 看\n2. 做\n\n## References / 参考\n" in body
    assert body.endswith("- [风](references/wind.zh.md)\n")


def test_no_translation_at_all(skill_of) -> None:
    view = select(_canonical(skill_of, None), Lang.ZH, "claude")
    assert (view.body, view.coverage.whole.fraction) == (EN, 0)


def test_scopes_hold_in_both_files(skill_of) -> None:
    note = "<!-- polyskill: only=kimi -->\n\n"
    skill = _canonical(
        skill_of, ZH.replace("## 步骤", note + "## 步骤"), EN.replace("## Steps", note + "## Steps")
    )
    for lang in (Lang.EN, Lang.ZH, Lang.BILINGUAL):
        claude, kimi = (select(skill, lang, platform).body for platform in ("claude", "kimi"))
        assert "polyskill" not in claude + kimi
        assert ("2. " in kimi, "2. " in claude) == (True, False)
        assert "Steps" not in claude


AS_WRITTEN = "# Tool\n\n## Version History\n\n- 1.0 — first\n\n## License\n\nMIT\n"


@pytest.mark.parametrize("dialect", [Dialect.AGENT_SKILL, Dialect.RULES, Dialect.COMMAND])
@pytest.mark.parametrize("text", [AS_WRITTEN, AS_WRITTEN + "\n- Say it / 说\n- Do it / 做\n"])
def test_other_dialects_stay_as_written(skill_of, dialect: Dialect, text: str) -> None:
    skill = skill_of(text, dialect=dialect)
    for lang in (Lang.EN, Lang.ZH):
        view = select(skill, lang, "claude")
        assert (view.body, view.withheld) == (text, ())


def test_plain_english_is_never_parsed() -> None:
    def parse(source: Source, start: int):
        raise AssertionError

    skill = Skill(
        "x", Dialect.AGENT_SKILL, "x", main=Document(Source("x", "Dash — ok.\n"), 0, None, parse)
    )
    assert select(skill, Lang.EN, "claude").coverage.whole.fraction == 1
    assert select(skill, Lang.ZH, "claude").coverage.by_role[Role.OTHER].covered == 0


def test_a_bilingual_skill_folder_is_split_but_loses_no_section(skill_of) -> None:
    text = "# Tool / 工具\n\n## License / 许可证\n\nMIT\n"
    skill = skill_of(text, dialect=Dialect.AGENT_SKILL)
    assert select(skill, Lang.ZH, "claude").body == "# 工具\n\n## 许可证\n\nMIT\n"


def test_chinese_skill_in_the_english_view(skill_of) -> None:
    skill = skill_of("# 工具\n\n先看日志。\n", dialect=Dialect.AGENT_SKILL)
    view = select(skill, Lang.EN, "claude")
    assert view.body == "# 工具\n\n先看日志。\n"
    assert view.coverage.whole.fraction == 0
    assert select(skill, Lang.ZH, "claude").coverage.whole.fraction == 1


def test_directives_hold_in_every_dialect(skill_of) -> None:
    note = "<!-- polyskill: only=kimi -->\n"
    text = f"# T\n\n{note}\n## K\n\nx\n\n## L\n\n- a\n  {note}  b\n"
    skill = skill_of(text, dialect=Dialect.AGENT_SKILL)
    assert "## K" in select(skill, Lang.EN, "kimi").body
    claude = select(skill, Lang.EN, "claude").body
    assert "K" not in claude
    assert "polyskill" not in claude
    assert "b" not in claude.split("- a")[1]


FILES = (
    Resource("references/wind.md", b"wind"),
    Resource("references/wind.zh.md", "风".encode()),
    Resource("references/only.zh.md", b"zh"),
    Resource("references/only.md.txt", b"x"),
    Resource("scripts/run.py", b"x"),
    Resource("evals/cases.yaml", b"x", role="evals"),
    Resource("CHANGELOG.md", b"x", role="history"),
    Resource("rules/a.md", b"x", role="component"),
    Resource("LICENSE", b"x", role="license"),
)


def _paths(skill: Skill, lang: Lang) -> dict[str, bytes]:
    return {found.path: found.data for found in select(skill, lang, "claude").resources}


def test_resources_by_language(skill_of) -> None:
    skill = replace(_canonical(skill_of), resources=FILES)
    always = {"references/only.zh.md", "references/only.md.txt", "scripts/run.py", "LICENSE"}
    assert set(_paths(skill, Lang.EN)) == always | {"references/wind.md"}
    assert set(_paths(skill, Lang.ZH)) == always | {"references/wind.zh.md"}
    assert set(_paths(skill, Lang.BILINGUAL)) == {
        file.path for file in FILES if file.role in ("other", "license")
    }


def test_a_twin_takes_the_place_that_the_body_points_at(skill_of) -> None:
    skill = replace(_canonical(skill_of, ZH.replace("wind.zh.md", "wind.md")), resources=FILES)
    assert _paths(skill, Lang.ZH)["references/wind.md"] == "风".encode()


def test_title_and_description(skill_of) -> None:
    skill = replace(skill_of("x\n"), title=Text("Pilot", "飞行员"), description=Text("Flies."))
    view = select(skill, Lang.ZH, "claude")
    assert (view.title, view.description) == ("飞行员", "Flies.")
    assert select(skill, Lang.BILINGUAL, "claude").title == "Pilot / 飞行员"


def test_a_bundle_has_no_body() -> None:
    view = select(Skill("x", Dialect.PLUGIN, "x"), Lang.EN, "claude")
    assert (view.body, view.coverage.whole.fraction) == ("", 1)
