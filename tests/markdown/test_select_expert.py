from __future__ import annotations

import pytest

from polyskill.compiler.document import Role
from polyskill.compiler.localized import Lang
from polyskill.compiler.select import select

EXPERT = """\
# Pilot / 飞行员

> **Version 2.1.0** | **Expert Verified** | **Last Updated: 2026-01-02**

Fly the aircraft first.
<!-- 先飞好飞机。 -->

---

## 1. Scope / 适用范围

Only gliders are meant here.

---

## 2. Platform Support / 平台支持

### 2.1 Claude Code

```bash
cat > CLAUDE.md << 'EOF'
Read the checklist aloud.
EOF
```

**Second way:**

```
Read https://example.org/pilot.md and install it
```

### 2.2 Cursor

```bash
curl https://example.org/pilot.md >> .cursorrules
```

### 2.3 OpenCode

```json
{"skill": {"name": "demo", "version": "2"}}
```

---

## 3. Quality / 质量

- [ ] Fuel is known / 油量已知

### 3.1 Test Cases / 测试用例

**Test 1**

Input: a

---

## 4. Version History / 版本历史

| Version | Date |
|---|---|
| 2.1.0 | 2026-01-02 |

---

## 5. License / 许可证

MIT
"""


def test_what_stays(skill_of) -> None:
    view = select(skill_of(EXPERT), Lang.EN, "codex")
    assert view.body == (
        "# Pilot\n\nFly the aircraft first.\n\n---\n\n"
        "## 1. Scope\n\nOnly gliders are meant here.\n\n---\n\n"
        "## 3. Quality\n\n- [ ] Fuel is known\n"
    )
    assert [(held.title, held.reason, held.line) for held in view.withheld] == [
        ("Version 2.1.0 | Expert Verified | Last Updated: 2026-01-02", "history", 3),
        ("Platform Support", "platform", 16),
        ("Test Cases", "tests", 50),
        ("Version History", "history", 58),
        ("License", "license", 66),
    ]


def test_chinese_keeps_english_that_has_no_translation(skill_of) -> None:
    view = select(skill_of(EXPERT), Lang.ZH, "codex")
    assert view.body == (
        "# 飞行员\n\n先飞好飞机。\n\n---\n\n"
        "## 1. 适用范围\n\nOnly gliders are meant here.\n\n---\n\n"
        "## 3. 质量\n\n- [ ] 油量已知\n"
    )
    shares = view.coverage.by_role
    assert shares[Role.QUALITY].fraction == 1
    assert (shares[Role.SCOPE].covered, shares[Role.SCOPE].total) == (4, 27)
    assert 0 < view.coverage.whole.fraction < 1
    assert select(skill_of(EXPERT), Lang.EN, "codex").coverage.whole.fraction == 1


def test_configuration_goes_to_its_platform_without_the_recipes(skill_of) -> None:
    view = select(skill_of(EXPERT), Lang.EN, "claude")
    assert "### 2.1 Claude Code\n\nRead the checklist aloud.\n\n## 3. Quality" in view.body
    assert "CLAUDE.md" not in view.body
    assert "install" not in view.body
    assert [(held.title, held.reason) for held in view.withheld][1:4] == [
        ("Second way:", "install"),
        ("Cursor", "install"),
        ("OpenCode", "install"),
    ]
    assert "Read the checklist" not in select(skill_of(EXPERT), Lang.EN, "cursor").body


def test_bilingual_leaves_pairs_as_they_are(skill_of) -> None:
    body = select(skill_of(EXPERT), Lang.BILINGUAL, "codex").body
    assert "## 1. Scope / 适用范围" in body
    assert "Fly the aircraft first.\n<!-- 先飞好飞机。 -->\n" in body
    assert "Version History" not in body


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("## How to Use\n\n### Start\n\n```\nRead https://e.org/x.md and install\n```\n", False),
        ("## How to Use\n\n**Run:**\n\n```\n/skill install demo\n```\n", False),
        ("## How to Use\n\n```\npip install torch\n```\n", True),
        ("## How to Use\n\nAsk for a review.\n\n```\n/skill install demo\n```\n", True),
        ("## Setup\n\n```sh\ncurl https://e.org/data.csv -o data.csv\n```\n", True),
    ],
)
def test_install_recipes_of_the_skill_itself(skill_of, text: str, kept: bool) -> None:
    view = select(skill_of(f"# Demo\n\nText.\n\n{text}"), Lang.EN, "claude")
    assert (text.strip() in view.body) is kept
    assert [held.reason for held in view.withheld] == ([] if kept else ["install"])


