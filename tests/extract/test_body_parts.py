"""Persona, triggers, scenarios, dialogues and checklists of a body."""

from __future__ import annotations

import pickle

import pytest

from polyskill.compiler.extract import analyse
from polyskill.compiler.localized import Text
from polyskill.compiler.model import (
    Content,
    Dialect,
    Entry,
    FrontMatter,
    Skill,
    Trigger,
)
from polyskill.compiler.source import Span


def phrases(content: Content) -> list[Text]:
    return [trigger.text for trigger in content.triggers]


def test_persona_is_the_first_unlabelled_fence(read) -> None:
    content = read("""
        # Plumber

        You are someone else.

        ## 1. System Prompt / 系统提示词

        ### 1.1 角色定义 / Role Definition

        ```python
        not_this = True
        ```

        ```
        You are a master plumber.
        ```
    """)
    assert content.persona is not None
    assert content.persona.source == "section"
    assert content.persona.text == Text(en="You are a master plumber.")


def test_persona_of_a_section_without_fence(read) -> None:
    content = read("""
        ## System Prompt

        You know pipes.
        <!-- 你懂管道。 -->

        - You are calm
    """)
    assert content.persona is not None
    assert content.persona.text == Text(
        "You know pipes.\n\n- You are calm", "你懂管道。\n\n- You are calm"
    )


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (
            "# Plumber\n\n> Version 2\n\n> You are a plumber.\n> <!-- 你是水管工。 -->\n",
            Text("You are a plumber.", "你是水管工。"),
        ),
        ("# 水管工\n\n你是一名水管工。\n", Text(zh="你是一名水管工。")),
    ],
)
def test_persona_is_what_speaks_to_the_reader(read, body: str, text: Text) -> None:
    persona = read(body).persona
    assert persona is not None
    assert (persona.source, persona.text) == ("blockquote", text)


def test_persona_falls_back_to_the_description(read) -> None:
    persona = read("# Pipes\n\nAll about pipes.\n", description=Text("Fixes pipes")).persona
    assert persona is not None
    assert (persona.source, persona.text) == ("description", Text("Fixes pipes"))
    assert read("# Pipes\n").persona is None


def test_persona_in_two_files(read) -> None:
    persona = read("# P\n\nYou are a plumber.\n", translation="# P\n\n你是水管工。\n").persona
    assert persona is not None
    assert persona.text == Text("You are a plumber.", "你是水管工。")


def test_triggers_in_a_description(read) -> None:
    english = 'Fixes pipes. Triggers: "leaky tap", "burst pipe", related keywords. Works with: x.'
    chinese = "修水管。触发词：“漏水”、“爆管”、相关关键词。"
    content = read("# P\n", description=Text(english, chinese))
    assert phrases(content) == [
        Text(en="leaky tap"),
        Text(en="burst pipe"),
        Text(zh="漏水"),
        Text(zh="爆管"),
    ]
    assert {trigger.origin for trigger in content.triggers} == {"description"}


@pytest.mark.parametrize(
    ("notation", "expected"),
    [
        (
            '- "leak" / "漏水"\n- "burst" / "爆管" / "炸管"',
            ["leak=漏水", "burst=", "=爆管", "=炸管"],
        ),
        ("`leak / burst pipe / 漏水`", ["leak=", "burst pipe=", "=漏水"]),
        ('"leak", "漏水", "leak"', ["leak=", "=漏水"]),
        ('| English | 中文 |\n|---|---|\n| "leak" | "漏水" |', ["leak=漏水"]),
        ("- A tap drips / 水龙头滴水\n- Pipes freeze", ["A tap drips=水龙头滴水", "Pipes freeze="]),
        ("当用户说水管漏水时使用。", ["=当用户说水管漏水时使用"]),
        ("Say any of these:\n\n- leak\n", ["leak="]),
    ],
)
def test_trigger_sections(read, notation: str, expected: list[str]) -> None:
    content = read(f"## Trigger Words / 触发词\n\n{notation}\n")
    assert [f"{text.en or ''}={text.zh or ''}" for text in phrases(content)] == expected
    assert {trigger.origin for trigger in content.triggers} == {"section"}