@pytest.mark.parametrize(
    ("quote", "kept"),
    [
        ("> **Version 1.0** | Updated: 2026-01-01", False),
        ("> **版本 1.0** | **最后更新: 2026-01-01**", False),
        ("> You are a pilot. Version 3 of the checklist applies.", True),
        ("> Version 1.0 | You are a pilot", True),
    ],
)
def test_version_banners(skill_of, quote: str, kept: bool) -> None:
    view = select(skill_of(f"# Demo\n\n{quote}\n\nText.\n"), Lang.EN, "claude")
    assert (quote in view.body) is kept


def test_scoped_blocks_and_sections(skill_of) -> None:
    text = (
        "# Demo\n\n<!-- polyskill: only=claude -->\nFor Claude.\n\nFor all.\n\n"
        "<!-- polyskill: only=codex, kimi -->\n\n## Extra\n\nMore.\n\n## Last\n\nEnd.\n"
    )
    skill = skill_of(text)
    claude, codex = (select(skill, Lang.EN, platform) for platform in ("claude", "codex"))
    assert claude.body == "# Demo\n\nFor Claude.\n\nFor all.\n\n## Last\n\nEnd.\n"
    assert codex.body == "# Demo\n\nFor all.\n\n## Extra\n\nMore.\n\n## Last\n\nEnd.\n"
    assert [(held.title, held.reason, held.line) for held in claude.withheld] == [
        ("Extra", "platform", 10)
    ]


def test_a_withheld_block_takes_its_translation_along(skill_of) -> None:
    text = "# D\n\n<!-- polyskill: only=kimi -->\nFor Kimi.\n<!-- 给 Kimi。 -->\n\nFor all.\n"
    assert select(skill_of(text), Lang.EN, "claude").body == "# D\n\nFor all.\n"
    assert select(skill_of(text), Lang.ZH, "kimi").body == "# D\n\n给 Kimi。\n\nFor all.\n"


def test_trigger_lists_are_covered_in_every_language(skill_of) -> None:
    skill = skill_of('# Demo / 示范\n\n## Triggers / 触发词\n\n- "deploy", "release", "发布"\n')
    for lang in (Lang.EN, Lang.ZH):
        view = select(skill, lang, "claude")
        assert '"deploy", "release", "发布"' in view.body
        assert view.coverage.whole.fraction == 1


def test_empty_and_line_endings(skill_of) -> None:
    assert select(skill_of(""), Lang.EN, "claude").body == ""
    assert select(skill_of("\n \n"), Lang.ZH, "claude").body == ""
    assert select(skill_of("# a\r\n\r\nb\r"), Lang.EN, "claude").body == "# a\n\nb\n"


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("# D\n\nx\n\n---\n\n## License\n\nMIT\n", "# D\n\nx\n"),
        ("# D\n\nx\n\n---\n\n> **Version 1.0**\n\n---\n\ny\n", "# D\n\nx\n\n---\n\ny\n"),
        ("# D\nx\n> **Version 1.0**\n\ny\n", "# D\nx\n\ny\n"),
        ("# D\n\n## License\n\nMIT\n\n---\n\n## E\n\nx\n", "# D\n\n## E\n\nx\n"),
        ("---\n\nx\n\n---\n", "---\n\nx\n\n---\n"),
    ],
)
def test_nothing_orphaned_is_left(skill_of, text: str, body: str) -> None:
    assert select(skill_of(text), Lang.EN, "claude").body == body


def test_a_translation_of_several_blocks_counts_once(skill_of) -> None:
    text = "Say it.\n\nDo it.\n\n<!--\n说出来。\n\n做出来。\n-->\n"
    whole = select(skill_of(text), Lang.ZH, "claude").coverage.whole
    assert (whole.covered, whole.total) == (6, 6)


def test_what_a_platform_does_not_get_is_not_counted_for_it(skill_of) -> None:
    skill = skill_of("Fly it.\n\n<!-- polyskill: only=claude -->\n\nLand it there.\n")
    totals = {
        platform: select(skill, Lang.EN, platform).coverage.whole.total
        for platform in ("claude", "cursor", "claude", "codex")
    }
    assert totals == {"claude": 16, "cursor": 5, "codex": 5}