def test_triggers_in_the_front_matter() -> None:
    span = Span(0, 0)
    values = ("leak, drip", ["burst", {"en": "flood", "zh": "淹水"}], {"en": ["a b"], "zh": ["甲"]})
    entries = tuple(
        Entry(key, value, span, "")
        for key, value in zip(("triggers", "Triggers", "trigger-words"), values, strict=True)
    )
    skill = Skill(
        "s", Dialect.EXPERT, "s", front_matter=FrontMatter(entries, span), analyse=analyse
    )
    expected = ["leak=", "drip=", "burst=", "flood=淹水", "a b=", "=甲"]
    texts = phrases(skill.content)
    assert [f"{text.en or ''}={text.zh or ''}" for text in texts] == expected


def test_a_trigger_that_was_read_already_is_not_read_again() -> None:
    given = (Trigger(Text("leak", "漏水"), "front-matter"),)
    description = Text('Pipes. Triggers: "leak", "burst".', "水管。触发词：“漏水”。")
    skill = Skill(
        "s", Dialect.CANONICAL, "s", description=description, triggers=given, analyse=analyse
    )
    assert phrases(skill.content) == [Text("leak", "漏水"), Text(en="burst")]


def test_trigger_labels_rule_over_what_follows_them(read) -> None:
    content = read("""
        ## How to Use

        1. **Install** it
        2. **Trigger**: "leak", "drip"
        3. **Then say**: "which floor", "which tap"

        **Trigger Words** — any of these:
        - "burst"

        **Something else:**
        - "not this"
    """)
    assert [text.en for text in phrases(content)] == ["leak", "drip", "burst"]


def test_scenarios(read) -> None:
    content = read("""
        ## 3. 场景化指导 / Scenario-Based Guidance

        ### 3.1 场景: Leak / 漏水

        **触发条件 / Triggers:**
        - "leak", "漏水"

        **处理流程 / Process:**

        ```
        1. Close the valve
           - the main one
        2. Call for help
        ```

        **User:** "Water!"

        **Plumber Skill:**
        > Close the valve.

        ### 3.2 场景: Noise / 噪声

        1. Listen
        2. Tighten
    """)
    leak, noise = content.scenarios
    assert leak.title == Text("Leak", "漏水")
    assert leak.steps == ("Close the valve", "Call for help")
    assert [trigger.text for trigger in leak.triggers] == [Text(en="leak"), Text(zh="漏水")]
    assert len(leak.dialogues) == 1
    assert (noise.title, noise.steps, noise.triggers) == (
        Text("Noise", "噪声"),
        ("Listen", "Tighten"),
        (),
    )
    assert content.triggers == leak.triggers
    assert {trigger.scope for trigger in content.triggers} == {"Leak"}
    assert content.dialogues == leak.dialogues


def test_the_numbers_of_an_answer_are_no_steps(read) -> None:
    (scenario,) = read("""
        ## Scenario 1: Cold

        **User:** It is cold.

        **Expert:** Do this:

        1. Wear a hat
        2. Drink tea
    """).scenarios
    assert scenario.steps == ()


def test_an_answer_that_is_a_quote_keeps_all_its_blocks(read) -> None:
    (dialogue,) = read("""
        ## Examples

        ### Example 1: Hot water

        **用户:** "没有热水。"

        **Plumber:**
        > **Check first:**
        >
        > | Part | Look |
        > |------|------|
        > | Fuse | on?  |
        >
        > ```sh
        > reset --now
        > ```

        An afterword that nobody speaks.

        > A quote that nobody speaks either.
    """).dialogues
    user, answer = dialogue.turns
    assert dialogue.title == Text(en="Hot water")
    assert (user.speaker, user.label, user.text) == ("user", "用户", "没有热水。")
    assert (answer.speaker, answer.label) == ("assistant", "Plumber")
    assert answer.text.endswith("| Fuse | on?  |\n\n```sh\nreset --now\n```")
    assert "nobody" not in answer.text


def test_an_answer_in_paragraphs_runs_to_the_next_turn(read) -> None:
    (dialogue,) = read("""
        ## Example

        **User**: First question

        **Expert**: Short answer.

        **Why it works:**
        - because

        ````
        ```
        nested
        ```
        ````

        **User**: Second question

        **Expert**: Done.

        ---

        After the rule.
    """).dialogues
    assert [(turn.speaker, turn.text.splitlines()[0]) for turn in dialogue.turns] == [
        ("user", "First question"),
        ("assistant", "Short answer."),
        ("user", "Second question"),
        ("assistant", "Done."),
    ]
    assert "**Why it works:**" in dialogue.turns[1].text
    assert "````\n```\nnested\n```\n````" in dialogue.turns[1].text


def test_turns_in_one_paragraph(read) -> None:
    (dialogue,) = read("## Example\n\n**User:** Hi\n**Assistant:** Hello,\nwhat leaks?\n").dialogues
    assert [turn.text for turn in dialogue.turns] == ["Hi", "Hello,\nwhat leaks?"]


@pytest.mark.parametrize(
    "body",
    [
        "**Client:** A bank\n\n**Market:** Large\n",
        "**User:** Hi\n",
        "**Note:** Hi\n\n**Tip:** Ho\n",
    ],
)
def test_labels_that_are_no_dialogue(read, body: str) -> None:
    assert read(f"## Example\n\n{body}").dialogues == ()


@pytest.mark.parametrize(
    ("notation", "body"),
    [
        ("task-list", "- [x] Water is off\n- [ ] Power is off"),
        (
            "box",
            "| Check | Dimension |\n|--|--|\n| ☑ Water is off | S |\n| ☐ Power is off | S |",
        ),
        ("mark", "```\n[✓] Water is off\n[✗] Power is off\n```"),
        ("mark", "✓ Water is off\n✗ Power is off"),
        ("numbered", "1. Water is off\n2. Power is off"),
    ],
)
def test_checklist_notations(read, notation: str, body: str) -> None:
    (found,) = read(f"## Self-Checklist / 自检清单\n\n{body}\n").checklists
    expected = "mark" if "☑" in body else notation
    assert found.notation == expected
    assert found.title == Text("Self-Checklist", "自检清单")
    assert [item.text.en for item in found.items] == ["Water is off", "Power is off"]
    if notation != "numbered":
        assert [item.checked for item in found.items] == [True, False]
    if "Dimension" in body:
        assert [item.dimension for item in found.items] == ["S", "S"]


def test_a_label_titles_a_checklist(read) -> None:
    (found,) = read("## Quality\n\n**Before you leave / 离开之前:**\n\n- [ ] 关水\n").checklists
    assert found.title == Text("Before you leave", "离开之前")
    assert found.items[0].text == Text(zh="关水")


@pytest.mark.parametrize(
    "body",
    [
        "## Workflow\n\n1. Look\n2. Fix\n",
        "## Rules\n\n- ✓ an ornament\n- one\n- two\n- three\n",
        "## Rules\n\n- ❌ BAD: glue\n- ✅ GOOD: a new seal\n",
        "## Table\n\n| Brand | Hot |\n|---|---|\n| A | ✓ |\n| B | ✗ |\n",
        "## Test Cases\n\n- [ ] a\n",
    ],
)
def test_no_checklist(read, body: str) -> None:
    assert read(body).checklists == ()


def test_analyse_can_be_pickled() -> None:
    assert pickle.loads(pickle.dumps(analyse)) is analyse
